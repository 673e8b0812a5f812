"""When the server's clock goes back: does anything start, and how does the ward come to decide again?"""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dosing.services import refusals
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from monitoring.models import WorkerBeat
from monitoring.selectors.clock_mark import is_behind, latest_sign_at
from monitoring.selectors.present_outcome import present_outcome
from monitoring.services import clock_mark, rounds
from tests.dosing.builders import Bedside, due
from tests.monitoring.charting import chart_all_fine, start, token

AT = due(1)
SECOND = timedelta(seconds=1)
PASSWORD = "tulips-at-dawn-77"


def test_sign_of_work_never_goes_back(db: None) -> None:
    rounds.sign(part="worker", at=AT)
    rounds.sign(part="worker", at=AT - timedelta(hours=2))
    assert latest_sign_at() == AT
    rounds.sign(part="worker", at=AT + SECOND)
    assert latest_sign_at() == AT + SECOND


def test_clock_is_behind_just_past_two_seconds_and_never_before_anything_worked(db: None) -> None:
    assert not is_behind(AT)
    rounds.sign(part="beat-sweep", at=AT)
    assert not is_behind(AT - 2 * SECOND)
    assert is_behind(AT - 2 * SECOND - timedelta(microseconds=1))


def test_dose_that_may_be_given_does_not_start_when_the_clock_went_back_and_starts_when_it_did_not(
    bedside: Bedside,
) -> None:
    chart_all_fine(bedside, at=AT - timedelta(minutes=10))
    seen = token(bedside)
    rounds.sign(part="worker", at=AT + timedelta(hours=2))

    with pytest.raises(refusals.ClockIsBehind, match="paper sheet"):
        start(bedside, 1, at=AT, seen=seen)
    found = present_outcome(bedside.course, AT)
    assert found is not None
    assert found[1].verdict.value == "UNDECIDED"
    assert bedside.dose(1).status == "planned"

    clock_mark.settle(actor=Actor(user=bedside.admin), at=AT)
    assert start(bedside, 1, at=AT, seen=seen).status == "started"


def test_settling_is_an_admin_s_own_word_and_is_kept(bedside: Bedside, tmp_path: Path) -> None:
    ahead = clock.now() + timedelta(hours=3)
    WorkerBeat.objects.create(part="worker", at=ahead)
    for user in (bedside.admin, bedside.nurse):
        user.set_password(PASSWORD)
        user.save()
    given = tmp_path / "password"
    given.write_text(PASSWORD)

    with pytest.raises(CommandError, match="no admin"):
        call_command("settle_clock", by=bedside.nurse.username, password_file=given)
    assert is_behind(clock.now())

    call_command("settle_clock", by=bedside.admin.username, password_file=given)
    assert not is_behind(clock.now())
    kept = AuditEvent.objects.get(event="clock.settled")
    assert (kept.actor_id, json.loads(kept.body)) == (bedside.admin.pk, {"mark": ahead.isoformat()})
    with pytest.raises(CommandError, match="nothing to settle"):
        call_command("settle_clock", by=bedside.admin.username, password_file=given)
