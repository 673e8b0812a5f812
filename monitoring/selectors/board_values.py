"""Which numbers stand on a card, how old each is, and which grade it got: read from where the values stand now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation

from monitoring.models import CurrentValue, Observation
from monitoring.selectors import board_words as words

Standing = Mapping[str, CurrentValue]
Freshness = Mapping[str, timedelta | None]

WITHDRAWN = ("cancelled", "entered-in-error")
TOGETHER = timedelta(minutes=5)
PLAIN = (
    ("heart_rate", "Heart rate"),
    ("temperature", "Temp"),
    ("creatinine", "Creatinine"),
    ("bilirubin_total", "Bilirubin"),
    ("platelets", "Platelets"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One number on the screen. ``fresh_until`` is inclusive, None: no limit.

    ``kind`` is hit, stale, artefact, none, or "" for a plain one.
    """

    key: str
    label: str
    value: str
    unit: str = ""
    note: str = ""
    observed_at: datetime | None = None
    fresh_until: datetime | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Chip:
    """One CTCAE grade in its box; ``grade`` is "?" when it could not be graded, and ``why`` says why."""

    term: str
    name: str
    grade: str
    proposed: bool = False
    why: str = ""


def values_of(
    standing: Standing, fresh: Freshness, *, hits: Set[str], weight_kg: Decimal | None, urine: str, at: datetime
) -> list[Shown]:
    """The numbers of one card in their fixed order; one never charted says so.

    ``urine`` is the shift's sum in words, "" when there is none.
    """
    show = _Shower(standing, fresh, hits, at)
    heart_rate, temperature, *laboratory = (show.plain(key, label) for key, label in PLAIN)
    return [
        show.pressure(),
        heart_rate,
        show.saturation(),
        show.urine(urine),
        show.weight(weight_kg),
        *laboratory,
        temperature,
    ]


@dataclass(frozen=True, slots=True)
class _Shower:
    standing: Standing
    fresh: Freshness
    hits: Set[str]
    at: datetime

    def plain(self, key: str, label: str, *, note: str = "", text: str = "") -> Shown:
        current = self.standing.get(key)
        if current is None:
            return Shown(key, label, "–", note="not charted", kind="none")
        row = current.observation
        until = fresh_until(current, self.fresh)
        return Shown(
            key, label, text or text_of(row), "" if text else words.unit(row.unit), note,
            current.observed_at, until, kind_of(row, until, key in self.hits, self.at),
        )  # fmt: skip

    def pressure(self) -> Shown:
        systolic, diastolic = self.standing.get("bp_systolic"), self.standing.get("bp_diastolic")
        text = ""
        if systolic and diastolic and abs(systolic.observed_at - diastolic.observed_at) <= TOGETHER:
            text = f"{text_of(systolic.observation)}/{text_of(diastolic.observation)}"
        return self.plain("bp_systolic", "BP", text=text)

    def saturation(self) -> Shown:
        return self.plain("spo2", "SpO₂", note=oxygen_of(self.standing))

    def urine(self, shift: str) -> Shown:
        one = self.plain("urine_output", "Urine", text=shift.replace("at least ", "≥ "))
        return one if one.kind == "none" else replace(one, note="last 8 h" if shift else "last entry")

    def weight(self, baseline_kg: Decimal | None) -> Shown:
        current = self.standing.get("weight")
        gain = gain_of(current.observation, baseline_kg) if current else ""
        return self.plain("weight", "Weight", text=gain)


def text_of(row: Observation) -> str:
    """The value exactly as it came, with its comparator."""
    if row.code:
        return words.DEVICES.get(row.code, row.code.replace("_", " "))
    return f"{row.comparator}{row.value}" or "–"


def gain_of(row: Observation, baseline_kg: Decimal | None) -> str:
    """The weight against the dosing weight as "+4.1 %"; "" when either is no plain number in kg."""
    if row.unit != "kg" or row.comparator or not baseline_kg:
        return ""
    try:
        gain = (Decimal(row.value) - baseline_kg) / baseline_kg * 100
    except InvalidOperation:
        return ""
    return f"{gain:+.1f} %"


def oxygen_of(standing: Standing) -> str:
    """The oxygen device and its flow in words; "" when no device is charted."""
    device, flow = standing.get("o2_device"), standing.get("o2_flow")
    if device is None:
        return ""
    name = text_of(device.observation)
    if flow is None or device.observation.code == "room_air":
        return name
    return f"{text_of(flow.observation)} L/min {name}"


def fresh_until(current: CurrentValue, fresh: Freshness) -> datetime | None:
    """The last instant at which the value still counts; None: it has no age limit."""
    age = fresh.get(current.observable)
    return None if age is None else current.observed_at + age


def kind_of(row: Observation, until: datetime | None, is_hit: bool, at: datetime) -> str:
    """How a value is drawn: an unusable one first, then a stale one, then one that a met criterion rests on."""
    if row.not_gradable or row.status in WITHDRAWN:
        return "artefact"
    if until is not None and at > until:
        return "stale"
    return "hit" if is_hit else ""


def chips_of(standing: Standing, fresh: Freshness, at: datetime) -> list[Chip]:
    """The newest grade of each term: the three that are always shown first, then those of grade 1 or more."""
    newest: dict[str, tuple[datetime, Chip]] = {}
    for current in standing.values():
        for chip in _chips(current, fresh, at):
            if chip.term not in newest or newest[chip.term][0] < current.observed_at:
                newest[chip.term] = (current.observed_at, chip)
    found = {term: chip for term, (_, chip) in newest.items()}
    always = [found.pop(term, Chip(term, words.term(term), "?", why="nothing charted")) for term in words.ALWAYS_SHOWN]
    return always + sorted((chip for chip in found.values() if chip.grade not in ("0", "?")), key=_by_grade)


def _by_grade(chip: Chip) -> tuple[int, str]:
    return -int(chip.grade), chip.name


def _chips(current: CurrentValue, fresh: Freshness, at: datetime) -> Iterable[Chip]:
    until = fresh_until(current, fresh)
    for term, found in current.grades.items():
        grade, why = found.get("grade"), found.get("why", "")
        if not current.graded:
            grade, why = None, "being graded"
        elif until is not None and at > until:
            grade, why = None, "too old"
        yield Chip(term, words.term(term), "?" if grade is None else str(grade), bool(found.get("proposed")), why)
