"""Does an order of aldesleukin get the card that the ward's board would show, and no bad request a CONTINUE?"""

from __future__ import annotations

import copy
import json
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from dosing.models import Course
from dosing.services.reasons import OVERRIDE
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.services import system_clients
from monitoring.models import CdsAnswer
from monitoring.services import gate
from tests.dosing.builders import NOW, Bedside, due, give_dose, make_bedside
from tests.monitoring.api.bedside_client import device_key, post, told
from tests.monitoring.charting import chart_all_fine, creatinine, examine, record, work
from tests.monitoring.interop.test_smart import RSA_KEY, jwks, signed
from tests.monitoring.services.test_gate import dreams_option, dreams_question

SERVICE = "/cds-services/il2ward-next-dose"
ATC = "http://www.whocc.no/atc"
OURS = {"coding": [{"system": ATC, "code": "L03AC01"}]}
INDICATORS = {"info", "warning", "critical"}


@pytest.fixture
def key(bedside: Bedside) -> str:
    """A system that may read."""
    return device_key(bedside.site, name="ehr", scopes=("fhir:read",))


def patient_of(bedside: Bedside, **changes: Any) -> dict[str, Any]:
    """The patient as the hospital's own system holds them."""
    who = bedside.patient
    return {
        "resourceType": "Patient", "id": "ehr-1", "identifier": [{"value": who.mrn}],
        "name": [{"family": who.family_name, "given": [who.given_name]}], "birthDate": who.birth_date.isoformat(),
        **changes,
    }  # fmt: skip


def request_for(bedside: Bedside, drug: Any = OURS, **order: Any) -> dict[str, Any]:
    """An order-sign call about one order."""
    one = {"resourceType": "MedicationRequest", "id": "o1", "medicationCodeableConcept": drug, **order}
    return {
        "hook": "order-sign", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {
            "userId": "Practitioner/1", "patientId": "ehr-1",
            "draftOrders": {"resourceType": "Bundle", "entry": [{"resource": one}]},
        },
        "prefetch": {"patient": patient_of(bedside)},
    }  # fmt: skip


def ask(client: Client, body: Any, key: str, path: str = SERVICE, **headers: str) -> HttpResponse:
    """Call the service."""
    return post(client, path, body, key=key, **headers)


def cards(response: HttpResponse) -> list[dict[str, Any]]:
    """The cards, each of the shape that CDS Hooks 2.0 demands."""
    assert response.status_code == 200, response.content
    found = told(response)["cards"]
    for card in found:
        assert {"summary", "indicator", "source"} <= set(card)
        assert set(card) <= {"uuid", "summary", "detail", "indicator", "source", "links", "overrideReasons"}
        assert 0 < len(card["summary"]) < 140
        assert card["indicator"] in INDICATORS
        assert card["source"]["label"]
        assert {"system", "code"} <= set(card["source"]["topic"])
        assert all(
            set(link) == {"label", "url", "type"} and link["type"] == "absolute" for link in card.get("links", [])
        )
        assert all({"code", "system", "display"} == set(one) for one in card.get("overrideReasons", []))
    return found


def only_informs(response: HttpResponse) -> str:
    """The summary of a single card that says nothing of the dose."""
    (card,) = cards(response)
    assert card["indicator"] == "info"
    assert "CONTINUE" not in json.dumps(card)
    return str(card["summary"])


def fine(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=NOW)


def held(bedside: Bedside) -> None:
    fine(bedside)
    record(bedside, [creatinine("3.4", at=NOW)], at=NOW)
    work(bedside, at=NOW)


def dreaming(bedside: Bedside) -> None:
    """Fine but for one relative criterion found at the bedside."""
    fine(bedside)
    examine(bedside, at=NOW, **{dreams_question(bedside): dreams_option(bedside)})
    work(bedside, at=NOW)


