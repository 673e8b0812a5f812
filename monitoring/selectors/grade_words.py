"""How is a clinician's word on a grade told among the last events?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Body = Mapping[str, Any]


def confirmed(body: Body) -> str:
    """A word on a computed grade."""
    grade, computed = body.get("grade"), body.get("computed")
    name = body.get("label", "A grade")
    if grade == computed:
        return f"{name} grade {grade} confirmed"
    return f"{name} set to grade {grade}, proposed was {computed}{_why(body.get('reason'))}"


def entered(body: Body) -> str:
    """A grade that no number gave."""
    return f"{body.get('label', 'A grade')} grade {body.get('grade')} entered{_why(body.get('note'))}"


def withdrawn(body: Body) -> str:
    """An entry made in error."""
    return f"{body.get('label', 'A grade')}: the entered grade was taken back{_why(body.get('note'))}"


def _why(text: object) -> str:
    return f": {text}" if text else ""
