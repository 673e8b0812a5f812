"""Does the interface put a value or an answer right as the page does, once, on the version that was seen?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from monitoring.models import BedsideFinding, Observation
from tests.dosing.builders import NOW, Bedside, make_nurse, make_ward
from tests.monitoring.api.bedside_client import post, told
from tests.monitoring.charting import creatinine, record, work
from tests.signed_in import signed_in

WHY = "Mistyped at the bedside"


@pytest.fixture
def mistyped(bedside: Bedside) -> Observation:
    """A creatinine of 3.4 that the nurse charted."""
    (stored,) = record(bedside, [creatinine("3.4", at=NOW)], at=NOW)
    work(bedside, at=NOW)
    return stored.observation


def url(row: Observation) -> str:
    return f"/api/v1/observations/{row.pk}/correction"


def body(**changes: Any) -> dict[str, Any]:
    return {"seen": 1, "value": "1.4", "reason": WHY, **changes}


def test_value_is_put_right_once_when_the_request_is_repeated(bedside: Bedside, mistyped: Observation) -> None:
    nurse = signed_in(bedside.nurse)

    first, second = (post(nurse, url(mistyped), body(), again="k") for _ in range(2))

    assert (first.status_code, second.content) == (201, first.content)
    answer = told(first)
    assert (answer["observation"], answer["version"], answer["value"]) == (str(mistyped.pk), 2, "1.4")
    assert Observation.objects.get(value="1.4").replaces == mistyped


def test_another_version_is_told_when_somebody_was_faster(bedside: Bedside, mistyped: Observation) -> None:
    later = Observation.objects.get(pk=told(post(signed_in(bedside.nurse), url(mistyped), body()))["id"])

    for row in (mistyped, later):
        answer = post(signed_in(bedside.nurse2), url(row), body(value="1.5"))
        assert (answer.status_code, told(answer)["code"]) == (409, "another-version-stands")
    assert post(signed_in(bedside.nurse2), url(later), body(value="1.5", seen=2)).status_code == 201


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"reason": ""}, 422, "wrong-content"),
        ({"reason": "oops"}, 422, "reason-missing"),
        ({"seen": 0}, 422, "wrong-content"),
        ({"status": "final"}, 422, "wrong-content"),
        ({"value": "abc"}, 422, "still-not-usable"),
        ({"unit": "mmol/L"}, 422, "still-not-usable"),
        ({"value": "3.4"}, 422, "nothing-changed"),
        ({"observed_at": (NOW + timedelta(seconds=121)).isoformat()}, 422, "wrong-content"),
        ({"observed_at": (NOW - timedelta(days=8)).isoformat()}, 422, "impossible-time"),
    ],
    ids=lambda part: str(part)[:30],
)
def test_nothing_is_stored_when_the_correction_cannot_be(
    bedside: Bedside, mistyped: Observation, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = post(signed_in(bedside.nurse), url(mistyped), body(**changes))

    assert (answer.status_code, told(answer)["code"]) == (status, code)
    assert Observation.objects.count() == 1


def test_value_is_taken_back_and_is_told_so(bedside: Bedside, mistyped: Observation) -> None:
    gone = {"seen": 1, "status": "entered-in-error", "reason": WHY}
    assert post(signed_in(bedside.nurse), url(mistyped), gone).status_code == 201

    listed = told(signed_in(bedside.admin).get(f"/api/v1/courses/{bedside.course.pk}/charted"))
    (fact,) = listed["values"]
    assert (fact["taken_back"], fact["may"], fact["version"], listed["next"]) == (True, "none", 2, None)
    assert [one["value"] for one in fact["versions"]] == ["3.4", "3.4"]
    assert fact["versions"][0]["reason"] == WHY


def test_roles_and_wards_are_kept_when_somebody_else_asks(
    bedside: Bedside, mistyped: Observation, key: str, client: Client
) -> None:
    stranger = make_nurse(make_ward(bedside.site, "7-west"))

    assert post(signed_in(bedside.admin), url(mistyped), body()).status_code == 403
    assert post(signed_in(stranger), url(mistyped), body()).status_code == 404
    assert post(client, url(mistyped), body(), key=key).status_code == 403
    assert signed_in(stranger).get(f"/api/v1/courses/{bedside.course.pk}/charted").status_code == 404
    assert Observation.objects.count() == 1


def test_what_a_device_sent_is_not_a_nurses_by_any_address(bedside: Bedside, key: str, client: Client) -> None:
    sent = {"patient": {"mrn": bedside.patient.mrn}, "observable": "creatinine", "value": "3.4", "unit": "mg/dL",
            "observed_at": NOW.isoformat()}  # fmt: skip
    first = told(post(client, "/api/v1/observations", sent, key=key))["results"][0]["id"]
    row = Observation.objects.get(pk=first)
    nurse = signed_in(bedside.nurse)

    answer = post(nurse, url(row), body())
    assert (answer.status_code, told(answer)["code"]) == (403, "not-yours-to-correct")
    fine = {**sent, "observable": "heart_rate", "value": "80", "unit": "/min"}
    batch = {"observations": [{**sent, "value": "0.9", "replaces": first, "reason": WHY}, fine]}
    assert [one["result"] for one in told(post(nurse, "/api/v1/observations", batch))["results"]] == [
        "refused", "stored",
    ]  # fmt: skip
    gone = {"seen": 1, "status": "entered-in-error", "reason": WHY}
    assert post(nurse, url(row), gone).status_code == 403
    assert post(signed_in(bedside.physician), url(row), gone).status_code == 201


def test_answer_is_put_right_on_the_round_that_was_seen(bedside: Bedside) -> None:
    nurse, course = signed_in(bedside.nurse), f"/api/v1/courses/{bedside.course.pk}"
    asked = {"observed_at": NOW.isoformat(), "answers": [{"question": "j_atrial", "option": "sinus"}]}
    post(nurse, f"{course}/findings", asked)
    round_id = str(BedsideFinding.objects.values_list("round_id", flat=True)[0])
    change = {"round": round_id, "question": "j_atrial", "option": "unable", "reason": WHY}

    wrong = post(nurse, f"{course}/findings/correction", {**change, "option": "flutter"})
    first = post(nurse, f"{course}/findings/correction", change)
    second = post(nurse, f"{course}/findings/correction", change)

    assert (wrong.status_code, told(wrong)["errors"][0]["path"]) == (422, "$.option")
    assert (first.status_code, told(first)["struck"]) == (201, 2)
    assert {one["state"] for one in told(first)["findings"]} == {"unable"}
    assert (second.status_code, told(second)["code"]) == (409, "another-answer-stands")


@pytest.mark.parametrize("query", ["span=week", "by=nobody", "skip=-1", "skip=9999999"])
def test_list_is_refused_when_the_query_means_nothing(bedside: Bedside, query: str) -> None:
    answer = signed_in(bedside.nurse).get(f"/api/v1/courses/{bedside.course.pk}/charted?{query}")

    assert (answer.status_code, told(answer)["code"]) == (422, "wrong-content")
