"""How well was a row of a rule file checked against its source, and which rows must a signing physician have read?"""

from __future__ import annotations

from collections.abc import Mapping

from dosing.domain.body_surface import BodySurfaceRule
from dosing.domain.protocol import Protocol
from dosing.domain.regimen import READ_AT_THE_SOURCE, DoseRounding, Product, Regimen, SignedLimits, unverified
from dosing.domain.regimen_planned import PlannedRegimen

WORDS = {
    "retrieved": "read in the source",
    "retrieved_secondary": "read in a copy of the source",
    "recalled": "not read in the source",
    "ambiguous_layout": "column uncertain in the source",
    "derived": "worked out from the source",
    "proposal": "project proposal",
    "seed": "read in the source",
    "not_established": "not established",
}
# What a screen must make stand out; read in a copy is read, and arithmetic on what was read is not a guess.
STANDS_OUT = ("recalled", "ambiguous_layout", "proposal", "not_established")
COMBINATION, WHOLE = "combination", "whole"
_ASSUMED = "assumed from "
_Levelled = Product | DoseRounding | SignedLimits | BodySurfaceRule


def words(level: str) -> str:
    """Say a level of verification; an assumed rule names whose rule it is."""
    if level.startswith(_ASSUMED):
        return f"assumed, the rule of {level.removeprefix(_ASSUMED)}"
    return WORDS.get(level, level.replace("_", " "))


def stands_out(level: str) -> bool:
    """Whether nobody has read the row in any copy of its source, or not with certainty."""
    return level in STANDS_OUT or level not in WORDS


def rows_to_read(rules: Protocol | Regimen | PlannedRegimen) -> Mapping[str, str]:
    """Return the rows that nobody read at their source, with their level, in the order of the file.

    A sign-off must name every one of them as read. Of a protocol they are criteria by id and ``combination``; of a
    regimen its fields, ``whole`` for the regimen itself, with the site's limits and the body surface's formula.
    """
    if isinstance(rules, Protocol):
        levels = {row.id: row.verification for row in rules.criteria}
        return _unread({COMBINATION: rules.combination.verification, **levels})
    fields = {name or WHOLE: level for name, level in unverified(rules.verification, rules.rows).items()}
    return _unread({**fields, **_own_levels(rules)})


def _own_levels(rules: Regimen | PlannedRegimen) -> dict[str, str]:
    """The parts of a regimen that carry their own level."""
    parts: dict[str, _Levelled | None] = {"product": rules.product, "rounding": rules.rounding}
    if isinstance(rules, Regimen):
        parts["site_limits"] = rules.site_limits
    else:
        parts["body_surface"] = rules.body_surface
    return {name: part.verification for name, part in parts.items() if part is not None}


def _unread(levels: Mapping[str, str]) -> dict[str, str]:
    return {row: level for row, level in levels.items() if level not in READ_AT_THE_SOURCE}
