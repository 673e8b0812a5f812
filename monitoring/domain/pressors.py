"""Whether a vasopressor is running, and since when, from what was charted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dosing.domain.snapshot import Reading, Status
from monitoring.domain.interval import ZERO, between
from monitoring.domain.observable import Category, Observables
from monitoring.domain.standing import Standing

NONE_RUNNING = "vasopressors_none"


@dataclass(frozen=True, slots=True)
class PressorState:
    """``running`` None: not known, and ``why`` says the reason. ``entry`` is the reading it rests on.

    ``since`` is when the present run of vasopressor support began, None when none runs.
    """

    running: bool | None
    why: str
    entry: Reading | None = None
    since: datetime | None = None


def pressor_names(observables: Observables) -> tuple[str, ...]:
    """The observables that are vasopressor rates."""
    therapy = (one for one in observables.by_key.values() if one.category is Category.THERAPY)
    return tuple(one.key for one in therapy if one.key.endswith("_rate"))


def pressor_state(standing: Standing, observables: Observables) -> PressorState:
    """Return the state at ``standing.at``.

    A rate holds until the next entry for that drug or the entry that none runs. A running rate is current
    for its own age limit; after that nobody knows. That none runs rests on the newest vasopressor entry
    being "none running" or 0, as fresh as that entry must be. A tie at one instant takes the worse.
    """
    drugs = [_drug_state(standing, observables, name) for name in pressor_names(observables)]
    running = [state for state in drugs if state.running]
    if running:
        newest = max(running, key=lambda state: state.entry.observed_at if state.entry else standing.at)
        return PressorState(True, newest.why, newest.entry, _since(standing, observables))
    unknown = [state for state in drugs if state.running is None]
    return unknown[0] if unknown else _none_state(standing, observables)


def _drug_state(standing: Standing, observables: Observables, name: str) -> PressorState:
    words = standing.of(name, NONE_RUNNING)
    firm = [one for one in words if one.status is not Status.PRELIMINARY]
    newest = [one for one in firm if one.observed_at == firm[-1].observed_at]
    early = [one for one in words if one.status is Status.PRELIMINARY and _runs(one)]
    max_age = observables.by_key[name].max_age
    label = observables.by_key[name].name
    for one in [*newest, *early]:
        if _runs(one) and standing.is_fresh(one, max_age):
            return PressorState(True, f"{label} running ({one.shown})", one)
    for one in newest:
        if one.observable == name and _runs(one) is not False:
            reason = "charted too long ago" if one.unusable is None else one.unusable
            return PressorState(None, f"{label}: {reason}", one)
    return PressorState(False, "")


def _none_state(standing: Standing, observables: Observables) -> PressorState:
    words = [
        one
        for one in standing.of(NONE_RUNNING, *pressor_names(observables))
        if one.unusable is None and one.status is not Status.PRELIMINARY
    ]
    if not words:
        return PressorState(None, "vasopressor state not charted")
    if not standing.is_fresh(words[-1], observables.by_key[NONE_RUNNING].max_age):
        return PressorState(None, "vasopressor state charted too long ago", words[-1])
    return PressorState(False, "no vasopressor running", words[-1])


def _runs(reading: Reading) -> bool | None:
    """Whether this entry says that its drug runs; None when it cannot be read or leaves zero open."""
    if reading.observable == NONE_RUNNING:
        return False if reading.unusable is None else None
    if reading.value is None:
        return None
    value = between(reading.value, reading.comparator)
    if value.exact is not None:
        return value.exact > 0
    return value.is_above(ZERO) if value.is_above(ZERO) is not None else None


def _since(standing: Standing, observables: Observables) -> datetime | None:
    """When support last began: the first entry of a run of entries with at least one drug in force."""
    in_force: set[str] = set()
    began: datetime | None = None
    for one in _by_instant(standing.of(NONE_RUNNING, *pressor_names(observables))):
        if one.observable == NONE_RUNNING and one.unusable is None:
            in_force.clear()
        elif _runs(one):
            in_force.add(one.observable)
        elif _runs(one) is False:
            in_force.discard(one.observable)
        began = (began or one.observed_at) if in_force else None
    return began


def _by_instant(words: Sequence[Reading]) -> list[Reading]:
    """Oldest first; at one instant what stops a drug comes before what runs, so that the worse stands."""
    return sorted(words, key=lambda one: (one.observed_at, _runs(one) is True))
