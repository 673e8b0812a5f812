"""Whom does a page let in? Every page names its roles."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from il2ward.staff import shared
from il2ward.staff.models import Role, User

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]

STAFF = (Role.NURSE, Role.PHYSICIAN, Role.ADMIN)
CLINICIANS = (Role.NURSE, Role.PHYSICIAN)


def only_for(*roles: Role, walls: bool = False) -> Callable[[Page[P]], Page[P]]:
    """Let in active people who hold one of ``roles``: nobody signed in goes to the door, another role gets 403.

    ``walls``: let in an enrolled wall screen too, on which nobody is signed in.
    """

    def guard(page: Page[P]) -> Page[P]:
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if walls and shared.wall_of(request.COOKIES) is not None:
                return page(request, *args, **kwargs)
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
