"""Is a message ever attached to the wrong person, and does an admission message move the right one?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.models import Patient, Placement
from il2ward.audit.actor import SYSTEM
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Bed, Device
from il2ward.staff.services import devices
from monitoring.interop.hl7.receiving import receive
from monitoring.models import Observation, QuarantinedMessage
from monitoring.selectors.elsewhere import places
from tests.dosing.builders import NOW, Bedside, make_bed, make_patient, make_site
from tests.monitoring.interop.hl7.messages import adt, answer, creatinine, field, oru, pid_of
from tests.signed_in import signed_in

AT = NOW + timedelta(hours=1)
LATER = "20260302064500+0000"
NEW = "PID|1||NEW-1^^^HOSP^MR||Okonjo^Ada||19700101|F"


def bed_of(patient: Patient) -> Bed | None:
    """Where the patient lies now."""
    lying = Placement.objects.filter(patient=patient, until_at=None).select_related("bed").first()
    return lying.bed if lying else None


@pytest.mark.parametrize(
    ("other", "reason", "where"),
    [
        ({"number": "nobody"}, "unknown_patient", "PID-3"),
        ({"number": ""}, "no_identifier", "PID-3"),
        ({"family": "Novotny"}, "other_person", "PID-5"),
        ({"given": "Eva"}, "other_person", "PID-5"),
        ({"family": ""}, "other_person", "PID-5"),
        ({"born": "19610413"}, "other_person", "PID-7"),
        ({"born": ""}, "other_person", "PID-7"),
        ({"born": "1961"}, "other_person", "PID-7"),
    ],
)
def test_a_result_is_attached_to_nobody_when_anything_speaks_against_it(
    bedside: Bedside, laboratory: Device, other: dict[str, str], reason: str, where: str
) -> None:
    message = oru(pid_of(bedside.patient, **other), [creatinine("1.0", NOW)])
    ack = receive(message, device=laboratory, at=AT)
    waiting = QuarantinedMessage.objects.get()
    assert (answer(ack), waiting.reason, waiting.where) == ("AE", reason, where)
    assert not Observation.objects.exists()
    assert bytes(waiting.message.content) == message
    assert AuditEvent.objects.filter(event="quarantine.put").count() == 1


@pytest.mark.parametrize(
    "other",
    [{"family": "NOVAK"}, {"given": "Iva Maria"}, {"given": "IVA^M"}, {"family": "Nóvak"}, {"born": "196104120000"},
     {"family": "Novak&van"}],
)  # fmt: skip
def test_a_name_matches_however_it_is_written(bedside: Bedside, laboratory: Device, other: dict[str, str]) -> None:
    ack = receive(oru(pid_of(bedside.patient, **other), [creatinine("1.0", NOW)]), device=laboratory, at=AT)
    assert answer(ack) == "AA"
    assert Observation.objects.get().patient == bedside.patient


def test_numbers_of_two_patients_in_one_message_are_nobodys(bedside: Bedside, laboratory: Device) -> None:
    second = make_patient(bedside.site)
    pid = pid_of(bedside.patient).replace("^MR|", f"^MR~{second.mrn}^^^HOSP^MR|")
    assert answer(receive(oru(pid, [creatinine("1.0", NOW)]), device=laboratory, at=AT)) == "AE"
    assert QuarantinedMessage.objects.get().reason == "several_patients"


def test_a_social_security_number_is_no_record_number(bedside: Bedside, laboratory: Device) -> None:
    pid = pid_of(bedside.patient).replace("^MR|", "^SS|")
    assert answer(receive(oru(pid, [creatinine("1.0", NOW)]), device=laboratory, at=AT)) == "AE"


def test_another_hospitals_device_knows_nobody_here(bedside: Bedside, laboratory: Device) -> None:
    stranger = devices.issue(site=make_site(), name="Elsewhere", scopes=devices.SCOPES, actor=SYSTEM, at=NOW)[0]
    ack = receive(oru(pid_of(bedside.patient), [creatinine("1.0", NOW)]), device=stranger, at=AT)
    assert answer(ack) == "AE"
    assert not Observation.objects.exists()


def test_a_message_about_two_people_is_stored_for_both_or_for_nobody(bedside: Bedside, laboratory: Device) -> None:
    second = make_patient(bedside.site, family_name="Brandt")
    rows = [creatinine("1.0", NOW), pid_of(second), "OBR|1||X-2", creatinine("2.0", NOW)]
    assert answer(receive(oru(pid_of(bedside.patient), rows), device=laboratory, at=AT)) == "AA"
    told = {(row.patient_id, row.value) for row in Observation.objects.all()}
    assert told == {(bedside.patient.pk, "1.0"), (second.pk, "2.0")}
    rows[1] = pid_of(second, family="Brandl")
    rows[0], rows[3] = creatinine("1.1", NOW), creatinine("2.1", NOW)
    ack = receive(oru(pid_of(bedside.patient), rows), device=laboratory, at=AT)
    assert (answer(ack), field(ack, "ERR", 2)) == ("AE", "PID^2^5")
    assert Observation.objects.count() == 2


@pytest.mark.parametrize(("lost", "answered", "stored"), [("\rPID|1", "AE", 0), ("\rPID", "AE", 0), ("", "AA", 2)])
def test_results_are_nobodys_when_a_lost_line_end_would_make_them_the_persons_before(
    bedside: Bedside, laboratory: Device, lost: str, answered: str, stored: int
) -> None:
    second = pid_of(make_patient(bedside.site, family_name="Brandt"))
    rows = [creatinine("3.4", NOW), second, "OBR|2||X-2", creatinine("2.0", NOW)]
    head, found, tail = oru(pid_of(bedside.patient), rows).rpartition(f"\r{second}".encode())
    message = head + found.removeprefix(lost.encode()) + tail
    ack = receive(message, device=laboratory, at=AT)
    assert (answer(ack), Observation.objects.count()) == (answered, stored)


@pytest.mark.parametrize("observer", ["1234^Smith^John^^MR", "{mrn}^^^HOSP^MR", "1234^^^HOSP^EI", "^^^HOSP^MR"])
def test_an_observer_and_the_patients_own_number_in_a_result_are_no_other_patient(
    bedside: Bedside, laboratory: Device, observer: str
) -> None:
    row = creatinine("1.0", NOW) + "||" + observer.replace("{mrn}", bedside.patient.mrn)
    assert answer(receive(oru(pid_of(bedside.patient), [row]), device=laboratory, at=AT)) == "AA"


def test_an_admission_registers_and_lays_the_patient_into_the_bed_that_is_named(
    bedside: Bedside, laboratory: Device
) -> None:
    bed = make_bed(bedside.ward, "7A")
    message = adt("A01", NEW, ward=bedside.ward.code, bed="Bed 7A")
    assert answer(receive(message, device=laboratory, at=AT)) == "AA"
    patient = Patient.objects.get(mrn="NEW-1")
    assert (patient.family_name, patient.gender, bed_of(patient)) == ("Okonjo", "female", bed)
    assert answer(receive(message, device=laboratory, at=AT)) == "AA"
    assert Placement.objects.filter(patient=patient).count() == 1


def test_an_admission_to_a_ward_of_others_changes_nothing(bedside: Bedside, laboratory: Device) -> None:
    assert answer(receive(adt("A01", NEW, ward="Renal", bed="1"), device=laboratory, at=AT)) == "AA"
    assert not Patient.objects.filter(mrn="NEW-1").exists()


@pytest.mark.parametrize("bed", ["99", ""])
def test_an_admission_to_a_bed_we_do_not_have_waits(bedside: Bedside, laboratory: Device, bed: str) -> None:
    ack = receive(adt("A01", NEW, ward=bedside.ward.code, bed=bed), device=laboratory, at=AT)
    assert (answer(ack), QuarantinedMessage.objects.get().reason) == ("AE", "placement")
    assert not Patient.objects.filter(mrn="NEW-1").exists()


def test_an_admission_to_a_taken_bed_waits_and_nobody_is_registered(bedside: Bedside, laboratory: Device) -> None:
    ack = receive(adt("A01", NEW, ward=bedside.ward.code, bed=bedside.bed.label), device=laboratory, at=AT)
    assert (answer(ack), field(ack, "ERR", 2)) == ("AE", "PV1^1^3")
    assert not Patient.objects.filter(mrn="NEW-1").exists()


@pytest.mark.parametrize("event", ["A01", "A02", "A03", "A04", "A08", "A11", "A13"])
def test_an_admission_message_of_somebody_else_under_the_number_does_nothing(
    bedside: Bedside, laboratory: Device, event: str
) -> None:
    pid = pid_of(bedside.patient, family="Other")
    ack = receive(adt(event, pid, ward=bedside.ward.code, bed="x", happened=LATER), device=laboratory, at=AT)
    assert (answer(ack), bed_of(bedside.patient)) == ("AE", bedside.bed)


def test_a_transfer_moves_a_discharge_ends_and_its_cancelling_brings_back(bedside: Bedside, laboratory: Device) -> None:
    patient, bed = bedside.patient, make_bed(bedside.ward, "7A")
    pid, ward = pid_of(patient), bedside.ward.name

    def tell(event: str, to: str, minute: int) -> str:
        sent = f"202603020{6 + minute // 60}{minute % 60:02}00+0000"
        at = NOW + timedelta(minutes=minute)
        return answer(receive(adt(event, pid, ward=ward, bed=to, happened=sent, sent=sent), device=laboratory, at=at))

    assert (tell("A02", "7A", 10), bed_of(patient)) == ("AA", bed)
    assert (tell("A03", "7A", 20), bed_of(patient)) == ("AA", None)
    assert (tell("A13", "7A", 30), bed_of(patient)) == ("AA", bed)
    assert (tell("A11", "7A", 40), bed_of(patient)) == ("AA", None)
    assert (tell("A08", "7A", 50), bed_of(patient)) == ("AA", None)
    # A transfer that was sent before the discharge and comes late.
    assert (tell("A02", "7A", 15), bed_of(patient)) == ("AA", None)


def test_a_transfer_away_leaves_our_bed(bedside: Bedside, laboratory: Device) -> None:
    ack = receive(adt("A02", pid_of(bedside.patient), ward="ICU", bed="1", happened=LATER), device=laboratory, at=AT)
    assert (answer(ack), bed_of(bedside.patient)) == ("AA", None)


@pytest.mark.parametrize(("event", "ward"), [("A01", "ICU"), ("A13", "ICU"), ("A01", ""), ("A02", "")])
def test_a_patient_of_ours_stays_where_they_lie_when_they_are_said_to_be_in_a_place_we_do_not_know(
    bedside: Bedside, laboratory: Device, event: str, ward: str
) -> None:
    ack = receive(adt(event, pid_of(bedside.patient), ward=ward), device=laboratory, at=AT)

    assert (answer(ack), QuarantinedMessage.objects.get().reason) == ("AE", "placement")
    assert bed_of(bedside.patient) == bedside.bed


def test_places_that_are_not_ours_are_counted_when_admissions_name_them(bedside: Bedside, laboratory: Device) -> None:
    for ward in ("ICU", "6-est", "ICU"):
        assert answer(receive(adt("A01", NEW, ward=ward), device=laboratory, at=AT)) == "AA"
    assert answer(receive(adt("A04", NEW), device=laboratory, at=AT)) == "AA"

    assert [(one.name, one.count) for one in places(bedside.site)] == [("ICU", 2), ("", 1), ("6-est", 1)]
    page = signed_in(bedside.nurse).get("/quarantine/").content.decode()
    assert "3 wards and beds in admissions that are none of ours" in page
    assert "6-est" in page
    assert places(make_site()) == []


def test_a_discharge_from_an_earlier_stay_changes_nothing(bedside: Bedside, laboratory: Device) -> None:
    message = adt("A03", pid_of(bedside.patient), happened="20260101120000+0000")
    assert (answer(receive(message, device=laboratory, at=AT)), bed_of(bedside.patient)) == ("AA", bedside.bed)


@pytest.mark.parametrize("event", ["A34", "A40"])
def test_a_merge_gives_the_patient_the_number_that_stays(bedside: Bedside, laboratory: Device, event: str) -> None:
    old = bedside.patient.mrn
    message = adt(event, pid_of(bedside.patient, number="NEW-9"), more=[f"MRG|{old}^^^HOSP^MR"])
    assert answer(receive(message, device=laboratory, at=AT)) == "AA"
    bedside.patient.refresh_from_db()
    assert bedside.patient.mrn == "NEW-9"
    assert old in AuditEvent.objects.get(event="patient.renumbered").body


def test_a_merge_of_two_patients_of_ours_is_left_to_people(bedside: Bedside, laboratory: Device) -> None:
    second = make_patient(bedside.site)
    message = adt("A40", pid_of(second), more=[f"MRG|{bedside.patient.mrn}^^^HOSP^MR"])
    assert answer(receive(message, device=laboratory, at=AT)) == "AE"
    assert QuarantinedMessage.objects.get().reason == "merge"


def test_a_merge_under_another_name_is_left_to_people(bedside: Bedside, laboratory: Device) -> None:
    pid = pid_of(bedside.patient, number="NEW-9", given="Olga")
    message = adt("A40", pid, more=[f"MRG|{bedside.patient.mrn}^^^HOSP^MR"])
    assert answer(receive(message, device=laboratory, at=AT)) == "AE"
    bedside.patient.refresh_from_db()
    assert bedside.patient.mrn != "NEW-9"
