"""How the observables file is written, and how its rows become the table of what can be measured."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation

import msgspec

from dosing.domain.snapshot import Origin
from monitoring.domain.observable import Category, Observable, Observables, Per, Plausible, Unit
from monitoring.rules.faults import RuleFileIsInvalid


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What every row of a rule file refuses: fields nobody reads."""


class UnitRow(Row, frozen=True):
    ucum: str
    subtract: str = "0"
    multiply: str = "1"
    divide: str = "1"
    per: Per | None = None
    system: str = ""
    rule: str = ""


class PlausibleRow(Row, frozen=True):
    impossible_below: str | None = None
    impossible_above: str | None = None
    unlikely_below: str | None = None
    unlikely_above: str | None = None


class CodeRow(Row, frozen=True):
    code: str
    of: str
    confidence: str


class PanelRow(Row, frozen=True):
    code: str
    of: str
    components: tuple[str, ...]


class ObservableRow(Row, frozen=True):
    key: str
    name: str
    category: Category
    origin: Origin
    unit: str | None
    units: tuple[UnitRow, ...]
    plausible: PlausibleRow
    loinc: tuple[CodeRow, ...]
    codes: tuple[str, ...] = ()
    max_age_h: int | None = None
    plausible_note: str = ""
    note: str = ""


class ObservablesFile(Row, frozen=True):
    schema: int
    version: int
    id: str
    about: str
    sources: dict[str, str]
    verification: str
    panels: tuple[PanelRow, ...]
    aliases: dict[str, str]
    observables: tuple[ObservableRow, ...]


# Where the contract names no age, a vital sign or therapy lapses after 2 h and a laboratory result after 28 h
# (project proposal, a site setting).
_DEFAULT_AGE_H = {Category.LABORATORY: 28}
_OTHER_AGE_H = 2


def read_observables(text: str, sha256: str) -> Observables:
    """Return the table that ``text`` holds. Raises RuleFileIsInvalid, naming the row."""
    try:
        file = msgspec.json.decode(text, type=ObservablesFile)
    except msgspec.MsgspecError as fault:
        raise RuleFileIsInvalid(f"observables: {fault}") from fault
    rows = [_observable(row) for row in file.observables]
    by_key = {row.key: row for row in rows}
    by_loinc = {code: row for row in rows for code in row.loinc}
    if len(by_key) != len(rows) or len(by_loinc) != sum(len(row.loinc) for row in rows):
        raise RuleFileIsInvalid("observables: a key or a LOINC code stands twice")
    panels = {panel.code: panel.components for panel in file.panels}
    return Observables(by_key, by_loinc, file.aliases, panels, sha256)


def _observable(row: ObservableRow) -> Observable:
    units = {unit.ucum: _unit(row.key, unit) for unit in row.units}
    if bool(row.codes) == bool(units) or (row.unit not in units and not row.codes):
        raise RuleFileIsInvalid(f"{row.key}: either codes, or units that include {row.unit}")
    hours = row.max_age_h or _DEFAULT_AGE_H.get(row.category, _OTHER_AGE_H)
    limits = (_number(row.key, text) if text is not None else None for text in _limits(row.plausible))
    return Observable(
        key=row.key, name=row.name, category=row.category, origin=row.origin, unit=row.unit, units=units,
        plausible=Plausible(*limits), max_age=timedelta(hours=hours), codes=row.codes,
        loinc=tuple(code.code for code in row.loinc),
    )  # fmt: skip


def _limits(row: PlausibleRow) -> tuple[str | None, ...]:
    return (row.impossible_below, row.impossible_above, row.unlikely_below, row.unlikely_above)


def _unit(key: str, row: UnitRow) -> Unit:
    subtract, multiply, divide = (_number(key, text) for text in (row.subtract, row.multiply, row.divide))
    if multiply <= 0 or divide <= 0:
        raise RuleFileIsInvalid(f"{key}: the factor of {row.ucum} must be above zero")
    return Unit(row.ucum, subtract, multiply, divide, row.per, row.system)


def _number(key: str, text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as fault:
        raise RuleFileIsInvalid(f"{key}: {text!r} is not a number") from fault
