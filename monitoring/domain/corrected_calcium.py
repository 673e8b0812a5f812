"""What a total calcium says once it is corrected for the albumin of its draw, and what it must not say without."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from dosing.domain.snapshot import Reading
from monitoring.domain.baseline import as_sent
from monitoring.domain.ctcae import TermRule
from monitoring.domain.facts import GradeFacts
from monitoring.domain.interval import Interval, between
from monitoring.domain.observable import Observables, Unit
from monitoring.domain.standing import Standing
from monitoring.domain.units import EXACT, convert

TOTAL, ALBUMIN, CORRECTED = "calcium_total", "albumin", "calcium_corrected"

# Source: the customary correction (Payne and others, BMJ 1973;4:643, as adapted), in the form of each unit system;
# CTCAE prints none. Verification: project proposal. Unreliable in acute illness: an ionised calcium is better.
PER_G_DL, NORMAL_G_DL = Decimal("0.8"), Decimal("4.0")  # mg/dL: total + 0.8 x (4.0 - albumin in g/dL)
PER_G_L, NORMAL_G_L = Decimal("0.02"), Decimal(40)  # mmol/L: total + 0.02 x (40 - albumin in g/L)
# The nearest albumin drawn this long before or after the calcium, inclusive (project proposal; sources say 12 to 24 h).
ONE_DRAW_WITHIN = timedelta(hours=12)
MISSING = "albumin missing: total calcium is not graded as if it were corrected"


def needs_correction(rule: TermRule) -> bool:
    """Whether the term prints its limits for corrected calcium, and none for total calcium."""
    return CORRECTED in rule.computed_from and TOTAL not in rule.computed_from


def corrected_facts(rule: TermRule, total: Reading, standing: Standing, observables: Observables) -> GradeFacts:
    """Return ``total`` corrected for the nearest albumin of ``standing``, in the unit it was reported in.

    The limits of normal are those of the total calcium. Of two albumins equally near the one that makes the
    term worse counts. Without a usable albumin in the window there is no value, and ``problem`` says so.
    """
    observable = observables.by_key[CORRECTED]
    if total.unusable is not None or total.value is None:
        return GradeFacts(observable, None, None, problem=total.unusable or "no value")
    albumin = nearest_albumin(rule, total, standing)
    if albumin is None or albumin.value is None:
        return GradeFacts(observable, None, None, problem=MISSING)
    value, unit, uln, lln = as_sent(total, observables.by_key[TOTAL])
    unit = observable.units[unit.ucum]
    return GradeFacts(
        observable=observable, value=_corrected(between(value, total.comparator), albumin, observables, unit),
        unit=unit, uln=uln, lln=lln, corrected_by=f"corrected for albumin {albumin.shown}",
    )  # fmt: skip


def nearest_albumin(rule: TermRule, total: Reading, standing: Standing) -> Reading | None:
    """The albumin that ``total`` is corrected for; None when none usable was drawn within the window."""
    usable = [one for one in standing.firm(ALBUMIN) if one.value is not None]
    near = [one for one in usable if abs(one.observed_at - total.observed_at) <= ONE_DRAW_WITHIN]
    sign = 1 if rule.direction == "high" else -1
    return min(near, key=lambda one: (abs(one.observed_at - total.observed_at), sign * (one.value or 0)), default=None)


def completed_by(rule: TermRule, albumin: Reading, standing: Standing) -> Reading | None:
    """The total calcium that ``albumin`` makes gradable: the newest one, when this is its nearest albumin."""
    totals = standing.newest(TOTAL)
    return next((total for total in totals if nearest_albumin(rule, total, standing) is albumin), None)


def _corrected(total: Interval, albumin: Reading, observables: Observables, unit: Unit) -> Interval:
    protein = between(albumin.value or Decimal(0), albumin.comparator)
    low = None if protein.high is None else _add(total.low, protein.high, observables, unit)
    return Interval(
        low=low,
        high=None if protein.low is None else _add(total.high, protein.low, observables, unit),
        low_closed=total.low_closed and protein.high_closed,
        high_closed=total.high_closed and protein.low_closed,
    )


def _add(total: Decimal | None, albumin_g_dl: Decimal, observables: Observables, unit: Unit) -> Decimal | None:
    """``total`` (in ``unit``) and what the albumin adds to it, by the form of the unit's own system."""
    if total is None:
        return None
    units = observables.by_key[CORRECTED].units
    if unit.system == "SI":
        lacking = EXACT.subtract(NORMAL_G_L, EXACT.multiply(albumin_g_dl, Decimal(10)))
        added, of = EXACT.multiply(PER_G_L, lacking), units["mmol/L"]
    else:
        added, of = EXACT.multiply(PER_G_DL, EXACT.subtract(NORMAL_G_DL, albumin_g_dl)), units["mg/dL"]
    return EXACT.add(total, convert(added, of, unit))
