"""Do the released protocols carry the rows, limits, windows and sources that were read?"""

from __future__ import annotations

from decimal import Decimal

import pytest
from msgspec.structs import asdict

from dosing.domain.protocol import Asked, Criterion, Newest, Protocol
from dosing.domain.snapshot import AnswerState
from dosing.rules.loader import load_inputs, load_protocol, load_regimen, protocol_keys

ROWS = [(key, row) for key in protocol_keys() for row in load_protocol(key).value.criteria]
QUESTIONS = [(key, question) for key in protocol_keys() for question in load_protocol(key).value.questions]

# Typed by hand from the printed tables, independent of the rule files: row, input, limits in words.
PRINTED = """
j_cv_st_rel heart_rate at_least=100 at_most=130
j_cv_st_abs heart_rate above=130
j_gi_bili bilirubin_total above=7
j_heme_plt_rel platelets at_least=30 at_most=50
j_heme_plt_abs platelets below=30
j_ren_cr_rel creatinine at_least=2.5 below=3
j_ren_cr_abs creatinine at_least=3
j_ren_hco3 bicarbonate at_most=18
s_cv_st_rel heart_rate at_least=120 at_most=130
s_cv_st_abs heart_rate above=130
s_plt_rel platelets at_least=30 at_most=50
s_plt_abs platelets below=30
s_ren_cr_rel creatinine at_least=2.5 below=3
s_ren_cr_abs creatinine at_least=3
w_cv_st_rel heart_rate at_least=120 at_most=130
w_cv_st_abs heart_rate above=130
f_cv_sbp bp_systolic below=90
f_resp_spo2 spo2 below=90
f_renal_cr45 creatinine above=4.5
t_ren_cr creatinine at_least=2.5
"""

RELATIVE = {
    "consensus_2014": """j_cv_st_rel j_gi_diarrhea_rel j_gi_ileus j_gi_bili j_hd_max_rel j_hd_min_rel j_heme_occult
        j_heme_plt_rel j_ms_weight j_ms_tight j_neuro_dreams j_neuro_anx j_pulm_sob j_pulm_o2_rel j_pulm_rales_rel
        j_ren_uo_rel j_ren_cr_rel""",
    "springerplus_2015": """s_cv_st_rel s_gi_diarrhea s_heme_occult s_plt_rel s_pulm_sob s_pulm_o2_rel
        s_pulm_crackles_rel s_ren_uo8_rel s_ren_uoh_rel s_ren_cr_rel s_weight""",
    "schwartzentruber_2001": "w_cv_st_rel w_gi_diarrhea_rel",
}
FOR_GOOD = """f_cv_vt f_cv_uncontrolled f_cv_ischemia f_cv_tamponade f_resp_intub72 f_neuro_coma48 f_neuro_seizure
    f_gi_surgical f_renal_dialysis72"""


def test_every_row_on_a_newest_value_has_the_printed_limits() -> None:
    rows = {row.id: row.test for _, row in ROWS if isinstance(row.test, Newest)}
    printed = [line.split() for line in PRINTED.strip().splitlines()]

    assert sorted(rows) == sorted(line[0] for line in printed)
    for name, read, *limits in printed:
        expected = {key: Decimal(value) for key, value in (limit.split("=") for limit in limits)}
        found = {key: value for key, value in asdict(rows[name].limits).items() if value is not None}
        assert (rows[name].input, found) == (read, expected)


@pytest.mark.parametrize(("key", "relative"), RELATIVE.items(), ids=RELATIVE.keys())
def test_rows_of_the_relative_column_are_relative_and_all_others_absolute(key: str, relative: str) -> None:
    kinds = {row.id: row.kind for row in load_protocol(key).value.criteria}

    assert {name for name, kind in kinds.items() if kind == "relative"} == set(relative.split())
    assert set(kinds.values()) == {"relative", "absolute"}


