"""What does a course's page offer to whom, and is it honest about what it does not know?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dosing.domain.verdict import Verdict
from il2ward.audit.actor import Actor
from il2ward.audit.models import ReadAccess
from il2ward.staff.models import User
from monitoring.models import Alert, PresentOutcome, ToxicityGrade
from monitoring.selectors.board import board_of
from monitoring.selectors.course_page_decide import TEXTS, choices_of
from monitoring.selectors.course_page_toxicity import grid_of
from monitoring.services import observations
from monitoring.services.observations import NewObservation
from tests.dosing.builders import Bedside, start_dose
from tests.monitoring.views.present import says
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


def text_for(user: User, address: str) -> str:
    """A page as this person gets it."""
    client = signed_in(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def offered(bedside: Bedside, at: datetime) -> list[str]:
    """The decisions on offer for the only bed."""
    return [choice.kind for choice in choices_of(board_of(bedside.ward, at).cards[0])]


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        (Verdict.CONTINUE, ["hold", "stop_cycle", "stop_permanent"]),
        (Verdict.REVIEW, ["give", "hold", "stop_cycle", "stop_permanent"]),
        (Verdict.HOLD, ["hold", "override", "stop_cycle", "stop_permanent"]),
        (Verdict.UNDECIDED, ["hold", "override", "stop_cycle", "stop_permanent"]),
        (Verdict.STOP_CYCLE, ["refute", "reinstate", "stop_permanent"]),
        (Verdict.STOP_PERMANENT, ["refute", "reinstate"]),
    ],
    ids=lambda one: one.value if isinstance(one, Verdict) else "",
)
def test_physician_is_offered_what_fits_the_verdict(
    bedside: Bedside, now: datetime, verdict: Verdict, expected: list[str]
) -> None:
    says(bedside.dose(1), verdict, at=now, met=("x",))
    assert offered(bedside, now) == expected


def test_dose_overdue_by_more_than_an_hour_can_be_ordered_late(bedside: Bedside, now: datetime) -> None:
    due = bedside.dose(1).due_at
    says(bedside.dose(1), Verdict.HOLD, at=now)
    assert "order_late" not in offered(bedside, due + timedelta(hours=1))
    assert "order_late" in offered(bedside, due + timedelta(hours=1, seconds=1))


def test_no_decision_is_weighted_against_another(bedside: Bedside, now: datetime) -> None:
    says(bedside.dose(1), Verdict.REVIEW, at=now, met=("x",))
    text = text_for(bedside.physician, f"/courses/{bedside.course.pk}/")
    buttons = [line for line in text.split("<button") if 'data-open="decide-give"' in line or "decide-hold" in line]
    looks = {button.split('class="')[1].split('"')[0] for button in buttons if "data-open" in button}
    assert looks == {"btn big"}


def test_nurse_sees_no_decision_panel(bedside: Bedside, now: datetime) -> None:
    says(bedside.dose(1), Verdict.HOLD, at=now, met=("x",))
    address = f"/courses/{bedside.course.pk}/"
    assert "decide-override" not in text_for(bedside.nurse, address)
    assert "decide-override" in text_for(bedside.physician, address)
    assert "decide-override" not in text_for(bedside.admin, address)


def test_every_decision_has_words_of_its_own() -> None:
    assert len({label for label, *_ in TEXTS.values()}) == len(TEXTS)


def test_reading_a_course_is_kept_and_a_refetch_is_not_another_reading(bedside: Bedside) -> None:
    text_for(bedside.nurse, f"/courses/{bedside.course.pk}/")
    text_for(bedside.nurse, f"/courses/{bedside.course.pk}/picture/")
    row = ReadAccess.objects.get()
    assert (row.user, row.patient_id, row.page) == (bedside.nurse, str(bedside.patient.pk), "course")


def test_values_wear_where_they_come_from_and_their_age(bedside: Bedside, now: datetime) -> None:
    reading = NewObservation(
        observable="heart_rate", value="88", unit="/min", origin="charted", observed_at=now - timedelta(minutes=3)
    )
    observations.record(patient=bedside.patient, items=[reading], actor=Actor(user=bedside.nurse), at=now)
    text = text_for(bedside.nurse, f"/courses/{bedside.course.pk}/")
    assert "Heart rate" in text
    assert ">88<" in text
    assert "3 min" in text
    assert "charted" in text


def test_allergies_not_recorded_are_not_none_known(bedside: Bedside) -> None:
    address = f"/courses/{bedside.course.pk}/"
    assert "None known" in text_for(bedside.nurse, address)
    type(bedside.patient).objects.filter(pk=bedside.patient.pk).update(allergies=None)
    assert "Not recorded" in text_for(bedside.nurse, address)


def test_dose_is_printed_without_abbreviation(bedside: Bedside) -> None:
    text = text_for(bedside.nurse, f"/doses/{bedside.dose(1).pk}/")
    assert "43.5 million units (43,500,000 units)" in text
    assert "600,000 units/kg x 72.5 kg" in text
    assert " IU" not in text


def test_dose_page_says_what_a_start_waits_for(bedside: Bedside, now: datetime) -> None:
    address = f"/doses/{bedside.dose(1).pk}/"
    assert "complete what is missing first" in text_for(bedside.nurse, address)
    says(bedside.dose(1), Verdict.HOLD, at=now, met=("x",))
    assert "only a physician&#x27;s override" in text_for(bedside.nurse, address)
    says(bedside.dose(1), Verdict.CONTINUE, at=now)
    assert 'data-open="start"' in text_for(bedside.nurse, address)


def test_running_dose_offers_to_end_and_to_interrupt_and_nothing_else(bedside: Bedside, now: datetime) -> None:
    dose = start_dose(bedside, 1, at=now)
    text = text_for(bedside.nurse, f"/doses/{dose.pk}/picture/")
    assert 'data-open="end"' in text
    assert 'data-open="interrupt"' in text
    assert 'data-open="start"' not in text
    assert "running since" in text_for(bedside.nurse, f"/wards/{bedside.ward.pk}/")


def test_worst_grade_stands_in_the_column_of_the_dose_it_led_up_to(bedside: Bedside, now: datetime) -> None:
    reading = NewObservation(
        observable="creatinine", value="3.4", unit="mg/dL", origin="laboratory", observed_at=now - timedelta(minutes=1)
    )
    stored = observations.record(patient=bedside.patient, items=[reading], actor=Actor(user=bedside.nurse), at=now)
    for grade, ago in ((1, 1), (3, 2)):
        ToxicityGrade.objects.create(
            observation=stored[0].observation, course=bedside.course, term="creatinine_increased", grade=grade,
            ctcae_version="5.0", rules_sha256=str(grade), observed_at=now - timedelta(minutes=ago), graded_at=now,
        )  # fmt: skip
    grid = grid_of(bedside.course.pk, now)
    assert grid.numbers == ("1",)
    assert [cell.grade for cell in grid.rows[0].cells] == ["3"]


def test_open_alert_can_be_acknowledged_by_clinicians_only(bedside: Bedside, now: datetime) -> None:
    Alert.objects.create(
        course=bedside.course, ward=bedside.ward, rule="gate", severity="high", text="Dose 1: HOLD",
        raised_at=now, changed_at=now,
    )  # fmt: skip
    assert "data-alert=" in text_for(bedside.nurse, "/alerts/list/")
    assert "data-alert=" not in text_for(bedside.admin, "/alerts/list/")
    assert "not acknowledged" in text_for(bedside.admin, f"/wards/{bedside.ward.pk}/")


@pytest.mark.parametrize(
    ("criterion", "kind", "row"),
    [
        ("j_ren_cr_abs", "absolute", "/rules/protocols/consensus_2014/1/#j_ren_cr_abs"),
        ("floor_sbp", "floor", "/rules/protocols/consensus_2014/1/#floor_sbp"),
        ("ctcae_hypoxia", "ctcae", "/rules/protocols/ctcae_gate/1/#ctcae_hypoxia"),
    ],
)
def test_source_of_a_met_criterion_leads_to_its_row(
    bedside: Bedside, now: datetime, criterion: str, kind: str, row: str
) -> None:
    says(bedside.dose(1), Verdict.HOLD, at=now, met=(criterion,), kind=kind)
    present = PresentOutcome.objects.get(course=bedside.course)
    present.outcome["results"][0]["source"] = "A source"
    present.save(update_fields=["outcome"])
    assert f'<a href="{row}">A source</a>' in text_for(bedside.nurse, f"/courses/{bedside.course.pk}/")
    page, _, anchor = row.partition("#")
    assert f'id="{anchor}"' in text_for(bedside.nurse, page)
