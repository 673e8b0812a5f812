"""Which places do admissions name that are no ward of ours, and how often?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from il2ward.staff.models import Site
from monitoring.models import Hl7Message

# What is noted with a message that was kept and moved nobody; the place follows.
ELSEWHERE = "not a ward of ours, nobody was moved: "
NEWEST = 5000


@dataclass(frozen=True, slots=True)
class Place:
    """One place ("" none was named) of a device's: how many of its newest messages name it, and when the last came."""

    device_id: int
    name: str
    count: int
    newest_at: datetime


def places(site: Site) -> list[Place]:
    """Return the places that the newest 5,000 messages of the site name, the most frequent first."""
    rows = Hl7Message.objects.filter(device__site=site, event__startswith="ADT^", answer="AA").order_by("-pk")
    found: dict[tuple[int, str], Place] = {}
    for device_id, notes, received_at in rows.values_list("device_id", "notes", "received_at")[:NEWEST]:
        if not notes or not notes[0].startswith(ELSEWHERE):
            continue
        name = notes[0].removeprefix(ELSEWHERE)
        known = found.get((device_id, name))
        count, newest_at = (known.count + 1, known.newest_at) if known else (1, received_at)
        found[device_id, name] = Place(device_id, name, count, newest_at)
    return sorted(found.values(), key=lambda one: (-one.count, one.name))
