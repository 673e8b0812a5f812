"""Do the bands behind a chart say of every number the grade that the grading gives it?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from monitoring.domain.facts import GradeFacts
from monitoring.domain.grade_bands import GradeBand, grade_bands
from monitoring.domain.grading import grade
from monitoring.domain.interval import point
from monitoring.rules.loader import VERSIONS, load_ctcae
from tests.monitoring.domain.build import V5, facts

COURSES = {
    "creatinine_increased": facts("creatinine", "1", "mg/dL", uln="1.2", baseline="0.9"),
    "bilirubin_increased": facts("bilirubin_total", "1", "mg/dL", uln="1.2", baseline="0.7"),
    "platelets_decreased": facts("platelets", "200", "10*3/uL", lln="150", baseline="210"),
    "fever": replace(facts("temperature", "37", "Cel"), above_40c_for=timedelta(hours=1)),
    "weight_gain": facts("weight", "70", "kg", baseline="70"),
    # Its rows speak of oxygen's pressure too, which is another chart's.
    "hypoxia": facts("spo2", "97", "%"),
}


def grade_of(bands: tuple[GradeBand, ...], number: Decimal) -> int:
    for one in bands:
        from_low = one.low is None or number > one.low or (number == one.low and one.has_low)
        to_high = one.high is None or number < one.high or (number == one.high and one.has_high)
        if from_low and to_high:
            return one.grade
    return 0


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("term", COURSES)
def test_every_number_lies_in_the_band_of_its_grade(term: str, version: str) -> None:
    rule, known = load_ctcae(version).value.terms[term], COURSES[term]
    bands = grade_bands(rule, known)
    ends = {end for one in bands for end in (one.low, one.high) if end is not None}
    step = Decimal("0.0001")

    numbers = {number for end in ends for number in (end - step, end, end + step) if number > 0} | {Decimal("0.001")}

    assert {number: grade_of(bands, number) for number in numbers} == {
        number: grade(rule, replace(known, value=point(number))).grade or 0 for number in numbers
    }


def test_bands_are_the_printed_ones_when_the_limits_are_known() -> None:
    bands = grade_bands(V5.terms["platelets_decreased"], COURSES["platelets_decreased"])

    assert [(one.grade, one.low, one.high) for one in bands] == [
        (4, None, Decimal("25.0")), (3, Decimal("25.0"), Decimal("50.0")),
        (2, Decimal("50.0"), Decimal("75.0")), (1, Decimal("75.0"), Decimal(150)),
    ]  # fmt: skip


def test_there_is_no_band_when_the_limit_of_normal_is_not_known() -> None:
    unknown: GradeFacts = facts("bilirubin_total", "1", "mg/dL")

    assert grade_bands(V5.terms["bilirubin_increased"], unknown) == ()


def test_there_is_no_band_when_no_number_decides_the_term() -> None:
    assert grade_bands(V5.terms["hypotension"], facts("bp_systolic", "80", "mm[Hg]")) == ()
