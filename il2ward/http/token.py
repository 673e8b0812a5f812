"""POST of a signed assertion for a short token (SMART Backend Services), and where a system finds how to ask."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from il2ward import clock
from il2ward.staff.services import system_clients
from il2ward.staff.services.key_sets import ALGORITHMS
from il2ward.staff.services.system_clients import NotGranted

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MOST_BYTES = 16 * 1024
TOKEN_PATH = "/auth/token"  # noqa: S105 - an address, not a secret


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Answer with a token of five minutes; a refusal is OAuth's own JSON."""
    try:
        form = _form(request)
        granted = system_clients.grant(
            assertion=form.get("client_assertion", ""),
            scope=form.get("scope", ""),
            audience=request.build_absolute_uri(TOKEN_PATH),
            at=clock.now(),
        )
    except NotGranted as refused:
        status = 401 if refused.code == "invalid_client" else 400
        return _answer({"error": refused.code, "error_description": refused.sentence}, status)
    return _answer(
        {
            "access_token": granted.token,
            "token_type": "bearer",
            "expires_in": int(granted.lasts.total_seconds()),
            "scope": " ".join(granted.scopes),
        },
        200,
    )


@require_safe
def configuration(request: HttpRequest) -> HttpResponse:
    """Tell what can be asked for, and where."""
    return _answer(
        {
            "token_endpoint": request.build_absolute_uri(TOKEN_PATH),
            "grant_types_supported": ["client_credentials"],
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
            "scopes_supported": ["system/*.rs", "system/Observation.cruds"],
            "capabilities": ["client-confidential-asymmetric", "permission-v2"],
        },
        200,
    )


def _form(request: HttpRequest) -> QueryDict:
    kind = (request.content_type or "").lower()
    length = request.META.get("CONTENT_LENGTH") or "0"
    if kind != "application/x-www-form-urlencoded" or not length.isdigit() or int(length) > MOST_BYTES:
        raise NotGranted("invalid_request", "Send a form of at most 16 KiB.")
    form = request.POST
    if form.get("grant_type") != "client_credentials":
        raise NotGranted("unsupported_grant_type", "Only client_credentials is granted here.")
    if form.get("client_assertion_type") != ASSERTION_TYPE:
        raise NotGranted("invalid_client", "Only a signed assertion is taken; there are no client secrets.")
    return form


def _answer(content: dict[str, Any], status: int) -> HttpResponse:
    return JsonResponse(content, status=status, headers={"Cache-Control": "no-store"})
