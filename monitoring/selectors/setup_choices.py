"""Which regimens, protocols and CTCAE versions can a course be opened with here, and what is not signed off?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dosing.domain.loaded import Loaded
from dosing.domain.protocol import Protocol
from dosing.domain.protocol_fit import FitRules, fit_of, fits, given_by
from dosing.domain.regimen import unverified
from dosing.domain.regimen_slots import AnyRegimen, is_usable
from dosing.models import ProtocolSignoff
from dosing.rules.course_loader import every_regimen, load_any_regimen, load_fits
from dosing.rules.loader import load_inputs, load_protocol, protocol_keys
from dosing.selectors import pinned
from dosing.selectors.site_inputs import own_inputs_of
from il2ward.staff.models import Site
from monitoring.rules.loader import VERSIONS, load_ctcae, load_observables
from monitoring.selectors.release import OVERLAYS

GIVEN_WORDS = {
    "bolus": "bolus",
    "bolus_after_cells": "bolus after cells",
    "continuous": "continuous infusion",
    "subcutaneous": "under the skin",
    "decrescendo": "infusions of falling dose",
}


@dataclass(frozen=True, slots=True)
class RegimenChoice:
    """One regimen; ``not_verified`` names its fields that nobody read at a source, ``refused`` why it may not be used
    here ("" when it may), ``protocols`` the keys of the hold protocols that were written for it."""

    key: str
    title: str
    given: str
    needs_height: bool
    follows: str
    not_verified: tuple[str, ...]
    signed_by: str
    refused: str
    protocols: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProtocolChoice:
    """One hold protocol; ``fits`` says in words what it was written for."""

    key: str
    title: str
    status: str
    fits: str
    signed_by: str
    demonstration: bool
    refused: str


def rules_for(
    *, site: Site, regimen: str, protocol: str, overlay: str, ctcae_version: str
) -> Mapping[str, tuple[str, Loaded[Any]]]:
    """Return, by the name ``open_course`` gives it, each rule's kind and newest text; no overlay for "".

    The contract of inputs is the site's own where it chose how old values may be.
    Raises RuleFileRefused, naming the rule that this release does not have.
    """
    own = own_inputs_of(site)
    chosen: dict[str, tuple[str, Loaded[Any]]] = {
        "regimen": ("regimen", load_any_regimen(regimen)),
        "protocol": (_kind_of(protocol), load_protocol(protocol)),
        "inputs": ("inputs", load_inputs() if own is None else pinned.inputs(own)),
        "ctcae": ("ctcae", load_ctcae(ctcae_version)),
        "observables": ("observables", load_observables()),
    }
    # The gate of grades need not lie on itself.
    if overlay and overlay != protocol:
        chosen["overlay"] = (_kind_of(overlay), load_protocol(overlay))
    return chosen


def regimens_at(site: Site) -> list[RegimenChoice]:
    """Return every regimen of the release as it stands at ``site``, usable ones first."""
    signed, rules = _signed_at(site), load_fits().value
    found = [_regimen(one, signed.get(one.sha256), rules) for one in every_regimen()]
    return sorted(found, key=lambda one: bool(one.refused))


def protocols_at(site: Site) -> list[ProtocolChoice]:
    """Return every hold protocol of the release as it stands at ``site``, signed ones first."""
    signed, rules = _signed_at(site), load_fits().value
    loaded = [load_protocol(key) for key in protocol_keys()]
    found = [_protocol(one, signed.get(one.sha256), rules) for one in loaded]
    return sorted(found, key=lambda one: bool(one.refused))


def ctcae_versions() -> tuple[str, ...]:
    """Return the versions a course can be graded by."""
    return tuple(VERSIONS)


def _kind_of(protocol: str) -> str:
    return "overlay" if protocol in OVERLAYS else "protocol"


def _signed_at(site: Site) -> dict[str, ProtocolSignoff]:
    rows = ProtocolSignoff.objects.filter(site=site).select_related("protocol", "physician")
    return {row.protocol.sha256: row for row in rows}


def _regimen(loaded: Loaded[AnyRegimen], signed: ProtocolSignoff | None, rules: FitRules) -> RegimenChoice:
    regimen = loaded.value
    open_fields = sorted(
        name.replace("_", " ") or "the whole regimen" for name in unverified(regimen.verification, regimen.rows)
    )
    may = is_usable(regimen, is_signed=signed is not None)
    after = getattr(regimen, "start_after", None)
    return RegimenChoice(
        key=loaded.key,
        title=regimen.title,
        given=GIVEN_WORDS[given_by(regimen)],
        needs_height=regimen.basis == "iu_per_m2",
        follows=after.event if after else "",
        not_verified=tuple(open_fields),
        signed_by=signed.physician.display_name if signed else "",
        refused="" if may else "not read in full at a source, and no physician of this hospital has signed it off",
        protocols=tuple(key for key in protocol_keys() if fits(rules, key, regimen)),
    )


def _protocol(loaded: Loaded[Protocol], signed: ProtocolSignoff | None, rules: FitRules) -> ProtocolChoice:
    row = fit_of(rules, loaded.key)
    return ProtocolChoice(
        key=loaded.key,
        title=loaded.value.title,
        status=loaded.value.status,
        fits=row.text if row else "nothing is known of what it was written for",
        signed_by=signed.physician.display_name if signed else "",
        demonstration=signed is not None and signed.demonstration,
        refused="" if signed else "no physician of this hospital has signed it off",
    )
