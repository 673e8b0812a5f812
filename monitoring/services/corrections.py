"""How is one observation put right by somebody who saw a certain version of it, and only that one?"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from dosing.models import Patient
from dosing.selectors.whereabouts import open_course_of
from dosing.services import courses
from il2ward.audit.actor import Actor
from monitoring.models import Observation
from monitoring.selectors import chains
from monitoring.services import observations
from monitoring.services.observations import NewObservation


class AnotherVersionStands(Exception):
    """The observation has another version than the one that was seen; ``version`` is the one that stands."""

    def __init__(self, version: int) -> None:
        super().__init__(f"version {version} stands")
        self.version = version


@transaction.atomic
def correct(*, first: Observation, seen: int, item: NewObservation, actor: Actor, at: datetime) -> Observation:
    """Store ``item`` as what replaces version ``seen`` of the observation that began as ``first``.

    Takes the lock that ``observations.record`` takes, so of two who saw the same version one is refused. Raises
    AnotherVersionStands.
    """
    course = open_course_of(first.patient)
    if course is None:
        Patient.objects.select_for_update().get(pk=first.patient_id)
    else:
        courses.locked(course.pk)
    versions = chains.versions_of(first)
    if len(versions) != seen:
        raise AnotherVersionStands(len(versions))
    named = replace(item, replaces=versions[-1].pk)
    return observations.record(patient=first.patient, items=[named], actor=actor, at=at)[0].observation
