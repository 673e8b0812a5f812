"""Where is a search kept that names a patient? In the session of who searched: no name stands in an address."""

from __future__ import annotations

from django.http import HttpRequest

from monitoring.views.access import person_of

LONGEST = 80


def keep(request: HttpRequest, page: str, text: str) -> None:
    """Keep what the person searches for on ``page`` until they search for something else or sign out."""
    said = text.replace("\0", "").strip()[:LONGEST]
    request.session[_key(page)] = {"by": person_of(request).pk, "text": said}


def kept(request: HttpRequest, page: str) -> str:
    """Return what this very person last searched for on ``page``; "" for nothing."""
    last = request.session.get(_key(page), {})
    return str(last["text"]) if last.get("by") == person_of(request).pk else ""


def _key(page: str) -> str:
    return f"search {page}"
