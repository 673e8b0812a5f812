"""How does a test open a browser in which somebody is signed in?"""

from __future__ import annotations

from django.test import Client

from il2ward.staff.models import User


def signed_in(user: User) -> Client:
    """Return a client in which this person is signed in."""
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client
