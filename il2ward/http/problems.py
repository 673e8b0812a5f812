"""How does an interface say no? As problem+json (RFC 9457): a code, a sentence, and each wrong value by its path."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse

MOST_SHOWN_CHARACTERS = 80
CONTENT_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One wrong value: where it stood, what it was (cut to 80 characters) and what is allowed there."""

    path: str
    value: str
    allowed: str

    def as_dict(self) -> dict[str, str]:
        """Return the three parts under the names used on the wire."""
        return {"path": self.path, "value": self.value, "allowed": self.allowed}


@dataclass(eq=False)
class Problem(Exception):
    """A request that is refused. ``code`` is kebab-case and permanent; ``detail`` a sentence for people."""

    status: int
    code: str
    detail: str
    errors: Sequence[FieldError] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the body: type, title, status, code, detail, errors and whatever else was added."""
        return {
            "type": f"urn:il2ward:problem:{self.code}",
            "title": self.code.replace("-", " ").capitalize(),
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
            "errors": [error.as_dict() for error in self.errors],
            **self.extra,
        }


def shown(value: object) -> str:
    """Return ``value`` as text of at most 80 characters, for an error that quotes it."""
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= MOST_SHOWN_CHARACTERS else f"{text[:MOST_SHOWN_CHARACTERS]}…"


def answer(problem: Problem) -> HttpResponse:
    """Return the response that carries ``problem``."""
    body = json.dumps(problem.as_dict(), ensure_ascii=False)
    return HttpResponse(body, content_type=CONTENT_TYPE, status=problem.status)
