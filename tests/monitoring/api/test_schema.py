"""Does the schema say what the interface does, address by address, and does nothing it allows break the service?"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client

from il2ward.http.credentials import Admin
from il2ward.staff.models import User
from monitoring.api import openapi
from monitoring.api.examples import EXAMPLES
from tests.dosing.builders import Bedside
from tests.monitoring.api.bedside_client import told
from tests.monitoring.interop.story import treated
from tests.signed_in import signed_in

OPERATIONS = list(openapi.operations_of())
CSRF = "c" * 32
# More of them: SCHEMA_EXAMPLES=50 make test ARGS=tests/monitoring/api/test_schema.py
EXAMPLES_EACH = int(os.environ.get("SCHEMA_EXAMPLES", "2"))
# A well-formed request may be refused by the ward's rules; it is never malformed, too large, or of the wrong kind.
REFUSED_BY_RULES = ["401", "403", "404", "409", "422", "429"]


def ids_of(bedside: Bedside) -> dict[str, Any]:
    """What the addresses of the bedside's own course, doses and ward are called."""
    alert = bedside.course.alerts.order_by("-pk").first()
    grade = bedside.course.grades.order_by("-pk").first()
    return {
        "course_id": bedside.course.pk,
        "cycle_id": bedside.cycle.pk,
        "dose_id": bedside.dose(3).pk,
        "ward_id": bedside.ward.pk,
        "patient_id": str(bedside.patient.pk),
        "alert_id": alert.pk if alert else 1,
        "grade_id": grade.pk if grade else 1,
        "order_id": 1,
        "number": 1,
        "subscription_id": 1,
        "person_id": bedside.nurse2.pk,
        "tablet_id": 1,
        "shift_id": 1,
        "address_id": 1,
        "entry_id": str(bedside.patient.pk),
        "observation_id": str(bedside.patient.pk),
        "sha256": bedside.course.protocol.sha256,
    }


def address(operation: openapi.Operation, ids: dict[str, Any]) -> str:
    """The operation's address at the bedside."""
    return openapi.plain_path(operation.path).format(**ids)


def whoever(one: openapi.Operation, bedside: Bedside) -> User:
    """Whom the operation lets in: an admin where only admins may come, else the physician."""
    return bedside.admin if Admin in one.view.permission_classes else bedside.physician


def proves_a_password(one: openapi.Operation) -> bool:
    """Whether a password, one's own or a second person's, is looked at before anything else."""
    return any({"password", "checker", "second"} & {*body.__struct_fields__} for body in one.body)


def test_every_address_is_in_the_schema_when_anybody_asks(client: Client, db: None) -> None:
    response = client.get("/api/v1/schema/")

    document = json.loads(response.content)
    assert document["openapi"] == "3.1.0"
    told_of = {(method, path) for path, item in document["paths"].items() for method in item}
    assert told_of == {(one.method, openapi.plain_path(one.path)) for one in OPERATIONS}
    assert len(told_of) >= 36
    assert {one["$ref"].rpartition("/")[2] for one in _refs(document)} <= set(document["components"]["schemas"])
    assert client.get("/api/v1/docs/").status_code == 200


def _refs(node: Any) -> list[dict[str, str]]:
    if isinstance(node, list):
        return [found for one in node for found in _refs(one)]
    if not isinstance(node, dict):
        return []
    own = [node] if "$ref" in node else []
    return own + [found for one in node.values() for found in _refs(one)]


def test_every_body_has_an_example_when_the_schema_is_read() -> None:
    assert {one.name for one in OPERATIONS if one.body} == set(EXAMPLES)


