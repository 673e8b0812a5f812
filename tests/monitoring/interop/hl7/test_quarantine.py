"""Who settles a message that waits, how, and what becomes of its results?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from dosing.models import Patient
from il2ward.audit.models import AuditEvent, ReadAccess
from il2ward.staff.models import Device, User
from monitoring.interop.hl7.receiving import receive
from monitoring.models import Observation, QuarantinedMessage, QuarantineSettlement
from tests.dosing.builders import NOW, Bedside, make_bedside, make_nurse, make_ward
from tests.monitoring.interop.hl7.messages import answer, creatinine, oru, pid_of
from tests.signed_in import on_a_tablet, signed_in

AT = NOW + timedelta(hours=1)
PASSWORD = "a good long password"
REASON = "Label of the specimen seen with the laboratory"


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read this time."""
    monkeypatch.setattr("il2ward.clock.now", lambda: AT)


@pytest.fixture
def waiting(bedside: Bedside, laboratory: Device) -> QuarantinedMessage:
    """A creatinine of a number that nobody has."""
    message = oru(pid_of(bedside.patient, number="WRONG-1"), [creatinine("3.4", NOW)], order="R-1", control="W-1")
    assert answer(receive(message, device=laboratory, at=AT)) == "AE"
    return QuarantinedMessage.objects.get()


@pytest.fixture
def second(bedside: Bedside) -> User:
    """Another nurse of the ward with a password."""
    return make_nurse(bedside.ward, "second", password=PASSWORD)


def assign(client: Client, row: QuarantinedMessage, to: Patient, /, **other: str) -> str:
    """Send the form and return what the next page says."""
    by_password = {"second.username": "second", "second.password": PASSWORD}
    form = {"patient": str(to.pk), "reason": REASON} | by_password | other
    page = client.post(f"/quarantine/{row.pk}/assign/", form, follow=True)
    return page.content.decode()


def test_two_people_give_a_message_to_a_patient_and_its_results_count(
    bedside: Bedside, waiting: QuarantinedMessage, second: User
) -> None:
    assert "Assigned. 1 stored" in assign(signed_in(bedside.nurse), waiting, bedside.patient)
    row = Observation.objects.get()
    assert (row.patient, row.value, row.device) == (bedside.patient, "3.4", waiting.message.device)
    settled = QuarantineSettlement.objects.get()
    assert (settled.by, settled.second, settled.patient, settled.reason) == (
        bedside.nurse, second, bedside.patient, REASON,
    )  # fmt: skip
    assert AuditEvent.objects.filter(event="quarantine.assigned").count() == 1


@pytest.mark.parametrize(
    "other",
    [{"second.password": "wrong"}, {"second.username": "nobody"}, {"reason": "because"}, {"patient": ""},
     {"patient": "x"}, {"second.pin": "8352"}],
)  # fmt: skip
def test_nothing_is_given_when_anything_is_missing(
    bedside: Bedside, waiting: QuarantinedMessage, second: User, other: dict[str, str]
) -> None:
    assert "Nothing was done" in assign(signed_in(bedside.nurse), waiting, bedside.patient, **other)
    assert not Observation.objects.exists()
    assert not QuarantineSettlement.objects.exists()


@pytest.mark.parametrize(("pin", "stored"), [("8352", 1), ("4071", 0), ("9034", 0), ("", 0)])
def test_the_second_persons_own_pin_will_do_on_the_wards_tablet(
    bedside: Bedside, waiting: QuarantinedMessage, second: User, pin: str, stored: int
) -> None:
    tablet = on_a_tablet(bedside, {bedside.nurse: "4071", second: "8352"})
    shown = tablet.get(f"/quarantine/{waiting.pk}/").content.decode()

    page = assign(tablet, waiting, bedside.patient, **{"second.password": "", "second.pin": pin})

    assert 'name="second.pin"' in shown
    assert ("Assigned. 1 stored" in page, Observation.objects.count()) == (bool(stored), stored)
    assert [one.second for one in QuarantineSettlement.objects.all()] == [second] * stored


def test_one_person_is_not_two(bedside: Bedside, waiting: QuarantinedMessage, second: User) -> None:
    assert "second person" in assign(signed_in(second), waiting, bedside.patient)
    assert not Observation.objects.exists()


