"""How is a refusal of the gate told over HTTP? By its code, its sentence, and what stands now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from django.http import Http404, HttpResponse
from rest_framework.request import Request

from dosing.models import Course
from dosing.services.refusals import Refused, WrongPatient
from il2ward.audit.actor import Actor
from il2ward.http.credentials import actor_of
from il2ward.http.endpoint import Endpoint, act_once, said
from il2ward.http.problems import Problem
from il2ward.http.shapes import WrongShape, unprocessable
from il2ward.staff.services.reauthentication import TooManyWrongPasswords, WrongPassword
from monitoring.selectors.present_outcome import told

T = TypeVar("T")
Tell = Callable[[Actor, datetime], dict[str, Any]]
STATUS_OF = {"forbidden": 403, "conflict": 409, "invalid": 422}


class GateEndpoint(Endpoint):
    """An endpoint whose service may refuse in ward words."""

    def problem_of(self, exc: Exception) -> Problem | None:
        """Return the problem of a refusal, of a wrong value found late, or of a password that did not match."""
        match exc:
            case Refused():
                return Problem(status_of(exc), exc.code, exc.sentence)
            case WrongShape():
                return unprocessable(exc.errors)
            case TooManyWrongPasswords():
                return Problem(429, "too-many-wrong-passwords", f"{exc} Nothing was done.")
            case WrongPassword():
                return Problem(403, "wrong-password", f"{exc} Nothing was done.")
        return super().problem_of(exc)


class OnceOnly(GateEndpoint):
    """An endpoint whose act is done once per Idempotency-Key, which it demands."""

    def once(self, request: Request, status: int, at: datetime, tell: Tell) -> HttpResponse:
        """Do the act once and answer with what it tells."""
        actor = actor_of(request)
        return act_once(request, at=at, required=True, act=lambda: said(status, tell(actor, at)))


def found(row: T | None, what: str) -> T:
    """Return ``row``; raises 404 when there is none in reach, without saying whether there is one elsewhere."""
    if row is None:
        raise Http404(f"There is no such {what} in your wards.")
    return row


def status_of(refused: Refused) -> int:
    """Return the status of a refusal; a wrong patient is a fault of the request, not of where the dose stands."""
    return 422 if isinstance(refused, WrongPatient) else STATUS_OF[refused.nature]


def telling_what_stands(course_id: int, at: datetime, act: Callable[[], T]) -> T:
    """Run ``act``; a conflict is told together with the assessment that stands now, so that nobody guesses."""
    try:
        return act()
    except Refused as refused:
        if refused.nature != "conflict":
            raise
        standing = told(Course.objects.select_related("patient").get(pk=course_id), at)
        raise Problem(status_of(refused), refused.code, refused.sentence, extra={"assessment": standing}) from refused
