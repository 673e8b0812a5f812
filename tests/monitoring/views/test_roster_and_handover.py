"""The on-call plan and the handover screen: who may, what is kept, what is never forgotten."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from dosing.domain.verdict import Verdict
from il2ward import clock
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from monitoring.models import ContactAddress, EscalationTimes, Handover, OnCallShift
from monitoring.services import rounds
from tests.dosing.builders import Bedside, make_bedside, make_nurse, make_ward
from tests.monitoring.charting import chart_all_fine, creatinine, open_alerts, record, work
from tests.monitoring.views.present import says
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def vienna(settings: Settings) -> None:
    """Pages show and read Vienna's time."""
    settings.IL2WARD_TIME_ZONE = "Europe/Vienna"


@pytest.fixture
def bedside(now: datetime) -> Bedside:
    return make_bedside(at=now - HOUR)


def page(bedside: Bedside, user: User, name: str) -> str:
    answer = signed_in(user).get(f"/wards/{bedside.ward.pk}/{name}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def send(bedside: Bedside, user: User, name: str, **fields: object) -> str:
    answer = signed_in(user).post(f"/wards/{bedside.ward.pk}/{name}/", fields, follow=True)
    return " ".join(answer.content.decode().split()) if answer.status_code == 200 else str(answer.status_code)


def shift(bedside: Bedside, start: str = "2030-01-07T08:00", end: str = "2030-01-07T20:00") -> dict[str, object]:
    return {"rung": "first", "physician": bedside.physician.pk, "from": start, "until": end}


@pytest.mark.usefixtures("vienna")
def test_physician_plans_in_the_wards_own_time_and_takes_it_out_again(bedside: Bedside) -> None:
    said = send(bedside, bedside.physician, "on-call/plan", **shift(bedside))

    row = OnCallShift.objects.get()
    assert row.from_at.isoformat() == "2030-01-07T07:00:00+00:00", "Vienna is an hour ahead in winter"
    assert f"{bedside.physician} is on call." in said

    send(bedside, bedside.physician, f"on-call/{row.pk}/withdraw")
    row.refresh_from_db()
    assert row.withdrawn_by == bedside.physician


@pytest.mark.usefixtures("vienna")
@pytest.mark.parametrize("start", ["", "soon", "2030-03-31T02:30", "2030-10-27T02:30", "2030-01-07T08:00+01:00"])
def test_shift_is_refused_when_nobody_can_know_the_instant(bedside: Bedside, start: str) -> None:
    said = send(bedside, bedside.physician, "on-call/plan", **shift(bedside, start, "2030-11-01T08:00"))

    assert "Nothing was changed." in said
    assert not OnCallShift.objects.exists()


def test_board_and_plan_warn_of_hours_that_nobody_covers(bedside: Bedside) -> None:
    assert "Nobody on call:" in page(bedside, bedside.nurse, "cards")
    assert "for some of the next 72 hours" in page(bedside, bedside.nurse, "on-call")

    for rung in ("first", "second"):
        OnCallShift.objects.create(
            ward=bedside.ward, rung=rung, physician=bedside.physician, from_at=clock.now() - HOUR,
            until_at=clock.now() + 100 * HOUR, entered_by=bedside.admin, entered_at=clock.now(),
        )  # fmt: skip
    assert "Nobody on call:" not in page(bedside, bedside.nurse, "cards")
    assert "Somebody is on call at each step" in page(bedside, bedside.admin, "on-call")


def test_nurse_reads_the_plan_and_changes_nothing(bedside: Bedside) -> None:
    assert "Put somebody on call" not in page(bedside, bedside.nurse, "on-call")
    for name in ("on-call/plan", "on-call/times", "on-call/addresses"):
        assert send(bedside, bedside.nurse, name, **shift(bedside)) == "403"


def test_admin_sets_times_and_addresses_and_a_physician_sees_only_their_own(bedside: Bedside) -> None:
    times = {"step_high_min": 3, "step_medium_min": 9, "ack_high_min": 10, "ack_medium_min": 30}
    assert "The times count from now on." in send(
        bedside, bedside.admin, "on-call/times", **times, reason="Small shift"
    )
    assert EscalationTimes.objects.get().set_by == bedside.admin
    assert send(bedside, bedside.physician, "on-call/times", **times, reason="Small shift") == "403"
    for whose, address in (("ward", "ward@hospital.example"), (bedside.physician.pk, "haas@hospital.example")):
        send(bedside, bedside.admin, "on-call/addresses", physician=whose, channel="email", address=address)
    assert ContactAddress.objects.count() == 2

    own, other = (page(bedside, who, "on-call") for who in (bedside.physician, bedside.physician2))
    assert "haas@hospital.example" in own
    assert "haas@hospital.example" not in other
    assert "ward@hospital.example" not in other

    row = ContactAddress.objects.get(person=bedside.physician)
    assert "Nothing was changed." in send(bedside, bedside.physician2, f"on-call/addresses/{row.pk}/end")
    assert "used no more" in send(bedside, bedside.physician, f"on-call/addresses/{row.pk}/end")


def test_other_wards_have_no_plan_and_no_handover(bedside: Bedside) -> None:
    stranger = signed_in(make_nurse(make_ward(bedside.site, "elsewhere")))
    for name in ("on-call", "handover"):
        assert stranger.get(f"/wards/{bedside.ward.pk}/{name}/").status_code == 404


@pytest.fixture
def held(bedside: Bedside, now: datetime) -> Bedside:
    """A hold with its alert, and nothing decided."""
    chart_all_fine(bedside, at=now - 10 * timedelta(minutes=1))
    record(bedside, [creatinine("3.4", at=now)], at=now)
    work(bedside, at=now)
    return bedside


def test_handover_names_alerts_doses_and_what_waits_for_a_decision(held: Bedside) -> None:
    text = page(held, held.nurse, "handover")

    assert open_alerts(held)["gate"].text in text.replace("&#x27;", "'")
    assert "Doses due within 8 hours · 1" in text
    assert "decision · 1" in text
    assert "Nobody has taken over this ward" in text


def test_nothing_is_said_and_not_left_blank(bedside: Bedside) -> None:
    says(bedside.dose(1), Verdict.CONTINUE, at=clock.now())
    text = page(bedside, bedside.nurse, "handover")

    assert "Open alerts · 0" in text
    assert "None that the server knows of." in text


def test_taking_over_keeps_from_whom_and_what_was_open(held: Bedside) -> None:
    send(held, held.nurse, "handover/take-over", other=held.nurse2.pk, note="Bed 3 is frightened")

    row = Handover.objects.get()
    assert (row.by, row.other, row.kind, row.note) == (held.nurse, held.nurse2, "taken", "Bed 3 is frightened")
    assert {one["severity"] for one in row.was_open["alerts"]} >= {"high"}
    assert row.was_open["awaiting"] == [{"bed": held.bed.label, "verdict": "HOLD"}]
    assert held.patient.family_name not in str(row.was_open)
    event = AuditEvent.objects.get(event="handover.taken")
    assert json.loads(event.body)["was_open"]["awaiting"] == 1


def test_the_last_on_duty_leaves_only_when_somebody_took_over(bedside: Bedside) -> None:
    send(bedside, bedside.nurse, "handover/take-over")
    assert "Nobody else has taken over this ward" in send(bedside, bedside.nurse, "handover/leave")

    send(bedside, bedside.nurse2, "handover/take-over", other=bedside.nurse.pk)
    assert "You have left the ward." in send(bedside, bedside.nurse, "handover/leave", other=bedside.nurse2.pk)
    assert list(Handover.objects.order_by("id").values_list("kind", flat=True)) == ["taken", "taken", "left"]


def test_admin_reads_the_handover_and_takes_nothing_over(bedside: Bedside) -> None:
    assert "Take over as" not in page(bedside, bedside.admin, "handover")
    assert send(bedside, bedside.admin, "handover/take-over") == "403"


def test_card_names_what_to_renew_before_the_dose(bedside: Bedside, now: datetime) -> None:
    """Charted 61 minutes before the window's middle: it lapses a minute before the dose."""
    due_at = bedside.dose(1).due_at
    chart_all_fine(bedside, at=due_at - timedelta(minutes=121))
    rounds.look_at(course_id=bedside.course.pk, at=now)

    text = page(bedside, bedside.nurse, "cards")
    assert "Renew before the dose:" in text
    assert "Heart rate" in text
