"""Where is a gap in a series of values, and what is kept of a monitor's feed?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from monitoring.domain.trend import Mark, Point, thinned, with_gaps

AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def value(text: str, *, hours: float = 0, mark: Mark = Mark.PLAIN, feed: bool = False, low: str = "") -> Point:
    below = Decimal(low) if low else None
    return Point(AT + hours * HOUR, Decimal(text), text, mark=mark, is_feed=feed, low=below)


def gaps(*points: Point) -> list[bool]:
    return [one.after_gap for one in with_gaps(points, longest=4 * HOUR)]


def test_gap_begins_when_the_time_between_two_values_is_longer_than_the_limit() -> None:
    assert gaps(value("80"), value("82", hours=4)) == [False, False]
    assert gaps(value("80"), value("82", hours=4.01)) == [False, True]


def test_struck_or_unusable_value_does_not_bridge_a_gap_when_it_lies_in_it() -> None:
    for mark in (Mark.STRUCK, Mark.UNUSABLE, Mark.PRELIMINARY, Mark.INEXACT):
        assert gaps(value("80"), value("300", hours=3, mark=mark), value("82", hours=5)) == [False, False, True]


def test_unlikely_value_is_joined_when_it_counts() -> None:
    assert gaps(value("80"), value("180", hours=3, mark=Mark.UNLIKELY), value("82", hours=5)) == [False, False, False]


def test_points_are_put_in_order_of_time_when_they_came_otherwise() -> None:
    found = with_gaps([value("2", hours=2), value("1", hours=1)], longest=HOUR)

    assert [one.shown for one in found] == ["1", "2"]
    assert not found[0].after_gap


def test_no_extreme_is_lost_when_a_feed_is_thinned() -> None:
    minutes = [value(str(80 + minute % 7), hours=minute / 60, feed=True) for minute in range(600)]
    minutes[305] = value("31", hours=305 / 60, feed=True)
    minutes[411] = value("199", hours=411 / 60, feed=True)

    kept = thinned(minutes, span=10 * HOUR)

    assert len(kept) < 200
    assert {"31", "199"} <= {one.shown for one in kept}
    assert kept[-1] == minutes[-1]


def test_lowest_diastolic_is_kept_when_a_feed_of_pressures_is_thinned() -> None:
    feed = [value("120", hours=minute / 600, feed=True, low=str(70 - minute)) for minute in range(5)]

    assert feed[-1] in thinned(feed, span=HOUR)


def test_artefact_does_not_push_a_true_extreme_out_when_both_lie_in_one_stretch() -> None:
    feed = [value("80", feed=True), value("150", hours=0.01, feed=True),
            value("300", hours=0.02, feed=True, mark=Mark.UNUSABLE), value("82", hours=0.03, feed=True)]  # fmt: skip

    assert {"150", "300"} <= {one.shown for one in thinned(feed, span=HOUR)}


def test_what_a_person_charted_is_kept_whole_when_the_span_is_long() -> None:
    charted = [value(str(80 + minute), hours=minute / 60) for minute in range(9)]

    assert len(thinned(charted, span=timedelta(days=60))) == 9
