"""What does the page of one protocol show? Every criterion in words, how they combine, what is asked and needed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dosing.domain import protocol_words, verification
from dosing.domain.inputs import InputRule, InputRules
from dosing.domain.inputs_used import inputs_used
from dosing.domain.loaded import Loaded
from dosing.domain.protocol import Criterion, Protocol, Source
from dosing.domain.protocol_fit import FitRow, fit_of
from dosing.domain.protocol_words import Said, combined_lines, said
from dosing.domain.schedule_delay import DelayRow, delay_under
from dosing.models import RuleFile
from dosing.rules.course_loader import load_delays, load_fits
from dosing.selectors import pinned
from dosing.selectors.rule_page_rows import Mark, Standing, Unread, mark, standing_of
from il2ward.staff.models import Site


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as the page prints it; ``restates`` is the label of the row it repeats in another unit."""

    row: Criterion
    kind: str
    said: Said
    source: Source
    mark: Mark
    restates: str


@dataclass(frozen=True, slots=True)
class System:
    """The criteria of one organ system, in the file's order."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Needed:
    """One input that the protocol or the floor reads, and how old it may be."""

    name: str
    rule: InputRule
    required: str


@dataclass(frozen=True, slots=True)
class ProtocolPage:
    """Everything on a protocol's page; ``inputs`` is the contract by which ages and floor are shown."""

    protocol: Protocol
    standing: Standing
    systems: tuple[System, ...]
    combination: tuple[str, ...]
    combination_mark: Mark
    inputs: Loaded[InputRules]
    needed: tuple[Needed, ...]
    floor: tuple[Line, ...]
    unread: tuple[Unread, ...]
    delay: DelayRow | None
    fit: FitRow | None


def protocol_page_of(row: RuleFile, inputs: Loaded[InputRules], site: Site | None) -> ProtocolPage:
    """Return the page of one version of a protocol or overlay."""
    protocol, rules = pinned.protocol(row).value, inputs.value
    unread = verification.rows_to_read(protocol)
    lines = tuple(_line(one, protocol, rules, unread) for one in protocol.criteria)
    combined = combined_lines(protocol.combination)
    return ProtocolPage(
        protocol=protocol,
        standing=standing_of(row, site),
        systems=_by_system(lines),
        combination=combined,
        combination_mark=mark(protocol.combination.verification, unread, verification.COMBINATION),
        inputs=inputs,
        needed=_needed(protocol, rules),
        floor=tuple(_floor_line(one, rules) for one in rules.floor),
        unread=_unread(unread, lines, protocol),
        delay=delay_under(load_delays().value, protocol.id),
        fit=fit_of(load_fits().value, protocol.id),
    )


def _line(row: Criterion, protocol: Protocol, rules: InputRules, unread: Mapping[str, str]) -> Line:
    labels = {one.id: one.label for one in protocol.criteria}
    return Line(
        row=row,
        kind=protocol_words.kind(row.kind),
        said=said(row, protocol.combination, rules),
        source=protocol.sources[row.source],
        mark=mark(row.verification, unread, row.id),
        restates=labels.get(row.restates, ""),
    )


def _floor_line(row: Criterion, rules: InputRules) -> Line:
    level = mark(row.verification, {}, row.id)
    return Line(row, protocol_words.kind(row.kind), said(row, None, rules), rules.sources[row.source], level, "")


def _by_system(lines: Iterable[Line]) -> tuple[System, ...]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(line.row.organ_system, []).append(line)
    return tuple(System(name, tuple(rows)) for name, rows in found.items())


def _needed(protocol: Protocol, rules: InputRules) -> tuple[Needed, ...]:
    names = inputs_used([*protocol.criteria, *rules.floor], rules)
    return tuple(Needed(name, rules.inputs[name], _required(rules.inputs[name])) for name in names)


def _required(rule: InputRule) -> str:
    if rule.required != "with_device":
        return protocol_words.REQUIRED[rule.required]
    return f"with {' or '.join(rule.devices)}"


def _unread(unread: Mapping[str, str], lines: Iterable[Line], protocol: Protocol) -> tuple[Unread, ...]:
    rows = {line.row.id: (line.row.label, _in_short(line)) for line in lines}
    rows[verification.COMBINATION] = ("How the criteria combine", protocol.combination.text)
    return tuple(Unread(name, *rows[name], mark(level, unread, name)) for name, level in unread.items())


def _in_short(line: Line) -> str:
    """Everything that who ticks a row says to have checked: effect, limit, window, resume condition, note, source."""
    limit = f"{line.said.reads} {line.said.limit}" if line.said.limit else ""
    resume = f"resume: {line.row.resume_when}" if line.row.resume_when else ""
    parts = [
        line.said.effect.capitalize(),
        limit,
        line.said.window,
        resume,
        line.row.note.rstrip("."),
        line.source.short,
    ]
    return "; ".join(part.rstrip(".") for part in parts if part)
