"""Does a FHIR R4 Observation become the right facts, or a refusal that names its element?"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from monitoring.models import Observation, SenderVersion
from tests.dosing.builders import NOW, Bedside, make_bedside, make_patient
from tests.monitoring.api.bedside_client import told
from tests.signed_in import signed_in

URL = "/fhir/Observation"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"


def resource(bedside: Bedside, **changes: Any) -> dict[str, Any]:
    """A creatinine of the bedside's patient; a change to None leaves the element out."""
    whole = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "38483-4"}]},
        "subject": {"reference": f"Patient/{bedside.patient.pk}"},
        "effectiveDateTime": NOW.isoformat(),
        "valueQuantity": {"value": 3.4, "unit": "mg/dL", "system": UCUM, "code": "mg/dL"},
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def panel(bedside: Bedside, code: str = "85354-9") -> dict[str, Any]:
    """A blood pressure with its two components."""

    def part(loinc: str, value: int) -> dict[str, Any]:
        quantity = {"value": value, "unit": "mmHg", "system": UCUM, "code": "mm[Hg]"}
        return {"code": {"coding": [{"system": LOINC, "code": loinc}]}, "valueQuantity": quantity}

    coded = {"coding": [{"system": LOINC, "code": code}]}
    components = [part("8480-6", 107), part("8462-4", 60)]
    return resource(bedside, code=coded, valueQuantity=None, component=components)


def send(client: Client, key: str, body: Any, url: str = URL, **headers: str) -> HttpResponse:
    """POST as a device."""
    content = body if isinstance(body, str | bytes) else json.dumps(body)
    sent = {"Authorization": f"Api-Key {key}", **headers}
    return client.post(url, content, content_type="application/fhir+json", headers=sent)


def first_issue(response: HttpResponse) -> tuple[str, str]:
    """The element and the words of the first issue."""
    outcome = told(response)
    assert outcome["resourceType"] == "OperationOutcome"
    issue = outcome["issue"][0]
    return issue.get("expression", [""])[0], issue["diagnostics"]


def test_an_observation_is_stored_and_read_back_when_it_is_created(bedside: Bedside, key: str, client: Client) -> None:
    response = send(client, key, json.dumps(resource(bedside)).replace("3.4", "3.40"))

    row = Observation.objects.get()
    assert response.status_code == 201
    assert response["Location"].endswith(f"/fhir/Observation/{row.pk}")
    assert (row.observable, row.value, row.unit, row.sent_code) == ("creatinine", "3.40", "mg/dL", "38483-4")
    read = client.get(f"/fhir/Observation/{row.pk}", headers={"Authorization": f"Api-Key {key}"})
    assert b'"value":3.40' in read.content
    assert told(read)["subject"]["reference"] == f"Patient/{bedside.patient.pk}"


@pytest.mark.parametrize("code", ["85354-9", "55284-4"])
def test_a_pressure_panel_becomes_two_facts_when_it_has_two_components(
    bedside: Bedside, key: str, client: Client, code: str
) -> None:
    response = send(client, key, panel(bedside, code))

    assert response.status_code == 201
    stored = dict(Observation.objects.values_list("observable", "value"))
    assert stored == {"bp_systolic": "107", "bp_diastolic": "60"}
    assert len(told(response)["entry"]) == 2


def test_the_subject_is_found_by_record_number_when_the_reference_is_an_identifier(
    bedside: Bedside, key: str, client: Client
) -> None:
    response = send(client, key, resource(bedside, subject={"identifier": {"value": bedside.patient.mrn}}))

    assert response.status_code == 201
    assert Observation.objects.get().patient == bedside.patient


