"""What do the answers to a question say, by its window?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dosing.domain.snapshot import Answer, AnswerState
from tests.dosing.domain.patients import AT, Patient, ago, missing_of, reading, volume

CALM = Patient("consensus_2014")
LABEL = Patient("fda_label")
PRESENT, ABSENT, NOT_DONE, UNABLE = AnswerState
SECOND = timedelta(seconds=1)
NOW, SINCE, EVER = "j_derm_desq", "j_cv_af", "f_cv_tamponade"


def resolved(patient: Patient, criterion: str, state: AnswerState, minutes: float) -> Patient:
    answer = Answer(criterion, state, ago(minutes=minutes), resolved=True)
    return replace(patient, answers=[*(patient.answers or []), answer])


@pytest.mark.parametrize(("patient", "row"), [(CALM, NOW), (CALM, SINCE), (LABEL, EVER)], ids=["now", "since", "ever"])
def test_question_without_an_answer_is_unknown(patient: Patient, row: str) -> None:
    outcome = patient.answered(row).outcome()

    assert outcome.verdict == "UNDECIDED"
    assert outcome.unknown == (row,)
    assert missing_of(outcome) == [row]
    assert outcome.missing[0].reason == "not_answered"


@pytest.mark.parametrize("state", [NOT_DONE, UNABLE])
@pytest.mark.parametrize(("patient", "row"), [(CALM, NOW), (CALM, SINCE), (LABEL, EVER)], ids=["now", "since", "ever"])
def test_not_done_and_unable_are_unknown(patient: Patient, row: str, state: AnswerState) -> None:
    assert patient.answered(row, (state, ago(minutes=5))).result(row).reason == state.value


@pytest.mark.parametrize(
    ("patient", "row", "order"),
    [
        (CALM, "j_cv_ischemia", "ecg"),
        (CALM, "j_heme_occult", "heme_test_fluids"),
        (Patient("springerplus_2015"), "s_heme_occult", "fobt"),
        (LABEL, "f_gi_fobt", "fobt"),
        (LABEL, "f_cv_ischemia", "ecg"),
    ],
)
def test_not_done_counts_as_not_met_where_allowed_and_not_ordered(patient: Patient, row: str, order: str) -> None:
    patient = patient.answered(row, (NOT_DONE, ago(minutes=5)))

    assert patient.state(row) == "not_met"
    assert patient.on(pending_orders=frozenset({order})).state(row) == "unknown"
    assert patient.on(pending_orders=frozenset({"creatinine"})).state(row) == "not_met"
    assert patient.answered(row, (UNABLE, ago(minutes=5))).state(row) == "unknown"


@pytest.mark.parametrize(
    ("patient", "row", "hours"), [(CALM, NOW, 2), (CALM, SINCE, 2), (LABEL, EVER, 8)], ids=["now", "since", "ever"]
)
def test_absent_lasts_for_its_window(patient: Patient, row: str, hours: int) -> None:
    patient = patient.on(previous_dose_started_at=ago(hours=9))
    at_limit = patient.answered(row, (ABSENT, ago(hours=hours)))
    past = patient.answered(row, (ABSENT, ago(hours=hours) - SECOND))

    assert at_limit.state(row) == "not_met"
    assert at_limit.outcome().valid_until == AT
    assert past.result(row).reason == "stale"


def test_present_at_dosing_stays_until_a_later_absent() -> None:
    old = CALM.answered(NOW, (PRESENT, ago(hours=30)))

    assert old.state(NOW) == "met"
    assert CALM.answered(NOW, (PRESENT, ago(hours=3)), (NOT_DONE, ago(minutes=5))).state(NOW) == "met"
    assert CALM.answered(NOW, (PRESENT, ago(hours=3)), (ABSENT, ago(minutes=5))).state(NOW) == "not_met"
    assert CALM.answered(NOW, (ABSENT, ago(hours=1)), (PRESENT, ago(minutes=5))).state(NOW) == "met"
    assert CALM.answered(NOW, (ABSENT, ago(hours=1)), (UNABLE, ago(minutes=5))).state(NOW) == "unknown"


@pytest.mark.parametrize("row", [NOW, SINCE])
def test_worse_answer_counts_at_a_tie(row: str) -> None:
    at = ago(minutes=5)

    assert CALM.answered(row, (ABSENT, at), (PRESENT, at)).state(row) == "met"
    assert CALM.answered(row, (ABSENT, at), (NOT_DONE, at)).state(row) == "unknown"


def test_present_since_the_last_dose_is_not_cleared_by_an_absent() -> None:
    assert CALM.answered(SINCE, (PRESENT, ago(hours=7)), (ABSENT, ago(minutes=5))).state(SINCE) == "met"


def test_present_ends_when_the_next_dose_starts() -> None:
    at_start = CALM.answered(SINCE, (PRESENT, ago(hours=8)), (ABSENT, ago(minutes=5)))
    before = CALM.answered(SINCE, (PRESENT, ago(hours=8) - SECOND), (ABSENT, ago(minutes=5)))

    assert at_start.state(SINCE) == "met"
    assert before.state(SINCE) == "not_met"
    assert CALM.answered(SINCE, (PRESENT, ago(hours=9))).result(SINCE).reason == "stale"


def test_present_counts_before_the_first_dose_however_old() -> None:
    assert CALM.on(previous_dose_started_at=None).answered(SINCE, (PRESENT, ago(hours=30))).state(SINCE) == "met"


def test_absent_must_be_newer_than_the_previous_dose() -> None:
    patient = CALM.on(previous_dose_started_at=ago(hours=1))

    assert patient.answered(SINCE, (ABSENT, ago(hours=1))).state(SINCE) == "unknown"
    assert patient.answered(SINCE, (ABSENT, ago(hours=1) + SECOND)).state(SINCE) == "not_met"
    assert patient.answered(NOW, (ABSENT, ago(hours=1))).state(NOW) == "not_met"


@pytest.mark.parametrize("row", [NOW, SINCE])
def test_physician_resolves_a_present(row: str) -> None:
    patient = CALM.answered(row, (PRESENT, ago(hours=1)))

    assert resolved(patient, row, ABSENT, 5).state(row) == "not_met"
    assert resolved(CALM.answered(row), row, PRESENT, 5).state(row) == "not_met"
    assert resolved(CALM.answered(row, (PRESENT, ago(minutes=1))), row, ABSENT, 5).state(row) == "met"


def test_present_at_any_time_is_for_good() -> None:
    patient = LABEL.answered(EVER, (PRESENT, ago(hours=400)), (ABSENT, ago(minutes=5)))

    assert patient.state(EVER) == "met"
    assert patient.outcome().verdict == "STOP_PERMANENT"
    assert resolved(patient, EVER, ABSENT, 1).state(EVER) == "met"
    assert resolved(LABEL.answered(EVER), EVER, PRESENT, 5).state(EVER) == "met"


def test_later_answer_than_the_assessment_does_not_count() -> None:
    assert CALM.answered(NOW, (PRESENT, AT + SECOND)).result(NOW).reason == "not_answered"


@pytest.mark.parametrize(("creatinine", "state"), [("3.9", "not_met"), ("4.0", "met")])
def test_complications_are_asked_only_from_creatinine_4(creatinine: str, state: str) -> None:
    patient = LABEL.valued("creatinine", creatinine).found("f_renal_cr4_complicated")

    assert patient.state("f_renal_cr4_complicated") == state
    unanswered = LABEL.valued("creatinine", creatinine).answered("f_renal_cr4_complicated")
    assert unanswered.state("f_renal_cr4_complicated") == ("unknown" if state == "met" else "not_met")


@pytest.mark.parametrize(("urine", "state"), [("79.9", "met"), ("80", "not_met")])
def test_oliguria_is_asked_only_below_80_ml(urine: str, state: str) -> None:
    patient = LABEL.with_(volume("urine_output", urine, 8.5, 0.5)).found("f_renal_oliguria")

    assert patient.state("f_renal_oliguria") == state


def test_unknown_condition_keeps_the_question_and_the_input_open() -> None:
    patient = LABEL.without("urine_output")

    assert patient.state("f_renal_oliguria") == "not_met"
    assert patient.outcome().verdict == "UNDECIDED"
    assert missing_of(patient.outcome()) == ["urine_output"]
    assert patient.answered("f_renal_oliguria").state("f_renal_oliguria") == "unknown"


def test_condition_that_is_met_lapses_with_its_input() -> None:
    patient = LABEL.valued("creatinine", "4.1", at=ago(hours=13, minutes=30))

    assert patient.outcome().valid_until == AT + timedelta(minutes=30)


ENZYMES = ("troponin_i", "troponin_t", "ck_mb")
ROW = "j_cv_enzymes"


@pytest.mark.parametrize("assay", ENZYMES)
@pytest.mark.parametrize(("value", "state"), [("0.04", "not_met"), ("0.041", "met")])
def test_enzyme_is_raised_above_the_limit_of_its_own_result(assay: str, value: str, state: str) -> None:
    assert CALM.valued(assay, value, uln="0.04").state(ROW) == state


def test_enzyme_that_was_neither_reported_nor_ordered_is_not_raised() -> None:
    assert CALM.state(ROW) == "not_met"
    assert CALM.result(ROW).detail == "not ordered"


@pytest.mark.parametrize("assay", ENZYMES)
def test_ordered_enzyme_is_unknown_until_it_is_reported(assay: str) -> None:
    patient = CALM.on(pending_orders=frozenset({assay}))

    assert patient.outcome().verdict == "UNDECIDED"
    assert missing_of(patient.outcome()) == [assay]
    assert patient.valued(assay, "9", uln="0.04").state(ROW) == "met"


def test_raised_enzyme_stays_until_a_physician_resolves_it() -> None:
    old = reading("troponin_i", "2", at=ago(hours=100), uln="0.04")
    calm = reading("troponin_i", "0.01", at=ago(hours=1), uln="0.04")
    patient = CALM.plus(old, calm)

    assert patient.state(ROW) == "met"
    assert resolved(patient, ROW, ABSENT, 60 * 100 - 1).state(ROW) == "not_met"
    assert resolved(patient.plus(reading("ck_mb", "9", uln="5")), ROW, ABSENT, 60).state(ROW) == "met"


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "not_gradable"),
        ({"uln": "3", "comparator": "<"}, "straddles"),
        ({"uln": "3", "unusable": "unknown unit"}, "unusable"),
    ],
    ids=["no limit", "open value", "unusable"],
)
def test_enzyme_that_cannot_be_judged_is_unknown(more: dict[str, str], reason: str) -> None:
    patient = CALM.valued("troponin_t", "4", **more)

    assert patient.result(ROW).reason == reason
    assert patient.outcome().verdict == "UNDECIDED"
    assert resolved(patient, ROW, ABSENT, 5).state(ROW) == "not_met"
