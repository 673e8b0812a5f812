"""What a sender's text says as a number: strict plain decimals, comparators and reference ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_NUMBER = re.compile(r"[0-9]{1,10}(?:\.[0-9]{1,20})?", re.ASCII)
_COMPARED = re.compile(r"(<=|>=|<|>)\s?([0-9.]+)", re.ASCII)
_RANGE = re.compile(r"([0-9.]+)\s?(?:-|~|_|to)\s?([0-9.]+)", re.ASCII)

COMPARATORS = ("<", "<=", ">", ">=")


def parse_number(text: str) -> Decimal | None:
    """Return the number that ``text`` is, or None when it is not a plain ASCII decimal.

    At most 10 digits before and 20 after the point (devices send that many); no sign, exponent, comma, space,
    NaN or empty text, and no point without digits on both sides.
    """
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def split_comparator(text: str) -> tuple[str | None, str]:
    """Split a result such as ``<0.2`` into its comparator and the rest; other text comes back whole."""
    found = _COMPARED.fullmatch(text.strip())
    return (found.group(1), found.group(2)) if found else (None, text)


@dataclass(frozen=True, slots=True)
class ReferenceRange:
    """The limits of normal that came with a result; None means that side was not given."""

    lln: Decimal | None = None
    uln: Decimal | None = None


def parse_range(text: str) -> ReferenceRange:
    """Read a laboratory's range text: ``0.6-1.2``, ``0.6 to 1.2``, ``<40``, ``>60``; anything else has no limits.

    A range whose lower end is above its upper end says nothing and gives no limits.
    """
    text = text.strip()
    both = _RANGE.fullmatch(text)
    if both:
        return checked_range(parse_number(both.group(1)), parse_number(both.group(2)))
    comparator, rest = split_comparator(text)
    number = parse_number(rest) if comparator else None
    return checked_range(number, None) if comparator in (">", ">=") else checked_range(None, number)


def checked_range(lln: Decimal | None, uln: Decimal | None) -> ReferenceRange:
    """Return the limits that can be meant: an upper limit of zero, or a lower above the upper, is no limit."""
    if uln is not None and uln <= 0:
        uln = None
    if lln is not None and uln is not None and lln > uln:
        return ReferenceRange()
    return ReferenceRange(lln, uln)
