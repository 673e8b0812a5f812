"""How is a sender's own name for what it created here kept, in the transaction that creates it?"""

from __future__ import annotations

from datetime import datetime

from dosing.models import Course, Placement
from monitoring.models import SentResource


def name_admission(placement: Placement, *, identifier: str, at: datetime) -> None:
    """Keep the sender's name of an admission; "" keeps nothing. Raises IntegrityError for a name that is used."""
    if identifier:
        SentResource.objects.create(
            site_id=placement.patient.site_id, identifier=identifier, placement=placement, at=at
        )


def name_order(course: Course, *, identifier: str, at: datetime) -> None:
    """Keep the sender's name of an ordered course; "" keeps nothing. Raises IntegrityError for a name that is used."""
    if identifier:
        SentResource.objects.create(site_id=course.site_id, identifier=identifier, course=course, at=at)
