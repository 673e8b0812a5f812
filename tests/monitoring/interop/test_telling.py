"""Does an alert really leave the ward: by a real mail server and a real gateway, without a name, again when refused?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.health import health
from il2ward.settings import telling
from il2ward.settings.env import BadSetting
from monitoring.domain.outward import Message
from monitoring.interop.telling.channel import NotTold, channel_of
from monitoring.interop.telling.sending import message_of, send_due
from monitoring.models import Alert, AlertDelivery, AlertEvent
from monitoring.services import escalation, roster
from tests.dosing.builders import Bedside, make_bedside
from tests.mail_server import MailServer, taking_mail
from tests.monitoring.charting import chart_all_fine, creatinine, open_alerts, record, work
from tests.receiver import Receiver, receiving

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mail(settings: Settings) -> Iterator[MailServer]:
    with taking_mail() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        yield server


@pytest.fixture
def gateway() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def held(fresh_database: None) -> Bedside:
    """A hold, raised six minutes ago, with a physician on call whose addresses tests add."""
    at = clock.now() - 6 * MINUTE
    with transaction.atomic():
        bedside = make_bedside(at=at - 60 * MINUTE)
    roster.plan(
        ward=bedside.ward, rung="first", physician=bedside.physician, from_at=at, until_at=at + timedelta(hours=8),
        actor=Actor(user=bedside.admin), at=at,
    )  # fmt: skip
    chart_all_fine(bedside, at=at - MINUTE)
    record(bedside, [creatinine("3.4", at=at)], at=at)
    work(bedside, at=at)
    return bedside


def reach_by(bedside: Bedside, channel: str, address: str) -> AlertDelivery:
    """Let the physician on call be reached there, and the alert get to them."""
    roster.add_address(
        ward=bedside.ward, person=bedside.physician, channel=channel, address=address,
        actor=Actor(user=bedside.physician), at=clock.now() - 6 * MINUTE,
    )  # fmt: skip
    escalation.sweep(at=clock.now())
    return AlertDelivery.objects.filter(alert=open_alerts(bedside)["gate"]).get()


def steps(alert: Alert) -> list[str]:
    return list(AlertEvent.objects.filter(alert=alert).order_by("id").values_list("step", flat=True))


def test_who_is_on_call_gets_a_mail_with_ward_bed_severity_and_link_only(held: Bedside, mail: MailServer) -> None:
    delivery = reach_by(held, "email", "on.call@hospital.example")

    assert send_due(at=clock.now()) >= 1

    text = next(one for one in mail.got if "on.call@hospital.example" in one)
    assert f"il2ward high priority: {held.ward.name}, bed {held.bed.label}" in text
    assert "/alerts/" in text
    for private in (held.patient.family_name, held.patient.mrn, "3.4", "reatinine", "HOLD"):
        assert private.lower() not in text.lower()
    assert f"alert-delivery-{delivery.pk}@" in text
    assert "told" in steps(delivery.alert)


def test_a_gateway_gets_one_post_and_is_not_posted_to_again(held: Bedside, gateway: Receiver) -> None:
    delivery = reach_by(held, "webhook", gateway.address)

    send_due(at=clock.now())
    send_due(at=clock.now() + timedelta(hours=1))

    assert [json.loads(one.body) for one in gateway.got] == [
        {
            "id": str(delivery.pk), "severity": "high", "ward": held.ward.name, "bed": held.bed.label,
            "text": message_of(delivery).subject, "link": message_of(delivery).link,
        }
    ]  # fmt: skip


def test_a_refused_message_is_tried_again_and_shown_meanwhile(held: Bedside, gateway: Receiver) -> None:
    gateway.status = 503
    delivery = reach_by(held, "webhook", gateway.address)
    assert send_due(at=clock.now()) == 0

    delivery.refresh_from_db()
    assert (delivery.sent_at, delivery.last_error) == (None, "The gateway answered 503.")
    assert health(at=clock.now() + MINUTE).oldest_untold_s is not None
    assert send_due(at=clock.now()) == 0, "it is not yet time"

    gateway.status = 200
    AlertDelivery.objects.update(next_try_at=clock.now())
    assert send_due(at=clock.now()) == 1
    assert [json.loads(one.body)["id"] for one in gateway.got] == [str(delivery.pk)] * 2
    assert health(at=clock.now() + MINUTE).oldest_untold_s is None


def test_a_mail_server_that_refuses_is_told_in_words(held: Bedside, mail: MailServer) -> None:
    mail.refuses = True
    delivery = reach_by(held, "email", "gone@hospital.example")
    send_due(at=clock.now())

    delivery.refresh_from_db()
    assert delivery.last_error == "The mail server did not take it (SMTPRecipientsRefused)."


def test_production_without_a_mail_server_says_so(settings: Settings) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", ""

    with pytest.raises(NotTold, match="No mail server is set up"):
        channel_of("email").tell("a@b.example", Message("1", "high", "6 East", "3", "https://il2ward.example/"))


def test_unknown_channel_refuses_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IL2WARD_CHANNEL_NAMES", "email,fax")
    with pytest.raises(BadSetting, match="fax"):
        telling.channels()


def test_link_leads_to_the_first_host_in_production_unless_another_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert telling.public_url(["ward.example"], own="http://127.0.0.1:1", mode="production") == "https://ward.example"
    monkeypatch.setenv("IL2WARD_PUBLIC_URL", "https://il2.example/")
    assert telling.public_url(["ward.example"], own="", mode="production") == "https://il2.example"
