"""An alert nobody answers reaches who is on call at that instant, by their addresses, and its history says so."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.services.refusals import AdminsWriteNothingClinical, ReasonMissing
from il2ward.audit.actor import Actor
from il2ward.staff.models import User
from monitoring.domain.escalation import Rung
from monitoring.models import Alert, AlertDelivery, AlertEvent
from monitoring.selectors.roster import Minutes
from monitoring.services import alert_messages, alerts, escalation, roster
from tests.dosing.builders import NOW, Bedside, due
from tests.monitoring.charting import chart_all_fine, creatinine, open_alerts, record, value, work

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
AT = due(1) - 30 * MINUTE


@pytest.fixture
def held(bedside: Bedside) -> Bedside:
    """A ward with two physicians on call, each with an address, and a hold raised at ``AT``."""
    by = Actor(user=bedside.admin)
    for rung, physician in (("first", bedside.physician), ("second", bedside.physician2)):
        on_call(bedside, rung, physician)
        roster.add_address(
            ward=bedside.ward, person=physician, channel="email", address=f"{rung}@hospital.example", actor=by, at=NOW
        )
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    record(bedside, [creatinine("3.4", at=AT)], at=AT)
    work(bedside, at=AT)
    return bedside


def on_call(bedside: Bedside, rung: str, physician: User, hours: int = 24) -> None:
    roster.plan(
        ward=bedside.ward, rung=rung, physician=physician, from_at=NOW, until_at=NOW + hours * HOUR,
        actor=Actor(user=bedside.admin), at=NOW,
    )  # fmt: skip


def alert_of(bedside: Bedside) -> Alert:
    return open_alerts(bedside)["gate"]


def addresses() -> list[str]:
    return list(AlertDelivery.objects.order_by("id").values_list("address", flat=True))


def says(alert: Alert, step: str) -> list[str]:
    return list(AlertEvent.objects.filter(alert=alert, step=step).order_by("id").values_list("text", flat=True))


def test_unanswered_alert_reaches_first_then_second_then_the_last_resort(held: Bedside) -> None:
    reached = []
    for minutes in (4, 5, 10, 15):
        escalation.sweep(at=AT + minutes * MINUTE)
        reached.append(alert_of(held).escalation)

    assert reached == [0, 1, 2, 3]
    assert {one for one in addresses() if one} >= {"first@hospital.example", "second@hospital.example"}
    last = says(alert_of(held), "escalated")[-1]
    assert last == "Now with the ward's last resort. No address is known, so nothing was sent."


def test_the_roster_of_that_instant_counts(held: Bedside) -> None:
    shift = held.ward.on_call_shifts.get(rung="first")
    roster.withdraw(shift_id=shift.pk, ward=held.ward, actor=Actor(user=held.admin), at=AT + MINUTE)
    roster.plan(
        ward=held.ward, rung="first", physician=held.physician2, from_at=AT + MINUTE, until_at=AT + HOUR,
        actor=Actor(user=held.admin), at=AT + MINUTE,
    )  # fmt: skip

    escalation.sweep(at=AT + 5 * MINUTE)

    assert f"Now with the physician on call, {held.physician2}." in says(alert_of(held), "escalated")[0]


def test_an_empty_rung_is_passed_over_at_once_and_said(held: Bedside) -> None:
    shift = held.ward.on_call_shifts.get(rung="first")
    roster.withdraw(shift_id=shift.pk, ward=held.ward, actor=Actor(user=held.admin), at=AT)

    escalation.sweep(at=AT + 5 * MINUTE)

    assert alert_of(held).escalation == Rung.SECOND.place
    assert says(alert_of(held), "escalated")[0].startswith("There is no physician on call. Now with the second")


def test_lapsed_acknowledgement_goes_on_to_the_next_person(held: Bedside) -> None:
    alerts.acknowledge(alert_id=alert_of(held).pk, plan="Measuring again", actor=Actor(user=held.nurse), at=AT)

    escalation.sweep(at=AT + 15 * MINUTE)

    alert = alert_of(held)
    assert (alert.acknowledged_at, alert.escalation) == (None, Rung.FIRST.place)


def test_a_nurse_stops_the_ladder_at_the_bedside_and_is_kept_as_seen_above_it(held: Bedside) -> None:
    escalation.sweep(at=AT + 5 * MINUTE)
    nurse = Actor(user=held.nurse)
    alerts.acknowledge(alert_id=alert_of(held).pk, plan="Coming to the bed", actor=nurse, at=AT + 6 * MINUTE)

    assert alert_of(held).acknowledged_at is None
    assert says(alert_of(held), "seen") == ["Coming to the bed"]

    escalation.sweep(at=AT + 10 * MINUTE)
    assert alert_of(held).escalation == Rung.SECOND.place


def test_worse_is_told_again_where_it_stands(held: Bedside) -> None:
    escalation.sweep(at=AT + 5 * MINUTE)
    alerts.acknowledge(alert_id=alert_of(held).pk, plan="Seen", actor=Actor(user=held.physician), at=AT + 6 * MINUTE)
    before = len(addresses())

    record(held, [value("heart_rate", "136", "/min", at=AT + 7 * MINUTE)], at=AT + 7 * MINUTE)
    work(held, at=AT + 7 * MINUTE)

    alert = alert_of(held)
    assert (alert.acknowledged_at, alert.escalation) == (None, Rung.FIRST.place)
    assert len(addresses()) == before + 1


def test_nobody_is_called_for_what_is_over_and_only_not_seen_yet(held: Bedside) -> None:
    message = first_message(held)
    Alert.objects.filter(pk=message.alert_id).update(condition_gone_at=AT + 6 * MINUTE)

    assert alert_messages.take(message.pk, at=AT + 6 * MINUTE) is None
    escalation.sweep(at=AT + 10 * MINUTE)
    alert = alert_of(held)
    assert (alert.escalation, alert.next_due_at, alert.cleared_at) == (1, None, None)


def test_the_wards_own_times_count(held: Bedside) -> None:
    roster.set_times(
        ward=held.ward,
        minutes=Minutes(2, 4, 10, 20),
        reason="Night shift is small",
        actor=Actor(user=held.admin),
        at=AT,
    )
    alert = alerts.acknowledge(alert_id=alert_of(held).pk, plan="x", actor=Actor(user=held.nurse), at=AT - 5 * MINUTE)
    assert alert.ack_expires_at == AT, "half an hour before the dose comes first"

    escalation.sweep(at=AT)
    assert alert_of(held).next_due_at == AT + 2 * MINUTE


def test_sending_on_by_hand_moves_at_once_and_needs_a_reason(held: Bedside) -> None:
    alert, nurse = alert_of(held), Actor(user=held.nurse)
    alerts.acknowledge(alert_id=alert.pk, plan="x", actor=nurse, at=AT)
    with pytest.raises(ReasonMissing):
        escalation.by_hand(alert_id=alert.pk, reason="now ", actor=nurse, at=AT)
    with pytest.raises(AdminsWriteNothingClinical):
        escalation.by_hand(alert_id=alert.pk, reason="He looks grey", actor=Actor(user=held.admin), at=AT)

    moved = escalation.by_hand(alert_id=alert.pk, reason="He looks grey", actor=nurse, at=AT)

    assert (moved.escalation, moved.acknowledged_at, moved.next_due_at) == (1, None, AT + 5 * MINUTE)
    assert says(alert, "sent_on")[0].startswith("He looks grey. Now with the physician on call, ")


def test_a_comment_is_added_to_a_closed_alert(held: Bedside) -> None:
    alert = alert_of(held)
    Alert.objects.filter(pk=alert.pk).update(cleared_at=AT)
    with pytest.raises(ReasonMissing):
        escalation.comment(alert_id=alert.pk, text=" ", actor=Actor(user=held.physician), at=AT)

    escalation.comment(alert_id=alert.pk, text="Was a bad sample", actor=Actor(user=held.physician), at=AT)

    assert says(alert, "commented") == ["Was a bad sample"]


def first_message(held: Bedside) -> AlertDelivery:
    escalation.sweep(at=AT + 5 * MINUTE)
    return AlertDelivery.objects.filter(alert=alert_of(held)).get()


def test_two_workers_never_have_the_same_message_and_a_dead_ones_comes_again(held: Bedside) -> None:
    message, at = first_message(held), AT + 5 * MINUTE

    assert alert_messages.take(message.pk, at=at) is not None
    assert alert_messages.take(message.pk, at=at + timedelta(seconds=59)) is None
    assert message.pk not in alert_messages.due(at=at + timedelta(seconds=59))
    assert alert_messages.take(message.pk, at=at + timedelta(seconds=60)) is not None


def test_an_answered_alert_spares_its_message(held: Bedside) -> None:
    message = first_message(held)
    alerts.acknowledge(alert_id=message.alert_id, plan="x", actor=Actor(user=held.physician), at=AT + 5 * MINUTE)

    assert alert_messages.take(message.pk, at=AT + 6 * MINUTE) is None
    message.refresh_from_db()
    assert message.spared_at == AT + 6 * MINUTE


def test_when_nobody_at_a_rung_is_reached_the_alert_goes_on_before_its_time(held: Bedside) -> None:
    message, at = first_message(held), AT + 5 * MINUTE
    for _ in range(7):
        message.refresh_from_db()
        at = max(at, message.next_try_at)
        assert alert_messages.take(message.pk, at=at) is not None
        alert_messages.failed(message.pk, "Nobody there.", at=at)

    message.refresh_from_db()
    assert message.given_up_at == at
    assert says(alert_of(held), "not_told") == [f"{held.physician} could not be sent an e-mail: Nobody there."]
    assert escalation.sweep(at=at) >= 1
