"""How much oxygen does the patient need, and is the saturation reached with it?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dosing.domain.current import within
from dosing.domain.facts import Facts
from dosing.domain.finding import Finding, Gap, both, worse
from dosing.domain.inputs import InputRules
from dosing.domain.outcome import State
from dosing.domain.oxygen_support import FIO2, FLOW, SPO2, OxygenFacts, Support
from dosing.domain.protocol import Limits, Oxygen, Saturation
from dosing.domain.verdict import Verdict


def oxygen_need(test: Oxygen, facts: Facts) -> Finding:
    """Judge the oxygen needed; a flow inside the limits meets it though the saturation is at goal."""
    oxygen = OxygenFacts(facts, with_fio2=test.fio2 is not None)
    return _judged(oxygen, lambda support: _need(support, test, facts.rules))


def saturation_floor(test: Saturation, facts: Facts) -> Finding:
    """Judge the floor: HOLD below the one limit, REVIEW below the other on room air or little oxygen."""
    oxygen = OxygenFacts(facts, with_fio2=False)
    too_low = _judged(oxygen, lambda support: within(support.spo2, Limits(below=test.hold_below)))
    if too_low.state is State.MET:
        return replace(too_low, verdict=Verdict.HOLD)
    low = _judged(oxygen, lambda support: _low_on_little(support, test, facts.rules))
    if low.state is State.MET:
        return replace(low, verdict=Verdict.REVIEW)
    return too_low if too_low.state is State.UNKNOWN else low


def _need(support: Support, test: Oxygen, rules: InputRules) -> State:
    states = [_by_flow(support, test, rules), _below_goal(support, test, rules)]
    if test.fio2 is not None:
        states.append(_by_fio2(support, test.fio2, rules))
    if test.high_support:
        states.append(_by_device(support, rules))
    return worse(states)


def _by_flow(support: Support, test: Oxygen, rules: InputRules) -> State:
    """A flow that was not charted is unknown only with a device that is set by its flow."""
    if test.flow is None:
        return State.NOT_MET
    is_needed = support.device is None or support.on_room_air or support.code in rules.inputs[FLOW].devices
    return support.flow_within(test.flow) if support.flow or is_needed else State.NOT_MET


def _below_goal(support: Support, test: Oxygen, rules: InputRules) -> State:
    if test.below_goal_from is None:
        return State.NOT_MET
    below = within(support.spo2, Limits(below=rules.oxygen.goal_spo2))
    return both(below, support.flow_within(Limits(at_least=test.below_goal_from)))


def _by_fio2(support: Support, limits: Limits, rules: InputRules) -> State:
    if support.device is not None and support.code not in rules.inputs[FIO2].devices:
        return State.NOT_MET
    return within(support.fio2, limits)


def _by_device(support: Support, rules: InputRules) -> State:
    if support.device is None:
        return State.UNKNOWN
    return State.MET if support.code in rules.oxygen.high_support else State.NOT_MET


def _low_on_little(support: Support, test: Saturation, rules: InputRules) -> State:
    if support.code in rules.oxygen.high_support and support.flow is None:
        return State.NOT_MET
    low = within(support.spo2, Limits(below=test.review_below))
    return both(low, support.flow_within(Limits(below=test.on_flow_below)))


def _judged(oxygen: OxygenFacts, test: Callable[[Support], State]) -> Finding:
    usual = list(oxygen.supports(with_adverse=False))
    hits = [support for support in oxygen.supports(with_adverse=True) if test(support) is State.MET]
    state = State.MET if hits else worse(test(support) for support in usual)
    gaps = oxygen.gaps
    if state is State.UNKNOWN and not gaps:
        gaps = (_open_end(usual[-1]),)
    shown = (hits or usual)[-1]
    return Finding(
        state,
        reason=gaps[0].reason if state is State.UNKNOWN else "",
        value=_shown(shown, oxygen.facts.rules),
        observed_at=max((reading.observed_at for reading in shown.readings), default=None),
        evidence=tuple(dict.fromkeys(r for support in hits or usual for r in support.readings)),
        gaps=gaps,
        lapses_at=oxygen.lapses_at,
    )


def _open_end(support: Support) -> Gap:
    """What to chart when all that is required is there: a flow that was not charted, or a value with a sign."""
    if support.flow is None and not support.on_room_air:
        return Gap(FLOW, "absent")
    return Gap(SPO2, "straddles", support.spo2)


def _shown(support: Support, rules: InputRules) -> str:
    parts = []
    if support.code:
        parts.append(support.code.replace("_", " "))
    for name, reading in ((FLOW, support.flow), (FIO2, support.fio2), (SPO2, support.spo2)):
        if reading is not None and reading.value is not None:
            sign = reading.comparator or ""
            parts.append(f"{rules.label(name).lower()} {sign}{reading.value:f} {rules.inputs[name].unit_text}")
    return ", ".join(parts)
