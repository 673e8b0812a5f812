"""How a value in one accepted unit reads in another, exactly."""

from __future__ import annotations

from decimal import Context, Decimal

from monitoring.domain.observable import Unit

# Values have at most 30 digits and factors at most 8: products are exact, and a quotient that does not end
# differs from every limit long before the 80th digit.
EXACT = Context(prec=80)


def to_contract(value: Decimal, unit: Unit) -> Decimal:
    """Return ``value`` (in ``unit``) in the contract's unit; ``unit.per`` is the caller's to apply."""
    moved = EXACT.subtract(value, unit.subtract)
    return EXACT.divide(EXACT.multiply(moved, unit.multiply), unit.divide)


def convert(value: Decimal, unit: Unit, into: Unit) -> Decimal:
    """Return ``value`` (in ``unit``) in ``into``, with one division only so that a round factor stays exact."""
    if unit is into:
        return value
    moved = EXACT.subtract(value, unit.subtract)
    top = EXACT.multiply(EXACT.multiply(moved, unit.multiply), into.divide)
    return EXACT.add(EXACT.divide(top, EXACT.multiply(unit.divide, into.multiply)), into.subtract)
