"""Does everything that is served read as valid FHIR R4, within the reader's reach and nowhere else?"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from fhir.resources.R4B import get_fhir_model_class

from il2ward.audit.models import AuditEvent, ReadAccess
from monitoring.interop.fhir.registry import SERVED
from tests.bedside_of_the_file import made_once
from tests.dosing.builders import Bedside, make_bedside
from tests.monitoring.api.bedside_client import device_key, told
from tests.monitoring.interop.story import treated
from tests.signed_in import signed_in

bedside_of_the_file = made_once(treated)
TYPES = [one.type for one in SERVED if not one.admins_only]


def asked(client: Client, path: str, key: str = "", **headers: str) -> HttpResponse:
    """GET as a device, or as whom the client is signed in."""
    sent = headers | ({"Authorization": f"Api-Key {key}"} if key else {})
    return client.get(f"/fhir/{path}", headers=sent)


def valid(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource, if an independent library reads it as R4."""
    get_fhir_model_class(resource["resourceType"]).model_validate_json(json.dumps(resource))
    return resource


def found(response: HttpResponse) -> list[dict[str, Any]]:
    """The resources of a searchset, each of them valid, without the remarks."""
    assert response.status_code == 200, response.content
    bundle = valid(told(response))
    return [valid(one["resource"]) for one in bundle["entry"] if one["search"]["mode"] == "match"]


def query(kind: str, bedside: Bedside) -> str:
    """A search for all of one type."""
    return f"AdverseEvent?subject=Patient/{bedside.patient.pk}" if kind == "AdverseEvent" else kind


