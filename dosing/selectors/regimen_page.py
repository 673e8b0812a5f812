"""What does the page of one regimen show? What it prescribes, its calendar slot by slot, and who says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from dosing.domain import verification
from dosing.domain.protocol import Source
from dosing.domain.regimen import Regimen
from dosing.domain.regimen_planned import PlannedRegimen
from dosing.domain.regimen_slots import ANY_START
from dosing.domain.regimen_words import DELAYS, Fact, amount, facts_of, field_words
from dosing.domain.schedule import due_times
from dosing.domain.schedule_delay import DelayRow
from dosing.domain.schedule_planned import DAYS_IN_WEEK, planned_doses
from dosing.rules.course_loader import load_delays
from dosing.selectors import pinned, rule_files
from dosing.selectors.rule_page_rows import Mark, Standing, Unread, mark, standing_of
from il2ward.staff.models import Site

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class FactLine:
    """One thing a regimen prescribes, with who says it and how well that was checked; None: nobody says it."""

    fact: Fact
    source: str
    mark: Mark | None
    note: str


@dataclass(frozen=True, slots=True)
class SlotLine:
    """One slot of a day: the hours since the day began, what is given, and over how long ("" an injection)."""

    number: int
    clock: str
    amount: str
    over: str


@dataclass(frozen=True, slots=True)
class WeekLine:
    """One week of a cycle, counted from 1 at the cycle's first day: the slots of each of its seven days."""

    number: int
    days: tuple[tuple[SlotLine, ...], ...]


@dataclass(frozen=True, slots=True)
class DelayLine:
    """What one source says of a dose that is late."""

    row: DelayRow
    rule: str
    source: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class RegimenPage:
    """Everything on a regimen's page; ``standing`` None: the release has it, and no course here can use it."""

    regimen: Regimen | PlannedRegimen
    sha256: str
    standing: Standing | None
    facts: tuple[FactLine, ...]
    weeks: tuple[WeekLine, ...]
    sources: tuple[Source, ...]
    delays: tuple[DelayLine, ...]
    unread: tuple[Unread, ...]


def page_of(regimen: Regimen | PlannedRegimen, sha256: str, standing: Standing | None) -> RegimenPage:
    """Return the page of a regimen, kept here or only released."""
    unread = verification.rows_to_read(regimen)
    facts = tuple(_line(fact, regimen, unread) for fact in facts_of(regimen))
    return RegimenPage(
        regimen=regimen,
        sha256=sha256,
        standing=standing,
        facts=facts,
        weeks=_weeks(regimen),
        sources=tuple(regimen.sources.values()),
        delays=_delays(),
        unread=tuple(_unread(name, level, facts, regimen, unread) for name, level in unread.items()),
    )


def _line(fact: Fact, regimen: Regimen | PlannedRegimen, unread: Mapping[str, str]) -> FactLine:
    if not fact.is_stated:
        return FactLine(fact, "", None, "")
    row = regimen.rows.get(fact.field)
    own = getattr(getattr(regimen, fact.field), "verification", None)
    level = row.verification if row else own or regimen.verification
    # A part with a level of its own and no row does not say which of the sources it is from.
    source = "" if own and not row else regimen.sources[row.source if row else regimen.source].short
    return FactLine(fact, source, mark(level, unread, fact.field), row.note if row else "")


def _unread(
    name: str, level: str, facts: tuple[FactLine, ...], regimen: Regimen | PlannedRegimen, unread: Mapping[str, str]
) -> Unread:
    said = "; ".join(line.fact.says for line in facts if line.fact.field == name)
    row = regimen.rows.get(name)
    says = said or (row.note if row else "") or regimen.note or regimen.title
    return Unread(name, field_words(name), says, mark(level, unread, name))


def _weeks(regimen: Regimen | PlannedRegimen) -> tuple[WeekLine, ...]:
    found: dict[int, dict[int, list[SlotLine]]] = {}
    for due_at, line in _planned(regimen) if isinstance(regimen, PlannedRegimen) else _bolus(regimen):
        week, day = divmod((due_at - ANY_START) // DAY, DAYS_IN_WEEK)
        found.setdefault(week, {}).setdefault(day, []).append(line)
    return tuple(
        WeekLine(week + 1, tuple(tuple(days.get(day, ())) for day in range(DAYS_IN_WEEK)))
        for week, days in sorted(found.items())
    )


def _bolus(regimen: Regimen) -> list[tuple[datetime, SlotLine]]:
    given, over = amount(regimen.dose_iu_per_kg, regimen.basis), f"{regimen.infusion_min} min"
    dues = enumerate(due_times(regimen, ANY_START), start=1)
    return [(due_at, SlotLine(number, _clock(due_at), given, over)) for number, due_at in dues]


def _planned(regimen: PlannedRegimen) -> list[tuple[datetime, SlotLine]]:
    found = []
    for dose in planned_doses(regimen, ANY_START):
        over = "" if dose.ends_at is None else f"{(dose.ends_at - dose.due_at) // HOUR} h"
        found.append((dose.due_at, SlotLine(dose.number, _clock(dose.due_at), amount(dose.iu, regimen.basis), over)))
    return found


def _clock(due_at: datetime) -> str:
    return f"+{(due_at - ANY_START) % DAY // HOUR} h"


def _delays() -> tuple[DelayLine, ...]:
    rules = load_delays().value
    return tuple(
        DelayLine(row, DELAYS[row.rule], rules.sources[row.source].short, mark(row.verification, {}, row.id))
        for row in rules.rows
    )


def kept_or_released(key: str, version: int, site: Site | None) -> RegimenPage | None:
    """Return the page of a regimen kept here, else of one that this release only shows; None when there is neither."""
    row = rule_files.found("regimen", key, version)
    if row is not None:
        return page_of(pinned.regimen(row).value, row.sha256, standing_of(row, site))
    loaded = rule_files.only_released().get((key, version))
    return None if loaded is None else page_of(loaded.value, loaded.sha256, None)
