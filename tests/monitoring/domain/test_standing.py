"""Only what was observed by then, is not void and not replaced counts, whatever order it came in."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from dosing.domain.snapshot import Reading
from monitoring.domain.standing import Standing
from tests.monitoring.domain.build import AT, reading


def _creatinine(value: str, hours_ago: float, **sent: str) -> Reading:
    return reading("creatinine", value, "mg/dL", hours_ago=hours_ago, **sent)


def _values(*readings: Reading) -> list[str]:
    return [one.shown.split()[0] for one in Standing(readings, AT).of("creatinine")]


def test_readings_are_ordered_by_observation_and_later_ones_do_not_count() -> None:
    assert _values(_creatinine("1.3", 1), _creatinine("1.1", 3), _creatinine("9", -1)) == ["1.1", "1.3"]


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_void_reading_never_counts_and_takes_its_other_versions_with_it(status: str) -> None:
    void = _creatinine("3.4", 1, status=status, id="x")

    assert _values(void) == []
    assert _values(_creatinine("3.4", 1, id="x"), void) == []


def test_corrected_reading_replaces_the_one_it_names_and_a_preliminary_does_not() -> None:
    first = _creatinine("3.4", 2, id="x")

    assert _values(first, _creatinine("1.4", 2, status="corrected", replaces="x")) == ["1.4"]
    assert _values(first, _creatinine("1.4", 2, status="preliminary", replaces="x")) == ["1.4", "3.4"]


def test_newest_version_of_one_id_counts_alone() -> None:
    versions = [_creatinine("1", 2, id="x", status="preliminary"), _creatinine("2", 2, id="x"),
                _creatinine("3", 2, id="x", status="amended")]  # fmt: skip

    for order in permutations(versions):
        assert _values(*order) == ["3"]


def test_order_of_arrival_never_matters() -> None:
    readings = [_creatinine("1", 3), _creatinine("2", 2), _creatinine("3", 2)]

    found = {tuple(_values(*order)) for order in permutations(readings)}

    assert found == {("1", "2", "3")}


def test_newest_are_all_firm_readings_of_the_last_instant() -> None:
    standing = Standing(
        [_creatinine("1", 3), _creatinine("2", 2), _creatinine("3", 2), _creatinine("4", 1, status="preliminary")], AT
    )

    assert {one.shown for one in standing.newest("creatinine")} == {"2 mg/dL", "3 mg/dL"}
    assert [one.shown for one in standing.early("creatinine", timedelta(hours=14))] == ["4 mg/dL"]
    assert standing.early("creatinine", timedelta(minutes=59)) == []
    assert standing.newest("platelets") == []
    assert standing.observables == {"creatinine"}


def test_several_observables_are_merged_in_time() -> None:
    standing = Standing([reading("heart_rate", "80", "/min", hours_ago=1), _creatinine("1", 2)], AT)

    assert [one.observable for one in standing.of("heart_rate", "creatinine", "sodium")] == ["creatinine", "heart_rate"]


def test_preliminary_older_than_the_newest_firm_one_says_nothing() -> None:
    standing = Standing([_creatinine("4", 2, status="preliminary"), _creatinine("1", 1)], AT)

    assert standing.early("creatinine", timedelta(hours=14)) == []


def test_age_exactly_at_the_limit_is_fresh_and_a_second_more_is_not() -> None:
    one = _creatinine("1", 2)

    assert Standing([one], AT).is_fresh(one, timedelta(hours=2))
    assert not Standing([one], AT + timedelta(seconds=1)).is_fresh(one, timedelta(hours=2))
