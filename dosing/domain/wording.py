"""How are a criterion's limit, its value and its consequence said on the ward?"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from dosing.domain import protocol as p
from dosing.domain.inputs import InputRules
from dosing.domain.outcome import CriterionResult, Missing, State
from dosing.domain.snapshot import Reading
from dosing.domain.verdict import Verdict

EFFECT = {
    Verdict.STOP_PERMANENT: "stops treatment for good",
    Verdict.STOP_CYCLE: "stops the cycle",
    Verdict.HOLD: "holds",
    Verdict.REVIEW: "needs a physician",
    Verdict.UNDECIDED: "cannot be decided",
    Verdict.CONTINUE: "continues",
}
REASON = {
    "absent": "not charted",
    "stale": "too old",
    "unusable": "not usable",
    "straddles": "the value leaves both sides of the limit open",
    "gap": "not fully charted",
    "not_answered": "not answered",
    "not_done": "not done",
    "unable": "could not be assessed",
    "not_gradable": "cannot be graded",
    "error": "could not be judged",
}
_LONGEST_NUMBER = 8
_LEAD = {"o2_device": "On", "vasopressors": "", "cardiac_enzymes": ""}


def plain(number: Decimal) -> str:
    """Print a limit without exponent or trailing zero: 3, 2.5, 1000."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_unit(number: str, unit: str) -> str:
    """Join a number and its unit: "130/min", "3 mg/dL", "95 %"."""
    if not unit:
        return number
    return f"{number}{unit}" if unit.startswith("/") else f"{number} {unit}"


def limits_text(limits: p.Limits, unit: str) -> str:
    """Say which values meet: "3 mg/dL or more", "30 to 50", "2.5 to below 3", "above 130/min"."""
    low = limits.at_least if limits.at_least is not None else limits.above
    high = limits.at_most if limits.at_most is not None else limits.below
    if low is not None and high is not None:
        above = "above " if limits.above is not None else ""
        below = "below " if limits.below is not None else ""
        return with_unit(f"{above}{plain(low)} to {below}{plain(high)}", unit)
    if limits.at_least is not None:
        return f"{with_unit(plain(limits.at_least), unit)} or more"
    if limits.at_most is not None:
        return f"{with_unit(plain(limits.at_most), unit)} or less"
    if limits.above is not None:
        return f"above {with_unit(plain(limits.above), unit)}"
    return f"below {with_unit(plain(limits.below), unit)}" if limits.below is not None else ""


def evidence_text(criterion: p.Criterion, reading: Reading, rules: InputRules) -> str:
    """Say the value a criterion rests on; with the drug's name where it may be any of several."""
    text = reading_text(reading, rules)
    if isinstance(criterion.test, p.AnyVasopressor | p.UncoveredPressor | p.AboveUln):
        return f"{rules.label(reading.observable)} {text}"
    return text


def reading_text(reading: Reading, rules: InputRules) -> str:
    """Say a value as it was compared; a long conversion is shown as it was sent instead."""
    if reading.unusable is not None:
        return f"{reading.shown} ({reading.unusable})".strip()
    if reading.value is None:
        return (reading.code or "").replace("_", " ")
    rule = rules.inputs.get(reading.observable)
    number = f"{reading.value:f}"
    if len(number) > _LONGEST_NUMBER and reading.shown:
        about = with_unit(f"{reading.comparator or ''}{reading.value:.3f}", rule.unit_text if rule else "")
        return f"{reading.shown} (about {about})"
    return with_unit(f"{reading.comparator or ''}{number}", rule.unit_text if rule else "")


def input_of(criterion: p.Criterion) -> str:
    """The input a criterion mainly reads, or its bedside group."""
    test = criterion.test
    if criterion.asked is not None:
        return criterion.asked.group
    named: dict[type, str] = {
        p.WeightGain: "weight",
        p.AnyVasopressor: "vasopressors",
        p.UncoveredPressor: "vasopressors",
        p.AboveUln: "cardiac_enzymes",
        p.Oxygen: "o2_device",
        p.Saturation: "spo2",
        p.BelowTarget: "bp_systolic",
        p.BelowTargetAfterBoluses: "bp_systolic",
    }
    if isinstance(test, p.Newest | p.Grade):
        return test.input
    if isinstance(test, p.RateNow | p.RateMax):
        return f"{test.drug}_rate"
    if isinstance(test, p.ShiftVolume):
        return test.of
    return named.get(type(test), criterion.id)


