"""How much of a minute-by-minute feed an assessment needs: everything recent, then the extremes of each stretch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from dosing.domain.snapshot import Origin, Reading

IN_FULL = timedelta(minutes=3)
STRETCH = timedelta(minutes=10)


def thinned(readings: Iterable[Reading], *, at: datetime) -> tuple[Reading, ...]:
    """Keep what can matter of a device feed: per observable all of the last three minutes, and of each ten minutes
    before it the newest, the lowest and the highest. Whatever a person or laboratory reported is kept whole.

    Nothing that meets a criterion is lost: a criterion is met by an extreme or by the newest.
    """
    kept: list[Reading] = []
    older: dict[tuple[str, int], list[Reading]] = defaultdict(list)
    for reading in readings:
        if reading.origin is not Origin.DEVICE or at - reading.observed_at <= IN_FULL:
            kept.append(reading)
        else:
            stretch = int((at - reading.observed_at) / STRETCH)
            older[reading.observable, stretch].append(reading)
    for stretch_readings in older.values():
        kept.extend(_worth_keeping(stretch_readings))
    return tuple(kept)


def _worth_keeping(readings: Sequence[Reading]) -> list[Reading]:
    newest = max(readings, key=lambda reading: reading.observed_at)
    usable = [reading for reading in readings if reading.value is not None]
    chosen = [newest]
    if usable:
        chosen += [min(usable, key=_value), max(usable, key=_value), max(usable, key=lambda one: one.observed_at)]
    unique = {id(reading): reading for reading in chosen}
    return list(unique.values())


def _value(reading: Reading) -> Decimal:
    return reading.value if reading.value is not None else Decimal(0)
