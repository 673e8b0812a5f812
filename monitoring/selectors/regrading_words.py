"""How is it told on a course's page that a grade, or what somebody acted on, is another now?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from dosing.domain.verdict import Verdict
from monitoring.domain.changed_facts import ACTS
from monitoring.domain.gate_alert import WORDS as VERDICTS
from monitoring.models import Regrading
from monitoring.selectors import board_words as words

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ChangedAct:
    """One start or order that rested on a fact which was changed after it."""

    regrading: int
    at: datetime
    text: str
    more_severe: bool
    decision: int | None


def regraded(body: Body) -> str:
    """One line: the fact, what happened to it, and every grade that is another because of it."""
    name = words.observable(str(body["observable"]))
    when = f" of {clock_of(body['observed_at'])}" if body.get("observed_at") else ""
    fact = f"{name} {body['value']}{when}" if body.get("value") else f"{name}:"
    parts = [*_changes(body), *(act_words(one) for one in body["acts"])]
    return f"{fact} {body['happened']}: {'; '.join(parts)}"


def baseline_chosen(body: Body) -> str:
    """A physician chose another baseline."""
    return (
        f"{words.observable(str(body['observable']))} baseline set to {body['value']} {body['unit']}: {body['reason']}"
    )


def changed_acts(course_id: int, *, most: int = 10) -> list[ChangedAct]:
    """What was done in the course on facts that were changed since, newest first; the last word on each act counts."""
    found: dict[tuple[str, int], ChangedAct] = {}
    rows = Regrading.objects.filter(course=course_id).exclude(acts=[]).order_by("-id")
    for row in rows.select_related("observation", "baseline", "site_limit")[:50]:
        about = row.observation or row.baseline or row.site_limit
        name = words.observable(about.observable) if about is not None else ""
        for act in row.acts:
            key = (act["act"], act["decision"] or act["dose_id"])
            text = f"{name} {row.told}. {_sentence(act_words(act))}.".strip()
            found.setdefault(key, ChangedAct(row.pk, row.at, text, act["more_severe"], act["decision"]))
    return list(found.values())[:most]


def _changes(body: Body) -> Sequence[str]:
    """Equal changes of several values are one; the term is named unless it is all about the fact's own single term."""
    changes = [(one["term"], one["before"], one["after"]) for one in body["changes"]]
    counted = Counter(changes)
    own = body["cause"] in ("correction", "cancellation") and len({term for term, _, _ in changes}) == 1
    return [
        f"{'' if own else words.term(term) + ' '}{_grade(before, after)}" + (f" ({count} values)" if count > 1 else "")
        for (term, before, after), count in counted.items()
    ]


def _grade(before: int | None, after: int | None) -> str:
    if after is None:
        return f"grade {before} no longer counts"
    return f"is now grade {after}" if before is None else f"grade {before} became {after}"


def act_words(act: Body) -> str:
    """What was done on a fact that was changed after it, and what would be said of it now."""
    then, now = (VERDICTS[Verdict(act[key])] for key in ("verdict_then", "verdict_now"))
    said = f"then {then}, with what is known now {now}" if then != now else f"still {now} with what is known now"
    return f"dose {act['dose']} {ACTS[act['act']]} on it at {clock_of(act['at'])}: {said}"


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def clock_of(text: str) -> str:
    """The local time of day of an instant as the log keeps it."""
    zone = timezone.get_current_timezone()
    return f"{datetime.fromisoformat(text).astimezone(zone if isinstance(zone, ZoneInfo) else None):%H:%M}"
