"""How does one row of a protocol read to somebody who must decide whether the ward may use it?"""

from __future__ import annotations

from dataclasses import dataclass

from dosing.domain import protocol as p
from dosing.domain.inputs import InputRules
from dosing.domain.verdict import Verdict, worst
from dosing.domain.wording import EFFECT, input_of, limit_text, limits_text, plain, with_unit

KINDS = {
    "permanent_discontinue": "stop for good",
    "ctcae": "CTCAE grade",
}
WINDOWS = {
    "at_dosing": "at the time of dosing",
    "since_last_dose": "since the previous dose started (dose 1: the cycle)",
    "any_time": "at any time; stays for good",
    "latest_result": "the latest result",
    "last_shift": "the last shift, every minute charted",
    "two_shifts": "the last two shifts, every minute charted",
}
REQUIRED = {
    "always": "always",
    "never": "not required",
    "when_ordered": "when ordered",
    "with_device": "with the devices named",
}
ORDERS = {"ecg": "an ECG", "fobt": "a stool blood test", "heme_test_fluids": "a test of fluids for blood"}
_ORDINALS = {1: "first", 2: "second", 3: "third"}


@dataclass(frozen=True, slots=True)
class Said:
    """One criterion in plain words; "" where there is nothing to say.

    ``effect`` is what this row does by itself; ``freshness`` how old may be what it reads; ``asked`` how it is asked.
    """

    limit: str
    window: str
    effect: str
    freshness: str
    reads: str
    asked: str = ""


def kind(code: str) -> str:
    """What sort of criterion: the source's own word where it has one."""
    return KINDS.get(code, code.replace("_", " "))


def said(criterion: p.Criterion, combination: p.Combination | None, rules: InputRules) -> Said:
    """Put a criterion into words; ``combination`` None: its test names the verdict itself (the floor)."""
    return Said(
        limit=_limit(criterion, rules),
        window=WINDOWS[criterion.window],
        effect=_effect(criterion, combination),
        freshness=_freshness(criterion, rules),
        reads=_reads(criterion, rules),
        asked=_asked(criterion.asked, rules) if criterion.asked else "",
    )


def combined_lines(combination: p.Combination) -> tuple[str, ...]:
    """Say how met criteria become a verdict, one rule a line, the single criterion first."""
    lines = [f"One {kind(name)} criterion: {EFFECT[verdict]}" for name, verdict in combination.kinds.items()]
    lines += [
        f"{count.at_least} or more {kind(count.kind)} criteria: {EFFECT[count.verdict]}" for count in combination.counts
    ]
    if combination.repeated_absolute is not None:
        lines.append(f"The same absolute criterion at the previous slot too: {EFFECT[combination.repeated_absolute]}")
    if combination.stops_cycle is not None:
        lines.append(f"A row marked as ending the cycle: {EFFECT[combination.stops_cycle]}")
    if combination.held_doses is not None:
        step = combination.held_doses
        lines.append(f"{step.at_least} or more doses held in this cycle: {EFFECT[step.verdict]}")
    return (*lines, "Something required is unknown, and nothing holds or stops: cannot be decided")


def _effect(criterion: p.Criterion, combination: p.Combination | None) -> str:
    test = criterion.test
    if isinstance(test, p.Grade):
        return "; ".join(f"grade {step.at_least} or more {EFFECT[step.verdict]}" for step in test.steps)
    if isinstance(test, p.Saturation):
        return (
            f"below {plain(test.hold_below)} % {EFFECT[Verdict.HOLD]}; "
            f"below {plain(test.review_below)} % on little oxygen {EFFECT[Verdict.REVIEW]}"
        )
    if isinstance(test, p.BelowTarget | p.UncoveredPressor):
        return EFFECT[test.verdict]
    if combination is None or criterion.kind not in combination.kinds:
        return ""
    verdict = combination.kinds[criterion.kind]
    if criterion.stops_cycle and combination.stops_cycle is not None:
        verdict = worst([verdict, combination.stops_cycle])
    return EFFECT[verdict]


def _limit(criterion: p.Criterion, rules: InputRules) -> str:
    test = criterion.test
    if isinstance(test, p.AnyVasopressor):
        return "above 0"
    if isinstance(test, p.UncoveredPressor):
        return "above 0, of a drug without a row here"
    if isinstance(test, p.BelowTargetAfterBoluses):
        nth = _ORDINALS.get(test.count, f"{test.count}th")
        bolus = with_unit(plain(test.volume_ml), "mL")
        return f"below the course's target, {test.wait_min} min or more after the {nth} bolus of {bolus} or more"
    if isinstance(test, p.Oxygen) and test.high_support:
        return f"{limit_text(criterion, rules)}, or {' or '.join(_device(one) for one in rules.oxygen.high_support)}"
    return limit_text(criterion, rules) if test is not None else ""


def _device(code: str) -> str:
    return code.replace("niv", "non-invasive ventilation").replace("_", " ")


def _reads(criterion: p.Criterion, rules: InputRules) -> str:
    test = criterion.test
    if test is None:
        return "bedside finding"
    if isinstance(test, p.RateMax):
        return f"{rules.label(input_of(criterion))}, highest rate"
    if isinstance(test, p.RateNow):
        return f"{rules.label(input_of(criterion))}, rate now"
    if isinstance(test, p.AboveUln):
        return " or ".join(rules.label(one) for one in test.inputs)
    if isinstance(test, p.AnyVasopressor | p.UncoveredPressor):
        return "any vasopressor"
    if isinstance(test, p.Grade):
        return f"the CTCAE grade, mainly from {rules.label(test.input)}"
    return rules.label(input_of(criterion))


def _freshness(criterion: p.Criterion, rules: InputRules) -> str:
    if criterion.asked is not None:
        hours = getattr(rules.answers, criterion.asked.window)
        return f"an answer “absent” lasts {plain(hours)} h"
    if isinstance(criterion.test, p.RateMax | p.AnyVasopressor):
        return "every entry in the window counts"
    if isinstance(criterion.test, p.AboveUln):
        return "stays until a physician resolves it"
    pressors = isinstance(criterion.test, p.UncoveredPressor)
    rule = rules.inputs.get(next(iter(rules.pressors.rates.values())) if pressors else input_of(criterion))
    return f"at most {plain(rule.max_age_h)} h old" if rule is not None and rule.max_age_h is not None else ""


def _asked(asked: p.Asked, rules: InputRules) -> str:
    parts = [f"asked under “{asked.group}”"]
    if asked.only_when is not None:
        parts.append(f"only when {_condition(asked.only_when, rules)}")
    if asked.not_done_allowed:
        ordered = f" unless {' or '.join(_order(one) for one in asked.orders)} was ordered" if asked.orders else ""
        parts.append(f"“not done” counts as not found{ordered}")
    return "; ".join(parts)


def _order(code: str) -> str:
    return ORDERS.get(code, code.replace("_", " "))


def _condition(test: p.Reads, rules: InputRules) -> str:
    if isinstance(test, p.Newest):
        rule = rules.inputs.get(test.input)
        return f"{rules.label(test.input)} is {limits_text(test.limits, rule.unit_text if rule else '')}"
    if isinstance(test, p.ShiftVolume):
        rule = rules.inputs.get(test.of)
        limits = limits_text(test.limits, rule.unit_text if rule else "")
        return f"{rules.label(test.of)} of the last {rules.shift_h} h is {limits}"
    return "its condition may hold"
