"""Is everything that grades or doses exact, and is the clock read at the entrance only?"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.architecture.source import source_files, tree_of

BELOW_THE_ENTRANCES = {"services", "selectors", "models", "domain", "rules"}
CLOCKS = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("timezone", "now"),
    ("clock", "now"),
    ("time", "time"),
    ("datetime", "today"),
}


def files_in(rooms: set[str]) -> list[Path]:
    """Return the source files of dosing, monitoring, staff, audit and live that lie in one of ``rooms``."""
    return [path for path in source_files() if rooms & set(path.parts[:-1]) or path.stem in rooms]


def clock_calls(path: Path) -> list[str]:
    """Return where a file asks what time it is."""
    return [
        f"{path}:{node.lineno}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
        if (getattr(node.func.value, "id", getattr(node.func.value, "attr", "")), node.func.attr) in CLOCKS
    ]


def test_domain_knows_no_float() -> None:
    found = [
        f"{path}:{node.lineno}"
        for path in files_in({"domain"})
        for node in ast.walk(tree_of(path))
        if (isinstance(node, ast.Constant) and isinstance(node.value, float | complex))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]

    assert files_in({"domain"})
    assert found == []


def test_clock_is_not_read_below_the_entrances() -> None:
    assert [call for path in files_in(BELOW_THE_ENTRANCES) for call in clock_calls(path)] == []


def test_machine_clock_is_read_in_one_place_only() -> None:
    found = [
        call
        for path in source_files()
        for call in clock_calls(path)
        # The client runs on another machine, and has that one's clock.
        if path not in {Path("il2ward/clock.py"), Path("il2ward_client/cli.py")} and is_machine_clock(path, call)
    ]

    assert found == []


def is_machine_clock(path: Path, call: str) -> bool:
    """Return True unless the call is the project's own ``clock.now()``."""
    line = int(call.rpartition(":")[2])
    return not any(
        isinstance(node, ast.Call)
        and node.lineno == line
        and isinstance(node.func, ast.Attribute)
        and getattr(node.func.value, "id", "") == "clock"
        for node in ast.walk(tree_of(path))
    )


def test_no_deadline_is_carried_by_the_broker() -> None:
    found = [
        f"{path}:{node.value.lineno}"
        for path in source_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.keyword) and node.arg in {"eta", "countdown"}
    ]

    assert found == []
