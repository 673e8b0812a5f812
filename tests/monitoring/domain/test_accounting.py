"""What is on the list of things that a completed course does not account for?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from monitoring.domain.accounting import AlertAccount, CourseAccount, DoseAccount, unaccounted

GIVEN = DoseAccount(1, 3, "given", 43_500_000, 43_500_000)
FINE = CourseAccount(
    is_ended=True, doses=(GIVEN,), alerts=(AlertAccount(7, "Next dose: HOLD", was_acknowledged=True, is_cleared=True),),
    open_cycles=(), unsigned_checks=(), ungraded=0, proposed_grades=0, open_orders=(), standing_stops=0,
    has_response=True,
)  # fmt: skip


def keys(**changed: Any) -> list[str]:
    return [one.key for one in unaccounted(replace(FINE, **changed))]


def dose(**changed: Any) -> list[str]:
    return keys(doses=(replace(GIVEN, **changed),))


def test_nothing_is_on_the_list_when_everything_is_accounted_for() -> None:
    assert keys() == []


@pytest.mark.parametrize("status", ["held", "refused", "omitted"])
def test_slot_without_a_dose_is_accounted_for_when_it_has_a_reason(status: str) -> None:
    assert dose(status=status, given_iu=None, is_checked=False) == []
    assert dose(status=status, given_iu=None, has_reason=False) == ["dose-1-3-reason"]


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"status": "planned", "given_iu": None}, "open"),
        ({"status": "started", "given_iu": None}, "running"),
        ({"is_deviation": True}, "deviation"),
        ({"unpermitted": "started under a stop"}, "permission"),
        ({"is_checked": False}, "check"),
        ({"is_calculated_twice": False}, "calculation"),
        ({"given_iu": 43_499_999}, "amount"),
        ({"more_severe_now": True}, "changed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_dose_is_on_the_list_when_something_about_it_is_open(changed: dict[str, Any], key: str) -> None:
    assert dose(**changed) == [f"dose-1-3-{key}"]


def test_interrupted_dose_may_be_less_than_planned() -> None:
    assert dose(status="interrupted", given_iu=10) == []


def test_deviation_is_not_asked_for_permission_again_when_it_is_on_the_list() -> None:
    assert dose(is_deviation=True, unpermitted="started without an assessment", is_checked=False) == [
        "dose-1-3-deviation",
        "dose-1-3-check",
    ]


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"is_ended": False}, "course-open"),
        ({"open_cycles": (2,)}, "cycle-2-open"),
        ({"unsigned_checks": ("cycle 1: consent",)}, "check-cycle 1: consent"),
        ({"ungraded": 1}, "ungraded"),
        ({"proposed_grades": 1}, "proposed"),
        ({"open_orders": ("ecg",)}, "order-ecg"),
        ({"standing_stops": 1}, "stops"),
        ({"has_response": False}, "response"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_course_is_on_the_list_when_something_of_it_is_open(changed: dict[str, Any], key: str) -> None:
    assert keys(**changed) == [key]


def test_alert_is_on_the_list_when_nobody_acknowledged_or_it_is_open() -> None:
    unseen = AlertAccount(8, "Running infusion", was_acknowledged=False, is_cleared=True)
    still_open = AlertAccount(9, "Fever", was_acknowledged=True, is_cleared=False)

    assert keys(alerts=(unseen,)) == ["alert-8-unseen"]
    assert keys(alerts=(still_open,)) == ["alert-9-open"]
    assert "Running infusion" in unaccounted(replace(FINE, alerts=(unseen,)))[0].text


def test_count_is_said_in_the_right_number() -> None:
    assert [one.text for one in unaccounted(replace(FINE, ungraded=1))] == ["1 value waits to be graded"]
    assert [one.text for one in unaccounted(replace(FINE, ungraded=2))] == ["2 values wait to be graded"]
