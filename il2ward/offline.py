"""What does a browser show without a network? A page that says so, kept by a worker that keeps nothing else."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET


@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """The page without a network. Anybody; it is the same for everybody and names nobody."""
    return render(request, "offline.html")


@require_GET
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The service worker's script, at the root: from below it could not answer for the whole site. Anybody."""
    script = (settings.BASE_DIR / "static" / "js" / "service-worker.js").read_text(encoding="utf-8")
    return HttpResponse(script, content_type="text/javascript")
