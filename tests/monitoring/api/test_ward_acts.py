"""Does a program register, admit, move, hand over and settle as the pages do, and is it refused where they refuse?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dosing.models import Patient, Placement
from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Bed, Device
from il2ward.staff.services import devices
from monitoring.interop.hl7.receiving import receive
from monitoring.models import Handover, Observation, QuarantinedMessage
from tests.dosing.builders import NOW, Bedside, make_bed, make_nurse, make_patient, make_site, make_ward
from tests.monitoring.api.bedside_client import post, told
from tests.monitoring.interop.hl7.messages import adt, creatinine, oru, pid_of
from tests.signed_in import signed_in

PASSWORD = "a good long password"
NEW = {
    "mrn": "NEW-9", "family_name": "Osei", "given_name": "Ben", "birth_date": "1960-02-02", "gender": "male",
    "allergies": None,
}  # fmt: skip


@pytest.fixture
def bed(bedside: Bedside) -> Bed:
    """A free bed."""
    return make_bed(bedside.ward, "7A")


@pytest.fixture
def laboratory(bedside: Bedside) -> Device:
    """The hospital's laboratory system."""
    return devices.issue(
        site=bedside.site, name="Laboratory", scopes=devices.SCOPES, actor=SYSTEM, at=NOW, laboratory=True
    )[0]


def sent(client: Client, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    """Status and content."""
    response = post(client, f"/api/v1/{path}", body)
    return response.status_code, told(response)


def bed_of(patient: Patient) -> str:
    """Where the patient lies; "" nowhere."""
    lying = Placement.objects.filter(patient=patient, until_at=None).select_related("bed").first()
    return lying.bed.label if lying else ""


def test_a_patient_is_registered_moved_and_let_go_and_comes_back(bedside: Bedside, bed: Bed) -> None:
    client, ward, window = signed_in(bedside.nurse), bedside.ward.pk, make_bed(bedside.ward, "7B")

    status, answer = sent(client, f"wards/{ward}/patients", NEW | {"bed": "7A"})
    patient = Patient.objects.get(mrn="NEW-9")
    assert (status, answer["bed"], patient.allergies, bed_of(patient)) == (201, "7A", None, "7A")

    for path, body, expected in (
        (f"patients/{patient.pk}/move", {"bed": window.label}, "7B"),
        (f"patients/{patient.pk}/departure", {"destination": "home", "reason": "Scan only"}, ""),
        (f"wards/{ward}/patients/{patient.pk}/admission", {"bed": "7A"}, "7A"),
    ):
        bedside_now(path)
        assert sent(client, path, body)[0] in (200, 201)
        assert bed_of(patient) == expected


def bedside_now(path: str) -> None:
    """Nobody leaves a bed in the instant in which they came: let the last stay begin earlier."""
    Placement.objects.filter(until_at=None).update(from_at=NOW - timedelta(hours=1))
    Placement.objects.exclude(until_at=None).update(from_at=NOW - timedelta(hours=2))


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [({"family_name": "Nowak", "given_name": "Iva"}, 201, None), ({"family_name": "Novak", "given_name": "Ivo"}, 409,
      "like-named"), ({"mrn": "{mrn}"}, 409, "mrn-taken"), ({"bed": "99"}, 422, "no-such-bed"),
     ({"bed": "{taken}"}, 409, "bed-taken"), ({"birth_date": "2999-01-01"}, 422, "incomplete-patient"),
     ({"birth_date": "1960-02-30"}, 422, "wrong-content")],
)  # fmt: skip
def test_nobody_is_registered_when_anything_speaks_against_it(
    bedside: Bedside, change: dict[str, str], status: int, code: str | None
) -> None:
    words = {"{mrn}": bedside.patient.mrn, "{taken}": bedside.bed.label}
    body = NEW | {name: words.get(text, text) for name, text in change.items()}
    if change["family_name" if "family_name" in change else next(iter(change))] == "Nowak":
        body["other_person"] = True
    before = Patient.objects.count()

    answered, answer = sent(signed_in(bedside.nurse), f"wards/{bedside.ward.pk}/patients", body)

    assert (answered, answer.get("code")) == (status, code)
    assert Patient.objects.count() == before + (status == 201)
    if code == "like-named":
        assert [one["mrn"] for one in answer["patients"]] == [bedside.patient.mrn]
        assert (
            sent(signed_in(bedside.nurse), f"wards/{bedside.ward.pk}/patients", body | {"other_person": True})[0] == 201
        )


