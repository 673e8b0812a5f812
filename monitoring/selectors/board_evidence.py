"""What stands below a verdict: the criteria met with value, limit and source, and what could not be checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dosing.domain.verification import stands_out
from monitoring.selectors import board_words as words


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion on the screen. ``value`` "" when nothing was seen; ``observed_at`` None likewise."""

    id: str
    label: str
    kind: str
    limit: str
    value: str
    source: str
    verification: str
    is_verified: bool
    input: str
    organ_system: str
    observed_at: datetime | None
    reason: str
    detail: str

    @property
    def title(self) -> str:
        """What was found: "Creatinine 3.1 mg/dL" for a measured one, the criterion's own words for a finding."""
        if self.value in FINDINGS:
            return self.label
        if self.kind == GRADE:
            return f"{self.label} {self.value}"
        return f"{words.observable(self.input)} {self.value}"

    @property
    def says(self) -> str:
        """The limit below the title: the criterion's words where the title does not carry them, else its limit."""
        if self.value in FINDINGS or self.kind == GRADE:
            return self.limit
        return self.label


@dataclass(frozen=True, slots=True)
class Gap:
    """One input that cannot be used, with the last value seen ("" and None: never) and how fresh it must be."""

    input: str
    label: str
    reason: str
    last_value: str
    last_observed_at: datetime | None
    needed_within_h: int | None


@dataclass(frozen=True, slots=True)
class BedsideGap:
    """One group of bedside questions and how many of its criteria nobody has answered."""

    group: str
    unanswered: int


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one stored outcome said, ready to be printed."""

    met: tuple[Line, ...] = ()
    unknown: tuple[Line, ...] = ()
    not_met: tuple[Line, ...] = ()
    missing: tuple[Gap, ...] = ()
    why: tuple[str, ...] = ()

    @property
    def coverage(self) -> str:
        """The honest count: "No hold reason in N" or "N met", and how many were not checked."""
        unchecked = f"; {len(self.unknown)} not checked" if self.unknown else ""
        if self.met:
            return f"{len(self.met)} met of {len(self.met) + len(self.not_met)} checked{unchecked}"
        return f"No hold reason in {len(self.not_met)}{unchecked}"

    @property
    def count(self) -> int:
        """How many criteria there are."""
        return len(self.met) + len(self.unknown) + len(self.not_met)

    @property
    def hit_inputs(self) -> frozenset[str]:
        """The inputs that a met criterion was judged on."""
        return frozenset(line.input for line in self.met)

    def value_of(self, name: str) -> str:
        """What the assessment saw of an input that is summed over time; "" when it saw nothing."""
        lines = (*self.met, *self.unknown, *self.not_met)
        return next((line.value for line in lines if line.input == name and line.value), "")

    @property
    def kinds(self) -> str:
        """What was met, counted by kind, worst first: "1 absolute, 2 relative"; "" when nothing was."""
        return ", ".join(f"{count} {kind}" for kind, count in Counter(line.kind for line in self.met).items())

    @property
    def measured_gaps(self) -> tuple[Gap, ...]:
        """What is missing and can be measured."""
        return tuple(gap for gap in self.missing if gap.input not in self._groups)

    @property
    def bedside_reasons(self) -> str:
        """Why bedside answers are missing: "not answered", "too old", "not done", in the order met."""
        return ", ".join(dict.fromkeys(gap.reason for gap in self.missing if gap.input in self._groups))

    @property
    def _groups(self) -> dict[str, str]:
        """The bedside group of each unknown criterion that is asked: a missing answer is named by its criterion."""
        return {line.id: line.input for line in self.unknown}

    @property
    def bedside_gaps(self) -> tuple[BedsideGap, ...]:
        """The bedside questions without a present answer, counted by group."""
        groups = self._groups
        count = Counter(groups[gap.input] for gap in self.missing if gap.input in groups)
        return tuple(BedsideGap(group, number) for group, number in count.items())


NOTHING = Evidence()
FINDINGS = ("", "present")
GRADE = words.kind("ctcae")


def evidence_of(outcome: Mapping[str, Any]) -> Evidence:
    """Read the JSON of a stored outcome."""
    lines = [_line(row) for row in outcome.get("results", ())]
    states = [row.get("state") for row in outcome.get("results", ())]
    pick = {state: tuple(line for line, its in zip(lines, states, strict=True) if its == state) for state in STATES}
    return Evidence(
        met=_worst_first(pick["met"]),
        unknown=pick["unknown"],
        not_met=pick["not_met"],
        missing=tuple(_gap(row) for row in outcome.get("missing", ())),
        why=tuple(outcome.get("why", ())),
    )


STATES = ("met", "unknown", "not_met")
_RANK = {"stop for good": 0, "absolute": 1, "hold": 1, "CTCAE grade": 2, "floor": 2, "count": 3, "relative": 4}


def _worst_first(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: _RANK.get(line.kind, 5)))


def _line(row: Mapping[str, Any]) -> Line:
    level = row.get("verification", "")
    return Line(
        id=row["id"],
        label=row.get("label", ""),
        kind=words.kind(row.get("kind", "")),
        limit=row.get("limit", ""),
        value=row.get("value", ""),
        source=row.get("source", ""),
        verification=words.verification(level) if level else "",
        is_verified=not level or not stands_out(level),
        input=row.get("input", ""),
        organ_system=row.get("organ_system", ""),
        observed_at=_instant(row.get("observed_at")),
        reason=words.reason(row["reason"]) if row.get("reason") else "",
        detail=row.get("detail", ""),
    )


def _gap(row: Mapping[str, Any]) -> Gap:
    return Gap(
        input=row.get("input", ""),
        label=row.get("label", ""),
        reason=words.reason(row.get("reason", "")),
        last_value=row.get("last_value", ""),
        last_observed_at=_instant(row.get("last_observed_at")),
        needed_within_h=row.get("needed_within_h"),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