def limit_text(criterion: p.Criterion, rules: InputRules) -> str:
    """The criterion's limit in words; "" for a finding, whose label says it."""
    test = criterion.test
    if criterion.kind == "count":
        return criterion.note
    unit = rules.inputs[input_of(criterion)].unit_text if input_of(criterion) in rules.inputs else ""
    if isinstance(test, p.WeightGain):
        return f"{limits_text(test.limits, '%')} over baseline"
    if isinstance(test, p.ShiftVolume):
        return _volume_limit(test, unit, rules)
    if isinstance(test, p.Newest | p.RateNow | p.RateMax):
        return limits_text(test.limits, unit)
    if isinstance(test, p.AboveUln):
        return "above the laboratory's upper limit"
    if isinstance(test, p.Grade):
        return f"grade {test.steps[0].at_least} or more"
    if isinstance(test, p.Oxygen):
        return _oxygen_limit(test)
    if isinstance(test, p.Saturation):
        low = f"below {plain(test.review_below)} % on less than {plain(test.on_flow_below)} L/min"
        return f"below {plain(test.hold_below)} %, or {low}"
    return "below the course's target" if isinstance(test, p.BelowTarget | p.BelowTargetAfterBoluses) else ""


def _oxygen_limit(test: p.Oxygen) -> str:
    parts = [limits_text(test.flow, "L/min")] if test.flow else []
    parts += [f"below goal on {plain(test.below_goal_from)} L/min or more"] if test.below_goal_from else []
    parts += [f"{limits_text(test.fio2, '%')} by mask"] if test.fio2 else []
    return ", or ".join(parts)


def _volume_limit(test: p.ShiftVolume, unit: str, rules: InputRules) -> str:
    per = f"{unit}{'/kg' if test.per_kg else ''}{'/h' if test.per_hour else ''}"
    over = f"in {rules.shift_h} h" if test.shifts == 1 else f"in each of {test.shifts} shifts of {rules.shift_h} h"
    return f"{limits_text(test.limits, per)} {over}"


def why_met(result: CriterionResult, verdict: Verdict, rules: InputRules) -> str:
    """One line on a met criterion: "Creatinine 3.4 mg/dL: 3 mg/dL or more holds"."""
    effect = EFFECT[verdict]
    if result.value in ("", "present"):
        return f"{result.label}: {effect}"
    name = _LEAD.get(result.input, rules.label(result.input))
    if result.kind == "count":
        name = result.label
    lead = f"{name} {result.value}".strip()
    if result.kind == "floor":
        return f"{lead} {effect}: {result.label}"
    return f"{lead}: {result.limit or result.label} {effect}"


def why_missing(missing: Missing, at: datetime) -> str:
    """One line on a missing input: "Platelets too old: 141 thousand/µL, 31 h old, at most 28 h"."""
    line = f"{missing.label} {REASON.get(missing.reason, missing.reason)}"
    parts = [missing.last_value] if missing.last_value else []
    if missing.last_observed_at is not None:
        parts.append(f"{_age(at - missing.last_observed_at)} old")
    if missing.reason == "stale" and missing.needed_within_h is not None:
        parts.append(f"at most {missing.needed_within_h} h")
    return f"{line}: {', '.join(parts)}" if parts else line


def summary(results: tuple[CriterionResult, ...]) -> str:
    """Count what was checked, never saying that all is well: "No hold reason in 42; 3 not checked"."""
    states = [result.state for result in results]
    lead = f"{states.count(State.MET)} met, no reason" if State.MET in states else "No hold reason"
    return f"{lead} in {states.count(State.NOT_MET)}; {states.count(State.UNKNOWN)} not checked"


def _age(age: timedelta) -> str:
    minutes = int(age.total_seconds()) // 60
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h"
