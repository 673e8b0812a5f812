"""What does a version of CTCAE say, term by term, and from which source was it taken?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from il2ward.build import build
from monitoring.selectors.ctcae_page import term_page_of, version_page_of
from monitoring.views.access import STAFF, only_for


@require_GET
@only_for(*STAFF)
def version(request: HttpRequest, version: str) -> HttpResponse:
    """Every term of one version by category. Every role."""
    page = version_page_of(version)
    if page is None:
        raise Http404
    return render(request, "rules/ctcae.html", {"page": page, "here": "rules", "build": build()})


@require_GET
@only_for(*STAFF)
def term(request: HttpRequest, version: str, term: str) -> HttpResponse:
    """One term of one version, grade by grade. Every role."""
    page = version_page_of(version)
    found = term_page_of(page, term) if page else None
    if page is None or found is None:
        raise Http404
    return render(request, "rules/ctcae_term.html", {"page": page, "term": found, "here": "rules", "build": build()})