def stopped(bedside: Bedside) -> None:
    fine(bedside)
    gate.decide(
        dose_id=bedside.dose(1).pk, kind="stop_permanent", outcome_token="", reason_code="toxicity", reason_text="x",
        reauthenticated=False, actor=Actor(user=bedside.physician), at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("story", "word", "indicator", "overridable"),
    [
        (fine, "Dose 1: CONTINUE", "info", False),
        (lambda _: None, "Dose 1: CANNOT DECIDE", "warning", True),
        (held, "Dose 1: HOLD", "critical", True),
        (dreaming, "Dose 1: REVIEW", "warning", False),
        (stopped, "Dose 1: STOP FOR GOOD", "critical", False),
    ],
    ids=["continue", "cannot decide", "hold", "review", "stop"],
)
def test_each_verdict_has_its_card(
    bedside: Bedside, client: Client, key: str, story: Any, word: str, indicator: str, overridable: bool
) -> None:
    story(bedside)

    (card,) = cards(ask(client, request_for(bedside), key))

    assert (card["summary"].startswith(word), card["indicator"]) == (True, indicator), card["summary"]
    offered = [one["code"] for one in card.get("overrideReasons", [])]
    assert offered == (list(OVERRIDE) if overridable else [])
    assert card["links"][0]["url"] == f"http://testserver/courses/{bedside.course.pk}/"
    row = CdsAnswer.objects.get()
    assert (str(row.card), row.dose) == (card["uuid"], bedside.dose(1))
    assert AuditEvent.objects.filter(event="cds.answered", patient_id=str(bedside.patient.pk)).count() == 1


def test_a_hold_names_its_criterion_value_and_time(bedside: Bedside, client: Client, key: str) -> None:
    held(bedside)

    (card,) = cards(ask(client, request_for(bedside), key))

    assert "3.4 mg/dL" in card["detail"]
    assert "observed 02-Mar-2026 07:00 UTC+01:00" in card["detail"]
    assert bedside.patient.family_name not in json.dumps(card)


def test_a_dose_whose_window_is_closed_is_not_called_continue(
    bedside: Bedside, client: Client, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine(bedside)
    give_dose(bedside, 1)
    monkeypatch.setattr("il2ward.clock.now", lambda: due(1) + timedelta(minutes=30))

    (card,) = cards(ask(client, request_for(bedside), key))

    assert card["summary"].startswith("Dose 2: ")
    assert "CONTINUE" not in json.dumps(card)


@pytest.mark.parametrize(
    "drug",
    [
        OURS,
        {"text": "PROLEUKIN 22 million units"},
        {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1", "display": "aldesleukin"}]},
        {"text": "Interleukin-2, high dose"},
    ],
)
def test_the_drug_is_known_by_its_code_or_its_name(bedside: Bedside, client: Client, key: str, drug: Any) -> None:
    assert len(cards(ask(client, request_for(bedside, drug), key))) == 1


@pytest.mark.parametrize(
    "drug", [{"text": "bempegaldesleukin"}, {"text": "heparin"}, {"coding": [{"system": ATC, "code": "B01AB01"}]}]
)
def test_another_drug_gets_no_card(bedside: Bedside, client: Client, key: str, drug: Any) -> None:
    assert cards(ask(client, request_for(bedside, drug), key)) == []


def test_a_drug_named_in_a_medication_of_the_bundle_is_found(bedside: Bedside, client: Client, key: str) -> None:
    body = request_for(bedside, None, medicationReference={"reference": "Medication/m1"})
    entries = body["context"]["draftOrders"]["entry"]
    assert only_informs(ask(client, body, key)) == "il2ward cannot tell which drug this order is for."

    entries.append({"resource": {"resourceType": "Medication", "id": "m1", "code": OURS}})
    (card,) = cards(ask(client, body, key))

    assert card["summary"].startswith("Dose 1: CANNOT DECIDE")


def test_order_select_looks_at_the_chosen_order_alone(bedside: Bedside, client: Client, key: str) -> None:
    body = request_for(bedside) | {"hook": "order-select"}
    body["context"]["selections"] = ["MedicationRequest/other"]
    assert cards(ask(client, body, key, f"{SERVICE}-select")) == []

    body["context"]["selections"] = ["MedicationRequest/o1"]
    assert len(cards(ask(client, body, key, f"{SERVICE}-select"))) == 1


def test_medication_prescribe_is_answered_too(bedside: Bedside, client: Client, key: str) -> None:
    body = request_for(bedside) | {"hook": "medication-prescribe"}
    body["context"]["medications"] = body["context"].pop("draftOrders")

    assert len(cards(ask(client, body, key, f"{SERVICE}-prescribe"))) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"birthDate": "1900-01-01"}, {"name": [{"family": "Other", "given": ["Iva"]}]},
        {"identifier": [{"value": "nobody"}]}, {"id": "ehr-2"},
    ],
)  # fmt: skip
def test_nobody_is_taken_for_the_patient_when_anything_speaks_against_it(
    bedside: Bedside, client: Client, key: str, changes: dict[str, Any]
) -> None:
    fine(bedside)
    body = request_for(bedside) | {"prefetch": {"patient": patient_of(bedside, **changes)}}

    assert only_informs(ask(client, body, key)) == "il2ward cannot tell which patient this is."
    assert not CdsAnswer.objects.exists()


