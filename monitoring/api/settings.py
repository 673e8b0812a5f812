"""What a hospital settles for itself: what counts from a vial, how old an input may be, its laboratory's limits."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.models import SiteVial
from dosing.services import site_inputs, site_vials
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Keeper, Physician, person_of
from il2ward.http.endpoint import said, sent
from il2ward.http.problems import FieldError, shown
from il2ward.http.shapes import WrongShape
from monitoring.api.hospital import HospitalsAct
from monitoring.api.hospital_payloads import AgeBody, LimitBody, VialBody
from monitoring.api.signoffs import site_of
from monitoring.domain.measurement import parse_number
from monitoring.models import SiteLimit
from monitoring.selectors.hospital_settings import Age, HospitalSettings, settings_of
from monitoring.services import site_limits


class Settings(HospitalsAct):
    """Admins and physicians, their own hospital's."""

    permission_classes = [Keeper]

    def get(self, request: Request) -> HttpResponse:
        """Tell the vial, the ages of inputs, the limits that were stated, and what can be stated in which units."""
        return sent(said(200, settings_told(settings_of(site_of(person_of(request))))))


class Vial(HospitalsAct):
    """Admins and physicians, with their password."""

    permission_classes = [Keeper]

    def post(self, request: Request) -> HttpResponse:
        """Choose what is counted on from a vial: how many are prepared follows, no dose changes."""
        at, body = clock.now(), self.read(request, VialBody)
        site = self.proven(request, body.password, at)

        def choose(actor: Actor, at: datetime) -> dict[str, Any]:
            row = site_vials.choose(
                site=site, recoverable_iu=body.recoverable_iu, reason=body.reason, actor=actor, at=at
            )
            return vial_told(row)

        return self.once(request, 201, at, choose)


class InputAges(HospitalsAct):
    """Physicians, with their password."""

    permission_classes = [Physician]

    def post(self, request: Request) -> HttpResponse:
        """Choose how old one input may be: courses opened from now on follow it, running courses keep theirs."""
        at, body = clock.now(), self.read(request, AgeBody)
        ages = {body.input: plain(body.hours, "$.hours")}
        site = self.proven(request, body.password, at)

        def choose(actor: Actor, at: datetime) -> dict[str, Any]:
            row = site_inputs.choose_ages(site=site, ages=ages, reason=body.reason, actor=actor, at=at)
            return {"key": row.key, "version": row.version, "ages_h": {name: str(h) for name, h in ages.items()}}

        return self.once(request, 201, at, choose)


class Limits(HospitalsAct):
    """Admins and physicians, with their password."""

    permission_classes = [Keeper]

    def post(self, request: Request) -> HttpResponse:
        """State a laboratory's limits from now on; results of open courses that they touch are graded again."""
        at, body = clock.now(), self.read(request, LimitBody)
        lower = plain(body.lower, "$.lower") if body.lower is not None else None
        upper = plain(body.upper, "$.upper") if body.upper is not None else None
        site = self.proven(request, body.password, at)

        def state(actor: Actor, at: datetime) -> dict[str, Any]:
            row = site_limits.set_limit(
                site=site, observable=body.observable, unit=body.unit.strip(), lln=lower, uln=upper,
                source=body.source, valid_from=at, actor=actor, at=at,
            )  # fmt: skip
            return limit_told(row)

        return self.once(request, 201, at, state)


def plain(value: str | int, path: str) -> Decimal:
    """Return a plain decimal; raises WrongShape, naming ``path``."""
    found = parse_number(str(value))
    if found is None:
        raise WrongShape([FieldError(path, shown(str(value)), "a plain decimal number such as 1.2")])
    return found


def settings_told(page: HospitalSettings) -> dict[str, Any]:
    """The settings as they go on the wire; ``vial`` null: nobody chose, the regimen's own product counts."""
    return {
        "vial": vial_told(page.vial) if page.vial else None,
        "ages": [age_told(one) for one in page.ages],
        "limits": [limit_told(one) for one in page.limits],
        "measured": [{"observable": one.key, "name": one.name, "units": list(one.units)} for one in page.measured],
    }


def vial_told(row: SiteVial) -> dict[str, Any]:
    """The choice of a vial as it goes on the wire."""
    return {
        "recoverable_iu": row.recoverable_iu,
        "reason": row.reason,
        "set_by": row.set_by.display_name,
        "set_at": row.set_at.isoformat(),
    }


def age_told(age: Age) -> dict[str, Any]:
    """How old an input may be, in hours: now, as released, and at the most."""
    return {
        "input": age.key,
        "hours": str(age.now_h),
        "released_hours": str(age.released_h),
        "longest_hours": str(age.longest_h),
    }


def limit_told(row: SiteLimit) -> dict[str, Any]:
    """A laboratory's limits as they go on the wire; null: that side is not stated."""
    return {
        "id": row.pk,
        "observable": row.observable,
        "unit": row.unit,
        "lower": str(row.lln) if row.lln is not None else None,
        "upper": str(row.uln) if row.uln is not None else None,
        "source": row.source,
        "valid_from": row.valid_from.isoformat(),
        "set_by": row.set_by.display_name,
    }
