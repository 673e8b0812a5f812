"""Both sides of every printed limit, in every printed unit, of every term of every version."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from monitoring.domain.ctcae import Ref
from monitoring.domain.facts import Baseline, GradeFacts
from monitoring.domain.grading import grade
from monitoring.domain.interval import point
from monitoring.rules.loader import VERSIONS, load_ctcae
from tests.monitoring.domain import oracle
from tests.monitoring.domain.build import OBSERVABLES


def _decimal(value: Fraction) -> Decimal:
    return Decimal(value.numerator) / Decimal(value.denominator)


def _facts(observable: str, unit: str, x: Fraction, references: dict[str, Fraction], status: str) -> GradeFacts:
    what = OBSERVABLES.by_key[observable]
    reported = what.units[unit if unit in what.units else what.unit or ""]
    return GradeFacts(
        observable=what,
        value=point(_decimal(x)),
        unit=reported,
        uln=_decimal(references["ULN"]),
        lln=_decimal(references["LLN"]),
        baseline=Baseline(_decimal(references["baseline"]), reported, status == "high", status == "low"),
        fasting=True,
        on_anticoagulation=True,
        above_40c_for=timedelta(hours=24),
        window=timedelta(hours=8),
        window_complete=True,
        temperature_cel=Decimal("39.0"),
        temperature_sustained=True,
        limits={Ref(name): _decimal(references[name]) for name in references if name.startswith("manufacturer")},
    )


CASES = [
    (version, term, observable, unit, values, references)
    for version in VERSIONS
    for term, observable, unit, values, references in oracle.cases(version)
]


@pytest.mark.parametrize(
    ("version", "term", "observable", "unit", "values", "references"),
    CASES,
    ids=[f"{case[0]} {case[1]['key']} by {case[2]} in {case[3]}" for case in CASES],
)
@pytest.mark.parametrize("status", ["normal", "high", "low"])
def test_grade_on_and_beside_each_printed_limit_is_the_printed_one(
    version: str,
    term: dict[str, Any],
    observable: str,
    unit: str,
    values: list[Fraction],
    references: dict[str, Fraction],
    status: str,
) -> None:
    rule = load_ctcae(version).value.terms[term["key"]]
    for x in values:
        reported = unit if unit in OBSERVABLES.by_key[observable].units else OBSERVABLES.by_key[observable].unit
        printed = oracle.expected(term, observable, reported or "", x, references, {"baseline_is": status})
        found = grade(rule, _facts(observable, unit, x, references, status))
        if rule.not_below is not None and x < rule.not_below:
            assert found.grade is None
        elif found.grade is None or found.grade > printed:
            # a longer window that has not been observed yet leaves grade 4 open
            assert term["key"] == "urine_output_decreased"
        else:
            assert found.grade == printed, (str(x), found)


def test_every_computable_term_of_every_version_is_covered() -> None:
    covered = {(case[0], case[1]["key"]) for case in CASES}
    computable = {
        (version, rule.key)
        for version in VERSIONS
        for rule in load_ctcae(version).value.terms.values()
        if rule.has_numbers
    }

    assert covered == computable
    assert len(covered) == 152
