"""How is a text put into a cell so that no spreadsheet runs it as a formula?"""

from __future__ import annotations

from collections.abc import Iterable

# A spreadsheet takes a cell that begins so for a formula, also behind blanks; tab and return begin one in some.
BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def guarded(cell: object) -> str:
    """Return the cell's text; None is empty, and what would be a formula gets an apostrophe before it."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(BEGINS_A_FORMULA) or text.lstrip().startswith(BEGINS_A_FORMULA) else text


def guarded_row(cells: Iterable[object]) -> list[str]:
    """Return every cell guarded."""
    return [guarded(one) for one in cells]
