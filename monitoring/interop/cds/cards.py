"""What does a card say to whoever orders aldesleukin: the verdict, why, on which values, and where to decide?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from dosing.domain.outcome import CriterionResult, Missing, Outcome, State
from dosing.domain.verdict import Verdict
from dosing.models import Dose
from dosing.selectors.slots import opens_at
from dosing.services.reasons import OVERRIDE
from monitoring.domain.gate_alert import WORDS, reason_of
from monitoring.interop.fhir.elements_out import OWN
from monitoring.selectors import board_words

LONGEST_SUMMARY = 139
MOST_LINES = 40
INDICATOR = {
    Verdict.CONTINUE: "info",
    Verdict.REVIEW: "warning",
    Verdict.UNDECIDED: "warning",
    Verdict.HOLD: "critical",
    Verdict.STOP_CYCLE: "critical",
    Verdict.STOP_PERMANENT: "critical",
}
# What the gate takes an override for; a STOP is lifted by other acts, and a REVIEW asks for a physician's word.
OVERRIDABLE = (Verdict.HOLD, Verdict.UNDECIDED)
DISCLAIMER = "il2ward informs, clinicians decide. Overriding this card opens nothing: decide on the course page."
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~])")


def of_outcome(card: UUID, dose: Dose, outcome: Outcome, *, page: str, zone: str, at: datetime) -> dict[str, Any]:
    """Return the card of an assessment for ``dose`` at ``at``; ``page`` is the address of the course page."""
    early = at < opens_at(dose)
    word = "NOT YET DUE" if early and outcome.verdict is Verdict.CONTINUE else WORDS[outcome.verdict]
    reason = reason_of(outcome)
    told = _card(card, f"Dose {dose.number}: {word}. {reason}".strip(), INDICATOR[outcome.verdict], page)
    told["detail"] = "\n".join(_lines(dose, outcome, word, ZoneInfo(zone), at))
    told["links"] = [{"label": "Open the course in il2ward", "url": page, "type": "absolute"}]
    if outcome.verdict in OVERRIDABLE:
        told["overrideReasons"] = [
            {"code": code, "system": f"{OWN}override-reason", "display": words} for code, words in OVERRIDE.items()
        ]
    return told


def plain(card: UUID, summary: str, detail: str, *, page: str) -> dict[str, Any]:
    """Return a card that only informs: nothing can be said of the dose."""
    return _card(card, summary, "info", page) | {"detail": f"{detail}\n\n{DISCLAIMER}"}


def _card(card: UUID, summary: str, indicator: str, page: str) -> dict[str, Any]:
    short = summary if len(summary) <= LONGEST_SUMMARY else f"{summary[: LONGEST_SUMMARY - 1]}…"
    return {
        "uuid": str(card),
        "summary": short,
        "indicator": indicator,
        "source": {
            "label": "il2ward",
            "url": page,
            "topic": {"system": f"{OWN}cds-topic", "code": "next-dose", "display": "Next dose of aldesleukin"},
        },
    }


def _lines(dose: Dose, outcome: Outcome, word: str, zone: ZoneInfo, at: datetime) -> list[str]:
    met = [one for one in outcome.results if one.state is State.MET]
    unknown = [one for one in outcome.results if one.state is State.UNKNOWN]
    lines = [f"**{word}** for dose {dose.number}, due {_when(dose.due_at, zone)}; assessed {_when(at, zone)}."]
    if word == "NOT YET DUE":
        lines.append("So far no criterion is met. It is assessed again when its window opens.")
    elif outcome.verdict is Verdict.CONTINUE and outcome.valid_until is not None:
        lines.append(f"This holds until {_when(outcome.valid_until, zone)} at the latest, and only if nothing changes.")
    lines += _section("Criteria met", [_criterion(one, zone) for one in met])
    lines += _section("Missing", [_missing(one, zone) for one in outcome.missing])
    lines += _section("Not known", [_criterion(one, zone) for one in unknown])
    return [*lines, "", f"Protocol sha256 {outcome.protocol_sha256}.", "", DISCLAIMER]


def _section(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    more = [f"- and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return ["", f"**{title}**", "", *lines[:MOST_LINES], *more]


def _criterion(one: CriterionResult, zone: ZoneInfo) -> str:
    said = [one.value] if one.value else []
    said += [f"limit {one.limit}"] if one.limit else []
    said += [f"observed {_when(one.observed_at, zone)}"] if one.observed_at else []
    said += [board_words.reason(one.reason)] if one.reason else []
    source = f" ({_plain(one.source)})" if one.source else ""
    return f"- {_plain(one.label)}: {_plain('; '.join(said)) or one.state.value}{source}"


def _missing(one: Missing, zone: ZoneInfo) -> str:
    last = ""
    if one.last_observed_at is not None:
        last = f"; last {one.last_value} {_when(one.last_observed_at, zone)}".rstrip()
    return f"- {_plain(one.label)}: {_plain(board_words.reason(one.reason) + last)}"


def _when(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    offset = local.strftime("%z")
    return f"{local:%d-%b-%Y %H:%M} UTC{offset[:3]}:{offset[3:]}"


def _plain(text: str) -> str:
    """Text that a Markdown reader shows as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def told_with(cards: list[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the answer that carries the cards."""
    return {"cards": list(cards)}
