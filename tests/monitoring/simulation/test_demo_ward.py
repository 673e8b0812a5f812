"""Is the demonstration ward what it promises: every verdict, real traces, and alive without a person?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from dosing.models import Assessment, Dose, ProtocolSignoff
from il2ward.audit.models import AuditEvent
from il2ward.audit.services import verification
from il2ward.staff.models import User, Ward
from monitoring.models import Observation
from monitoring.selectors.board import Board, board_of
from monitoring.services import grading
from monitoring.simulation.demo_people import found_or_made, key_path
from monitoring.simulation.demo_ward import LABORATORY, MONITORS
from monitoring.simulation.living import LivingBed, LivingWard
from monitoring.simulation.renewal import renew
from monitoring.simulation.seeding import SEED, seed
from monitoring.simulation.sender import Sender
from tests.fresh_database import copy_of_the_database

pytestmark = pytest.mark.timeout(300)
NOW = datetime.fromisoformat("2026-03-02T06:00:00+00:00")
EXPECTED = {
    "1": "CONTINUE",
    "2": "HOLD",
    "3": "REVIEW",
    "4": "UNDECIDED",
    "5": "NOT_YET_DUE",
    "6": "STOP_CYCLE",
    "7": "CONTINUE",
    "8": "CONTINUE",
}


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The demonstration ward, made once for this file in a database of its own."""
    with django_db_blocker.unblock(), copy_of_the_database():
        assert seed(NOW) is True
        yield


def board(at: datetime) -> Board:
    """The ward's board as it would be drawn."""
    return board_of(Ward.objects.get(code="6-east"), at, by_bed=True)


def words(at: datetime) -> dict[str, str]:
    """Each bed's word."""
    return {card.bed_label: card.band.face.value for card in board(at).cards}


def test_every_verdict_is_to_be_seen_when_the_ward_has_just_been_made(seeded: None) -> None:
    assert words(NOW) == EXPECTED
    assert board(NOW).empty_beds == ["9"]


def test_nothing_changes_when_the_ward_is_made_again(seeded: None) -> None:
    before = (Observation.objects.count(), AuditEvent.objects.count(), User.objects.count())

    assert seed(NOW + timedelta(minutes=1)) is False
    assert (Observation.objects.count(), AuditEvent.objects.count(), User.objects.count()) == before


def test_the_past_went_through_the_gate_when_doses_were_given(seeded: None) -> None:
    given = Dose.objects.filter(status="given")

    assert given.count() >= 20
    assert not given.filter(deviation=True).exists()
    assert all(dose.assessment is not None and dose.checked_by_id != dose.started_by_id for dose in given)


def test_the_log_runs_forward_and_verifies_when_the_past_was_written(seeded: None) -> None:
    times = list(AuditEvent.objects.order_by("seq").values_list("at", flat=True))

    assert times == sorted(times)
    assert verification.verify().ok


def test_the_protocols_are_signed_for_demonstration_only_when_the_ward_is_made(seeded: None) -> None:
    assert ProtocolSignoff.objects.count() == 2
    assert not ProtocolSignoff.objects.exclude(demonstration=True).exists()
    assert not User.objects.filter(demonstration=False).exists()


@pytest.mark.parametrize("device", [MONITORS, LABORATORY])
def test_a_key_is_readable_by_its_owner_only_when_it_was_kept(seeded: None, device: str) -> None:
    assert key_path(device).stat().st_mode & 0o777 == 0o600
    assert key_path(device).parent == Path(settings.IL2WARD_HOME)


def test_the_demonstration_is_refused_when_the_settings_say_production(seeded: None) -> None:
    refused = pytest.raises(CommandError, match="refused")

    with override_settings(IL2WARD_MODE="production", IL2WARD_DEMO_ACCOUNTS=False), refused:
        call_command("seed_demo")


def living(at: datetime, monkeypatch: pytest.MonkeyPatch) -> LivingWard:
    """The ward kept alive by devices that send through Django's handler stack at ``at``."""
    monkeypatch.setattr("il2ward.clock.now", lambda: at)
    http = httpx.Client(transport=httpx.MockTransport(answered), base_url="http://testserver")
    senders = [Sender("", key_path(name).read_text().strip(), client=http) for name in (MONITORS, LABORATORY)]
    return LivingWard(found_or_made(at), *senders, seed=SEED)


def answered(request: httpx.Request) -> httpx.Response:
    """Hand a real request to Django: only the wire is left out."""
    kept = {"Authorization": request.headers["Authorization"]}
    kind = request.headers["Content-Type"]
    response = Client().post(request.url.path, request.content, content_type=kind, headers=kept)
    return httpx.Response(response.status_code, content=response.content)


def graded(beds: list[LivingBed], at: datetime) -> None:
    """Let the worker have done its work."""
    for bed in beds:
        grading.grade_course(course_id=bed.course.pk, at=at, by_worker=True)


def test_each_bed_keeps_its_word_when_the_ward_only_breathes(seeded: None, monkeypatch: pytest.MonkeyPatch) -> None:
    at = NOW + timedelta(seconds=30)
    ward = living(at, monkeypatch)

    for bed in ward.beds:
        ward.breathe(bed, at)
    graded(ward.beds, at)

    assert words(at) == EXPECTED


def test_one_bed_turns_to_hold_by_itself_when_the_story_takes_its_first_turn(
    seeded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = NOW + timedelta(seconds=90)
    ward = living(at, monkeypatch)

    happened = ward.tell_next(at)
    graded(ward.beds, at)

    assert happened == "bed 1: creatinine comes back high"
    assert words(at) == {**EXPECTED, "1": "HOLD"}
    newest = Assessment.objects.filter(course=ward.beds[0].course).order_by("-id").first()
    assert newest is not None
    assert "j_ren_cr_abs" in newest.met


def test_the_story_goes_on_with_one_bed_at_a_time_when_turns_follow(
    seeded: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = NOW + timedelta(minutes=4)
    ward = living(at, monkeypatch)
    ward.turns = 1
    seen = []
    for _ in range(4):
        at += timedelta(minutes=4)
        monkeypatch.setattr("il2ward.clock.now", lambda at=at: at)
        seen.append(ward.tell_next(at))
        graded(ward.beds, at)
        seen.append(words(at)["7"])

    assert seen[:4] == ["bed 7: saturation falls", "REVIEW", "bed 7: oxygen helps", "CONTINUE"]
    assert seen[4:] == [
        "bed 3: pressure falls below the target",
        "CONTINUE",
        "bed 3: a bolus brings the pressure back",
        "CONTINUE",
    ]
    assert words(at)["3"] == "REVIEW"


def test_nothing_is_renewed_when_enough_beds_have_a_dose_around_now(seeded: None) -> None:
    assert renew(NOW + timedelta(minutes=30), seed=SEED) == []


def test_new_courses_begin_when_the_demonstration_is_started_again_after_days(seeded: None) -> None:
    later = NOW + timedelta(days=9)

    renewed = renew(later, seed=SEED)

    assert renewed == ["1", "2", "3"]
    assert {label: words(later)[label] for label in renewed} == dict.fromkeys(renewed, "CONTINUE")
    assert renew(later + timedelta(minutes=1), seed=SEED) == []
    times = list(AuditEvent.objects.order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)
