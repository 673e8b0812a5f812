"""What when the demonstration is started again days later, and hardly a bed has a dose around now?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from dosing.models import Course, Dose
from dosing.selectors.courses import next_dose
from dosing.services import courses
from dosing.services.refusals import Refused
from monitoring.models import CurrentValue
from monitoring.simulation.demo_people import DemoPeople, adopted, found_or_made
from monitoring.simulation.demo_ward import WARD, DemoBed
from monitoring.simulation.past import Past

ENOUGH_BEDS = 3
WINDOW, OVERDUE = timedelta(hours=2), timedelta(hours=1)
SHIFT = timedelta(hours=8)
FIRST_DOSES_IN = (timedelta(minutes=40), timedelta(minutes=70), timedelta(minutes=100))
NOTE = "The demonstration begins again; nobody is treated."


def renew(now: datetime, *, seed: int) -> list[str]:
    """Begin new courses until three beds have a dose around ``now``; return the labels of the beds renewed.

    Everything is written as of ``now``, so that the log's times never run backwards. A bed whose course cannot
    be ended as things stand (a dose is running, a stop stands for good) is left as it is.
    """
    people = found_or_made(now)
    idle = [(bed, course) for bed, course in _beds() if not _has_dose_around(course, now)]
    wanted = ENOUGH_BEDS - (len(list(_beds())) - len(idle))
    renewed: list[str] = []
    for bed, course in idle:
        if len(renewed) < wanted and _begun(bed, course, people, now, FIRST_DOSES_IN[len(renewed)], seed):
            renewed.append(bed.label)
    return renewed


def _beds() -> Iterator[tuple[DemoBed, Course]]:
    for bed in WARD:
        open_course = Course.objects.filter(patient__mrn=bed.mrn).exclude(status="ended").select_related("patient")
        if (course := open_course.first()) is not None:
            yield bed, course


def _has_dose_around(course: Course, now: datetime) -> bool:
    dose = next_dose(course)
    return dose is not None and dose.due_at - WINDOW <= now <= dose.due_at + OVERDUE


def _begun(bed: DemoBed, course: Course, people: DemoPeople, now: datetime, due_in: timedelta, seed: int) -> bool:
    """Whether the bed's old course could be ended and a new one begun, all or nothing."""
    well = replace(bed, next_dose=1, due_in=due_in, values={}, found={}, not_done=frozenset())
    try:
        with transaction.atomic():
            if Dose.objects.filter(cycle__course=course, status="started").exists():
                return False
            courses.end_course(course=course, reason="completed", actor=people.by_physician, at=now)
            past = Past(well, people, adopted(people, now)[bed.protocol], now=now, seed=seed)
            past.begin_again(course.patient, _charted_at(course, now), NOTE)
    except Refused:
        return False
    return True


def _charted_at(course: Course, now: datetime) -> datetime:
    """When volumes were last written down, at most a shift ago."""
    standing = CurrentValue.objects.filter(patient=course.patient_id, observable="urine_output").first()
    return now - SHIFT if standing is None else max(standing.observed_at, now - SHIFT)
