"""Hypotension at the bedside: the newest pressure, what was given around it, and each observation in its own light."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from dosing.domain.snapshot import Origin, Reading
from monitoring.domain.current_grades import TermResult, grade_observation
from monitoring.rules.loader import load_ctcae
from tests.monitoring.domain.build import AT, OBSERVABLES, V5, none_running, present, reading


def _sbp(value: str, hours_ago: float, **sent: Any) -> Reading:
    return reading("bp_systolic", value, "mm[Hg]", hours_ago=hours_ago, **sent)


def _bolus(hours_ago: float, value: str = "500") -> Reading:
    return reading("fluid_bolus", value, "mL", hours_ago=hours_ago)


def _rate(value: str, hours_ago: float) -> Reading:
    return reading("norepinephrine_rate", value, "ug/kg/min", hours_ago=hours_ago)


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([_sbp("89", 2), none_running(1)], 1),
        ([_sbp("89", 2.001), none_running(1)], None),
        ([_sbp("89", 1)], None),
        ([_sbp("x", 1), none_running(1)], None),
        ([_sbp("0", 1), none_running(1)], None),
        ([_sbp("x", 1), _rate("0.1", 0.5)], 3),
        ([_rate("0.1", 0.5)], 3),
        ([none_running(1)], None),
        ([_sbp("89", 1), none_running(1), _bolus(8)], 2),
        ([_sbp("89", 1), none_running(1), _bolus(8.001)], 1),
        ([_sbp("89", 1), none_running(1), _bolus(3, "0")], 1),
        ([_sbp("89", 1), none_running(1), _bolus(3, "some")], 2),
        ([_sbp("90", 1), none_running(1), _bolus(3)], 0),
        ([_sbp("120", 1), _sbp("85", 1), none_running(1)], 1),
        ([_sbp("120", 1), _sbp("x", 1), none_running(1)], None),
        ([_sbp("85", 1), _sbp("x", 1), none_running(1)], 1),
        ([_sbp("85", 1), _sbp("120", 0.5), none_running(1)], 0),
        ([_sbp("120", 0.5), _rate("0.1", 0.5)], 3),
        ([_sbp("120", 0.5), _rate("0.1", 1.5)], None),
        ([_sbp("120", 0.5), _rate("0.1", 1.5), none_running(0.2)], 0),
    ],
)
def test_present_grade(readings: list[Reading], expected: int | None) -> None:
    found = {present(*order)["hypotension"].grade for order in permutations(readings)}  # type: ignore[arg-type]

    assert found == {expected}


def test_no_target_is_no_grade() -> None:
    assert present(_sbp("120", 1), none_running(1), target_sbp=None)["hypotension"].grade is None  # type: ignore[arg-type]


def test_bolus_since_the_previous_dose_counts_beyond_eight_hours() -> None:
    readings = (_sbp("89", 1), none_running(1), _bolus(12))
    since = AT - timedelta(hours=12)

    assert present(*readings, previous_dose_started_at=since)["hypotension"].grade == 2  # type: ignore[arg-type]
    later = since + timedelta(seconds=1)
    assert present(*readings, previous_dose_started_at=later)["hypotension"].grade == 1  # type: ignore[arg-type]


def test_grade_shows_the_reading_that_decided_it() -> None:
    held = present(_sbp("120", 0.5), _rate("0.1", 0.6))["hypotension"]  # type: ignore[arg-type]
    low = present(_sbp("80", 0.5, origin=Origin.DEVICE), none_running(1))["hypotension"]  # type: ignore[arg-type]

    assert (held.shown, held.observed_at) == ("0.1 ug/kg/min", AT - timedelta(hours=0.6))
    assert (low.shown, low.origin) == ("80 mm[Hg]", Origin.DEVICE)


def _of(one: Reading, *around: Reading, **course: Any) -> dict[str, TermResult]:
    course.setdefault("target_sbp", Decimal(90))
    course.setdefault("ctcae", V5)
    found = grade_observation(one, around, baselines={}, observables=OBSERVABLES, **course)
    return {each.term: each for each in found}


@pytest.mark.parametrize("one", [_sbp("85", 3), _bolus(3), none_running(3)], ids=lambda one: one.observable)
def test_pressure_bolus_and_pressor_entries_feed_hypotension_alone(one: Reading) -> None:
    assert set(_of(one)) == {"hypotension"}


def test_each_observation_is_graded_in_the_light_of_its_own_instant() -> None:
    low, bolus, none, pressor = _sbp("85", 5), _bolus(4.5), none_running(5.5), _rate("0.1", 4)
    around = (low, bolus, none, pressor, _sbp("120", 3))

    assert _of(low, *around)["hypotension"].grade == 1
    assert _of(bolus, *around)["hypotension"].grade == 2
    assert _of(pressor, *around)["hypotension"].grade == 3
    assert _of(none, *around)["hypotension"].grade is None
    assert _of(around[-1], *around)["hypotension"].grade == 3 or _of(around[-1], *around)["hypotension"].grade is None


def test_late_arrival_changes_nothing_of_what_stood_before_it() -> None:
    low, none = _sbp("85", 5), none_running(5.5)

    assert _of(low, none) == _of(low, none, _rate("0.1", 2), _sbp("70", 1))


def test_laboratory_value_is_graded_itself() -> None:
    potassium = reading("potassium", "6.5", "mmol/L", hours_ago=3, uln="5.0", lln="3.5")

    found = _of(potassium, reading("potassium", "4", "mmol/L", hours_ago=2))

    assert {key: each.grade for key, each in found.items()} == {"hypokalemia": 0, "hyperkalemia": 3}


@pytest.mark.parametrize(("status", "why"), [("cancelled", "cancelled"), ("entered-in-error", "entered in error")])
def test_void_observation_gets_no_grade(status: str, why: str) -> None:
    found = _of(reading("platelets", "10", "10*9/L", status=status), none_running(0))["platelets_decreased"]

    assert (found.grade, found.why) == (None, why)


def test_unusable_observation_gets_no_grade_and_says_why() -> None:
    found = _of(reading("platelets", "clumped", "10*9/L"))["platelets_decreased"]

    assert (found.grade, found.why) == (None, "not a number")


@pytest.mark.parametrize(
    ("one", "version"),
    [
        (reading("lactate", "3", "mmol/L"), "5.0"),
        (reading("ck", "900", "U/L"), "6.0"),
        (reading("o2_flow", "2", "L/min"), "5.0"),
        (reading("bp_diastolic", "60", "mm[Hg]"), "5.0"),
        (reading("phosphate", "1", "mg/dL"), "5.0"),
        (Reading("smell", AT), "5.0"),
    ],
    ids=lambda one: getattr(one, "observable", one),
)
def test_observation_that_no_term_reads_gives_nothing(one: Reading, version: str) -> None:
    assert _of(one, ctcae=load_ctcae(version).value) == {}
