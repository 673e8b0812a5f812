"""Can a physician delay a dose over the JSON interface, once, and is a refusal told in the source's words?"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from dosing.models import SlotMove
from tests.bedside_of_the_file import made_once
from tests.dosing.builders import Bedside, due, make_bedside
from tests.monitoring.api.bedside_client import post, told
from tests.signed_in import signed_in

HOUR = timedelta(hours=1)


# A first dose, window just opened, under the protocol that speaks of delay.
bedside_of_the_file = made_once(partial(make_bedside, protocol="schwartzentruber_2001"))


def delay(bedside: Bedside, *, again: str = "", **changed: Any) -> Any:
    """POST a delay of dose 1; a field set to None is left out."""
    seen = told(signed_in(bedside.nurse).get(f"/api/v1/courses/{bedside.course.pk}/assessment"))
    whole = {
        "kind": "delay", "outcome_token": seen["outcome_token"], "reason_code": "procedure",
        "due_at": (due(1) + 4 * HOUR).isoformat(), **changed,
    }  # fmt: skip
    body = {name: value for name, value in whole.items() if value is not None}
    return post(signed_in(bedside.physician), f"/api/v1/doses/{bedside.dose(1).pk}/decisions", body, again=again)


def test_delay_answers_with_every_slot_it_moved(bedside: Bedside) -> None:
    response = delay(bedside)

    assert response.status_code == 201
    said = told(response)
    assert (said["kind"], said["reason_code"], said["expires_at"]) == ("delay", "procedure", None)
    assert [one["number"] for one in said["moves"]] == list(range(1, 15))
    assert said["moves"][1] == {
        "dose": bedside.dose(2).pk, "number": 2, "due_before_at": due(2).isoformat(),
        "due_after_at": (due(2) + 4 * HOUR).isoformat(), "is_lost": False,
    }  # fmt: skip


def test_delay_is_done_once_when_it_is_sent_twice(bedside: Bedside) -> None:
    first, second = delay(bedside, again="one-and-the-same"), delay(bedside, again="one-and-the-same")
    assert (first.status_code, second.status_code) == (201, 201)
    assert told(first) == told(second)
    assert SlotMove.objects.count() == 14


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"due_at": None}, 422, "invalid"),
        ({"due_at": due(1).isoformat()}, 422, "impossible-time"),
        ({"due_at": "2026-03-02T12:00:00"}, 422, "wrong-content"),
        ({"kind": "hold", "reason_code": "toxicity"}, 422, "invalid"),
        ({"reason_code": ""}, 422, "reason-missing"),
    ],
)
def test_delay_that_makes_no_sense_is_refused(
    bedside: Bedside, changed: dict[str, Any], status: int, code: str
) -> None:
    response = delay(bedside, **changed)
    assert response.status_code == status
    assert told(response)["code"] == code
    assert not SlotMove.objects.exists()


def test_delay_is_refused_in_the_words_of_the_source(at: object, db: None) -> None:
    response = delay(make_bedside(protocol="springerplus_2015"))
    assert response.status_code == 409
    assert told(response)["code"] == "delay-not-allowed"
    assert "says that the slot is lost" in told(response)["detail"]
    assert told(response)["assessment"]["dose"]["number"] == 1
