"""A second, slow reading of the printed rows with exact fractions, to hold the engine against."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from monitoring.rules.loader import FOLDER, VERSIONS

REFERENCES = {
    "ULN": Fraction("40"), "LLN": Fraction("20"), "baseline": Fraction("30"),
    "manufacturer_MI_limit": Fraction("90"), "manufacturer_unstable_angina_limit": Fraction("70"),
}  # fmt: skip
STEP = Fraction(1, 10**6)


def terms(version: str) -> list[dict[str, Any]]:
    """The raw rows of one version."""
    return json.loads((FOLDER / VERSIONS[version]).read_text(encoding="utf-8"))["terms"]  # type: ignore[no-any-return]


def _limit(end: dict[str, Any], references: dict[str, Fraction]) -> Fraction:
    if "ref" in end:
        return Fraction(end["factor"]) * references[end["ref"]]
    return Fraction(end["value"])


def _holds(x: Fraction, end: dict[str, Any] | None, references: dict[str, Fraction]) -> bool:
    if end is None:
        return True
    limit = _limit(end, references)
    return {"<": x < limit, "<=": x <= limit, ">": x > limit, ">=": x >= limit}[end["op"]]


def _measured(x: Fraction, clause: dict[str, Any], references: dict[str, Fraction]) -> Fraction:
    base = references["baseline"]
    if "pct" in clause["basis"]:
        change = (x - base) * 100 / base
        return -change if "decrease" in clause["basis"] else change
    return x - base if clause.get("relative_to") else x


def _applies(x: Fraction, clause: dict[str, Any], references: dict[str, Fraction], case: dict[str, Any]) -> bool:
    when = clause.get("applies_when", {})
    is_high = case["baseline_is"] == "high"
    status = {"high": is_high, "low": case["baseline_is"] == "low", "not_high": not is_high}
    return (
        status.get(when.get("baseline"), True)
        and when.get("fasting", True)
        and when.get("on_anticoagulation", True)
        and (when.get("value") != "low" or x < references["LLN"])
        and clause.get("duration") != ">24 h"
        and clause.get("context") != "with exercise"
        and clause.get("window") in (None, "8 h")
        and not clause.get("clinician_decides")
    )


def _second(x: Fraction, clause: dict[str, Any], references: dict[str, Fraction]) -> bool:
    """Other multiples; a temperature condition is fulfilled by every case (39.0 degrees, sustained)."""
    return all("observable" in also or _holds(x, also["lower"], references) for also in clause.get("and_bounds", []))


def expected(
    term: dict[str, Any], observable: str, unit: str, x: Fraction, references: dict[str, Fraction], case: dict[str, Any]
) -> int:
    """The highest grade any printed clause gives an exact ``x`` in ``unit``, 0 when none does."""
    best = 0
    for grade, row in term["grades"].items():
        for clause in row.get("any_of", []):
            bound = next((b for b in clause["bounds"] if b["unit"] in (unit, "same-as-reference", "%")), None)
            if clause["observable"] != observable or bound is None:
                continue
            y = _measured(x, clause, references)
            inside = _holds(y, bound.get("lower"), references) and _holds(y, bound.get("upper"), references)
            if inside and _applies(x, clause, references, case) and _second(x, clause, references):
                best = max(best, int(grade))
    return best


def limits_of(clause: dict[str, Any], bound: dict[str, Any], references: dict[str, Fraction]) -> Iterator[Fraction]:
    """Every printed end of one band as a value in its unit."""
    base = references["baseline"]
    for side in ("lower", "upper"):
        end = bound.get(side)
        if end is None:
            continue
        limit = _limit(end, references)
        if "pct" in clause["basis"]:
            yield base * (100 + (-limit if "decrease" in clause["basis"] else limit)) / 100
        else:
            yield limit + base if clause.get("relative_to") else limit


def cases(version: str) -> Iterator[tuple[dict[str, Any], str, str, list[Fraction], dict[str, Fraction]]]:
    """(term, observable, printed unit, values on and beside each limit, references that fit the scale)."""
    for term in terms(version):
        seen: dict[tuple[str, str], tuple[list[Fraction], dict[str, Fraction]]] = {}
        for row in term["grades"].values():
            for clause in row.get("any_of", []):
                for bound in clause["bounds"]:
                    references = _scaled(term, clause["observable"], bound["unit"])
                    key = (clause["observable"], bound["unit"])
                    values, _ = seen.setdefault(key, ([], references))
                    for limit in limits_of(clause, bound, references):
                        values += [limit - STEP, limit, limit + STEP]
        for (observable, unit), (values, references) in seen.items():
            yield term, observable, unit, sorted({x for x in values if x >= 0}), references


def _scaled(term: dict[str, Any], observable: str, unit: str) -> dict[str, Fraction]:
    """Reference limits that lie where a laboratory's would: just outside the mildest printed number."""
    numbers = [
        Fraction(end["value"])
        for row in term["grades"].values()
        for clause in row.get("any_of", [])
        for bound in clause["bounds"]
        for end in (bound.get("lower"), bound.get("upper"))
        if end and "value" in end and clause["observable"] == observable and bound["unit"] == unit
    ]
    if not numbers or unit == "%":
        return REFERENCES
    low, high = max(numbers) * Fraction("1.1"), min(numbers) * Fraction("0.9")
    return {**REFERENCES, "LLN": low, "ULN": high, "baseline": (low + high) / 2}
