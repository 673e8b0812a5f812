"""What stood around waiting observations: the facts that decide a grade besides the value itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from dosing.models import Course, Dose
from dosing.selectors.courses import active_cycle_of
from monitoring.domain.reading import MeasuredReading
from monitoring.models import Observation
from monitoring.selectors.course_rules import GradingRules
from monitoring.selectors.evidence import baselines_of
from monitoring.selectors.raw import reading_of

# A pressure is graded by what was given around it, urine by the volumes of its day, a fever by how long it has
# lasted (over 24 h, its readings up to 2 h apart); nothing older than this can matter.
AROUND = timedelta(hours=27)
# The oldest a pressure may be to say anything about an entry beside it.
PRESSURE_AGE = timedelta(hours=2)
NOT_GIVEN = ("heart_rate", "resp_rate")
THERAPY = Q(observable__endswith="_rate") & ~Q(observable__in=NOT_GIVEN)
GIVEN = THERAPY | Q(observable__in=("vasopressors_none", "fluid_bolus", "o2_device"))
# What is graded together with other values, and which.
KIN = {
    "temperature": ("temperature",),
    "anc": ("temperature",),
    "urine_output": ("urine_output",),
    "calcium_total": ("albumin", "calcium_total"),
    "albumin": ("albumin", "calcium_total"),
}


@dataclass(frozen=True, slots=True)
class Around:
    """The circumstances of one batch. ``weight_kg`` None: no cycle is active. ``readings`` are oldest first."""

    readings: tuple[MeasuredReading, ...]
    baselines: Mapping[str, MeasuredReading]
    weight_kg: Decimal | None
    target_sbp: Decimal | None
    starts: tuple[datetime, ...]

    def dose_before(self, instant: datetime) -> datetime | None:
        """When the last dose at or before ``instant`` began; None: none had."""
        return max((start for start in self.starts if start <= instant), default=None)


def around(course: Course, rows: Sequence[Observation], rules: GradingRules) -> Around:
    """Gather what stood around ``rows`` (not empty) of the locked ``course``."""
    cycle = active_cycle_of(course)
    weight_kg = cycle.dosing_weight_kg if cycle else None
    since, until = min(row.observed_at for row in rows) - AROUND, max(row.observed_at for row in rows)
    stood = Observation.objects.filter(
        GIVEN | _pressures_beside(rows) | _kin_of(rows), patient=course.patient_id, observed_at__gt=since,
        observed_at__lte=until, replaced_by__isnull=True,
    )  # fmt: skip
    readings = sorted((reading_of(row, rules.observables, weight_kg) for row in stood), key=lambda one: one.observed_at)
    begun = Dose.objects.filter(cycle__course=course, started_at__isnull=False)
    return Around(
        readings=tuple(readings),
        baselines=baselines_of(course, rules.observables, weight_kg),
        weight_kg=weight_kg,
        target_sbp=None if course.target_sbp is None else Decimal(course.target_sbp),
        starts=tuple(dose.started_at for dose in begun if dose.started_at is not None),
    )


def _pressures_beside(rows: Sequence[Observation]) -> Q:
    """The systolic pressures that a vasopressor or bolus entry among ``rows`` is graded with; a batch of pressures
    alone needs no other pressure."""
    entries = [row.observed_at for row in rows if _is_therapy(row.observable)]
    if not entries:
        return Q(pk__in=[])
    return Q(observable="bp_systolic", observed_at__gt=min(entries) - PRESSURE_AGE, observed_at__lte=max(entries))


def _kin_of(rows: Sequence[Observation]) -> Q:
    """The values that some of ``rows`` are graded together with; most batches have none."""
    return Q(observable__in={kin for row in rows for kin in KIN.get(row.observable, ())})


def _is_therapy(observable: str) -> bool:
    given = observable.endswith("_rate") and observable not in NOT_GIVEN
    return given or observable in ("vasopressors_none", "fluid_bolus")
