"""Which CTCAE term is each adverse event of a published series, and what could a number have graded there?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Literal

import msgspec

from monitoring.rules import loader
from monitoring.rules.faults import RuleFileIsInvalid

FILE = "toxicity_table.json"
Words = Literal["all", "some", "proposes", "none"]
SAYS: Mapping[Words, str] = {
    "all": "every grade but death",
    "some": "some of its grades",
    "proposes": "none; facts propose some",
    "none": "none",
}


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A value with its limits that proves ``grade`` of ``term``."""

    term: str
    observable: str
    value: str
    unit: str
    uln: str | None
    lln: str | None
    grade: int


class Percent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many of the patients had it, as printed; None: left blank."""

    grade_3: str | None
    grade_4: str | None
    all: str | None


class ToxicityRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One adverse event. ``terms`` are keys of the version's terms; one that the version lacks is among them too.

    ``verification`` says whether the event's name is the term's own (retrieved) or was assigned here (derived).
    """

    system: str
    event: str
    terms: tuple[str, ...]
    a_number_grades: Words
    cannot: str
    citation: str
    verification: Literal["retrieved", "derived"]
    examples: tuple[Example, ...]
    percent: Percent


class ToxicityTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table, in the order of the series."""

    schema: int
    version: int
    id: str
    ctcae: str
    about: str
    sources: dict[str, str]
    rows: tuple[ToxicityRow, ...]


@cache
def load_toxicity_table() -> ToxicityTable:
    """Return the released table. Raises RuleFileIsInvalid when it breaks its schema or names no source."""
    return read_toxicity_table((loader.FOLDER / FILE).read_text(encoding="utf-8"))


def read_toxicity_table(text: str) -> ToxicityTable:
    """Read a table's text. Raises RuleFileIsInvalid, naming the row."""
    try:
        table = msgspec.json.decode(text, type=ToxicityTable)
    except msgspec.MsgspecError as fault:
        raise RuleFileIsInvalid(f"toxicity table: {fault}") from fault
    for row in table.rows:
        if row.citation not in table.sources or not row.terms:
            raise RuleFileIsInvalid(f"toxicity table: {row.event}: without a source or a term")
    return table


def as_markdown(table: ToxicityTable, names: Mapping[str, str]) -> str:
    """Return the table as the page in the documentation; ``names`` are the terms' own names by key, "" where the
    version has no such term."""
    head = [
        "# The toxicity table of a published series",
        "",
        table.about,
        "",
        f"Printed from `monitoring/rules/{FILE}`; a test holds this page, the data and the engine together.",
        "",
        f"| event | CTCAE {table.ctcae} term | a number grades | and cannot | grade 3, 4, all (%) | checked |",
        "|---|---|---|---|---|---|",
    ]
    sources = ["", "## Source", "", *(f"- `{key}`: {text}" for key, text in table.sources.items()), ""]
    return "\n".join([*head, *(_line(row, names) for row in table.rows), *sources])


def _line(row: ToxicityRow, names: Mapping[str, str]) -> str:
    terms = ", ".join(f"{names[key]} (`{key}`)" if names[key] else f"no such term (`{key}`)" for key in row.terms)
    percent = _percent((row.percent.grade_3, row.percent.grade_4, row.percent.all))
    cells = (f"{row.event} ({row.system.lower()})", terms, SAYS[row.a_number_grades], row.cannot, percent)
    return f"| {' | '.join(cells)} | {row.verification}, `{row.citation}` |"


def _percent(printed: Iterable[str | None]) -> str:
    return ", ".join("blank" if one is None else one for one in printed)
