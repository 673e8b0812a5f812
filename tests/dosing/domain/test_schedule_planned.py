"""When are the infusions and injections of planned regimens due?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dosing.domain.schedule_planned import next_planned_cycle_at, planned_doses
from dosing.rules.course_loader import load_planned

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MONDAY_TO_FRIDAY = (1, 2, 3, 4, 5)


def test_legha_runs_four_days_without_a_pause_in_each_of_four_weeks() -> None:
    doses = planned_doses(load_planned("civ_legha_1996").value, START)

    assert [dose.number for dose in doses] == list(range(1, 17))
    assert [dose.day for dose in doses] == [1, 2, 3, 4, 8, 9, 10, 11, 15, 16, 17, 18, 22, 23, 24, 25]
    assert {dose.iu for dose in doses} == {12_000_000}
    assert doses[0].due_at == START
    assert all(dose.ends_at == dose.due_at + 24 * HOUR for dose in doses)
    assert doses[3].ends_at == START + 4 * DAY


def test_decrescendo_runs_from_day_5_into_day_10_without_a_pause() -> None:
    doses = planned_doses(load_planned("biochemo_eortc18951").value, START)
    begins = START + 4 * DAY

    assert [(dose.due_at - begins) // HOUR for dose in doses] == [0, 6, 18, 42, 66, 90]
    assert [one.ends_at for one in doses[:-1]] == [one.due_at for one in doses[1:]]
    assert doses[-1].ends_at == begins + 114 * HOUR
    assert doses[-1].ends_at <= START + 10 * DAY
    assert [dose.iu for dose in doses] == [18_000_000] * 3 + [4_500_000] * 3


def test_flat_injections_step_down_within_the_week() -> None:
    doses = planned_doses(load_planned("sc_eu_5wk").value, START)

    assert [dose.iu for dose in doses if dose.week == 1] == [18_000_000] * 5
    for week in (2, 3, 4):
        assert [dose.iu for dose in doses if dose.week == week] == [18_000_000] * 2 + [9_000_000] * 3
    assert len(doses) == 20
    assert {dose.ends_at for dose in doses} == {None}


def test_injections_by_weight_are_halved_after_the_first_week() -> None:
    doses = planned_doses(load_planned("sc_yang").value, START)

    assert [dose.iu for dose in doses] == [250_000] * 5 + [125_000] * 25
    assert doses[-1].due_at == START + 39 * DAY


def test_first_day_with_three_injections_has_them_eight_hours_apart() -> None:
    doses = planned_doses(load_planned("sc_ifn_cwg").value, START)

    assert [dose.due_at - START for dose in doses[:4]] == [0 * HOUR, 8 * HOUR, 16 * HOUR, 24 * HOUR]
    assert len(doses) == 3 + 4 + 15


@pytest.mark.parametrize(
    ("key", "weeks"),
    [
        ("civ_legha_1996", tuple((week, (1, 2, 3, 4)) for week in (1, 2, 3, 4))),
        ("civ_eu_smpc", ((1, MONDAY_TO_FRIDAY), (2, MONDAY_TO_FRIDAY))),
        ("sc_eu_5wk", tuple((week, MONDAY_TO_FRIDAY) for week in (1, 2, 3, 4))),
        ("sc_yang", tuple((week, MONDAY_TO_FRIDAY) for week in (1, 2, 3, 4, 5, 6))),
        ("sc_ifn_cwg", tuple((week, MONDAY_TO_FRIDAY) for week in (1, 2, 3, 4))),
        ("biochemo_eortc18951", ((1, (5,)),)),
    ],
)
def test_doses_start_on_the_days_of_each_week_that_the_source_names(
    key: str, weeks: tuple[tuple[int, tuple[int, ...]], ...]
) -> None:
    doses = planned_doses(load_planned(key).value, START)

    assert {(dose.week, dose.day - 7 * (dose.week - 1)) for dose in doses} == {
        (week, day) for week, days in weeks for day in days
    }


def test_next_cycle_is_due_where_the_source_says_how_often() -> None:
    assert next_planned_cycle_at(load_planned("civ_legha_1996").value, START) == START + 42 * DAY
    assert next_planned_cycle_at(load_planned("sc_eu_5wk").value, START) == START + 35 * DAY
    assert next_planned_cycle_at(load_planned("sc_yang").value, START) is None
