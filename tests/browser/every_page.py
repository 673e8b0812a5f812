"""Which pages are there, who opens each, and how is it reached on the demonstration ward?"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page


@dataclass(frozen=True)
class Shown:
    """One page: a name for its picture, who opens it, and its address with ids to fill in."""

    name: str
    who: str
    address: str


# Nobody is signed in at the door. A browser that opened the wall stays there: it opens nothing else.
DOOR = Shown("sign-in", "", "/sign-in/")
WALL = Shown("wall", "nurse2", "/wards/{ward}/wall/")
PAGES = (
    Shown("board", "nurse", "/wards/{ward}/"),
    Shown("course", "physician", "/courses/{course}/"),
    Shown("trends", "physician", "/courses/{course}/trends/"),
    Shown("grades", "physician", "/courses/{course}/grades/"),
    Shown("setup", "physician", "/courses/{course}/setup/"),
    Shown("orders", "physician", "/courses/{course}/orders/"),
    Shown("response", "physician", "/courses/{course}/response/"),
    Shown("dose", "nurse", "/doses/{dose}/"),
    Shown("values", "nurse", "/courses/{course}/vitals/"),
    Shown("findings", "nurse", "/courses/{course}/findings/"),
    Shown("charted", "physician", "/courses/{course}/charted/"),
    Shown("downtime", "nurse", "/courses/{course}/downtime/"),
    Shown("alerts", "physician", "/alerts/"),
    Shown("handover", "nurse", "/wards/{ward}/handover/"),
    Shown("on-call", "admin", "/wards/{ward}/on-call/"),
    Shown("patients", "nurse", "/wards/{ward}/patients/"),
    Shown("rules", "physician", "/rules/"),
    Shown("protocol", "physician", "/rules/protocols/consensus_2014/1/"),
    Shown("quarantine", "physician", "/quarantine/"),
    Shown("settings", "physician", "/settings/"),
    Shown("hospital", "admin", "/hospital/"),
    Shown("tablets", "admin", "/tablets/"),
    Shown("completed", "admin", "/completed/"),
    Shown("design", "admin", "/design/"),
)


def ids_of(page: Page, ward: int = 1) -> dict[str, object]:
    """Return the ids to fill in, of a course with a next dose; ``page`` is signed in as a clinician."""
    told = page.request.get(f"/api/v1/wards/{ward}/board").json()
    card = next(one for one in told["cards"] if one["dose"] is not None and one["verdict"] in ("REVIEW", "HOLD"))
    return {"ward": ward, "course": card["course"], "dose": card["dose"]["id"], "patient": card["patient"]["id"]}
