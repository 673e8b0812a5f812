"""What does a person meet at the door, and what does the browser forget when they leave?"""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from il2ward.staff.models import User
from tests.dosing.builders import make_nurse, make_site, make_ward
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "long enough for a ward"


@pytest.fixture
def nurse() -> User:
    """A nurse with a password."""
    return make_nurse(make_ward(make_site()), "ferrara", password=PASSWORD)


def test_nurse_with_the_right_password_comes_in(nurse: User) -> None:
    answer = Client().post("/sign-in/", {"username": "ferrara", "password": PASSWORD})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_wrong_password_and_unknown_name_get_the_same_answer(nurse: User) -> None:
    texts = []
    for username in ("ferrara", "nobody"):
        answer = Client().post("/sign-in/", {"username": username, "password": "something else"})
        texts.append(answer.content.decode().replace(username, ""))
        assert "do not go together" in texts[-1]
    first, second = ([line for line in text.splitlines() if "csrf" not in line] for text in texts)
    assert first == second


def test_door_says_what_the_service_is_for() -> None:
    text = Client().get("/sign-in/").content.decode()
    assert "It informs; clinicians decide." in text
    assert "CANNOT DECIDE" in text


def test_demonstration_accounts_are_shown_only_where_they_are_allowed(nurse: User, settings: Settings) -> None:
    User.objects.filter(pk=nurse.pk).update(demonstration=True)
    settings.IL2WARD_DEMO_ACCOUNTS = False
    assert "ferrara" not in Client().get("/sign-in/").content.decode()
    settings.IL2WARD_DEMO_ACCOUNTS = True
    assert "ferrara" in Client().get("/sign-in/").content.decode()


def test_leaving_ends_the_session_clears_the_cache_and_leaves_unsent_entries(nurse: User) -> None:
    client = Client()
    client.post("/sign-in/", {"username": "ferrara", "password": PASSWORD})
    answer = client.post("/sign-out/")
    assert answer["Clear-Site-Data"] == '"cache"'
    assert client.get("/alerts/").status_code == 302


def test_nobody_is_signed_out_by_a_link(nurse: User) -> None:
    client = signed_in(nurse)
    assert client.get("/sign-out/").status_code == 405
    assert client.get("/alerts/").status_code == 200


def test_page_asked_for_in_vain_is_opened_after_signing_in_and_no_foreign_one(nurse: User) -> None:
    credentials = {"username": "ferrara", "password": PASSWORD}
    assert Client().post("/sign-in/", {**credentials, "next": "/alerts/"})["Location"] == "/alerts/"
    assert Client().post("/sign-in/", {**credentials, "next": "https://elsewhere.example/"})["Location"] == "/"
