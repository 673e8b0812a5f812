"""Does a condition hold on what is documented, does it not, or is it not known?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from dosing.domain.protocol import Id, Limits, Words

Facts = Mapping[str, Decimal | str]


class FactIsNotUsable(ValueError):
    """A documented fact is not one the rules know, or its value is none they accept."""


class Fact(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that can be documented: a choice among ``options``, or a number in ``unit`` when there are none."""

    label: Words
    unit: str = ""
    options: Mapping[Id, Words] = {}


class _Condition(Struct, frozen=True, forbid_unknown_fields=True, tag_field="needs"):
    """What must be documented, and how, for a rule to apply."""


class Number(_Condition, frozen=True, tag="number"):
    """A number within limits."""

    fact: Id
    limits: Limits


class OneOf(_Condition, frozen=True, tag="one_of"):
    """A choice that is one of ``values``."""

    fact: Id
    values: tuple[Id, ...]


class AllOf(_Condition, frozen=True, tag="all"):
    """Every part holds."""

    of: tuple[Condition, ...]


class AnyOf(_Condition, frozen=True, tag="any"):
    """At least one part holds."""

    of: tuple[Condition, ...]


class NotSo(_Condition, frozen=True, tag="not"):
    """The part does not hold."""

    of: Condition


Condition = Number | OneOf | AllOf | AnyOf | NotSo


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Whether the condition holds; None when what is documented does not settle it."""
    if isinstance(condition, Number):
        value = facts.get(condition.fact)
        return within(value, condition.limits) if isinstance(value, Decimal) else None
    if isinstance(condition, OneOf):
        chosen = facts.get(condition.fact)
        return None if chosen is None else chosen in condition.values
    if isinstance(condition, NotSo):
        inner = holds(condition.of, facts)
        return None if inner is None else not inner
    settles = isinstance(condition, AnyOf)
    parts = [holds(part, facts) for part in condition.of]
    if settles in parts:
        return settles
    return None if None in parts else not settles


def within(value: Decimal, limits: Limits) -> bool:
    """Whether a number lies within limits; ``at_least`` and ``at_most`` include the limit itself."""
    return not (
        (limits.at_least is not None and value < limits.at_least)
        or (limits.above is not None and value <= limits.above)
        or (limits.at_most is not None and value > limits.at_most)
        or (limits.below is not None and value >= limits.below)
    )


def undocumented(condition: Condition, facts: Facts) -> tuple[str, ...]:
    """Return the facts that would have to be documented for the condition to be settled; none when it is."""
    if holds(condition, facts) is not None:
        return ()
    if isinstance(condition, Number | OneOf):
        return (condition.fact,)
    parts = (condition.of,) if isinstance(condition, NotSo) else condition.of
    return tuple(dict.fromkeys(name for part in parts for name in undocumented(part, facts)))


def require_usable(known: Mapping[str, Fact], facts: Facts) -> None:
    """Raise FactIsNotUsable for a fact that is not known, an option that is none, or a number that is none."""
    for name, value in facts.items():
        fact = known.get(name)
        if fact is None:
            raise FactIsNotUsable(f"{name} is not a fact these rules know")
        if fact.options:
            if value not in fact.options:
                raise FactIsNotUsable(f"{name}: {value} is not one of {', '.join(fact.options)}")
        elif not isinstance(value, Decimal) or not value.is_finite():
            raise FactIsNotUsable(f"{name}: {value} is not a number")


def condition_faults(condition: Condition, known: Mapping[str, Fact]) -> Iterable[str]:
    """Yield what is wrong with a condition, one sentence each."""
    if isinstance(condition, AllOf | AnyOf):
        if not condition.of:
            yield "a condition has no parts"
        for part in condition.of:
            yield from condition_faults(part, known)
    elif isinstance(condition, NotSo):
        yield from condition_faults(condition.of, known)
    elif condition.fact not in known:
        yield f"fact {condition.fact} is not listed"
    elif isinstance(condition, Number):
        yield from _number_faults(condition, known[condition.fact])
    elif strays := [value for value in condition.values if value not in known[condition.fact].options]:
        yield f"fact {condition.fact} has no option {', '.join(strays)}"


def _number_faults(condition: Number, fact: Fact) -> Iterable[str]:
    if fact.options:
        yield f"fact {condition.fact} is a choice, not a number"
    limits = condition.limits
    if (limits.at_least, limits.above, limits.at_most, limits.below) == (None, None, None, None):
        yield f"fact {condition.fact} has no limit"
