"""What do the lines of the grading command look like as rows of a table, on the way in and out?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

COLUMNS = ("id", "term_key", "term", "grade", "at_least", "proposed", "why", "error")


def line_of(row: Mapping[str | None, Any]) -> dict[str, object]:
    """Return a table row as a line: a field left empty was not given. Raises ValueError for a row that is too long."""
    if None in row:
        raise ValueError("the row has more cells than the header")
    return {str(name).strip(): cell for name, cell in row.items() if cell not in ("", None)}


def rows_of(answer: Mapping[str, Any]) -> Iterator[dict[str, object]]:
    """Yield one row per term of ``answer``, and one with empty term cells where no term was answered.

    No grade is an empty cell beside its ``why``, never 0; yes and no are written true and false.
    """
    shared = {"id": answer["id"], "error": answer["error"]}
    for key, term in answer["grades"].items():
        yield shared | {"term_key": key} | {name: _cell(value) for name, value in term.items()}
    if not answer["grades"]:
        yield shared


def _cell(value: object) -> object:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value
