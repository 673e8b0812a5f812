"""What may a screen that everybody can see never say, and how does it stay one?"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from dosing.services import placements
from il2ward import clock
from il2ward.audit.actor import SYSTEM
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Tablet, User
from il2ward.staff.services import tablets
from tests.dosing.builders import Bedside, make_admin, make_bed, make_bedside, make_nurse, make_patient, make_ward
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture
def bedside() -> Bedside:
    """A patient whose first dose's window opened five minutes ago, by a name that stands nowhere else."""
    found = make_bedside(at=clock.now() - timedelta(minutes=5))
    found.patient.family_name, found.patient.given_name = "Zwölfender", "Quirin"
    found.patient.save()
    return found


@pytest.fixture
def client(bedside: Bedside) -> Client:
    """The nurse's browser."""
    return signed_in(bedside.nurse)


def test_wall_shows_bed_and_initials_and_neither_name_nor_number_nor_a_way_to_them(
    bedside: Bedside, client: Client
) -> None:
    wall = f"/wards/{bedside.ward.pk}/wall/"
    for address in (wall, f"{wall}cards/"):
        text = client.get(address).content.decode()
        assert "Q. Z." in text
        assert "NOT YET DUE" in text or "CANNOT DECIDE" in text
        for never in ("zwölfender", "quirin", bedside.patient.mrn.lower(), "/courses/", "/patients/"):
            assert never not in text.lower()


def test_patient_without_a_course_has_no_name_on_the_wall_either(bedside: Bedside, client: Client) -> None:
    waiting = make_patient(bedside.site, family_name="Obermüller")
    placements.place(patient=waiting, bed=make_bed(bedside.ward), actor=SYSTEM, at=clock.now())
    text = client.get(f"/wards/{bedside.ward.pk}/wall/").content.decode()
    assert "no course" in text
    assert "obermüller" not in text.lower()


def test_screen_stays_a_wall_screen_until_somebody_asks_for_names(bedside: Bedside, client: Client) -> None:
    board, wall = f"/wards/{bedside.ward.pk}/", f"/wards/{bedside.ward.pk}/wall/"
    assert "ZWÖLFENDER" in client.get(board).content.decode()
    client.get(wall)

    assert client.get(board)["Location"] == wall
    assert client.get("/")["Location"] == wall

    assert "ZWÖLFENDER" in client.get(f"{board}?names=on").content.decode()
    assert client.get(board).status_code == 200
    assert client.get("/")["Location"] == board


def test_wall_of_a_ward_the_person_left_leads_to_their_own(bedside: Bedside, client: Client) -> None:
    client.cookies["il2ward-wall"] = str(bedside.ward.pk + 1000)
    assert client.get("/")["Location"] == f"/wards/{bedside.ward.pk}/"


def test_wall_and_sound_are_not_there_for_a_nurse_of_another_ward(bedside: Bedside) -> None:
    stranger = Client()
    elsewhere = make_nurse(make_ward(bedside.site, "elsewhere"))
    stranger.force_login(elsewhere, backend="django.contrib.auth.backends.ModelBackend")
    ward = f"/wards/{bedside.ward.pk}/"
    assert stranger.get(f"{ward}wall/").status_code == 404
    assert stranger.get(f"{ward}wall/cards/").status_code == 404
    assert stranger.post(f"{ward}sound/", {"heard": "yes"}).status_code == 404
    assert not AuditEvent.objects.filter(event="screen.sound_tested").exists()


@pytest.fixture
def screen(bedside: Bedside) -> Client:
    """A screen on the ward's wall, enrolled by the admin as the page does it; nobody is signed in."""
    admin = make_admin(bedside.ward)
    User.objects.filter(pk=admin.pk).update(password=make_password(PASSWORD))
    found = signed_in(User.objects.get(pk=admin.pk))
    sent = {"kind": "wall", "name": "Corridor", "ward": bedside.ward.pk, "password": PASSWORD}
    assert found.post("/tablets/enrol/", sent)["Location"] == "/"
    return found


def test_enrolled_screen_shows_the_board_without_names_and_nobody_is_signed_in(
    bedside: Bedside, screen: Client
) -> None:
    wall = f"/wards/{bedside.ward.pk}/wall/"
    assert screen.get("/")["Location"] == wall
    for address in (wall, f"{wall}cards/"):
        text = screen.get(address).content.decode()
        assert "Q. Z." in text
        assert "zwölfender" not in text.lower()
        assert "Show names" not in text
    assert "_auth_user_id" not in screen.session


def test_enrolled_screen_opens_nothing_else_and_lets_nobody_in(bedside: Bedside, screen: Client) -> None:
    for address in (f"/wards/{bedside.ward.pk}/", f"/courses/{bedside.course.pk}/", "/alerts/", "/tablets/"):
        assert screen.get(address)["Location"].startswith("/sign-in/")
    assert screen.get(f"/api/v1/wards/{bedside.ward.pk}/board").status_code == 401
    assert screen.get(f"/wards/{make_ward(bedside.site, 'elsewhere').pk}/wall/").status_code == 404
    for address in ("/sign-in/", "/sign-in/?password"):
        assert screen.get(address)["Location"] == "/"
    User.objects.filter(pk=bedside.nurse.pk).update(password=make_password(PASSWORD))
    assert screen.post("/sign-in/", {"username": bedside.nurse.username, "password": PASSWORD})["Location"] == "/"
    assert screen.post("/tablet/", {"person": bedside.nurse.pk, "pin": "4071"})["Location"] == "/sign-in/"
    assert "_auth_user_id" not in screen.session


def test_enrolled_screen_is_an_ordinary_browser_when_it_is_revoked(bedside: Bedside, screen: Client) -> None:
    found = Tablet.objects.get(is_wall=True)
    assert tablets.revoke(tablet=found, by=found.enrolled_by, at=clock.now())

    for address in ("wall/", "wall/cards/"):
        assert screen.get(f"/wards/{bedside.ward.pk}/{address}")["Location"].startswith("/sign-in/")
    assert screen.get("/sign-in/").status_code == 200


def test_sound_test_of_an_enrolled_screen_stands_in_the_log_with_its_name(bedside: Bedside, screen: Client) -> None:
    assert screen.post(f"/wards/{bedside.ward.pk}/sound/", {"heard": "yes"}).status_code == 204
    event = AuditEvent.objects.get(event="screen.sound_tested")
    assert json.loads(event.body) == {"ward": bedside.ward.pk, "heard": True, "wall": True, "screen": "Corridor"}
    assert event.actor_role == "system"


@pytest.mark.parametrize(("said", "kept"), [("yes", True), ("no", False)])
def test_sound_test_stands_in_the_log_heard_or_not(bedside: Bedside, client: Client, said: str, kept: bool) -> None:
    client.get(f"/wards/{bedside.ward.pk}/wall/")
    assert client.post(f"/wards/{bedside.ward.pk}/sound/", {"heard": said}).status_code == 204
    event = AuditEvent.objects.get(event="screen.sound_tested")
    assert json.loads(event.body) == {"ward": bedside.ward.pk, "heard": kept, "wall": True}


def test_sound_test_is_refused_when_it_says_neither(bedside: Bedside, client: Client) -> None:
    assert client.post(f"/wards/{bedside.ward.pk}/sound/", {"heard": "perhaps"}).status_code == 400
    assert not AuditEvent.objects.filter(event="screen.sound_tested").exists()
