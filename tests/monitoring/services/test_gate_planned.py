"""Does the gate judge an infusion that no hold protocol was written for, and never let it go on by itself?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dosing.domain.verdict import Verdict
from dosing.services import placements, refusals
from il2ward.audit.actor import SYSTEM, Actor
from monitoring.selectors.invariants.pinning import other_rules
from monitoring.services import gate
from tests.dosing.builders import (
    NOW,
    Bedside,
    due,
    make_bed,
    make_course,
    make_cycle,
    make_patient,
)
from tests.monitoring.charting import chart_all_fine, creatinine, decide, present, record, start, work

MINUTE = timedelta(minutes=1)
AT = due(1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def infused(bedside: Bedside) -> Bedside:
    """A patient under the continuous infusion, judged by grades and the floor alone."""
    patient = make_patient(bedside.site, at=NOW - timedelta(days=1))
    placements.place(patient=patient, bed=make_bed(bedside.ward), actor=SYSTEM, at=NOW - timedelta(hours=12))
    bedside.patient = patient
    bedside.course = make_course(
        patient, bedside.physician, protocol="ctcae_gate", regimen="civ_legha_1996", overlay=False
    )
    bedside.cycle = make_cycle(bedside.course, bedside.physician, height_cm=Decimal(172))
    return bedside


def test_nothing_against_it_still_needs_a_physicians_word_for_each_dose(infused: Bedside) -> None:
    chart_all_fine(infused, at=AT - MINUTE)
    assert present(infused).verdict == Verdict.REVIEW.value

    with pytest.raises(refusals.DoseNeedsReview):
        start(infused, 1, at=AT)

    decide(infused, 1, "give", at=AT, reason_code="", reason_text="")
    assert start(infused, 1, at=AT).status == "started"
    assert not list(other_rules(AT))


def test_grade_three_holds_it(infused: Bedside) -> None:
    chart_all_fine(infused, at=AT - 2 * MINUTE)
    record(infused, [creatinine("4.0", at=AT - MINUTE)], at=AT - MINUTE)
    work(infused, at=AT - MINUTE)

    assert present(infused).verdict == Verdict.HOLD.value
    with pytest.raises(refusals.DoseIsHeld):
        start(infused, 1, at=AT)


def test_infusion_of_a_day_ends_a_day_later_and_the_next_is_assessed(infused: Bedside) -> None:
    chart_all_fine(infused, at=AT - MINUTE)
    decide(infused, 1, "give", at=AT, reason_code="", reason_text="")
    dose, ends_at = start(infused, 1, at=AT), AT + timedelta(days=1)

    gate.end_dose(dose_id=dose.pk, given_iu=None, ended_at=ends_at, actor=Actor(user=infused.nurse), at=ends_at)

    assert infused.dose(1).given_iu == 22_320_000
    assert present(infused).dose == infused.dose(2)
