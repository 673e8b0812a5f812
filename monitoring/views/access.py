"""Who may open a page? Every page names its roles; what lies on another ward is not there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse

from dosing.models import Course, Dose
from il2ward.staff.models import Role, User, Ward
from il2ward.staff.selectors import membership
from monitoring.selectors import reach

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]

STAFF = (Role.NURSE, Role.PHYSICIAN, Role.ADMIN)
CLINICIANS = (Role.NURSE, Role.PHYSICIAN)


def only_for(*roles: Role) -> Callable[[Page[P]], Page[P]]:
    """Let in active people who hold one of ``roles``: nobody signed in goes to the door, another role gets 403."""

    def guard(page: Page[P]) -> Page[P]:
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not isinstance(request.user, User):
                return redirect_to_login(request.get_full_path())
            if not request.user.is_active or request.user.role not in roles:
                raise PermissionDenied
            return page(request, *args, **kwargs)

        return guarded

    return guard


def person_of(request: HttpRequest) -> User:
    """Return the signed-in person; call only behind ``only_for``."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def ward_or_404(request: HttpRequest, ward_id: int, at: datetime) -> Ward:
    """Return the ward when the person works on it; 404 otherwise, as if it did not exist."""
    if not membership.may_see_ward(person_of(request), ward_id, at):
        raise Http404
    return Ward.objects.select_related("site").get(pk=ward_id)


def course_or_404(request: HttpRequest, course_id: int, at: datetime) -> Course:
    """Return the course when its patient lies on a ward of the person's; 404 otherwise."""
    found = reach.course(person_of(request), course_id, at)
    if found is None:
        raise Http404
    return found


def dose_or_404(request: HttpRequest, dose_id: int, at: datetime) -> Dose:
    """Return the dose when its patient lies on a ward of the person's; 404 otherwise."""
    found = reach.dose(person_of(request), dose_id, at)
    if found is None:
        raise Http404
    return found
