"""`manage.py assess`, run as its user runs it: the contract's lines in, verdicts out, by the released protocols."""

from __future__ import annotations

import json
import subprocess
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from dosing.rules.loader import load_protocol
from monitoring.management.commands.assess import answer_to
from tests.real_stack import ROOT, environment_of

AT = "2026-03-02T14:00:00Z"
CHARTED = "2026-03-02T13:30:00Z"
COMPLETE = ("fda_label", "consensus_2014", "schwartzentruber_2001", "springerplus_2015", "til_2024")
VALUES = {
    "bp_systolic": ("110", "mm[Hg]"),
    "heart_rate": ("88", "/min"),
    "spo2": ("97", "%"),
    "weight": ("70", "kg"),
    "creatinine": ("1.1", "mg/dL"),
    "bicarbonate": ("24", "mmol/L"),
    "bilirubin_total": ("0.8", "mg/dL"),
    "platelets": ("180", "10*3/uL"),
    "o2_device": ("room_air", None),
    "vasopressors_none": ("none_running", None),
}
LIMITS = {"creatinine": {"uln": "1.2"}, "bilirubin_total": {"uln": "1.2"}, "platelets": {"lln": "150"}}
SHIFTS = (("2026-03-01T21:30:00Z", "2026-03-02T05:30:00Z"), ("2026-03-02T05:30:00Z", CHARTED))


def calm(protocol: str) -> dict[str, Any]:
    """A patient of whom everything is known and nothing is wrong."""
    rows: list[dict[str, Any]] = [
        {"observable": name, "value": value, "unit": unit, "observed_at": CHARTED} | LIMITS.get(name, {})
        for name, (value, unit) in VALUES.items()
    ]
    for name, amount in (("urine_output", "600"), ("stool_output", "0")):
        rows += [
            {"observable": name, "value": amount, "unit": "mL", "interval_start": start, "observed_at": end}
            for start, end in SHIFTS
        ]
    asked = [row.id for row in load_protocol(protocol).value.criteria if row.asked is not None]
    return {
        "id": "calm", "protocol": protocol, "overlay": ["ctcae_gate"], "ctcae": "5.0", "at": AT,
        "course": {
            "baseline": {
                "weight": {"value": "70", "unit": "kg"},
                "creatinine": {"value": "1.0", "unit": "mg/dL", "uln": "1.2"},
                "bilirubin_total": {"value": "0.7", "unit": "mg/dL", "uln": "1.2"},
                "platelets": {"value": "200", "unit": "10*3/uL", "lln": "150"},
            },
            "target_sbp": 90, "held_doses": 0, "previous_dose_started_at": "2026-03-02T06:00:00Z",
            "cycle_started_at": "2026-03-01T14:00:00Z",
        },
        "observations": rows,
        "answers": [{"criterion": name, "state": "absent", "observed_at": CHARTED} for name in asked],
    }  # fmt: skip


def with_value(line: dict[str, Any], observable: str, value: str) -> dict[str, Any]:
    changed = deepcopy(line)
    for row in changed["observations"]:
        if row["observable"] == observable:
            row["value"] = value
    return changed


def without(line: dict[str, Any], observable: str) -> dict[str, Any]:
    changed = deepcopy(line)
    changed["observations"] = [row for row in changed["observations"] if row["observable"] != observable]
    return changed


def answered(line: object) -> dict[str, Any]:
    return answer_to(json.dumps(line).encode())


def test_lines_are_answered_in_order_when_one_is_bad(tmp_path: Path) -> None:
    line = calm("consensus_2014")
    text = "\n".join([json.dumps(line), "", "not a line", json.dumps(with_value(line, "creatinine", "3.4"))])
    command = [sys.executable, str(ROOT / "manage.py"), "assess"]

    ended = subprocess.run(
        command, input=text, env=environment_of(tmp_path, ""), cwd=ROOT, capture_output=True, text=True, timeout=60,
        check=True,
    )  # fmt: skip
    first, bad, last = [json.loads(row) for row in ended.stdout.splitlines()]

    assert (first["verdict"], first["error"], first["missing"]) == ("CONTINUE", None, [])
    assert (bad["verdict"], bad["id"]) == (None, None)
    assert bad["error"]
    assert (last["verdict"], last["error"]) == ("HOLD", None)
    assert any("creatinine" in said.lower() for said in last["why"])
    assert first["protocol_sha256"] == load_protocol("consensus_2014").sha256
    assert first["inputs_hash"] != last["inputs_hash"]


