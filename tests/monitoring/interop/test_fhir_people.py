"""Does a sent Patient, Encounter or order become what a nurse or physician would have entered, or a refusal?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from dosing.models import Course, Patient, Placement
from il2ward.staff.models import Device
from monitoring.models import Observation
from tests.dosing.builders import Bedside, make_bed, make_patient
from tests.monitoring.api.bedside_client import device_key, told
from tests.monitoring.interop.test_fhir_create import first_issue, resource, send
from tests.monitoring.interop.test_fhir_read import valid
from tests.signed_in import signed_in

SCOPES = tuple(f"system/{kind}.crs" for kind in ("Patient", "Encounter", "MedicationRequest", "Observation"))
NUMBER = {
    "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MR"}]},
    "value": "N-1",
}


@pytest.fixture
def system(bedside: Bedside) -> str:
    """The key of a hospital's system that may create what can be created."""
    return device_key(bedside.site, name="hospital", scopes=SCOPES)


def person(**changes: Any) -> dict[str, Any]:
    """A Patient nobody knows here; a change to None leaves the element out."""
    whole = {
        "resourceType": "Patient", "identifier": [NUMBER], "gender": "female", "birthDate": "1970-05-17",
        "name": [{"use": "nickname", "given": ["Jo"]},
                 {"use": "official", "family": "Vogel", "given": ["Johanna", "M."]}],
        **changes,
    }  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


