"""Was a hold protocol written for the way in which a regimen gives the drug?"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from dosing.domain.protocol import Id, SourcedFile, Words
from dosing.domain.regimen import Regimen, Verification
from dosing.domain.regimen_slots import AnyRegimen

Given = Literal["bolus", "bolus_after_cells", "continuous", "subcutaneous", "decrescendo"]


class FitRow(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """For which ways of giving one protocol's source was written."""

    id: Id
    protocol: Id
    given: tuple[Given, ...]
    text: Words
    source: Id
    verification: Verification


class FitRules(SourcedFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which protocol was written for what, and where no source gives any hold rule."""

    rows: tuple[FitRow, ...]
    not_stated: tuple[Words, ...]


def given_by(regimen: AnyRegimen) -> Given:
    """Return the way in which the regimen gives the drug."""
    if isinstance(regimen, Regimen):
        return "bolus" if regimen.start_after is None else "bolus_after_cells"
    return regimen.mode


def fit_of(rules: FitRules, protocol: str) -> FitRow | None:
    """Return what is known of a protocol by its key; None: nothing, and then it fits no regimen."""
    return next((row for row in rules.rows if row.protocol == protocol), None)


def fits(rules: FitRules, protocol: str, regimen: AnyRegimen) -> bool:
    """Whether the protocol was written for the way in which the regimen gives the drug; what is not known is not."""
    row = fit_of(rules, protocol)
    return row is not None and given_by(regimen) in row.given
