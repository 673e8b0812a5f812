"""What does a hospital system say became of a card?"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from il2ward.http.problems import FieldError, shown
from il2ward.http.shapes import fit_body, unprocessable
from monitoring.services.cds_answers import Feedback

MOST = 50
Text = Annotated[str, Meta(max_length=1000)]


class Reason(msgspec.Struct, frozen=True):
    """The coded reason; other parts of the coding are not looked at."""

    code: Annotated[str, Meta(max_length=60)] = ""


class OverrideReason(msgspec.Struct, frozen=True, rename="camel"):
    """Why a card was overridden: one of the codes that it offered, and the clinician's words."""

    reason: Reason | None = None
    user_comment: Text | None = None


class Item(msgspec.Struct, frozen=True, rename="camel"):
    """What became of one card. A field of the specification that is not kept here is not refused either."""

    card: Annotated[str, Meta(max_length=60)]
    outcome: Literal["accepted", "overridden"]
    outcome_timestamp: Annotated[str, Meta(max_length=40)] = ""
    override_reason: OverrideReason | None = None


class Body(msgspec.Struct, frozen=True):
    """Up to fifty at once."""

    feedback: Annotated[list[Item], Meta(min_length=1, max_length=MOST)]


def feedback_in(tree: Any) -> list[Feedback]:
    """Return the feedback of a body; raises the 422 problem that names the wrong value."""
    return [_read(index, item) for index, item in enumerate(fit_body(tree, Body).feedback)]


def _read(index: int, item: Item) -> Feedback:
    try:
        card = UUID(item.card)
    except ValueError as error:
        raise unprocessable([FieldError(f"$.feedback[{index}].card", shown(item.card), "a card's uuid")]) from error
    why = item.override_reason
    return Feedback(
        card=card,
        outcome=item.outcome,
        reason_code=why.reason.code if why and why.reason else "",
        comment=(why.user_comment or "") if why else "",
        at=item.outcome_timestamp,
    )