def test_a_colleague_of_another_ward_is_no_second_person(bedside: Bedside, waiting: QuarantinedMessage) -> None:
    make_nurse(make_ward(bedside.site, "other"), "second", password=PASSWORD)
    assert "Nothing was done" in assign(signed_in(bedside.nurse), waiting, bedside.patient)
    assert not Observation.objects.exists()


def test_a_message_is_settled_once(bedside: Bedside, waiting: QuarantinedMessage, second: User) -> None:
    client = signed_in(bedside.nurse)
    client.post(f"/quarantine/{waiting.pk}/discard/", {"reason": "Sent by the test system by mistake"})
    assert "settled in the meantime" in assign(client, waiting, bedside.patient)
    assert QuarantineSettlement.objects.get().outcome == "discarded"
    assert not Observation.objects.exists()


def test_a_message_matches_later_and_is_taken_without_a_second_person(
    bedside: Bedside, waiting: QuarantinedMessage
) -> None:
    client, path = signed_in(bedside.nurse), f"/quarantine/{waiting.pk}/again/"
    assert "Nothing was done" in client.post(path, follow=True).content.decode()
    Patient.objects.filter(pk=bedside.patient.pk).update(mrn="WRONG-1")
    assert "It matches now" in client.post(path, follow=True).content.decode()
    assert Observation.objects.get().patient == bedside.patient


def test_a_message_with_another_fault_cannot_be_given_to_anybody(
    bedside: Bedside, laboratory: Device, second: User
) -> None:
    message = oru(pid_of(bedside.patient, number="WRONG-1"), [creatinine("3.4", NOW, status="Q")])
    receive(message, device=laboratory, at=AT)
    row = QuarantinedMessage.objects.get()
    page = signed_in(bedside.nurse).get(f"/quarantine/{row.pk}/").content.decode()
    assert "is no status of a result" in page
    assert "Give it to a patient" not in page
    assert "Nothing was done" in assign(signed_in(bedside.nurse), row, bedside.patient)


def test_an_admin_reads_and_settles_nothing(bedside: Bedside, waiting: QuarantinedMessage) -> None:
    client = signed_in(bedside.admin)
    page = client.get(f"/quarantine/{waiting.pk}/")
    assert page.status_code == 200
    assert b"Discard the message" not in page.content
    for act in ("assign", "again", "discard"):
        assert client.post(f"/quarantine/{waiting.pk}/{act}/", {"reason": REASON}).status_code == 403


def test_another_hospitals_message_is_not_there(waiting: QuarantinedMessage) -> None:
    stranger = signed_in(make_bedside().nurse)
    assert stranger.get(f"/quarantine/{waiting.pk}/").status_code == 404
    assert stranger.post(f"/quarantine/{waiting.pk}/discard/", {"reason": REASON}).status_code == 404
    assert b"WRONG-1" not in stranger.get("/quarantine/").content


def test_nobody_signed_in_sees_nothing(waiting: QuarantinedMessage) -> None:
    assert Client().get("/quarantine/").status_code == 302
    assert Client().get(f"/quarantine/{waiting.pk}/").status_code == 302


def test_reading_a_message_that_bears_a_patients_number_is_kept(bedside: Bedside, laboratory: Device) -> None:
    receive(oru(pid_of(bedside.patient, family="Other"), [creatinine("3.4", NOW)]), device=laboratory, at=AT)
    row = QuarantinedMessage.objects.get()
    page = signed_in(bedside.nurse).get(f"/quarantine/{row.pk}/").content.decode()
    assert bedside.patient.mrn in page
    assert ReadAccess.objects.get().patient_id == str(bedside.patient.pk)


def test_what_a_message_says_stays_text_on_the_page(bedside: Bedside, laboratory: Device) -> None:
    pid = pid_of(bedside.patient, number="<b>1</b>", family="<script>alert(1)</script>")
    receive(oru(pid, [creatinine("3.4", NOW)]), device=laboratory, at=AT)
    client = signed_in(bedside.nurse)
    for path in ("/quarantine/", f"/quarantine/{QuarantinedMessage.objects.get().pk}/"):
        assert b"<script>alert" not in client.get(path).content
        assert b"<b>1</b>" not in client.get(path).content


def test_the_bar_counts_what_waits_at_the_own_hospital(bedside: Bedside, waiting: QuarantinedMessage) -> None:
    counted = '<span class="count num">1</span>'

    assert counted in signed_in(bedside.nurse).get("/alerts/").content.decode()
    assert 'class="count' not in signed_in(make_bedside().nurse).get("/alerts/").content.decode()