def test_each_type_is_found_valid_and_read_back_the_same_when_a_course_has_run(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    for kind in TYPES:
        resources = found(asked(client, query(kind, told_story), reader_key))
        assert {one["resourceType"] for one in resources} == {kind}
        for one in resources[:5] + resources[-3:]:
            read = asked(client, f"{kind}/{one['id']}", reader_key)
            assert read.status_code == 200
            assert read["ETag"].startswith('W/"')
            assert told(read) == one


def test_nothing_of_another_site_is_found_or_told_apart_from_nothing_when_a_device_asks(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    stranger = device_key(make_bedside().site, scopes=("fhir:read",))
    for kind in TYPES:
        ours = [one["id"] for one in found(asked(client, query(kind, told_story), reader_key))]
        theirs = [one["id"] for one in found(asked(client, query(kind, told_story), stranger))]
        assert not {*ours} & {*theirs}, kind
        elsewhere, never = asked(client, f"{kind}/{ours[0]}", stranger), asked(client, f"{kind}/{uuid4()}", stranger)
        assert (elsewhere.status_code, elsewhere.content) == (404, never.content)
        assert told(elsewhere)["resourceType"] == "OperationOutcome"


def test_the_doses_read_as_given_not_done_and_on_hold_when_that_is_what_became_of_them(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    held, missed, given = found(asked(client, "MedicationAdministration", reader_key))

    assert [one["status"] for one in (given, missed, held)] == ["completed", "not-done", "on-hold"]
    assert given["dosage"]["dose"] == {
        "value": 43_500_000, "unit": "units", "system": "http://unitsofmeasure.org", "code": "[iU]"
    }  # fmt: skip
    assert given["dosage"]["rateRatio"]["denominator"]["value"] == 15
    assert [one["function"]["coding"][0]["code"] for one in given["performer"]] == ["performer", "verifier"]
    assert missed["statusReason"][0]["text"] == "Toxicity: kidneys"
    assert missed["effectiveDateTime"] == told_story.dose(2).due_at.isoformat()
    issue = told(asked(client, held["supportingInformation"][0]["reference"], reader_key))
    assert issue["code"]["coding"][0]["code"] == "STOP_CYCLE"  # absolute before two doses running


def test_a_hold_names_the_very_values_behind_it_when_it_is_read(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    issue = found(asked(client, "DetectedIssue", reader_key))[0]

    names = [detail["reference"] for one in issue["evidence"] for detail in one.get("detail", [])]
    values = {told(asked(client, name, reader_key))["valueQuantity"]["value"] for name in names}
    assert values == {3.6}
    assert issue["implicated"] == [{"reference": f"MedicationRequest/{told_story.cycle.pk}"}]


def test_a_grade_names_what_it_was_derived_from_when_it_is_read(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    grades = found(asked(client, "Observation?category=ctcae-grade&code=creatinine_increased", reader_key))

    worst = max(grades, key=lambda one: one["valueInteger"])
    assert worst["method"]["text"] == "CTCAE 5.0"
    measured = valid(told(asked(client, worst["derivedFrom"][0]["reference"], reader_key)))
    assert (worst["valueInteger"], measured["valueQuantity"]["value"]) in {(2, 3.4), (3, 3.6), (3, 3.4), (2, 3.6)}


def test_an_adverse_event_names_the_doses_before_it_when_the_grade_rose_under_treatment(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    events = found(asked(client, query("AdverseEvent", told_story), reader_key))

    kidney = next(one for one in events if "creatinine" in one["event"]["text"].lower())
    assert kidney["suspectEntity"] == [{"instance": {"reference": f"MedicationAdministration/{told_story.dose(1).pk}"}}]
    assert kidney["outcome"]["coding"][0]["code"] == "ongoing"


def test_adverse_events_are_refused_when_nobody_says_whose(bedside: Bedside, reader_key: str, client: Client) -> None:
    response = asked(client, "AdverseEvent", reader_key)

    assert response.status_code == 400
    assert "subject" in told(response)["issue"][0]["diagnostics"]


def test_the_dossier_holds_the_whole_course_when_an_admission_is_asked_for_it(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    bundle = valid(told(asked(client, f"Encounter/{told_story.cycle.pk}/$course", reader_key)))

    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert bundle["type"] == "collection"
    assert set(kinds) == set(TYPES) - {"Subscription"}
    assert kinds.count("MedicationAdministration") == 3
    stranger = device_key(make_bedside().site, scopes=("fhir:read",))
    assert asked(client, f"Encounter/{told_story.cycle.pk}/$course", stranger).status_code == 404


def test_a_record_can_still_be_read_on_its_ward_and_nowhere_else_when_a_person_asks(
    told_story: Bedside, client: Client
) -> None:
    patient = f"Patient/{told_story.patient.pk}"
    elsewhere = make_bedside(site=told_story.site)

    assert asked(signed_in(told_story.nurse), patient).status_code == 200
    assert asked(signed_in(elsewhere.nurse), patient).status_code == 404
    assert ReadAccess.objects.filter(user=told_story.nurse, page="fhir Patient").count() == 1


def test_what_a_device_reads_is_in_the_log_when_it_has_read(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    asked(client, "Encounter", reader_key)

    row = AuditEvent.objects.get(event="fhir.read")
    assert row.patient_id == str(told_story.patient.pk)


def test_the_log_is_read_by_admins_alone_when_it_is_asked_for(told_story: Bedside, reader_key: str) -> None:
    events = found(asked(signed_in(told_story.admin), "AuditEvent?_count=5"))

    assert len(events) == 5
    assert asked(signed_in(told_story.admin), f"AuditEvent/{events[0]['id']}").status_code == 200
    assert asked(signed_in(told_story.physician), "AuditEvent").status_code == 403
    assert asked(Client(), "AuditEvent", reader_key).status_code == 403
    stranger = make_bedside().admin
    assert asked(signed_in(stranger), f"AuditEvent/{events[0]['id']}").status_code == 404


def test_the_reads_of_a_record_are_in_the_log_too_when_an_admin_looks(told_story: Bedside) -> None:
    asked(signed_in(told_story.nurse), f"Patient/{told_story.patient.pk}")

    events = found(
        asked(signed_in(told_story.admin), f"AuditEvent?subtype=fhir+Patient&patient={told_story.patient.pk}")
    )
    assert [one["agent"][0]["who"]["display"] for one in events] == [told_story.nurse.display_name]


def test_nothing_is_told_when_the_key_may_not_read(bedside: Bedside, key: str, client: Client) -> None:
    for kind in TYPES:
        assert asked(client, query(kind, bedside), key).status_code == 403
        assert asked(client, query(kind, bedside)).status_code == 401


def test_the_statement_is_valid_and_each_promised_search_works_when_it_is_read(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    statement = valid(told(asked(client, "metadata")))

    values = {"date": "2026-03-02", "reference": "Patient/1", "token": "x", "string": "x", "uri": "x"}
    for served in statement["rest"][0]["resource"]:
        for param in served["searchParam"]:
            needed = "&subject=1" if served["type"] == "AdverseEvent" else ""
            path = f"{served['type']}?{param['name']}={values[param['type']]}{needed}"
            if param["type"] == "reference":
                path = path.replace("Patient/1", "1")
            expected = 403 if served["type"] == "AuditEvent" else 200
            assert asked(client, path, reader_key, Prefer="handling=strict").status_code == expected, path


def test_who_understands_no_json_is_told_so_instead_of_being_sent_it(
    told_story: Bedside, reader_key: str, client: Client
) -> None:
    path = f"Patient/{told_story.patient.pk}"
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    for accept, status in (
        ("application/fhir+xml", 406), ("text/turtle, application/xml", 406), ("application/fhir+json", 200),
        ("application/fhir+xml, application/fhir+json;q=0.5", 200), (browser, 200), ("", 200),
    ):  # fmt: skip
        assert asked(client, path, reader_key, Accept=accept).status_code == status, accept
    refused = asked(client, f"{path}?_format=xml", reader_key)
    assert (refused.status_code, told(refused)["resourceType"]) == (406, "OperationOutcome")
    assert asked(client, f"{path}?_format=json", reader_key, Accept="application/fhir+xml").status_code == 200
