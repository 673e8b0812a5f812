"""A missing limit, baseline, unit or value is never read as normal."""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitoring.domain.facts import Baseline, GradeFacts
from monitoring.domain.grading import grade
from monitoring.domain.interval import point
from monitoring.domain.observable import Unit
from monitoring.rules.loader import VERSIONS, load_ctcae
from tests.monitoring.domain.build import OBSERVABLES, V5, facts, graded

V6 = load_ctcae("6.0").value


@pytest.mark.parametrize(("value", "expected"), [("120", None), ("75", None), ("74", 2), ("40", 3), ("24", 4)])
def test_platelets_without_a_lower_limit_are_graded_only_where_the_number_alone_proves_it(
    value: str, expected: int | None
) -> None:
    found = graded("platelets_decreased", "platelets", value, "10*9/L")

    assert found.grade == expected
    if expected is None:
        assert (found.at_most, found.why) == (1, "lower limit of normal missing")


@pytest.mark.parametrize(
    ("value", "known", "grade", "at_least", "at_most"),
    [
        ("1.0", {"uln": "1.2"}, None, False, 3),
        ("1.3", {"uln": "1.2"}, 1, True, 3),
        ("2.0", {"uln": "1.2"}, 2, True, 3),
        ("4.0", {"uln": "1.2"}, 3, False, 3),
        ("8.0", {"uln": "1.2"}, 4, False, 4),
        ("1.0", {"baseline": "0.9"}, None, False, 4),
        ("2.0", {"baseline": "0.9"}, 2, True, 4),
        ("3.0", {"baseline": "0.9"}, 3, True, 4),
        ("3.0", {}, None, False, 4),
        ("1.0", {"uln": "1.2", "is_baseline_draw": True}, 0, False, 0),
        ("1.3", {"uln": "1.2", "is_baseline_draw": True}, 1, False, 1),
        ("1.0", {"is_baseline_draw": True}, None, False, 4),
    ],
)
def test_creatinine_is_never_lower_than_proven_when_a_reference_is_missing(
    value: str, known: dict[str, str], grade: int | None, at_least: bool, at_most: int
) -> None:
    found = graded("creatinine_increased", "creatinine", value, "mg/dL", **known)

    assert (found.grade, found.at_least, found.at_most) == (grade, at_least, at_most)
    if at_most > (grade or 0):
        assert "missing" in found.why


@pytest.mark.parametrize(
    ("value", "grade", "at_most"), [("1.2", 0, 0), ("1.3", 1, 1), ("1.9", 2, 2), ("3.7", 3, 3), ("12.1", 4, 4)]
)
def test_bilirubin_without_a_baseline_is_graded_by_its_upper_limit_and_flagged(
    value: str, grade: int, at_most: int
) -> None:
    found = graded("bilirubin_increased", "bilirubin_total", value, "mg/dL", uln="1.2")

    assert (found.grade, found.at_most) == (grade, at_most)
    assert (grade == 0) or "baseline missing" in found.why


@pytest.mark.parametrize(
    ("value", "grade", "at_most"),
    [("40", 0, 0), ("41", 1, 1), ("61", 1, 2), ("90", 1, 3), ("170", 2, 4), ("801", 4, 4)],
)
def test_alanine_transaminase_in_6_0_without_a_baseline_stays_open_as_far_as_an_abnormal_one_could_reach(
    value: str, grade: int, at_most: int
) -> None:
    found = graded("alt_increased", "alt", value, "U/L", uln="40", version=V6)

    assert (found.grade, found.at_most) == (grade, at_most)
    assert found.at_least is (at_most > grade)


@pytest.mark.parametrize("version", VERSIONS)
def test_baseline_draw_is_graded_by_the_upper_limit_alone(version: str) -> None:
    rules = load_ctcae(version).value
    for value, expected in (("1.2", 0), ("1.3", 1), ("1.9", 2), ("3.7", 3), ("12.1", 4)):
        draw = graded(
            "bilirubin_increased", "bilirubin_total", value, "mg/dL", uln="1.2", is_baseline_draw=True, version=rules
        )
        assert (draw.grade, draw.at_most) == (expected, expected)
    eosinophils = graded(
        "eosinophilia", "eosinophils", "0.6", "10*9/L", uln="0.5", is_baseline_draw=True, version=rules
    )
    assert eosinophils.grade == (1 if version in ("5.0", "6.0") else None)


def test_baseline_without_limits_is_flagged_as_such() -> None:
    found = graded("bilirubin_increased", "bilirubin_total", "2", "mg/dL", uln="1.2", baseline="1", is_high=None)

    assert (found.grade, "baseline without reference limits" in found.why) == (2, True)


def test_creatinine_in_6_0_is_unknown_while_a_low_baseline_could_count() -> None:
    assert graded("creatinine_increased", "creatinine", "1.0", "mg/dL", uln="1.2", version=V6).grade is None
    found = graded(
        "creatinine_increased", "creatinine", "1.0", "mg/dL", uln="1.2", baseline="0.5", is_low=None, version=V6
    )
    assert (found.grade, found.at_most) == (None, 2)


def test_baseline_with_a_comparator_gives_no_multiple() -> None:
    what = OBSERVABLES.by_key["creatinine"]
    unit = what.units["mg/dL"]
    known = GradeFacts(
        what, point(Decimal("1.0")), unit, uln=Decimal("1.2"), baseline=Baseline(None, unit, False, None)
    )

    assert grade(V5.terms["creatinine_increased"], known).grade is None


def test_problem_is_the_reason_when_there_is_no_usable_value() -> None:
    known = GradeFacts(OBSERVABLES.by_key["creatinine"], None, None, problem="not a number")

    found = grade(V5.terms["creatinine_increased"], known)

    assert (found.grade, found.at_most, found.why, found.term) == (None, None, "not a number", "creatinine_increased")


def test_no_value_is_no_grade() -> None:
    assert graded("creatinine_increased", "creatinine", None, "mg/dL", uln="1.2").why == "no value"


def test_unit_that_no_printed_limit_can_be_converted_to_is_not_gradable() -> None:
    what = OBSERVABLES.by_key["sodium"]
    stripped = OBSERVABLES.by_key["inr"]
    known = facts("sodium", "120", "mmol/L", lln="135")
    foreign = GradeFacts(
        observable=type(what)(
            key="sodium", name="Sodium", category=what.category, origin=what.origin, unit="{INR}",
            units=stripped.units, plausible=what.plausible, max_age=what.max_age,
        ),
        value=known.value, unit=Unit("{INR}"),
    )  # fmt: skip

    found = grade(V5.terms["hyponatremia"], foreign)

    assert (found.grade, found.why) == (None, "no printed limit for this unit")


@pytest.mark.parametrize("version", VERSIONS)
def test_no_term_is_graded_zero_when_every_reference_is_missing_and_its_ladder_needs_one(version: str) -> None:
    rules = load_ctcae(version).value
    for rule in rules.terms.values():
        for key in rule.computed_from:
            what = OBSERVABLES.by_key[key]
            clauses = [clause for row in rule.rows for clause in row.clauses if clause.observable == key]
            needs = [c for c in clauses if not c.absolute and c.on_anticoagulation is None and c.fasting is None]
            if not needs or what.unit is None:
                continue
            middle = Decimal("0.5") if rule.direction == "high" else Decimal(10**6)
            found = grade(rule, GradeFacts(what, point(middle), what.units[what.unit], at_rest=True))
            assert found.grade != 0, rule.key
