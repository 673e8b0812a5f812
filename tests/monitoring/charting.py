"""How does a test chart what a ward charts before a dose? Through the services, value by value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from dosing.models import Course, Dose
from dosing.selectors.courses import rules_of
from il2ward.audit.actor import Actor
from monitoring.models import Alert, PresentOutcome
from monitoring.services import findings, gate, grading, observations
from monitoring.services.findings import NewAnswer
from monitoring.services.observations import NewObservation, RecordedObservation
from tests.dosing.builders import Bedside

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def value(
    observable: str, text: str, unit: str, *, at: datetime, low: str = "", high: str = "", origin: str = "charted"
) -> NewObservation:
    """One number, with the laboratory's limits where it has any."""
    return NewObservation(
        observable=observable, value=text, unit=unit, observed_at=at, range_low=low, range_high=high, origin=origin
    )


def creatinine(text: str, *, at: datetime) -> NewObservation:
    """A creatinine in mg/dL from a laboratory whose upper limit is 1.2."""
    return value("creatinine", text, "mg/dL", at=at, low="0.6", high="1.2", origin="laboratory")


def normal_set(at: datetime) -> list[NewObservation]:
    """Everything that is measured before a dose, all of it fine, observed at ``at``."""
    coded = partial(NewObservation, observed_at=at)
    return [
        value("bp_systolic", "118", "mm[Hg]", at=at),
        value("bp_diastolic", "72", "mm[Hg]", at=at),
        value("heart_rate", "84", "/min", at=at),
        value("spo2", "98", "%", at=at),
        value("temperature", "36.9", "Cel", at=at),
        value("resp_rate", "16", "/min", at=at),
        coded("o2_device", code="room_air"),
        coded("vasopressors_none", code="none_running"),
        value("weight", "73.1", "kg", at=at),
        value("bicarbonate", "24", "mmol/L", at=at, low="22", high="29", origin="laboratory"),
        value("bilirubin_total", "0.7", "mg/dL", at=at, low="0.1", high="1.2", origin="laboratory"),
        value("platelets", "210", "10*3/uL", at=at, low="150", high="400", origin="laboratory"),
        creatinine("0.9", at=at),
        *volumes(at),
    ]


def volumes(at: datetime, *, urine_ml: str = "60") -> list[NewObservation]:
    """Urine and stool, hour by hour, of the sixteen hours that end at ``at``."""
    rows = []
    for hour in range(16):
        end = at - hour * HOUR
        for observable, text in (("urine_output", urine_ml), ("stool_output", "0")):
            rows.append(
                NewObservation(observable=observable, value=text, unit="mL", observed_at=end, interval_start=end - HOUR)
            )
    return rows


def record(bedside: Bedside, items: Sequence[NewObservation], *, at: datetime) -> list[RecordedObservation]:
    """Store ``items`` as the nurse of the bedside."""
    return observations.record(patient=bedside.patient, items=items, actor=Actor(user=bedside.nurse), at=at)


def examine(bedside: Bedside, *, at: datetime, **found: str) -> None:
    """Answer every question of the bedside check with its first option (nothing found), except ``found``."""
    protocol = rules_of(Course.objects.get(pk=bedside.course.pk)).protocol.value
    answers = [NewAnswer(one.id, found.get(one.id, one.options[0].id)) for one in protocol.questions]
    findings.record(
        course_id=bedside.course.pk, answers=answers, observed_at=at, actor=Actor(user=bedside.nurse), at=at
    )


def work(bedside: Bedside, *, at: datetime) -> int:
    """Let the worker do what waits for the bedside's course."""
    return grading.grade_course(course_id=bedside.course.pk, at=at, by_worker=True)


def chart_all_fine(bedside: Bedside, *, at: datetime) -> None:
    """Baseline and present values, bedside check, graded: nothing speaks against the next dose."""
    record(bedside, normal_set(at), at=at)
    examine(bedside, at=at)
    work(bedside, at=at)


def present(bedside: Bedside) -> PresentOutcome:
    """What the board would show now."""
    return PresentOutcome.objects.get(course=bedside.course)


def token(bedside: Bedside) -> str:
    """The outcome a nurse or physician has on the screen."""
    return present(bedside).outcome_token


def open_alerts(bedside: Bedside) -> dict[str, Alert]:
    """The alerts that stand, by rule."""
    return {alert.rule: alert for alert in Alert.objects.filter(course=bedside.course, cleared_at=None)}


def start(bedside: Bedside, number: int, *, at: datetime, seen: str | None = None) -> Dose:
    """Start the numbered dose through the gate, checked by the other nurse, on the outcome ``seen``."""
    return gate.start_dose(
        dose_id=bedside.dose(number).pk,
        outcome_token=seen or token(bedside),
        checker=bedside.nurse2,
        identity_kind="typed",
        identity_typed=bedside.patient.mrn,
        actor=Actor(user=bedside.nurse),
        at=at,
    )


def decide(bedside: Bedside, number: int, kind: str, *, at: datetime, **more: object) -> None:
    """A physician's order for the numbered dose, on the outcome on the screen."""
    given = {
        "outcome_token": token(bedside),
        "reason_code": "other",
        "reason_text": "Seen at the bedside, pressure stable for two hours.",
        "reauthenticated": True,
    }
    gate.decide(
        dose_id=bedside.dose(number).pk, kind=kind, actor=Actor(user=bedside.physician), at=at, **(given | more)
    )
