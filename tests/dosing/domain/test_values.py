"""Which reading of an input counts, how old may it be, and what does a sign or an unusable value leave open?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dosing.domain.snapshot import Status
from dosing.rules.loader import load_inputs
from tests.dosing.domain.patients import AT, Patient, ago, missing_of, reading

CALM = Patient("consensus_2014")
SECOND = timedelta(seconds=1)
AGED = {
    name: rule.max_age
    for name, rule in load_inputs().value.inputs.items()
    if name in ("bp_systolic", "heart_rate", "spo2", "creatinine", "bicarbonate", "platelets", "weight")
}


def test_calm_patient_may_continue() -> None:
    outcome = CALM.outcome()

    assert (outcome.verdict, outcome.met, outcome.unknown, outcome.missing) == ("CONTINUE", (), (), ())


def test_later_fact_does_not_count_when_it_is_one_second_after_the_assessment() -> None:
    later = reading("heart_rate", "150", at=AT + SECOND)

    assert CALM.plus(later).state("j_cv_st_abs") == "not_met"
    assert CALM.plus(reading("heart_rate", "150", at=AT)).state("j_cv_st_abs") == "met"


@pytest.mark.parametrize(("first", "second"), [("150", "90"), ("90", "150")])
def test_newest_reading_counts_whatever_came_before(first: str, second: str) -> None:
    patient = CALM.with_(
        reading("heart_rate", first, at=ago(minutes=20)), reading("heart_rate", second, at=ago(minutes=10))
    )

    assert patient.state("j_cv_st_abs") == ("met" if second == "150" else "not_met")


@pytest.mark.parametrize("values", [("150", "90"), ("90", "150")])
def test_worse_reading_counts_at_a_tie(values: tuple[str, str]) -> None:
    at = ago(minutes=5)
    patient = CALM.with_(*(reading("heart_rate", value, at=at) for value in values))

    assert patient.state("j_cv_st_abs") == "met"


@pytest.mark.parametrize(("name", "age"), AGED.items(), ids=AGED.keys())
def test_input_is_fresh_at_its_age_limit_and_unknown_a_second_later(name: str, age: timedelta) -> None:
    value = {"bp_systolic": "110", "heart_rate": "88", "spo2": "97", "bicarbonate": "24", "platelets": "180"}
    fresh = CALM.valued(name, value.get(name, "1.1" if name == "creatinine" else "70"), at=AT - age)
    stale = CALM.valued(name, value.get(name, "1.1" if name == "creatinine" else "70"), at=AT - age - SECOND)

    assert fresh.outcome().verdict == "CONTINUE"
    assert fresh.outcome().valid_until == AT
    assert stale.outcome().verdict == "UNDECIDED"
    assert missing_of(stale.outcome()) == [name]


def test_stale_value_does_not_hold_but_is_shown() -> None:
    patient = CALM.valued("creatinine", "3.4", at=ago(hours=15))
    missing = patient.outcome().missing[0]

    assert patient.state("j_ren_cr_abs") == "unknown"
    assert patient.result("j_ren_cr_abs").reason == "stale"
    assert (missing.last_value, missing.last_observed_at) == ("3.4 mg/dL", ago(hours=15))
    assert "Creatinine too old: 3.4 mg/dL, 15 h old, at most 14 h" in patient.outcome().why


@pytest.mark.parametrize("status", [Status.FINAL, Status.AMENDED, Status.CORRECTED])
def test_firm_result_counts_both_ways(status: Status) -> None:
    assert CALM.valued("creatinine", "3.4", status=status).state("j_ren_cr_abs") == "met"
    assert CALM.valued("creatinine", "1.0", status=status).state("j_ren_cr_abs") == "not_met"


@pytest.mark.parametrize("status", [Status.CANCELLED, Status.ENTERED_IN_ERROR])
def test_void_result_never_counts(status: Status) -> None:
    assert CALM.valued("creatinine", "3.4", status=status).result("j_ren_cr_abs").reason == "absent"
    assert CALM.plus(reading("creatinine", "3.4", at=AT, status=status)).state("j_ren_cr_abs") == "not_met"


def test_preliminary_result_counts_only_where_it_meets() -> None:
    worse = reading("creatinine", "3.4", at=ago(minutes=10), status=Status.PRELIMINARY)
    calm = reading("creatinine", "1.0", at=ago(minutes=10), status=Status.PRELIMINARY)

    assert CALM.plus(worse).state("j_ren_cr_abs") == "met"
    assert CALM.with_(worse).state("j_ren_cr_abs") == "met"
    assert CALM.with_(calm).state("j_ren_cr_abs") == "unknown"
    assert CALM.with_(calm).result("j_ren_cr_abs").detail == "only a preliminary result"
    assert CALM.valued("creatinine", "3.4").plus(calm).state("j_ren_cr_abs") == "met"


def test_preliminary_result_is_forgotten_once_a_final_one_is_newer() -> None:
    early = reading("creatinine", "3.4", at=ago(minutes=40), status=Status.PRELIMINARY)

    assert CALM.plus(early).state("j_ren_cr_abs") == "not_met"


def test_preliminary_result_is_forgotten_when_too_old() -> None:
    early = reading("creatinine", "3.4", at=ago(hours=15), status=Status.PRELIMINARY)

    assert CALM.with_(early).state("j_ren_cr_abs") == "unknown"


def test_correction_replaces_the_result_it_names() -> None:
    wrong = reading("creatinine", "3.4", id="a", at=ago(minutes=20))
    right = reading("creatinine", "1.0", id="b", at=ago(minutes=25), replaces="a", status=Status.CORRECTED)

    assert CALM.with_(wrong, right).state("j_ren_cr_abs") == "not_met"
    assert CALM.with_(wrong).state("j_ren_cr_abs") == "met"


def test_voiding_row_takes_away_the_result_it_names() -> None:
    wrong = reading("creatinine", "1.0", id="a")
    void = reading("creatinine", "1.0", id="b", replaces="a", status=Status.ENTERED_IN_ERROR)

    assert CALM.with_(wrong, void).result("j_ren_cr_abs").reason == "absent"


def test_preliminary_correction_replaces_nothing() -> None:
    high = reading("creatinine", "3.4", id="a")
    early = reading("creatinine", "1.0", id="b", replaces="a", status=Status.PRELIMINARY)

    assert CALM.with_(high, early).state("j_ren_cr_abs") == "met"


def test_later_version_of_the_same_id_counts_alone() -> None:
    early = reading("creatinine", "3.4", id="a", status=Status.PRELIMINARY)
    final = reading("creatinine", "1.0", id="a")
    void = reading("creatinine", "1.0", id="a", status=Status.CANCELLED)

    assert CALM.with_(early, final).state("j_ren_cr_abs") == "not_met"
    assert CALM.with_(final, void).state("j_ren_cr_abs") == "unknown"


@pytest.mark.parametrize(
    ("comparator", "value", "lower_row", "upper_row"),
    [
        ("<", "0.5", "not_met", "not_met"),
        ("<", "2.5", "not_met", "not_met"),
        ("<=", "2.5", "unknown", "not_met"),
        ("<", "2.6", "unknown", "not_met"),
        ("<", "3.0", "unknown", "not_met"),
        ("<=", "3.0", "unknown", "unknown"),
        (">", "2.0", "unknown", "unknown"),
        (">=", "3.0", "not_met", "met"),
        (">", "3.0", "not_met", "met"),
        (">", "3.5", "not_met", "met"),
    ],
)
def test_comparator_is_an_interval(comparator: str, value: str, lower_row: str, upper_row: str) -> None:
    patient = CALM.valued("creatinine", value, comparator=comparator)

    assert (patient.state("j_ren_cr_rel"), patient.state("j_ren_cr_abs")) == (lower_row, upper_row)
    if "unknown" in (lower_row, upper_row):
        assert patient.outcome().verdict == "UNDECIDED"
        assert missing_of(patient.outcome()) == ["creatinine"]


def test_unknown_comparator_is_an_error_of_that_criterion_alone() -> None:
    patient = CALM.valued("creatinine", "1.0", comparator="~")

    assert patient.result("j_ren_cr_abs").reason == "error"
    assert "comparator '~'" in patient.result("j_ren_cr_abs").detail
    assert patient.outcome().verdict == "UNDECIDED"


@pytest.mark.parametrize("name", ["heart_rate", "creatinine"])
def test_unusable_newest_value_makes_the_input_unknown(name: str) -> None:
    bad = reading(name, unusable="lead off", at=ago(minutes=5), shown="0 /min")
    outcome = CALM.plus(bad).outcome()

    assert outcome.verdict == "UNDECIDED"
    assert outcome.missing[0].reason == "unusable"
    assert outcome.missing[0].last_value == "0 /min (lead off)"


def test_older_value_may_only_meet_a_criterion_while_the_newest_is_unusable() -> None:
    older = reading("heart_rate", "150", at=ago(minutes=20))
    bad = reading("heart_rate", unusable="lead off", at=ago(minutes=5))
    patient = CALM.with_(older, bad)

    assert patient.state("j_cv_st_abs") == "met"
    assert patient.state("j_cv_st_rel") == "unknown"
    assert missing_of(patient.outcome()) == ["heart_rate"]


def test_older_value_does_not_meet_when_it_is_too_old_itself() -> None:
    older = reading("heart_rate", "150", at=ago(hours=2) - SECOND)
    bad = reading("heart_rate", unusable="lead off", at=ago(minutes=5))

    assert CALM.with_(older, bad).state("j_cv_st_abs") == "unknown"


def test_input_is_known_again_once_it_is_measured_again() -> None:
    bad = reading("heart_rate", unusable="lead off", at=ago(minutes=40))

    assert CALM.plus(bad).outcome().verdict == "CONTINUE"


def test_unusable_value_at_a_tie_makes_unknown() -> None:
    at = ago(minutes=5)
    bad = reading("heart_rate", unusable="impossible", at=at)

    assert CALM.with_(reading("heart_rate", "90", at=at), bad).state("j_cv_st_abs") == "unknown"
    assert CALM.with_(reading("heart_rate", "150", at=at), bad).state("j_cv_st_abs") == "met"


@pytest.mark.parametrize("broken", [reading("heart_rate"), reading("heart_rate", unusable="")])
def test_reading_without_a_value_is_unusable(broken: object) -> None:
    assert CALM.with_(broken).result("j_cv_st_abs").detail == "no value"  # type: ignore[arg-type]


def test_value_that_is_no_number_is_an_error_and_never_continues() -> None:
    patient = CALM.valued("heart_rate", "NaN")

    assert patient.result("j_cv_st_abs").reason == "error"
    assert patient.outcome().verdict == "UNDECIDED"


@pytest.mark.parametrize(("kg", "state"), [("80.499999", "not_met"), ("80.5", "not_met"), ("80.500001", "met")])
def test_weight_gain_is_compared_without_rounding(kg: str, state: str) -> None:
    assert CALM.valued("weight", kg).state("j_ms_weight") == state


@pytest.mark.parametrize(("kg", "state"), [("80.499999", "not_met"), ("80.5", "met")])
def test_weight_gain_of_exactly_15_percent_meets_springerplus(kg: str, state: str) -> None:
    assert Patient("springerplus_2015").valued("weight", kg).state("s_weight") == state


@pytest.mark.parametrize("baseline", [None, Decimal(0)])
def test_weight_gain_is_unknown_without_a_dosing_weight(baseline: Decimal | None) -> None:
    outcome = CALM.on(baseline_weight_kg=baseline).outcome()

    assert outcome.verdict == "UNDECIDED"
    assert missing_of(outcome) == ["baseline_weight"]


def test_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        CALM.plus(reading("heart_rate", "90", at=AT.replace(tzinfo=None))).outcome()
