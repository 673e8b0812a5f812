"""Is every part up and in time? Answers `GET /healthz` for the supervisor, the proxy and people."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from il2ward.embedded.probe import broker_answers


def healthz(_: HttpRequest) -> JsonResponse:
    """Return the state of each part as JSON: 200 when all are up and in time, else 503."""
    parts = {"db": True, "broker": broker_answers()}
    return JsonResponse(parts, status=200 if all(parts.values()) else 503)
