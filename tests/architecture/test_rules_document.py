"""Does every policy that docs/rules.md states name a test that exists?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)::(\w+)`", TEXT)))
POLICIES = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith(("| policy", "|--"))]


@pytest.mark.parametrize(("file", "function"), NAMED, ids=lambda part: part)
def test_named_test_exists(file: str, function: str) -> None:
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")

    assert re.search(rf"^\s*(async )?def {function}\(", text, re.MULTILINE)


def test_every_policy_names_a_test() -> None:
    assert POLICIES
    assert [line[:60] for line in POLICIES if ".py::test_" not in line] == []
