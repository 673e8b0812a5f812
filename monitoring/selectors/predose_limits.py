"""What would a value mean while it is being typed? The pinned protocol's limits as plain rows for the page.

Only a hint on the screen: the assessment judges again, on the server, with everything it knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from dosing.domain import protocol as p
from dosing.domain.inputs import InputRules
from dosing.domain.protocol import Criterion, Protocol
from dosing.domain.verdict import Verdict
from dosing.domain.wording import input_of, limit_text, plain
from monitoring.domain.observable import Observable

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class LimitRow:
    """One limit of one observable in the contract's unit. Bounds as text, "" for none; ``open`` ones are exclusive.

    ``effect`` is hold, review or info; ``text`` is what the page says when the value lies between the bounds
    (info: always).
    """

    observable: str
    effect: str
    text: str
    low: str = ""
    low_open: bool = False
    high: str = ""
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class CourseNumbers:
    """What a limit may depend on: the pressure target and the dosing weight; None: not set."""

    target_sbp: int | None
    weight_kg: Decimal | None


def limit_rows(protocol: Protocol, inputs: InputRules, numbers: CourseNumbers) -> list[LimitRow]:
    """Every limit the page can show, floor first."""
    rows: list[LimitRow] = []
    for criterion in (*inputs.floor, *protocol.criteria):
        rows.extend(_rows(criterion, protocol, inputs, numbers))
    return rows


def _rows(criterion: Criterion, protocol: Protocol, inputs: InputRules, numbers: CourseNumbers) -> Iterable[LimitRow]:
    test, effect = criterion.test, effect_of(criterion, protocol)
    said = f"{limit_text(criterion, inputs)} {SAYS[effect]} ({criterion.kind.replace('_', ' ')})"
    if isinstance(test, p.Newest | p.RateNow | p.RateMax):
        yield _row(input_of(criterion), effect, said, test.limits)
    elif isinstance(test, p.WeightGain) and numbers.weight_kg is not None:
        yield _row("weight", effect, said, _of_weight(test.limits, numbers.weight_kg))
    elif isinstance(test, p.BelowTarget) and numbers.target_sbp is not None:
        text = f"below the target of {numbers.target_sbp} mm Hg: holds until corrected"
        yield LimitRow("bp_systolic", "hold", text, high=str(numbers.target_sbp), high_open=True)
    elif isinstance(test, p.Saturation):
        yield from _saturation(test)
    elif isinstance(test, p.Oxygen):
        yield from _oxygen(test, effect, f"{criterion.label} {SAYS[effect]} ({criterion.kind})")
    elif isinstance(test, p.ShiftVolume):
        yield LimitRow(test.of, "info", said)


SAYS = {"hold": "holds", "review": "needs a physician", "info": ""}


def effect_of(criterion: Criterion, protocol: Protocol) -> str:
    """Return "review" where the criterion by itself only needs a physician, else "hold"."""
    verdict = protocol.combination.kinds.get(criterion.kind, Verdict.HOLD)
    return "review" if verdict is Verdict.REVIEW else "hold"


def _row(observable: str, effect: str, text: str, limits: p.Limits) -> LimitRow:
    low = limits.at_least if limits.at_least is not None else limits.above
    high = limits.at_most if limits.at_most is not None else limits.below
    return LimitRow(
        observable,
        effect,
        text,
        low="" if low is None else plain(low),
        low_open=limits.above is not None,
        high="" if high is None else plain(high),
        high_open=limits.below is not None,
    )


def _of_weight(limits: p.Limits, weight_kg: Decimal) -> p.Limits:
    def kg(percent: Decimal | None) -> Decimal | None:
        return None if percent is None else weight_kg * (HUNDRED + percent) / HUNDRED

    return p.Limits(kg(limits.at_least), kg(limits.above), kg(limits.at_most), kg(limits.below))


def _saturation(test: p.Saturation) -> Iterable[LimitRow]:
    low, high = plain(test.hold_below), plain(test.review_below)
    yield LimitRow("spo2", "hold", f"below {low} % holds, on whatever oxygen", high=low, high_open=True)
    text = f"below {high} % on little oxygen: titrate, then measure again"
    yield LimitRow("spo2", "review", text, low=low, high=high, high_open=True)


def _oxygen(test: p.Oxygen, effect: str, text: str) -> Iterable[LimitRow]:
    if test.flow is not None:
        yield _row("o2_flow", effect, text, test.flow)
    if test.fio2 is not None:
        yield _row("fio2", effect, text, test.fio2)


def bounds_of(observable: Observable) -> dict[str, str]:
    """The plausible range as text, "" where there is no bound: outside of it a value is kept and never graded."""
    plausible = observable.plausible
    named = {
        "impossible_below": plausible.impossible_below,
        "impossible_above": plausible.impossible_above,
        "unlikely_below": plausible.unlikely_below,
        "unlikely_above": plausible.unlikely_above,
    }
    return {name: "" if bound is None else plain(bound) for name, bound in named.items()}
