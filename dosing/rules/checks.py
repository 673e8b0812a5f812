"""Does a rule file that has the right shape also make sense?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from dosing.domain import protocol as p
from dosing.domain.inputs import InputRules
from dosing.domain.regimen import Regimen
from dosing.domain.regimen_planned import PlannedRegimen

FORBIDDEN_WORDS = ("yes", "no", "all normal", "normal")
MEASURED_WINDOWS = ("at_dosing", "since_last_dose", "latest_result", "last_shift", "two_shifts")


def protocol_faults(protocol: p.Protocol) -> list[str]:
    """Return what is wrong with a protocol, one sentence each."""
    faults = _twice("criterion", (row.id for row in protocol.criteria))
    faults += _twice("question", (question.id for question in protocol.questions))
    for row in protocol.criteria:
        faults += [f"criterion {row.id} {fault}" for fault in _row_faults(row, protocol)]
    faults += _question_faults(protocol)
    if protocol.complete == bool(protocol.not_covered):
        faults.append("an incomplete protocol names the organ systems it does not cover, a complete one none")
    return faults


def input_faults(rules: InputRules) -> list[str]:
    """Return what is wrong with a contract of inputs, one sentence each."""
    named = {*rules.pressors.rates.values(), rules.pressors.none}
    faults = [f"vasopressor input {name} is not listed" for name in sorted(named - set(rules.inputs))]
    faults += [
        f"vasopressor input {name} has no age limit"
        for name in sorted(named & set(rules.inputs))
        if rules.inputs[name].max_age_h is None
    ]
    faults += [f"input {name} has an age limit of 0 or less" for name in _ageless(rules)]
    faults += _twice("criterion", (row.id for row in rules.floor))
    for row in rules.floor:
        faults += [f"criterion {row.id} {fault}" for fault in _shape_faults(row, rules.sources)]
        if row.kind != "floor":
            faults.append(f"criterion {row.id} is of kind {row.kind}, not floor")
    return faults


def _ageless(rules: InputRules) -> list[str]:
    return [name for name, rule in rules.inputs.items() if rule.max_age_h is not None and rule.max_age_h <= 0]


def regimen_faults(regimen: Regimen) -> list[str]:
    """Return what is wrong with a regimen, one sentence each."""
    faults = []
    if regimen.source not in regimen.sources:
        faults.append(f"source {regimen.source} is not listed")
    if regimen.max_doses_per_course > regimen.slots_per_cycle * regimen.cycles_per_course:
        faults.append("more doses per course than slots in all its cycles")
    if regimen.interval_h * (regimen.slots_per_cycle - 1) >= regimen.cycle_days * 24:
        faults.append("the last slot lies beyond the cycle's days")
    if not 0 < regimen.site_limits.min_start_to_start_h <= regimen.interval_h:
        faults.append("the least time between starts is not above 0 and at most the interval")
    return faults + row_faults(regimen) + _span_faults(regimen)


def row_faults(regimen: Regimen | PlannedRegimen) -> list[str]:
    """Return which rows of a regimen speak of no field of it, or cite a source it does not list."""
    faults = [f"row {field} is no field" for field in regimen.rows if field not in regimen.__struct_fields__]
    unlisted = [row.source for row in regimen.rows.values() if row.source not in regimen.sources]
    return faults + [f"source {source} is not listed" for source in unlisted]


def _span_faults(regimen: Regimen) -> list[str]:
    faults = []
    if (regimen.rest_days == 0) != (regimen.cycles_per_course == 1):
        faults.append("there is no rest exactly when a course has one cycle")
    if (regimen.rest_days_at_most or regimen.rest_days) < regimen.rest_days:
        faults.append("the longest rest is shorter than the shortest")
    if (regimen.interval_at_most_h or regimen.interval_h) < regimen.interval_h:
        faults.append("the longest interval is shorter than the shortest")
    return faults


def _row_faults(row: p.Criterion, protocol: p.Protocol) -> list[str]:
    faults = _shape_faults(row, protocol.sources)
    ids = {other.id for other in protocol.criteria}
    if row.restates and (row.restates not in ids or row.restates == row.id):
        faults.append(f"restates {row.restates}, which is no other criterion")
    if not isinstance(row.test, p.Grade) and row.kind not in protocol.combination.kinds:
        faults.append(f"is of kind {row.kind}, which has no verdict")
    if row.stops_cycle and protocol.combination.stops_cycle is None:
        faults.append("stops the cycle, for which there is no verdict")
    return faults


def _shape_faults(row: p.Criterion, sources: Iterable[str]) -> list[str]:
    faults = []
    if (row.test is None) == (row.asked is None):
        faults.append("must be either measured or asked")
    if row.source not in sources:
        faults.append(f"cites {row.source}, which is not listed")
    if row.asked is not None and row.window != row.asked.window:
        faults.append("is asked in another window than its own")
    if row.test is not None and row.window not in MEASURED_WINDOWS:
        faults.append(f"is measured, which has no window {row.window}")
    tests = [row.test, row.asked.only_when if row.asked else None]
    return faults + [fault for test in tests for limits in _limits_of(test) for fault in _limit_faults(limits)]


def _limits_of(test: p.Reads | None) -> list[p.Limits]:
    found = [getattr(test, name, None) for name in ("limits", "flow", "fio2")]
    return [limits for limits in found if isinstance(limits, p.Limits)]


def _limit_faults(limits: p.Limits) -> list[str]:
    if limits.at_least is not None and limits.above is not None:
        return ["has two lower limits"]
    if limits.at_most is not None and limits.below is not None:
        return ["has two upper limits"]
    low = _either(limits.at_least, limits.above)
    high = _either(limits.at_most, limits.below)
    if low is None and high is None:
        return ["has no limit"]
    return ["has limits that nothing can meet"] if low is not None and high is not None and low >= high else []


def _either(one: Decimal | None, two: Decimal | None) -> Decimal | None:
    return two if one is None else one


def _question_faults(protocol: p.Protocol) -> list[str]:
    asked = [row.id for row in protocol.criteria if row.asked is not None]
    covered = [criterion for question in protocol.questions for criterion in question.criteria]
    faults = [f"criterion {row} is asked by no question" for row in asked if row not in covered]
    faults += [f"criterion {row} is asked by two questions" for row, n in Counter(covered).items() if n > 1]
    faults += [f"a question asks {row}, which is not asked" for row in covered if row not in asked]
    groups = {row.id: row.asked.group for row in protocol.criteria if row.asked is not None}
    for group in protocol.findings:
        for question in group.questions:
            faults += [f"question {question.id} {fault}" for fault in _one_question_faults(question)]
            strays = [row for row in question.criteria if groups.get(row, group.group) != group.group]
            faults += [f"criterion {row} is asked under {group.group}, not its own group" for row in strays]
    return faults


def _one_question_faults(question: p.Question) -> list[str]:
    faults = _twice("option", (option.id for option in question.options))
    if not any(not option.present for option in question.options):
        faults.append("has no option for a finding that meets nothing")
    for option in question.options:
        if option.id in ("not_done", "unable"):
            faults.append(f"uses the reserved id {option.id}")
        if option.text.strip().lower() in FORBIDDEN_WORDS:
            faults.append(f"offers {option.text!r}, which names no finding")
        faults += [f"sets {row}, which it does not ask" for row in option.present if row not in question.criteria]
    settable = {row for option in question.options for row in option.present}
    return faults + [f"can never find {row}" for row in question.criteria if row not in settable]


def _twice(what: str, names: Iterable[str]) -> list[str]:
    return [f"{what} {name} stands twice" for name, count in Counter(names).items() if count > 1]
