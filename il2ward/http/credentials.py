"""Who is asking: a person with a session, or a device with its key?"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.staff.models import Device, Role, User
from il2ward.staff.scopes import allows
from il2ward.staff.services import devices, system_clients


class ApiKey(BaseAuthentication):
    """``Authorization: Api-Key <key>``; a wrong or revoked key is refused, never treated as nobody."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Device] | None:
        """Return the device whose key was sent; None when the request carries no key."""
        scheme, _, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "api-key":
            return None
        device = devices.resolve(key.strip())
        if device is None:
            raise AuthenticationFailed("This key is not known, or it was revoked.")
        return AnonymousUser(), device

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Return the scheme to name in a 401."""
        return "Api-Key"


class Bearer(BaseAuthentication):
    """``Authorization: Bearer <token>``: a system's short token; one that is unknown or over is refused."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Device] | None:
        """Return the system's device with the scopes of its token; None when the request carries no token."""
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer":
            return None
        device = system_clients.resolve(token.strip(), clock.now())
        if device is None:
            raise AuthenticationFailed("This token is not known, or its five minutes are over.")
        return AnonymousUser(), device

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Return the scheme to name in a 401."""
        return "Bearer"


class Session(SessionAuthentication):
    """A signed-in person; every change needs the CSRF token."""

    def enforce_csrf(self, request: Request) -> None:
        """Check the token on the plain request: asked for its form, REST framework's would parse the JSON body."""
        super().enforce_csrf(request._request)  # type: ignore[arg-type]


class RoleOf(BasePermission):
    """Let in people who hold one of ``roles``; a device is not a person."""

    roles: tuple[Role, ...] = ()
    message = "Your role may not do this."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Return whether an active person with one of the roles is asking."""
        user = request.user
        return isinstance(user, User) and user.is_active and user.role in self.roles


class Clinician(RoleOf):
    """Nurses and physicians."""

    roles = (Role.NURSE, Role.PHYSICIAN)
    message = "Only a nurse or a physician may do this."


class Physician(RoleOf):
    """Physicians."""

    roles = (Role.PHYSICIAN,)
    message = "Only a physician may do this."


class Admin(RoleOf):
    """Admins; the acts that need their password ask for it."""

    roles = (Role.ADMIN,)
    message = "Only an admin may do this."


class Keeper(RoleOf):
    """Who settles something for their hospital: admins and physicians."""

    roles = (Role.ADMIN, Role.PHYSICIAN)
    message = "Only an admin or a physician may do this."


class Reader(RoleOf):
    """Everybody on the staff; what they see is bounded by their wards."""

    roles = (Role.NURSE, Role.PHYSICIAN, Role.ADMIN)


class ObservingDevice(BasePermission):
    """Let in a device or system that may create observations."""

    message = "This key may not send observations."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Return whether a device with the right is asking."""
        return isinstance(request.auth, Device) and allows(request.auth.scopes, "Observation", "c")


class Anybody(BasePermission):
    """Let everybody in: only for what says nothing about any person."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Return True."""
        return True


def actor_of(request: Request) -> Actor:
    """Return who acts; call only behind one of the permissions above."""
    if isinstance(request.auth, Device):
        return Actor(device=request.auth)
    return Actor(user=person_of(request))


def person_of(request: Request) -> User:
    """Return the signed-in person; raises TypeError where a permission let somebody else in."""
    user: Any = request.user
    if not isinstance(user, User):
        raise TypeError("This view needs a person.")
    return user


def credential_of(request: Request) -> str:
    """Return the name under which repeated requests are remembered: ``device:<id>`` or ``user:<id>``."""
    if isinstance(request.auth, Device):
        return f"device:{request.auth.pk}"
    return f"user:{person_of(request).pk}"
