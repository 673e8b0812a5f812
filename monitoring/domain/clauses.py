"""Where one printed clause begins and ends for this patient: its limits as numbers in the reported unit."""

from __future__ import annotations

from decimal import Decimal

from monitoring.domain.band import Answer, Band
from monitoring.domain.ctcae import REFS, Bound, Clause, Limit, Measure, Ref
from monitoring.domain.facts import GradeFacts
from monitoring.domain.observable import Observable, Unit
from monitoring.domain.preconditions import apply_preconditions, apply_temperature
from monitoring.domain.units import EXACT, convert

References = tuple[Decimal | None, ...]  # in the order of REFS
_ULN, _LLN, _BASELINE = (REFS.index(ref) for ref in (Ref.ULN, Ref.LLN, Ref.BASELINE))
_ASSAY = REFS.index(Ref.MI_LIMIT)  # from here on limits are the assay's own
_HUNDRED = Decimal(100)


def references(facts: GradeFacts) -> References:
    """Return every reference a limit may be a multiple of, in the reported unit; None where it is missing."""
    baseline = facts.baseline
    value = None
    if baseline is not None and baseline.value is not None and facts.unit is not None:
        value = convert(baseline.value, baseline.unit, facts.unit)
    if not facts.limits:
        return (facts.uln, facts.lln, value, None, None)
    known = {Ref.ULN: facts.uln, Ref.LLN: facts.lln, Ref.BASELINE: value, **facts.limits}
    return tuple(known.get(ref) for ref in REFS)


def resolve(clause: Clause, facts: GradeFacts, refs: References) -> Band:
    """Return ``clause`` for these facts, with every limit as a number in the reported unit."""
    band = Band(clause, [], [])
    if clause.is_conditional or facts.is_baseline_draw:
        apply_preconditions(band, facts)
        if band.fixed is Answer.NO:
            return band
        refs = _with_hypothetical(band, refs)
    if clause.is_percent:
        _add_percent(band, facts, refs)
    else:
        _add_limits(band, facts, refs)
    if clause.value_low:
        band.uppers.append((refs[_LLN], False))
    if clause.also:
        _add_second(band, facts, refs)
    return band


def _add_second(band: Band, facts: GradeFacts, refs: References) -> None:
    for second in band.clause.also:
        if second.temperature is not None:
            apply_temperature(band, facts, second.lower, second.temperature)
        elif not facts.is_baseline_draw:
            band.lowers.append((_multiple(second.lower, refs), second.lower.closed))


def _with_hypothetical(band: Band, refs: References) -> References:
    """Without a baseline, a high one lies just above ULN at the least: the ladder at its strictest."""
    if band.clause.baseline != "high" or band.inside is not Answer.POSSIBLE:
        return refs
    band.lowers.append((refs[_ULN], False))
    return (*refs[:_BASELINE], refs[_ULN], *refs[_BASELINE + 1 :])


def _add_limits(band: Band, facts: GradeFacts, refs: References) -> None:
    clause, unit = band.clause, facts.unit
    first = clause.bounds[0]
    printed: Bound | None = first
    bound: Bound | None = first
    if first.unit is not None and unit is not None:
        printed, bound = _in_unit(clause, facts.observable, unit)
    if bound is None:
        band.fixed, band.lack = Answer.UNKNOWN, "no printed limit for this unit"
        return
    band.bound = printed
    offset = refs[_BASELINE] if clause.measure is Measure.RISE else None
    rises = clause.measure is Measure.RISE
    for limit, ends in ((bound.lower, band.lowers), (bound.upper, band.uppers)):
        if limit is None:
            continue
        number = _multiple(limit, refs) if limit.slot >= 0 else limit.number
        if rises:
            number = EXACT.add(limit.number, offset) if offset is not None else None
        if number is None and limit.slot >= _ASSAY:
            if ends is band.uppers:
                continue  # beyond an assay limit nobody configured lies only the next grade: this one is the least
            ends.append((refs[_ULN], False))  # an assay's decision limit lies above its upper limit of normal
        ends.append((number, limit.closed))


def _in_unit(clause: Clause, observable: Observable, unit: Unit) -> tuple[Bound | None, Bound | None]:
    """The band printed for ``unit``, or for the nearest printed unit, and the same band converted to ``unit``."""
    known = clause.readings.get(unit.ucum)
    if known is not None and known[0] is unit:
        return known[1], known[2]
    printed = clause.by_unit.get(unit.ucum)
    if printed is None:
        candidates = [bound for bound in clause.bounds if bound.unit in observable.units and not clause.as_reported]
        same = [bound for bound in candidates if bound.system == unit.system]
        printed = next(iter(same or candidates), None)
        if printed is None or printed.unit is None:
            return None, None
    source = observable.units.get(printed.unit or "", unit)
    converted = Bound(
        unit.ucum, unit.system, _converted(printed.lower, source, unit), _converted(printed.upper, source, unit)
    )
    clause.readings[unit.ucum] = (unit, printed, converted)
    return printed, converted


def _converted(limit: Limit | None, source: Unit, into: Unit) -> Limit | None:
    if limit is None or limit.slot >= 0 or source is into:
        return limit
    return Limit(convert(limit.number, source, into), limit.closed)


def _multiple(limit: Limit, refs: References) -> Decimal | None:
    reference = refs[limit.slot]
    return None if reference is None else EXACT.multiply(limit.number, reference)


def _add_percent(band: Band, facts: GradeFacts, refs: References) -> None:
    """Turn a percent band into values of the reported unit; a fall of 25 % is at or below 0.75 x baseline."""
    bound = band.bound = band.clause.bounds[0]
    sign = 1 if band.clause.measure is Measure.PERCENT_CHANGE else -1
    base = refs[_BASELINE]
    if base is None and facts.percent_change is not None:
        inside = bound.holds(facts.percent_change * sign)
        band.fixed = Answer.YES if inside else Answer.NO
        return
    for end, is_lower in ((bound.lower, True), (bound.upper, False)):
        if end is None:
            continue
        number = None
        if base is not None:
            number = EXACT.divide(EXACT.multiply(base, _HUNDRED + sign * end.number), _HUNDRED)
        (band.lowers if is_lower is (sign > 0) else band.uppers).append((number, end.closed))


_REF_WORDS = {
    Ref.ULN: "upper limit of normal missing",
    Ref.LLN: "lower limit of normal missing",
    Ref.BASELINE: "baseline missing",
    Ref.MI_LIMIT: "the assay's infarction limit is not configured",
    Ref.UNSTABLE_ANGINA_LIMIT: "the assay's angina limit is not configured",
}


def lacking(band: Band, facts: GradeFacts) -> str:
    """What this clause needs and does not have, in words; "" when it has all."""
    if band.lack:
        return band.lack
    clause, refs = band.clause, references(facts)
    wanted: list[Ref] = [Ref.LLN] if clause.value_low else []
    if clause.measure is not Measure.VALUE:
        wanted.append(Ref.BASELINE)
    ends = [end for bound in clause.bounds for end in (bound.lower, bound.upper)]
    wanted += [end.ref for end in [*ends, *(also.lower for also in clause.also)] if end and end.ref]
    return next((_REF_WORDS[ref] for ref in wanted if refs[REFS.index(ref)] is None), "")