@pytest.mark.parametrize("protocol", COMPLETE)
def test_nothing_is_held_when_everything_is_known_and_nothing_is_wrong(protocol: str) -> None:
    said = answered(calm(protocol))

    assert said["error"] is None
    assert (said["met"], said["unknown"], said["missing"]) == ([], [], [])
    assert said["verdict"] == ("CONTINUE" if load_protocol(protocol).value.complete else "REVIEW")


@pytest.mark.parametrize("protocol", COMPLETE)
@pytest.mark.parametrize("observable", ["bp_systolic", "spo2", "o2_device", "vasopressors_none"])
def test_floor_input_that_is_missing_never_lets_a_dose_go_on(protocol: str, observable: str) -> None:
    said = answered(without(calm(protocol), observable))

    assert said["verdict"] == "UNDECIDED"
    assert said["missing"]


@pytest.mark.parametrize("protocol", COMPLETE)
def test_pressure_below_target_meets_the_floor(protocol: str) -> None:
    assert answered(with_value(calm(protocol), "bp_systolic", "90"))["verdict"] != "HOLD"
    said = answered(with_value(calm(protocol), "bp_systolic", "89"))

    assert said["verdict"] in ("HOLD", "STOP_CYCLE", "STOP_PERMANENT")
    assert "floor_sbp" in said["met"]


def test_overlay_is_heard_only_when_it_is_asked_for() -> None:
    line = with_value(calm("consensus_2014"), "platelets", "49")
    alone = {key: value for key, value in line.items() if key != "overlay"}

    assert "ctcae_platelets_decreased" in answered(line)["met"]
    assert "ctcae_platelets_decreased" not in answered(alone)["met"]


def test_stop_that_stands_is_never_lowered() -> None:
    line = calm("consensus_2014")
    line["course"]["stop"] = "STOP_PERMANENT"

    assert answered(line)["verdict"] == "STOP_PERMANENT"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("protocol",), "homebrew", "homebrew"),
        (("overlay",), ["another"], "overlay"),
        (("ctcae",), "2.0", "2.0"),
        (("at",), "2026-03-02T14:00:00", "zone"),
        (("course", "target_sbp"), "9O", "target_sbp"),
        (("observations", 0, "value"), 110, "observations"),
        (("observations", 0, "observed_at"), "yesterday", "observed_at"),
        (("answers", 0, "state"), "yes", "state"),
        (("moonlight",), 1, "moonlight"),
    ],
)
def test_line_that_cannot_be_read_says_where(path: tuple[Any, ...], value: object, said: str) -> None:
    line: Any = calm("springerplus_2015")
    place = line
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value

    answer = answered(line)

    assert answer["verdict"] is None
    assert answer["id"] == "calm"
    assert said in answer["error"]


@pytest.mark.parametrize("protocol", COMPLETE)
def test_course_without_a_target_never_lets_a_dose_go_on(protocol: str) -> None:
    line = calm(protocol)
    line["course"].pop("target_sbp")

    assert answered(line)["verdict"] not in ("CONTINUE", "REVIEW")


@pytest.mark.parametrize("protocol", ["consensus_2014", "springerplus_2015", "til_2024"])
def test_course_without_a_dosing_weight_cannot_be_decided_where_a_row_counts_on_it(protocol: str) -> None:
    line = calm(protocol)
    line["course"]["baseline"].pop("weight")

    assert (answered(line)["verdict"], answered(line)["missing"]) == ("UNDECIDED", ["baseline_weight"])
