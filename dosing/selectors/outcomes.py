"""What exactly did a stored assessment answer?"""

from __future__ import annotations

import msgspec

from dosing.domain.outcome import Outcome
from dosing.models import Assessment


def outcome_to_json(outcome: Outcome) -> dict[str, object]:
    """Return the outcome in JSON's own types, without loss: instants ISO 8601 in UTC, words as they are."""
    plain: dict[str, object] = msgspec.json.decode(msgspec.json.encode(outcome))
    return plain


def outcome_of(assessment: Assessment) -> Outcome:
    """Return the stored outcome as it was. Raises ``msgspec.ValidationError`` when the row is not one."""
    return msgspec.convert(assessment.outcome, Outcome)
