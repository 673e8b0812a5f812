"""Does every hazard name a control and a test that exists, or admit that it is open?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OF_THE_LIST = 74
ROWS = [
    [cell.strip() for cell in line.strip("| \n").split("|")]
    for line in (ROOT / "HAZARDS.md").read_text(encoding="utf-8").splitlines()
    if re.match(r"\| \d+ \|", line)
]
NAMED = sorted({name for row in ROWS for name in re.findall(r"`([^`]+::[^`]+)`", row[-1])})


def test_every_hazard_has_its_row_once() -> None:
    """Those of the list the project began with, and behind them those found since."""
    numbers = [int(row[0]) for row in ROWS]

    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= OF_THE_LIST


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"hazard {row[0]} {row[1]}")
def test_hazard_names_a_test_or_says_that_it_is_open(row: list[str]) -> None:
    assert row[2] in {"2", "3", "4", "5"}
    assert row[3] in {"D", "P", "I", "-"}
    assert "::" in row[-1] or "*open:" in " ".join(row).lower()


@pytest.mark.parametrize("name", NAMED)
def test_named_test_exists(name: str) -> None:
    file, _, function = name.partition("::")

    text = (ROOT / "tests" / file).read_text(encoding="utf-8")

    assert re.search(rf"^\s*(async )?def {re.escape(function)}\(", text, re.MULTILINE)
