"""What can be measured or charted: its unit in an assessment, accepted units, plausible range and codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from dosing.domain.snapshot import Origin


class Category(StrEnum):
    """Which kind of fact an observable is."""

    VITAL = "vital"
    LABORATORY = "laboratory"
    INTAKE_OUTPUT = "intake_output"
    THERAPY = "therapy"
    CODED = "coded"


class Per(StrEnum):
    """What a reported rate must be divided or multiplied by before its factor applies."""

    DOSING_WEIGHT = "dosing_weight"
    HOUR = "hour"


@dataclass(frozen=True, slots=True)
class Unit:
    """One accepted UCUM unit: contract value = (value - subtract) * multiply / divide, exactly.

    ``per`` dosing_weight: the result is then divided by the dosing weight in kg. ``per`` hour: the value is
    a rate and is multiplied by the hours of its interval. ``system`` is SI, conventional or "" (neither).
    """

    ucum: str
    subtract: Decimal = Decimal(0)
    multiply: Decimal = Decimal(1)
    divide: Decimal = Decimal(1)
    per: Per | None = None
    system: str = ""


@dataclass(frozen=True, slots=True)
class Plausible:
    """Limits in the contract's unit; a value exactly on a limit is inside. None means no limit on that side."""

    impossible_below: Decimal | None = None
    impossible_above: Decimal | None = None
    unlikely_below: Decimal | None = None
    unlikely_above: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Observable:
    """One kind of observation. ``unit`` None and ``codes`` set: a coded entry without a number."""

    key: str
    name: str
    category: Category
    origin: Origin
    unit: str | None
    units: Mapping[str, Unit]
    plausible: Plausible
    max_age: timedelta
    codes: tuple[str, ...] = ()
    loinc: tuple[str, ...] = ()

    @property
    def is_coded(self) -> bool:
        return bool(self.codes)


@dataclass(frozen=True, slots=True)
class Observables:
    """The closed table of everything the service understands, with its unit aliases and LOINC codes."""

    by_key: Mapping[str, Observable]
    by_loinc: Mapping[str, Observable]
    aliases: Mapping[str, str]
    panels: Mapping[str, tuple[str, ...]]
    sha256: str

    def get(self, key: str) -> Observable | None:
        """The observable of that key, or None when it is not in the table."""
        return self.by_key.get(key)

    def of_loinc(self, code: str) -> Observable | None:
        """The observable a LOINC code stands for, or None when the code is not in the table."""
        return self.by_loinc.get(code)

    def unit(self, observable: Observable, text: str | None) -> Unit | None:
        """Return the accepted unit that ``text`` names for ``observable``, or None when it is not accepted.

        A missing unit stands for the only unit of a pure number (INR, pH, a score) and for nothing else.
        """
        wanted = (text or "").strip()
        if not wanted:
            return observable.units.get(observable.unit or "") if observable.unit in _PURE_NUMBERS else None
        return observable.units.get(wanted) or observable.units.get(self.aliases.get(wanted, ""))


_PURE_NUMBERS = frozenset({"{INR}", "[pH]", "{score}"})
