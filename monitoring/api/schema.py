"""GET of the OpenAPI document, and of the page that shows it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from rest_framework.request import Request

from il2ward.http.credentials import Anybody
from il2ward.http.endpoint import Endpoint, said, sent
from monitoring.api import openapi


class Schema(Endpoint):
    """Anybody may ask how the interface is spoken to; it says nothing of any person."""

    permission_classes = [Anybody]

    def get(self, request: Request) -> HttpResponse:  # noqa: ARG002
        """Return the document."""
        return sent(said(200, openapi.document(), "application/vnd.oai.openapi+json"))


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the document; nothing is loaded from elsewhere."""
    return render(request, "api/docs.html")
