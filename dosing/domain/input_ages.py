"""How old may a site let a value be: which ages may it choose, and within what?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from dosing.domain.inputs import InputRules

# No source gives an age. A site may always ask for fresher values, down to a quarter of an hour; longer than the
# project's proposal only where laboratories differ: creatinine once a day, as one protocol draws it, needs 28 h.
SHORTEST_H = Decimal("0.25")
LONGEST_H: Mapping[str, Decimal] = {"creatinine": Decimal(28)}


def longest_h(released: InputRules, name: str) -> Decimal | None:
    """Return the most hours a site may choose for an input; None where the contract gives it no age."""
    rule = released.inputs.get(name)
    if rule is None or rule.max_age_h is None:
        return None
    return max(rule.max_age_h, LONGEST_H.get(name, rule.max_age_h))


def age_faults(released: InputRules, ages: Mapping[str, Decimal]) -> list[str]:
    """Return what is wrong with a site's choice of ages in hours, in words; [] when it may be taken.

    ``released`` is the contract of the release. Both ends are allowed; an age is a multiple of a quarter of an hour.
    """
    return [fault for name, hours in sorted(ages.items()) if (fault := _fault(released, name, hours))]


def _fault(released: InputRules, name: str, hours: Decimal) -> str:
    longest = longest_h(released, name)
    if longest is None:
        return f"{name}: has no age to choose"
    if not hours.is_finite() or not SHORTEST_H <= hours <= longest or hours % SHORTEST_H:
        return f"{name}: {hours} h is not {SHORTEST_H} to {longest} h in quarters of an hour"
    return ""
