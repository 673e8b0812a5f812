"""Does the observations interface take what is right, refuse what is wrong by name, and lose nothing?"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from il2ward.audit.actor import SYSTEM
from il2ward.http.strict_json import MOST_BYTES
from il2ward.staff.services import devices
from monitoring.models import Observation, PendingGrading, SenderVersion
from tests.dosing.builders import NOW, Bedside, make_bedside, make_nurse, make_patient, make_ward
from tests.monitoring.api.bedside_client import device_key, post, told
from tests.signed_in import signed_in

URL = "/api/v1/observations"


def item(bedside: Bedside, **changes: Any) -> dict[str, Any]:
    """A creatinine of the bedside's patient, with changes; a change to None leaves the field out."""
    whole = {
        "patient": {"mrn": bedside.patient.mrn},
        "observable": "creatinine",
        "value": "3.4",
        "unit": "mg/dL",
        "observed_at": NOW.isoformat(),
        **changes,
    }
    return {name: value for name, value in whole.items() if value is not None}


def test_an_observation_is_stored_and_waits_for_grading_when_a_device_sends_it(
    bedside: Bedside, key: str, client: Client
) -> None:
    response = post(client, URL, item(bedside), key=key)

    assert response.status_code == 201
    assert told(response)["results"][0]["result"] == "stored"
    row = Observation.objects.get()
    assert (row.observable, row.value, row.unit, row.origin) == ("creatinine", "3.4", "mg/dL", "device")
    assert PendingGrading.objects.filter(observation=row).exists()
    bedside.course.refresh_from_db()
    assert bedside.course.is_being_assessed


def test_a_laboratory_vouches_for_its_result_when_its_device_is_one(bedside: Bedside, client: Client) -> None:
    key = device_key(bedside.site, name="laboratory", laboratory=True)

    post(client, URL, item(bedside, range_low="0.6", range_high="1.2"), key=key)

    assert Observation.objects.get().origin == "laboratory"
    assert Observation.objects.get().range_high == "1.2"


def test_a_nurse_charts_an_observation_when_the_patient_lies_in_her_ward(bedside: Bedside) -> None:
    response = post(signed_in(bedside.nurse), URL, item(bedside))

    assert response.status_code == 201
    assert Observation.objects.get().recorded_by == bedside.nurse


@pytest.mark.parametrize(
    ("number", "kept"), [("3.40", "3.40"), ("3", "3"), ("0", "0"), ("12345678901234567890", "12345678901234567890")]
)
def test_a_json_number_keeps_its_own_characters_when_it_is_stored(
    bedside: Bedside, key: str, client: Client, number: str, kept: str
) -> None:
    body = json.dumps(item(bedside)).replace('"3.4"', number)

    post(client, URL, body, key=key)

    assert Observation.objects.get().value == kept


@pytest.mark.parametrize("text", ["1,5", "1e3", "NaN", "Infinity", "-3", "+3", "١٢", "3.4.5", "three"])
def test_a_text_that_is_no_plain_number_is_kept_and_not_graded_when_it_is_sent(
    bedside: Bedside, key: str, client: Client, text: str
) -> None:
    response = post(client, URL, item(bedside, value=text), key=key)

    assert told(response)["results"][0]["result"] == "not_gradable"
    assert Observation.objects.get().value == text


def test_an_unknown_code_and_an_unknown_unit_are_kept_and_listed_when_they_are_sent(
    bedside: Bedside, key: str, client: Client
) -> None:
    code = item(bedside, observable=None, code={"system": "http://loinc.org", "code": "99999-9"})
    body = {"observations": [code, item(bedside, unit="furlong"), item(bedside, observable="mood")]}

    response = post(client, URL, body, key=key)

    assert [one["result"] for one in told(response)["results"]] == ["not_gradable"] * 3
    listed = signed_in(bedside.admin).get(f"{URL}/not-gradable")
    assert len(told(listed)["observations"]) == 3
    assert any("furlong" in one["why"] for one in told(listed)["observations"])
    assert any("99999-9" in one["why"] for one in told(listed)["observations"])


def test_a_loinc_code_finds_its_observable_when_the_table_knows_it(bedside: Bedside, key: str, client: Client) -> None:
    code = {"system": "http://loinc.org", "code": "38483-4"}

    post(client, URL, item(bedside, observable=None, code=code), key=key)

    assert Observation.objects.get().observable == "creatinine"