def test_nothing_is_attached_when_reference_and_record_number_name_two_people(
    bedside: Bedside, key: str, client: Client
) -> None:
    other = make_patient(bedside.site)
    subject = {"reference": f"Patient/{other.pk}", "identifier": {"value": bedside.patient.mrn}}

    response = send(client, key, resource(bedside, subject=subject))

    assert response.status_code == 422
    assert first_issue(response)[0] == "Observation.subject"
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "element", "words"),
    [
        ({"resourceType": "Patient"}, "resourceType", "Only Observation"),
        ({"status": "done"}, "Observation.status", "final"),
        ({"status": None}, "Observation.status", "final"),
        ({"code": None}, "Observation.code", "code is required"),
        ({"subject": None}, "Observation.subject", "Patient/<id>"),
        ({"subject": {"reference": "Patient/none"}}, "Observation.subject", "Patient/<id>"),
        (
            {"subject": {"identifier": {"value": "X-404"}}},
            "Observation.subject.identifier",
            "no patient with MRN X-404",
        ),
        ({"effectiveDateTime": None}, "Observation.effectiveDateTime", "required"),
        ({"effectiveDateTime": "2026-03-02"}, "Observation.effectiveDateTime", "offset"),
        ({"effectiveDateTime": "2026-03-02T06:00:00"}, "Observation.effectiveDateTime", "offset"),
        ({"valueQuantity": {"value": 3, "comparator": "~"}}, "Observation.valueQuantity.comparator", "<="),
        ({"valueQuantity": 3}, "Observation.valueQuantity", "object"),
        ({"valueString": "3"}, "Observation", "Only one value"),
        ({"modifierExtension": [{"url": "x"}]}, "Observation.modifierExtension", "meaning"),
        ({"component": {}}, "Observation.component", "list"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_a_resource_is_refused_by_its_element_when_something_is_wrong(
    bedside: Bedside, key: str, client: Client, changes: dict[str, Any], element: str, words: str
) -> None:
    response = send(client, key, resource(bedside, **changes))

    assert response.status_code == 422
    assert response["Content-Type"] == "application/fhir+json"
    named, said = first_issue(response)
    assert named == element
    assert words in said
    assert not Observation.objects.exists()


@pytest.mark.parametrize(("ahead_s", "status"), [(120, 201), (121, 422)], ids=["two minutes", "a second more"])
def test_a_time_ahead_of_ours_is_refused_when_it_is_more_than_two_minutes(
    bedside: Bedside, key: str, client: Client, ahead_s: int, status: int
) -> None:
    later = (NOW + timedelta(seconds=ahead_s)).isoformat()

    assert send(client, key, resource(bedside, effectiveDateTime=later)).status_code == status


def test_a_period_is_an_interval_when_it_has_start_and_end(bedside: Bedside, key: str, client: Client) -> None:
    start = NOW - timedelta(hours=8)
    period = {"start": start.isoformat(), "end": NOW.isoformat()}

    send(client, key, resource(bedside, effectiveDateTime=None, effectivePeriod=period))

    row = Observation.objects.get()
    assert (row.interval_start, row.observed_at) == (start, NOW)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("registered", "preliminary"), ("unknown", "preliminary"), ("preliminary", "preliminary"), ("final", "final"),
     ("amended", "amended"), ("corrected", "corrected"), ("cancelled", "cancelled"),
     ("entered-in-error", "entered-in-error")],
)  # fmt: skip
def test_each_status_is_kept_as_the_service_counts_it_when_it_is_sent(
    bedside: Bedside, key: str, client: Client, sent: str, kept: str
) -> None:
    send(client, key, resource(bedside, status=sent))

    assert Observation.objects.get().status == kept


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        (
            {"valueQuantity": None, "dataAbsentReason": {"coding": [{"code": "not-performed"}]}},
            "no value: not-performed",
        ),
        ({"valueQuantity": None}, "no value"),
        ({"valueQuantity": None, "valueRange": {"low": {"value": 1}}}, "a valueRange is not a number"),
        ({"valueQuantity": None, "valueString": "haemolysed"}, "not a number"),
        ({"valueQuantity": {"value": 3.4, "unit": "furlong"}}, "unknown unit furlong"),
        ({"code": {"coding": [{"system": LOINC, "code": "1-1"}]}}, "unknown code 1-1"),
        ({"code": {"coding": [{"system": "urn:x", "code": "38483-4"}]}}, "unknown code 38483-4"),
        ({"code": {"text": "Mood"}}, "unknown code Mood"),
    ],
    ids=lambda part: str(part)[:50],
)
def test_a_fact_is_kept_as_not_gradable_when_its_value_cannot_be_used(
    bedside: Bedside, key: str, client: Client, changes: dict[str, Any], why: str
) -> None:
    response = send(client, key, resource(bedside, **changes))

    assert response.status_code == 201
    assert Observation.objects.get().not_gradable.startswith(why)


def test_the_second_coding_counts_when_the_first_is_not_known(bedside: Bedside, key: str, client: Client) -> None:
    codings = [{"system": "urn:local", "code": "KREA"}, {"system": LOINC, "code": "2160-0"}]

    send(client, key, resource(bedside, code={"coding": codings}))

    assert Observation.objects.get().observable == "creatinine"


@pytest.mark.parametrize(("unit", "kept"), [("mg/dL", ("0.6", "1.2")), ("umol/L", ("", ""))])
def test_a_reference_range_is_left_out_when_it_is_in_another_unit(
    bedside: Bedside, key: str, client: Client, unit: str, kept: tuple[str, str]
) -> None:
    limits = [{"low": {"value": 0.6, "unit": unit}, "high": {"value": 1.2, "unit": unit}}]

    send(client, key, resource(bedside, referenceRange=limits))

    row = Observation.objects.get()
    assert (row.range_low, row.range_high) == kept


