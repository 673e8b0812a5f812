"""A physician may choose another baseline, with a reason; what was graded by the old one is graded again."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from dosing.services.refusals import NotAllowed
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from monitoring.models import CourseBaseline, Observation, Regrading, ToxicityGrade
from monitoring.services import baselines
from monitoring.services.observations import NewObservation
from tests.dosing.builders import Bedside, due, make_bedside
from tests.monitoring.charting import chart_all_fine, creatinine, record, start, value, work

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
LATER = due(1) + 2 * HOUR
REASON = "The value of last week is the one without contrast medium."


@pytest.fixture
def treated(bedside: Bedside) -> Bedside:
    """Creatinine 1.1 days before, 0.9 before the first dose (the baseline), and 1.5 after it."""
    record(bedside, [creatinine("1.1", at=due(1) - 48 * HOUR)], at=due(1) - HOUR)
    chart_all_fine(bedside, at=due(1) - 10 * MINUTE)
    start(bedside, 1, at=due(1))
    record(bedside, [creatinine("1.5", at=due(1) + HOUR)], at=due(1) + HOUR)
    work(bedside, at=due(1) + HOUR)
    return bedside


def row(text: str) -> Observation:
    return Observation.objects.get(observable="creatinine", value=text)


def choose(
    bedside: Bedside, chosen: UUID, *, by: User | None = None, reason: str = REASON, observable: str = "creatinine",
    at: datetime = LATER,
) -> CourseBaseline:  # fmt: skip
    return baselines.choose(
        course_id=bedside.course.pk, observable=observable, observation_id=chosen, reason=reason,
        actor=Actor(user=by or bedside.physician), at=at,
    )  # fmt: skip


def grade_of(text: str) -> int | None:
    return ToxicityGrade.objects.filter(observation=row(text), term="creatinine_increased").latest("id").grade


def test_the_chosen_value_counts_and_every_grade_of_its_kind_is_given_again(treated: Bedside) -> None:
    assert grade_of("1.5") == 2, "above 1.5 times 0.9"

    kept = choose(treated, row("1.1").pk)

    assert grade_of("1.5") == 1, "below 1.5 times 1.1"
    told = Regrading.objects.get()
    assert (told.cause, told.baseline_id) == ("baseline", kept.pk)
    assert [(one["before"], one["after"]) for one in told.touched] == [(2, 1)]
    assert AuditEvent.objects.filter(event="baseline.chosen").count() == 1
    assert treated.course.__class__.objects.get(pk=treated.course.pk).is_being_assessed


def test_a_choice_stays_when_another_value_arrives_late(treated: Bedside) -> None:
    choose(treated, row("1.1").pk)
    record(treated, [creatinine("0.7", at=due(1) - MINUTE)], at=LATER)
    work(treated, at=LATER)

    assert CourseBaseline.objects.latest("id").observation.value == "1.1"


def correct(bedside: Bedside, old: Observation, text: str, status: str = "corrected") -> None:
    item = NewObservation(
        observable="creatinine", value=text, unit="mg/dL", observed_at=old.observed_at, range_high="1.2",
        status=status, replaces=old.pk, reason="laboratory's correction", origin="laboratory",
    )  # fmt: skip
    record(bedside, [item], at=LATER + HOUR)
    work(bedside, at=LATER + HOUR)


def test_the_correction_of_a_chosen_value_takes_its_place_by_the_same_word(treated: Bedside) -> None:
    choose(treated, row("1.1").pk)
    correct(treated, row("1.1"), "0.8")

    newest = CourseBaseline.objects.latest("id")
    assert (newest.observation.value, newest.set_by, newest.reason) == ("0.8", treated.physician, REASON)
    assert grade_of("1.5") == 2


def test_a_chosen_value_that_is_struck_gives_way_to_the_last_one_before_the_dose(treated: Bedside) -> None:
    choose(treated, row("1.1").pk)
    old = row("1.1")
    correct(treated, old, "1.1", status="entered-in-error")

    newest = CourseBaseline.objects.latest("id")
    assert (newest.observation.value, newest.set_by) == ("0.9", None)
    assert grade_of("1.5") == 2


def test_without_any_value_left_there_is_no_baseline(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=due(1) - 10 * MINUTE)
    start(bedside, 1, at=due(1))
    record(bedside, [creatinine("1.5", at=due(1) + HOUR)], at=due(1) + HOUR)
    work(bedside, at=due(1) + HOUR)
    correct(bedside, row("0.9"), "0.9", status="cancelled")

    newest = ToxicityGrade.objects.filter(observation=row("1.5"), term="creatinine_increased").latest("id")
    assert newest.grade == 1, "above its own upper limit, nothing to compare with"
    assert newest.at_least


@pytest.mark.parametrize("reason", ["", "too short", " " * 30, "x" * 14, "x" * 201])
def test_without_a_reason_nothing_is_chosen(treated: Bedside, reason: str) -> None:
    with pytest.raises(baselines.BaselineRefused):
        choose(treated, row("1.1").pk, reason=reason)


def test_only_a_physician_of_the_ward_chooses(treated: Bedside) -> None:
    for person in (treated.nurse, treated.admin, make_bedside(site=treated.site).physician):
        with pytest.raises(NotAllowed):
            choose(treated, row("1.1").pk, by=person)


def test_what_cannot_be_compared_with_is_refused(treated: Bedside) -> None:
    other = make_bedside(site=treated.site)
    strange = record(other, [creatinine("1.0", at=LATER)], at=LATER)[0].observation
    spoiled = record(treated, [creatinine("hemolyzed", at=LATER)], at=LATER)[0].observation
    pulse = record(treated, [value("heart_rate", "88", "/min", at=LATER)], at=LATER)[0].observation
    for chosen, observable in ((strange, "creatinine"), (spoiled, "creatinine"), (pulse, "heart_rate"),
                               (row("1.1"), "platelets")):  # fmt: skip
        with pytest.raises(baselines.BaselineRefused):
            choose(treated, chosen.pk, observable=observable)
