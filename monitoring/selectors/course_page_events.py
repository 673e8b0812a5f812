"""What happened last on this course, in the ward's words, newest first? Read from the audit trail."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from dosing.services.reasons import in_words
from il2ward.audit.models import AuditEvent
from monitoring.domain.changed_facts import RULE as FACTS_CHANGED
from monitoring.selectors import board_words as words
from monitoring.selectors import grade_words
from monitoring.selectors.card import WORDS, Face
from monitoring.selectors.regrading_words import act_words, baseline_chosen, clock_of, regraded

Body = Mapping[str, Any]
NOT_TOLD = ("assessment.viewed", "rules.adopted")


@dataclass(frozen=True, slots=True)
class Event:
    """One line: when, what, and who ("" for the system). ``since`` is set when several alike are told as one."""

    seq: int
    at: datetime
    text: str
    who: str
    since: datetime | None = None


def events_of(course_id: int, *, most: int = 20, looked_at: int = 120) -> list[Event]:
    """The newest events of the course; the same thing said several times running is one line."""
    rows = AuditEvent.objects.filter(course_id=course_id).exclude(event__in=NOT_TOLD)
    told: list[Event] = []
    for row in rows.select_related("actor", "device").order_by("-seq")[:looked_at]:
        event = Event(row.seq, row.at, text_of(row), who_of(row))
        if told and (told[-1].text, told[-1].who) == (event.text, event.who):
            told[-1] = replace(told[-1], since=event.at)
        elif len(told) < most:
            told.append(event)
        else:
            break
    return told


def who_of(row: AuditEvent) -> str:
    """The person or device behind an event; "" for the system."""
    return str(row.actor or row.device or "")


def text_of(row: AuditEvent) -> str:
    """The event in words; one without words of its own is told by its name."""
    body: Body = json.loads(row.body)
    tell = TOLD.get(row.event)
    return tell(body) if tell else row.event.replace(".", " ").replace("_", " ").capitalize()


def _dose(body: Body) -> str:
    number = body.get("number") or body.get("dose_number") or body.get("dose")
    return f"Dose {number}" if number else "Dose"


def _reason(body: Body) -> str:
    code, text = body.get("reason_code") or body.get("reason") or "", body.get("reason_text") or ""
    said = " · ".join(part for part in (in_words(code) if code else "", text) if part)
    return f": {said}" if said else ""


def _verdict(body: Body) -> str:
    word = str(body.get("verdict", ""))
    return WORDS[Face(word)] if word in Face.__members__ else word


def _assessed(body: Body) -> str:
    met = body.get("met") or ()
    return f"{_dose(body)}: {_verdict(body)}" + (f" ({len(met)} met)" if met else "")


def _decided(body: Body) -> str:
    kind = str(body.get("kind", "decision")).replace("_", " ")
    return f"{_dose(body)}: {kind}{_reason(body)}"


def _delayed(body: Body) -> str:
    """The dose's own new time, and what was lost behind it."""
    own, *later = body["slots"]
    before, after = (clock_of(own[name]) for name in ("due_before_at", "due_after_at"))
    lost = ", ".join(str(one["dose"]) for one in later if one["is_lost"])
    beyond = f"; beyond the cycle's days: dose {lost}" if lost else ""
    return f"{_dose(body)} delayed from {before} to {after}{beyond}"


def _observations(body: Body) -> str:
    count = len(body.get("observations") or body.get("items") or ()) or body.get("count") or body.get("stored") or ""
    return f"{count} value{'' if count == 1 else 's'} recorded".strip().capitalize() if count else "Values recorded"


def _corrected(body: Body) -> str:
    old, new = (" ".join((body[key]["value"], words.unit(body[key]["unit"]))).strip() for key in ("old", "new"))
    what = f"corrected to {new}" if new != old else "moved to another time"
    return f"{words.observable(str(body['observable']))} {old} {what}: {body['reason']}"


def _taken_back(body: Body) -> str:
    old = body["old"]
    value = " ".join((old["value"], words.unit(old["unit"]))).strip()
    return f"{words.observable(str(body['observable']))} {value} taken back: {body['reason']}"


def _findings(body: Body) -> str:
    if body.get("question"):
        became = f"Bedside finding {'corrected' if body['new'] else 'taken back'}: {body['reason']}"
        return "; ".join((became, *(act_words(one) for one in body["acts"])))
    present = sum(1 for one in body.get("findings", ()) if one.get("state") == "present")
    return f"Bedside findings recorded, {present} present" if present else "Bedside findings recorded"


def _act(word: str) -> Callable[[Body], str]:
    return lambda body: f"{_dose(body)} {word}{_reason(body)}"


def _rescue(body: Body) -> str:
    note = f" ({body['note']})" if body.get("note") else ""
    kind = str(body.get("kind", "")).replace("_", " ")
    return f"{_dose(body)}: {kind} {body.get('amount')} {body.get('unit')} given{note}"


def _alert(word: str) -> Callable[[Body], str]:
    def told(body: Body) -> str:
        plan = f": {body['plan']}" if word == "acknowledged" and body.get("plan") else ""
        return f"Alert {word}, {_about(str(body.get('rule', '')))}, {body.get('severity', '')} priority{plan}"

    return told


def _about(rule: str) -> str:
    if rule.startswith(FACTS_CHANGED):
        return "facts changed after they were acted on"
    if rule.startswith("ctcae-"):
        return words.term(rule.removeprefix("ctcae-"))
    return RULES.get(rule, rule.replace("-", " "))


RULES = {
    "gate": "next dose",
    "late": "late dose",
    "running-infusion": "running infusion",
    "deviation": "dose given outside the gate",
}
ALERT_STEPS = {
    **{step: step for step in ("raised", "updated", "reopened", "acknowledged", "escalated", "seen", "cleared")},
    "ack_expired": "acknowledgement lapsed",
    "sent_on": "sent on by hand",
    "told": "told outside the ward",
    "not_told": "could not be told outside the ward",
    "commented": "commented on",
}
TOLD: Mapping[str, Callable[[Body], str]] = {
    **{f"alert.{step}": _alert(said) for step, said in ALERT_STEPS.items()},
    "dose.assessed": _assessed,
    "dose.decided": _decided,
    "dose.delayed": _delayed,
    "dose.started": _act("started"),
    "dose.ended": _act("given"),
    "dose.given": _act("given"),
    "dose.interrupted": _act("interrupted"),
    "dose.held": _act("held"),
    "dose.refused": _act("refused by the patient"),
    "dose.omitted": _act("omitted"),
    "dose.deviation": _act("given outside the gate"),
    "rescue.given": _rescue,
    "observations.recorded": _observations,
    "observation.corrected": _corrected,
    "observation.taken_back": _taken_back,
    "grades.revised": regraded,
    "baseline.chosen": baseline_chosen,
    "grade.confirmed": grade_words.confirmed,
    "grade.entered": grade_words.entered,
    "grade.withdrawn": grade_words.withdrawn,
    "findings.recorded": _findings,
}