@pytest.mark.parametrize(
    "prefetch",
    [None, {}, {"patient": None}, {"patient": []}, {"patient": {"resourceType": "Patient", "id": "ehr-1"}},
     {"patient": {"resourceType": "OperationOutcome"}}],
)  # fmt: skip
def test_a_patient_who_was_not_sent_along_is_asked_for(
    bedside: Bedside, client: Client, key: str, prefetch: Any
) -> None:
    fine(bedside)
    body = {**request_for(bedside), "prefetch": prefetch}

    response = ask(client, body, key)

    assert (response.status_code, told(response)["code"]) == (412, "prefetch-needed")


def test_our_own_patients_id_needs_nothing_else(bedside: Bedside, client: Client, key: str) -> None:
    body = request_for(bedside)
    del body["prefetch"]
    body["context"]["patientId"] = str(bedside.patient.pk)
    assert len(cards(ask(client, body, key))) == 1

    body["context"]["patientId"] = str(make_bedside().patient.pk)
    assert ask(client, body, key).status_code == 412


def test_a_patient_without_a_course_gets_no_verdict(bedside: Bedside, client: Client, key: str) -> None:
    Course.objects.filter(pk=bedside.course.pk).update(status="ended", ended_at=NOW, end_reason="completed")

    summary = only_informs(ask(client, request_for(bedside), key))

    assert summary == "il2ward has no open course of interleukin-2 for this patient."


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("hook", "order-select"), ("hook", None), ("hookInstance", 7), ("context", []), ("context.patientId", 5),
        ("context.patientId", ""), ("context.draftOrders", None), ("context.draftOrders", {"resourceType": "Patient"}),
        ("context.draftOrders.entry", {}), ("context.draftOrders.entry", [None]),
        ("context.draftOrders.entry", [{"resource": "x"}]), ("prefetch", "x"),
    ],
)  # fmt: skip
def test_a_malformed_call_is_refused_by_its_path(
    bedside: Bedside, client: Client, key: str, path: str, value: Any
) -> None:
    fine(bedside)
    body = copy.deepcopy(request_for(bedside))
    *parents, last = path.split(".")
    node = body
    for one in parents:
        node = node[one]
    node[last] = value

    response = ask(client, body, key)

    assert (response.status_code, told(response)["code"]) == (400, "bad-request")


def test_discovery_tells_one_hook_for_each_service(db: None, client: Client) -> None:
    response = client.get("/cds-services")

    services = told(response)["services"]
    assert {one["id"]: one["hook"] for one in services} == {
        "il2ward-next-dose": "order-sign",
        "il2ward-next-dose-select": "order-select",
        "il2ward-next-dose-prescribe": "medication-prescribe",
    }
    assert all(one["prefetch"] == {"patient": "Patient/{{context.patientId}}"} for one in services)
    assert response["Access-Control-Allow-Origin"] == "*"


