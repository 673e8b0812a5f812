"""Does a subscriber hear of every hold, stop, held dose and grave grade, signed, in order, and never lost?"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import close_old_connections, transaction
from pytest_django import Settings

from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.services import devices
from monitoring import tasks
from monitoring.interop.webhooks import delivering
from monitoring.models import Delivery, Subscription
from monitoring.services import confirmations, gate, hook_deliveries, rounds, subscriptions
from monitoring.services.hook_deliveries import FIRST_PAUSE, LEASE, LONGEST_PAUSE
from tests.dosing.builders import NOW, Bedside, due, make_bedside
from tests.monitoring.charting import chart_all_fine, creatinine, record, value, work
from tests.monitoring.interop.subscribers import holds, registry, subscribed, told_to
from tests.receiver import Receiver, receiving

RAISED = due(1) - timedelta(minutes=30)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A subscriber's server."""
    with receiving() as running:
        yield running


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The clock that the tasks read, moved by the test."""
    now = [RAISED]
    monkeypatch.setattr("il2ward.clock.now", lambda: now[0])
    return now


@pytest.fixture
def bedside(db: None, moving: list[datetime]) -> Bedside:
    """A patient with everything fine."""
    bedside = make_bedside(at=NOW)
    chart_all_fine(bedside, at=NOW)
    return bedside


def raise_creatinine(bedside: Bedside, text: str = "3.4", at: datetime = RAISED) -> None:
    """A result that holds the next dose."""
    record(bedside, [creatinine(text, at=at)], at=at)
    work(bedside, at=at)


def lined_up(subscription: Subscription, count: int) -> None:
    """So many deliveries in line, numbered."""
    for number in range(count):
        Delivery.objects.create(
            subscription=subscription, event_id=f"00000000-0000-4000-8000-00000000000{number}",
            subject=str(number), body=json.dumps({"number": number}), occurred_at=RAISED, next_at=RAISED,
            give_up_at=RAISED + timedelta(hours=24),
        )  # fmt: skip


def test_a_hold_reaches_its_subscriber_once_and_signed(bedside: Bedside, receiver: Receiver) -> None:
    subscription, secret = subscribed(registry(bedside.site), receiver)

    raise_creatinine(bedside)
    rounds.look_at(course_id=bedside.course.pk, at=RAISED + timedelta(seconds=16))
    tasks.tell_subscriber(subscription_id=subscription.pk)
    tasks.tell_subscriber(subscription_id=subscription.pk)

    (got,), (told,) = receiver.got, told_to(receiver)
    assert holds(secret, got)
    assert not holds(secret, type(got)(got.path, got.headers, got.body + b" "))
    assert told["id"] == got.headers["webhook-id"]
    held = bedside.course.assessments.filter(verdict="HOLD").get()
    assert (told["type"], told["resource"], told["dose"]) == ("il2ward.hold", f"DetectedIssue/{held.pk}", 1)
    assert told["evidence"]
    assert all(one.startswith("Observation/") for one in told["evidence"])
    assert got.headers["webhook-timestamp"] == str(int(RAISED.timestamp()))


def test_nothing_told_names_the_patient_or_a_value(bedside: Bedside, receiver: Receiver) -> None:
    device = registry(bedside.site)
    made = [subscribed(device, receiver, topic)[0] for topic in Subscription.TOPICS]

    raise_creatinine(bedside, "4.4")
    for one in made:
        tasks.tell_subscriber(subscription_id=one.pk)

    said = "".join(got.body.decode() for got in receiver.got)
    assert len(receiver.got) >= 3
    patient = bedside.patient
    for secret in (patient.family_name, patient.given_name, patient.mrn, str(patient.birth_date), "4.4"):
        assert secret not in said


def test_a_dose_closed_as_held_is_told_and_one_refused_is_not(
    bedside: Bedside, receiver: Receiver, moving: list[datetime]
) -> None:
    subscription, _ = subscribed(registry(bedside.site), receiver, "dose-held")
    nurse = Actor(user=bedside.nurse)

    gate.hold_dose(dose_id=bedside.dose(1).pk, reason_code="toxicity", reason_text="x", actor=nurse, at=due(1))
    gate.refuse_dose(dose_id=bedside.dose(2).pk, reason_code="patient_wish", reason_text="", actor=nurse, at=due(2))
    moving[0] = due(2)
    tasks.tell_subscriber(subscription_id=subscription.pk)

    assert [one["resource"] for one in told_to(receiver)] == [f"MedicationAdministration/{bedside.dose(1).pk}"]


def test_a_dose_that_nobody_acted_on_under_a_hold_is_told(
    bedside: Bedside, receiver: Receiver, moving: list[datetime]
) -> None:
    subscription, _ = subscribed(registry(bedside.site), receiver, "dose-held")
    raise_creatinine(bedside)

    rounds.make_round(part="worker", at=due(2), by_worker=True)
    moving[0] = due(2)
    tasks.tell_subscriber(subscription_id=subscription.pk)

    assert [one["dose"] for one in told_to(receiver)] == [1]


def test_a_physicians_stop_is_told_as_a_stop(bedside: Bedside, receiver: Receiver) -> None:
    subscription, _ = subscribed(registry(bedside.site), receiver, "stop")

    gate.decide(
        dose_id=bedside.dose(1).pk, kind="stop_cycle", outcome_token="", reason_code="toxicity", reason_text="x",
        reauthenticated=False, actor=Actor(user=bedside.physician), at=RAISED,
    )  # fmt: skip
    tasks.tell_subscriber(subscription_id=subscription.pk)

    assert [(one["type"], one["verdict"]) for one in told_to(receiver)] == [("il2ward.stop", "STOP_CYCLE")]


def test_a_grave_grade_is_told_as_proposed_and_again_once_it_is_confirmed(bedside: Bedside, receiver: Receiver) -> None:
    subscription, _ = subscribed(registry(bedside.site), receiver, "grade-3")
    low = [value("phenylephrine_rate", "0.4", "ug/kg/min", at=RAISED)]

    record(bedside, low, at=RAISED)
    work(bedside, at=RAISED)
    work(bedside, at=RAISED)
    row = bedside.course.grades.filter(grade__gte=3, proposed=True).latest("pk")
    nurse = Actor(user=bedside.nurse)
    confirmations.confirm(grade_id=row.pk, confirmed_grade=row.grade, reason="", actor=nurse, at=RAISED)
    tasks.tell_subscriber(subscription_id=subscription.pk)

    said = [(one["term"], one["grade"], one["state"], one["resource"]) for one in told_to(receiver)]
    assert said == [
        (row.term, row.grade, "proposed", f"Observation/grade-{row.pk}"),
        (row.term, row.grade, "confirmed", f"Observation/grade-{row.pk}"),
    ]


def test_a_medium_alert_is_told_and_a_low_one_is_not(bedside: Bedside, receiver: Receiver) -> None:
    subscription, _ = subscribed(registry(bedside.site), receiver, "alert")

    raise_creatinine(bedside)
    tasks.tell_subscriber(subscription_id=subscription.pk)

    told = told_to(receiver)
    alerts = {alert.pk: alert for alert in bedside.course.alerts.all()}
    assert {one["severity"] for one in told} <= {"high", "medium"}
    assert {one["alert"] for one in told} == {pk for pk, alert in alerts.items() if alert.severity != "low"} != set()


def test_nobody_else_is_told(bedside: Bedside, receiver: Receiver) -> None:
    elsewhere = make_bedside(at=NOW)
    off, _ = subscribed(registry(bedside.site, "off"), receiver)
    subscriptions.switch_off(subscription=off, actor=SYSTEM, at=NOW)
    revoked = registry(bedside.site, "revoked")
    subscribed(revoked, receiver)
    devices.revoke(device=revoked, actor=SYSTEM, at=NOW)
    subscribed(registry(elsewhere.site, "elsewhere"), receiver)
    subscribed(registry(bedside.site, "other topic"), receiver, "stop")

    raise_creatinine(bedside)

    assert not Delivery.objects.exists()


def test_an_event_is_gone_with_the_transaction_that_was_rolled_back(bedside: Bedside, receiver: Receiver) -> None:
    subscribed(registry(bedside.site), receiver)

    with transaction.atomic():
        raise_creatinine(bedside)
        waiting = Delivery.objects.count()
        transaction.set_rollback(True)

    assert (waiting, Delivery.objects.count()) == (1, 0)


def test_a_receiver_that_was_down_hears_everything_later_and_in_order(
    bedside: Bedside, receiver: Receiver, moving: list[datetime]
) -> None:
    subscription, _ = subscribed(registry(bedside.site), receiver)
    lined_up(subscription, 3)
    receiver.status = 503

    tasks.tell_subscriber(subscription_id=subscription.pk)
    tasks.tell_subscriber(subscription_id=subscription.pk)
    moving[0] += FIRST_PAUSE - timedelta(microseconds=1)
    tasks.tell_subscriber(subscription_id=subscription.pk)
    assert [one["number"] for one in told_to(receiver)] == [0]
    assert Delivery.objects.get(subject="0").failure == "Answered 503."

    receiver.status = 204
    moving[0] += timedelta(microseconds=1)
    assert hook_deliveries.due(at=moving[0]) == [subscription.pk]
    tasks.tell_subscriber(subscription_id=subscription.pk)
    assert [one["number"] for one in told_to(receiver)] == [0, 0, 1, 2]
    assert hook_deliveries.due(at=moving[0]) == []


@pytest.mark.parametrize(("attempts", "pause_s"), [(1, 5), (2, 10), (3, 20), (7, 320), (8, 600), (4000, 600)])
def test_the_pause_doubles_up_to_ten_minutes(attempts: int, pause_s: int) -> None:
    assert hook_deliveries.pause_after(attempts) == timedelta(seconds=pause_s) <= LONGEST_PAUSE


def test_a_delivery_is_given_up_after_a_day_told_and_sent_again_by_hand(
    bedside: Bedside, receiver: Receiver, moving: list[datetime]
) -> None:
    subscription, _ = subscribed(registry(bedside.site), receiver)
    lined_up(subscription, 1)
    receiver.status = 500

    moving[0] += timedelta(hours=24) - timedelta(microseconds=1)
    tasks.tell_subscriber(subscription_id=subscription.pk)
    assert Delivery.objects.get().given_up_at is None
    moving[0] += FIRST_PAUSE
    tasks.tell_subscriber(subscription_id=subscription.pk)
    row = Delivery.objects.get()
    assert row.given_up_at == moving[0]
    assert AuditEvent.objects.filter(event="delivery.given_up").count() == 1

    receiver.status = 200
    assert hook_deliveries.send_again(delivery=row, actor=Actor(user=bedside.admin), at=moving[0])
    tasks.tell_subscriber(subscription_id=subscription.pk)
    assert Delivery.objects.get().delivered_at == moving[0]
    assert len({got.headers["webhook-id"] for got in receiver.got}) == 1


def test_an_event_is_sent_again_under_its_id_when_the_worker_died_after_sending(
    bedside: Bedside, receiver: Receiver, moving: list[datetime]
) -> None:
    subscription, _ = subscribed(registry(bedside.site), receiver)
    lined_up(subscription, 1)
    attempt = hook_deliveries.claim(subscription_id=subscription.pk, at=moving[0])
    assert attempt is not None
    assert delivering.send(attempt, at=moving[0]) == ""

    moving[0] += LEASE - timedelta(microseconds=1)
    tasks.tell_subscriber(subscription_id=subscription.pk)
    assert len(receiver.got) == 1
    moving[0] += timedelta(microseconds=1)
    tasks.tell_subscriber(subscription_id=subscription.pk)

    assert [got.headers["webhook-id"] for got in receiver.got] == [str(attempt.event_id)] * 2
    assert not hook_deliveries.settle(attempt, failure="late", at=moving[0])
    assert Delivery.objects.get().delivered_at == moving[0]


def test_a_secret_made_from_a_former_key_still_signs_and_a_lost_one_never_does(
    bedside: Bedside, receiver: Receiver, settings: Settings
) -> None:
    subscription, secret = subscribed(registry(bedside.site), receiver)
    lined_up(subscription, 2)
    old = settings.SECRET_KEY

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [old]
    attempt = hook_deliveries.claim(subscription_id=subscription.pk, at=RAISED)
    assert attempt is not None
    assert delivering.send(attempt, at=RAISED) == ""
    assert holds(secret, receiver.got[0])

    settings.SECRET_KEY_FALLBACKS = []
    assert "subscribe again" in delivering.send(attempt, at=RAISED)
    assert len(receiver.got) == 1


def test_two_workers_send_each_event_once_and_in_order(fresh_database: None) -> None:
    with receiving() as receiver:
        with transaction.atomic():
            site = make_bedside(at=NOW).site
        subscription, _ = subscribed(registry(site), receiver)
        lined_up(subscription, 5)
        receiver.after_s = 0.02

        def work_on() -> None:
            for _ in range(40):
                delivering.deliver(subscription.pk)
            close_old_connections()

        workers = [threading.Thread(target=work_on) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(30)

        assert [one["number"] for one in told_to(receiver)] == [0, 1, 2, 3, 4]
        assert Delivery.objects.filter(delivered_at__isnull=False, attempts=1).count() == 5
