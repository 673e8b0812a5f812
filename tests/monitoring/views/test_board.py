"""What does a ward's board say, and what may it never say?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import Course
from dosing.services import placements
from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Ward
from monitoring.selectors.board import board_of
from tests.dosing.builders import (
    Bedside,
    make_bed,
    make_course,
    make_cycle,
    make_patient,
)
from tests.monitoring.views.present import says
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
Counting = Callable[[int], AbstractContextManager[object]]


def fill(ward: Ward, bedside: Bedside, count: int, at: datetime) -> None:
    """Put ``count`` more patients with a course, a cycle and an assessment into beds of the ward."""
    for _ in range(count):
        patient = make_patient(bedside.site, at=at - timedelta(days=1))
        placements.place(patient=patient, bed=make_bed(ward), actor=SYSTEM, at=at - timedelta(hours=12))
        course = make_course(patient, bedside.physician, at=at)
        cycle = make_cycle(course, bedside.physician, at=at, starts_at=at + timedelta(hours=2))
        says(cycle.doses.get(number=1), Verdict.HOLD, at=at, met=("x",))


def board_text(bedside: Bedside) -> str:
    """The board as the nurse gets it."""
    client = signed_in(bedside.nurse)
    return client.get(f"/wards/{bedside.ward.pk}/").content.decode()


def face(text: str) -> str:
    """What the only band on the board says."""
    return text.split('data-verdict="')[1].split('"', maxsplit=1)[0]


def test_board_asks_as_many_questions_for_thirty_beds_as_for_one(
    bedside: Bedside, now: datetime, django_assert_max_num_queries: Counting
) -> None:
    says(bedside.dose(1), Verdict.HOLD, at=now, met=("x",))
    board_of(bedside.ward, now)
    with django_assert_max_num_queries(14):
        assert len(board_of(bedside.ward, now).cards) == 1
    fill(bedside.ward, bedside, 29, now - timedelta(minutes=5))
    with django_assert_max_num_queries(14):
        assert len(board_of(bedside.ward, now).cards) == 30


def test_dose_never_assessed_reads_cannot_decide(bedside: Bedside) -> None:
    assert face(board_text(bedside)) == "UNDECIDED"


def test_hold_is_shown_with_what_was_met(bedside: Bedside, now: datetime) -> None:
    says(bedside.dose(1), Verdict.HOLD, at=now, met=("creatinine-high",))
    text = board_text(bedside)
    assert face(text) == "HOLD"
    assert "creatinine-high" in text


def test_continue_says_until_when_it_is_valid(bedside: Bedside, now: datetime) -> None:
    says(bedside.dose(1), Verdict.CONTINUE, at=now)
    text = board_text(bedside)
    assert face(text) == "CONTINUE"
    assert "valid until" in text


def test_continue_that_has_run_out_reads_cannot_decide(bedside: Bedside, now: datetime) -> None:
    dose = bedside.dose(1)
    earlier = now - timedelta(hours=1, seconds=2)
    says(dose, Verdict.CONTINUE, at=earlier)
    assert face(board_text(bedside)) == "UNDECIDED"


def test_continue_with_evidence_nobody_has_assessed_is_never_shown_as_live(bedside: Bedside, now: datetime) -> None:
    says(bedside.dose(1), Verdict.CONTINUE, at=now)
    course = Course.objects.filter(pk=bedside.course.pk)
    # The page reads the clock itself, and it may take long to come.
    course.update(evidence_seq=99, evidence_at=now + timedelta(minutes=2))
    assert face(board_text(bedside)) == "UPDATING"
    course.update(evidence_at=now - timedelta(seconds=3))
    assert face(board_text(bedside)) == "UNDECIDED"


def test_bed_without_a_course_is_listed_quietly(bedside: Bedside) -> None:
    make_bed(bedside.ward, "77")
    assert "Bed 77" in board_text(bedside)


def test_urgent_bed_comes_first_and_beds_can_be_asked_for_in_their_order(bedside: Bedside, now: datetime) -> None:
    fill(bedside.ward, bedside, 1, now - timedelta(minutes=5))
    says(bedside.dose(1), Verdict.CONTINUE, at=now)
    urgent = [card.band.face for card in board_of(bedside.ward, now).cards]
    assert urgent == ["HOLD", "CONTINUE"]
    in_order = [card.bed_label for card in board_of(bedside.ward, now, by_bed=True).cards]
    assert in_order == sorted(in_order)


def test_name_that_is_markup_stays_text(bedside: Bedside) -> None:
    type(bedside.patient).objects.filter(pk=bedside.patient.pk).update(given_name="<script>alert(1)</script>")
    text = board_text(bedside)
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
