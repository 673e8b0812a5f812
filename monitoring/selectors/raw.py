"""How a stored observation becomes a reading: the row's text, nothing added, judged by the observables table."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from dosing.domain.snapshot import Origin
from monitoring.domain.observable import Category, Observables
from monitoring.domain.reading import MeasuredReading, RawObservation, to_reading
from monitoring.domain.site_limits import SiteTable, with_site_limits
from monitoring.models import Observation
from monitoring.rules.loader import load_observables

# Any believable dosing weight shows whether a rate per minute can be read at all; the true one is used to assess.
_ANY_WEIGHT_KG = Decimal(70)


@lru_cache(maxsize=1)
def released_observables() -> Observables:
    """The newest released observables table; a course uses the one pinned to it."""
    return load_observables().value


def judge(observation: Observation) -> tuple[str, bool]:
    """Say why the row cannot be graded ("" when it can) and whether its value is unlikely."""
    if not observation.observable:
        return f"unknown code {observation.sent_code}"[:120], False
    reading = reading_of(observation, released_observables(), _ANY_WEIGHT_KG)
    return (reading.unusable or "")[:120], reading.unlikely


def reading_of(
    observation: Observation,
    observables: Observables,
    baseline_weight_kg: Decimal | None,
    limits: SiteTable | None = None,
) -> MeasuredReading:
    """Read one stored row. A reference range counts only for a laboratory result: a monitor's is an alarm limit.

    ``limits`` are the site's, for a result that came without any; None: they are not asked.
    """
    known = observables.get(observation.observable)
    ranged = known is not None and known.category is Category.LABORATORY
    reading = to_reading(
        RawObservation(
            observable=observation.observable,
            observed_at=observation.observed_at,
            value=observation.value or None,
            comparator=observation.comparator or None,
            unit=observation.unit or None,
            code=observation.code or None,
            interval_start=observation.interval_start,
            status=observation.status,
            origin=Origin(observation.origin),
            uln=observation.range_high if ranged else None,
            lln=observation.range_low if ranged else None,
            id=str(observation.pk),
            replaces=str(observation.replaces_id) if observation.replaces_id else None,
        ),
        observables,
        baseline_weight_kg=baseline_weight_kg,
    )
    return reading if limits is None else with_site_limits(reading, limits, observables)
