"""Is a snapshot kept without loss, and recognised whatever the order of its facts?"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import timedelta, timezone
from decimal import Decimal

import pytest

from dosing.domain.assess import assess
from dosing.domain.snapshot import Origin, Reading, Status
from dosing.domain.snapshot_json import inputs_hash, snapshot_from_json, snapshot_to_json
from dosing.domain.verdict import Verdict
from dosing.rules.loader import load_inputs
from tests.dosing.domain.patients import AT, Patient, ago, reading, volume

FULL = (
    Patient("consensus_2014")
    .plus(
        reading(
            "creatinine", "3.40", comparator=">", uln="1.20", id="a", status=Status.CORRECTED, replaces="z", shown="x"
        ),
        reading("heart_rate", unusable="lead off", origin=Origin.DEVICE),
        volume("urine_output", "20", 2, 1),
    )
    .on(
        stop=Verdict.STOP_CYCLE,
        slot_hold=True,
        pending_orders=frozenset({"ecg", "troponin_i"}),
        absolute_at_previous_slot=frozenset({"j_inf", "j_derm_desq"}),
    )
    .graded("hypoxia", None, why="no value", proposed=True, shown="88 %")
)


def test_round_trip_through_text_loses_nothing() -> None:
    stored = json.loads(json.dumps(snapshot_to_json(FULL.snapshot)))
    back = snapshot_from_json(stored)

    assert set(back.readings) == set(FULL.snapshot.readings)
    assert set(back.answers) == set(FULL.snapshot.answers)
    assert set(back.grades) == set(FULL.snapshot.grades)
    assert (back.course, back.at, back.being_assessed) == (FULL.course, AT, False)
    assert snapshot_to_json(back) == stored
    assert str(next(r.value for r in back.readings if r.id == "a")) == "3.40"


def test_replay_gives_the_same_hash_and_outcome() -> None:
    back = snapshot_from_json(snapshot_to_json(FULL.snapshot))

    assert assess(back, FULL.rules, load_inputs().value) == FULL.outcome()


def test_hash_knows_neither_order_nor_repetition_nor_zone() -> None:
    snapshot = FULL.snapshot
    east = timezone(timedelta(hours=5, minutes=30))
    other = replace(
        snapshot,
        at=snapshot.at.astimezone(east),
        readings=(*reversed(snapshot.readings), *snapshot.readings),
        answers=tuple(reversed(snapshot.answers)) * 2,
        grades=tuple(reversed(snapshot.grades)),
    )

    assert inputs_hash(other) == inputs_hash(snapshot)


@pytest.mark.parametrize(
    "other",
    [
        FULL.plus(reading("heart_rate", "90", at=ago(minutes=1))),
        FULL.on(target_sbp=Decimal(85)),
        FULL.found("j_inf"),
        FULL.graded("hypoxia", 1),
        replace(FULL, being_assessed=True),
    ],
    ids=["a reading", "the course", "an answer", "a grade", "being assessed"],
)
def test_hash_changes_with(other: Patient) -> None:
    assert inputs_hash(other.snapshot) != inputs_hash(FULL.snapshot)


def test_richer_reading_is_kept_as_the_contract_knows_it() -> None:
    @dataclass(frozen=True, slots=True)
    class Richer(Reading):
        colour: str = ""

    plain = reading("heart_rate", "90")
    richer = Richer(plain.observable, plain.observed_at, plain.value, colour="red")

    assert inputs_hash(replace(FULL.snapshot, readings=(richer,))) == inputs_hash(
        replace(FULL.snapshot, readings=(plain,))
    )


@pytest.mark.parametrize(
    ("stored", "message"),
    [
        ({}, "schema version None"),
        ({"schema_version": 2}, "schema version 2; this program reads 1"),
        ({"schema_version": 1, "at": "noon"}, "cannot be read"),
    ],
    ids=["no version", "a later version", "no snapshot"],
)
def test_stored_text_that_is_no_snapshot_is_refused(stored: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        snapshot_from_json(stored)
