"""Which limits stand behind a course's values: its protocol's criteria, the floor, and the numbers of each grade?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from dosing.domain import protocol as p
from dosing.domain.wording import limit_text, plain
from dosing.models import Course
from dosing.selectors.courses import CourseRules, rules_of
from monitoring.domain.baseline import facts_of
from monitoring.domain.grade_bands import GradeBand, grade_bands
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.standing import Standing
from monitoring.domain.units import to_contract
from monitoring.models import Observation
from monitoring.selectors import board_words as words
from monitoring.selectors.course_rules import GradingRules, grading_rules_of
from monitoring.selectors.evidence import baselines_of
from monitoring.selectors.predose_limits import SAYS, CourseNumbers, LimitRow, effect_of, limit_rows
from monitoring.selectors.raw import reading_of
from monitoring.selectors.site_limits import site_table_of

# What a temperature above 40.0 is graded by: so long, and no longer, it is the lower of its two grades.
NOT_FOR_LONG = timedelta(hours=1)
THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class TrendLimit:
    """Numbers, in the chart's unit, that mean something: ``effect`` is hold, review or grade.

    "" as an end means that there is none. ``grade`` is 1 to 4 for a grade, 0 for a criterion.
    """

    effect: str
    low: str
    high: str
    text: str
    grade: int = 0


def limits_of_trends(
    course: Course, newest: Mapping[str, MeasuredReading | None], weight_kg: Decimal | None, at: datetime
) -> dict[str, tuple[TrendLimit, ...]]:
    """Every limit by observable: those of the protocol and the floor first, then the grades.

    A grade's limits are those of the newest value's own laboratory limits and of the course's baseline at ``at``.
    """
    rules = rules_of(course)
    found: dict[str, list[TrendLimit]] = {}
    for row in limit_rows(rules.protocol.value, rules.inputs.value, CourseNumbers(course.target_sbp, weight_kg)):
        if row.effect != "info":
            found.setdefault(row.observable, []).append(_criterion(row))
    found.setdefault("urine_output", []).extend(_shift_limits(rules, weight_kg))
    for key, limit in _grades(course, newest, weight_kg, at):
        found.setdefault(key, []).append(limit)
    return {key: tuple(limits) for key, limits in found.items()}


def _criterion(row: LimitRow) -> TrendLimit:
    return TrendLimit(row.effect, row.low, row.high, row.text)


def _shift_limits(rules: CourseRules, weight_kg: Decimal | None) -> Iterable[TrendLimit]:
    """A shift's volume as the mean mL per hour that it comes to; per kg only where the dosing weight is known."""
    protocol, inputs = rules.protocol.value, rules.inputs.value
    for criterion in protocol.criteria:
        test = criterion.test
        if not isinstance(test, p.ShiftVolume) or test.of != "urine_output" or (test.per_kg and weight_kg is None):
            continue
        factor = (weight_kg if test.per_kg and weight_kg is not None else Decimal(1)) / (
            1 if test.per_hour else inputs.shift_h
        )
        low = test.limits.at_least if test.limits.at_least is not None else test.limits.above
        high = test.limits.at_most if test.limits.at_most is not None else test.limits.below
        effect = effect_of(criterion, protocol)
        text = f"{limit_text(criterion, inputs)} {SAYS[effect]} ({words.kind(criterion.kind)}), drawn as mL per hour"
        yield TrendLimit(effect, _scaled(low, factor), _scaled(high, factor), text)


def _scaled(limit: Decimal | None, factor: Decimal) -> str:
    return "" if limit is None else plain((limit * factor).quantize(THOUSANDTH))


def _grades(
    course: Course, newest: Mapping[str, MeasuredReading | None], weight_kg: Decimal | None, at: datetime
) -> Iterable[tuple[str, TrendLimit]]:
    grading = grading_rules_of(course)
    baselines = baselines_of(course, grading.observables, weight_kg, site_table_of(course.site_id))
    for key, seen in newest.items():
        if seen is None or seen.value is None or seen.id is None:
            continue
        reading = seen if seen.sent_uln is not None else with_limits(course, seen.id, grading, weight_kg)
        facts = replace(
            facts_of(reading, grading.observables, baselines, Standing([reading], at)), above_40c_for=NOT_FOR_LONG
        )
        for term in grading.ctcae.fed_by.get(key, ()):
            for band in grade_bands(grading.ctcae.terms[term], facts):
                yield key, _in_chart_unit(band, reading, words.term(term), grading)


def with_limits(
    course: Course, observation_id: str, grading: GradingRules, weight_kg: Decimal | None
) -> MeasuredReading:
    """The reading with the site's limits, where it came without its own."""
    row = Observation.objects.get(pk=observation_id)
    return reading_of(row, grading.observables, weight_kg, site_table_of(course.site_id))


def _in_chart_unit(band: GradeBand, reading: MeasuredReading, term: str, grading: GradingRules) -> TrendLimit:
    unit = reading.sent_unit
    contract = grading.observables.by_key[reading.observable].unit
    ends = [
        None if end is None else to_contract(end, unit) if unit is not None and unit.ucum != contract else end
        for end in (band.low, band.high)
    ]
    low, high = ("" if end is None else plain(end.quantize(THOUSANDTH)) for end in ends)
    between = f"{'from' if band.has_low else 'above'} {low}" if low else ""
    until = f"{'to' if low else 'up to'} {'' if band.has_high else 'below '}{high}" if high else ""
    until = f"below {high}" if high and not low and not band.has_high else until
    return TrendLimit("grade", low, high, f"{term} grade {band.grade}: {between} {until}".strip(), band.grade)
