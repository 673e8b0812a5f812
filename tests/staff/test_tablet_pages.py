"""Does a shared tablet change hands by PIN, lock when it is left, and show one person's page to nobody else?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import Settings

from il2ward.audit.actor import SYSTEM
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Role, Tablet, TabletShift, User
from il2ward.staff.services import membership, shifts, tablets
from il2ward.staff.shared import GRACE, SOONER, TOUCHED, cookie_name
from tests.staff.conftest import AT, PASSWORD, hospital, person, ward_of

PINS = {"ferrara": "4071", "keller": "8352"}
LEFT_ALONE = timedelta(seconds=settings.IL2WARD_LOCK_AFTER_S) + GRACE


class Clock:
    """The clock the entrances read, moved by the test."""

    at: datetime = AT


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands until it is moved."""
    moved = Clock()
    monkeypatch.setattr("il2ward.clock.now", lambda: moved.at)
    return moved


@pytest.fixture
def admin(db: None, clock: Clock) -> User:
    """The hospital's admin, with a ward and two nurses who have a PIN."""
    site = hospital()
    ward = ward_of(site)
    for name, pin in PINS.items():
        nurse = person(site, name)
        membership.begin(user=nurse, ward=ward, actor=SYSTEM, at=AT)
        shifts.set_pin(user=nurse, pin=pin, at=AT)
    return person(site, "admin", Role.ADMIN)


@pytest.fixture
def tablet(admin: User) -> Client:
    """An enrolled tablet on which both nurses have signed in for their shift; it is locked."""
    client = enrolled(admin)
    for name in PINS:
        sign_in(client, name)
        client.post("/tablet/lock/", {"next": "/alerts/"})
    return client


def enrolled(admin: User) -> Client:
    """A browser in which the admin has enrolled it, as the page does it."""
    client = Client()
    sign_in(client, "admin")
    ward = membership.wards_of(admin, AT).get()
    answer = client.post("/tablets/enrol/", {"name": "Tablet 1", "ward": ward.pk, "password": PASSWORD})
    assert answer["Location"] == "/tablet/", answer.content
    return client


def sign_in(client: Client, username: str) -> str:
    """Give name and password at the door; return where that leads."""
    answer = client.post("/sign-in/?password", {"username": username, "password": PASSWORD})
    assert answer.status_code == 302, answer.content
    return str(answer["Location"])


def take_over(client: Client, username: str, pin: str) -> int:
    """Choose a name on the locked tablet and give a PIN; return the status."""
    return client.post("/tablet/", {"person": User.objects.get(username=username).pk, "pin": pin}).status_code


def who(client: Client) -> str:
    """Who is signed in; "" for nobody."""
    number = client.session.get("_auth_user_id")
    return User.objects.get(pk=number).username if number else ""


def test_enrolling_signs_the_admin_out_and_keeps_a_cookie_no_script_reads(admin: User) -> None:
    client = enrolled(admin)

    cookie = client.cookies[cookie_name()]
    assert who(client) == ""
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert AuditEvent.objects.filter(event="tablet.enrolled", actor=admin).count() == 1


def test_nothing_is_enrolled_when_the_password_is_wrong_or_the_person_is_a_nurse(admin: User) -> None:
    client = Client()
    sign_in(client, "admin")
    ward = membership.wards_of(admin, AT).get()
    assert client.post("/tablets/enrol/", {"name": "T", "ward": ward.pk, "password": "no"}).status_code == 422
    sign_in(client := Client(), "ferrara")
    assert client.post("/tablets/enrol/", {"name": "T", "ward": ward.pk, "password": PASSWORD}).status_code == 403

    assert not Tablet.objects.exists()


def test_tablet_changes_hands_by_pin(tablet: Client) -> None:
    assert take_over(tablet, "ferrara", PINS["ferrara"]) == 302
    assert who(tablet) == "ferrara"
    tablet.post("/tablet/lock/")

    assert take_over(tablet, "keller", PINS["keller"]) == 302
    assert who(tablet) == "keller"


def test_anothers_pin_and_a_wrong_one_let_nobody_in(tablet: Client) -> None:
    assert take_over(tablet, "ferrara", PINS["keller"]) == 403
    assert take_over(tablet, "admin", PINS["ferrara"]) == 403

    assert who(tablet) == ""


def test_only_the_same_person_comes_back_to_the_page_they_left(tablet: Client) -> None:
    keller = {"person": User.objects.get(username="keller").pk, "pin": PINS["keller"]}
    ferrara = {"person": User.objects.get(username="ferrara").pk, "pin": PINS["ferrara"]}
    assert tablet.post("/tablet/", keller)["Location"] == "/alerts/"
    tablet.post("/tablet/lock/", {"next": "/rules/"})
    assert tablet.post("/tablet/", ferrara)["Location"] == "/"
    tablet.post("/tablet/lock/", {"next": "//elsewhere.example/"})
    assert tablet.post("/tablet/", ferrara)["Location"] == "/"


