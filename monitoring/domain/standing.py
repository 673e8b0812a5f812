"""Which readings count at an instant, and which of them is the present one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from dosing.domain.snapshot import Reading, Status

VOID = frozenset({Status.CANCELLED, Status.ENTERED_IN_ERROR})
_RANK = {Status.PRELIMINARY: 0, Status.FINAL: 1, Status.AMENDED: 2, Status.CORRECTED: 2}
_VOID_RANK = 3


class Standing:
    """The readings that count at ``at``: none later, none void or replaced, each id in its newest version.

    The order in which the readings are given never matters.
    """

    def __init__(self, readings: Iterable[Reading], at: datetime) -> None:
        self.at = at
        self._by_observable: dict[str, list[Reading]] = defaultdict(list)
        for reading in sorted(_counted(readings, at), key=_order):
            self._by_observable[reading.observable].append(reading)

    @property
    def observables(self) -> frozenset[str]:
        """Every observable that has a reading, usable or not."""
        return frozenset(self._by_observable)

    def of(self, *observables: str) -> Sequence[Reading]:
        """All readings of these observables, oldest first."""
        if len(observables) == 1:
            return self._by_observable.get(observables[0], ())
        found = [reading for name in observables for reading in self._by_observable.get(name, ())]
        return sorted(found, key=_order)

    def firm(self, observable: str) -> Sequence[Reading]:
        """The readings of this observable that are not preliminary, oldest first."""
        return [one for one in self.of(observable) if one.status is not Status.PRELIMINARY]

    def newest(self, observable: str) -> Sequence[Reading]:
        """The firm readings of the newest instant; several when two share it (the worse counts)."""
        firm = self.firm(observable)
        return [one for one in firm if one.observed_at == firm[-1].observed_at]

    def early(self, observable: str, max_age: timedelta) -> Sequence[Reading]:
        """Usable preliminary readings not older than the newest firm one: they can only make things worse."""
        newest = self.newest(observable)
        return [
            one
            for one in self.of(observable)
            if one.status is Status.PRELIMINARY
            and one.unusable is None
            and self.is_fresh(one, max_age)
            and (not newest or one.observed_at >= newest[0].observed_at)
        ]

    def is_fresh(self, reading: Reading, max_age: timedelta) -> bool:
        """Whether the reading still counts as present; exactly at the limit it does."""
        return self.at - reading.observed_at <= max_age


def _order(reading: Reading) -> tuple[datetime, str, str, str]:
    return reading.observed_at, reading.shown, reading.status, reading.id or ""


def _counted(readings: Iterable[Reading], at: datetime) -> list[Reading]:
    known = [reading for reading in readings if reading.observed_at <= at]
    replaced = {one.replaces for one in known if one.replaces and one.status is not Status.PRELIMINARY}
    newest: dict[str, int] = {}
    for one in known:
        if one.id is not None:
            newest[one.id] = max(newest.get(one.id, 0), _rank(one))
    return [
        one
        for one in known
        if one.status not in VOID and one.id not in replaced and (one.id is None or _rank(one) == newest[one.id])
    ]


def _rank(reading: Reading) -> int:
    return _RANK.get(reading.status, _VOID_RANK)
