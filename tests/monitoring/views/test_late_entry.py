"""Does the course page tell when a value was entered, where that is not when it was measured?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitoring.selectors.course_page import LATE, course_page_of
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.charting import record, value, work


@pytest.mark.parametrize(
    ("measured", "entered"), [(NOW - LATE, None), (NOW - LATE - timedelta(seconds=1), NOW)], ids=["at once", "late"]
)
def test_time_of_entry_is_told_when_it_is_later_than_a_quarter_of_an_hour(
    bedside: Bedside, measured: datetime, entered: datetime | None
) -> None:
    record(bedside, [value("heart_rate", "84", "/min", at=measured)], at=NOW)
    work(bedside, at=NOW)

    row = next(one for one in course_page_of(bedside.course, NOW).values if one.key == "heart_rate")

    assert (row.observed_at, row.entered_at) == (measured, entered)
