"""Whether a clause is open to this patient at all: baseline status, fasting, windows, durations, place."""

from __future__ import annotations

from datetime import timedelta

from monitoring.domain.band import Answer, Band
from monitoring.domain.ctcae import Limit
from monitoring.domain.facts import GradeFacts
from monitoring.domain.interval import Interval


def apply_preconditions(band: Band, facts: GradeFacts) -> None:
    """Close the clause where the circumstances rule it out, or say what is not known about them."""
    clause = band.clause
    wrong_place = clause.at_rest is not None and clause.at_rest != facts.at_rest
    compares = facts.is_baseline_draw and clause.needs_baseline
    if wrong_place or compares or clause.clinician_decides:
        band.fixed = Answer.NO
        return
    if clause.baseline is not None:
        _apply_baseline_status(band, facts)
    if clause.fasting is not None:
        _apply_circumstance(band, facts.fasting, "fasting not known")
    if clause.on_anticoagulation is not None:
        _apply_circumstance(band, facts.on_anticoagulation, "anticoagulation not known")
    if clause.window is not None:
        _apply_window(band, facts)
    if clause.lasting is not None:
        _apply_duration(band, facts, *clause.lasting)


def _apply_duration(band: Band, facts: GradeFacts, over: bool, limit: timedelta) -> None:
    """A duration that may lie on either side keeps the shorter band and leaves the longer one in view."""
    least = facts.above_40c_for
    most = facts.above_40c_up_to if facts.above_40c_up_to is not None else least
    if least is None or most is None:
        band.lack = "how long it lasted is not known"
    elif least <= limit < most:
        band.lack = f"above 40.0 Cel for {in_hours(least)} at least; the readings do not say how long"
    elif (least > limit) is not over:
        band.fixed = Answer.NO
    if over and band.lack:
        band.inside = Answer.POSSIBLE


def in_hours(length: timedelta) -> str:
    """A duration for people, in hours and minutes."""
    minutes = int(length.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _apply_baseline_status(band: Band, facts: GradeFacts) -> None:
    """A missing baseline counts as not high, flagged; a high one is still kept in view as possible.

    A clause for a low baseline (creatinine in 6.0) is unknown without one.
    """
    wanted = band.clause.baseline or ""
    if facts.is_baseline_draw:
        return  # only the ladder by ULN and LLN is left by now
    known = facts.baseline
    fact = None if known is None else known.is_low if wanted == "low" else known.is_high
    if fact is None:
        band.inside = _WITHOUT_STATUS[wanted]
        band.lack = "baseline missing" if known is None else "baseline without reference limits"
    elif fact is (wanted == "not_high"):
        band.fixed = Answer.NO


_WITHOUT_STATUS = {"not_high": Answer.YES, "high": Answer.POSSIBLE, "low": Answer.UNKNOWN}


def _apply_circumstance(band: Band, fact: bool | None, lack: str) -> None:
    """An unknown circumstance does not open a clause, but what it would give stays in view."""
    if fact is None:
        band.inside, band.lack = Answer.POSSIBLE, lack
    elif fact is False:
        band.fixed = Answer.NO


def _apply_window(band: Band, facts: GradeFacts) -> None:
    """A volume over less than the window, or with hours missing, is a lower bound; over more, another question.

    Where the sums are known the clause is answered by the one over its own window, whatever the value says.
    """
    window = band.clause.window
    if window is not None and window in facts.volumes:
        _apply_volume(band, facts.volumes[window], window)
    elif facts.window is None or window is None:
        band.inside, band.lack = Answer.UNKNOWN, "the time over which it was collected is not known"
    elif facts.window > window:
        band.fixed = Answer.NO
    elif facts.window < window or facts.window_complete is not True:
        hours = int(window.total_seconds()) // 3600
        band.inside, band.lack = Answer.UNKNOWN, f"the {hours} h window is not completely observed"


def _apply_volume(band: Band, volume: Interval, window: timedelta) -> None:
    """A sum with hours missing has no upper end: it can rule a low volume out, and prove none."""
    upper = band.clause.bounds[0].upper
    is_low = volume.is_below(upper.number) if upper is not None else None
    band.fixed = Answer.UNKNOWN if is_low is None else Answer.YES if is_low else Answer.NO
    if is_low is None:
        hours = int(window.total_seconds()) // 3600
        band.lack = f"the {hours} h window is not completely observed"


def apply_temperature(band: Band, facts: GradeFacts, limit: Limit, pattern: str) -> None:
    """Ask the second half of febrile neutropenia: the temperature of the same time."""
    warm = facts.temperature_cel
    if warm is None:
        band.inside, band.lack = Answer.UNKNOWN, "temperature missing"
    elif warm < limit.number or (warm == limit.number and not limit.closed):
        band.fixed = Answer.NO
    elif pattern == "sustained":
        if facts.temperature_sustained is None:
            band.inside, band.lack = Answer.UNKNOWN, "how long the fever lasted is not known"
        elif not facts.temperature_sustained:
            band.fixed = Answer.NO
