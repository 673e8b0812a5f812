"""Which instant does an HL7 v2 time mean?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_TIME = re.compile(
    r"(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(?:(\d{2})(?:\.(\d{1,6}))?)?(?:([+-])(\d{2})(\d{2}))?", re.ASCII
)
_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{2,6}(?:\.\d{1,6})?(?:[+-]\d{4})?)?", re.ASCII)
FARTHEST = timedelta(hours=14)


class NoInstant(ValueError):
    """The text is a day only, no time at all, or one that the zone's clocks show never or twice."""


@dataclass(frozen=True, slots=True)
class Instant:
    """An aware instant in UTC; ``assumed`` when the text had no zone and the site's was used."""

    at: datetime
    assumed: bool


def instant_of(text: str, zone: ZoneInfo) -> Instant:
    """Return the instant that ``text`` (YYYYMMDDHHMM[SS[.S]][+ZZZZ]) means; raises NoInstant.

    Without an offset it is a time of ``zone``; one that the clocks there skip or show twice is no instant.
    """
    found = _TIME.fullmatch(text)
    if found is None:
        raise NoInstant(f"{text[:30]!r} is no time to the minute")
    year, month, day, hour, minute = (int(part) for part in found.groups()[:5])
    second, fraction, sign = int(found[6] or 0), (found[7] or "").ljust(6, "0"), found[8]
    try:
        local = datetime(year, month, day, hour, minute, second, int(fraction or 0))  # noqa: DTZ001 - a zone follows
        if sign is None:
            return Instant(_in_zone(local, zone), assumed=True)
        offset = timedelta(hours=int(found[9]), minutes=int(found[10]))
        if offset > FARTHEST or int(found[10]) > 59:
            raise NoInstant(f"{text[:30]!r} has an offset that no place has")
        return Instant(local.replace(tzinfo=timezone(offset if sign == "+" else -offset)).astimezone(UTC), False)
    except (ValueError, OverflowError) as wrong:
        raise NoInstant(str(wrong) if isinstance(wrong, NoInstant) else f"{text[:30]!r} is no time") from wrong


def _in_zone(local: datetime, zone: ZoneInfo) -> datetime:
    first, second = local.replace(tzinfo=zone), local.replace(tzinfo=zone, fold=1)
    if first.utcoffset() != second.utcoffset():
        raise NoInstant(f"the clocks of {zone.key} show {local:%Y-%m-%d %H:%M} never or twice")
    return first.astimezone(UTC)


def day_of(text: str) -> date | None:
    """Return the day of a date or time as it is written, whatever its zone; None when it is none."""
    found = _DAY.fullmatch(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None
