"""How may one transaction record for several patients without waiting for another in a circle?"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from dosing.models import Patient
from dosing.selectors.whereabouts import open_course_of
from dosing.services import courses


def in_one_order(patients: Iterable[Patient]) -> list[Patient]:
    """Return the patients in the order in which everybody records them.

    Inside a transaction the locks of their open courses are taken here, all of them, in that order: the house's
    order is course before audit head, and recording one patient after another would take a course after the head.
    """
    ordered = sorted(patients, key=lambda patient: patient.pk)
    if len(ordered) > 1 and connection.in_atomic_block:
        for patient in ordered:
            if (course := open_course_of(patient)) is not None:
                courses.locked(course.pk)
    return ordered
