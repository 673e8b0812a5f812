"""How a CTCAE file is written, and how its rows become the rules a grade is computed with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Literal

import msgspec

from monitoring.domain.ctcae import (
    REFS,
    AlsoBound,
    Bound,
    Clause,
    Ctcae,
    GradeRow,
    Limit,
    Measure,
    Proposal,
    Ref,
    TermRule,
)  # fmt: skip
from monitoring.rules.faults import RuleFileIsInvalid
from monitoring.rules.observables_file import Row


class LimitRow(Row, frozen=True):
    op: Literal["<", "<=", ">", ">="]
    value: str | None = None
    ref: Ref | None = None
    factor: str | None = None
    printed: str = ""


class BoundRow(Row, frozen=True):
    unit: str
    system: str = ""
    lower: LimitRow | None = None
    upper: LimitRow | None = None


class AlsoRow(Row, frozen=True):
    lower: LimitRow
    observable: Literal["temperature"] | None = None
    unit: Literal["Cel"] | None = None
    pattern: Literal["single", "sustained"] | None = None


class AppliesRow(Row, frozen=True):
    baseline: Literal["low", "high", "not_high"] | None = None
    fasting: bool | None = None
    on_anticoagulation: bool | None = None
    value: Literal["low"] | None = None


class ClauseRow(Row, frozen=True):
    observable: str
    basis: str
    bounds: tuple[BoundRow, ...]
    applies_when: AppliesRow | None = None
    and_bounds: tuple[AlsoRow, ...] = ()
    and_clinical: str | None = None
    clinician_decides: bool = False
    window: Literal["8 h", "24 h"] | None = None
    duration: Literal["<=24 h", ">24 h"] | None = None
    context: Literal["at rest", "with exercise"] | None = None
    relative_to: Literal["baseline"] | None = None
    as_reported: bool = False


class GradeEntry(Row, frozen=True):
    any_of: tuple[ClauseRow, ...] = ()
    or_clinical: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()


class ProposalRow(Row, frozen=True):
    kind: Literal["hypotension", "rate_above", "hypoxia"]
    source: str
    verification: str
    bolus_within_h: str | None = None
    sustained_h: str | None = None
    above: str | None = None
    rest_below: str | None = None
    rest_grade: int | None = None
    grades: dict[str, int] = {}


class TermRow(Row, frozen=True):
    key: str
    label: str
    status: Literal["present", "absent"]
    observables: tuple[str, ...]
    grades: dict[str, GradeEntry]
    source: tuple[str, ...]
    confidence: Literal["high", "medium", "low"]
    term: str = ""
    category: str = ""
    meddra_llt_code: str = ""
    direction: Literal["low", "high"] | None = None
    proposal: ProposalRow | None = None
    report_under: tuple[str, ...] = ()
    not_below: str | None = None
    not_below_note: str = ""
    note: str = ""


class CtcaeFile(Row, frozen=True):
    schema: int
    id: str
    version: str
    published: str
    about: str
    verification: str
    sources: dict[str, dict[str, str]]
    terms: tuple[TermRow, ...]
    meddra_version: str = ""


def read_ctcae(text: str, sha256: str) -> Ctcae:
    """Return the version that ``text`` holds. Raises RuleFileIsInvalid, naming the row."""
    try:
        file = msgspec.json.decode(text, type=CtcaeFile)
    except msgspec.MsgspecError as fault:
        raise RuleFileIsInvalid(f"ctcae: {fault}") from fault
    terms = {row.key: _term(row, file.version) for row in file.terms}
    if len(terms) != len(file.terms):
        raise RuleFileIsInvalid(f"{file.id}: a term stands twice")
    return Ctcae(file.version, file.id, sha256, terms, _fed_by(terms.values()))


def _fed_by(terms: Iterable[TermRule]) -> dict[str, tuple[str, ...]]:
    fed: dict[str, list[str]] = {}
    for rule in terms:
        for observable in sorted(rule.computed_from | set(rule.observables)):
            fed.setdefault(observable, []).append(rule.key)
    return {observable: tuple(keys) for observable, keys in fed.items()}


def _term(row: TermRow, version: str) -> TermRule:
    grades = {int(grade): entry for grade, entry in row.grades.items() if grade in _GRADES}
    if len(grades) != len(row.grades):
        raise RuleFileIsInvalid(f"{row.key}: grades are 1 to 5")
    rows = tuple(_grade(row.key, grade, grades[grade]) for grade in sorted(grades, reverse=True) if grade < _DEATH)
    bedside = {entry.grade for entry in rows if entry.clinical or any(c.clinician_decides for c in entry.clauses)}
    return TermRule(
        key=row.key, term=row.term, label=row.label, version=version, present=row.status == "present",
        direction=row.direction, observables=row.observables, rows=rows, clinician_raises_from=max(bedside, default=0),
        computed_from=frozenset(clause.observable for entry in rows for clause in entry.clauses),
        proposal=_proposal(row) if row.proposal else None, report_under=row.report_under, source=row.source,
        confidence=row.confidence, not_below=_number(row.key, row.not_below) if row.not_below else None,
        may_be_fatal=_DEATH in grades,
    )  # fmt: skip


_GRADES = frozenset("12345")
_DEATH = 5


def _grade(key: str, grade: int, entry: GradeEntry) -> GradeRow:
    return GradeRow(grade, tuple(_clause(key, row) for row in entry.any_of), entry.or_clinical, entry.printed)


def _clause(key: str, row: ClauseRow) -> Clause:
    applies = row.applies_when or AppliesRow()
    bounds = tuple(_bound(key, bound) for bound in row.bounds)
    measure = _measure(row)
    also = tuple(_also(key, second) for second in row.and_bounds)
    ends = [end for bound in bounds for end in (bound.lower, bound.upper) if end is not None]
    if not ends:
        raise RuleFileIsInvalid(f"{key}: a clause without a limit")
    return Clause(
        observable=row.observable, bounds=bounds, measure=measure,
        absolute=not any(end.ref for end in ends), baseline=applies.baseline, fasting=applies.fasting,
        on_anticoagulation=applies.on_anticoagulation, value_low=applies.value == "low", also=also,
        clinical=row.and_clinical, clinician_decides=row.clinician_decides,
        window=_HOURS[row.window] if row.window else None,
        lasting=_LASTING[row.duration] if row.duration else None,
        at_rest=row.context == "at rest" if row.context else None,
        by_unit={bound.unit: bound for bound in bounds if bound.unit},
        is_conditional=any((row.applies_when, row.clinician_decides, row.window, row.duration, row.context)),
        as_reported=row.as_reported,
        is_percent=measure in (Measure.PERCENT_CHANGE, Measure.PERCENT_DECREASE),
        needs_baseline=measure is not Measure.VALUE or any(end.ref is Ref.BASELINE for end in ends),
    )  # fmt: skip


_HOURS = {"8 h": timedelta(hours=8), "24 h": timedelta(hours=24)}
_LASTING = {"<=24 h": (False, timedelta(hours=24)), ">24 h": (True, timedelta(hours=24))}
_MEASURES = {"pct change from baseline": Measure.PERCENT_CHANGE, "pct decrease from baseline": Measure.PERCENT_DECREASE}


def _measure(row: ClauseRow) -> Measure:
    return Measure.RISE if row.relative_to else _MEASURES.get(row.basis, Measure.VALUE)


def _bound(key: str, row: BoundRow) -> Bound:
    unit = None if row.unit == "same-as-reference" else row.unit
    lower = _limit(key, row.lower, ">") if row.lower else None
    return Bound(unit, row.system, lower, _limit(key, row.upper, "<") if row.upper else None)


def _also(key: str, row: AlsoRow) -> AlsoBound:
    return AlsoBound(_limit(key, row.lower, ">"), (row.pattern or "any") if row.observable else None)


def _limit(key: str, row: LimitRow, side: str) -> Limit:
    text = row.factor if row.ref else row.value
    if text is None or not row.op.startswith(side):
        raise RuleFileIsInvalid(f"{key}: a limit needs {side} and either a value, or ref and factor")
    slot = REFS.index(row.ref) if row.ref else -1
    return Limit(_number(key, text), row.op.endswith("="), row.ref, slot)


def _proposal(term: TermRow) -> Proposal:
    row = term.proposal or ProposalRow("hypoxia", "", "")
    return Proposal(
        kind=row.kind, source=row.source, verification=row.verification, grades=row.grades,
        bolus_within=_hours(row.bolus_within_h), sustained=_hours(row.sustained_h),
        above=_number(term.key, row.above) if row.above else None,
        rest_below=_number(term.key, row.rest_below) if row.rest_below else None,
        rest_grade=row.rest_grade,
    )  # fmt: skip


def _hours(text: str | None) -> timedelta | None:
    return timedelta(hours=int(text)) if text else None


def _number(key: str, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as fault:
        raise RuleFileIsInvalid(f"{key}: {text!r} is not a number") from fault
