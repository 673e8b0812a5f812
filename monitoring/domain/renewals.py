"""What will be too old when the next dose is due, and is a dose late? Reminders in time, from the gate's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from dosing.domain.assess import COURSE_LABELS, assess
from dosing.domain.inputs import InputRule, InputRules
from dosing.domain.loaded import Loaded
from dosing.domain.outcome import Missing
from dosing.domain.protocol import Protocol
from dosing.domain.snapshot import Snapshot
from dosing.domain.verdict import Verdict
from monitoring.domain.gate_alert import WINDOW_BEFORE_DUE, WantedAlert

# Project defaults, in no source: a sample must be drawn, sent and run; what is measured at the bedside is at hand.
LABORATORY_LEAD = timedelta(hours=4)
KEEPS_LONG = timedelta(hours=8)
LATE_AFTER = timedelta(minutes=30)
BEDSIDE_CHECK = "bedside_check"


@dataclass(frozen=True, slots=True)
class Renewal:
    """One input to renew before the dose. It can be used up to ``lapses_at`` (inclusive); None: there is none now."""

    input: str
    label: str
    lapses_at: datetime | None


def renewals(
    snapshot: Snapshot, protocol: Loaded[Protocol], inputs: InputRules, overlay: Loaded[Protocol] | None, *,
    due_at: datetime,
) -> tuple[Renewal, ...]:  # fmt: skip
    """Return what the gate would miss at ``due_at`` if nobody renewed it, as far as it is time to say so.

    What keeps for more than eight hours (laboratory, weight) is named from four hours before, the rest from the
    opening of the dose's window; both inclusive. Nothing from the due time on: then the verdict itself says it.
    """
    left = due_at - snapshot.at
    if left <= timedelta(0) or left > max(LABORATORY_LEAD, WINDOW_BEFORE_DUE):
        return ()
    then = assess(replace(snapshot, at=due_at, being_assessed=False), protocol, inputs, overlay)
    found: dict[str, Renewal] = {}
    for one in then.missing:
        rule = inputs.inputs.get(one.input)
        if one.input not in COURSE_LABELS and left <= _lead(rule):
            renewal = _renewal(one, rule, inputs, snapshot.at)
            found.setdefault(renewal.input, renewal)
    return tuple(found.values())


def _lead(rule: InputRule | None) -> timedelta:
    keeps_long = rule is not None and rule.max_age is not None and rule.max_age > KEEPS_LONG
    return LABORATORY_LEAD if keeps_long else WINDOW_BEFORE_DUE


def _renewal(missing: Missing, rule: InputRule | None, inputs: InputRules, at: datetime) -> Renewal:
    if rule is None:
        return Renewal(BEDSIDE_CHECK, "Bedside check", None)
    is_pressor = missing.input in inputs.pressors.rates.values()
    label = inputs.label(inputs.pressors.none) if is_pressor else rule.label
    key = inputs.pressors.none if is_pressor else missing.input
    lapses_at = None
    if rule.max_age is not None and missing.last_observed_at is not None:
        lapses_at = missing.last_observed_at + rule.max_age
    return Renewal(key, label, lapses_at if lapses_at is not None and lapses_at >= at else None)


def to_json(found: tuple[Renewal, ...]) -> list[dict[str, Any]]:
    """Return the reminder as it is stored with the present outcome."""
    return [
        {"input": one.input, "label": one.label, "lapses_at": one.lapses_at.isoformat() if one.lapses_at else None}
        for one in found
    ]


def from_json(rows: list[Mapping[str, Any]]) -> tuple[Renewal, ...]:
    """Return the reminder that was stored."""
    return tuple(
        Renewal(row["input"], row["label"], datetime.fromisoformat(row["lapses_at"]) if row["lapses_at"] else None)
        for row in rows
    )


def late_alert(verdict: Verdict, *, dose_number: int, due_at: datetime, at: datetime) -> WantedAlert | None:
    """The reminder that a dose which may be given was not begun half an hour after its due time (inclusive).

    Only where the gate says CONTINUE: any other verdict has an alert of its own.
    """
    if verdict is not Verdict.CONTINUE or at < due_at + LATE_AFTER:
        return None
    text = f"Dose {dose_number} is late and nothing speaks against it. Start it, or say why it is not given."
    return WantedAlert("late", "low", text, verdict.value)
