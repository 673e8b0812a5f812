"""The present grade of each term rests on the newest reading; stale, unusable or missing is never graded."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from dosing.domain.snapshot import Origin, Reading, TermGrade
from monitoring.domain.current_grades import ALWAYS
from monitoring.rules.loader import load_ctcae
from tests.monitoring.domain.build import AT, none_running, present, reading


def _creatinine(value: str, hours_ago: float, **sent: Any) -> Reading:
    return reading("creatinine", value, "mg/dL", hours_ago=hours_ago, uln="1.2", lln="0.6", **sent)


BASE = {"creatinine": _creatinine("1.0", 48)}


def _now(*readings: Reading, **course: Any) -> TermGrade:
    course.setdefault("baselines", BASE)
    return present(*readings, **course)["creatinine_increased"]  # type: ignore[arg-type]


def test_terms_of_the_overlay_are_always_answered_and_without_readings_not_gradable() -> None:
    found = present()

    assert set(found) == set(ALWAYS)
    assert {each.grade for each in found.values()} == {None}
    assert {each.at_most for each in found.values()} == {None}
    assert all(each.why for each in found.values())


def test_whole_picture_of_a_patient_in_trouble() -> None:
    found = present(
        reading("bp_systolic", "84", "mm[Hg]", hours_ago=0.5), reading("fluid_bolus", "500", "mL", hours_ago=3),
        none_running(1), _creatinine("3.1", 2), reading("platelets", "60", "10*3/uL", hours_ago=2, lln="150"),
        reading("bilirubin_total", "2.0", "mg/dL", hours_ago=2, uln="1.2"), reading("spo2", "95", "%", hours_ago=0.2),
        reading("o2_device", "cannula", hours_ago=0.2), reading("heart_rate", "118", "/min", hours_ago=0.2),
        baselines=BASE,
    )  # fmt: skip

    assert {key: found[key].grade for key in ALWAYS} == {
        "hypotension": 2, "creatinine_increased": 3, "bilirubin_increased": 2, "platelets_decreased": 2, "hypoxia": 0,
        "sinus_tachycardia": 1,
    }  # fmt: skip
    assert found["hypotension"].proposed
    assert found["sinus_tachycardia"].proposed
    assert "oxygen given (cannula)" in found["hypoxia"].why
    assert found["creatinine_increased"].shown == "3.1 mg/dL"
    assert found["creatinine_increased"].observed_at == AT - timedelta(hours=2)


def test_newest_reading_counts_however_they_arrive() -> None:
    readings = [_creatinine("3.4", 5), _creatinine("1.1", 2), _creatinine("4.0", 8), _creatinine("9", -1)]

    for _ in range(10):
        random.Random(len(readings)).shuffle(readings)
        assert _now(*readings).grade == 0


def test_worse_of_two_at_the_same_instant_counts() -> None:
    found = _now(_creatinine("1.1", 2), _creatinine("3.4", 2))

    assert (found.grade, found.at_most, found.shown) == (3, 3, "3.4 mg/dL")


def test_wider_of_two_equal_grades_keeps_its_open_end() -> None:
    found = _now(_creatinine("3.4", 2), _creatinine("3.3", 2, comparator=">"))

    assert (found.grade, found.at_most) == (3, 4)


@pytest.mark.parametrize(("seconds", "expected"), [(0, 3), (1, None)])
def test_grade_lapses_a_second_after_the_age_limit(seconds: int, expected: int | None) -> None:
    found = _now(_creatinine("3.4", 14), at=AT + timedelta(seconds=seconds))

    assert found.grade == expected
    assert found.shown == "3.4 mg/dL"
    if expected is None:
        assert (found.at_most, found.why) == (None, "measured too long ago")


def test_age_limit_can_be_set_per_observable() -> None:
    assert _now(_creatinine("3.4", 20), max_age={"creatinine": timedelta(hours=28)}).grade == 3
    assert _now(_creatinine("3.4", 13), max_age={"creatinine": timedelta(hours=12)}).grade is None


@pytest.mark.parametrize(
    ("older", "hours_ago", "grade", "at_most"),
    [("1.1", 5, None, None), ("3.4", 5, 3, None), ("2.0", 5, 2, None), ("3.4", 15, None, None)],
)
def test_unusable_newest_leaves_only_what_a_fresh_older_one_proves(
    older: str, hours_ago: float, grade: int | None, at_most: int | None
) -> None:
    found = _now(_creatinine(older, hours_ago), _creatinine("hemolyzed", 1))

    assert (found.grade, found.at_most) == (grade, at_most)
    assert "not a number" in found.why


def test_unusable_beside_a_usable_at_one_instant_leaves_the_usable_a_minimum() -> None:
    assert _now(_creatinine("1.1", 2), _creatinine("x", 2)).grade is None
    found = _now(_creatinine("3.4", 2), _creatinine("x", 2))
    assert (found.grade, found.at_most) == (3, None)


@pytest.mark.parametrize(
    ("firm", "early", "expected"), [("1.1", "3.4", 3), ("3.4", "1.1", 3), (None, "3.4", 3), (None, "1.1", None)]
)
def test_preliminary_result_can_only_make_it_worse(firm: str | None, early: str, expected: int | None) -> None:
    readings = [_creatinine(early, 1, status="preliminary")]
    if firm is not None:
        readings.append(_creatinine(firm, 2))

    found = _now(*readings)

    assert found.grade == expected
    if firm is None:
        assert found.at_most is None


def test_cancelled_reading_gives_way_to_the_one_before() -> None:
    assert _now(_creatinine("3.4", 1, status="entered-in-error"), _creatinine("1.1", 2)).grade == 0


def test_baseline_draw_is_graded_by_its_limits_alone() -> None:
    draw = _creatinine("1.3", 5)

    assert _now(draw, baselines={"creatinine": draw}).grade == 1
    assert _now(_creatinine("3.0", 6), baselines={"creatinine": draw}).grade == 2
    assert _now(_creatinine("1.0", 5), baselines={}).grade is None


def test_baseline_with_a_comparator_or_unusable_proves_no_multiple() -> None:
    for sent in ({"comparator": "<"}, {"status": "final"}):
        value = "1.0" if "comparator" in sent else "x"
        found = _now(_creatinine("1.1", 2), baselines={"creatinine": _creatinine(value, 48, **sent)})
        assert found.grade is None


def test_baseline_is_judged_by_its_own_limits_and_else_by_those_of_the_value() -> None:
    value = reading("bilirubin_total", "2.5", "mg/dL", hours_ago=1, uln="1.2", lln="0.2")
    own = reading("bilirubin_total", "1.3", "mg/dL", hours_ago=48, uln="1.5")
    high = reading("bilirubin_total", "1.3", "mg/dL", hours_ago=48, uln="1.2")
    bare = reading("bilirubin_total", "22.2352", "umol/L", hours_ago=48)

    grades = {
        name: present(value, baselines={"bilirubin_total": base})["bilirubin_increased"].grade
        for name, base in (("own", own), ("high", high), ("bare", bare))
    }

    assert grades == {"own": 2, "high": 2, "bare": 2}
    assert "baseline 1.3" in present(value, baselines={"bilirubin_total": high})["bilirubin_increased"].why
    assert "baseline 22.2352 umol/L" in present(value, baselines={"bilirubin_total": bare})["bilirubin_increased"].why
    assert "ULN" in present(value, baselines={"bilirubin_total": own})["bilirubin_increased"].why


def test_plain_reading_is_graded_in_the_contracts_unit() -> None:
    plain = Reading("platelets", AT - timedelta(hours=1), Decimal(40), origin=Origin.LABORATORY, shown="40")

    assert present(plain)["platelets_decreased"].grade == 3  # type: ignore[arg-type]


def test_rate_per_weight_feeds_no_numeric_term_but_hypotension() -> None:
    found = present(reading("phenylephrine_rate", "80", "ug/min", hours_ago=0.5))

    assert (found["hypotension"].grade, found["hypotension"].shown) == (3, "80 ug/min")
    assert set(found) == set(ALWAYS)


def test_urine_charted_as_a_rate_is_held_in_millilitres_over_its_interval() -> None:
    urine = reading("urine_output", "5", "mL/h", interval_start=AT - timedelta(hours=8))

    found = present(urine)["urine_output_decreased"]

    assert (found.grade, found.at_most) == (3, 4), "40 mL in 8 h; the day is not observed"


def test_fasting_glucose_feeds_both_sugar_terms() -> None:
    found = present(reading("glucose_fasting", "39", "mg/dL", hours_ago=1), ctcae=load_ctcae("4.03").value)

    assert found["hypoglycemia"].grade == 3
    assert "hyperglycemia" in found


def test_two_measures_of_one_term_count_by_the_worse_and_only_while_fresh() -> None:
    good, gas = reading("spo2", "96", "%", hours_ago=0.5), reading("pao2", "50", "mm[Hg]", hours_ago=1)

    assert present(good, gas)["hypoxia"].grade == 3
    assert present(good, reading("pao2", "50", "mm[Hg]", hours_ago=3))["hypoxia"].grade == 0
    assert present(reading("spo2", "off", "%", hours_ago=0.5), gas)["hypoxia"].grade == 3
    assert present(reading("spo2", "off", "%", hours_ago=0.5))["hypoxia"].grade is None


def test_preliminary_result_of_one_measure_is_not_outweighed_by_the_other() -> None:
    gas = reading("pao2", "80", "mm[Hg]", hours_ago=1)

    early_good = present(gas, reading("spo2", "97", "%", hours_ago=0.5, status="preliminary"))["hypoxia"]
    early_bad = present(gas, reading("spo2", "80", "%", hours_ago=0.5, status="preliminary"))["hypoxia"]

    assert (early_good.grade, early_good.why) == (None, "only a preliminary result")
    assert (early_bad.grade, early_bad.at_most) == (3, None)


def test_open_end_stays_open_beside_a_reading_that_is_certain() -> None:
    sure, doubtful = reading("spo2", "96", "%", hours_ago=0.5), reading("pao2", "50", "mm[Hg]", hours_ago=1.5)
    unreadable = reading("pao2", "x", "mm[Hg]", hours_ago=1)

    for order in ((sure, doubtful, unreadable), (unreadable, doubtful, sure)):
        found = present(*order)["hypoxia"]
        assert (found.grade, found.at_most) == (3, None)


def test_version_3_0_proposes_three_for_a_fall_at_rest() -> None:
    version = load_ctcae("3.0").value
    found = present(reading("spo2", "87.9", "%"), ctcae=version)["hypoxia"]

    assert (found.grade, found.proposed) == (3, True)
    assert present(reading("spo2", "88", "%"), ctcae=version)["hypoxia"].grade == 0
    assert present(reading("pao2", "50", "mm[Hg]"), ctcae=version)["hypoxia"].grade is None


def test_tachycardia_with_a_comparator_may_stay_open() -> None:
    assert present(reading("heart_rate", "120", "/min", comparator="<"))["sinus_tachycardia"].grade is None
    assert present(reading("heart_rate", "100", "/min", comparator=">"))["sinus_tachycardia"].grade == 1


def test_temperature_of_the_same_time_opens_febrile_neutropenia() -> None:
    anc = reading("anc", "0.4", "10*9/L", hours_ago=3)

    assert present(anc, reading("temperature", "38.4", "Cel", hours_ago=1))["febrile_neutropenia"].grade == 3
    assert present(anc, reading("temperature", "38.4", "Cel", hours_ago=2.1))["febrile_neutropenia"].grade is None
    assert present(anc, reading("temperature", "x", "Cel", hours_ago=1))["febrile_neutropenia"].grade is None


def test_unlikely_value_is_graded_and_marked() -> None:
    found = present(reading("heart_rate", "170", "/min"))["sinus_tachycardia"]

    assert (found.grade, found.why.endswith("an unlikely value: check it")) == (1, True)


def test_unknown_observable_feeds_nothing_and_harms_nothing() -> None:
    stray = Reading("smell", AT, Decimal(1))

    assert set(present(stray)) == set(ALWAYS)  # type: ignore[arg-type]


def test_origin_of_the_reading_travels_with_the_grade() -> None:
    assert (
        present(reading("heart_rate", "120", "/min", origin=Origin.DEVICE))["sinus_tachycardia"].origin is Origin.DEVICE
    )