def test_tablet_is_locked_by_the_server_when_it_is_left_alone(tablet: Client, clock: Clock) -> None:
    take_over(tablet, "ferrara", PINS["ferrara"])
    clock.at = AT + LEFT_ALONE
    assert tablet.get("/alerts/list/").status_code == 200
    clock.at += timedelta(seconds=1)

    assert tablet.get("/alerts/list/").status_code == 302
    assert who(tablet) == ""


def test_page_of_a_dose_locks_sooner_and_the_next_page_does_not(
    tablet: Client, clock: Clock, settings: Settings
) -> None:
    sooner = timedelta(seconds=settings.IL2WARD_LOCK_DOSE_AFTER_S) + GRACE
    assert sooner < LEFT_ALONE
    take_over(tablet, "ferrara", PINS["ferrara"])
    session = tablet.session
    session[SOONER] = True  # as the page of a dose does: there is no course at this hospital
    session.save()
    clock.at = AT + sooner
    assert tablet.get("/alerts/list/").status_code == 200
    text = tablet.get("/alerts/", headers={"Sec-Fetch-Mode": "navigate"}).content.decode()
    assert f'data-lock-s="{settings.IL2WARD_LOCK_AFTER_S}"' in text
    clock.at += LEFT_ALONE
    assert tablet.get("/alerts/list/").status_code == 200

    session = tablet.session
    session[SOONER] = True
    session[TOUCHED] = clock.at.isoformat()
    session.save()
    clock.at += sooner + timedelta(seconds=1)
    assert tablet.get("/alerts/list/").status_code == 302


def test_page_that_refreshes_itself_keeps_no_tablet_open_but_a_touch_does(tablet: Client, clock: Clock) -> None:
    take_over(tablet, "ferrara", PINS["ferrara"])
    clock.at = AT + LEFT_ALONE
    tablet.get("/alerts/list/", headers={"Sec-Fetch-Mode": "cors"})
    assert tablet.post("/tablet/here/").status_code == 204
    clock.at += LEFT_ALONE

    assert tablet.get("/alerts/", headers={"Sec-Fetch-Mode": "navigate"}).status_code == 200
    clock.at += LEFT_ALONE + timedelta(seconds=1)
    assert tablet.post("/tablet/here/").status_code == 403


def test_ordinary_browser_never_locks_and_takes_no_pin(admin: User, clock: Clock) -> None:
    client = Client()
    sign_in(client, "ferrara")
    clock.at = AT + timedelta(hours=3)
    assert client.get("/alerts/").status_code == 200
    client.post("/sign-out/")

    assert client.post("/tablet/", {"person": admin.pk, "pin": PINS["ferrara"]})["Location"] == "/sign-in/"
    assert who(client) == ""


def test_revoking_signs_out_whoever_is_on_the_tablet(tablet: Client, admin: User) -> None:
    take_over(tablet, "ferrara", PINS["ferrara"])
    other = Client()
    sign_in(other, "admin")
    other.post(f"/tablets/{Tablet.objects.get().pk}/revoke/")

    assert tablet.get("/alerts/").status_code == 302
    assert take_over(tablet, "ferrara", PINS["ferrara"]) == 302
    assert who(tablet) == ""


def test_signing_out_ends_the_shift_and_locking_does_not(tablet: Client) -> None:
    take_over(tablet, "ferrara", PINS["ferrara"])
    tablet.post("/sign-out/")

    on = list(TabletShift.objects.filter(ended_at=None).values_list("user__username", flat=True))
    assert on == ["keller"]


def test_first_sign_in_on_a_tablet_asks_for_a_pin_when_there_is_none(admin: User) -> None:
    assert admin.site is not None
    fresh = person(admin.site, "novak")
    client = enrolled(admin)
    membership.begin(user=fresh, ward=Tablet.objects.get().ward, actor=SYSTEM, at=AT)

    assert sign_in(client, "novak") == "/pin/"
    refused = client.post("/pin/", {"password": PASSWORD, "pin": "1234", "again": "1234"})
    assert refused.status_code == 422
    assert client.post("/pin/", {"password": "wrong", "pin": "9034", "again": "9034"}).status_code == 422
    assert client.post("/pin/", {"password": PASSWORD, "pin": "9034", "again": "9035"}).status_code == 422
    assert not hasattr(User.objects.get(pk=fresh.pk), "pin")
    assert client.post("/pin/", {"password": PASSWORD, "pin": "9034", "again": "9034"}).status_code == 302
    client.post("/tablet/lock/")
    assert take_over(client, "novak", "9034") == 302


def test_locked_tablet_shows_names_of_staff_and_nothing_else(tablet: Client) -> None:
    text = tablet.get("/tablet/").content.decode()

    assert "Ferrara" in text
    assert "Keller" in text
    assert " style=" not in text
    assert tablets.resolve(tablet.cookies[cookie_name()].value) is not None
    assert "no-store" in tablet.get("/tablet/")["Cache-Control"]
