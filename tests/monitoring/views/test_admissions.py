"""Can a nurse register, admit, move and discharge by hand, and is she warned of whom she could mistake?"""

from __future__ import annotations

import pytest
from django.test import Client

from dosing.models import Cycle, Patient, Placement
from il2ward.audit.models import AuditEvent, ReadAccess
from tests.dosing.builders import Bedside, make_bed, make_nurse, make_patient, make_ward
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def nurse(bedside: Bedside) -> Client:
    """The nurse's browser."""
    return signed_in(bedside.nurse)


def ward_url(bedside: Bedside, rest: str = "") -> str:
    return f"/wards/{bedside.ward.pk}/patients/{rest}"


def somebody(**changed: str) -> dict[str, str]:
    """The register form, filled in for somebody unlike anybody here."""
    whole = {
        "mrn": "4711", "family_name": "Okonkwo", "given_name": "Ada", "birth_date": "1970-02-03", "gender": "female",
        "allergies_known": "none", "bed": "",
    }  # fmt: skip
    return {**whole, **changed}


def test_new_patient_is_registered_and_admitted_in_one_act(nurse: Client, bedside: Bedside) -> None:
    bed = make_bed(bedside.ward)

    answer = nurse.post(ward_url(bedside, "register/"), somebody(bed=str(bed.pk)))

    assert answer.status_code == 302, answer.content
    patient = Patient.objects.get(mrn="4711")
    assert patient.allergies == ""
    assert Placement.objects.get(patient=patient).bed == bed
    events = AuditEvent.objects.filter(patient_id=str(patient.pk), actor=bedside.nurse)
    assert set(events.values_list("event", flat=True)) == {"patient.registered", "patient.placed"}


def test_nobody_is_registered_when_the_bed_is_taken(nurse: Client, bedside: Bedside) -> None:
    answer = nurse.post(ward_url(bedside, "register/"), somebody(bed=str(bedside.bed.pk)))

    assert answer.status_code == 409
    assert b"Another patient lies in bed" in answer.content
    assert not Patient.objects.filter(mrn="4711").exists()


def test_taken_record_number_is_refused_and_its_bearer_shown(nurse: Client, bedside: Bedside) -> None:
    answer = nurse.post(ward_url(bedside, "register/"), somebody(mrn=bedside.patient.mrn))

    assert answer.status_code == 409
    assert str(bedside.patient) in answer.content.decode()
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    "changed",
    [{"birth_date": ""}, {"birth_date": "12.4.61"}, {"allergies_known": ""}, {"allergies_known": "some"},
     {"gender": "x"}, {"family_name": ""}, {"bed": "999999"}, {"bed": "x"}],
)  # fmt: skip
def test_nobody_is_registered_when_something_is_missing(
    nurse: Client, bedside: Bedside, changed: dict[str, str]
) -> None:
    assert nurse.post(ward_url(bedside, "register/"), somebody(**changed)).status_code == 409
    assert Patient.objects.count() == 1


def test_like_named_patient_is_shown_and_only_the_nurse_s_word_registers_another(
    nurse: Client, bedside: Bedside
) -> None:
    named = somebody(family_name="Nowak", given_name="Ivan")

    answer = nurse.post(ward_url(bedside, "register/"), named)
    assert answer.status_code == 409
    assert bedside.patient.mrn in answer.content.decode()
    assert Patient.objects.count() == 1

    assert nurse.post(ward_url(bedside, "register/"), named | {"other_person": "yes"}).status_code == 302
    assert Patient.objects.count() == 2


def test_like_named_patients_on_one_ward_are_told_on_both_banners(nurse: Client, bedside: Bedside) -> None:
    other = make_patient(bedside.site, family_name="Novák")
    bed = make_bed(bedside.ward, "17")
    admission = nurse.get(ward_url(bedside, f"{other.pk}/admit/")).content.decode()
    assert f"Like-named on this ward:</b> {bedside.patient}" in admission

    nurse.post(ward_url(bedside, f"{other.pk}/admit/"), {"bed": bed.pk})

    page = nurse.get(f"/courses/{bedside.course.pk}/").content.decode()
    assert f"{other}, bed 17" in page
    assert "Like-named" in nurse.get(f"/patients/{other.pk}/place/").content.decode()


def test_banner_warns_of_nobody_when_names_differ(nurse: Client, bedside: Bedside) -> None:
    other = make_patient(bedside.site, family_name="Brandt")
    nurse.post(ward_url(bedside, f"{other.pk}/admit/"), {"bed": make_bed(bedside.ward).pk})

    assert "Like-named" not in nurse.get(f"/courses/{bedside.course.pk}/").content.decode()


def test_search_finds_patients_of_the_hospital_and_keeps_whom_it_showed(nurse: Client, bedside: Bedside) -> None:
    other = make_patient(bedside.site, mrn="ZX-9", family_name="Brandt")

    by_number = nurse.post(ward_url(bedside), {"q": "zx-9"}, follow=True).content.decode()
    by_name = nurse.post(ward_url(bedside), {"q": "Bra"}, follow=True).content.decode()

    assert str(other) in by_number
    assert str(other) in by_name
    assert str(other) not in nurse.post(ward_url(bedside), {"q": "B"}, follow=True).content.decode()
    assert ReadAccess.objects.filter(patient_id=str(other.pk), page="patient search").count() == 2


def test_patient_moves_and_leaves_by_hand(nurse: Client, bedside: Bedside) -> None:
    bed = make_bed(bedside.ward)
    patient = bedside.patient.pk
    assert nurse.post(f"/patients/{patient}/move/", {"bed": bed.pk}).status_code == 302
    assert Placement.objects.get(until_at=None).bed == bed
    assert nurse.post(f"/patients/{patient}/leave/", {"destination": "home"}).status_code == 409

    answer = nurse.post(f"/patients/{patient}/leave/", {"destination": "home", "reason": "Cycle over"}, follow=True)

    assert not Placement.objects.filter(until_at=None).exists()
    assert "a physician ends it below" in answer.content.decode()
    assert Cycle.objects.get().status == "active"


def test_physician_ends_the_cycle_of_somebody_who_has_left_and_a_nurse_cannot(nurse: Client, bedside: Bedside) -> None:
    nurse.post(
        f"/patients/{bedside.patient.pk}/leave/", {"destination": "intensive_care", "reason": "Two vasopressors"}
    )
    url = f"/wards/{bedside.ward.pk}/cycles/{bedside.cycle.pk}/end/"
    assert nurse.post(url, {"reason": "intensive_care"}).status_code == 403
    assert signed_in(bedside.physician).post(url, {"reason": "intensive_care"}).status_code == 302

    assert Cycle.objects.get().end_reason == "intensive_care"
    assert "Left, with a cycle" not in nurse.get(ward_url(bedside)).content.decode()


def test_staff_of_another_ward_and_admins_reach_none_of_it(bedside: Bedside) -> None:
    stranger = signed_in(make_nurse(make_ward(bedside.site, "elsewhere")))
    admin = signed_in(bedside.admin)
    place = f"/patients/{bedside.patient.pk}/place/"

    assert {stranger.get(url).status_code for url in (ward_url(bedside), ward_url(bedside, "register/"), place)} == {
        404
    }
    assert {admin.get(url).status_code for url in (ward_url(bedside), ward_url(bedside, "register/"), place)} == {403}
    assert stranger.post(f"/patients/{bedside.patient.pk}/leave/", {}).status_code == 404
