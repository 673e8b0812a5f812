"""Total calcium grades as corrected only with the albumin of its draw, in the form of its own unit system."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest

from monitoring.domain.corrected_calcium import MISSING
from monitoring.domain.current_grades import grade_observation
from monitoring.domain.facts import TermResult
from monitoring.domain.reading import MeasuredReading
from monitoring.rules.loader import load_ctcae
from tests.monitoring.domain.build import OBSERVABLES, V5, present, reading

V3 = load_ctcae("3.0").value


def calcium(value: str, hours_ago: float = 1, unit: str = "mg/dL", **sent: str) -> MeasuredReading:
    limits = {"mg/dL": ("8.5", "10.5"), "mmol/L": ("2.12", "2.62"), "meq/L": ("4.24", "5.24")}[unit]
    return reading("calcium_total", value, unit, hours_ago=hours_ago, lln=limits[0], uln=limits[1], **sent)


def albumin(value: str | None, hours_ago: float = 1, unit: str = "g/dL", **sent: str) -> MeasuredReading:
    return reading("albumin", value, unit, hours_ago=hours_ago, **sent)


def of(one: MeasuredReading, *around: MeasuredReading) -> dict[str, TermResult]:
    results = grade_observation(
        one, around, target_sbp=Decimal(90), baselines={}, ctcae=V5, observables=OBSERVABLES
    )  # fmt: skip
    return {result.term: result for result in results}


@pytest.mark.parametrize(
    ("total", "protein", "grade"),
    [  # corrected: 8.5, 8.4, 8.0, 7.9, 7.0, 6.9, 6.0, 5.9
        ("7.7", "3.0", 0), ("7.6", "3.0", 1), ("7.2", "3.0", 1), ("7.1", "3.0", 2), ("6.2", "3.0", 2),
        ("6.1", "3.0", 3), ("5.2", "3.0", 3), ("5.1", "3.0", 4), ("8.1", "4.0", 1), ("8.8", "5.0", 1),
    ],
)  # fmt: skip
def test_low_calcium_is_graded_after_correction_in_mg_per_dl(total: str, protein: str, grade: int) -> None:
    assert present(calcium(total), albumin(protein))["hypocalcemia"].grade == grade


@pytest.mark.parametrize(
    ("total", "protein", "grade"),
    [  # mmol/L: total + 0.02 x (40 - g/L) = 2.12, 2.11, 2.00, 1.99
        ("1.92", "30", 0), ("1.91", "30", 1), ("1.80", "30", 1), ("1.79", "30", 2)
    ],
)  # fmt: skip
def test_in_mmol_per_litre_the_form_of_that_unit_is_used(total: str, protein: str, grade: int) -> None:
    found = present(calcium(total, unit="mmol/L"), albumin(protein, unit="g/L"))

    assert found["hypocalcemia"].grade == grade


def test_milliequivalents_are_corrected_by_the_mmol_form() -> None:
    assert present(calcium("3.83", unit="meq/L"), albumin("3.0"))["hypocalcemia"].grade == 1, "4.23 is below 4.24"
    assert present(calcium("3.84", unit="meq/L"), albumin("3.0"))["hypocalcemia"].grade == 0


@pytest.mark.parametrize(("total", "grade"), [("9.7", 0), ("9.8", 1), ("10.7", 1), ("10.8", 2)])
def test_high_calcium_is_graded_after_correction_too(total: str, grade: int) -> None:
    assert present(calcium(total), albumin("3.0"))["hypercalcemia"].grade == grade


def test_without_an_albumin_it_says_so_and_never_grades_the_total() -> None:
    for found in (present(calcium("6.5")), of(calcium("6.5"))):
        assert (found["hypocalcemia"].grade, found["hypocalcemia"].why) == (None, MISSING)
        assert found["hypercalcemia"].grade is None


@pytest.mark.parametrize(
    "spoiled", [{"value": "hemolyzed"}, {"value": None}, {"value": "3.0", "status": "preliminary"}]
)
def test_an_albumin_that_cannot_count_is_missing(spoiled: dict[str, str]) -> None:
    assert present(calcium("6.5"), albumin(**spoiled))["hypocalcemia"].why == MISSING


def test_an_unusable_total_has_no_grade_whatever_the_albumin() -> None:
    assert present(calcium("hemolyzed"), albumin("3.0"))["hypocalcemia"].why == "not a number"


@pytest.mark.parametrize(("seconds", "grade"), [(0, 1), (1, None)])
def test_the_albumin_may_be_twelve_hours_away_and_no_more(seconds: int, grade: int | None) -> None:
    apart = 12 + seconds / 3600

    assert present(calcium("7.6", 1), albumin("3.0", 1 + apart))["hypocalcemia"].grade == grade
    assert present(calcium("7.6", 1 + apart), albumin("3.0", 1))["hypocalcemia"].grade == grade


def test_the_nearest_albumin_counts_and_of_two_equally_near_the_worse_for_the_term() -> None:
    nearest = present(calcium("7.6", 3), albumin("4.0", 9), albumin("3.0", 4))
    assert nearest["hypocalcemia"].grade == 1

    both = present(calcium("7.6", 3), albumin("3.0", 3), albumin("2.0", 3))
    assert both["hypocalcemia"].grade == 1, "the higher albumin corrects less"
    both = present(calcium("9.8", 3), albumin("3.0", 3), albumin("4.0", 3))
    assert both["hypercalcemia"].grade == 1, "the lower albumin corrects more"


def test_a_comparator_on_either_keeps_the_range() -> None:
    low = present(calcium("7.6"), albumin("3.0", comparator="<"))
    assert (low["hypocalcemia"].grade, low["hypocalcemia"].at_most) == (None, 1), "8.4 or more, up to 10.8"
    high = present(calcium("10.8"), albumin("3.0", comparator="<"))
    assert (high["hypercalcemia"].grade, high["hypercalcemia"].at_most) == (2, 4)
    above = present(calcium("5.0"), albumin("5.0", comparator=">"))
    assert above["hypocalcemia"].grade == 4, "below 4.2, however high the albumin"
    total = present(calcium("14", comparator=">"), albumin("4.0"))
    assert total["hypercalcemia"].grade == 4


def test_the_words_say_what_it_was_corrected_for() -> None:
    assert "corrected for albumin 3.0 g/dL" in present(calcium("7.6"), albumin("3.0"))["hypocalcemia"].why
    assert "unlikely" in present(calcium("5.5"), albumin("3.0"))["hypocalcemia"].why


def test_a_later_albumin_grades_the_calcium_it_is_the_nearest_to_and_no_other() -> None:
    total, early, late = calcium("7.6", 5), albumin("3.0", 6), albumin("2.0", 1)

    assert of(total, early, late)["hypocalcemia"].grade == 1, "the later albumin is not known yet"
    assert of(late, total)["hypocalcemia"].grade == 0, "7.6 + 0.8 x 2.0"
    assert "hypocalcemia" not in of(late, total, early), "this calcium has a nearer albumin"
    assert "hypocalcemia" not in of(late)


def test_beside_an_ionised_calcium_a_total_without_albumin_says_nothing() -> None:
    ionised = reading("calcium_ionized", "1.2", "mmol/L", hours_ago=1, lln="1.1", uln="1.35")

    assert (present(ionised, calcium("6.5"))["hypocalcemia"].grade) == 0
    assert present(ionised, calcium("6.5"))["hypocalcemia"].at_most == 0
    assert present(ionised, calcium("6.5"), albumin("4.0"))["hypocalcemia"].grade == 3


def test_version_3_prints_limits_for_total_calcium_and_none_is_corrected() -> None:
    assert present(calcium("7.6"), albumin("3.0"), ctcae=V3)["hypocalcemia"].grade == 2


def test_order_of_arrival_never_matters() -> None:
    readings = [calcium("7.6", 5), albumin("3.0", 6), albumin("2.0", 1), calcium("7.0", 2)]

    found = {present(*order)["hypocalcemia"].why for order in permutations(readings)}

    assert len(found) == 1


def test_a_window_of_half_a_day_is_stated() -> None:
    from monitoring.domain.corrected_calcium import ONE_DRAW_WITHIN

    assert timedelta(hours=12) == ONE_DRAW_WITHIN
