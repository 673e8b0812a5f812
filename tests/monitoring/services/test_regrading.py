"""A fact that comes late, is corrected or struck changes the grades it touches by a revision, and says so."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from il2ward.audit.models import AuditEvent
from monitoring.models import Alert, CurrentValue, GradingOutcome, Observation, PendingGrading, Regrading, ToxicityGrade
from monitoring.selectors.standing_grades import standing_grades
from monitoring.services import alerts
from monitoring.services.observations import NewObservation
from tests.dosing.builders import NOW, Bedside, due
from tests.monitoring.charting import chart_all_fine, creatinine, decide, open_alerts, record, start, token, value, work

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def chart(bedside: Bedside, *items: NewObservation, at: datetime) -> list[UUID]:
    """Record ``items`` and let the worker grade them; the ids of the rows."""
    rows = record(bedside, items, at=at)
    work(bedside, at=at)
    return [row.observation.pk for row in rows]


def corrects(row: UUID, text: str, *, at: datetime, **more: Any) -> NewObservation:
    """The creatinine ``row`` reported again as ``text``."""
    made = {"value": text, "status": "corrected", "reason": "laboratory's correction", **more}
    return NewObservation(
        observable="creatinine", unit="mg/dL", observed_at=at, range_low="0.6", range_high="1.2", origin="laboratory",
        replaces=row, **made,
    )  # fmt: skip


def grades(bedside: Bedside, term: str) -> dict[str, int | None]:
    """The standing grade of every observation that feeds ``term``, by its value as sent."""
    rows = standing_grades(bedside.course.pk, terms=[term])
    values = dict(Observation.objects.values_list("pk", "value"))
    codes = dict(Observation.objects.values_list("pk", "observable"))
    return {values[row.observation_id] or codes[row.observation_id]: row.grade for row in rows}


def the_record() -> Regrading:
    return Regrading.objects.get()


def test_a_corrected_result_takes_the_place_of_its_grade_and_says_so(bedside: Bedside) -> None:
    first = chart(bedside, creatinine("2.1", at=NOW), at=NOW)[0]
    second = chart(bedside, corrects(first, "3.9", at=NOW), at=NOW + HOUR)[0]

    assert grades(bedside, "creatinine_increased") == {"3.9": 3}
    revisions = ToxicityGrade.objects.filter(observation=first, term="creatinine_increased").order_by("revision")
    assert [(row.revision, row.grade) for row in revisions] == [(0, 2), (1, None)], "the first grade is kept"
    assert GradingOutcome.objects.filter(observation=first).latest("revision").why == (
        "2.1 mg/dL was corrected to 3.9 mg/dL"
    )
    told = the_record()
    assert (told.cause, told.observation_id, told.told) == (
        "correction", second, "2.1 mg/dL was corrected to 3.9 mg/dL",
    )  # fmt: skip
    entry = next(one for one in told.touched if one["term"] == "creatinine_increased")
    assert (entry["before"], entry["after"], entry["observation"]) == (2, 3, str(first))
    event = json.loads(AuditEvent.objects.get(event="grades.revised").body)
    assert event["regrading"] == told.pk
    assert event["changes"] == told.touched


def test_a_correction_that_leaves_the_grade_says_nothing_and_counts_all_the_same(bedside: Bedside) -> None:
    first = chart(bedside, creatinine("2.1", at=NOW), at=NOW)[0]
    chart(bedside, corrects(first, "2.2", at=NOW), at=NOW + HOUR)

    assert grades(bedside, "creatinine_increased") == {"2.2": 2}
    assert not Regrading.objects.exists()


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_a_struck_result_stops_counting(bedside: Bedside, status: str) -> None:
    first = chart(bedside, creatinine("3.9", at=NOW), at=NOW)[0]
    chart(bedside, corrects(first, "3.9", at=NOW, status=status), at=NOW + HOUR)

    assert grades(bedside, "creatinine_increased") == {}
    assert ToxicityGrade.objects.filter(observation=first, grade=None, revision=1).exists()
    assert the_record().cause == "cancellation"
    assert the_record().told == f"3.9 mg/dL was {status.replace('-', ' ')}"


def test_a_final_result_takes_the_place_of_its_preliminary_one(bedside: Bedside) -> None:
    early = NewObservation(
        observable="creatinine", value="2.1", unit="mg/dL", observed_at=NOW, range_high="1.2", origin="laboratory",
        status="preliminary", external_id="lab-1", version="1",
    )  # fmt: skip
    final = NewObservation(
        observable="creatinine", value="3.9", unit="mg/dL", observed_at=NOW, range_high="1.2", origin="laboratory",
        external_id="lab-1", version="2", reason="final",
    )  # fmt: skip
    chart(bedside, early, at=NOW)
    chart(bedside, final, at=NOW + HOUR)

    assert grades(bedside, "creatinine_increased") == {"3.9": 3}
    assert the_record().told == "preliminary 2.1 mg/dL became final 3.9 mg/dL"


def test_two_versions_in_one_batch_leave_one_grade_and_tell_of_no_change(bedside: Bedside) -> None:
    early, late = (
        replace(creatinine(text, at=NOW), external_id="lab-1", version=version)
        for text, version in (("2.1", "1"), ("3.9", "2"))
    )
    record(bedside, [early], at=NOW)
    record(bedside, [replace(late, reason="laboratory's correction")], at=NOW + MINUTE)
    work(bedside, at=NOW + 2 * MINUTE)

    assert grades(bedside, "creatinine_increased") == {"3.9": 3}
    assert not Regrading.objects.exists()


def test_a_vasopressor_charted_late_grades_the_pressures_after_it_again(bedside: Bedside) -> None:
    none = NewObservation(observable="vasopressors_none", code="none_running", observed_at=NOW - 5 * MINUTE)
    chart(bedside, none, *(value("bp_systolic", str(95 + n), "mm[Hg]", at=NOW + n * 30 * MINUTE) for n in range(4)),
          at=NOW + 2 * HOUR)  # fmt: skip
    assert grades(bedside, "hypotension")["95"] == 0

    pressor = value("norepinephrine_rate", "0.1", "ug/kg/min", at=NOW + 45 * MINUTE)
    chart(bedside, pressor, at=NOW + 2 * HOUR)

    found = grades(bedside, "hypotension")
    assert {key: found[key] for key in ("95", "96", "97", "98")} == {"95": 0, "96": 0, "97": 3, "98": 3}
    assert the_record().cause == "late"
    assert [(one["shown"], one["before"], one["after"]) for one in the_record().touched] == [
        ("97 mm[Hg]", 0, 3), ("98 mm[Hg]", 0, 3),
    ]  # fmt: skip


def test_a_bolus_charted_late_makes_a_low_pressure_grade_two(bedside: Bedside) -> None:
    none = NewObservation(observable="vasopressors_none", code="none_running", observed_at=NOW)
    chart(bedside, none, value("bp_systolic", "84", "mm[Hg]", at=NOW + HOUR), at=NOW + HOUR)
    chart(bedside, value("fluid_bolus", "500", "mL", at=NOW + 30 * MINUTE), at=NOW + 2 * HOUR)

    assert grades(bedside, "hypotension")["84"] == 2


def test_a_pressure_charted_late_grades_the_entries_after_it_again(bedside: Bedside) -> None:
    none = NewObservation(observable="vasopressors_none", code="none_running", observed_at=NOW + HOUR)
    chart(bedside, none, at=NOW + HOUR)
    assert grades(bedside, "hypotension") == {"vasopressors_none": None}

    chart(bedside, value("bp_systolic", "84", "mm[Hg]", at=NOW), at=NOW + 2 * HOUR)
    assert grades(bedside, "hypotension")["vasopressors_none"] == 1


def test_a_late_albumin_grades_the_calcium_of_its_draw(bedside: Bedside) -> None:
    chart(bedside, value("calcium_total", "7.6", "mg/dL", at=NOW, low="8.5", high="10.5"), at=NOW)
    assert grades(bedside, "hypocalcemia") == {"7.6": None}

    chart(bedside, value("albumin", "3.0", "g/dL", at=NOW), at=NOW + HOUR)
    assert grades(bedside, "hypocalcemia")["7.6"] == 1


def test_a_late_volume_closes_the_gap_of_its_shift(bedside: Bedside) -> None:
    hours = [
        NewObservation(
            observable="urine_output", value="9", unit="mL", observed_at=NOW - hour * HOUR,
            interval_start=NOW - (hour + 1) * HOUR,
        )
        for hour in range(8)
    ]  # fmt: skip
    chart(bedside, *hours[:3], *hours[4:], at=NOW)
    newest = Observation.objects.get(observable="urine_output", observed_at=NOW)
    assert standing_grades(bedside.course.pk, observations=[newest.pk])[0].grade is None

    chart(bedside, hours[3], at=NOW + HOUR)
    assert standing_grades(bedside.course.pk, observations=[newest.pk])[0].grade == 3


def test_a_late_temperature_shows_how_long_the_fever_had_lasted(bedside: Bedside) -> None:
    hot = [value("temperature", "40.5", "Cel", at=NOW - n * 2 * HOUR) for n in range(14)]
    chart(bedside, *hot[:6], *hot[7:], at=NOW)
    newest = Observation.objects.get(observable="temperature", observed_at=NOW)
    assert standing_grades(bedside.course.pk, observations=[newest.pk])[0].grade == 3

    chart(bedside, hot[6], at=NOW + HOUR)
    assert standing_grades(bedside.course.pk, observations=[newest.pk])[0].grade == 4


def test_a_struck_baseline_gives_way_and_what_rested_on_it_is_graded_again(bedside: Bedside) -> None:
    older = due(1) - 3 * HOUR
    chart(bedside, creatinine("1.1", at=older), at=older)
    chart_all_fine(bedside, at=due(1) - 10 * MINUTE)
    start(bedside, 1, at=due(1))
    chart(bedside, creatinine("1.4", at=due(1) + HOUR), at=due(1) + HOUR)
    assert grades(bedside, "creatinine_increased")["1.4"] == 2, "1.4 is above 1.5 times 0.9"

    base = Observation.objects.get(observable="creatinine", value="0.9")
    chart(bedside, corrects(base.pk, "0.9", at=base.observed_at, status="entered-in-error"), at=due(1) + 2 * HOUR)

    assert grades(bedside, "creatinine_increased")["1.4"] == 1, "1.4 is below 1.5 times 1.1"


def test_grading_again_changes_nothing_and_leaves_nothing_waiting(bedside: Bedside) -> None:
    first = chart(bedside, creatinine("2.1", at=NOW), at=NOW)[0]
    chart(bedside, corrects(first, "3.9", at=NOW), at=NOW + HOUR)
    counts = (ToxicityGrade.objects.count(), GradingOutcome.objects.count(), Regrading.objects.count())

    work(bedside, at=NOW + 2 * HOUR)

    assert (ToxicityGrade.objects.count(), GradingOutcome.objects.count(), Regrading.objects.count()) == counts
    assert not PendingGrading.objects.exists()


def test_a_correction_of_an_older_value_leaves_the_current_one_and_its_grade(bedside: Bedside) -> None:
    first = chart(bedside, creatinine("2.1", at=NOW), at=NOW)[0]
    chart(bedside, creatinine("1.9", at=NOW + HOUR), at=NOW + HOUR)
    chart(bedside, corrects(first, "3.9", at=NOW), at=NOW + 2 * HOUR)

    current = CurrentValue.objects.get(observable="creatinine")
    assert (current.observation.value, current.graded) == ("1.9", True)
    assert current.grades["creatinine_increased"]["grade"] == 2


def test_the_value_before_a_struck_one_is_current_again_with_its_grade(bedside: Bedside) -> None:
    chart(bedside, value("bicarbonate", "14", "mmol/L", at=NOW, low="22", high="29"), at=NOW)
    before = CurrentValue.objects.get(observable="bicarbonate").grades
    last = chart(bedside, value("bicarbonate", "24", "mmol/L", at=NOW + HOUR, low="22", high="29"), at=NOW + HOUR)[0]
    struck = NewObservation(
        observable="bicarbonate", value="24", unit="mmol/L", observed_at=NOW + HOUR, status="cancelled",
        replaces=last, reason="wrong patient's tube",
    )  # fmt: skip
    chart(bedside, struck, at=NOW + 2 * HOUR)

    current = CurrentValue.objects.get(observable="bicarbonate")
    assert (current.observation.value, current.graded, current.grades) == ("14", True, before)


def started_on(bedside: Bedside) -> Observation:
    """Dose 1 started on a set that was all fine; its creatinine."""
    chart_all_fine(bedside, at=due(1) - 10 * MINUTE)
    start(bedside, 1, at=due(1))
    return Observation.objects.get(observable="creatinine")


def test_a_dose_started_on_a_fact_that_was_corrected_for_the_worse_alarms_once(bedside: Bedside) -> None:
    row = started_on(bedside)
    again = chart(bedside, corrects(row.pk, "4.4", at=row.observed_at), at=due(1) + HOUR)[0]

    alert = open_alerts(bedside)["facts-changed-start"]
    assert (alert.severity, alert.dose_id) == ("high", bedside.dose(1).pk)
    assert alert.text.startswith("Dose 1 was started on facts that were changed since: then CONTINUE, with what is")
    act = the_record().acts[0]
    assert (act["act"], act["dose"], act["verdict_then"], act["more_severe"]) == ("start", 1, "CONTINUE", True)

    chart(bedside, corrects(again, "4.5", at=row.observed_at), at=due(1) + 2 * HOUR)
    assert Alert.objects.filter(rule="facts-changed-start").count() == 1


def test_the_alarm_stands_until_a_physician_has_seen_it(bedside: Bedside) -> None:
    from il2ward.audit.actor import Actor

    row = started_on(bedside)
    chart(bedside, corrects(row.pk, "4.4", at=row.observed_at), at=due(1) + HOUR)
    alert = open_alerts(bedside)["facts-changed-start"]

    alerts.acknowledge(alert_id=alert.pk, plan="seen", actor=Actor(user=bedside.nurse), at=due(1) + HOUR)
    assert "facts-changed-start" in open_alerts(bedside)
    alerts.acknowledge(alert_id=alert.pk, plan="seen", actor=Actor(user=bedside.physician), at=due(1) + HOUR)
    assert "facts-changed-start" not in open_alerts(bedside)


def test_a_correction_that_changes_no_verdict_is_told_and_does_not_alarm(bedside: Bedside) -> None:
    row = started_on(bedside)
    chart(bedside, corrects(row.pk, "1.3", at=row.observed_at), at=due(1) + HOUR)

    assert "facts-changed-start" not in open_alerts(bedside)
    assert the_record().acts[0]["more_severe"] is False


def test_a_late_result_that_changed_no_fact_raises_no_such_alarm(bedside: Bedside) -> None:
    started_on(bedside)
    chart(bedside, creatinine("4.4", at=due(1) - 5 * MINUTE), at=due(1) + HOUR)

    assert "facts-changed-start" not in open_alerts(bedside)


def test_an_act_that_did_not_rest_on_the_changed_fact_is_not_told(bedside: Bedside) -> None:
    started_on(bedside)
    later = chart(bedside, creatinine("1.0", at=due(1) + HOUR), at=due(1) + HOUR)[0]
    chart(bedside, corrects(later, "4.4", at=due(1) + HOUR), at=due(1) + 2 * HOUR)

    assert the_record().acts == []


def test_an_order_against_a_hold_that_rested_on_a_corrected_fact_is_told(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=due(1) - 30 * MINUTE)
    low = chart(bedside, value("bp_systolic", "78", "mm[Hg]", at=due(1) - 20 * MINUTE), at=due(1) - 20 * MINUTE)[0]
    assert token(bedside)
    decide(bedside, 1, "override", at=due(1) - 10 * MINUTE)

    struck = NewObservation(
        observable="bp_systolic", value="58", unit="mm[Hg]", observed_at=due(1) - 20 * MINUTE, status="corrected",
        replaces=low, reason="read off the wrong line",
    )  # fmt: skip
    chart(bedside, struck, at=due(1) - 5 * MINUTE)

    act = next(one for row in Regrading.objects.all() for one in row.acts)
    assert (act["act"], act["dose"], act["verdict_then"]) == ("override", 1, "HOLD")
