"""Which verdict follows from what is met, unknown, counted, latched or held?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from dosing.domain.outcome import outcome_token
from dosing.domain.snapshot import Origin
from dosing.domain.verdict import Verdict, worst
from tests.dosing.domain.patients import AT, GATE_TERMS, Patient, ago, missing_of, reading, volume

SPRINGER = Patient("springerplus_2015")
CONSENSUS = Patient("consensus_2014")
LABEL = Patient("fda_label")
TIL = Patient("til_2024")
CARD = Patient("schwartzentruber_2001")
GATE = Patient("ctcae_gate")
TWO_RELATIVES = {"springerplus_2015": ("s_pulm_sob", "s_heme_occult"), "consensus_2014": ("j_pulm_sob", "j_neuro_anx")}


@pytest.mark.parametrize(
    ("patient", "verdict"),
    [
        (SPRINGER, "CONTINUE"),
        (SPRINGER.found("s_pulm_sob"), "HOLD"),
        (SPRINGER.found(*TWO_RELATIVES["springerplus_2015"]), "HOLD"),
        (SPRINGER.found(*TWO_RELATIVES["springerplus_2015"]).valued("heart_rate", "125"), "STOP_CYCLE"),
        (SPRINGER.found("s_inf"), "STOP_CYCLE"),
        (CONSENSUS, "CONTINUE"),
        (CONSENSUS.found("j_pulm_sob"), "REVIEW"),
        (CONSENSUS.found(*TWO_RELATIVES["consensus_2014"]), "REVIEW"),
        (CONSENSUS.found(*TWO_RELATIVES["consensus_2014"]).valued("heart_rate", "125"), "HOLD"),
        (CONSENSUS.found("j_inf"), "HOLD"),
        (CONSENSUS.found("j_derm_desq"), "HOLD"),
        (CONSENSUS.found("j_cv_vt"), "STOP_CYCLE"),
        (CONSENSUS.found("j_cv_ischemia"), "STOP_CYCLE"),
        (CONSENSUS.found("j_heme_frank"), "STOP_CYCLE"),
        (CONSENSUS.found("j_pulm_intub"), "STOP_CYCLE"),
        (CONSENSUS.found("j_cv_ectopy"), "HOLD"),
        (LABEL, "CONTINUE"),
        (LABEL.found("f_cv_af"), "HOLD"),
        (LABEL.found("f_cv_tamponade"), "STOP_PERMANENT"),
        (LABEL.valued("bp_systolic", "89").on(target_sbp=80), "HOLD"),
        (LABEL.valued("creatinine", "4.6"), "HOLD"),
        (TIL, "REVIEW"),
        (TIL.valued("creatinine", "2.5"), "HOLD"),
        (TIL.valued("creatinine", "3.4"), "HOLD"),
        (CARD, "REVIEW"),
        (CARD.found("w_cv_af"), "HOLD"),
        (CARD.found("w_cv_ischemia"), "STOP_CYCLE"),
        (GATE, "REVIEW"),
        (GATE.graded("hypotension", 3), "HOLD"),
        (GATE.graded("hypotension", 4), "STOP_CYCLE"),
    ],
    ids=str,
)
def test_verdict_of_what_was_found(patient: Patient, verdict: str) -> None:
    assert patient.outcome().verdict == verdict


def test_restated_row_is_met_but_counted_once() -> None:
    patient = SPRINGER.with_(volume("urine_output", "100", 8.5, 0.5)).found("s_pulm_sob")

    assert {"s_ren_uo8_rel", "s_ren_uoh_rel", "s_pulm_sob"} <= set(patient.outcome().met)
    assert patient.outcome().verdict == "HOLD"
    assert patient.found("s_pulm_sob", "s_heme_occult").outcome().verdict == "STOP_CYCLE"


@pytest.mark.parametrize(
    ("held", "verdict"), [(2, "CONTINUE"), (3, "STOP_CYCLE"), (4, "STOP_CYCLE"), (None, "UNDECIDED")]
)
def test_three_held_doses_stop_the_cycle_under_springerplus(held: int | None, verdict: str) -> None:
    outcome = SPRINGER.on(held_doses=held).outcome()

    assert outcome.verdict == verdict
    assert missing_of(outcome) == (["held_doses"] if held is None else [])
    assert outcome.unknown == (("held_doses",) if held is None else ())
    assert ("held_doses" in outcome.met) is (verdict == "STOP_CYCLE")
    assert CONSENSUS.on(held_doses=held).outcome().verdict == "CONTINUE"


def test_same_absolute_criterion_at_two_slots_stops_the_cycle() -> None:
    patient = CONSENSUS.valued("creatinine", "3.4")

    assert patient.on(absolute_at_previous_slot=frozenset({"j_ren_cr_abs"})).outcome().verdict == "STOP_CYCLE"
    assert patient.on(absolute_at_previous_slot=frozenset({"j_inf"})).outcome().verdict == "HOLD"
    assert CONSENSUS.on(absolute_at_previous_slot=frozenset({"j_inf"})).outcome().verdict == "CONTINUE"
    why = patient.on(absolute_at_previous_slot=frozenset({"j_ren_cr_abs"})).outcome().why
    assert "Met at the previous slot too (j_ren_cr_abs): stops the cycle" in why


def test_unknown_outranks_review_and_is_outranked_by_hold_and_stop() -> None:
    relative, absolute = CONSENSUS.found("j_pulm_sob"), CONSENSUS.found("j_inf")

    assert relative.without("platelets").outcome().verdict == "UNDECIDED"
    assert absolute.without("platelets").outcome().verdict == "HOLD"
    assert missing_of(absolute.without("platelets").outcome()) == ["platelets"]
    assert CONSENSUS.found("j_cv_vt").without("platelets").outcome().verdict == "STOP_CYCLE"


@pytest.mark.parametrize(
    ("protocol", "required"),
    [
        ("consensus_2014", {"heart_rate", "weight", "creatinine", "bicarbonate", "bilirubin_total", "platelets"}),
        ("springerplus_2015", {"heart_rate", "weight", "creatinine", "platelets"}),
        ("fda_label", {"creatinine", "urine_output"}),
        ("til_2024", {"creatinine", "urine_output"}),
        ("schwartzentruber_2001", {"heart_rate", "stool_output"}),
        ("ctcae_gate", set()),
    ],
)
def test_input_is_required_only_where_a_criterion_uses_it(protocol: str, required: set[str]) -> None:
    floor = {"bp_systolic", "spo2", "o2_device", "vasopressors_none"}
    volumes = {"urine_output", "stool_output"} if protocol in ("consensus_2014", "springerplus_2015") else set()
    patient = Patient(protocol)
    names = {each.observable for each in patient.readings}

    needed = {name for name in names if patient.without(name).outcome().verdict == "UNDECIDED"}

    assert needed == required | floor | volumes


def test_target_is_required_by_every_protocol() -> None:
    for patient in (SPRINGER, CONSENSUS, LABEL, TIL, CARD, GATE):
        outcome = patient.on(target_sbp=None).outcome()
        assert outcome.verdict == "UNDECIDED"
        assert missing_of(outcome) == ["target_sbp"]


@pytest.mark.parametrize(("systolic", "verdict"), [("89.9", "HOLD"), ("90", "CONTINUE")])
def test_floor_holds_below_the_target_of_the_course(systolic: str, verdict: str) -> None:
    outcome = CONSENSUS.valued("bp_systolic", systolic).outcome()

    assert outcome.verdict == verdict
    assert ("floor_sbp" in outcome.met) is (verdict == "HOLD")


def test_pressure_open_around_the_target_is_unknown() -> None:
    assert CONSENSUS.valued("bp_systolic", "89", comparator=">").state("floor_sbp") == "unknown"


@pytest.mark.parametrize("stop", [Verdict.STOP_CYCLE, Verdict.STOP_PERMANENT])
def test_latched_stop_stands_whatever_the_values(stop: Verdict) -> None:
    for patient in (CONSENSUS, CONSENSUS.without("spo2"), CONSENSUS.found("j_inf")):
        outcome = patient.on(stop=stop).outcome()
        assert outcome.verdict == stop
        assert outcome.why[0].startswith("Stopped earlier: stops")
    assert CONSENSUS.on(stop=stop).outcome().found == "CONTINUE"


def test_slot_hold_turns_continue_into_review_and_nothing_worse() -> None:
    assert CONSENSUS.on(slot_hold=True).outcome().verdict == "REVIEW"
    assert CONSENSUS.on(slot_hold=True).outcome().found == "CONTINUE"
    assert CONSENSUS.on(slot_hold=True).found("j_inf").outcome().verdict == "HOLD"


def test_value_being_assessed_never_continues() -> None:
    assert replace(CONSENSUS, being_assessed=True).outcome().verdict == "UNDECIDED"
    assert replace(CONSENSUS.found("j_pulm_sob"), being_assessed=True).outcome().verdict == "UNDECIDED"
    assert replace(CONSENSUS.found("j_inf"), being_assessed=True).outcome().verdict == "HOLD"


def test_partial_protocol_names_what_it_does_not_cover() -> None:
    assert any("No rows for cardiovascular, dermatologic" in line for line in TIL.outcome().why)
    assert TIL.without("creatinine").outcome().verdict == "UNDECIDED"


def test_overlay_gives_the_worse_of_both_and_does_not_lower_a_complete_protocol() -> None:
    gated = replace(CONSENSUS, overlay="ctcae_gate")

    assert gated.outcome().verdict == "CONTINUE"
    assert gated.graded("bilirubin_increased", 3).outcome().verdict == "HOLD"
    assert gated.graded("bilirubin_increased", 4).outcome().verdict == "STOP_CYCLE"
    assert gated.found("j_cv_vt").graded("bilirubin_increased", 3).outcome().verdict == "STOP_CYCLE"
    assert gated.outcome().overlay_sha256
    assert CONSENSUS.outcome().overlay_sha256 == ""


def test_gate_over_itself_judges_once() -> None:
    assert replace(GATE, overlay="ctcae_gate").outcome().results == GATE.outcome().results


@pytest.mark.parametrize("term", GATE_TERMS)
@pytest.mark.parametrize(
    ("grade", "more", "state", "verdict"),
    [
        (0, {}, "not_met", "REVIEW"),
        (2, {}, "not_met", "REVIEW"),
        (3, {}, "met", "HOLD"),
        (3, {"proposed": True}, "met", "HOLD"),
        (3, {"at_most": 4}, "met", "HOLD"),
        (4, {}, "met", "STOP_CYCLE"),
        (5, {}, "met", "STOP_CYCLE"),
        (2, {"at_most": 3}, "unknown", "UNDECIDED"),
        (1, {"at_most": 2}, "not_met", "REVIEW"),
        (1, {"at_most": None}, "unknown", "UNDECIDED"),
        (None, {"why": "missing ULN"}, "unknown", "UNDECIDED"),
    ],
)
def test_term_is_judged_by_its_present_grade(
    term: str, grade: int | None, more: dict[str, object], state: str, verdict: str
) -> None:
    patient = GATE.graded(term, grade, **more)

    assert patient.state(f"ctcae_{term}") == state
    assert patient.outcome().verdict == verdict


def test_term_without_a_grade_is_unknown() -> None:
    patient = replace(GATE, grades=[grade for grade in GATE.grades if grade.term != "hypoxia"])

    assert patient.outcome().unknown == ("ctcae_hypoxia",)
    assert missing_of(patient.outcome()) == ["spo2"]


def test_grade_of_a_later_instant_does_not_count() -> None:
    assert GATE.graded("hypoxia", 3, observed_at=AT + timedelta(seconds=1)).state("ctcae_hypoxia") == "unknown"
    assert GATE.graded("hypoxia", 3, observed_at=None).state("ctcae_hypoxia") == "met"


@pytest.mark.parametrize(
    ("boluses", "systolic", "minutes_after", "state"),
    [
        ([], "80", 40, "not_met"),
        (["250"], "80", 40, "not_met"),
        (["250", "250"], "80", 30, "met"),
        (["250", "250"], "80", 29, "not_met"),
        (["250", "249"], "80", 40, "not_met"),
        (["500", "250", "100"], "80", 40, "met"),
        (["250", "250"], "90", 40, "not_met"),
    ],
)
def test_pressure_is_refractory_half_an_hour_after_the_second_bolus(
    boluses: list[str], systolic: str, minutes_after: int, state: str
) -> None:
    second_at = ago(minutes=minutes_after + 5)
    instants = [second_at - timedelta(minutes=30), second_at, second_at + timedelta(minutes=5)]
    given = [reading("fluid_bolus", value, at=at) for value, at in zip(boluses, instants, strict=False)]
    patient = TIL.plus(*given).valued("bp_systolic", systolic, at=ago(minutes=5))

    assert patient.state("t_hd_refractory") == state
    assert patient.outcome().verdict == ("STOP_CYCLE" if state == "met" else "HOLD" if systolic == "80" else "REVIEW")


def test_bolus_of_unknown_volume_leaves_refractory_pressure_open() -> None:
    sure, doubtful = reading("fluid_bolus", "250", at=ago(hours=2)), reading("fluid_bolus", at=ago(hours=1))
    patient = TIL.plus(sure, doubtful)

    assert patient.valued("bp_systolic", "80", at=ago(minutes=5)).state("t_hd_refractory") == "unknown"
    assert patient.valued("bp_systolic", "95", at=ago(minutes=5)).state("t_hd_refractory") == "not_met"
    late = patient.plus(reading("fluid_bolus", "500", at=ago(minutes=50)))
    assert late.valued("bp_systolic", "80", at=ago(minutes=25)).state("t_hd_refractory") == "unknown"


def test_bolus_before_the_previous_dose_does_not_count() -> None:
    given = [reading("fluid_bolus", "500", at=ago(hours=9)), reading("fluid_bolus", "500", at=ago(hours=7))]

    assert TIL.plus(*given).valued("bp_systolic", "80").state("t_hd_refractory") == "not_met"
    at_start = [reading("fluid_bolus", "500", at=ago(hours=8)), given[1]]
    assert TIL.plus(*at_start).valued("bp_systolic", "80").state("t_hd_refractory") == "met"


DEVICE = {"origin": Origin.DEVICE}


def rate(value: str, seconds_ago: float, **more: object) -> object:
    return reading("heart_rate", value, at=ago(seconds=seconds_ago), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("readings", "latches"),
    [
        ([rate("140", 10, **DEVICE)], None),
        ([rate("140", 69, **DEVICE), rate("140", 10, **DEVICE)], None),
        ([rate("140", 70, **DEVICE), rate("140", 10, **DEVICE)], "STOP_CYCLE"),
        ([rate("110", 70, **DEVICE), rate("140", 10, **DEVICE)], None),
        ([rate("140", 70), rate("140", 10, **DEVICE)], "STOP_CYCLE"),
        ([rate("140", 10)], "STOP_CYCLE"),
        ([rate("140", 10, origin=Origin.LABORATORY)], "STOP_CYCLE"),
    ],
    ids=["one", "59 s apart", "60 s apart", "first not meeting", "charted before", "charted", "laboratory"],
)
def test_stop_from_a_device_latches_only_when_confirmed(readings: list[object], latches: str | None) -> None:
    outcome = SPRINGER.with_(*readings).outcome()  # type: ignore[arg-type]

    assert outcome.verdict == "STOP_CYCLE"
    assert outcome.latches == latches


def test_answer_confirms_by_itself_and_hold_does_not_latch() -> None:
    assert SPRINGER.found("s_inf").outcome().latches == "STOP_CYCLE"
    assert LABEL.found("f_cv_tamponade").outcome().latches == "STOP_PERMANENT"
    assert CONSENSUS.found("j_inf").outcome().latches is None


def test_unconfirmed_relative_does_not_latch_the_count_of_three() -> None:
    patient = SPRINGER.found(*TWO_RELATIVES["springerplus_2015"])

    assert patient.with_(rate("125", 10, **DEVICE)).outcome().verdict == "STOP_CYCLE"  # type: ignore[arg-type]
    assert patient.with_(rate("125", 10, **DEVICE)).outcome().latches is None  # type: ignore[arg-type]
    assert patient.with_(rate("125", 10)).outcome().latches == "STOP_CYCLE"  # type: ignore[arg-type]


def test_rate_from_a_single_device_reading_does_not_latch_a_repeated_absolute() -> None:
    patient = CONSENSUS.on(absolute_at_previous_slot=frozenset({"j_hd_min_abs"}))
    first = reading("phenylephrine_rate", "0.9", at=ago(minutes=10), **DEVICE)  # type: ignore[arg-type]
    second = reading("phenylephrine_rate", "0.9", at=ago(minutes=5), **DEVICE)  # type: ignore[arg-type]

    assert patient.plus(first).outcome().verdict == "STOP_CYCLE"
    assert patient.plus(first).outcome().latches is None
    assert patient.plus(first, second).outcome().latches == "STOP_CYCLE"


def test_proposed_grade_says_so_and_keeps_its_value() -> None:
    result = GATE.graded("hypotension", 3, proposed=True, shown="82 mm Hg").result("ctcae_hypotension")

    assert (result.value, result.detail) == ("grade 3 (82 mm Hg)", "proposed, not confirmed")


def test_grade_from_a_single_device_reading_does_not_latch() -> None:
    assert GATE.graded("hypoxia", 4, origin=Origin.DEVICE).outcome().latches is None
    assert GATE.graded("hypoxia", 4).outcome().latches == "STOP_CYCLE"


def test_nothing_to_go_by_is_undecided() -> None:
    assert worst([]) is Verdict.UNDECIDED


def test_valid_until_is_the_first_lapse_and_only_of_an_answer_that_rests_on_inputs() -> None:
    assert CONSENSUS.outcome().valid_until == ago(minutes=30) + timedelta(hours=2)
    assert CONSENSUS.found("j_pulm_sob").outcome().valid_until == ago(minutes=30) + timedelta(hours=2)
    assert CONSENSUS.valued("creatinine", "1.0", at=ago(hours=13)).outcome().valid_until == AT + timedelta(hours=1)
    assert CONSENSUS.found("j_inf").outcome().valid_until is None
    assert CONSENSUS.without("spo2").outcome().valid_until is None


def test_every_criterion_is_met_unknown_or_not_met() -> None:
    outcome = CONSENSUS.found("j_inf").without("platelets").outcome()
    ids = outcome.met + outcome.unknown + outcome.not_met

    assert sorted(ids) == sorted(result.id for result in outcome.results)
    assert set(outcome.unknown) == {"j_heme_plt_rel", "j_heme_plt_abs"}


def test_token_changes_with_what_is_met_but_not_with_values() -> None:
    calm = outcome_token(CONSENSUS.outcome())

    assert outcome_token(CONSENSUS.valued("heart_rate", "90").outcome()) == calm
    assert outcome_token(CONSENSUS.valued("heart_rate", "125").outcome()) != calm
    assert outcome_token(CONSENSUS.without("heart_rate").outcome()) != calm
    assert outcome_token(replace(CONSENSUS, overlay="ctcae_gate").outcome()) != calm
    assert outcome_token(CONSENSUS.on(slot_hold=True).outcome()) != calm
