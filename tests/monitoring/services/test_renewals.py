"""What lapses before the dose is named in time, once, by the gate's own rules; a late dose is a quiet reminder."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dosing.domain.verdict import Verdict
from monitoring.domain.renewals import Renewal, from_json, late_alert
from monitoring.models import PresentOutcome
from monitoring.services import rounds
from tests.dosing.builders import NOW, Bedside, due
from tests.monitoring.charting import chart_all_fine, creatinine, open_alerts, record, start, value, work

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DUE = due(1)


def reminded(bedside: Bedside, at: datetime) -> dict[str, Renewal]:
    """What the standing reminder names when the round comes by at ``at``."""
    rounds.look_at(course_id=bedside.course.pk, at=at)
    return {one.input: one for one in from_json(PresentOutcome.objects.get(course=bedside.course).renew)}


@pytest.mark.parametrize(("before_due", "named"), [(121, False), (120, True), (1, True), (0, False)])
def test_bedside_values_are_named_from_the_opening_of_the_window_until_due(
    bedside: Bedside, before_due: int, named: bool
) -> None:
    chart_all_fine(bedside, at=DUE - 130 * MINUTE)

    found = reminded(bedside, DUE - before_due * MINUTE)

    assert ("heart_rate" in found) is named


@pytest.mark.parametrize(("before_due", "named"), [(241, False), (240, True)])
def test_laboratory_values_are_named_four_hours_before(bedside: Bedside, before_due: int, named: bool) -> None:
    at = DUE - before_due * MINUTE
    record(bedside, [creatinine("1.0", at=DUE - 15 * HOUR)], at=at)
    work(bedside, at=at)

    found = reminded(bedside, at)

    assert ("creatinine" in found) is named
    assert "heart_rate" not in found


def test_value_that_lasts_exactly_to_the_due_time_needs_no_renewal(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=DUE - 2 * HOUR)
    found = reminded(bedside, DUE - HOUR)
    assert found == {}

    record(bedside, [value("heart_rate", "80", "/min", at=DUE - 2 * HOUR - MINUTE)], at=DUE - HOUR)
    assert "heart_rate" not in reminded(bedside, DUE - HOUR), "a newer value stands"


def test_reminder_says_until_when_each_can_be_used_and_goes_with_its_renewal(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=DUE - 130 * MINUTE)

    found = reminded(bedside, DUE - 100 * MINUTE)
    assert found["heart_rate"].lapses_at == DUE - 10 * MINUTE
    assert found["bedside_check"].lapses_at is None

    chart_all_fine(bedside, at=DUE - 90 * MINUTE)
    assert reminded(bedside, DUE - 80 * MINUTE) == {}


def test_what_has_lapsed_already_has_no_time_left(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=NOW - 30 * MINUTE)

    assert reminded(bedside, NOW + 90 * MINUTE)["heart_rate"].lapses_at == NOW + 90 * MINUTE
    assert reminded(bedside, NOW + 91 * MINUTE)["heart_rate"].lapses_at is None


def test_a_reminder_raises_no_alert_of_its_own(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=DUE - 110 * MINUTE)
    reminded(bedside, DUE - 100 * MINUTE)

    assert "gate" not in open_alerts(bedside)


@pytest.mark.parametrize(
    ("verdict", "minutes", "raised"),
    [
        (Verdict.CONTINUE, 29, False),
        (Verdict.CONTINUE, 30, True),
        (Verdict.HOLD, 90, False),
        (Verdict.REVIEW, 90, False),
    ],
)
def test_late_dose_is_reminded_of_half_an_hour_after_due_where_it_may_be_given(
    verdict: Verdict, minutes: int, raised: bool
) -> None:
    wanted = late_alert(verdict, dose_number=1, due_at=DUE, at=DUE + minutes * MINUTE)

    assert (wanted is not None) is raised


def test_reminder_of_a_late_dose_is_low_and_goes_when_it_is_started(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=DUE - 5 * MINUTE)
    rounds.look_at(course_id=bedside.course.pk, at=DUE + 30 * MINUTE)
    assert open_alerts(bedside)["late"].severity == "low"

    start(bedside, 1, at=DUE + 31 * MINUTE)

    assert "late" not in open_alerts(bedside)