def test_rows_that_end_treatment_for_good_are_those_of_the_label() -> None:
    for_good = {row.id for _, row in ROWS if row.kind == "permanent_discontinue"}

    assert for_good == set(FOR_GOOD.split())


def test_desquamation_is_absolute_though_printed_relative() -> None:
    row = next(row for _, row in ROWS if row.id == "j_derm_desq")

    assert (row.kind, row.printed_kind, row.verification) == ("absolute", "relative", "ambiguous_layout")


def test_combination_is_that_of_each_source() -> None:
    said = {
        key: (
            {kind: verdict.value for kind, verdict in rule.kinds.items()},
            [(count.kind, count.at_least, count.verdict.value) for count in rule.counts],
            rule.held_doses and (rule.held_doses.at_least, rule.held_doses.verdict.value),
            rule.stops_cycle and rule.stops_cycle.value,
            rule.repeated_absolute and rule.repeated_absolute.value,
        )
        for key in protocol_keys()
        if (rule := load_protocol(key).value.combination)
    }
    practice = (
        {"relative": "REVIEW", "absolute": "HOLD"},
        [("relative", 3, "HOLD")],
        None,
        "STOP_CYCLE",
        "STOP_CYCLE",
    )

    assert said == {
        "consensus_2014": practice,
        "schwartzentruber_2001": practice,
        "springerplus_2015": (
            {"relative": "HOLD", "absolute": "STOP_CYCLE"},
            [("relative", 3, "STOP_CYCLE")],
            (3, "STOP_CYCLE"),
            None,
            None,
        ),
        "fda_label": ({"hold": "HOLD", "permanent_discontinue": "STOP_PERMANENT"}, [], None, None, None),
        "til_2024": ({"hold": "HOLD", "absolute": "STOP_CYCLE"}, [], None, None, None),
        "ctcae_gate": ({"ctcae": "HOLD"}, [], None, None, None),
    }


@pytest.mark.parametrize(("key", "row"), ROWS, ids=[row.id for _, row in ROWS])
def test_row_carries_source_verification_and_a_short_label(key: str, row: Criterion) -> None:
    source = load_protocol(key).value.sources[row.source]

    assert source.short
    assert source.urls
    assert row.verification
    assert 0 < len(row.label) <= 120
    assert not row.label.endswith(".")


def test_rows_that_stop_the_cycle_say_that_this_is_a_proposal() -> None:
    stopping = {row.id: row.note for _, row in ROWS if row.stops_cycle}

    assert set(stopping) == {"j_cv_ischemia", "j_cv_vt", "j_heme_frank", "j_pulm_intub", "w_cv_ischemia"}
    assert all("project proposal" in note for note in stopping.values())


def test_closed_gaps_are_named_in_their_rows() -> None:
    notes = {row.id: row.note for _, row in ROWS}

    assert "gap 2.9-3.0" in notes["j_ren_cr_rel"]
    assert "gap 2.9-3.0" in notes["s_ren_cr_rel"]
    assert "exactly half" in notes["s_pulm_crackles_abs"]
    assert "1.5 belongs to the absolute row" in notes["j_hd_max_rel"]


def test_protocols_with_unverified_rows_say_so() -> None:
    levels = ("recalled", "ambiguous_layout")
    assert {
        key for key in protocol_keys() for row in load_protocol(key).value.criteria if row.verification in levels
    } == {"consensus_2014", "fda_label", "springerplus_2015"}


def asked(row: Criterion) -> Asked:
    assert row.asked is not None
    return row.asked


@pytest.mark.parametrize("key", protocol_keys())
def test_every_asked_criterion_is_covered_by_exactly_one_question(key: str) -> None:
    protocol: Protocol = load_protocol(key).value
    wanted = sorted(row.id for row in protocol.criteria if row.asked)

    assert sorted(name for question in protocol.questions for name in question.criteria) == wanted


