"""A minute feed is thinned without losing what could hold a dose."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosing.domain.snapshot import Origin, Reading
from monitoring.domain.thinning import thinned

AT = datetime(2026, 3, 1, 14, tzinfo=UTC)


def rate(value: int, seconds_ago: int, origin: Origin = Origin.DEVICE) -> Reading:
    return Reading("heart_rate", AT - timedelta(seconds=seconds_ago), value=Decimal(value), origin=origin)


def test_everything_of_the_last_three_minutes_is_kept() -> None:
    feed = [rate(80, ago) for ago in range(0, 181, 5)]

    assert set(thinned(feed, at=AT)) == set(feed)


def test_what_a_person_charted_is_kept_however_old() -> None:
    charted = [rate(80, 3600 + ago, Origin.CHARTED) for ago in range(0, 600, 5)]

    assert set(thinned(charted, at=AT)) == set(charted)


def test_a_long_feed_shrinks_to_newest_lowest_and_highest_of_each_ten_minutes() -> None:
    feed = [rate(80 + ago % 7, ago) for ago in range(600, 1200, 5)]

    kept = thinned(feed, at=AT)

    assert len(kept) == 3
    assert {reading.value for reading in kept} >= {Decimal(80), Decimal(86)}
    assert max(reading.observed_at for reading in kept) == AT - timedelta(seconds=600)


@pytest.mark.parametrize("seconds_ago", [200, 900, 3000, 7000])
def test_a_single_alarming_minute_is_kept_wherever_it_lies(seconds_ago: int) -> None:
    feed = [rate(90, ago) for ago in range(0, 7200, 20) if ago != seconds_ago]
    alarming = rate(170, seconds_ago)

    assert alarming in thinned([*feed, alarming], at=AT)


@given(st.lists(st.tuples(st.integers(20, 220), st.integers(0, 9000)), min_size=1, max_size=80))
def test_extremes_and_newest_of_the_whole_feed_survive(points: list[tuple[int, int]]) -> None:
    feed = [rate(value, ago) for value, ago in points]

    kept = thinned(feed, at=AT)

    values = [reading.value for reading in feed if reading.value is not None]
    assert {min(values), max(values)} <= {reading.value for reading in kept}
    assert max(reading.observed_at for reading in feed) == max(reading.observed_at for reading in kept)


def test_an_unusable_newest_reading_is_kept_beside_the_last_usable_one() -> None:
    usable = rate(90, 700)
    lead_off = Reading("heart_rate", AT - timedelta(seconds=650), unusable="impossible: 0", origin=Origin.DEVICE)

    assert set(thinned([usable, lead_off], at=AT)) == {usable, lead_off}


def test_of_readings_without_a_number_the_newest_is_kept() -> None:
    unread = [Reading("heart_rate", AT - timedelta(seconds=ago), origin=Origin.DEVICE) for ago in range(610, 650, 10)]

    assert thinned(unread, at=AT) == (unread[0],)
