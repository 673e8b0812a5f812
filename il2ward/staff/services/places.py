"""How do a hospital, its wards and their beds come to be known?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction

from il2ward.audit import services as audit
from il2ward.audit.actor import Actor
from il2ward.staff.models import Bed, Site, Ward


class UnknownZone(ValueError):
    """A time zone was named that does not exist."""


@transaction.atomic
def found_site(*, code: str, name: str, time_zone: str, actor: Actor, at: datetime) -> tuple[Site, bool]:
    """Return the hospital of this code and whether it was made now; a known one keeps its name and zone.

    Raises UnknownZone unless ``time_zone`` is an IANA name; it is for the screen only.
    """
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UnknownZone(f"{time_zone!r} is not an IANA time zone such as Europe/Zurich.") from error
    site, is_new = Site.objects.get_or_create(code=code, defaults={"name": name, "time_zone": time_zone})
    if is_new:
        note("site.founded", site, actor=actor, at=at, body={"code": code, "name": name})
    return site, is_new


@transaction.atomic
def open_ward(*, site: Site, code: str, name: str, actor: Actor, at: datetime) -> tuple[Ward, bool]:
    """Return the hospital's ward of this code and whether it was opened now; a known one keeps its name."""
    ward, is_new = Ward.objects.get_or_create(site=site, code=code, defaults={"name": name})
    if is_new:
        note("ward.opened", site, actor=actor, at=at, body={"ward": ward.pk, "code": code, "name": name})
    return ward, is_new


@transaction.atomic
def put_up_beds(*, ward: Ward, labels: Iterable[str], actor: Actor, at: datetime) -> list[Bed]:
    """Return the beds that were added to the ward; labels that are on its walls already are passed over."""
    there = set(Bed.objects.filter(ward=ward).values_list("label", flat=True))
    added = [Bed.objects.create(ward=ward, label=label) for label in dict.fromkeys(labels) if label not in there]
    if added:
        body = {"ward": ward.pk, "beds": [bed.label for bed in added]}
        note("beds.put_up", ward.site, actor=actor, at=at, body=body)
    return added


def note(event: str, site: Site, *, actor: Actor, at: datetime, body: dict[str, object]) -> None:
    """Record the change in the log."""
    audit.append(event=event, actor=actor, at=at, subject="site", subject_id=site.pk, site_id=site.pk, body=body)
