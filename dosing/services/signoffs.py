"""How does a physician vouch for a protocol or regimen at their site?"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db import transaction

from dosing.domain.regimen_slots import is_usable
from dosing.models import Course, ProtocolSignoff, RuleFile
from dosing.selectors import pinned
from dosing.selectors.rule_files import unread_rows
from dosing.services.refusals import Invalid, NotAllowed, PhysicianNeeded, ProtocolNotSigned
from dosing.services.trail import note_rules
from il2ward.audit.actor import Actor
from il2ward.staff.models import Role, Site, User

SHORTEST_MIN, LONGEST_MIN = 360, 1440


class AlreadySigned(ProtocolNotSigned):
    """The site has a sign-off of this version already; a signature is never replaced."""


class RowsNotRead(Invalid):
    """The rows named as read are not exactly those that nobody read at their source."""


@transaction.atomic
def sign(
    *,
    site: Site,
    rule_file: RuleFile,
    statement: str,
    actor: Actor,
    at: datetime,
    demonstration: bool = False,
    minimum_start_to_start_min: int | None = None,
    rows_read: Collection[str] | None = None,
) -> ProtocolSignoff:
    """Record the physician's word that this version may be used at ``site``.

    ``minimum_start_to_start_min`` (360 to 1440 minutes) is signed with a regimen only; None keeps the regimen's.
    ``demonstration`` sign-offs are refused in production. ``rows_read`` must name exactly the rows that nobody read
    at their source; None: they were not ticked one by one (the command line, the demonstration), and the log says so.
    """
    physician = _require_signer(actor, site)
    _require_sense(rule_file, statement, minimum_start_to_start_min)
    _require_real(demonstration)
    _require_read(rule_file, rows_read)
    _require_unsigned(rule_file, site)
    signed = ProtocolSignoff.objects.create(
        site=site,
        protocol=rule_file,
        physician=physician,
        signed_at=at,
        statement=statement.strip(),
        demonstration=demonstration,
        minimum_start_to_start_min=minimum_start_to_start_min,
    )
    said = {
        "sha256": rule_file.sha256,
        "demonstration": demonstration,
        "minimum_min": minimum_start_to_start_min,
        "rows_read": None if rows_read is None else sorted(rows_read),
    }
    note_rules(rule_file, "rules.signed", actor=actor, at=at, site_id=site.pk, body=said)
    return signed


def require_signed(rule_file: RuleFile, site_id: int) -> None:
    """Raise ProtocolNotSigned unless a physician of the site signed this version; in production a real sign-off."""
    signed = ProtocolSignoff.objects.filter(site_id=site_id, protocol=rule_file)
    if settings.IL2WARD_MODE == "production":
        signed = signed.filter(demonstration=False)
    if not signed.exists():
        raise ProtocolNotSigned(f"{rule_file} is not signed off at this hospital. A physician must sign it first.")


def require_usable(*, protocol: RuleFile, regimen: RuleFile, site_id: int) -> None:
    """Raise ProtocolNotSigned unless the protocol is signed off, and the regimen where parts of it are unverified."""
    require_signed(protocol, site_id)
    if not is_usable(pinned.regimen(regimen).value, is_signed=False):
        require_signed(regimen, site_id)


def require_rules_signed(course: Course) -> None:
    """Raise ProtocolNotSigned unless doses may be given by the course's protocol and regimen at its site."""
    require_usable(protocol=course.protocol, regimen=course.regimen, site_id=course.site_id)


def _require_signer(actor: Actor, site: Site) -> User:
    if actor.user is None or actor.user.role != Role.PHYSICIAN or not actor.user.is_active:
        raise PhysicianNeeded("Only a physician can sign off a protocol.")
    if actor.user.site_id != site.pk:
        raise NotAllowed("Only a physician of this hospital can sign off its protocols.")
    return actor.user


def _require_sense(rule_file: RuleFile, statement: str, minutes: int | None) -> None:
    if not statement.strip():
        raise Invalid("A sign-off needs its statement.")
    if minutes is None:
        return
    if rule_file.kind != "regimen" or not SHORTEST_MIN <= minutes <= LONGEST_MIN:
        raise Invalid("The minimum between two starts is signed with a regimen, 6 to 24 hours.")


def _require_read(rule_file: RuleFile, rows_read: Collection[str] | None) -> None:
    if rows_read is None:
        return
    wanted = set(unread_rows(rule_file))
    left, strange = sorted(wanted - set(rows_read)), sorted(set(rows_read) - wanted)
    if left:
        raise RowsNotRead(f"Not ticked as read: {', '.join(left)}. Nothing was signed.")
    if strange:
        raise RowsNotRead(f"{', '.join(strange)}: no row here that needs reading. Nothing was signed.")


def _require_unsigned(rule_file: RuleFile, site: Site) -> None:
    """Two physicians who sign at once: the second finds the first's signature, not the database's constraint."""
    RuleFile.objects.select_for_update().get(pk=rule_file.pk)
    if ProtocolSignoff.objects.filter(site=site, protocol=rule_file).exists():
        raise AlreadySigned(f"{rule_file} is signed off at {site} already. A signature is never replaced.")


def _require_real(demonstration: bool) -> None:
    if demonstration and settings.IL2WARD_MODE == "production":
        raise NotAllowed("A demonstration sign-off cannot be made here.")
