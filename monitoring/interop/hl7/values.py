"""What does OBX-5 say: a number as text, a comparator, a code, or nothing that can be used?"""

from __future__ import annotations

from dataclasses import dataclass

from monitoring.domain.measurement import COMPARATORS, parse_range, split_comparator
from monitoring.interop.hl7.segments import Segment

LONGEST = 200
LONGEST_CODE = 40


@dataclass(frozen=True, slots=True)
class Sent:
    """A value as it was sent; ``unusable`` says why it is none ("" when nothing speaks against it)."""

    value: str = ""
    comparator: str = ""
    code: str = ""
    unusable: str = ""


def value_of(obx: Segment) -> Sent:
    """Return what the segment says was found."""
    kind, several = obx.text(2).upper(), obx.repetitions(5)
    if not several:
        return Sent(unusable="no value")
    if several > 1:
        return _kept("~".join(obx.whole(5, rep=rep) for rep in range(1, several + 1)), "several values")
    if kind == "SN":
        return _structured(obx)
    if kind in {"CE", "CWE", "CNE"}:
        return _coded(obx)
    if kind in {"NM", "ST", "TX", "FT"}:
        return _plain(obx.whole(5))
    return _kept(obx.whole(5), f"a value of type {kind[:10]}" if kind else "no value type was sent")


def _plain(text: str) -> Sent:
    """A number or a text; a comparator in front of a number is split off."""
    if not text or text == '""':
        return Sent(unusable="no value")
    comparator, rest = split_comparator(text)
    return Sent(value=rest, comparator=comparator or "") if len(rest) <= LONGEST else _kept(text, "")


def _structured(obx: Segment) -> Sent:
    """Comparator, number, separator, second number: a range or a ratio is no single number."""
    comparator, first, separator, second = (obx.text(5, part) for part in (1, 2, 3, 4))
    if separator or second or comparator not in {"", "=", *COMPARATORS}:
        return _kept(obx.whole(5), "not a single number")
    if not first:
        return Sent(unusable="no value")
    return Sent(value=first[:LONGEST], comparator=comparator.replace("=", "") if comparator == "=" else comparator)


def _coded(obx: Segment) -> Sent:
    code = obx.text(5)
    if code and len(code) <= LONGEST_CODE:
        return Sent(code=code)
    return _kept(obx.whole(5), "a coded value without a short code")


def _kept(text: str, why: str) -> Sent:
    """Keep a text that is no number; a long one stays in the message only."""
    if len(text) > LONGEST:
        return Sent(unusable=f"a text of {len(text)} characters, kept with the message")
    return Sent(value=text, unusable=why)


def unit_of(obx: Segment) -> str:
    """Return OBX-6: the name of an MDC unit, else the code; "" when there is none, or too long a one."""
    first, second, system = (obx.text(6, part) for part in (1, 2, 3))
    unit = second if system == "MDC" and second.startswith("MDC_") else first or second
    return unit if len(unit) <= LONGEST_CODE else ""


def range_of(obx: Segment) -> tuple[str, str]:
    """Return the low and high limit of OBX-7 as text; "" for a side that is not stated or cannot be read."""
    stated = parse_range(obx.text(7))
    return (
        "" if stated.lln is None else str(stated.lln),
        "" if stated.uln is None else str(stated.uln),
    )
