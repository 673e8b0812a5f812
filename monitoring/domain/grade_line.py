"""Which grades one line of the grading command gives: a measurement with its circumstances in, terms out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from monitoring.domain.baseline import FASTING
from monitoring.domain.ctcae import Ctcae, TermRule
from monitoring.domain.facts import Baseline, GradeFacts, TermResult
from monitoring.domain.grading import grade
from monitoring.domain.hypotension import PressureFacts, propose_hypotension
from monitoring.domain.interval import between, point
from monitoring.domain.measurement import parse_number
from monitoring.domain.observable import Observable, Observables
from monitoring.domain.proposals import propose_hypoxia, propose_rate
from monitoring.domain.reading import MeasuredReading, RawObservation, to_reading


class LineIsInvalid(ValueError):
    """A line that cannot be read at all; the message names the field."""


Line = Mapping[str, object]


def grade_line(line: Line, versions: Mapping[str, Ctcae], observables: Observables) -> dict[str, object]:
    """Return ``{"id", "grades": {term key: {"term", "grade", "at_least", "proposed", "why"}}, "error"}``.

    ``line`` needs ``id``, ``ctcae_version`` and ``observable`` or ``loinc``; numbers are text, whole numbers or
    Decimal. Every term the observable feeds in that version is answered, also those it has no number for.
    ``error`` is None, or says why the line cannot be graded; it never raises on what a line holds.
    """
    answer: dict[str, object] = {"id": line.get("id"), "grades": {}, "error": None}
    try:
        version, observable = _version(line, versions), _observable(line, observables)
        reading = _reading(line, observable, observables)
        facts = _facts(line, observable, reading, observables)
    except LineIsInvalid as fault:
        answer["error"] = str(fault)
        return answer
    if reading.unusable is not None and reading.unusable.startswith("unknown"):
        answer["error"] = reading.unusable
    answer["grades"] = {
        rule.key: _row(rule, _graded(rule, facts, line, observables)) for rule in _rules(observable, version)
    }
    return answer


def _row(rule: TermRule, result: TermResult) -> dict[str, object]:
    return {
        "term": rule.term or rule.label,
        "grade": result.grade,
        "at_least": result.at_least,
        "proposed": result.proposed,
        "why": result.why,
    }


def _rules(observable: Observable, version: Ctcae) -> list[TermRule]:
    keys = dict.fromkeys(version.fed_by.get(observable.key, ()))
    keys.update(dict.fromkeys(version.fed_by.get(FASTING.get(observable.key, ""), ())))
    return [version.terms[key] for key in keys]


def _graded(rule: TermRule, facts: GradeFacts, line: Line, observables: Observables) -> TermResult:
    kind = rule.proposal.kind if rule.proposal is not None and rule.present else ""
    if kind == "hypotension" and facts.observable.key == "bp_systolic":
        return propose_hypotension(rule, PressureFacts(facts.value, None, bolus_charted=False, pressor_running=None))
    if kind == "rate_above":
        return propose_rate(rule, facts)
    if kind == "hypoxia":
        return propose_hypoxia(rule, facts, None)
    if rule.key == "febrile_neutropenia" and facts.observable.key == "temperature":
        return _febrile(rule, facts, line, observables)
    return grade(rule, facts)


def _febrile(rule: TermRule, facts: GradeFacts, line: Line, observables: Observables) -> TermResult:
    """The temperature came as the value: the count stands beside it."""
    count = _number(line, "anc_10e9_L")
    anc = observables.by_key["anc"]
    if count is None or facts.problem is not None:
        return TermResult(None, why=facts.problem or "neutrophil count missing", term=rule.key)
    return grade(rule, replace(facts, observable=anc, value=point(count), unit=anc.units["10*9/L"]))


def _version(line: Line, versions: Mapping[str, Ctcae]) -> Ctcae:
    if line.get("id") is None:
        raise LineIsInvalid("id: missing")
    named = line.get("ctcae_version")
    if not isinstance(named, str) or named not in versions:
        raise LineIsInvalid(f"ctcae_version: {named!r} is not one of {', '.join(versions)}")
    return versions[named]


def _observable(line: Line, observables: Observables) -> Observable:
    named, code = _text(line, "observable"), _text(line, "loinc")
    found = observables.get(named) if named else observables.of_loinc(code or "")
    if found is None:
        raise LineIsInvalid(f"unknown observable {named}" if named else f"unknown LOINC code {code}")
    return found


# A line is one moment: nothing in it is compared with any other instant.
_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)


def _reading(line: Line, observable: Observable, observables: Observables) -> MeasuredReading:
    raw = RawObservation(
        observable=observable.key, observed_at=_MOMENT, value=_text(line, "value"),
        comparator=_text(line, "comparator"), unit=_text(line, "unit"), uln=_text(line, "uln"),
        lln=_text(line, "lln"),
    )  # fmt: skip
    return to_reading(raw, observables, baseline_weight_kg=None)


def _facts(line: Line, observable: Observable, reading: MeasuredReading, observables: Observables) -> GradeFacts:
    graded_as = observables.by_key[FASTING.get(observable.key, observable.key)]
    change = _number(line, "pct_change_from_baseline", signed=True)
    usable = reading.sent_value is not None and reading.sent_unit is not None
    only_change = change is not None and reading.unusable == "no value"
    return GradeFacts(
        observable=graded_as,
        value=between(reading.sent_value, reading.comparator) if reading.sent_value is not None else None,
        unit=reading.sent_unit,
        uln=reading.sent_uln,
        lln=reading.sent_lln,
        baseline=_baseline(line, reading, graded_as, observables),
        problem=None if usable or only_change else reading.unusable,
        percent_change=change,
        fasting=True if observable.key in FASTING else _flag(line, "fasting"),
        on_anticoagulation=_flag(line, "on_anticoagulation"),
        above_40c_for=_length(line, "duration_above_40C"),
        window=_length(line, "window"),
        window_complete=_flag(line, "window_complete"),
        temperature_cel=reading.value if observable.key == "temperature" else _number(line, "temperature_cel"),
        temperature_sustained=_pattern(line),
    )


def _baseline(
    line: Line, reading: MeasuredReading, observable: Observable, observables: Observables
) -> Baseline | None:
    """The baseline in the line's unit; without a stated status it is held against the line's own limits."""
    value, status = _number(line, "baseline"), _text(line, "baseline_status")
    if status is not None and status not in ("low", "normal", "high"):
        raise LineIsInvalid(f"baseline_status: {status!r} is not low, normal or high")
    unit = reading.sent_unit or observables.unit(observable, _text(line, "unit"))
    if unit is None or (value is None and status is None):
        return None
    if status is not None:
        return Baseline(value, unit, is_high=status == "high", is_low=status == "low")
    is_high = value > reading.sent_uln if value is not None and reading.sent_uln is not None else None
    is_low = value < reading.sent_lln if value is not None and reading.sent_lln is not None else None
    return Baseline(value, unit, is_high, is_low)


def _pattern(line: Line) -> bool | None:
    pattern = _text(line, "temperature_pattern")
    if pattern is None:
        return None
    if not pattern.startswith(("single", "sustained")):
        raise LineIsInvalid(f"temperature_pattern: {pattern!r} is not single or sustained")
    return pattern.startswith("sustained")


def _text(line: Line, field: str) -> str | None:
    """The field as text; "" and null are no text. Raises LineIsInvalid for anything but text and whole numbers."""
    given = line.get(field)
    if given is None or given == "":
        return None
    if isinstance(given, str):
        return given
    if isinstance(given, (int, Decimal)) and not isinstance(given, bool):
        return format(given, "f") if isinstance(given, Decimal) else str(given)
    raise LineIsInvalid(f"{field}: {given!r} is neither text nor a decimal number")


def _number(line: Line, field: str, *, signed: bool = False) -> Decimal | None:
    text = _text(line, field)
    if text is None:
        return None
    minus = signed and text.startswith("-")
    number = parse_number(text[1:] if minus or (signed and text.startswith("+")) else text)
    if number is None:
        raise LineIsInvalid(f"{field}: {text!r} is not a plain decimal number")
    return -number if minus else number


def _flag(line: Line, field: str) -> bool | None:
    given = line.get(field)
    if given is None or isinstance(given, bool):
        return given
    if isinstance(given, str) and given.lower() in ("true", "false", ""):
        return {"true": True, "false": False}.get(given.lower())
    raise LineIsInvalid(f"{field}: {given!r} is not true or false")


_LENGTH = re.compile(r"P(?:(\d{1,3})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,5})M)?(?:(\d{1,6})S)?)?", re.ASCII)
_HOURS = re.compile(r"(\d{1,4}) ?h", re.ASCII)


def _length(line: Line, field: str) -> timedelta | None:
    """An ISO 8601 duration of days, hours, minutes and seconds, or hours as "8 h"."""
    text = _text(line, field)
    if text is None:
        return None
    hours = _HOURS.fullmatch(text)
    if hours:
        return timedelta(hours=int(hours.group(1)))
    parts = _LENGTH.fullmatch(text)
    if parts is None or not any(parts.groups()):
        raise LineIsInvalid(f"{field}: {text!r} is not a duration such as PT24H")
    days, whole_hours, minutes, seconds = (int(part or 0) for part in parts.groups())
    return timedelta(days=days, hours=whole_hours, minutes=minutes, seconds=seconds)