def test_a_comparator_is_kept_when_the_quantity_has_one(bedside: Bedside, key: str, client: Client) -> None:
    send(client, key, resource(bedside, valueQuantity={"value": 0.2, "comparator": "<", "unit": "mg/dL"}))

    assert Observation.objects.get().comparator == "<"


def test_a_resource_is_stored_once_when_its_identifier_comes_again(bedside: Bedside, key: str, client: Client) -> None:
    body = resource(bedside, identifier=[{"system": "urn:lab", "value": "77"}], meta={"versionId": "1"})

    first, second = send(client, key, body), send(client, key, body)

    assert (first.status_code, second.status_code) == (201, 200)
    assert told(first)["id"] == told(second)["id"]
    assert SenderVersion.objects.get().external_id == "urn:lab|77"


def test_a_new_version_replaces_the_old_when_the_identifier_is_the_same(
    bedside: Bedside, key: str, client: Client
) -> None:
    named = {"identifier": [{"system": "urn:lab", "value": "77"}]}
    send(client, key, resource(bedside, **named, meta={"versionId": "1"}))
    quantity = {"value": 1.4, "unit": "mg/dL"}

    changed = resource(bedside, **named, meta={"versionId": "2"}, status="corrected", valueQuantity=quantity)
    response = send(client, key, changed)

    assert response.status_code == 201
    assert Observation.objects.get(value="1.4").replaces == Observation.objects.get(value="3.4")


def test_another_content_is_refused_when_identifier_and_version_are_the_same(
    bedside: Bedside, key: str, client: Client
) -> None:
    named = {"identifier": [{"system": "urn:lab", "value": "77"}], "meta": {"versionId": "1"}}
    send(client, key, resource(bedside, **named))

    response = send(client, key, resource(bedside, **named, valueQuantity={"value": 1.4, "unit": "mg/dL"}))

    assert response.status_code == 409
    assert Observation.objects.get().value == "3.4"


def test_what_is_here_is_answered_when_if_none_exist_finds_it(bedside: Bedside, key: str, client: Client) -> None:
    condition = {"If-None-Exist": "identifier=urn:lab|78"}

    first = send(client, key, resource(bedside), **condition)
    second = send(client, key, resource(bedside), **condition)

    assert (first.status_code, second.status_code) == (201, 200)
    assert Observation.objects.count() == 1


@pytest.mark.parametrize("condition", ["code=1", "identifier=", "identifier=a|b&status=final"])
def test_a_condition_is_refused_when_it_asks_for_something_unknown(
    bedside: Bedside, key: str, client: Client, condition: str
) -> None:
    response = send(client, key, resource(bedside), **{"If-None-Exist": condition})

    assert response.status_code == 422
    assert not Observation.objects.exists()


def test_xml_is_refused_when_it_is_sent(bedside: Bedside, key: str, client: Client) -> None:
    response = client.post(
        URL, "<Observation/>", content_type="application/fhir+xml", headers={"Authorization": f"Api-Key {key}"}
    )

    assert response.status_code == 415
    assert told(response)["resourceType"] == "OperationOutcome"


def test_malformed_json_is_refused_with_an_outcome_when_it_is_sent(bedside: Bedside, key: str, client: Client) -> None:
    response = send(client, key, b"{")

    assert response.status_code == 400
    assert told(response)["issue"][0]["code"] == "structure"


def test_nobody_is_let_in_when_they_show_no_credential(bedside: Bedside, client: Client) -> None:
    response = client.post(URL, resource(bedside), content_type="application/json")

    assert response.status_code == 401
    assert told(response)["resourceType"] == "OperationOutcome"


def test_an_observation_is_not_there_when_another_site_asks_for_it(bedside: Bedside, key: str, client: Client) -> None:
    send(client, key, resource(bedside))
    elsewhere = make_bedside()

    assert signed_in(elsewhere.nurse).get(f"{URL}/{Observation.objects.get().pk}").status_code == 404
    assert signed_in(bedside.nurse).get(f"{URL}/{Observation.objects.get().pk}").status_code == 200


def test_the_capability_statement_names_what_is_served_when_anybody_asks(client: Client, db: None) -> None:
    statement = told(client.get("/fhir/metadata"))

    assert statement["fhirVersion"] == "4.0.1"
    served = next(one for one in statement["rest"][0]["resource"] if one["type"] == "Observation")
    assert [one["code"] for one in served["interaction"]] == [
        "create", "read", "vread", "history-instance", "update", "search-type",
    ]  # fmt: skip
    assert served["conditionalCreate"]
