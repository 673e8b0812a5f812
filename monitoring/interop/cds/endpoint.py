"""What is the same for every address of the CDS Hooks service: who may ask, from which pages, signed how?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from rest_framework.authentication import get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from dosing.services.refusals import Refused
from il2ward import clock
from il2ward.http.credentials import ApiKey, Bearer
from il2ward.http.endpoint import Endpoint
from il2ward.http.problems import Problem
from il2ward.staff.models import Device
from il2ward.staff.scopes import allows
from il2ward.staff.services import system_clients
from il2ward.staff.services.system_clients import NotGranted

# The card tells of a hold and why: who may not read that is told nothing.
TOLD = "DetectedIssue"


class SignedCall(Bearer):
    """``Authorization: Bearer`` with a signed assertion for this very address (CDS Hooks), else a short token."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Device] | None:
        """Return the system that signed the call; None when the request carries no token."""
        scheme, _, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or token.count(".") != 2:
            return super().authenticate(request)
        service = request.build_absolute_uri(request.path)
        try:
            device = system_clients.prove(
                assertion=token.strip(), audience=[service, service.removesuffix("/feedback")], at=clock.now()
            )
        except NotGranted as no:
            raise AuthenticationFailed(no.sentence) from no
        return AnonymousUser(), device


class AskingSystem(BasePermission):
    """Let in a system that may read holds; whether a browser may ask at all (OPTIONS) says nothing of anybody."""

    message = f"This system may not read {TOLD}, so it is told no card."

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Return whether a system with the right is asking."""
        if request.method == "OPTIONS":
            return True
        return isinstance(request.auth, Device) and allows(request.auth.scopes, TOLD, "r")


class CdsEndpoint(Endpoint):
    """An address of the CDS Hooks service."""

    authentication_classes = [ApiKey, SignedCall]
    permission_classes = [AskingSystem]

    def options(self, request: Any, *_: Any, **__: Any) -> Any:  # noqa: ARG002
        """Answer a browser that asks whether it may ask."""
        return HttpResponse(status=204)

    def problem_of(self, exc: Exception) -> Problem | None:
        """Tell a refusal of the service."""
        if isinstance(exc, Refused):
            return Problem(404, exc.code, exc.sentence)
        return super().problem_of(exc)

    def allowed_origin(self, origin: str) -> str:
        """Return the origin to name as allowed; "" for none."""
        return origin if origin in settings.IL2WARD_CDS_ORIGINS else ""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Name the page's origin where it is allowed."""
        done = super().finalize_response(request, response, *args, **kwargs)
        allowed = self.allowed_origin(request.headers.get("Origin", ""))
        if allowed:
            done["Access-Control-Allow-Origin"] = allowed
            done["Access-Control-Allow-Methods"] = "GET, POST, OPTIONS"
            done["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
            done["Access-Control-Max-Age"] = "600"
        done["Vary"] = "Origin"
        return done
