"""Is every value of the recorded patients accounted for, and does playing a recording twice change nothing?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from django.db import transaction
from django.test import Client

from monitoring.models import GradingOutcome, Observation, PendingGrading, ToxicityGrade
from monitoring.services import grading
from monitoring.simulation.player import Player, Tally
from monitoring.simulation.recordings import Recorded, read
from monitoring.simulation.sender import Sender
from tests.dosing.builders import NOW, Bedside, make_bedside
from tests.monitoring.api.bedside_client import device_key

pytestmark = [pytest.mark.realworld, pytest.mark.timeout(600)]
ICU = "timeseries/s00001-minute-vitals.csv"
LUPE = "fhir/synthea/Lupe_Little_f8a42e66-8c03-4ee6-85e3-3817c2942de1.json"
TOM = "fhir/synthea/Tom_Goodwin_e20de9eb-6f2d-4871-a43f-bbede53293ed.json"
WORDS = ("accepted", "implausible", "not gradable", "here already", "refused")
# So fast that a recording of days is over in two seconds.
SPEED = 100_000
LATER = NOW + timedelta(seconds=5)
INTEROP = Path(__file__).parents[2] / "docs" / "interop.md"


@pytest.fixture
def bedside(fresh_database: None, monkeypatch: pytest.MonkeyPatch) -> Bedside:
    """A patient with a course in its first window; the entrances read a moment after the play began."""
    monkeypatch.setattr("il2ward.clock.now", lambda: LATER)
    with transaction.atomic():
        return make_bedside(at=NOW)


@pytest.fixture
def player(bedside: Bedside) -> Iterator[Player]:
    """A device that sends what it would send, with its own key."""
    client = httpx.Client(transport=httpx.MockTransport(answered), base_url="http://testserver")
    sender = Sender("", device_key(bedside.site), client=client)
    yield Player(sender, bedside.patient.mrn, SPEED, times(), lambda _: None)
    sender.close()


def answered(request: httpx.Request) -> httpx.Response:
    """Hand a real request to Django's whole handler stack: only the wire is left out, to stay in one transaction."""
    kept = {"Authorization": request.headers["Authorization"]}
    kind = request.headers["Content-Type"]
    response = Client().post(request.url.path, request.content, content_type=kind, headers=kept)
    return httpx.Response(response.status_code, content=response.content)


def times() -> Callable[[], datetime]:
    """The player's clock: the first look starts the play, every later one finds all of it due."""
    looks: list[datetime] = []

    def look() -> datetime:
        looks.append(NOW)
        return NOW if len(looks) == 1 else LATER

    return look


def played(player: Player, rows: Sequence[Recorded]) -> Tally:
    """Play the rows from their beginning."""
    fresh = Player(player.sender, player.mrn, player.speed, times(), player.sleep)
    return fresh.play(rows, lambda sent, tally: None)


def documented(name: str) -> dict[str, int]:
    """The counts that the documentation states for a recording."""
    row = next(line for line in INTEROP.read_text("utf-8").splitlines() if line.startswith(f"| `{name}`"))
    numbers = [int(cell.replace(",", "")) for cell in row.split("|")[2:] if re.fullmatch(r"\s*[\d,]+\s*", cell)]
    return dict(zip(("values", *WORDS), numbers, strict=False))


@pytest.mark.parametrize("name", [ICU, LUPE, TOM], ids=["ICU minutes", "Lupe Little", "Tom Goodwin"])
def test_every_value_is_accounted_for_once_when_a_recording_is_played_twice(
    bedside: Bedside, player: Player, realworld: Path, name: str
) -> None:
    tally = played(player, read(realworld / name))
    graded = grading.grade_course(course_id=bedside.course.pk, at=LATER, by_worker=True)
    again = played(player, read(realworld / name))

    stored = Observation.objects.filter(patient=bedside.patient)
    outcomes = Counter(GradingOutcome.objects.values_list("result", flat=True))
    assert tally.counts["refused"] == 0, tally.refused[:3]
    assert stored.count() == graded == sum(outcomes.values()) == sum(tally.counts.values())
    assert stored.exclude(not_gradable="").count() == tally.counts["implausible"] + tally.counts["not gradable"]
    assert stored.filter(not_gradable__startswith="impossible").count() == tally.counts["implausible"]
    assert not PendingGrading.objects.filter(patient=bedside.patient).exists()
    assert set(again.counts) == {"here already"}
    expected = documented(Path(name).name)
    assert {word: tally.counts[word] for word in WORDS} == {word: expected[word] for word in WORDS}
    assert expected["values"] == stored.count()


def test_no_artefact_becomes_a_grade_when_monitor_minutes_are_played(
    bedside: Bedside, player: Player, realworld: Path
) -> None:
    played(player, read(realworld / ICU)[:800])
    grading.grade_course(course_id=bedside.course.pk, at=LATER, by_worker=True)

    sensor_off = Observation.objects.filter(value="0", observable__in=("bp_systolic", "heart_rate", "spo2"))
    assert sensor_off.count() > 50
    assert not ToxicityGrade.objects.filter(observation__in=sensor_off, grade__isnull=False).exists()
