"""When may the next cycle and the next course start, and how many doses are left?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dosing.domain.schedule import (
    cycle_closes_at,
    doses_left,
    dosing_days,
    next_course_from,
    next_cycle_from,
    next_cycle_until,
    repeat_between,
    slots,
    start_between,
)
from dosing.domain.schedule_delay import delay_under, may_be_delayed
from dosing.rules.course_loader import load_delays
from dosing.rules.loader import load_inputs, load_regimen, protocol_keys, regimen_keys

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


@pytest.mark.parametrize("key", regimen_keys())
def test_every_slot_lies_within_the_days_of_its_cycle(key: str) -> None:
    regimen = load_regimen(key).value
    found = slots(regimen, START, window_h=load_inputs().value.window_h)

    assert len(found) == regimen.slots_per_cycle
    assert all(slot.due_at < cycle_closes_at(regimen, START) for slot in found)


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("hd_600_fda", ((1, 5), (15, 19))),
        ("hd_600_cwg_2005", ((1, 5), (15, 19))),
        ("hd_720_nci", ((1, 5), (13, 17))),
        ("hd_600_atkins_1999", ((1, 5), (12, 16))),
        ("hd_600_umn", ((1, 5), (16, 20))),
        ("til_il2", ((1, 3),)),
    ],
)
def test_days_of_dosing_are_those_of_the_source_with_the_shortest_rest(
    key: str, days: tuple[tuple[int, int], ...]
) -> None:
    assert dosing_days(load_regimen(key).value) == days


@pytest.mark.parametrize(
    ("key", "shortest", "longest"),
    [("hd_720_nci", 12, 15), ("hd_600_atkins_1999", 11, 14), ("hd_600_umn", 15, 26), ("hd_600_fda", 14, None)],
)
def test_next_cycle_starts_within_the_rest_of_the_source(key: str, shortest: int, longest: int | None) -> None:
    regimen = load_regimen(key).value

    assert next_cycle_from(regimen, START) == START + shortest * DAY
    assert next_cycle_until(regimen, START) == (None if longest is None else START + longest * DAY)


def test_next_course_is_counted_from_discharge_only_where_the_source_says_so() -> None:
    assert next_course_from(load_regimen("hd_600_fda").value, START) == START + 49 * DAY
    assert next_course_from(load_regimen("hd_720_nci").value, START) is None


def test_repeat_is_counted_from_the_start_of_the_course_where_the_source_says_so() -> None:
    assert repeat_between(load_regimen("hd_600_atkins_1999").value, START) == (START + 6 * WEEK, START + 12 * WEEK)
    assert repeat_between(load_regimen("hd_600_cwg_2005").value, START) == (START + 12 * WEEK, START + 12 * WEEK)
    assert repeat_between(load_regimen("hd_600_fda").value, START) is None


def test_first_dose_after_the_cells_starts_3_to_24_hours_after_them() -> None:
    assert start_between(load_regimen("til_il2").value, START) == (START + 3 * HOUR, START + 24 * HOUR)
    assert start_between(load_regimen("hd_600_fda").value, START) is None


@pytest.mark.parametrize(
    ("in_cycle", "in_course", "left"),
    [
        (0, 0, 14),
        (13, 13, 1),
        (14, 14, 0),
        (15, 15, 0),
        (0, 14, 14),
        (13, 27, 1),
        (0, 28, 0),
        (0, 20, 8),
        (2, 29, 0),
    ],
)
def test_doses_left_are_bounded_by_cycle_and_course(in_cycle: int, in_course: int, left: int) -> None:
    assert doses_left(load_regimen("hd_600_fda").value, given_in_cycle=in_cycle, given_in_course=in_course) == left


def test_delay_is_said_by_the_source_of_each_protocol_or_left_open() -> None:
    rules = load_delays().value

    assert {key: may_be_delayed(rules, key) for key in protocol_keys()} == {
        "consensus_2014": None,
        "ctcae_gate": None,
        "fda_label": None,
        "schwartzentruber_2001": True,
        "springerplus_2015": False,
        "til_2024": None,
    }


def test_silence_on_delay_is_told_from_a_source_that_was_not_read() -> None:
    rules = load_delays().value
    label = delay_under(rules, "fda_label")

    assert label is not None
    assert label.rule == "not_stated"
    assert delay_under(rules, "consensus_2014") is None
    assert [row.id for row in rules.rows if row.protocol is None] == ["d_uptodate", "d_days_and_doses"]
