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
    known = observables.by_key[name]
    newest, adverse = _words_on(standing, name)
    for one in [*newest, *adverse]:
        if _runs(one) and standing.is_fresh(one, known.max_age):
            return PressorState(True, f"{known.name} running ({one.shown})", one)
    for one in newest:
        runs = _runs(one)
        if runs is not False:
            doubt = "charted too long ago" if runs else "the entry leaves open whether it runs"
            return PressorState(None, f"{known.name}: {one.unusable or doubt}", one)
    return PressorState(False, "")


def _words_on(standing: Standing, name: str) -> tuple[list[Reading], list[Reading]]:
    """The newest firm entries on one drug, and those that can only prove that it runs.

    The latter are preliminary ones since, and the last readable ones when a newest one cannot be read. An
    unreadable "none running" says nothing about any drug.
    """
    words = [one for one in standing.of(name, NONE_RUNNING) if one.observable == name or one.unusable is None]
    firm = [one for one in words if one.status is not Status.PRELIMINARY]
    newest = _last_instant(firm)
    since = newest[0].observed_at if newest else None
    adverse = [one for one in words if one.status is Status.PRELIMINARY and (since is None or one.observed_at >= since)]
    if any(one.unusable is not None for one in newest):
        adverse += _last_instant([one for one in firm if one.unusable is None])
    return newest, adverse


def _last_instant(words: Sequence[Reading]) -> list[Reading]:
    return [one for one in words if one.observed_at == words[-1].observed_at]


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
    if reading.unusable is not None:
        return None
    if reading.value is None:  # the entry that none runs
        return False
    return between(reading.value, reading.comparator).is_above(ZERO)


def _since(standing: Standing, observables: Observables) -> datetime | None:
    """When support last began: the first entry of a run of entries with at least one drug in force."""
    in_force: set[str] = set()
    began: datetime | None = None
    for one in _by_instant(standing.of(NONE_RUNNING, *pressor_names(observables))):
        runs = _runs(one)
        if runs:
            in_force.add(one.observable)
        elif runs is False:
            in_force = in_force - {one.observable} if one.observable != NONE_RUNNING else set()
        began = (began or one.observed_at) if in_force else None
    return began


def _by_instant(words: Sequence[Reading]) -> list[Reading]:
    """Oldest first; at one instant what stops a drug comes before what runs, so that the worse stands."""
    return sorted(words, key=lambda one: (one.observed_at, _runs(one) is True))
