"""Are limits, values and reasons said in the ward's words?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from dosing.domain.protocol import Limits
from dosing.domain.wording import limits_text, plain, reading_text, with_unit
from dosing.rules.loader import load_inputs
from tests.dosing.domain.patients import Patient, ago, reading, volume

RULES = load_inputs().value
CALM = Patient("consensus_2014")


def limits(**given: str) -> Limits:
    return Limits(**{name: Decimal(value) for name, value in given.items()})


@pytest.mark.parametrize(
    ("given", "unit", "text"),
    [
        ({"at_least": "3.0"}, "mg/dL", "3 mg/dL or more"),
        ({"at_most": "18"}, "mmol/L", "18 mmol/L or less"),
        ({"above": "130"}, "/min", "above 130/min"),
        ({"below": "80"}, "mL", "below 80 mL"),
        ({"at_least": "30", "at_most": "50"}, "thousand/µL", "30 to 50 thousand/µL"),
        ({"at_least": "2.50", "below": "3"}, "mg/dL", "2.5 to below 3 mg/dL"),
        ({"above": "0.5", "at_most": "0.8"}, "mcg/kg/min", "above 0.5 to 0.8 mcg/kg/min"),
        ({}, "mL", ""),
    ],
)
def test_limits_are_said_without_trailing_zeros(given: dict[str, str], unit: str, text: str) -> None:
    assert limits_text(limits(**given), unit) == text


def test_numbers_are_plain() -> None:
    assert [plain(Decimal(text)) for text in ("3.0", "2.50", "1E+3", "1000", "0.5")] == [
        "3",
        "2.5",
        "1000",
        "1000",
        "0.5",
    ]
    assert [with_unit("3", ""), with_unit("3", "/min"), with_unit("3", "%")] == ["3", "3/min", "3 %"]


def test_value_keeps_the_digits_it_was_sent_with() -> None:
    assert reading_text(reading("creatinine", "3.40"), RULES) == "3.40 mg/dL"
    assert reading_text(reading("creatinine", "3.5", comparator=">"), RULES) == ">3.5 mg/dL"
    assert reading_text(reading("o2_device", code="room_air"), RULES) == "room air"
    assert reading_text(reading("o2_device"), RULES) == ""
    assert reading_text(reading("heart_rate", unusable="lead off"), RULES) == "(lead off)"
    assert reading_text(reading("nosuch", "3"), RULES) == "3"


def test_converted_value_is_shown_as_sent_and_about_what_it_is() -> None:
    sent = reading("creatinine", "3.393665158371040723981900452", shown="300 umol/L")
    endless = reading("creatinine", "3." + "3" * 60, shown="300 umol/L", comparator="<")

    assert reading_text(sent, RULES) == "300 umol/L (about 3.394 mg/dL)"
    assert reading_text(endless, RULES) == "300 umol/L (about <3.333 mg/dL)"


@pytest.mark.parametrize(
    ("patient", "line"),
    [
        (CALM.valued("creatinine", "3.4"), "Creatinine 3.4 mg/dL: 3 mg/dL or more holds"),
        (CALM.valued("heart_rate", "125"), "Heart rate 125/min: 100 to 130/min needs a physician"),
        (CALM.found("j_cv_vt"), "Ventricular tachycardia: stops the cycle"),
        (Patient("fda_label").found("f_cv_tamponade"), "Cardiac tamponade: stops treatment for good"),
        (
            CALM.valued("bp_systolic", "80"),
            "Systolic pressure 80 mm Hg holds: below the pressure target; correct, then measure again",
        ),
        (
            CALM.plus(reading("dopamine_rate", "2", at=ago(minutes=5))),
            "Dopamine 2 mcg/kg/min holds: the protocol has no row for a vasopressor that runs",
        ),
        (
            Patient("springerplus_2015").plus(reading("dopamine_rate", "2", at=ago(minutes=5))),
            "Dopamine 2 mcg/kg/min: Hypotension that needs pressors stops the cycle",
        ),
        (
            Patient("springerplus_2015").on(held_doses=3),
            "Doses held in this cycle 3: 3 or more stops the cycle",
        ),
        (
            CALM.with_(volume("urine_output", "70", 8.5, 0.5)),
            "Urine 70 mL: below 80 mL in 8 h holds",
        ),
        (
            CALM.valued("troponin_t", "0.1", uln="0.04"),
            "Troponin T 0.1 ng/mL: above the laboratory's upper limit holds",
        ),
        (CALM.without("platelets"), "Platelets not charted"),
        (CALM.answered("j_inf"), "Infection documented or strongly suspected not answered"),
        (CALM.on(slot_hold=True), "Held in this dose's window: a physician must release the dose"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_reason_is_one_line_of_ward_language(patient: Patient, line: str) -> None:
    assert line in patient.outcome().why


def test_three_relative_criteria_are_named_as_the_reason() -> None:
    why = Patient("springerplus_2015").found("s_pulm_sob", "s_heme_occult").valued("heart_rate", "125").outcome().why

    assert "3 or more relative criteria met: stops the cycle" in why


def test_worst_reason_comes_first_and_the_count_last() -> None:
    why = CALM.found("j_pulm_sob", "j_cv_vt").without("platelets").outcome().why

    assert why[0] == "Ventricular tachycardia: stops the cycle"
    assert why[-1] == "2 met, no reason in 44; 2 not checked"


def test_nothing_found_is_never_called_clear() -> None:
    assert CALM.outcome().why == ("No hold reason in 48; 0 not checked",)
    assert CALM.without("platelets").outcome().why[-1] == "No hold reason in 46; 2 not checked"
