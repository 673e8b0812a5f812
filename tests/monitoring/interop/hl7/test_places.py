"""Does a ward or bed that a person gives a meaning count from then on, and is what waited done where it still holds?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from dosing.models import Patient, Placement
from dosing.services import placements
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Bed, Device
from monitoring.interop.hl7.receiving import receive
from monitoring.interop.hl7.unplaced import LATELY, unplaced
from monitoring.models import QuarantinedMessage, SenderMeaning
from tests.dosing.builders import NOW, Bedside, make_bed, make_site, make_ward
from tests.monitoring.interop.hl7.messages import ZONED, adt, answer, pid_of
from tests.signed_in import signed_in

AT = NOW + timedelta(hours=3)
ADA = "PID|1||NEW-1^^^HOSP^MR||Okonjo^Ada||19700101|F"
BEN = "PID|1||NEW-2^^^HOSP^MR||Osei^Ben||19600202|M"


@pytest.fixture(autouse=True)
def now(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read this time, and not the bedside's."""
    monkeypatch.setattr("il2ward.clock.now", lambda: AT)


@pytest.fixture
def bed(bedside: Bedside) -> Bed:
    """A free bed of the ward."""
    return make_bed(bedside.ward, "7A")


def send(device: Device, event: str, pid: str, *, ward: str = "6EST", bed: str = "7A", minute: int = 0,
         more: tuple[str, ...] = (), at: datetime = NOW) -> str:  # fmt: skip
    """Send one message, so many minutes after the hour; return what was answered."""
    at += timedelta(minutes=minute)
    sent = f"{at:{ZONED}}"
    return answer(
        receive(adt(event, pid, ward=ward, bed=bed, happened=sent, sent=sent, more=more), device=device, at=at)
    )


def give(client: Client, device: Device, **form: str) -> str:
    """Send the form and return what the page says."""
    said = {
        "device": str(device.pk), "kind": "ward", "context": "", "word": "6EST", "meaning": "6-east",
        "reason": "Admissions office's list of March",
    } | form  # fmt: skip
    return client.post("/quarantine/meanings/", said, follow=True).content.decode()


def lying() -> dict[str, str]:
    """Who lies where, by record number."""
    rows = Placement.objects.filter(until_at=None).select_related("patient", "bed")
    return {row.patient.mrn: row.bed.label for row in rows}


def words(bedside: Bedside) -> list[tuple[str, str, str, int]]:
    """The places that wait for a meaning."""
    return [(one.kind, one.context, one.word, one.count) for one in unplaced(bedside.site)]


@pytest.fixture
def ward_code(bedside: Bedside) -> str:
    """What the ward is called here."""
    return bedside.ward.code


def test_a_ward_with_a_meaning_counts_for_who_was_sent_there_and_who_comes(
    bedside: Bedside, laboratory: Device, bed: Bed, ward_code: str
) -> None:
    make_bed(bedside.ward, "7B")
    assert send(laboratory, "A01", ADA) == "AA"
    assert "NEW-1" not in lying()
    assert words(bedside) == [("ward", "", "6EST", 1)]

    assert "1 message done by now" in give(signed_in(bedside.admin), laboratory, meaning=ward_code)
    assert send(laboratory, "A01", BEN, bed="7B", minute=9) == "AA"

    assert lying() == {bedside.patient.mrn: bedside.bed.label, "NEW-1": "7A", "NEW-2": "7B"}
    assert words(bedside) == []
    for event in ("sender_meaning.given", "hl7_message.followed", "patient.registered"):
        assert AuditEvent.objects.filter(event=event).exists()
    assert "0 messages" not in give(signed_in(bedside.admin), laboratory, meaning=ward_code)
    assert lying()["NEW-1"] == "7A"


@pytest.mark.parametrize(("event", "more"), [("A03", ()), ("A11", ()), ("A02", ()), ("A40", ("MRG|NEW-1^^^HOSP^MR",))])
def test_nobody_is_laid_down_who_was_sent_on_or_whose_number_was_given_up_since(
    bedside: Bedside, laboratory: Device, bed: Bed, ward_code: str, event: str, more: tuple[str, ...]
) -> None:
    send(laboratory, "A01", ADA)
    send(laboratory, event, BEN if more else ADA, ward="Theatre", minute=9, more=more)

    give(signed_in(bedside.admin), laboratory, meaning=ward_code)

    assert list(lying()) == [bedside.patient.mrn]


@pytest.mark.parametrize(("ago", "done"), [(LATELY, 1), (LATELY + timedelta(seconds=1), 0)])
def test_who_was_sent_long_ago_is_left_alone(
    bedside: Bedside, laboratory: Device, bed: Bed, ward_code: str, ago: timedelta, done: int
) -> None:
    send(laboratory, "A01", ADA, at=AT - ago)
    give(signed_in(bedside.admin), laboratory, meaning=ward_code)
    assert len(lying()) == 1 + done


def test_who_was_put_to_bed_by_hand_meanwhile_stays_there(
    bedside: Bedside, laboratory: Device, bed: Bed, ward_code: str
) -> None:
    make_bed(bedside.ward, "7B")
    send(laboratory, "A04", ADA, ward=ward_code)
    send(laboratory, "A01", ADA, minute=5)
    by_hand = Bed.objects.get(label="7B")
    placements.place(patient=Patient.objects.get(mrn="NEW-1"), bed=by_hand, actor=Actor(user=bedside.nurse),
                     at=NOW + timedelta(minutes=30))  # fmt: skip

    give(signed_in(bedside.admin), laboratory, meaning=ward_code)

    assert lying()["NEW-1"] == "7B"


