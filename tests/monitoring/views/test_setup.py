"""Do the pages of a course's set-up show what is open, to whom, and never the dose to who must work it out alone?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dosing.models import Course, Dose, Patient
from dosing.services import calculations, courses, cycles, placements
from dosing.services.calculations import OwnLine
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import ReadAccess
from il2ward.staff.models import User
from tests.dosing.builders import (
    WEIGHT_KG,
    Bedside,
    agree,
    all_checks,
    make_bed,
    make_course,
    make_nurse,
    make_patient,
    make_ward,
)
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def patient(bedside: Bedside, now: datetime) -> Patient:
    """A second patient of the ward, in bed, without a course."""
    found = make_patient(bedside.site, at=now - timedelta(days=1), family_name="Abel")
    placements.place(patient=found, bed=make_bed(bedside.ward), actor=SYSTEM, at=now - timedelta(hours=3))
    return found


@pytest.fixture
def course(bedside: Bedside, patient: Patient, now: datetime) -> Course:
    """That patient's course with a cycle that one person alone has calculated."""
    found = make_course(patient, bedside.physician, at=now - timedelta(hours=1))
    cycles.start(
        course=found, starts_at=now + timedelta(hours=2), dosing_weight_kg=WEIGHT_KG, checks=all_checks(),
        actor=Actor(user=bedside.physician), at=now - timedelta(minutes=30),
    )  # fmt: skip
    return found


def get(user: User, address: str) -> tuple[int, str]:
    """A page's status and text as this person gets it."""
    client = signed_in(user)
    answer = client.get(address)
    return answer.status_code, answer.content.decode()


def test_only_physicians_of_the_ward_open_the_form_for_a_new_course(bedside: Bedside, patient: Patient) -> None:
    address = f"/patients/{patient.pk}/courses/new/"
    stranger = make_nurse(make_ward(bedside.site, "elsewhere"))

    assert get(bedside.physician, address)[0] == 200
    assert {get(user, address)[0] for user in (bedside.nurse, bedside.admin, stranger)} == {403}
    assert ReadAccess.objects.filter(patient_id=str(patient.pk)).count() == 1


def test_form_says_what_is_not_signed_off_and_what_nobody_read(bedside: Bedside, patient: Patient) -> None:
    text = get(bedside.physician, f"/patients/{patient.pk}/courses/new/")[1]

    assert 'value="til_il2" data-protocols="ctcae_gate til_2024" disabled' in text
    assert "Not to be used here yet: 12 regimens" in text
    assert "Not to be used here yet: 5 protocols" in text
    assert "Not read at a source: cycle days, dose reduction, the whole regimen." in text
    assert 'value="civ_legha_1996" data-protocols="ctcae_gate"' in text
    assert "Written for high-dose bolus alone, not after cells" in text


def test_computed_dose_and_weight_stay_covered_until_two_agree(bedside: Bedside, course: Course, now: datetime) -> None:
    address = f"/courses/{course.pk}/setup/"
    for user in (bedside.nurse, bedside.physician):
        status, text = get(user, address)
        assert status == 200
        assert "43.5" not in text
        assert "72.5" not in text.replace('placeholder="72.5"', "")

    agree(course.cycles.get(), bedside.nurse, at=now)

    assert "43.5 million units (43,500,000 units)" in get(bedside.nurse, address)[1]


def test_both_numbers_are_shown_when_the_second_calculation_did_not_agree(
    bedside: Bedside, course: Course, now: datetime
) -> None:
    calculations.second(
        cycle=course.cycles.get(), weight_kg=WEIGHT_KG, height_cm=None, lines=[OwnLine(600_000, 435_000_000)],
        actor=Actor(user=bedside.nurse), at=now,
    )  # fmt: skip

    text = get(bedside.physician, f"/courses/{course.pk}/setup/")[1]

    assert "435,000,000 units" in text
    assert "43,500,000 units" in text
    assert "your dose is 10 times larger than ours" in text


def test_dose_page_leads_to_the_second_calculation_and_offers_no_start(bedside: Bedside, course: Course) -> None:
    dose = Dose.objects.get(cycle__course=course, number=1)

    text = get(bedside.nurse, f"/doses/{dose.pk}/")[1]

    assert "a second person must work the dose out first" in text
    assert f'href="/courses/{course.pk}/setup/#second"' in text
    assert 'data-open="start"' not in text


def test_nurse_gets_no_form_that_is_a_physicians(bedside: Bedside, course: Course) -> None:
    nurse, physician = (get(user, f"/courses/{course.pk}/setup/")[1] for user in (bedside.nurse, bedside.physician))
    for act in ("/target", "/size"):
        assert f'{act}"' not in nurse
        assert f'{act}"' in physician
    assert "/calculations" in nurse


def test_patient_without_a_course_is_on_the_board_with_a_way_to_set_one_up(bedside: Bedside, patient: Patient) -> None:
    address = f"/wards/{bedside.ward.pk}/"
    assert f"/patients/{patient.pk}/courses/new/" in get(bedside.physician, address)[1]
    assert f"/patients/{patient.pk}/courses/new/" not in get(bedside.nurse, address)[1]
    assert str(patient) in get(bedside.nurse, address)[1]


def test_response_can_be_read_by_the_last_ward_after_the_patient_has_left(
    bedside: Bedside, course: Course, now: datetime
) -> None:
    courses.end_course(course=course, reason="completed", actor=Actor(user=bedside.physician), at=now)
    placements.discharge(patient=course.patient, actor=SYSTEM, at=now)
    stranger = make_nurse(make_ward(bedside.site, "elsewhere"))
    address = f"/courses/{course.pk}/response/"

    assert get(bedside.physician, address)[0] == 200
    assert "Say it by NCI" in get(bedside.physician, address)[1]
    assert "Say it by" not in get(bedside.nurse, address)[1]
    assert "None, has left" in get(bedside.nurse, address)[1]
    assert (get(stranger, address)[0], get(bedside.admin, address)[0]) == (404, 403)
