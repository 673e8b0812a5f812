"""How do codes read on a ward's screen? Units, terms, reasons and kinds in words."""

from __future__ import annotations

from dosing.domain import protocol_words
from dosing.domain import verification as verification_levels

UNITS = {
    "mm[Hg]": "mmHg",
    "Cel": "°C",
    "[degF]": "°F",
    "10*3/uL": "×10³/µL",
    "10*9/L": "×10⁹/L",
    "umol/L": "µmol/L",
    "ug/kg/min": "mcg/kg/min",
    "ug/min": "mcg/min",
    "[iU]/min": "units/min",
    "[IU]/L": "units/L",
    "1": "",
}
TERMS = {
    "hypotension": "Hypotension",
    "creatinine_increased": "Creatinine",
    "bilirubin_increased": "Bilirubin",
    "platelets_decreased": "Platelets",
    "sinus_tachycardia": "Tachycardia",
    "hypoxia": "Hypoxia",
}
ALWAYS_SHOWN = ("hypotension", "creatinine_increased", "bilirubin_increased")
REASONS = {
    "absent": "not charted",
    "stale": "too old",
    "unusable": "not usable",
    "straddles": "not exact enough",
    "gap": "gap in the charting",
    "not_answered": "not answered",
    "not_done": "not done",
    "unable": "could not be assessed",
    "not_gradable": "not gradable",
    "error": "could not be evaluated",
}
DEVICES = {
    "room_air": "room air",
    "cannula": "cannula",
    "mask": "mask",
    "venturi": "Venturi mask",
    "non_rebreather": "non-rebreather mask",
    "high_flow": "high flow",
    "niv": "non-invasive ventilation",
    "ventilator": "ventilator",
}


def unit(ucum: str) -> str:
    """The unit as people write it; an unlisted UCUM code is shown as it is."""
    return UNITS.get(ucum, ucum)


def term(key: str) -> str:
    """A CTCAE term's short name."""
    return TERMS.get(key, key.replace("_", " ").capitalize())


def reason(code: str) -> str:
    """Why something is missing, in a word or three."""
    return REASONS.get(code, code.replace("_", " "))


def kind(code: str) -> str:
    """What sort of criterion: the source's own word where it has one."""
    return protocol_words.kind(code)


def verification(level: str) -> str:
    """How well a row was checked against its source."""
    return verification_levels.words(level)


OBSERVABLES = {
    "bp_systolic": "Systolic pressure",
    "bp_diastolic": "Diastolic pressure",
    "heart_rate": "Heart rate",
    "spo2": "Oxygen saturation",
    "vasopressors": "Vasopressors",
    "o2_device": "Oxygen device",
    "o2_flow": "Oxygen flow",
    "fio2": "Inspired oxygen",
    "resp_rate": "Respiratory rate",
    "vasopressors_none": "Vasopressors",
    "urine_output": "Urine",
    "stool_output": "Stool",
    "bilirubin_total": "Bilirubin, total",
    "ck_mb": "CK-MB",
    "alc": "Lymphocytes",
    "alp": "Alkaline phosphatase",
    "alt": "ALT",
    "anc": "Neutrophils",
    "aptt": "aPTT",
    "ast": "AST",
    "bsa_percent": "Skin area with rash",
    "calcium_corrected": "Calcium corrected for albumin",
    "calcium_ionized": "Calcium, ionized",
    "calcium_total": "Calcium, total",
    "ck": "Creatine kinase",
    "egfr": "Estimated GFR",
    "emesis_count_24h": "Vomiting episodes in 24 h",
    "gcs": "Glasgow coma score",
    "ggt": "GGT",
    "glucose_fasting": "Glucose, fasting",
    "inr": "INR",
    "ldh": "LDH",
    "limb_volume_difference_percent": "Difference between limbs",
    "pao2": "Arterial pO2",
    "ph": "Blood pH",
    "stool_count_24h_increase_over_baseline": "Stools in 24 h above baseline",
    "troponin_i": "Troponin I",
    "troponin_t": "Troponin T",
    "wbc": "White cells",
}
TESTS = {"ecg": "ECG", "fobt": "Stool, tested for blood", "heme_test_fluids": "Fluids, tested for blood"}
ORIGINS = {"charted": "charted", "laboratory": "laboratory", "device": "monitor feed"}


def observable(key: str) -> str:
    """An observable's name on the screen."""
    return OBSERVABLES.get(key, key.removesuffix("_rate").replace("_", " ").capitalize())


def ordered_test(key: str) -> str:
    """The name of a test that can be ordered: a value's, or of what is looked at."""
    return TESTS.get(key, observable(key))
