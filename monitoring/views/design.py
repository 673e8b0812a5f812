"""What is every page here made of? The design system on one page, with the very styles and parts that pages use."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from il2ward import clock
from il2ward.build import build
from il2ward.staff.models import Role
from monitoring.selectors.card import Face
from monitoring.views.access import only_for

# What each colour is for; two tokens on a line are ink on ground.
COLOURS = (
    ("paper", "ink", "the page"),
    ("card", "ink", "cards and panes"),
    ("raised", "ink-2", "what lies a little higher; quiet text"),
    ("ok-bg", "ok", "CONTINUE, done, live"),
    ("review-bg", "review", "REVIEW, medium priority"),
    ("hold-bg", "hold", "HOLD, high priority, refusals"),
    ("stop-bg", "stop", "STOP, not live"),
    ("unknown-bg", "unknown", "CANNOT DECIDE, missing, too old"),
    ("given", "given-ink", "what was given"),
    ("act", "act-ink", "the main button"),
)
FACES = (
    Face.CONTINUE, Face.REVIEW, Face.HOLD, Face.UNDECIDED, Face.STOP_CYCLE, Face.STOP_PERMANENT, Face.NOT_YET_DUE,
    Face.UPDATING, Face.NO_DOSE,
)  # fmt: skip
SLOTS = (
    ("given", "●"), ("interrupted", "◐"), ("deviation", "!"), ("held", "H"), ("refused", "R"), ("omitted", "–"),
    ("next", ""), ("", ""),
)  # fmt: skip


@require_GET
@only_for(Role.ADMIN)
def page(request: HttpRequest) -> HttpResponse:
    """Tokens, parts and states, in the theme that the browser asks for. Admins."""
    shown = {
        "colours": COLOURS,
        "faces": FACES,
        "slots": SLOTS,
        "grades": ("0", "1", "2", "3", "4", "?"),
        "at": clock.now(),
        "build": build(),
        "here": "design",
    }
    return render(request, "design/page.html", shown)