def admission(subject: dict[str, Any], place: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An inpatient stay that has begun."""
    kind = {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}
    return {"resourceType": "Encounter", "status": "in-progress", "class": kind, "subject": subject,
            "location": [{"location": place}], **changes}  # fmt: skip


def bed_of(bed: Any) -> dict[str, Any]:
    """A bed by its identifier."""
    return {"identifier": {"value": f"{bed.ward.code}/{bed.label}"}}


def order(patient: Patient, **changes: Any) -> dict[str, Any]:
    """The order of a course."""
    rules = ("regimen:hd_600_fda", "protocol:consensus_2014", "ctcae:5.0")
    whole = {
        "resourceType": "MedicationRequest", "status": "active", "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "L03AC01"}]},
        "subject": {"reference": f"Patient/{patient.pk}"}, "instantiatesUri": [f"urn:il2ward:{one}" for one in rules],
    } | changes  # fmt: skip
    return {name: value for name, value in whole.items() if value is not None}


def transaction(*entries: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    """A transaction that creates ``entries``, each under its name in the Bundle."""
    told = [
        {"fullUrl": name, "resource": one, "request": {"method": "POST", "url": one["resourceType"]}}
        for name, one in entries
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": told}


def read(client: Client, key: str, response: HttpResponse) -> Any:
    """What is read at the Location of a created resource."""
    path = response["Location"].partition("//")[2].partition("/")[2]
    return valid(told(client.get(f"/{path}", headers={"Authorization": f"Api-Key {key}"})))


def test_a_patient_is_registered_once_when_it_is_created_twice(bedside: Bedside, system: str, client: Client) -> None:
    first = send(client, system, person(), "/fhir/Patient", **{"If-None-Exist": "identifier=N-1"})
    second = send(client, system, person(), "/fhir/Patient")

    row = Patient.objects.get(mrn="N-1")
    assert (first.status_code, second.status_code) == (201, 200)
    assert (row.family_name, row.given_name, f"{row.birth_date}") == ("Vogel", "Johanna", "1970-05-17")
    assert read(client, system, first) == told(second)
    assert first["ETag"] == second["ETag"]


def test_a_record_number_stays_its_bearers_when_another_person_is_sent_under_it(
    bedside: Bedside, system: str, client: Client
) -> None:
    send(client, system, person(), "/fhir/Patient")

    response = send(
        client, system, person(birthDate="1971-05-17"), "/fhir/Patient", **{"If-None-Exist": "identifier=N-1"}
    )

    assert response.status_code == 409
    assert "date of birth is another" in first_issue(response)[1]


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"birthDate": None}, "Patient.birthDate"),
        ({"birthDate": "1970"}, "Patient.birthDate"),
        ({"name": [{"given": ["Jo"]}]}, "Patient.name"),
        ({"identifier": None}, "Patient.identifier"),
        ({"identifier": [NUMBER, {**NUMBER, "value": "N-2"}]}, "Patient.identifier"),
        ({"deceasedBoolean": True}, "Patient.deceasedBoolean"),
        ({"active": False}, "Patient.active"),
        ({"link": [{"other": {"reference": "Patient/1"}, "type": "replaced-by"}]}, "Patient.link"),
        ({"telecom": [{"system": 1}]}, "Patient.telecom[0].system"),
        ({"shoeSize": "44"}, "Patient.shoeSize"),
    ],
)
def test_a_patient_is_refused_by_its_element_when_it_is_not_whole(
    bedside: Bedside, system: str, client: Client, changes: dict[str, Any], element: str
) -> None:
    response = send(client, system, person(**changes), "/fhir/Patient")

    assert response.status_code == 422
    assert first_issue(response)[0] == element
    assert not Patient.objects.filter(mrn__startswith="N-").exists()


def test_a_patient_lies_in_the_bed_when_an_encounter_says_so(bedside: Bedside, system: str, client: Client) -> None:
    bed, patient = make_bed(bedside.ward), make_patient(bedside.site)
    named = {"identifier": [{"system": "urn:visits", "value": "V-7"}]}
    sent = admission({"identifier": {"value": patient.mrn}}, bed_of(bed), **named)

    first = send(client, system, sent, "/fhir/Encounter")
    second = send(client, system, sent, "/fhir/Encounter", **{"If-None-Exist": "identifier=urn:visits|V-7"})

    assert (first.status_code, second.status_code) == (201, 200)
    assert Placement.objects.get(patient=patient, until_at=None).bed == bed
    stay = read(client, system, first)
    assert stay["identifier"] == named["identifier"]
    again = send(client, system, admission({"reference": f"Patient/{patient.pk}"}, stay["location"][0]["location"]),
                 "/fhir/Encounter")  # fmt: skip
    assert (again.status_code, told(again)["id"]) == (200, stay["id"])
    found = client.get("/fhir/Encounter?identifier=urn:visits|V-7", headers={"Authorization": f"Api-Key {system}"})
    assert [one["resource"]["id"] for one in told(found)["entry"]] == [stay["id"]]


def test_nobody_is_laid_anywhere_when_the_bed_is_taken_unknown_or_the_name_is_used(
    bedside: Bedside, system: str, client: Client
) -> None:
    patient, subject = make_patient(bedside.site), {}
    subject = {"reference": f"Patient/{patient.pk}"}
    taken = send(client, system, admission(subject, bed_of(bedside.bed)), "/fhir/Encounter")
    unknown = send(client, system, admission(subject, {"display": "Cellar, bed 9"}), "/fhir/Encounter")
    over = send(
        client, system, admission(subject, bed_of(make_bed(bedside.ward)), status="finished"), "/fhir/Encounter"
    )

    assert [one.status_code for one in (taken, unknown, over)] == [409, 422, 422]
    assert first_issue(unknown)[0] == "Encounter.location[0].location"
    assert first_issue(over)[0] == "Encounter.status"
    assert not Placement.objects.filter(patient=patient).exists()


@pytest.mark.parametrize(
    ("place", "word"),
    [({"identifier": {"system": "urn:beds", "value": "4711"}}, "urn:beds|4711"),
     ({"identifier": {"value": "4711"}}, "4711"), ({"display": "East wing, window"}, "East wing, window")],
)  # fmt: skip
def test_a_senders_own_word_for_a_bed_counts_once_it_has_a_meaning(
    client: Client, bedside: Bedside, system: str, place: dict[str, Any], word: str
) -> None:
    patient, bed = make_patient(bedside.site), make_bed(bedside.ward)
    sent = admission({"reference": f"Patient/{patient.pk}"}, place)
    assert send(client, system, sent, "/fhir/Encounter").status_code == 422

    signed_in(bedside.admin).post("/quarantine/meanings/", {
        "device": Device.objects.get(name="hospital").pk, "kind": "bed", "context": "", "word": word,
        "meaning": f"{bed.ward.code}/{bed.label}", "reason": "Admissions office's list",
    })  # fmt: skip

    assert send(client, system, sent, "/fhir/Encounter").status_code == 201
    assert Placement.objects.get(patient=patient).bed == bed
    assert send(client, device_key(bedside.site, name="other", scopes=SCOPES),
                admission({"reference": f"Patient/{make_patient(bedside.site).pk}"}, place),
                "/fhir/Encounter").status_code == 422  # fmt: skip


def test_a_course_is_opened_when_a_physician_orders_it_and_by_nobody_else(
    bedside: Bedside, system: str, client: Client
) -> None:
    bed, patient = make_bed(bedside.ward), make_patient(bedside.site)
    send(client, system, admission({"reference": f"Patient/{patient.pk}"}, bed_of(bed)), "/fhir/Encounter")

    by_system = send(client, system, order(patient), "/fhir/MedicationRequest")
    by_nurse = ordered(signed_in(bedside.nurse), order(patient))
    assert not Course.objects.filter(patient=patient).exists()
    by_physician = ordered(signed_in(bedside.physician), order(patient, identifier=[{"value": "O-1"}]))
    again = ordered(signed_in(bedside.physician), order(patient, identifier=[{"value": "O-1"}]))

    assert [one.status_code for one in (by_system, by_nurse, by_physician, again)] == [403, 403, 201, 200]
    course = Course.objects.get(patient=patient)
    assert (course.regimen.key, course.protocol.key, course.overlay and course.overlay.key) == (
        "hd_600_fda", "consensus_2014", "ctcae_gate",
    )  # fmt: skip
    assert read(client, system, by_physician)["intent"] == "plan"


@pytest.mark.parametrize(
    ("changes", "element"),
    [
        ({"dosageInstruction": [{"text": "double"}]}, "MedicationRequest.dosageInstruction"),
        ({"doNotPerform": True}, "MedicationRequest.doNotPerform"),
        ({"medicationCodeableConcept": {"text": "aldesleukin"}}, "MedicationRequest.medicationCodeableConcept"),
        ({"instantiatesUri": ["urn:il2ward:regimen:no_such"]}, "MedicationRequest.instantiatesUri"),
        ({"instantiatesUri": ["https://example.org/x"]}, "MedicationRequest.instantiatesUri"),
        ({"status": "on-hold"}, "MedicationRequest.status"),
    ],
)
def test_an_order_is_refused_by_its_element_when_it_says_what_is_not_taken(
    bedside: Bedside, changes: dict[str, Any], element: str
) -> None:
    response = ordered(signed_in(bedside.physician), order(bedside.patient, **changes))

    assert (response.status_code, first_issue(response)[0]) == (422, element)
    assert Course.objects.count() == 1


def ordered(client: Client, body: dict[str, Any]) -> HttpResponse:
    """POST an order as whoever is signed in."""
    return client.post("/fhir/MedicationRequest", json.dumps(body), content_type="application/fhir+json")


def test_a_new_patient_comes_with_bed_and_results_when_a_transaction_is_sent(
    bedside: Bedside, system: str, client: Client
) -> None:
    subject = {"reference": "urn:uuid:1"}
    sent = transaction(
        ("urn:uuid:3", resource(bedside, subject=subject)),
        ("urn:uuid:2", admission(subject, bed_of(make_bed(bedside.ward)))),
        ("urn:uuid:1", person()),
    )

    response = send(client, system, sent, "/fhir")

    assert response.status_code == 200
    statuses = [entry["response"]["status"][:3] for entry in valid(told(response))["entry"]]
    assert statuses == ["201", "201", "201"]
    patient = Patient.objects.get(mrn="N-1")
    assert Observation.objects.get().patient == patient
    assert Placement.objects.filter(patient=patient, until_at=None).count() == 1


def test_nothing_at_all_is_kept_when_one_part_of_a_transaction_is_refused(
    bedside: Bedside, system: str, client: Client
) -> None:
    subject = {"reference": "urn:uuid:1"}
    sent = transaction(
        ("urn:uuid:1", person()),
        ("urn:uuid:2", admission(subject, bed_of(make_bed(bedside.ward)))),
        ("urn:uuid:3", resource(bedside, subject=subject, status="done")),
    )

    response = send(client, system, sent, "/fhir")

    assert (response.status_code, first_issue(response)[0]) == (422, "Observation.status")
    assert not Patient.objects.filter(mrn="N-1").exists()
    assert Placement.objects.count() == 1


def test_nobody_elses_results_come_along_when_a_transaction_names_a_known_number_wrongly(
    bedside: Bedside, system: str, client: Client
) -> None:
    wrong = person(identifier=[{**NUMBER, "value": bedside.patient.mrn}])
    sent = transaction(("urn:uuid:1", wrong), ("urn:uuid:2", resource(bedside, subject={"reference": "urn:uuid:1"})))

    response = send(client, system, sent, "/fhir")

    assert response.status_code == 422
    assert not Observation.objects.exists()


def test_only_what_the_rights_allow_is_created_when_a_batch_asks_for_more(
    bedside: Bedside, key: str, client: Client
) -> None:
    sent = transaction(("urn:uuid:1", person()), ("urn:uuid:2", resource(bedside))) | {"type": "batch"}

    answers = [entry["response"]["status"][:3] for entry in told(send(client, key, sent, "/fhir"))["entry"]]

    assert answers == ["403", "201"]
    assert not Patient.objects.filter(mrn="N-1").exists()


def test_an_observation_is_refused_by_its_element_when_r4_does_not_know_it(
    bedside: Bedside, key: str, client: Client
) -> None:
    response = send(client, key, resource(bedside, bodySite={"coding": [{"code": ["arm"]}]}))

    assert (response.status_code, first_issue(response)[0]) == (422, "Observation.bodySite.coding[0].code")
    assert not Observation.objects.exists()


def test_every_version_is_told_when_the_history_is_asked_for(bedside: Bedside, key: str, client: Client) -> None:
    named = {"identifier": [{"system": "urn:lab", "value": "1"}]}
    first = told(send(client, key, resource(bedside, **named, meta={"versionId": "1"})))
    send(client, key, resource(bedside, **named, status="corrected", meta={"versionId": "2"}))

    response = client.get(f"/fhir/Observation/{first['id']}/_history", headers={"Authorization": f"Api-Key {key}"})

    bundle = valid(told(response))
    assert [(one["request"]["method"], one["resource"]["status"]) for one in bundle["entry"]] == [
        ("PUT", "corrected"), ("POST", "final"),
    ]  # fmt: skip