def test_one_bad_item_sinks_nothing_when_it_comes_in_a_batch(bedside: Bedside, key: str, client: Client) -> None:
    items = [item(bedside), item(bedside, comparator="~"), item(bedside, observable="platelets", unit="10*3/uL")]

    response = post(client, URL, {"observations": items}, key=key)

    assert response.status_code == 201
    results = told(response)["results"]
    assert [one["result"] for one in results] == ["stored", "refused", "stored"]
    assert results[1]["errors"][0]["path"] == "$.observations[1].comparator"
    assert results[1]["errors"][0]["value"] == "~"
    assert ">=" in results[1]["errors"][0]["allowed"]
    assert Observation.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "path", "allowed"),
    [
        ({"observed_at": None}, "$.observed_at", "required"),
        ({"patient": None}, "$.patient", "required"),
        ({"colour": "red"}, "$.colour", "no field of that name"),
        ({"observed_at": "2026-03-02T06:00:00"}, "$.observed_at", "offset"),
        ({"observed_at": "2026-03-02"}, "$.observed_at", "offset"),
        ({"observed_at": "yesterday"}, "$.observed_at", "offset"),
        ({"status": "done"}, "$.status", "preliminary"),
        ({"value": [3]}, "$.value", "str"),
        ({"value": True}, "$.value", "str"),
        ({"observable": None}, "$.observable", "either observable or code"),
        ({"patient": {}}, "$.patient", "either mrn or id"),
        ({"interval_start": NOW.isoformat()}, "$.interval_start", "before observed_at"),
        ({"replaces": "abc"}, "$.replaces", "an id"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_a_wrong_value_is_refused_with_its_path_when_an_item_has_one(
    bedside: Bedside, key: str, client: Client, changes: dict[str, Any], path: str, allowed: str
) -> None:
    response = post(client, URL, item(bedside, **changes), key=key)

    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    error = told(response)["errors"][0]
    assert error["path"] == path
    assert allowed in error["allowed"]
    assert not Observation.objects.exists()


@pytest.mark.parametrize(("ahead_s", "status"), [(120, 201), (121, 422)], ids=["two minutes", "a second more"])
def test_a_time_ahead_of_ours_is_refused_when_it_is_more_than_two_minutes(
    bedside: Bedside, key: str, client: Client, ahead_s: int, status: int
) -> None:
    observed_at = (NOW + timedelta(seconds=ahead_s)).isoformat()

    response = post(client, URL, item(bedside, observed_at=observed_at), key=key)

    assert response.status_code == status


def test_an_unknown_patient_is_refused_by_name_when_the_site_has_none(
    bedside: Bedside, key: str, client: Client
) -> None:
    response = post(client, URL, item(bedside, patient={"mrn": "X-404"}), key=key)

    assert response.status_code == 422
    assert told(response)["errors"][0]["allowed"] == "no patient with MRN X-404 at this site"
    assert not Observation.objects.exists()


def test_a_patient_of_another_site_is_unknown_when_a_device_names_them(bedside: Bedside, client: Client) -> None:
    elsewhere = make_bedside()

    response = post(client, URL, item(bedside), key=device_key(elsewhere.site))

    assert response.status_code == 422
    assert not Observation.objects.exists()


def test_a_patient_of_another_ward_is_unknown_when_a_nurse_names_them(bedside: Bedside) -> None:
    other = make_nurse(make_ward(bedside.site, "7-west"))

    response = post(signed_in(other), URL, item(bedside))

    assert response.status_code == 422
    assert "in your wards" in told(response)["errors"][0]["allowed"]
    assert not Observation.objects.exists()


def test_a_patient_in_no_bed_is_known_to_the_device_when_they_are_of_its_site(
    bedside: Bedside, key: str, client: Client
) -> None:
    waiting = make_patient(bedside.site)

    response = post(client, URL, item(bedside, patient={"id": str(waiting.pk)}), key=key)

    assert response.status_code == 201
    assert Observation.objects.get().patient == waiting


@pytest.mark.parametrize(
    "body",
    [b" ", b"{", b'{"a": 1, "a": 2}', b'{"value": NaN}', b"\xff\xfe", b"[" * 5000, b'{"a":' * 40 + b"1" + b"}" * 40],
    ids=["empty", "open", "double key", "NaN", "not UTF-8", "very deep", "too deep"],
)
def test_a_body_is_refused_when_it_is_not_plain_json(bedside: Bedside, key: str, client: Client, body: bytes) -> None:
    response = post(client, URL, body, key=key)

    assert response.status_code == 400
    assert told(response)["code"] == "malformed-json"


def test_a_body_is_refused_when_it_is_larger_than_the_limit(bedside: Bedside, key: str, client: Client) -> None:
    fits = b" " * (MOST_BYTES - 2) + b"{}"

    assert post(client, URL, fits, key=key).status_code == 422
    assert post(client, URL, b" " + fits, key=key).status_code == 413


def test_another_content_type_is_refused_when_it_is_not_json(bedside: Bedside, key: str, client: Client) -> None:
    response = client.post(URL, "<a/>", content_type="application/xml", headers={"Authorization": f"Api-Key {key}"})

    assert response.status_code == 415


def test_nobody_is_let_in_when_they_show_no_credential(bedside: Bedside, client: Client) -> None:
    response = post(client, URL, item(bedside))

    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Api-Key"
    assert not Observation.objects.exists()


def test_a_device_is_refused_when_its_key_was_revoked(bedside: Bedside, key: str, client: Client) -> None:
    device = devices.resolve(key)
    assert device is not None
    devices.revoke(device=device, actor=SYSTEM, at=NOW)

    assert post(client, URL, item(bedside), key=key).status_code == 401


def test_a_device_is_refused_when_its_key_has_no_right_to_write(bedside: Bedside, client: Client) -> None:
    key = device_key(bedside.site, name="reader", scopes=())

    assert post(client, URL, item(bedside), key=key).status_code == 403


def test_an_admin_is_refused_when_they_try_to_chart(bedside: Bedside) -> None:
    assert post(signed_in(bedside.admin), URL, item(bedside)).status_code == 403
    assert not Observation.objects.exists()


def test_a_browser_is_refused_when_its_post_carries_no_csrf_token(bedside: Bedside) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(bedside.nurse, backend="django.contrib.auth.backends.ModelBackend")

    assert post(client, URL, item(bedside)).status_code == 403
    assert not Observation.objects.exists()


def test_nothing_is_stored_twice_when_a_device_repeats_its_own_id(bedside: Bedside, key: str, client: Client) -> None:
    body = item(bedside, id="lab-1")

    first, second = post(client, URL, body, key=key), post(client, URL, body, key=key)

    assert told(first)["results"][0]["result"] == "stored"
    assert told(second)["results"][0]["result"] == "repeated"
    assert told(first)["results"][0]["id"] == told(second)["results"][0]["id"]
    assert Observation.objects.count() == SenderVersion.objects.count() == 1


def test_an_id_is_refused_when_it_comes_again_with_another_value(bedside: Bedside, key: str, client: Client) -> None:
    post(client, URL, item(bedside, id="lab-1"), key=key)

    response = post(client, URL, item(bedside, id="lab-1", value="1.0"), key=key)

    assert response.status_code == 409
    assert Observation.objects.get().value == "3.4"


def test_the_first_answer_comes_again_when_an_idempotency_key_is_repeated(
    bedside: Bedside, key: str, client: Client
) -> None:
    first = post(client, URL, item(bedside), key=key, again="k-1")
    second = post(client, URL, item(bedside), key=key, again="k-1")
    other = post(client, URL, item(bedside, value="9.9"), key=key, again="k-1")

    assert first.content == second.content
    assert (second.status_code, other.status_code) == (201, 422)
    assert told(other)["code"] == "idempotency-key-reused"
    assert Observation.objects.count() == 1


def test_a_correction_needs_a_reason_when_a_person_makes_it(bedside: Bedside) -> None:
    nurse = signed_in(bedside.nurse)
    first = told(post(nurse, URL, item(bedside)))["results"][0]["id"]

    without = post(nurse, URL, item(bedside, value="1.4", replaces=first))
    with_reason = post(nurse, URL, item(bedside, value="1.4", replaces=first, reason="Mistyped"))

    assert (without.status_code, with_reason.status_code) == (422, 201)
    assert str(Observation.objects.get(value="1.4").replaces_id) == first


def test_only_the_item_is_refused_when_it_corrects_something_unknown(
    bedside: Bedside, key: str, client: Client
) -> None:
    lost = item(bedside, replaces=str(bedside.patient.pk))
    items = [item(bedside), lost, item(bedside, observable="heart_rate", value="88", unit="/min")]

    results = told(post(client, URL, {"observations": items}, key=key))["results"]

    assert [one["result"] for one in results] == ["stored", "refused", "stored"]
    assert results[1]["errors"][0]["path"] == "$.observations[1].replaces"


@pytest.mark.parametrize(("count", "status"), [(1000, 201), (1001, 422)])
def test_a_batch_is_refused_when_it_is_larger_than_a_thousand(
    bedside: Bedside, key: str, client: Client, count: int, status: int
) -> None:
    bare = {"patient": {"mrn": bedside.patient.mrn}, "observable": "spo2", "value": "97", "unit": "%"}
    items = [{**bare, "observed_at": (NOW - timedelta(seconds=n)).isoformat()} for n in range(count)]

    assert post(client, URL, {"observations": items}, key=key).status_code == status


def test_a_batch_about_two_patients_is_recorded_once_when_its_key_is_repeated(
    bedside: Bedside, key: str, client: Client
) -> None:
    other = make_patient(bedside.site)
    body = {"observations": [item(bedside), item(bedside, patient={"mrn": other.mrn}), item(bedside, value="3.5")]}

    first, second = (post(client, URL, body, key=key, again="two") for _ in range(2))

    assert first.content == second.content
    assert [one["result"] for one in told(first)["results"]] == ["stored"] * 3
    assert sorted(Observation.objects.values_list("patient", flat=True)) == sorted(
        [bedside.patient.pk, bedside.patient.pk, other.pk]
    )
