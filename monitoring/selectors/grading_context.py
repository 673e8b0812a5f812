"""What stood around waiting observations: the facts that decide a grade besides the value itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import Q

from dosing.models import Course, Cycle, Dose
from monitoring.domain.observable import Observables
from monitoring.domain.reading import MeasuredReading
from monitoring.domain.site_limits import SiteTable
from monitoring.domain.time_above import above_40
from monitoring.models import Observation
from monitoring.selectors.course_rules import GradingRules
from monitoring.selectors.evidence import baselines_of
from monitoring.selectors.raw import reading_of
from monitoring.selectors.site_limits import site_table_of

# A pressure is graded by what was given around it, urine by the volumes of its day, a fever by how long it has
# lasted (over 24 h, its readings up to 2 h apart); nothing older than this can matter.
AROUND = timedelta(hours=27)
# The oldest a pressure may be to say anything about an entry beside it.
PRESSURE_AGE = timedelta(hours=2)
NOT_GIVEN = ("heart_rate", "resp_rate")
THERAPY = Q(observable__endswith="_rate") & ~Q(observable__in=NOT_GIVEN)
# What is given for the pressure: a vasopressor's rate, that none runs, a bolus.
ENTRIES = THERAPY | Q(observable__in=("vasopressors_none", "fluid_bolus"))
GIVEN = ENTRIES | Q(observable="o2_device")
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
    """The circumstances of one batch. ``weight_kg`` None: no cycle was planned. ``readings`` are oldest first.

    ``limits`` are the site's, for results that came without their own.
    """

    readings: tuple[MeasuredReading, ...]
    baselines: Mapping[str, MeasuredReading]
    weight_kg: Decimal | None
    target_sbp: Decimal | None
    starts: tuple[datetime, ...]
    limits: SiteTable

    def dose_before(self, instant: datetime) -> datetime | None:
        """When the last dose at or before ``instant`` began; None: none had."""
        return max((start for start in self.starts if start <= instant), default=None)


def around(course: Course, rows: Sequence[Observation], rules: GradingRules) -> Around:
    """Gather what stood around ``rows`` (not empty) of the locked ``course``."""
    limits = site_table_of(course.site_id)
    since, until = min(row.observed_at for row in rows) - AROUND, max(row.observed_at for row in rows)
    weight_kg = weight_at(course, until)
    stood = Observation.objects.filter(
        GIVEN | _pressures_beside(rows) | _kin_of(rows, rules), patient=course.patient_id, observed_at__gt=since,
        observed_at__lte=until, replaced_by__isnull=True,
    )  # fmt: skip
    readings = sorted(
        (reading_of(row, rules.observables, weight_kg, limits) for row in stood), key=lambda one: one.observed_at
    )
    begun = Dose.objects.filter(cycle__course=course, started_at__isnull=False)
    return Around(
        readings=tuple(readings),
        baselines=baselines_of(course, rules.observables, weight_kg, limits),
        weight_kg=weight_kg,
        target_sbp=None if course.target_sbp is None else Decimal(course.target_sbp),
        starts=tuple(dose.started_at for dose in begun if dose.started_at is not None),
        limits=limits,
    )


def weight_at(course: Course, instant: datetime) -> Decimal | None:
    """The dosing weight of the cycle that ``instant`` belongs to: the last that had begun, else the first; None when
    none was planned. A late entry is read by the weight of its own time."""
    cycles = Cycle.objects.filter(course=course).order_by("starts_at")
    begun = [cycle for cycle in cycles if cycle.starts_at <= instant]
    cycle = begun[-1] if begun else next(iter(cycles), None)
    return cycle.dosing_weight_kg if cycle is not None else None


def _pressures_beside(rows: Sequence[Observation]) -> Q:
    """The systolic pressures that a vasopressor or bolus entry among ``rows`` is graded with; a batch of pressures
    alone needs no other pressure."""
    entries = [row.observed_at for row in rows if is_entry(row.observable)]
    if not entries:
        return Q(pk__in=[])
    return Q(observable="bp_systolic", observed_at__gt=min(entries) - PRESSURE_AGE, observed_at__lte=max(entries))


def _kin_of(rows: Sequence[Observation], rules: GradingRules) -> Q:
    """The values that some of ``rows`` are graded together with; most batches have none."""
    kin = {name for row in rows for name in KIN.get(row.observable, ()) if depends_on_kin(row, rules.observables)}
    return Q(observable__in=kin)


def depends_on_kin(row: Observation, observables: Observables) -> bool:
    """Whether the row's own grade rests on others of its kind; a temperature's only above 40.0."""
    return row.observable in KIN and (
        row.observable != "temperature" or above_40(reading_of(row, observables, None)) is True
    )


def is_entry(observable: str) -> bool:
    """Whether it is something given for the pressure; the same as ``ENTRIES`` asks of the database."""
    given = observable.endswith("_rate") and observable not in NOT_GIVEN
    return given or observable in ("vasopressors_none", "fluid_bolus")