@pytest.mark.parametrize(("key", "question"), QUESTIONS, ids=[question.id for _, question in QUESTIONS])
def test_question_offers_findings_never_yes_or_no(key: str, question: object) -> None:
    from dosing.domain.protocol import Question

    assert isinstance(question, Question)
    texts = [text for _, text in question.choices]

    assert len(set(texts)) == len(texts)
    assert not {"yes", "no", "normal", "ok"} & {text.lower() for text in texts}
    assert [choice for choice, _ in question.choices[-2:]] == ["not_done", "unable"]
    normal = [option for option in question.options if not option.present]
    assert set(question.states(normal[0].id).values()) == {AnswerState.ABSENT}
    for choice, _ in question.choices:
        assert set(question.states(choice)) == set(question.criteria)


def test_choice_sets_its_criteria_present_and_the_others_absent() -> None:
    questions = {question.id: question for _, question in QUESTIONS}
    crackles = questions["j_crackles"]

    assert crackles.states("third_to_half") == {
        "j_pulm_rales_rel": AnswerState.PRESENT,
        "j_pulm_rales_abs": AnswerState.ABSENT,
    }
    assert set(crackles.states("not_done").values()) == {AnswerState.NOT_DONE}
    assert set(crackles.states("unable").values()) == {AnswerState.UNABLE}
    with pytest.raises(KeyError):
        crackles.states("whole_chest")


def test_only_tests_may_be_left_undone_and_each_names_its_order() -> None:
    allowed = {row.id: asked(row).orders for _, row in ROWS if row.asked and row.asked.not_done_allowed}

    assert allowed == {
        "j_cv_ischemia": ("ecg",),
        "s_cv_ischemia": ("ecg",),
        "w_cv_ischemia": ("ecg",),
        "f_cv_ischemia": ("ecg",),
        "j_heme_occult": ("heme_test_fluids", "fobt"),
        "s_heme_occult": ("heme_test_fluids", "fobt"),
        "f_gi_fobt": ("fobt",),
    }


# Typed by hand from the contract: hours, and when the input is required.
AGES = {
    "bp_systolic": 2, "bp_diastolic": 2, "heart_rate": 2, "resp_rate": 2, "temperature": 2, "spo2": 2,
    "o2_device": 2, "o2_flow": 2, "fio2": 2, "vasopressors_none": 2, "phenylephrine_rate": 1,
    "norepinephrine_rate": 1, "epinephrine_rate": 1, "dopamine_rate": 1, "vasopressin_rate": 1,
    "fluid_bolus": None, "urine_output": 2, "stool_output": 2, "weight": 28, "creatinine": 14,
    "bicarbonate": 28, "bilirubin_total": 28, "platelets": 28, "troponin_i": None, "troponin_t": None,
    "ck_mb": None,
}  # fmt: skip


def test_inputs_are_those_of_the_contract_with_their_ages() -> None:
    rules = load_inputs().value

    assert {name: rule.max_age_h and int(rule.max_age_h) for name, rule in rules.inputs.items()} == AGES
    assert [row.id for row in rules.floor] == ["floor_sbp", "floor_pressor", "floor_oxygen"]
    assert (rules.window_h, rules.shift_h, rules.device_confirmation_s) == (2, 8, 60)
    assert rules.label("creatinine") == "Creatinine"
    assert rules.label("nosuch") == "nosuch"


def test_regimen_is_that_of_the_label() -> None:
    regimen = load_regimen("hd_600_fda").value

    assert (regimen.dose_iu_per_kg, regimen.infusion_min, regimen.interval_h) == (600_000, 15, 8)
    assert (regimen.slots_per_cycle, regimen.cycle_days, regimen.cycles_per_course) == (14, 5, 2)
    assert (regimen.max_doses_per_course, regimen.rest_days, regimen.rest_between_courses_weeks) == (28, 9, 7)
    assert (regimen.dose_reduction, regimen.route, regimen.product.concentration_iu_per_ml) == (
        "none",
        "IV",
        18_000_000,
    )
    assert (regimen.site_limits.min_start_to_start_h, regimen.site_limits.verification) == (7, "proposal")
