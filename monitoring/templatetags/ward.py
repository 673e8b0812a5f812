"""How do instants, ages and amounts read in a template?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone

from dosing.domain import wording
from dosing.domain.dose_arithmetic import dose_text
from dosing.services.reasons import in_words
from il2ward.staff.models import User
from monitoring.domain.escalation import LADDER
from monitoring.models import Alert
from monitoring.selectors import board_words as words
from monitoring.selectors import quarantine_page
from monitoring.services import alerts

register = template.Library()


@register.simple_tag
def age(then: datetime | None, at: datetime) -> str:
    """How long before ``at`` something was: "now", "13 min", "1 h 38", "31 h", "3 days"; "" for None."""
    return "" if then is None else span(int((at - then).total_seconds()))


@register.simple_tag
def away(then: datetime, at: datetime) -> str:
    """How far off a due time is: "in 0:42" before, "0:05 late" after."""
    seconds = int((then - at).total_seconds())
    minutes = abs(seconds) // 60
    text = f"{minutes // 60}:{minutes % 60:02d}"
    return f"in {text}" if seconds >= 0 else f"{text} late"


def span(seconds: int) -> str:
    """A span in the words the board uses; less than a minute, or the future, is "now"."""
    minutes = seconds // 60
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    if hours < 10:
        return f"{hours} h {rest:02d}" if rest else f"{hours} h"
    return f"{hours} h" if hours < 72 else f"{hours // 24} days"


@register.simple_tag(takes_context=True)
def in_quarantine(context: Mapping[str, Any]) -> int:
    """How many messages wait for a person at the hospital of whoever looks; 0 where nobody is signed in."""
    user = getattr(context.get("request"), "user", None)
    return quarantine_page.waiting_at(user.site) if isinstance(user, User) and user.site is not None else 0


@register.filter
def clock(instant: datetime | None) -> str:
    """The local time of day, "14:05"; "" for None."""
    return "" if instant is None else f"{_local(instant):%H:%M}"


@register.simple_tag
def when(instant: datetime | None, at: datetime) -> str:
    """The local time of day, with the day in front of it unless it is ``at``'s: "06:21", "Fri 20-Nov 06:21"."""
    if instant is None:
        return ""
    local = _local(instant)
    return f"{local:%H:%M}" if local.date() == _local(at).date() else f"{local:%a %d-%b %H:%M}"


@register.filter
def day_clock(instant: datetime | None) -> str:
    """The local date and time, "Mon 12-Jun-2006 02:30"; "" for None."""
    return "" if instant is None else f"{_local(instant):%a %d-%b-%Y %H:%M}"


@register.filter
def iso(instant: datetime | None) -> str:
    """The instant for a script; "" for None."""
    return "" if instant is None else instant.isoformat()


@register.filter
def plain(number: Decimal | None) -> str:
    """A number without trailing zeros; "" for None."""
    return "" if number is None else wording.plain(number)


@register.filter
def unit(ucum: str) -> str:
    """A UCUM unit as people write it."""
    return words.unit(ucum)


@register.filter
def million_units(iu: int | None) -> str:
    """A dose as it is printed; "" for None."""
    return "" if iu is None else dose_text(iu)


@register.filter
def rung_words(steps: int) -> str:
    """Whom an alert is with, after so many steps up the ladder."""
    return LADDER[steps].words


@register.filter
def waits_for_physician(alert: Alert) -> bool:
    """Whether only a physician's acknowledgement counts for this alert."""
    return alerts.waits_for_physician(alert)


def _local(instant: datetime) -> datetime:
    zone = timezone.get_current_timezone()
    return instant.astimezone(zone if isinstance(zone, ZoneInfo) else None)


@register.filter
def reason_words(code: str) -> str:
    """A coded reason in words."""
    return in_words(code)


@register.filter
def slug_words(text: str) -> str:
    """A group's title as an anchor: "rhythm and ECG" becomes "rhythm-and-ECG"."""
    return text.replace(" ", "-")


@register.filter
def step_words(step: str) -> str:
    """A step of an alert's life in words: "ack_expired" becomes "acknowledgement expired"."""
    return step.replace("ack_", "acknowledgement ").replace("_", " ")


@register.filter
def observable_words(key: str) -> str:
    """An observable's name on the screen."""
    return words.observable(key)
