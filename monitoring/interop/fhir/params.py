"""What does the value of a search parameter ask for? Anything that cannot be understood is refused, never ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from il2ward.http.problems import Problem, shown

Condition = Callable[[str], Q]
NOTHING = Q(pk__in=())
_PREFIXED = re.compile(r"(?P<prefix>eq|ne|ge|gt|le|lt)?(?P<value>\d{4}-\d{2}.*)", re.DOTALL)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")
_DIGITS = re.compile(r"[1-9][0-9]{0,17}")


def bad(name: str, value: str, allowed: str) -> Problem:
    """Return the refusal of a search that cannot be understood."""
    return Problem(400, "bad-search", f"{name}: {allowed} belongs here, not {shown(value)}.")


def whole(text: str) -> int | None:
    """Return the id that ``text`` is, or None when it is no id of ours."""
    return int(text) if _DIGITS.fullmatch(text) else None


def uuid(text: str) -> UUID | None:
    """Return the id that ``text`` is, or None when it is none."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


def reference(name: str, kind: str, field: str, key: Callable[[str], UUID | int | None], *, tag: str = "") -> Condition:
    """Match rows whose ``field`` is the resource named, as ``kind/<tag><id>`` or ``<tag><id>``; an unknown id matches
    nothing."""

    def condition(value: str) -> Q:
        named, _, own = value.rpartition("/")
        if named.rpartition("/")[2] not in {"", kind}:
            raise bad(name, value, f"{kind}/<id>")
        found = key(own.removeprefix(tag)) if own.startswith(tag) else None
        return NOTHING if found is None else Q(**{field: found})

    return condition


def code(name: str, words: Mapping[str, Q], system: str | None = None) -> Condition:
    """Match by a closed list of codes, with or without ``system|``; another code matches nothing."""

    def condition(value: str) -> Q:
        named, bar, own = value.rpartition("|")
        if bar and system is not None and named not in {"", system}:
            return NOTHING
        if not own:
            raise bad(name, value, "a code")
        return words.get(own, NOTHING)

    return condition


def moments(name: str, field: str) -> Condition:
    """Match an instant by prefix (eq ne ge gt le lt) and a day or an instant with its zone; a day is a day in UTC."""

    def condition(value: str) -> Q:
        match = _PREFIXED.fullmatch(value.strip())
        if match is None:
            raise bad(name, value, "a day, or an instant with its zone, behind eq, ne, ge, gt, le or lt")
        start, end = _span(name, match["value"].replace(" ", "+"))
        within = Q(**{f"{field}__gte": start, f"{field}__lt": end})
        asked = {
            "eq": within,
            "ne": ~within,
            "ge": Q(**{f"{field}__gte": start}),
            "gt": Q(**{f"{field}__gte": end}),
            "le": Q(**{f"{field}__lt": end}),
            "lt": Q(**{f"{field}__lt": start}),
        }
        return asked[match["prefix"] or "eq"]

    return condition


def days(name: str, field: str) -> Condition:
    """Match a date without time by prefix and day."""

    def condition(value: str) -> Q:
        match = _PREFIXED.fullmatch(value.strip())
        try:
            day = date.fromisoformat(match["value"]) if match else None
        except ValueError:
            day = None
        if match is None or day is None:
            raise bad(name, value, "a day such as 1961-04-12")
        endings = {"eq": "", "ge": "__gte", "gt": "__gt", "le": "__lte", "lt": "__lt"}
        prefix = match["prefix"] or "eq"
        return ~Q(**{field: day}) if prefix == "ne" else Q(**{f"{field}{endings[prefix]}": day})

    return condition


def _span(name: str, text: str) -> tuple[datetime, datetime]:
    """The instants that ``text`` stands for: a day, a minute, a second or a fraction of one; the end is exclusive."""
    try:
        if len(text) == 10:
            day = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return day, day + timedelta(days=1)
        match = _INSTANT.fullmatch(text)
        if match is None:
            raise bad(name, text, "a day, or an instant with its zone")
        start = datetime.fromisoformat(text).astimezone(UTC)
        width = timedelta(minutes=1) if match[1] is None else timedelta(seconds=1)
        return start, start + (timedelta(microseconds=1) if match[2] else width)
    except (ValueError, OverflowError) as error:
        raise bad(name, text, "a day, or an instant with its zone") from error
