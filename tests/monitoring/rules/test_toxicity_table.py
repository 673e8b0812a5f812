"""Is what the toxicity table says of CTCAE 3.0 true of the data, of the engine and of the page that prints it?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from monitoring.domain.ctcae import TermRule
from monitoring.rules.faults import RuleFileIsInvalid
from monitoring.rules.loader import FOLDER, load_ctcae, load_observables
from monitoring.rules.toxicity_table_file import (
    FILE,
    Example,
    ToxicityRow,
    as_markdown,
    load_toxicity_table,
    read_toxicity_table,
)
from tests.architecture.source import ROOT
from tests.monitoring.domain.build import graded

TABLE = load_toxicity_table()
V3 = load_ctcae("3.0").value
DOCUMENT = ROOT / "docs/toxicity_table.md"


def what_a_number_grades(rules: list[TermRule]) -> str:
    """What the engine could do with numbers for these terms together."""
    if any(rule.proposal is not None for rule in rules):
        return "proposes"
    by_number = [{row.grade for row in rule.rows if row.clauses} for rule in rules]
    if all(
        rule.present and found == {row.grade for row in rule.rows} for rule, found in zip(rules, by_number, strict=True)
    ):
        return "all"
    return "some" if any(by_number) else "none"


def test_table_has_the_24_events_of_the_series() -> None:
    assert len({row.event for row in TABLE.rows}) == len(TABLE.rows) == 24


@pytest.mark.parametrize("row", TABLE.rows, ids=lambda row: row.event)
def test_every_named_term_is_in_the_version_s_data(row: ToxicityRow) -> None:
    assert set(row.terms) <= set(V3.terms)
    assert len(row.terms) > 1 or all(V3.terms[term].present for term in row.terms)


@pytest.mark.parametrize("row", TABLE.rows, ids=lambda row: row.event)
def test_what_a_number_grades_is_what_the_engine_grades(row: ToxicityRow) -> None:
    rules = [V3.terms[term] for term in row.terms]

    assert what_a_number_grades(rules) == row.a_number_grades
    assert bool(row.examples) == (row.a_number_grades in ("all", "some"))
    assert all(key in load_observables().value.by_key for rule in rules for key in rule.computed_from)


@pytest.mark.parametrize(
    "example", [one for row in TABLE.rows for one in row.examples], ids=lambda one: f"{one.term}-{one.value}"
)
def test_engine_gives_the_example_its_grade(example: Example) -> None:
    found = graded(
        example.term, example.observable, example.value, example.unit, version=V3, uln=example.uln, lln=example.lln
    )

    assert found.grade == example.grade, found.why


def test_page_in_the_documentation_is_the_data_printed() -> None:
    names = {key: rule.term if rule.present else "" for key, rule in V3.terms.items()}

    assert DOCUMENT.read_text(encoding="utf-8") == as_markdown(TABLE, names)


def changed(**row: Any) -> str:
    table = json.loads((FOLDER / FILE).read_text(encoding="utf-8"))
    table["rows"][0].update(row)
    return json.dumps(table)


@pytest.mark.parametrize("row", [{"citation": "nobody"}, {"terms": []}, {"a_number_grades": "perhaps"}, {"more": 1}])
def test_table_that_breaks_its_schema_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(RuleFileIsInvalid):
        read_toxicity_table(changed(**row))
