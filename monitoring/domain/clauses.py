"""Where one printed clause begins and ends for this patient: its limits as numbers in the reported unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum

from monitoring.domain.ctcae import Bound, Clause, Limit, Measure, Ref
from monitoring.domain.facts import GradeFacts
from monitoring.domain.observable import Observable, Unit
from monitoring.domain.units import EXACT, convert

References = Mapping[Ref, Decimal | None]
End = tuple[Decimal | None, bool]  # the limit (None: its reference is missing), and whether it belongs to the band


class Answer(IntEnum):
    """Whether a clause holds. UNKNOWN blocks a lower grade; POSSIBLE only leaves a higher one open."""

    NO = 0
    YES = 1
    UNKNOWN = 2
    POSSIBLE = 3


@dataclass(slots=True)
class Band:
    """One clause, resolved: the numbers (reported unit) it covers and what covering them would mean.

    ``lack`` says what is missing when the answer is not a plain yes or no. ``fixed`` is set when the answer
    does not depend on the value at all.
    """

    clause: Clause
    lowers: list[End]
    uppers: list[End]
    inside: Answer = Answer.YES
    lack: str = ""
    fixed: Answer | None = None
    bound: Bound | None = None

    def answer(self, x: Decimal) -> Answer:
        """Whether the clause holds for a value of exactly ``x``."""
        if self.fixed is not None:
            return self.fixed
        missing = False
        for end, closed in self.lowers:
            if end is None:
                missing = True
            elif x < end or (x == end and not closed):
                return Answer.NO
        for end, closed in self.uppers:
            if end is None:
                missing = True
            elif x > end or (x == end and not closed):
                return Answer.NO
        return Answer.UNKNOWN if missing else self.inside


def references(facts: GradeFacts) -> dict[Ref, Decimal | None]:
    """Return every reference a limit may be a multiple of, in the reported unit; None where it is missing."""
    baseline = facts.baseline
    value = None
    if baseline is not None and baseline.value is not None and facts.unit is not None:
        value = convert(baseline.value, baseline.unit, facts.unit)
    found: dict[Ref, Decimal | None] = {Ref.ULN: facts.uln, Ref.LLN: facts.lln, Ref.BASELINE: value}
    if facts.limits:
        found.update(facts.limits)
    return found


def resolve(clause: Clause, facts: GradeFacts, refs: References) -> Band:
    """Return ``clause`` for these facts, with every limit as a number in the reported unit."""
    band = Band(clause, [], [])
    if clause.is_conditional or facts.is_baseline_draw:
        _apply_preconditions(band, facts)
        if band.fixed is Answer.NO:
            return band
    if clause.measure in _PERCENT:
        _add_percent(band, facts, refs)
    else:
        _add_limits(band, facts, _hypothetical(band, refs))
    if clause.value_low:
        band.uppers.append((refs[Ref.LLN], False))
    _apply_second(band, facts, refs)
    if not band.lack and None in [end for end, _ in band.lowers + band.uppers]:
        band.lack = _missing(clause, refs)
    return band


_PERCENT = frozenset({Measure.PERCENT_CHANGE, Measure.PERCENT_DECREASE})


def _apply_second(band: Band, facts: GradeFacts, refs: References) -> None:
    for second in band.clause.also:
        if second.temperature is not None:
            _apply_temperature(band, facts, second.lower, second.temperature)
        elif not facts.is_baseline_draw:
            band.lowers.append((_multiple(second.lower, refs), second.lower.closed))


def _apply_preconditions(band: Band, facts: GradeFacts) -> None:
    clause = band.clause
    wrong_place = clause.at_rest is not None and clause.at_rest != facts.at_rest
    compares = facts.is_baseline_draw and clause.needs_baseline
    if wrong_place or compares or clause.clinician_decides:
        band.fixed = Answer.NO
        return
    if clause.baseline is not None:
        _apply_baseline_status(band, facts)
    if clause.fasting is not None:
        _apply_circumstance(band, facts.fasting, "fasting not known")
    if clause.on_anticoagulation is not None:
        _apply_circumstance(band, facts.on_anticoagulation, "anticoagulation not known")
    if clause.window is not None:
        _apply_window(band, facts)
    if clause.lasting is not None:
        over, limit = clause.lasting
        if facts.above_40c_for is None:
            band.inside = Answer.POSSIBLE if over else band.inside
            band.lack = "how long it lasted is not known"
        elif (facts.above_40c_for > limit) is not over:
            band.fixed = Answer.NO


def _apply_baseline_status(band: Band, facts: GradeFacts) -> None:
    """A missing baseline counts as not high, flagged; a high one is still kept in view as possible.

    A clause for a low baseline (creatinine in 6.0) is unknown without one.
    """
    wanted = band.clause.baseline or ""
    if facts.is_baseline_draw:
        band.fixed = None if wanted == "not_high" else Answer.NO
        return
    known = facts.baseline
    fact = None if known is None else known.is_low if wanted == "low" else known.is_high
    if fact is None:
        band.inside = _WITHOUT_STATUS[wanted]
        band.lack = "baseline missing" if known is None else "baseline without reference limits"
    elif fact is (wanted == "not_high"):
        band.fixed = Answer.NO


_WITHOUT_STATUS = {"not_high": Answer.YES, "high": Answer.POSSIBLE, "low": Answer.UNKNOWN}


def _apply_circumstance(band: Band, fact: bool | None, lack: str) -> None:
    """An unknown circumstance does not open a clause, but what it would give stays in view."""
    if fact is None:
        band.inside, band.lack = Answer.POSSIBLE, lack
    elif fact is False:
        band.fixed = Answer.NO


def _apply_window(band: Band, facts: GradeFacts) -> None:
    """A volume over less than the window, or with hours missing, is a lower bound; over more, another question."""
    window = band.clause.window
    if facts.window is None or window is None:
        band.inside, band.lack = Answer.UNKNOWN, "the time over which it was collected is not known"
    elif facts.window > window:
        band.fixed = Answer.NO
    elif facts.window < window or facts.window_complete is not True:
        hours = int(window.total_seconds()) // 3600
        band.inside, band.lack = Answer.UNKNOWN, f"the {hours} h window is not completely observed"


def _apply_temperature(band: Band, facts: GradeFacts, limit: Limit, pattern: str) -> None:
    warm = facts.temperature_cel
    if warm is None:
        band.inside, band.lack = Answer.UNKNOWN, "temperature missing"
    elif warm < limit.number or (warm == limit.number and not limit.closed):
        band.fixed = Answer.NO
    elif pattern == "sustained":
        _apply_circumstance(band, facts.temperature_sustained, "how long the fever lasted is not known")


def _hypothetical(band: Band, refs: References) -> References:
    """Without a baseline, a high one lies just above ULN at the least: the ladder at its strictest."""
    if band.clause.baseline != "high" or band.inside is not Answer.POSSIBLE:
        return refs
    band.lowers.append((refs[Ref.ULN], False))
    return {**refs, Ref.BASELINE: refs[Ref.ULN]}


def _add_limits(band: Band, facts: GradeFacts, refs: References) -> None:
    bound, unit = _bound_for(band.clause, facts.observable, facts.unit)
    if bound is None:
        band.fixed, band.lack = Answer.UNKNOWN, "no printed limit for this unit"
        return
    band.bound = bound
    if bound.lower is not None:
        band.lowers.append((_number(bound.lower, unit, facts, refs, band.clause), bound.lower.closed))
    if bound.upper is not None:
        band.uppers.append((_number(bound.upper, unit, facts, refs, band.clause), bound.upper.closed))


def _bound_for(clause: Clause, observable: Observable, unit: Unit | None) -> tuple[Bound | None, Unit | None]:
    """The limits printed for the reported unit, or for the nearest printed one (same unit system first)."""
    first = clause.bounds[0]
    if first.unit is None or unit is None:
        return first, None
    printed = clause.by_unit.get(unit.ucum)
    if printed is not None:
        return printed, None
    known = [bound for bound in clause.bounds if bound.unit in observable.units]
    same = [bound for bound in known if bound.system == unit.system]
    nearest = next(iter(same or known), None)
    return nearest, observable.units[nearest.unit] if nearest is not None and nearest.unit else None


def _number(
    limit: Limit, printed_in: Unit | None, facts: GradeFacts, refs: References, clause: Clause
) -> Decimal | None:
    if limit.ref is not None:
        return _multiple(limit, refs)
    number = limit.number
    if printed_in is not None and facts.unit is not None:
        number = convert(number, printed_in, facts.unit)
    if clause.measure is Measure.RISE:
        base = refs[Ref.BASELINE]
        return None if base is None else EXACT.add(number, base)
    return number


def _multiple(limit: Limit, refs: References) -> Decimal | None:
    reference = refs.get(limit.ref) if limit.ref is not None else None
    return None if reference is None else EXACT.multiply(limit.number, reference)


def _add_percent(band: Band, facts: GradeFacts, refs: References) -> None:
    """Turn a percent band into values of the reported unit; a fall of 25 % is at or below 0.75 x baseline."""
    bound = band.bound = band.clause.bounds[0]
    sign = 1 if band.clause.measure is Measure.PERCENT_CHANGE else -1
    base = refs[Ref.BASELINE]
    if base is None and facts.percent_change is not None:
        band.fixed = _percent_answer(bound, facts.percent_change * sign)
        return
    for end, is_lower in ((bound.lower, True), (bound.upper, False)):
        if end is None:
            continue
        number = None
        if base is not None:
            number = EXACT.divide(EXACT.multiply(base, _HUNDRED + sign * end.number), _HUNDRED)
        (band.lowers if is_lower is (sign > 0) else band.uppers).append((number, end.closed))


_HUNDRED = Decimal(100)


def _percent_answer(bound: Bound, percent: Decimal) -> Answer:
    low, high = bound.lower, bound.upper
    if low is not None and (percent < low.number or (percent == low.number and not low.closed)):
        return Answer.NO
    if high is not None and (percent > high.number or (percent == high.number and not high.closed)):
        return Answer.NO
    return Answer.YES


_REF_WORDS = {
    Ref.ULN: "upper limit of normal missing",
    Ref.LLN: "lower limit of normal missing",
    Ref.BASELINE: "baseline missing",
    Ref.MI_LIMIT: "the assay's infarction limit is not configured",
    Ref.UNSTABLE_ANGINA_LIMIT: "the assay's angina limit is not configured",
}


def _missing(clause: Clause, refs: References) -> str:
    """The first reference this clause needs and does not have, in words; "" when it has all."""
    wanted: list[Ref] = [Ref.LLN] if clause.value_low else []
    if clause.measure is not Measure.VALUE:
        wanted.append(Ref.BASELINE)
    ends = [end for bound in clause.bounds for end in (bound.lower, bound.upper)]
    wanted += [end.ref for end in [*ends, *(also.lower for also in clause.also)] if end and end.ref]
    return next((_REF_WORDS[ref] for ref in wanted if refs.get(ref) is None), "")
