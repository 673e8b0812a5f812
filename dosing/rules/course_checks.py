"""Does a file about planned regimens, eligibility, response, retreatment or delays make sense?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from dosing.domain.condition import Condition, Fact, condition_faults
from dosing.domain.eligibility import EligibilityRules
from dosing.domain.protocol_fit import FitRules
from dosing.domain.regimen_planned import PlannedRegimen, PlanRow, plan_total_iu
from dosing.domain.response import ResponseRules
from dosing.domain.retreatment import RetreatmentRules
from dosing.domain.schedule_delay import DelayRules
from dosing.domain.schedule_planned import DAYS_IN_WEEK
from dosing.rules.checks import row_faults


def planned_faults(regimen: PlannedRegimen) -> list[str]:
    """Return what is wrong with a planned regimen, one sentence each."""
    faults = row_faults(regimen) + _unlisted([regimen.source], regimen.sources)
    if not regimen.plan:
        faults.append("the plan is empty")
    faults += [fault for row in regimen.plan for fault in _plan_faults(row, regimen.mode == "subcutaneous")]
    if plan_total_iu(regimen) != regimen.total_iu_per_cycle:
        faults.append(f"the plan adds up to {plan_total_iu(regimen)}, not {regimen.total_iu_per_cycle}")
    if (regimen.basis == "iu_per_m2") != (regimen.body_surface is not None):
        faults.append("a body surface rule is needed exactly when the basis is per m2")
    if (regimen.dose_reduction == "allowed") != bool(regimen.reduction_for):
        faults.append("a reduction is allowed exactly when it is said for what")
    if regimen.dose_reduction == "allowed" and regimen.mode != "continuous":
        faults.append("only a continuous infusion may be reduced")
    return faults


def delay_faults(rules: DelayRules) -> list[str]:
    """Return what is wrong with the rules on late doses, one sentence each."""
    faults = _twice("row", (row.id for row in rules.rows))
    faults += _twice("protocol", (row.protocol for row in rules.rows if row.protocol is not None))
    return faults + _unlisted((row.source for row in rules.rows), rules.sources)


def fit_faults(rules: FitRules) -> list[str]:
    """Return what is wrong with the rows on which protocol fits what, one sentence each."""
    faults = _twice("row", (row.id for row in rules.rows)) + _twice("protocol", (row.protocol for row in rules.rows))
    return faults + _unlisted((row.source for row in rules.rows), rules.sources)


def eligibility_faults(rules: EligibilityRules) -> list[str]:
    """Return what is wrong with the eligibility items, one sentence each."""
    faults = _twice("item", (item.id for item in rules.items))
    faults += _unlisted((item.source for item in rules.items), rules.sources)
    topics = [*(item.topic for item in rules.items), *(row.topic for row in rules.disagreements)]
    faults += [f"topic {topic} is not listed" for topic in topics if topic not in rules.topics]
    needs = [item.needs for item in rules.items if item.needs is not None]
    return faults + _conditions(needs, rules.facts)


def response_faults(rules: ResponseRules) -> list[str]:
    """Return what is wrong with the definitions of response, one sentence each; a code belongs to one source."""
    bands = [band for definition in rules.definitions for band in definition.bands]
    faults = _twice("definition", (definition.id for definition in rules.definitions))
    faults += _twice("code", (band.code for band in bands if band.code is not None))
    faults += _unlisted((definition.source for definition in rules.definitions), rules.sources)
    faults += [f"gap {band.label!r} counts as a response" for band in bands if band.code is None and band.is_response]
    return faults + _conditions([band.when for band in bands], rules.facts)


def retreatment_faults(rules: RetreatmentRules) -> list[str]:
    """Return what is wrong with the advice on retreatment, one sentence each."""
    advice = [rule for guide in rules.guides for rule in guide.rules]
    faults = _twice("guide", (guide.id for guide in rules.guides)) + _twice("rule", (rule.id for rule in advice))
    faults += _twice("reason", (reason.id for reason in rules.discontinuation_reasons))
    cited = [*(guide.source for guide in rules.guides), *(reason.source for reason in rules.discontinuation_reasons)]
    return faults + _unlisted(cited, rules.sources) + _conditions([rule.when for rule in advice], rules.facts)


def _plan_faults(row: PlanRow, is_injected: bool) -> list[str]:
    faults = []
    if not row.weeks or not row.days or max(row.days) > DAYS_IN_WEEK:
        faults.append("a plan row names weeks, and days from 1 to 7")
    if (row.times > 1) != (row.every_h is not None):
        faults.append("a plan row says how far apart exactly when it is given more than once a day")
    if (row.over_h is None) != is_injected:
        faults.append("an injection has no duration, an infusion has one")
    return faults


def _conditions(conditions: Iterable[Condition], facts: Mapping[str, Fact]) -> list[str]:
    return [fault for condition in conditions for fault in condition_faults(condition, facts)]


def _unlisted(cited: Iterable[str], sources: Mapping[str, object]) -> list[str]:
    return [f"source {source} is not listed" for source in cited if source not in sources]


def _twice(what: str, names: Iterable[str]) -> list[str]:
    return [f"{what} {name} stands twice" for name, count in Counter(names).items() if count > 1]
