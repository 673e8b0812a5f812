"""Which grade each term has now, and which grades one observation gives in the light of what stood beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from dosing.domain.snapshot import Reading, TermGrade
from monitoring.domain.baseline import facts_of
from monitoring.domain.context import GradingContext
from monitoring.domain.corrected_calcium import ALBUMIN, TOTAL, completed_by, corrected_facts, needs_correction
from monitoring.domain.corrected_calcium import MISSING as ALBUMIN_MISSING
from monitoring.domain.ctcae import Ctcae, TermRule
from monitoring.domain.facts import GradeFacts, TermResult
from monitoring.domain.grading import grade
from monitoring.domain.judged import Judged, raised, worse
from monitoring.domain.observable import Observables
from monitoring.domain.pressors import NONE_RUNNING
from monitoring.domain.pressure import hypotension_at, hypotension_now
from monitoring.domain.proposals import propose_hypoxia, propose_rate
from monitoring.domain.standing import VOID, Standing
from monitoring.domain.volume_windows import URINE, in_words, volumes, windows_of

__all__ = ["ALWAYS", "TermResult", "grade_observation", "term_grades"]

# Always answered, also when nothing was ever measured for them: the terms of the overlay, and tachycardia.
ALWAYS = (
    "hypotension",
    "creatinine_increased",
    "bilirubin_increased",
    "platelets_decreased",
    "hypoxia",
    "sinus_tachycardia",
)
NOT_ITS_CALCIUM = "not the albumin of any total calcium"
_PRESSURE = ("bp_systolic", "fluid_bolus", NONE_RUNNING)
# What a value's grade may need to see beside it: how long a fever lasted, fever beside neutropenia, the volumes of a
# day, the albumin of a calcium's draw; and for every one the oxygen given.
_BESIDE = {
    "temperature": ("temperature",), "anc": ("temperature",), URINE: (URINE,), ALBUMIN: (ALBUMIN, TOTAL),
    TOTAL: (ALBUMIN, TOTAL),
}  # fmt: skip


def term_grades(
    readings: Iterable[Reading],
    *,
    target_sbp: Decimal | None,
    baselines: Mapping[str, Reading],
    ctcae: Ctcae,
    observables: Observables,
    at: datetime,
    previous_dose_started_at: datetime | None = None,
    max_age: Mapping[str, timedelta] | None = None,
) -> tuple[TermGrade, ...]:
    """Return the present grade of every term that something measured feeds, and of those in ``ALWAYS``.

    The newest reading by ``observed_at`` at or before ``at`` counts, the worse of two at one instant. When it
    is too old there is no grade; when it is unusable there is none either, except that an older one still
    fresh may prove a grade of 1 or more, with everything above left open. A preliminary result can only raise.
    """
    context = GradingContext(ctcae, observables, target_sbp, baselines, max_age or {}, previous_dose_started_at)
    standing = Standing(readings, at)
    return tuple(_present(rule, standing, context) for rule in _asked(standing, context))


def grade_observation(
    reading: Reading,
    around: Iterable[Reading],
    *,
    target_sbp: Decimal | None,
    baselines: Mapping[str, Reading],
    ctcae: Ctcae,
    observables: Observables,
    previous_dose_started_at: datetime | None = None,
) -> tuple[TermResult, ...]:
    """Return one result per term that ``reading`` feeds, as of its own ``observed_at``; () when it feeds none.

    ``around`` are the other readings of the patient (the last 27 h suffice); later ones are ignored, so the
    answer does not depend on the order of arrival. A pressure, a bolus or a vasopressor entry grades
    hypotension from all that stood at that instant; urine is summed over the windows that end with the entry;
    an albumin grades the total calcium it is the nearest to; any other reading grades its own value.
    """
    context = GradingContext(
        ctcae, observables, target_sbp, baselines, previous_dose_started_at=previous_dose_started_at
    )
    rules = [ctcae.terms[key] for key in _fed(reading.observable, context)]
    if reading.status in VOID:
        return tuple(TermResult(None, why=reading.status.value.replace("-", " "), term=rule.key) for rule in rules)
    beside = (one for one in around if reads_beside(reading.observable, one.observable, ctcae))
    standing = Standing([*beside, reading], reading.observed_at)
    results = (_of_reading(rule, reading, standing, context) for rule in rules)
    return tuple(result for result in results if result.why != NOT_ITS_CALCIUM)


def reads_beside(observable: str, other: str, ctcae: Ctcae) -> bool:
    """Whether the grade of a reading of ``observable`` may need a reading of ``other`` beside it."""
    if other.endswith("_rate") or other in _PRESSURE:
        return "hypotension" in ctcae.terms and observable in ctcae.terms["hypotension"].observables
    return other == "o2_device" or other in _BESIDE.get(observable, ())


def _fed(observable: str, context: GradingContext) -> list[str]:
    """The terms of this version that a reading of ``observable`` can grade or propose."""
    keys = list(context.ctcae.fed_by.get(observable, ()))
    if observable == "glucose_fasting":
        keys += [key for key in context.ctcae.fed_by.get("glucose", ()) if key not in keys]
    if observable == ALBUMIN:
        keys += [key for key in context.ctcae.fed_by.get(TOTAL, ()) if key not in keys]
    return [key for key in keys if _reads(context.ctcae.terms[key], observable)]


def _reads(rule: TermRule, observable: str) -> bool:
    if not rule.present:
        return False
    if rule.key == "hypotension":
        return observable in rule.observables
    if rule.proposal is not None and rule.proposal.kind == "rate_above":
        return observable == "heart_rate"
    if observable in (TOTAL, ALBUMIN) and needs_correction(rule):
        return True
    key = "glucose" if observable == "glucose_fasting" else observable
    return key in rule.computed_from


def _asked(standing: Standing, context: GradingContext) -> list[TermRule]:
    keys = dict.fromkeys(key for key in ALWAYS if key in context.ctcae.terms)
    for observable in sorted(standing.observables):
        keys.update(dict.fromkeys(_fed(observable, context)))
    return [context.ctcae.terms[key] for key in keys]


def _present(rule: TermRule, standing: Standing, context: GradingContext) -> TermGrade:
    if rule.proposal is not None and rule.proposal.kind == "hypotension":
        return hypotension_now(rule, standing, context)
    sources = _sources(rule, standing)
    judged = [_newest_grade(rule, name, standing, context) for name in sources]
    fresh = _without_uncorrected([one for one in judged if one.is_fresh])
    if not fresh:
        return (judged[0] if judged else Judged(TermResult(None, why="not measured", term=rule.key))).as_term_grade()
    worst = fresh[0]
    for one in fresh[1:]:
        worst = worse(worst, one)
    return worst.as_term_grade()


def _sources(rule: TermRule, standing: Standing) -> list[str]:
    """What the term reads; an albumin only ever corrects a calcium."""
    names = [name for name in sorted(standing.observables) if _reads(rule, name)]
    return [name for name in names if not (name == ALBUMIN and needs_correction(rule))]


def _without_uncorrected(fresh: list[Judged]) -> list[Judged]:
    """A total calcium without its albumin says nothing beside an ionised or corrected one that has a grade."""
    if not any(one.result.grade is not None for one in fresh):
        return fresh
    return [one for one in fresh if not one.result.why.startswith(ALBUMIN_MISSING)]


def _newest_grade(rule: TermRule, observable: str, standing: Standing, context: GradingContext) -> Judged:
    limit = context.age_limit(observable)
    newest = standing.newest(observable)
    found = _judged_newest(rule, newest, standing, context, limit)
    for one in standing.early(observable, limit):
        found = raised(found, Judged(_of_reading(rule, one, standing, context), one, is_fresh=True))
    return found


def _judged_newest(
    rule: TermRule, newest: Sequence[Reading], standing: Standing, context: GradingContext, limit: timedelta
) -> Judged:
    if not newest:
        return Judged(TermResult(None, why="only a preliminary result", term=rule.key), is_fresh=True)
    if not standing.is_fresh(newest[0], limit):
        return Judged(TermResult(None, why="measured too long ago", term=rule.key), newest[-1])
    graded = [Judged(_of_reading(rule, one, standing, context), one, is_fresh=True) for one in newest]
    worst = graded[0]
    for one in graded[1:]:
        worst = worse(worst, one)
    if any(one.unusable is not None for one in newest):
        worst = _with_older(worst, rule, newest[0].observable, standing, context)
    return worst


def _with_older(newest: Judged, rule: TermRule, observable: str, standing: Standing, context: GradingContext) -> Judged:
    """The newest is unusable: the last usable one, while fresh, may still prove a grade."""
    usable = [one for one in standing.firm(observable) if one.unusable is None]
    for one in usable:
        if one.observed_at == usable[-1].observed_at and standing.is_fresh(one, context.age_limit(observable)):
            newest = raised(newest, Judged(_of_reading(rule, one, standing, context), one, is_fresh=True))
    return newest


def _of_reading(rule: TermRule, reading: Reading, standing: Standing, context: GradingContext) -> TermResult:
    kind = rule.proposal.kind if rule.proposal is not None else ""
    if kind == "hypotension":
        return hypotension_at(rule, standing, context)
    if reading.observable in (TOTAL, ALBUMIN) and needs_correction(rule):
        return _calcium(rule, reading, standing, context)
    facts = facts_of(reading, context.observables, context.baselines, standing)
    if reading.observable == URINE and facts.problem is None:
        return _urine(rule, reading, facts, standing)
    if kind == "rate_above":
        result = propose_rate(rule, facts)
    elif kind == "hypoxia":
        result = propose_hypoxia(rule, facts, _oxygen(standing, context))
    else:
        result = grade(rule, facts)
    return _marked(result, reading)


def _marked(result: TermResult, *readings: Reading) -> TermResult:
    marks = {str(getattr(one, "limits_from", "")) for one in readings}
    if any(getattr(one, "unlikely", False) for one in readings):
        marks.add("an unlikely value: check it")
    marks.discard("")
    return replace(result, why="; ".join([result.why, *sorted(marks)])) if marks else result


def _calcium(rule: TermRule, reading: Reading, standing: Standing, context: GradingContext) -> TermResult:
    """Total calcium corrected for albumin; from the albumin's side only for the calcium it is the nearest to."""
    total = completed_by(rule, reading, standing) if reading.observable == ALBUMIN else reading
    if total is None:
        return TermResult(None, why=NOT_ITS_CALCIUM, term=rule.key)
    facts = corrected_facts(rule, total, standing, context.observables)
    result = _marked(grade(rule, facts), total, reading)
    return replace(result, why=f"{result.why}; {facts.corrected_by}") if facts.corrected_by else result


def _urine(rule: TermRule, reading: Reading, facts: GradeFacts, standing: Standing) -> TermResult:
    """The volumes of the windows that end with this entry, itself among them also when it is preliminary."""
    firm = standing.firm(URINE)
    entries = firm if any(one is reading for one in firm) else [*firm, reading]
    known = volumes(entries, reading.observed_at, windows_of(rule))
    result = _marked(grade(rule, replace(facts, volumes=known)), reading)
    return replace(result, why=f"{result.why}; {in_words(known)}") if known else result


def _oxygen(standing: Standing, context: GradingContext) -> str | None:
    newest = standing.newest("o2_device")
    fresh = [one for one in newest if standing.is_fresh(one, context.age_limit("o2_device"))]
    return next((one.code for one in fresh if one.code), None)
