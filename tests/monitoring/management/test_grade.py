"""`manage.py grade`, run as its user runs it: lines in, lines out, and nothing that a line holds stops the run."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitoring.domain.grade_rows import line_of, rows_of
from monitoring.management.commands.grade import Grader, size_of
from tests.real_stack import ROOT, environment_of

CREATININE = {"ctcae_version": "5.0", "observable": "creatinine", "unit": "mg/dL", "uln": "1.2", "baseline": "1.0"}
PLATELETS = {"ctcae_version": "4.03", "loinc": "777-3", "unit": "10*9/L", "lln": "150"}


def run(text: bytes, home: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, str(ROOT / "manage.py"), "grade", *options]
    ended = subprocess.run(
        command, input=text, env=environment_of(home, ""), cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended


def of_line(text: bytes) -> dict[str, Any]:
    (answer,) = Grader().of_lines([text])
    return answer


def test_every_line_is_answered_in_order_when_some_are_bad(tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": "a", "value": "3.01", **CREATININE}),
        "no JSON at all",
        json.dumps({"id": "b", "value": "3.0", **CREATININE}),
        json.dumps({"id": "c", "value": "1", "unit": "stone", "ctcae_version": "5.0", "observable": "creatinine"}),
        json.dumps({"id": "d", "value": "24.9", **PLATELETS}),
    ]

    ended = run("\n".join(lines).encode(), tmp_path)
    answers = [json.loads(line) for line in ended.stdout.splitlines()]

    assert [answer["id"] for answer in answers] == ["a", None, "b", "c", "d"]
    assert [answer["error"] is None for answer in answers] == [True, False, True, False, True]
    assert answers[0]["grades"]["creatinine_increased"]["grade"] == 3
    assert answers[2]["grades"]["creatinine_increased"]["grade"] == 2
    assert "stone" in answers[3]["error"]
    assert answers[3]["grades"]["creatinine_increased"]["grade"] is None
    assert answers[4]["grades"]["platelets_decreased"]["grade"] == 4
    assert ended.stderr.decode().strip() == "5 lines, 2 with an error"


def test_a_table_comes_back_as_a_table_with_a_row_for_each_term(tmp_path: Path) -> None:
    text = (
        "id,ctcae_version,observable,value,unit,uln,baseline\n"
        "1,5.0,creatinine,3.4,mg/dL,1.2,1.0\n"
        "2,5.0,creatinine,3.4,mg/dL,,\n"
        "3,5.0,moonlight,3.4,mg/dL,,\n"
        "4,5.0,creatinine,3,mg/dL,,,one too many\n"
    )

    rows = list(csv.DictReader(io.StringIO(run(text.encode(), tmp_path, "--csv").stdout.decode())))
    creatinine = {row["id"]: row for row in rows if row["term_key"] == "creatinine_increased"}

    assert creatinine["1"] | {"why": ""} == {
        "id": "1", "term_key": "creatinine_increased", "term": "Creatinine increased", "grade": "3",
        "at_least": "false", "proposed": "false", "why": "", "error": "",
    }  # fmt: skip
    assert creatinine["2"]["grade"] == ""
    assert "missing" in creatinine["2"]["why"]
    assert [(row["id"], row["error"]) for row in rows if row["error"]] == [
        ("3", "unknown observable moonlight"),
        ("", "row 4 below the header: the row has more cells than the header"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{", "truncated"),
        (b'{"id": NaN}', "malformed"),
        (b'["a list"]', "the line is not an object"),
        (b'{"id": "\xff"}', "utf-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"ctcae_version": "5.0"}', "id: missing"),
        (b'{"id": 1, "ctcae_version": "2.0", "observable": "creatinine"}', "ctcae_version"),
        (b'{"id": 1, "ctcae_version": "5.0", "observable": "creatinine", "uln": [1]}', "uln"),
    ],
)
def test_a_bad_line_says_what_is_wrong_with_it(text: bytes, said: str) -> None:
    answer = of_line(text)

    assert said in answer["error"]
    assert answer["grades"] == {}


def test_a_number_keeps_its_digits_when_it_is_not_text() -> None:
    line = json.dumps({"id": 1, **CREATININE}).removesuffix("}") + ', "value": 3.0000000001}'

    assert of_line(line.encode())["grades"]["creatinine_increased"]["grade"] == 3


def test_a_byte_order_mark_and_blank_lines_are_passed_over() -> None:
    line = json.dumps({"id": 1, "value": "40", **PLATELETS}).encode()

    answers = list(Grader().of_lines([b"\xef\xbb\xbf" + line, b"\n", b"  \r\n", line + b"\r\n"]))

    assert [answer["grades"]["platelets_decreased"]["grade"] for answer in answers] == [3, 3]


def test_a_table_that_breaks_off_is_an_error_of_its_last_row() -> None:
    rows = [b"\xef\xbb\xbfid,ctcae_version,observable,value\n", b'1,5.0,"creat']

    assert [answer["error"] for answer in Grader().of_table(rows)] == ["row 1 below the header: unexpected end of data"]


def test_a_table_header_may_stand_alone() -> None:
    assert list(Grader().of_table([b"id,value\n"])) == []
    assert list(Grader().of_table([])) == []


def test_an_empty_cell_is_not_given_and_no_grade_is_an_empty_cell() -> None:
    assert line_of({"id": "1", " uln ": "", "lln": " ", "value": None}) == {"id": "1", "lln": " "}
    (row,) = rows_of({"id": 1, "error": None, "grades": {"x": {"grade": None, "at_least": False, "why": "unknown"}}})
    assert row == {"id": 1, "error": None, "term_key": "x", "grade": None, "at_least": "false", "why": "unknown"}


def test_progress_knows_a_files_length_and_no_pipes(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"1234")
    with path.open("rb") as file:
        assert size_of(file) == 4
    assert size_of(io.BytesIO(b"1234")) is None
