"""The alert inbox: what, since when, how the value went, who was told; two more acts besides the acknowledgement."""

from __future__ import annotations

from datetime import timedelta

import pytest

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.staff.models import User
from monitoring.models import Alert, AlertDelivery, AlertEvent
from monitoring.services import escalation, roster
from tests.dosing.builders import Bedside, make_bedside, make_nurse, make_ward
from tests.monitoring.charting import chart_all_fine, creatinine, open_alerts, record, work
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def held() -> Bedside:
    """A creatinine that rose to 3.4 six minutes ago, and a physician on call who has an address."""
    at = clock.now() - 6 * MINUTE
    bedside = make_bedside(at=at - 60 * MINUTE)
    roster.plan(
        ward=bedside.ward, rung="first", physician=bedside.physician, from_at=at, until_at=at + 600 * MINUTE,
        actor=Actor(user=bedside.admin), at=at,
    )  # fmt: skip
    chart_all_fine(bedside, at=at - 10 * MINUTE)
    record(bedside, [creatinine("3.4", at=at)], at=at)
    work(bedside, at=at)
    return bedside


def inbox(user: User) -> str:
    client = signed_in(user)
    return " ".join(client.get("/alerts/").content.decode().split())


def post(user: User, address: str, body: dict[str, str]) -> int:
    client = signed_in(user)
    key = {"Idempotency-Key": f"{address}-{user.pk}"}
    return client.post(f"/api/v1/alerts/{address}", body, content_type="application/json", headers=key).status_code


def gate_of(bedside: Bedside) -> Alert:
    return open_alerts(bedside)["gate"]


def test_trend_is_drawn_and_said_in_words(held: Bedside) -> None:
    text = inbox(held.physician)

    assert "<polyline points=" in text
    assert '<b>Creatinine</b> 0.9 → <b class="value">3.4</b> mg/dL, rising' in text
    assert ": 0.9, 3.4</span>" in text


def test_nurse_is_told_that_an_escalated_alert_waits_for_a_physician(held: Bedside) -> None:
    assert "Waits for a physician" not in inbox(held.nurse)
    escalation.sweep(at=clock.now())

    text = inbox(held.nurse)
    assert "what you say is kept as seen" in text
    assert "I have seen it…" in text
    assert "with the physician on call" in text
    assert "I have seen it…" not in inbox(held.physician)


def test_a_message_nobody_took_is_shown_with_its_reason(held: Bedside) -> None:
    roster.add_address(
        ward=held.ward, person=held.physician, channel="email", address="a@b.example",
        actor=Actor(user=held.admin), at=clock.now(),
    )  # fmt: skip
    escalation.sweep(at=clock.now())
    AlertDelivery.objects.update(tries=2, last_error="The mail server did not take it.")

    text = inbox(held.nurse)
    assert f"{held.physician}: not reached yet by e-mail, tried 2 times. The mail server did not take it." in text
    assert "a@b.example" not in text


def test_sending_on_and_commenting_over_the_interface(held: Bedside) -> None:
    alert = gate_of(held)

    assert post(held.nurse, f"{alert.pk}/send-on", {"reason": "Grey and clammy"}) == 200
    assert post(held.nurse, f"{alert.pk}/comments", {"text": "Called Dr Haas by phone"}) == 200
    assert post(held.admin, f"{alert.pk}/send-on", {"reason": "Grey and clammy"}) == 403
    assert post(make_nurse(make_ward(held.site, "elsewhere")), f"{alert.pk}/comments", {"text": "x"}) == 404

    kept = AlertEvent.objects.filter(alert=alert, by=held.nurse).values_list("step", flat=True)
    assert sorted(kept) == ["commented", "sent_on"]
    text = inbox(held.nurse)
    assert "Sent on: Grey and clammy" in text
    assert "Comment: Called Dr Haas by phone" in text


@pytest.mark.parametrize(("hours", "shown"), [(11, True), (13, False)])
def test_closed_alerts_stay_for_twelve_hours_with_their_comments(held: Bedside, hours: int, shown: bool) -> None:
    alert, closed_at = gate_of(held), clock.now() - timedelta(hours=hours)
    Alert.objects.filter(pk=alert.pk).update(cleared_at=closed_at, raised_at=closed_at - MINUTE)
    escalation.comment(alert_id=alert.pk, text="A bad line", actor=Actor(user=held.physician), at=closed_at)

    assert ("“A bad line”" in inbox(held.nurse)) is shown


def test_admin_reads_and_has_no_button(held: Bedside) -> None:
    text = inbox(held.admin)

    assert "Open the course…" in text
    for word in ("Send on…", "Comment…", "Acknowledge…"):
        assert word not in text
