"""Does the interface let a dose start only as the gate says, tell refusals in ward words, and act once?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from dosing.models import Decision, Dose
from monitoring.models import Alert, BedsideFinding
from tests.dosing.builders import NOW, Bedside, make_nurse, make_ward
from tests.monitoring.api.bedside_client import post, told
from tests.signed_in import signed_in

PASSWORD = "correct horse battery"


@pytest.fixture
def checker(bedside: Bedside) -> dict[str, str]:
    """The second nurse, with her own password."""
    bedside.nurse2.set_password(PASSWORD)
    bedside.nurse2.save()
    return {"username": bedside.nurse2.username, "password": PASSWORD}


def assessment(bedside: Bedside) -> Any:
    """What the interface says about the next dose."""
    return told(signed_in(bedside.nurse).get(f"/api/v1/courses/{bedside.course.pk}/assessment"))


def start_body(bedside: Bedside, checker: dict[str, str], **changes: Any) -> dict[str, Any]:
    """A start of dose 1 on the present outcome."""
    token = assessment(bedside)["outcome_token"]
    whole = {"outcome_token": token, "checker": checker, "identity": {"kind": "typed", "mrn": bedside.patient.mrn}}
    return {**whole, **changes}


def start_url(bedside: Bedside) -> str:
    return f"/api/v1/doses/{bedside.dose(1).pk}/start"


def test_the_assessment_names_what_is_missing_when_nothing_was_measured(bedside: Bedside) -> None:
    said = assessment(bedside)

    assert said["verdict"] == "UNDECIDED"
    assert said["dose"]["number"] == 1
    assert "creatinine" in {one["input"] for one in said["missing"]}
    assert len(said["outcome_token"]) == 64
    assert {one["state"] for one in said["criteria"]} <= {"met", "not_met", "unknown"}


def test_the_assessment_is_not_there_when_the_patient_lies_in_another_ward(bedside: Bedside) -> None:
    other = make_nurse(make_ward(bedside.site, "7-west"))

    response = signed_in(other).get(f"/api/v1/courses/{bedside.course.pk}/assessment")

    assert response.status_code == 404
    assert response["Cache-Control"] == "no-store"


def test_a_dose_does_not_start_when_the_protocol_cannot_decide(bedside: Bedside, checker: dict[str, str]) -> None:
    response = post(signed_in(bedside.nurse), start_url(bedside), start_body(bedside, checker))

    assert response.status_code == 409
    assert told(response)["code"] == "cannot-decide"
    assert told(response)["assessment"]["verdict"] == "UNDECIDED"
    assert bedside.dose(1).status == "planned"


def test_a_dose_starts_when_a_physician_overrode_this_very_outcome(bedside: Bedside, checker: dict[str, str]) -> None:
    bedside.physician.set_password(PASSWORD)
    bedside.physician.save()
    decided = decide(bedside, password=PASSWORD)

    started = post(signed_in(bedside.nurse), start_url(bedside), start_body(bedside, checker))

    assert (decided.status_code, started.status_code) == (201, 200)
    assert told(started)["status"] == "started"
    assert bedside.dose(1).decision == Decision.objects.get()
    assert bedside.dose(1).checked_by == bedside.nurse2


def decide(bedside: Bedside, **changes: Any) -> Any:
    """The physician overrides the present outcome of dose 1."""
    body = {
        "kind": "override",
        "outcome_token": assessment(bedside)["outcome_token"],
        "reason_code": "result_unavailable",
        "reason_text": "Laboratory is down for the night.",
        **changes,
    }
    return post(signed_in(bedside.physician), f"/api/v1/doses/{bedside.dose(1).pk}/decisions", body)


def test_an_override_is_refused_when_the_password_is_missing_or_wrong(bedside: Bedside) -> None:
    missing, wrong = decide(bedside), decide(bedside, password="guess")

    assert (missing.status_code, wrong.status_code) == (403, 403)
    assert told(wrong)["code"] == "wrong-password"
    assert not Decision.objects.exists()


def test_a_decision_is_refused_when_the_outcome_is_no_longer_the_one_seen(bedside: Bedside) -> None:
    bedside.physician.set_password(PASSWORD)
    bedside.physician.save()

    response = decide(bedside, outcome_token="0" * 64, password=PASSWORD)

    assert response.status_code == 409
    assert told(response)["code"] == "outcome-changed"
    assert told(response)["assessment"]["outcome_token"] == assessment(bedside)["outcome_token"]
    assert not Decision.objects.exists()


@pytest.mark.parametrize("who", ["nurse", "admin"])
def test_a_decision_is_refused_when_no_physician_makes_it(bedside: Bedside, who: str) -> None:
    body = {"kind": "give", "outcome_token": "0" * 64}

    response = post(signed_in(getattr(bedside, who)), f"/api/v1/doses/{bedside.dose(1).pk}/decisions", body)

    assert response.status_code == 403
    assert not Decision.objects.exists()


def test_a_start_is_refused_when_the_second_persons_password_is_wrong(
    bedside: Bedside, checker: dict[str, str]
) -> None:
    body = start_body(bedside, {**checker, "password": "guess"})

    response = post(signed_in(bedside.nurse), start_url(bedside), body)

    assert (response.status_code, told(response)["code"]) == (403, "wrong-password")
    assert bedside.dose(1).status == "planned"


def test_a_start_is_refused_when_another_record_number_was_typed(bedside: Bedside, checker: dict[str, str]) -> None:
    bedside.physician.set_password(PASSWORD)
    bedside.physician.save()
    decide(bedside, password=PASSWORD)

    body = start_body(bedside, checker, identity={"kind": "typed", "mrn": "X-1"})
    response = post(signed_in(bedside.nurse), start_url(bedside), body)

    assert (response.status_code, told(response)["code"]) == (422, "wrong-patient")
    assert bedside.dose(1).status == "planned"


def test_a_dose_act_is_refused_when_it_carries_no_idempotency_key(bedside: Bedside) -> None:
    client = signed_in(bedside.nurse)

    response = client.post(
        f"/api/v1/doses/{bedside.dose(1).pk}/omit", {"reason_code": "away"}, content_type="application/json"
    )

    assert (response.status_code, told(response)["code"]) == (400, "idempotency-key-missing")
    assert bedside.dose(1).status == "planned"


@pytest.mark.parametrize(
    ("act", "reason", "status"),
    [("hold", "toxicity", "held"), ("refuse", "patient_wish", "refused"), ("omit", "away", "omitted")],
)
def test_a_slot_is_closed_once_when_the_same_request_comes_twice(
    bedside: Bedside, act: str, reason: str, status: str
) -> None:
    url, body = f"/api/v1/doses/{bedside.dose(1).pk}/{act}", {"reason_code": reason}

    first = post(signed_in(bedside.nurse), url, body, again="one")
    second = post(signed_in(bedside.nurse), url, body, again="one")

    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content == second.content
    assert bedside.dose(1).status == status


def test_a_slot_stays_open_when_the_reason_is_not_one_of_the_list(bedside: Bedside) -> None:
    response = post(signed_in(bedside.nurse), f"/api/v1/doses/{bedside.dose(1).pk}/hold", {"reason_code": "tired"})

    assert (response.status_code, told(response)["code"]) == (422, "reason-missing")
    assert bedside.dose(1).status == "planned"


def test_a_running_dose_ends_with_its_whole_amount_when_none_is_told(bedside: Bedside, checker: dict[str, str]) -> None:
    bedside.physician.set_password(PASSWORD)
    bedside.physician.save()
    decide(bedside, password=PASSWORD)
    nurse = signed_in(bedside.nurse)
    post(nurse, start_url(bedside), start_body(bedside, checker))

    response = post(nurse, f"/api/v1/doses/{bedside.dose(1).pk}/end", {})

    assert response.status_code == 200
    assert told(response)["given_iu"] == bedside.dose(1).dose_iu


def test_a_running_dose_keeps_what_went_in_when_it_is_interrupted(bedside: Bedside, checker: dict[str, str]) -> None:
    bedside.physician.set_password(PASSWORD)
    bedside.physician.save()
    decide(bedside, password=PASSWORD)
    nurse = signed_in(bedside.nurse)
    post(nurse, start_url(bedside), start_body(bedside, checker))

    body = {"given_iu": 1_000_000, "reason_code": "infusion_reaction"}
    response = post(nurse, f"/api/v1/doses/{bedside.dose(1).pk}/interrupt", body)

    assert response.status_code == 200
    assert (told(response)["status"], told(response)["given_iu"]) == ("interrupted", 1_000_000)


@pytest.fixture
def deviation(bedside: Bedside, monkeypatch: pytest.MonkeyPatch) -> Alert:
    """Dose 1 was given against the gate at its due time, and a nurse records it an hour later."""
    monkeypatch.setattr("il2ward.clock.now", lambda: NOW + timedelta(hours=3))
    body = {
        "given_iu": bedside.dose(1).dose_iu,
        "started_at": (NOW + timedelta(hours=2)).isoformat(),
        "ended_at": (NOW + timedelta(hours=2, minutes=15)).isoformat(),
        "reason_text": "Given before the system was reachable.",
    }

    response = post(signed_in(bedside.nurse), f"/api/v1/doses/{bedside.dose(1).pk}/deviation", body)

    assert response.status_code == 200, response.content
    return Alert.objects.get(rule="deviation")


def test_what_was_given_against_the_gate_is_recorded_when_a_nurse_says_so(bedside: Bedside, deviation: Alert) -> None:
    assert bedside.dose(1).deviation
    assert bedside.dose(1).given_iu == bedside.dose(1).dose_iu
    assert deviation.severity == "high"


def test_an_alert_is_acknowledged_with_a_plan_when_a_nurse_of_the_ward_sees_it(
    bedside: Bedside, deviation: Alert
) -> None:
    alert, url = deviation, f"/api/v1/alerts/{deviation.pk}/acknowledge"

    refused = post(signed_in(bedside.admin), url, {"plan": "Call"})
    taken = post(signed_in(bedside.nurse), url, {"plan": "Calling the physician"})

    assert (refused.status_code, taken.status_code) == (403, 200)
    alert.refresh_from_db()
    assert (alert.plan, alert.acknowledged_by) == ("Calling the physician", bedside.nurse)


def test_a_finding_is_charted_when_the_protocol_asks_for_it(bedside: Bedside) -> None:
    url = f"/api/v1/courses/{bedside.course.pk}/findings"
    body = {"observed_at": NOW.isoformat(), "answers": [{"question": "j_crackles", "option": "half_or_more"}]}

    response = post(signed_in(bedside.nurse), url, body)

    assert response.status_code == 201, response.content
    assert BedsideFinding.objects.get(criterion="j_pulm_rales_abs").state == "present"


@pytest.mark.parametrize(("question", "option"), [("j_mood", "good"), ("j_crackles", "some")])
def test_a_finding_is_refused_when_the_protocol_does_not_know_it(bedside: Bedside, question: str, option: str) -> None:
    url = f"/api/v1/courses/{bedside.course.pk}/findings"
    known = {"question": "j_breathing", "option": "easy"}
    answers = [known, {"question": question, "option": option}]

    response = post(signed_in(bedside.nurse), url, {"observed_at": NOW.isoformat(), "answers": answers})

    assert response.status_code == 422
    assert not BedsideFinding.objects.exists()


def test_the_board_tells_every_bed_of_the_ward_when_a_member_asks(bedside: Bedside) -> None:
    response = signed_in(bedside.nurse).get(f"/api/v1/wards/{bedside.ward.pk}/board")

    board = told(response)
    assert [card["course"] for card in board["cards"]] == [bedside.course.pk]
    assert board["server_time"] == NOW.isoformat()
    assert board["cards"][0]["verdict"] == "UNDECIDED"


def test_the_board_is_not_there_when_somebody_of_another_ward_asks(bedside: Bedside) -> None:
    other = make_nurse(make_ward(bedside.site, "7-west"))

    assert signed_in(other).get(f"/api/v1/wards/{bedside.ward.pk}/board").status_code == 404
    assert Client().get(f"/api/v1/wards/{bedside.ward.pk}/board").status_code == 401


def test_nothing_is_answered_for_a_dose_when_it_does_not_exist(bedside: Bedside) -> None:
    highest = Dose.objects.order_by("-pk").first()
    assert highest is not None

    response = post(signed_in(bedside.nurse), f"/api/v1/doses/{highest.pk + 1}/omit", {"reason_code": "away"})

    assert response.status_code == 404
