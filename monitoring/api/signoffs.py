"""A physician's word that a protocol or regimen may be used at their hospital, having read what nobody had read."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from dosing.models import ProtocolSignoff, RuleFile
from dosing.selectors.rule_files import SIGNABLE
from dosing.services import signoffs
from dosing.services.refusals import NotAllowed
from il2ward import clock
from il2ward.http.credentials import Physician, actor_of, person_of
from il2ward.http.endpoint import act_once, said
from il2ward.staff.models import Site, User
from il2ward.staff.services import reauthentication
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.payloads import SignOffBody
from monitoring.api.refusing import GateEndpoint, found


class SignOff(GateEndpoint):
    """Physicians sign one exact text, named by its sha256, for their own hospital, once per Idempotency-Key."""

    permission_classes = [Physician]

    def post(self, request: Request, sha256: str) -> HttpResponse:
        """Prove the password, then keep the signature; the rows named must be those that nobody read."""
        at, body, person = clock.now(), self.read(request, SignOffBody), person_of(request)
        rule_file = found(RuleFile.objects.filter(sha256=sha256, kind__in=SIGNABLE).first(), "protocol or regimen")
        reauthentication.prove(person, body.password, at)

        def sign() -> Answer:
            signed = signoffs.sign(
                site=site_of(person), rule_file=rule_file, statement=body.statement, actor=actor_of(request), at=at,
                minimum_start_to_start_min=body.minimum_start_to_start_min, rows_read=body.rows_read,
                demonstration=settings.IL2WARD_MODE == "demo",
            )  # fmt: skip
            return said(201, told(signed))

        return act_once(request, at=at, required=True, act=sign)


def site_of(person: User) -> Site:
    """Return the physician's hospital; raises NotAllowed for one who belongs to none."""
    if person.site is None:
        raise NotAllowed("You belong to no hospital. An admin must say to which.")
    return person.site


def told(signed: ProtocolSignoff) -> dict[str, Any]:
    """Return the sign-off as it goes on the wire."""
    return {
        "id": signed.pk,
        "key": signed.protocol.key,
        "version": signed.protocol.version,
        "sha256": signed.protocol.sha256,
        "signed_by": signed.physician.display_name,
        "signed_at": signed.signed_at.isoformat(),
        "statement": signed.statement,
        "minimum_start_to_start_min": signed.minimum_start_to_start_min,
        "demonstration": signed.demonstration,
    }