def test_only_pages_of_named_origins_may_ask(bedside: Bedside, client: Client, key: str, settings: Settings) -> None:
    settings.IL2WARD_CDS_ORIGINS = ["https://ehr.example"]

    asked = client.options(SERVICE, headers={"Origin": "https://ehr.example"})
    assert (asked.status_code, asked["Access-Control-Allow-Origin"]) == (204, "https://ehr.example")
    assert "Access-Control-Allow-Origin" not in client.options(SERVICE, headers={"Origin": "https://evil.example"})
    answered = ask(client, request_for(bedside), key, Origin="https://ehr.example")
    assert answered["Access-Control-Allow-Origin"] == "https://ehr.example"


def test_a_signed_call_is_answered_once_and_only_for_its_address(bedside: Bedside, client: Client) -> None:
    scopes = ["system/DetectedIssue.rs"]
    system = system_clients.register(site=bedside.site, name="ehr", jwks=jwks(), scopes=scopes, actor=SYSTEM, at=NOW)
    where = f"http://testserver{SERVICE}"

    def call(**changes: Any) -> HttpResponse:
        token = signed(system, key=RSA_KEY, **{"aud": where, "sub": None, "jti": "a", **changes})
        return ask(client, request_for(bedside), "", Authorization=f"Bearer {token}")

    assert len(cards(call())) == 1
    assert call().status_code == 401
    assert call(jti="b", aud=f"{where}-select").status_code == 401
    assert call(jti="c", exp=int(NOW.timestamp())).status_code == 401
    assert call(jti="d", sub="somebody-else").status_code == 401
    assert len(cards(call(jti="e"))) == 1


@pytest.mark.parametrize(("scopes", "status"), [(("observation:write",), 403), (None, 401)])
def test_a_card_is_told_to_nobody_who_may_not_read(
    bedside: Bedside, client: Client, scopes: tuple[str, ...] | None, status: int
) -> None:
    key = device_key(bedside.site, name="other", scopes=scopes) if scopes else ""

    assert ask(client, request_for(bedside), key).status_code == status
    assert not CdsAnswer.objects.exists()


def test_feedback_is_kept_and_decides_nothing(bedside: Bedside, client: Client, key: str) -> None:
    held(bedside)
    (card,) = cards(ask(client, request_for(bedside), key))
    body = {"feedback": [{
        "card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": "2026-03-02T06:01:00Z",
        "overrideReason": {"reason": {"code": "known_baseline", "system": "x"}, "userComment": "Known for years"},
    }]}  # fmt: skip

    assert ask(client, body, key, f"{SERVICE}/feedback").status_code == 200

    kept = AuditEvent.objects.get(event="cds.feedback")
    assert (kept.subject_id, kept.course_id) == (card["uuid"], bedside.course.pk)
    assert '"reason_code":"known_baseline"' in kept.body
    assert not bedside.dose(1).decisions.exists()
    (again,) = cards(ask(client, request_for(bedside), key))
    assert again["summary"].startswith("Dose 1: HOLD")


@pytest.mark.parametrize(
    ("item", "status"),
    [
        ({"card": "6a2ae2e1-8d38-4d4f-b1f5-6e9b4f0f0c11", "outcome": "accepted"}, 404),
        ({"card": "x", "outcome": "accepted"}, 422), ({"card": "x", "outcome": "liked"}, 422), ({}, 422),
    ],
)  # fmt: skip
def test_feedback_about_no_card_of_ours_is_refused(
    bedside: Bedside, client: Client, key: str, item: dict[str, Any], status: int
) -> None:
    assert ask(client, {"feedback": [item]}, key, f"{SERVICE}/feedback").status_code == status
    assert not AuditEvent.objects.filter(event="cds.feedback").exists()
