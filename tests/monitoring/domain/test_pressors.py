"""A vasopressor runs until the next entry says otherwise; an old entry is not knowledge."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from monitoring.domain.pressors import pressor_names, pressor_state
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.standing import Standing
from tests.monitoring.domain.build import AT, OBSERVABLES, none_running, reading


def _rate(value: str, hours_ago: float, drug: str = "phenylephrine", **sent: str) -> MeasuredReading:
    return reading(f"{drug}_rate", value, "ug/kg/min", hours_ago=hours_ago, **sent)


def _state(*readings: MeasuredReading) -> bool | None:
    found = {pressor_state(Standing(order, AT), OBSERVABLES).running for order in permutations(readings)}
    assert len(found) == 1, "the order of arrival must not matter"
    return found.pop()


def test_five_vasopressors_are_known() -> None:
    assert set(pressor_names(OBSERVABLES)) == {
        f"{drug}_rate" for drug in ("phenylephrine", "norepinephrine", "epinephrine", "dopamine", "vasopressin")
    }


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([], None),
        ([none_running(2)], False),
        ([none_running(2.001)], None),
        ([_rate("0.5", 1)], True),
        ([_rate("0.5", 1.001)], None),
        ([_rate("0", 2)], False),
        ([_rate("0", 2.001)], None),
        ([_rate("0.5", 0.5), none_running(0.2)], False),
        ([none_running(0.5), _rate("0.5", 0.2)], True),
        ([_rate("0.5", 0.5), _rate("0", 0.2)], False),
        ([_rate("0.5", 0.5), _rate("0", 0.2, "norepinephrine")], True),
        ([_rate("0.5", 1.5), _rate("0", 0.2, "norepinephrine")], None),
        ([_rate("0.5", 0.5), none_running(0.5)], True),
        ([_rate("0.5", 0.5), _rate("0", 0.5)], True),
        ([_rate("0.5", 0.5), _rate("0.1", 0.2, "norepinephrine")], True),
        ([none_running(0.5), _rate("plenty", 0.2)], None),
        ([none_running(0.2), _rate("plenty", 0.5)], False),
        ([_rate("0.5", 0.5), _rate("plenty", 0.2)], True),
        ([_rate("0.5", 1.2), _rate("plenty", 0.2)], None),
        ([_rate("0.5", 0.5, "norepinephrine"), _rate("plenty", 0.2)], True),
        ([_rate("0.5", 0.2, comparator=">")], True),
        ([_rate("0", 0.2, comparator=">")], True),
        ([_rate("0.5", 0.2, comparator="<")], None),
        ([_rate("0", 0.2, comparator=">=")], None),
        ([none_running(0.5), _rate("0.5", 0.2, status="preliminary")], True),
        ([_rate("0", 0.2, status="preliminary")], None),
        ([none_running(0.2), _rate("0.5", 0.5, status="preliminary")], False),
        ([reading("vasopressors_none", "perhaps", hours_ago=0.2)], None),
        ([_rate("0.5", 0.5), reading("vasopressors_none", "perhaps", hours_ago=0.2)], True),
    ],
)
def test_state_is_what_the_newest_fresh_entries_say(readings: list[MeasuredReading], expected: bool | None) -> None:
    assert _state(*readings) is expected


@pytest.mark.parametrize(
    ("readings", "hours"),
    [
        ([_rate("0.5", 30), _rate("0.7", 0.5)], 30),
        ([_rate("0.5", 30), none_running(20), _rate("0.7", 10), _rate("0.7", 0.5)], 10),
        (
            [_rate("0.5", 30), _rate("0.1", 25, "norepinephrine"), _rate("0", 20), _rate("0.1", 0.5, "norepinephrine")],
            30,
        ),
        ([_rate("0.5", 30), _rate("0", 20), _rate("0.1", 0.5)], 0.5),
        ([_rate("0.5", 30), none_running(20), _rate("0.1", 20), _rate("0.1", 0.5)], 20),
        ([_rate("0.5", 30), reading("vasopressors_none", "x", hours_ago=3), _rate("0.1", 0.5)], 30),
    ],
)
def test_run_of_support_begins_with_its_first_entry(readings: list[MeasuredReading], hours: float) -> None:
    assert pressor_state(Standing(readings, AT), OBSERVABLES).since == AT - timedelta(hours=hours)


def test_reason_names_the_drug_and_its_rate() -> None:
    running = pressor_state(Standing([_rate("0.5", 0.5)], AT), OBSERVABLES)
    old = pressor_state(Standing([_rate("0.5", 3)], AT), OBSERVABLES)
    unreadable = pressor_state(Standing([_rate("plenty", 0.5)], AT), OBSERVABLES)

    assert running.why == "Phenylephrine rate running (0.5 ug/kg/min)"
    assert old.why == "Phenylephrine rate: charted too long ago"
    assert unreadable.why == "Phenylephrine rate: not a number"
    doubtful = pressor_state(Standing([_rate("0.5", 0.5, comparator="<")], AT), OBSERVABLES)
    assert doubtful.why == "Phenylephrine rate: the entry leaves open whether it runs"