def test_a_colleague_of_another_ward_and_an_admin_move_nobody(bedside: Bedside, bed: Bed) -> None:
    path, body = f"patients/{bedside.patient.pk}/move", {"bed": "7A"}
    assert sent(signed_in(make_nurse(make_ward(bedside.site, "other"))), path, body)[0] == 404
    assert sent(signed_in(bedside.admin), path, body)[0] == 403
    assert sent(signed_in(bedside.nurse), path, body | {"ward": "nowhere"})[0] == 422
    assert bed_of(bedside.patient) == bedside.bed.label


def test_a_ward_is_taken_over_and_not_left_to_nobody(bedside: Bedside) -> None:
    client, path = signed_in(bedside.nurse), f"wards/{bedside.ward.pk}/handovers"
    assert sent(client, path, {"kind": "taken", "other": bedside.nurse2.username})[0] == 201
    status, answer = sent(client, path, {"kind": "left"})
    assert (status, answer["code"]) == (409, "nobody-else-on-duty")
    assert sent(client, path, {"kind": "taken", "other": "stranger"})[0] == 422
    assert [(row.kind, row.by, row.other) for row in Handover.objects.all()] == [
        ("taken", bedside.nurse, bedside.nurse2)
    ]


def waiting(bedside: Bedside, laboratory: Device, number: str = "WRONG-1") -> int:
    """A creatinine of a number that nobody has."""
    receive(oru(pid_of(bedside.patient, number=number), [creatinine("3.4", NOW)]), device=laboratory, at=NOW)
    return QuarantinedMessage.objects.latest("pk").pk


def test_messages_that_wait_are_listed_assigned_by_two_and_discarded(bedside: Bedside, laboratory: Device) -> None:
    second = make_nurse(bedside.ward, "second", password=PASSWORD)
    number, client = waiting(bedside, laboratory), signed_in(bedside.nurse)
    listed = told(client.get("/api/v1/quarantine"))
    assert [(one["id"], one["reason"]) for one in listed["messages"]] == [(number, "unknown_patient")]
    body = {"patient": str(bedside.patient.pk), "reason": "Label seen with the laboratory"}

    for wrong in ({"username": "second", "password": "wrong"}, {"username": bedside.nurse.username, "password": "x"}):
        assert sent(client, f"quarantine/{number}/assignment", body | {"second": wrong})[0] == 403
    assert not Observation.objects.exists()
    right = body | {"second": {"username": second.username, "password": PASSWORD}}
    assert sent(client, f"quarantine/{number}/assignment", right)[1]["notes"] == ["1 stored"]
    assert sent(client, f"quarantine/{number}/discard", {"reason": "Nobody needs it now"})[0] == 409

    other = waiting(bedside, laboratory, "WRONG-2")
    assert sent(client, f"quarantine/{other}/again", {})[1]["code"] == "still-nobody"
    assert sent(client, f"quarantine/{other}/discard", {"reason": "Sent by mistake, ours is there"})[0] == 200
    stranger = signed_in(make_nurse(make_ward(make_site(), "far")))
    assert sent(stranger, f"quarantine/{other}/again", {})[0] == 404
    assert told(client.get("/api/v1/quarantine"))["waiting"] == 0


def test_a_word_gets_a_meaning_and_what_waited_is_done(bedside: Bedside, laboratory: Device, bed: Bed) -> None:
    newcomer = make_patient(bedside.site)
    receive(adt("A01", pid_of(newcomer), ward="6EST", bed="7A"), device=laboratory, at=NOW)
    client = signed_in(bedside.physician)
    words = told(client.get("/api/v1/quarantine"))["words"]
    assert [(one["kind"], one["word"]) for one in words] == [("ward", "6EST")]
    body = {
        "system": "Laboratory",
        "kind": "ward",
        "word": "6EST",
        "meaning": bedside.ward.code,
        "reason": "Their list",
    }

    assert sent(signed_in(bedside.nurse), "sender-meanings", body)[0] == 403
    assert sent(client, "sender-meanings", body | {"meaning": "nowhere"})[0] == 422
    assert sent(client, "sender-meanings", body | {"system": "Stranger"})[0] == 422
    status, answer = sent(client, "sender-meanings", body)

    assert (status, answer["done"], answer["still_waiting"]) == (201, 1, [])
    assert bed_of(newcomer) == "7A"