def test_every_example_is_taken_as_well_formed_when_it_is_posted(bedside: Bedside) -> None:
    ids = ids_of(bedside)
    for one in sorted(OPERATIONS, key=lambda one: one.name.endswith("-end")):
        for name, example in EXAMPLES.get(one.name, {}).items():
            body = json.dumps(example).replace("IL2-1001", bedside.patient.mrn)
            response = signed_in(whoever(one, bedside)).post(
                address(one, ids), body, content_type="application/json",
                headers={"Idempotency-Key": f"{one.name}-{name}"},
            )  # fmt: skip
            answer = told(response)
            assert str(response.status_code) in openapi.REFUSALS | {"200": "", "201": ""}, (one.name, answer)
            assert answer.get("code") not in {"wrong-content", "malformed-json"}, (one.name, name, answer)


def test_an_act_is_refused_without_a_key_exactly_when_the_schema_demands_one(bedside: Bedside) -> None:
    ids = ids_of(bedside)
    for one in OPERATIONS:
        if one.method in {"get", "delete"} or proves_a_password(one):
            continue
        body = json.dumps(next(iter(EXAMPLES.get(one.name, {"": {}}).values()))).replace(
            "IL2-1001", bedside.patient.mrn
        )
        client = signed_in(whoever(one, bedside))
        answer = told(client.post(address(one, ids), body, content_type="application/json"))
        if answer.get("code") != "not-found":
            assert (answer.get("code") == "idempotency-key-missing") is one.needs_key, (one.name, answer)


def test_nobody_is_let_in_anywhere_when_they_show_no_credential_or_a_wrong_one(bedside: Bedside) -> None:
    ids, client = ids_of(bedside), Client()
    for one in OPERATIONS:
        for headers in ({}, {"Authorization": "Api-Key il2_x_y"}, {"Authorization": "Bearer x"}):
            response = client.generic(one.method.upper(), address(one, ids), "{}", "application/json", headers=headers)
            assert response.status_code == 401, (one.name, headers)


@pytest.fixture
def kept_connection() -> Iterator[None]:
    """Keep the test's connection open between requests, as Django's own client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def sign_in(schema: Any, bedside: Bedside) -> None:
    """Give the fuzzer a person's session; it takes it away and makes others up, to see whether one is asked for."""
    people = {(one.method, openapi.plain_path(one.path)): whoever(one, bedside) for one in OPERATIONS}
    sessions = {one: signed_in(one).cookies["sessionid"].value for one in {*people.values()}}

    @schema.auth(refresh_interval=None)
    class AsPerson:
        def get(self, case: Any, context: Any) -> str:
            return sessions[people[case.method.lower(), case.path]]

        def set(self, case: Any, data: str, context: Any) -> None:
            case.cookies = {**(case.cookies or {}), "sessionid": data}


@pytest.mark.timeout(600)
def test_nothing_that_the_schema_allows_breaks_the_service_when_it_is_sent(
    bedside: Bedside, kept_connection: None
) -> None:
    # Here, because every process of a run collects this file, and the library takes a second to import.
    import schemathesis

    treated(bedside)
    ids = ids_of(bedside)
    schema = schemathesis.openapi.from_dict(openapi.document())
    schema.app = get_wsgi_application()
    schema.config.checks.positive_data_acceptance.expected_statuses = ["2xx", *REFUSED_BY_RULES]
    sign_in(schema, bedside)
    statuses: list[int] = []
    for found in schema.get_all_operations():
        operation = found.ok()

        @hypothesis.settings(max_examples=EXAMPLES_EACH, deadline=None, database=None, derandomize=True,
                             suppress_health_check=list(hypothesis.HealthCheck),
                             phases=[hypothesis.Phase.generate])  # fmt: skip
        @hypothesis.given(case=operation.as_strategy(), here=hypothesis.strategies.booleans())
        def send(case: Any, here: bool) -> None:
            if here:
                case.path_parameters = {name: ids[name] for name in case.path_parameters or {}}
            response = case.call_and_validate(headers={"X-CSRFToken": CSRF}, cookies={"csrftoken": CSRF})
            statuses.append(response.status_code)

        send()
    assert len(statuses) >= 100
    assert {200, 404, 422} <= {*statuses}
