"""How does a test open a browser in which somebody is signed in?"""

from __future__ import annotations

from collections.abc import Mapping

from django.test import Client

from il2ward.staff.models import User
from il2ward.staff.services import shifts, tablets
from il2ward.staff.shared import TABLET, TOUCHED, cookie_name
from tests.dosing.builders import NOW, Bedside


def signed_in(user: User) -> Client:
    """Return a client in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def on_a_tablet(bedside: Bedside, pins: Mapping[User, str]) -> Client:
    """The ward's tablet, on which these people are on shift with their PINs and the first of them is signed in."""
    made, cookie = tablets.enrol(ward=bedside.ward, name="Tablet 1", by=bedside.admin, at=NOW)
    for person, pin in pins.items():
        shifts.set_pin(user=person, pin=pin, at=NOW)
        shifts.begin(user=person, tablet=made, at=NOW)
    client = signed_in(next(iter(pins)))
    client.cookies[cookie_name()] = cookie
    session = client.session
    session[TABLET], session[TOUCHED] = made.pk, NOW.isoformat()
    session.save()
    return client
