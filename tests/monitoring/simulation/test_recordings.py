"""Is a recording read row by row, and does each row keep its name for ever?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from monitoring.simulation.player import MOST_IN_A_BATCH, Player, Tally
from monitoring.simulation.recordings import NotARecording, Recorded, read
from monitoring.simulation.sender import exact

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
MINUTES = "minute,HR_bpm,ABPSys_mmHg,NBPSys_mmHg\n0,0,0,\n1,62.8,118,\n2,57.8,,121\n"


def written(folder: Path, name: str, content: str) -> Path:
    """A file with ``content``."""
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return path


def test_an_empty_cell_is_left_out_and_a_zero_is_sent_when_minutes_are_read(tmp_path: Path) -> None:
    rows = read(written(tmp_path, "one.csv", MINUTES))

    sent = [(row.second, row.body["code"]["code"], row.body["value"], row.body["unit"]) for row in rows]
    assert sent == [
        (0, "8867-4", "0", "/min"),
        (0, "76215-3", "0", "mm[Hg]"),
        (60, "8867-4", "62.8", "/min"),
        (60, "76215-3", "118", "mm[Hg]"),
        (120, "8867-4", "57.8", "/min"),
        (120, "76534-7", "121", "mm[Hg]"),
    ]


def test_each_value_has_a_name_of_its_own_that_stays_when_the_file_is_read_again(tmp_path: Path) -> None:
    path = written(tmp_path, "one.csv", MINUTES)
    other = written(tmp_path, "other.csv", MINUTES.replace("62.8", "62.9"))

    names = [row.key for row in read(path)]

    assert len(set(names)) == len(names) == 6
    assert names == [row.key for row in read(path)]
    assert not set(names) & {row.key for row in read(other)}


def observation(category: str, at: str, value: str = "1.50") -> dict[str, Any]:
    """A FHIR Observation of a category at a time."""
    coded = [{"coding": [{"code": category}]}]
    return {
        "resourceType": "Observation",
        "category": coded,
        "effectiveDateTime": at,
        "valueQuantity": {"value": value},
    }


def test_only_vital_signs_and_laboratory_results_are_taken_in_the_order_of_their_times(tmp_path: Path) -> None:
    resources = [
        observation("laboratory", "2015-01-01T00:00:00Z", "3"),
        observation("survey", "2013-01-01T00:00:00Z"),
        observation("vital-signs", "2014-01-01T00:00:00Z", "1"),
        observation("laboratory", "2014-01-01T00:00:00Z", "2"),
        {"resourceType": "Patient"},
    ]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in resources]}

    rows = read(written(tmp_path, "one.json", json.dumps(bundle)))

    assert [(row.second, row.body["valueQuantity"]["value"]) for row in rows] == [(0, "1"), (0, "2"), (60, "3")]
    assert all(row.fhir for row in rows)


def test_lines_may_be_items_or_resources_when_they_are_ndjson(tmp_path: Path) -> None:
    item = {"observable": "spo2", "value": 97, "observed_at": "2014-01-01T00:00:00Z"}
    lines = [json.dumps(item), "", json.dumps(observation("laboratory", "2014-01-02T00:00:00Z"))]

    rows = read(written(tmp_path, "one.ndjson", "\n".join(lines)))

    assert [row.fhir for row in rows] == [False, True]


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.csv", "minute,Mood\n0,1\n"), ("a.json", "{"), ("a.json", "{}"), ("a.ndjson", "[1]\n"), ("a.ndjson", "{\n")],
)
def test_a_file_is_refused_by_name_when_it_is_no_recording(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(NotARecording, match=name):
        read(written(tmp_path, name, content))


class Ear:
    """A sender that only listens: what would go over the wire, and when."""

    def __init__(self) -> None:
        self.heard: list[list[dict[str, Any]]] = []

    def items(self, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.heard.append(items)
        return [{"result": "stored", "why": ""} for _ in items]

    def resources(self, resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
        self.heard.append(resources)
        return [{"status": "201 Created"} for _ in resources]


class Clock:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def play(rows: list[Recorded], speed: int) -> tuple[Ear, Tally]:
    """Play ``rows`` to a listening ear on a clock of the test's own."""
    ear, clock = Ear(), Clock()
    player = Player(ear, "MRN-1", speed, clock.now, clock.sleep)  # type: ignore[arg-type]
    return ear, player.play(rows, lambda sent, tally: None)


def test_a_row_is_observed_at_its_moment_of_the_faster_clock_when_it_is_sent() -> None:
    rows = [Recorded(60 * number, f"k{number}", {"value": str(number)}) for number in range(4)]

    ear, tally = play(rows, speed=60)

    sent = [item for batch in ear.heard for item in batch]
    assert [item["observed_at"] for item in sent] == [(START + timedelta(seconds=n)).isoformat() for n in range(4)]
    assert {item["patient"]["mrn"] for item in sent} == {"MRN-1"}
    assert [item["id"] for item in sent] == ["k0", "k1", "k2", "k3"]
    assert str(tally).startswith("4 accepted, 0 implausible")


def test_a_resource_is_about_the_course_patient_when_it_is_sent() -> None:
    body = observation("laboratory", "2014-01-01T00:00:00Z") | {"subject": {"reference": "urn:uuid:1"}, "id": "x"}

    ear, _ = play([Recorded(0, "k0", body, fhir=True)], speed=1)

    sent = ear.heard[0][0]
    assert sent["subject"] == {"identifier": {"value": "MRN-1"}}
    assert sent["effectiveDateTime"] == START.isoformat()
    assert sent["identifier"] == [{"system": "urn:il2ward:play", "value": "k0"}]
    assert "id" not in sent


def test_rows_go_in_requests_of_a_thousand_when_more_are_due() -> None:
    rows = [Recorded(0, f"k{number}", {}) for number in range(MOST_IN_A_BATCH + 1)]

    ear, tally = play(rows, speed=1)

    assert [len(batch) for batch in ear.heard] == [MOST_IN_A_BATCH, 1]
    assert tally.counts["accepted"] == MOST_IN_A_BATCH + 1


@pytest.mark.parametrize(
    ("result", "word"),
    [
        ({"result": "stored", "why": ""}, "accepted"),
        ({"result": "not_gradable", "why": "impossible: 0 mm[Hg]"}, "implausible"),
        ({"result": "not_gradable", "why": "unknown code 1"}, "not gradable"),
        ({"result": "repeated", "why": ""}, "here already"),
        ({"result": "conflict", "why": "same id"}, "here already"),
        ({"result": "refused", "errors": [{"path": "$"}]}, "refused"),
    ],
    ids=lambda part: str(part)[:40],
)
def test_each_result_is_counted_by_what_became_of_the_value(result: dict[str, Any], word: str) -> None:
    tally = Tally()

    tally.item(result)

    assert tally.counts == {word: 1}


def test_a_number_goes_out_with_its_own_digits_when_it_was_kept_as_text(tmp_path: Path) -> None:
    bundle = {"entry": [{"resource": observation("laboratory", "2014-01-01T00:00:00Z", "number")}]}
    text = json.dumps(bundle).replace('"number"', "1.50")

    row = read(written(tmp_path, "one.json", text))[0]

    assert str(exact(row.body)["valueQuantity"]["value"]) == "1.50"
