"""Who lies on the demonstration ward? Invented people, each at another point of a cycle. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from il2ward.staff.models import Role

SITE_CODE, SITE_NAME = "demo", "Demonstration Hospital"
WARD_CODE, WARD_NAME = "6-east", "6 East"
BEDS = ("1", "2", "3", "4", "5", "6", "7", "8", "9")
PLAY_BED = "8"
PASSWORD = "il2ward-demo"  # noqa: S105 - printed on purpose; production refuses these accounts
PEOPLE = (
    ("nurse", "N. Ferrara RN", Role.NURSE),
    ("nurse2", "J. Okafor RN", Role.NURSE),
    ("physician", "Dr Haas", Role.PHYSICIAN),
    ("physician2", "Dr Lindqvist", Role.PHYSICIAN),
    ("admin", "A. Moreau", Role.ADMIN),
)
MONITORS, LABORATORY = "Bedside monitors", "Laboratory"
KEY_FILES = {MONITORS: "demo-device.key", LABORATORY: "demo-laboratory.key"}
STATEMENT = "Demonstration only: signed so that the demonstration ward can run. Not a clinical sign-off."


@dataclass(frozen=True, slots=True)
class DemoBed:
    """One bed and its course.

    ``next_dose`` is due ``due_in`` after the ward is made. ``values`` overrides what the model would measure
    before the numbered dose. ``found`` are bedside findings before the next dose that are not the usual ones
    (question: option). ``not_done`` is what nobody measured or charted before the next dose.
    """

    label: str
    mrn: str
    family_name: str
    given_name: str
    gender: str
    birth_date: date
    weight_kg: Decimal
    protocol: str
    next_dose: int
    due_in: timedelta
    values: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)
    not_done: frozenset[str] = frozenset()
    allergies: str | None = ""


def _creatinine(**by_dose: str) -> dict[int, dict[str, Any]]:
    return {int(number.removeprefix("d")): {"creatinine": Decimal(value)} for number, value in by_dose.items()}


WARD = (
    DemoBed(
        "1", "IL2-1001", "Novak", "Iva", "female", date(1968, 4, 12), Decimal("72.5"), "consensus_2014",
        next_dose=5, due_in=timedelta(minutes=40), values=_creatinine(d3="1.1", d4="1.4", d5="1.6"),
    ),
    DemoBed(
        "2", "IL2-1002", "Brandt", "Olaf", "male", date(1959, 11, 2), Decimal("88.0"), "consensus_2014",
        next_dose=7, due_in=timedelta(minutes=20), allergies="Penicillin: rash",
        values=_creatinine(d4="1.3", d5="1.6", d6="2.0", d7="3.4"),
    ),
    DemoBed(
        "3", "IL2-1003", "Achterberg", "Marijke", "female", date(1975, 7, 30), Decimal("64.2"), "consensus_2014",
        next_dose=5, due_in=timedelta(minutes=55),
        values=_creatinine(d0="1.0", d1="1.0", d2="1.2", d3="1.5", d4="2.0", d5="2.6"),
    ),
    DemoBed(
        "4", "IL2-1004", "Quintero", "Rafael", "male", date(1981, 1, 19), Decimal("79.4"), "springerplus_2015",
        next_dose=4, due_in=timedelta(minutes=30), not_done=frozenset({"laboratory", "urine_output"}),
    ),
    DemoBed(
        "5", "IL2-1005", "Sundaram", "Leela", "female", date(1971, 9, 8), Decimal("58.9"), "consensus_2014",
        next_dose=3, due_in=timedelta(hours=5), allergies=None,
    ),
    DemoBed(
        "6", "IL2-1006", "Mbeki-Olsen", "Thor", "male", date(1963, 3, 25), Decimal("93.1"), "springerplus_2015",
        next_dose=6, due_in=timedelta(minutes=15), found={"s_mental_status": "changed"},
    ),
    DemoBed(
        "7", "IL2-1007", "Delacroix", "Yvonne", "female", date(1955, 12, 14), Decimal("67.0"), "springerplus_2015",
        next_dose=2, due_in=timedelta(minutes=100),
    ),
    DemoBed(
        PLAY_BED, "IL2-1008", "Hartigan", "Dermot", "male", date(1966, 6, 3), Decimal("81.3"), "consensus_2014",
        next_dose=1, due_in=timedelta(minutes=75),
    ),
)  # fmt: skip
