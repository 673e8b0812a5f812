"""When may the next cycle and the next course start?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dosing.domain.schedule import (
    cycle_closes_at,
    dosing_days,
    due_times,
    next_course_from,
    next_cycle_from,
    start_between,
)
from dosing.domain.schedule_delay import delay_under
from dosing.rules.course_loader import load_delays
from dosing.rules.loader import load_regimen, regimen_keys

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("key", regimen_keys())
def test_every_slot_lies_within_the_days_of_its_cycle(key: str) -> None:
    regimen = load_regimen(key).value
    found = due_times(regimen, START)

    assert len(found) == regimen.slots_per_cycle
    assert max(found) < cycle_closes_at(regimen, START)


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
    ("key", "shortest"),
    [("hd_720_nci", 12), ("hd_600_atkins_1999", 11), ("hd_600_umn", 15), ("hd_600_fda", 14)],
)
def test_next_cycle_starts_after_the_shortest_rest_of_the_source(key: str, shortest: int) -> None:
    assert next_cycle_from(load_regimen(key).value, START) == START + shortest * DAY


def test_next_course_is_counted_from_discharge_only_where_the_source_says_so() -> None:
    assert next_course_from(load_regimen("hd_600_fda").value, START) == START + 49 * DAY
    assert next_course_from(load_regimen("hd_720_nci").value, START) is None


def test_first_dose_after_the_cells_starts_3_to_24_hours_after_them() -> None:
    assert start_between(load_regimen("til_il2").value, START) == (START + 3 * HOUR, START + 24 * HOUR)
    assert start_between(load_regimen("hd_600_fda").value, START) is None


def test_delay_is_said_by_the_source_of_each_protocol_or_left_open() -> None:
    rules = load_delays().value

    assert {row.protocol: row.rule for row in rules.rows if row.protocol and row.rule != "not_stated"} == {
        "schwartzentruber_2001": "dose_is_delayed",
        "springerplus_2015": "slot_is_lost",
    }


def test_silence_on_delay_is_told_from_a_source_that_was_not_read() -> None:
    rules = load_delays().value
    label = delay_under(rules, "fda_label")

    assert label is not None
    assert label.rule == "not_stated"
    assert delay_under(rules, "consensus_2014") is None
    assert [row.id for row in rules.rows if row.protocol is None] == ["d_uptodate", "d_days_and_doses"]