def test_a_patient_of_ours_who_is_said_to_be_elsewhere_is_moved_once_elsewhere_is_ours(
    bedside: Bedside, laboratory: Device, bed: Bed, ward_code: str
) -> None:
    assert send(laboratory, "A02", pid_of(bedside.patient), ward="", bed="") == "AE"
    assert send(laboratory, "A01", pid_of(bedside.patient), minute=5) == "AE"

    assert "1 message done by now" in give(signed_in(bedside.physician), laboratory, meaning=ward_code)

    assert lying() == {bedside.patient.mrn: "7A"}
    settled = QuarantinedMessage.objects.get(settled__isnull=False).settled
    assert (settled.outcome, settled.by, settled.patient) == ("taken", bedside.physician, bedside.patient)
    assert "moved to bed 7A" in settled.reason


def test_a_bed_with_a_meaning_takes_who_waited_for_it(
    bedside: Bedside, laboratory: Device, bed: Bed, ward_code: str
) -> None:
    assert send(laboratory, "A01", ADA, ward=ward_code, bed="Window") == "AE"
    assert words(bedside) == [("bed", ward_code, "Window", 1)]
    page = signed_in(bedside.admin).get("/quarantine/").content.decode()
    assert f'value="{ward_code}/7A"' in page
    form = {"kind": "bed", "context": ward_code, "word": "Window", "meaning": f"{ward_code}/7A"}

    assert "1 message done by now" in give(signed_in(bedside.admin), laboratory, **form)

    assert lying()["NEW-1"] == "7A"
    assert words(bedside) == []


def test_beds_of_two_rooms_are_two_words(bedside: Bedside, laboratory: Device, bed: Bed, ward_code: str) -> None:
    send(laboratory, "A01", ADA, ward=ward_code, bed="L").encode()
    receive(adt("A01", BEN, ward=f"{ward_code}^12", bed="").replace(b"^12^^", b"^12^L"), device=laboratory, at=NOW)
    assert {word for _, _, word, _ in words(bedside)} == {"L", "12^L"}
    form = {"kind": "bed", "context": ward_code, "word": "12^L", "meaning": f"{ward_code}/7A"}
    give(signed_in(bedside.admin), laboratory, **form)
    assert (lying().get("NEW-1"), lying()["NEW-2"]) == (None, "7A")


def test_who_finds_the_bed_taken_waits_on_and_is_laid_down_when_somebody_looks_again(
    bedside: Bedside, laboratory: Device, ward_code: str
) -> None:
    send(laboratory, "A01", ADA, ward=ward_code, bed="Door")
    form = {"kind": "bed", "context": ward_code, "word": "Door", "meaning": f"{ward_code}/{bedside.bed.label}"}
    assert "1 message still waiting: Another patient lies in bed" in give(signed_in(bedside.admin), laboratory, **form)
    row, nurse = QuarantinedMessage.objects.get(), signed_in(bedside.nurse)
    path = f"/quarantine/{row.pk}/again/"
    assert "Nothing was done" in nurse.post(path, follow=True).content.decode()
    placements.discharge(patient=bedside.patient, actor=Actor(user=bedside.nurse), at=AT)

    assert "It could be done now" in nurse.post(path, follow=True).content.decode()

    assert lying() == {"NEW-1": bedside.bed.label}
    assert "settled in the meantime" in nurse.post(path, follow=True).content.decode()


@pytest.mark.parametrize(
    "form",
    [{"meaning": "no-such-ward"}, {"context": "x"}, {"reason": "x"}, {"word": ""}, {"word": "x" * 119 + "…"},
     {"kind": "bed", "meaning": "6-east/99"}, {"kind": "bed", "context": "other", "meaning": "{ward}/7A"},
     {"meaning": "far"}],
)  # fmt: skip
def test_a_place_gets_no_meaning_that_it_cannot_have(
    bedside: Bedside, laboratory: Device, bed: Bed, ward_code: str, form: dict[str, str]
) -> None:
    make_ward(make_site(), "far")
    give(signed_in(bedside.admin), laboratory, **{
        name: text.replace("{ward}", ward_code) for name, text in ({"meaning": ward_code} | form).items()
    })  # fmt: skip
    assert not SenderMeaning.objects.exists()


def test_a_meaning_that_is_taken_back_counts_no_more_and_moves_nobody(
    bedside: Bedside, laboratory: Device, bed: Bed, ward_code: str
) -> None:
    admin = signed_in(bedside.admin)
    send(laboratory, "A01", ADA)
    give(admin, laboratory, meaning=ward_code)
    assert "Take it back" in admin.get("/quarantine/").content.decode()
    assert "meaning taken back" in give(admin, laboratory, meaning="", reason="It is the theatre")
    assert "Take it back" not in admin.get("/quarantine/").content.decode()
    assert send(laboratory, "A01", BEN, minute=9) == "AA"
    assert lying() == {bedside.patient.mrn: bedside.bed.label, "NEW-1": "7A"}


def test_another_devices_place_means_nothing_by_that(
    bedside: Bedside, laboratory: Device, monitors: Device, bed: Bed, ward_code: str
) -> None:
    give(signed_in(bedside.admin), laboratory, meaning=ward_code)
    assert send(monitors, "A01", ADA) == "AA"
    assert words(bedside) == [("ward", "", "6EST", 1)]
    assert "NEW-1" not in lying()
