"""Short ways to write readings and facts in tests of grading."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from monitoring.domain.ctcae import Ctcae
from monitoring.domain.current_grades import term_grades
from monitoring.domain.facts import Baseline, GradeFacts, TermResult
from monitoring.domain.grading import grade
from monitoring.domain.interval import between
from monitoring.domain.reading import MeasuredReading, RawObservation, to_reading
from monitoring.rules.loader import load_ctcae, load_observables

AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
OBSERVABLES = load_observables().value
V5 = load_ctcae("5.0").value
_ids = count(1)


def reading(
    observable: str, value: str | None, unit: str | None = None, *, hours_ago: float = 0, **sent: Any
) -> MeasuredReading:
    """A reading as the service would read it, ``hours_ago`` before AT, for a patient of 80 kg."""
    sent.setdefault("id", f"r{next(_ids)}")
    weight = sent.pop("weight_kg", Decimal(80))
    raw = RawObservation(observable, AT - timedelta(hours=hours_ago), value, unit=unit, **sent)
    return to_reading(raw, OBSERVABLES, baseline_weight_kg=weight)


def none_running(hours_ago: float = 0, **sent: Any) -> MeasuredReading:
    return reading("vasopressors_none", None, code="none_running", hours_ago=hours_ago, **sent)


def facts(observable: str, value: str | None, unit: str, comparator: str | None = None, **known: Any) -> GradeFacts:
    """Facts with ``uln``, ``lln`` and ``baseline`` as text; ``baseline`` is in ``baseline_unit`` or ``unit``."""
    what = OBSERVABLES.by_key[observable]
    number = between(Decimal(value), comparator) if value is not None else None
    base, base_unit = known.pop("baseline", None), known.pop("baseline_unit", unit)
    is_high, is_low = known.pop("is_high", False), known.pop("is_low", False)
    for name in ("uln", "lln", "percent_change", "temperature_cel"):
        if known.get(name) is not None:
            known[name] = Decimal(known[name])
    if base is not None:
        known["baseline"] = Baseline(Decimal(base), what.units[base_unit], is_high, is_low)
    return GradeFacts(what, number, what.units[unit], **known)


def graded(
    term: str,
    observable: str,
    value: str | None,
    unit: str,
    comparator: str | None = None,
    *,
    version: Ctcae = V5,
    **known: Any,
) -> TermResult:
    return grade(version.terms[term], facts(observable, value, unit, comparator, **known))


def present(*readings: MeasuredReading, **course: Any) -> dict[str, Any]:
    """The present grade of each term by key, with a target of 90 mmHg and no baselines unless said otherwise."""
    course.setdefault("target_sbp", Decimal(90))
    course.setdefault("baselines", {})
    course.setdefault("at", AT)
    course.setdefault("ctcae", V5)
    found = term_grades(readings, observables=OBSERVABLES, **course)
    return {each.term: each for each in found}
