"""Hypotension is proposed from pressure, fluid and vasopressors; what is not known is never grade 0."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from monitoring.domain.hypotension import PressureFacts, propose_hypotension
from monitoring.domain.interval import between
from monitoring.rules.loader import load_ctcae
from tests.monitoring.domain.build import V5

V3 = load_ctcae("3.0").value
TARGET = Decimal(90)


def _facts(
    systolic: str | None = "100",
    comparator: str | None = None,
    *,
    target: Decimal | None = TARGET,
    bolus: bool = False,
    pressor: bool | None = False,
    hours: float | None = None,
) -> PressureFacts:
    return PressureFacts(
        systolic=between(Decimal(systolic), comparator) if systolic is not None else None,
        target_sbp=target,
        bolus_charted=bolus,
        pressor_running=pressor,
        pressor_why="vasopressor state not charted" if pressor is None else "",
        treated_for=timedelta(hours=hours) if hours is not None else None,
    )


@pytest.mark.parametrize("version", ["4.03", "5.0", "6.0"])
@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (_facts("90"), 0),
        (_facts("89.9"), 1),
        (_facts("90", bolus=True), 0),
        (_facts("89", bolus=True), 2),
        (_facts("89", pressor=True), 3),
        (_facts("110", pressor=True), 3),
        (_facts("89", bolus=True, pressor=True), 3),
        (_facts(None, pressor=True), 3),
        (_facts("100", target=None, pressor=True), 3),
        (_facts("90", "<"), 1),
        (_facts("90", ">="), 0),
    ],
)
def test_grade_is_proposed_from_pressure_fluid_and_vasopressor(
    version: str, facts: PressureFacts, expected: int
) -> None:
    found = propose_hypotension(load_ctcae(version).value.terms["hypotension"], facts)

    assert (found.grade, found.at_most) == (expected, expected)
    assert found.proposed
    assert found.at_least


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        (_facts("100", target=None), "no pressure target is set for this course"),
        (_facts(None), "systolic pressure not measured"),
        (_facts("100", pressor=None), "vasopressor state not charted"),
        (_facts("80", pressor=None), "vasopressor state not charted"),
        (_facts("95", "<"), "the value leaves open whether it is below the target of 90"),
    ],
)
def test_no_grade_is_proposed_when_a_fact_is_missing(facts: PressureFacts, why: str) -> None:
    found = propose_hypotension(V5.terms["hypotension"], facts)

    assert (found.grade, found.why, found.proposed) == (None, why, False)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (_facts("80"), 1),
        (_facts("80", bolus=True), 2),
        (_facts("80", pressor=True, hours=23.99), 2),
        (_facts("100", pressor=True, hours=23.99), 2),
        (_facts("100", pressor=True, hours=24), 3),
        (_facts("100", pressor=True, hours=None), 2),
        (_facts("100"), 0),
    ],
)
def test_version_3_0_grades_a_vasopressor_by_how_long_it_has_run(facts: PressureFacts, expected: int) -> None:
    assert propose_hypotension(V3.terms["hypotension"], facts).grade == expected


def test_term_without_a_proposal_proposes_nothing() -> None:
    found = propose_hypotension(V5.terms["creatinine_increased"], _facts())

    assert (found.grade, found.why) == (None, "this version proposes no grade")
