"""Does a program plan who is on call as the page does, and is it refused where the page refuses?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from il2ward.staff.models import User
from monitoring.models import ContactAddress, EscalationTimes, OnCallShift
from tests.dosing.builders import NOW, Bedside, make_admin, make_nurse, make_site, make_ward
from tests.monitoring.api.bedside_client import post, told
from tests.signed_in import signed_in

TIMES = {
    "step_high_min": 2, "step_medium_min": 10, "ack_high_min": 10, "ack_medium_min": 30,
    "reason": "Agreed with the night team",
}  # fmt: skip


def sent(person: User, bedside: Bedside, path: str, body: dict[str, Any]) -> tuple[int, Any]:
    """Status and content."""
    response = post(signed_in(person), f"/api/v1/wards/{bedside.ward.pk}/roster{path}", body)
    return response.status_code, told(response)


def shift(bedside: Bedside, **changed: str) -> dict[str, str]:
    """A night on call."""
    until_at = (NOW + timedelta(hours=12)).isoformat()
    made = {"rung": "first", "physician": bedside.physician.username, "from_at": NOW.isoformat(), "until_at": until_at}
    return made | changed


def test_a_physician_is_planned_reached_and_taken_out_again(bedside: Bedside) -> None:
    status, planned = sent(bedside.physician, bedside, "/shifts", shift(bedside))
    assert (status, planned["physician"]) == (201, bedside.physician.username)
    own = {"physician": bedside.physician.username, "channel": "email", "address": "haas@hospital.example"}
    status, kept = sent(bedside.physician, bedside, "/addresses", own)
    assert status == 201

    page = told(signed_in(bedside.nurse).get(f"/api/v1/wards/{bedside.ward.pk}/roster"))
    [first] = [one for one in page["ladder"] if one["person"] == bedside.physician.username]
    assert first["is_reached"]
    assert [one["id"] for one in page["shifts"]] == [planned["id"]]
    assert "haas@" not in str(page)

    assert sent(bedside.admin, bedside, f"/addresses/{kept['id']}/end", {})[0] == 200
    assert sent(bedside.admin, bedside, f"/shifts/{planned['id']}/withdraw", {})[0] == 200
    assert OnCallShift.objects.get().withdrawn_by == bedside.admin
    assert ContactAddress.objects.get().ended_at == NOW
    assert sent(bedside.admin, bedside, f"/shifts/{planned['id']}/withdraw", {})[0] == 422


@pytest.mark.parametrize(
    ("change", "status"),
    [({"rung": "third"}, 422), ({"physician": "nobody"}, 422), ({"from_at": "2026-03-02T06:00:00"}, 422),
     ({"until_at": NOW.isoformat()}, 422), ({"until_at": (NOW + timedelta(days=15)).isoformat()}, 422)],
)  # fmt: skip
def test_nothing_is_planned_when_the_shift_makes_no_sense(
    bedside: Bedside, change: dict[str, str], status: int
) -> None:
    assert sent(bedside.admin, bedside, "/shifts", shift(bedside, **change))[0] == status
    assert not OnCallShift.objects.exists()


def test_a_second_shift_at_the_same_time_is_refused_as_things_stand(bedside: Bedside) -> None:
    sent(bedside.admin, bedside, "/shifts", shift(bedside))
    status, answer = sent(bedside.admin, bedside, "/shifts", shift(bedside, physician=bedside.physician2.username))
    assert (status, answer["code"]) == (409, "shifts-overlap")


def test_the_times_are_an_admins_to_choose_and_a_high_alert_waits_no_longer(bedside: Bedside) -> None:
    assert sent(bedside.physician, bedside, "/times", TIMES)[0] == 403
    assert sent(bedside.admin, bedside, "/times", TIMES | {"step_high_min": 11})[0] == 422
    assert sent(bedside.admin, bedside, "/times", TIMES | {"step_high_min": 0})[0] == 422
    assert not EscalationTimes.objects.exists()

    assert sent(bedside.admin, bedside, "/times", TIMES)[0] == 201

    assert EscalationTimes.objects.get().step_high_min == 2


def test_neither_a_nurse_nor_another_hospital_plans_who_is_on_call(bedside: Bedside) -> None:
    far = make_admin(make_ward(make_site("far"), "far"))
    whole_ward = {"physician": None, "channel": "email", "address": "ward@hospital.example"}
    assert sent(bedside.nurse, bedside, "/shifts", shift(bedside))[0] == 403
    assert sent(far, bedside, "/shifts", shift(bedside))[0] == 404
    assert sent(bedside.physician, bedside, "/addresses", whole_ward)[0] == 403
    elsewhere = make_nurse(make_ward(bedside.site, "other"))
    assert signed_in(elsewhere).get(f"/api/v1/wards/{bedside.ward.pk}/roster").status_code == 404
    assert not OnCallShift.objects.exists()
    assert not ContactAddress.objects.exists()
