"""How does a physician vouch for a protocol or regimen at their site?"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from dosing.domain.regimen import may_be_used
from dosing.models import Course, ProtocolSignoff, RuleFile
from dosing.selectors import pinned
from dosing.services.refusals import Invalid, NotAllowed, PhysicianNeeded, ProtocolNotSigned
from dosing.services.trail import note_rules
from il2ward.audit.actor import Actor
from il2ward.staff.models import Role, Site, User

SHORTEST_MIN, LONGEST_MIN = 360, 1440


class AlreadySigned(ProtocolNotSigned):
    """The site has a sign-off of this version already; a signature is never replaced."""


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
) -> ProtocolSignoff:
    """Record the physician's word that this version may be used at ``site``.

    ``minimum_start_to_start_min`` (360 to 1440 minutes) is signed with a regimen only; None keeps the regimen's.
    ``demonstration`` sign-offs are refused in production.
    """
    physician = _require_signer(actor, site)
    _require_sense(rule_file, statement, minimum_start_to_start_min)
    _require_real(demonstration)
    if ProtocolSignoff.objects.filter(site=site, protocol=rule_file).exists():
        raise AlreadySigned(f"{rule_file} is signed off at {site} already.")
    signed = ProtocolSignoff.objects.create(
        site=site,
        protocol=rule_file,
        physician=physician,
        signed_at=at,
        statement=statement.strip(),
        demonstration=demonstration,
        minimum_start_to_start_min=minimum_start_to_start_min,
    )
    said = {"sha256": rule_file.sha256, "demonstration": demonstration, "minimum_min": minimum_start_to_start_min}
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
    if not may_be_used(pinned.regimen(regimen).value, is_signed=False):
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


def _require_real(demonstration: bool) -> None:
    if demonstration and settings.IL2WARD_MODE == "production":
        raise NotAllowed("A demonstration sign-off cannot be made here.")
