"""Which vasopressor rate is in force, now and since the previous dose?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from dosing.domain.snapshot import Status
from tests.dosing.domain.patients import Patient, ago, missing_of, reading

CALM = Patient("consensus_2014")
NOBODY = CALM.without("vasopressors_none")
SECOND = timedelta(seconds=1)
NOW_ROWS = ("j_hd_min_rel", "j_hd_min_abs")
MAX_ROWS = ("j_hd_max_rel", "j_hd_max_abs")


def rate(value: str | None, minutes: float = 10, *, drug: str = "phenylephrine", **more: object) -> object:
    return reading(f"{drug}_rate", value, at=ago(minutes=minutes), **more)  # type: ignore[arg-type]


def none_running(minutes: float, **more: object) -> object:
    return reading("vasopressors_none", code="none_running", at=ago(minutes=minutes), **more)  # type: ignore[arg-type]


def states(patient: Patient, rows: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(patient.state(row) for row in rows)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.5", ("not_met", "not_met")),
        ("0.51", ("met", "not_met")),
        ("0.8", ("met", "not_met")),
        ("0.81", ("not_met", "met")),
    ],
)
def test_phenylephrine_now_is_judged_at_its_limits(value: str, expected: tuple[str, str]) -> None:
    assert states(CALM.plus(rate(value)), NOW_ROWS) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("0.99", ("not_met", "not_met")),
        ("1.0", ("met", "not_met")),
        ("1.49", ("met", "not_met")),
        ("1.5", ("not_met", "met")),
        ("2.5", ("not_met", "met")),
    ],
)
def test_phenylephrine_maximum_is_judged_at_its_limits(value: str, expected: tuple[str, str]) -> None:
    assert states(CALM.plus(rate(value, 200)), MAX_ROWS) == expected


def test_rate_holds_until_the_next_entry_for_that_drug() -> None:
    assert CALM.plus(rate("0.9", 29), rate("0.4", 10)).state("j_hd_min_abs") == "not_met"
    assert CALM.plus(rate("0.9", 29), rate("0.4", 10, drug="dopamine")).state("j_hd_min_abs") == "met"
    assert CALM.plus(rate("0.9", 29), none_running(10)).state("j_hd_min_abs") == "not_met"


def test_running_rate_is_fresh_for_an_hour_and_unknown_a_second_later() -> None:
    fresh = NOBODY.plus(reading("phenylephrine_rate", "0.6", at=ago(hours=1)))
    stale = NOBODY.plus(reading("phenylephrine_rate", "0.6", at=ago(hours=1) - SECOND))

    assert fresh.state("j_hd_min_rel") == "met"
    assert stale.result("j_hd_min_rel").reason == "stale"
    assert stale.outcome().verdict == "UNDECIDED"
    assert missing_of(stale.outcome()) == ["phenylephrine_rate"]


@pytest.mark.parametrize("word", ["none", "zero", "another drug's zero"])
def test_word_that_none_runs_is_fresh_for_two_hours(word: str) -> None:
    def at(instant: object) -> object:
        if word == "none":
            return reading("vasopressors_none", code="none_running", at=instant)  # type: ignore[arg-type]
        drug = "phenylephrine" if word == "zero" else "dopamine"
        return reading(f"{drug}_rate", "0", at=instant)  # type: ignore[arg-type]

    fresh, stale = NOBODY.plus(at(ago(hours=2))), NOBODY.plus(at(ago(hours=2) - SECOND))  # type: ignore[arg-type]

    assert fresh.outcome().verdict == "CONTINUE"
    assert states(stale, NOW_ROWS) == ("unknown", "unknown")
    assert states(stale, MAX_ROWS) == ("not_met", "not_met")
    assert stale.outcome().verdict == "UNDECIDED"


def test_nothing_charted_at_all_is_unknown_now_and_over_the_window() -> None:
    assert states(NOBODY, NOW_ROWS + MAX_ROWS) == ("unknown",) * 4
    assert missing_of(NOBODY.outcome()) == ["vasopressors_none"]
    assert Patient("springerplus_2015").without("vasopressors_none").state("s_hd_pressor") == "unknown"


def test_rate_in_force_when_the_window_opens_counts() -> None:
    stopped = CALM.plus(rate("1.6", 600), rate("0", 400))

    assert stopped.state("j_hd_max_abs") == "met"
    assert stopped.state("j_hd_min_abs") == "not_met"


def test_maximum_shows_the_rate_that_met_it_not_the_newest() -> None:
    met = CALM.plus(rate("1.6", 200), rate("0.2", 20)).result("j_hd_max_abs")
    not_met = CALM.plus(rate("0.6", 200), rate("0.2", 20)).result("j_hd_max_abs")

    assert (met.value, met.observed_at) == ("1.6 mcg/kg/min", ago(minutes=200))
    assert (not_met.value, not_met.observed_at) == ("0.6 mcg/kg/min", ago(minutes=200))


def test_rate_that_ended_before_the_window_opens_does_not_count() -> None:
    assert CALM.plus(rate("1.6", 600), rate("0", 480)).state("j_hd_max_abs") == "not_met"
    assert CALM.plus(rate("1.6", 600), none_running(500)).state("j_hd_max_abs") == "not_met"


def test_window_of_the_first_dose_opens_with_the_cycle() -> None:
    first = CALM.on(previous_dose_started_at=None, cycle_started_at=ago(hours=3))

    assert first.plus(rate("1.6", 170), rate("0", 160)).state("j_hd_max_abs") == "met"
    assert first.plus(rate("1.6", 200), rate("0", 190)).state("j_hd_max_abs") == "not_met"


def test_maximum_is_unknown_when_no_start_is_known_unless_it_is_met() -> None:
    nowhere = CALM.on(previous_dose_started_at=None, cycle_started_at=None)

    assert states(nowhere, MAX_ROWS) == ("unknown", "unknown")
    assert "cycle_started_at" in missing_of(nowhere.outcome())
    assert nowhere.plus(rate("1.6", 600), rate("0", 500)).state("j_hd_max_abs") == "met"


def test_worse_entry_counts_at_a_tie() -> None:
    assert CALM.plus(rate("0.9"), rate("0.1")).state("j_hd_min_abs") == "met"
    assert CALM.plus(rate("0.9"), none_running(10)).state("j_hd_min_abs") == "met"


def test_comparator_may_leave_a_rate_open() -> None:
    assert CALM.plus(rate("0.7", comparator=">")).state("j_hd_min_abs") == "unknown"
    assert CALM.plus(rate("0.7", comparator=">")).result("j_hd_min_abs").reason == "straddles"
    assert CALM.plus(rate("0.4", comparator="<")).state("j_hd_min_abs") == "not_met"
    assert CALM.plus(rate("1.2", comparator=">")).state("j_hd_max_abs") == "unknown"
    assert CALM.plus(rate("1.2", comparator="<")).state("j_hd_max_abs") == "not_met"


def test_unusable_newest_rate_makes_unknown_until_charted_again() -> None:
    bad = CALM.plus(rate(None, 10, unusable="unknown unit", shown="5 drops"))

    assert states(bad, NOW_ROWS + MAX_ROWS) == ("unknown",) * 4
    assert bad.result("j_hd_max_abs").reason == "unusable"
    assert bad.outcome().verdict == "UNDECIDED"
    assert bad.plus(rate("0.1", 5)).state("j_hd_min_abs") == "not_met"


def test_older_rate_may_only_meet_while_the_newest_is_unusable() -> None:
    bad = CALM.plus(rate("0.9", 20), rate(None, 10, unusable="unknown unit"))

    assert states(bad, NOW_ROWS) == ("unknown", "met")
    assert "phenylephrine_rate" in missing_of(bad.outcome())


def test_unusable_word_that_none_runs_says_nothing() -> None:
    bad = reading("vasopressors_none", code="perhaps", at=ago(minutes=5))

    assert NOBODY.plus(bad).outcome().verdict == "UNDECIDED"
    assert CALM.plus(bad).outcome().verdict == "CONTINUE"


def test_preliminary_rate_counts_only_where_it_meets() -> None:
    early = {"status": Status.PRELIMINARY}

    assert CALM.plus(rate("0.9", **early)).state("j_hd_min_abs") == "met"
    assert CALM.plus(rate("1.6", **early)).state("j_hd_max_abs") == "met"
    assert CALM.plus(rate("0.9", 20), rate("0", 10, **early)).state("j_hd_min_abs") == "met"
    assert Patient("springerplus_2015").plus(rate("0.1", **early)).state("s_hd_pressor") == "met"
    assert NOBODY.plus(rate("0", **early)).state("j_hd_min_abs") == "unknown"


@pytest.mark.parametrize("drug", ["phenylephrine", "norepinephrine", "epinephrine", "dopamine", "vasopressin"])
def test_any_vasopressor_is_met_by_any_rate_since_the_previous_dose(drug: str) -> None:
    patient = Patient("springerplus_2015")

    assert patient.plus(rate("0.01", 470, drug=drug), none_running(400)).state("s_hd_pressor") == "met"
    assert patient.plus(rate("0.01", 490, drug=drug), none_running(481)).state("s_hd_pressor") == "not_met"
    assert patient.plus(rate("0", 400, drug=drug)).state("s_hd_pressor") == "not_met"


def test_any_vasopressor_is_unknown_when_a_rate_cannot_be_read() -> None:
    patient = Patient("springerplus_2015").plus(rate(None, 100, unusable="unknown unit"))

    assert patient.result("s_hd_pressor").reason == "unusable"
    assert patient.outcome().verdict == "UNDECIDED"


def test_any_vasopressor_is_unknown_when_no_start_is_known() -> None:
    nowhere = Patient("springerplus_2015").on(previous_dose_started_at=None, cycle_started_at=None)

    assert nowhere.state("s_hd_pressor") == "unknown"
    assert nowhere.plus(rate("0.1", 900), rate("0", 890)).state("s_hd_pressor") == "met"


@pytest.mark.parametrize(
    ("protocol", "drug", "state"),
    [
        ("consensus_2014", "phenylephrine", "not_met"),
        ("consensus_2014", "norepinephrine", "met"),
        ("springerplus_2015", "norepinephrine", "not_met"),
        ("fda_label", "phenylephrine", "met"),
        ("fda_label", "vasopressin", "met"),
        ("til_2024", "dopamine", "met"),
    ],
)
def test_floor_holds_for_a_running_vasopressor_without_a_row(protocol: str, drug: str, state: str) -> None:
    patient = Patient(protocol).plus(rate("0.05", drug=drug))

    assert patient.state("floor_pressor") == state
    if state == "met":
        assert patient.outcome().verdict == "HOLD"


def test_floor_is_unknown_when_a_running_vasopressor_was_charted_too_long_ago() -> None:
    patient = CALM.plus(rate("0.05", 61, drug="norepinephrine")).without("vasopressors_none")

    assert patient.state("floor_pressor") == "unknown"
    assert missing_of(patient.outcome()) == ["norepinephrine_rate"]


def test_floor_is_unknown_when_a_covered_drug_is_stale() -> None:
    assert NOBODY.plus(rate("0.1", 61)).state("floor_pressor") == "unknown"


def test_vasopressor_without_an_age_limit_is_an_error_of_its_criteria() -> None:
    from msgspec.structs import replace

    from dosing.rules.loader import load_inputs

    rules = load_inputs().value
    endless = {**rules.inputs, "vasopressors_none": replace(rules.inputs["vasopressors_none"], max_age_h=None)}
    outcome = CALM.outcome(replace(rules, inputs=endless))

    assert "floor_pressor" in outcome.unknown
    assert outcome.verdict == "UNDECIDED"
