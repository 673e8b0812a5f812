"""Can an admin keep people, wards and beds on a page, with the password, and nobody else?"""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Bed, Role, Site, User, Ward, WardMembership
from il2ward.staff.services import accounts
from tests.dosing.builders import NOW, make_admin, make_nurse, make_site, make_ward

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
FIRST = "a-long-first-secret-7"


@pytest.fixture
def site() -> Site:
    return make_site()


@pytest.fixture
def ward(site: Site) -> Ward:
    return make_ward(site, "west")


@pytest.fixture
def admin(ward: Ward) -> User:
    person = make_admin(ward)
    person.set_password(PASSWORD)
    person.save()
    return person


def send(person: User, address: str, password: str = PASSWORD, **fields: object) -> str:
    client = Client()
    client.force_login(person)
    return client.post(f"/hospital/{address}", fields | {"password": password}, follow=True).content.decode()


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("seq").values_list("event", flat=True))


def person(**changed: str) -> dict[str, str]:
    made = {"display_name": "M. Okoye RN", "username": "mokoye", "role": "nurse", "ward": "", "first_password": FIRST}
    return made | changed


def test_person_gets_an_account_and_a_ward_when_the_admin_gives_the_password(admin: User, ward: Ward) -> None:
    shown = send(admin, "people/", **person(ward=str(ward.pk)))

    assert "can sign in as mokoye" in shown
    made = User.objects.get(username="mokoye")
    assert made.check_password(FIRST)
    assert WardMembership.objects.filter(user=made, ward=ward, until_at=None).exists()
    assert events()[-2:] == ["account.created", "membership.began"]


@pytest.mark.parametrize(
    ("changed", "password", "why"),
    [
        ({}, "wrong", "This is not the password"),
        ({"first_password": "short"}, PASSWORD, "too short"),
        ({"username": "no spaces"}, PASSWORD, "Enter a valid"),
        ({"role": "king"}, PASSWORD, "Nothing was changed"),
        ({"display_name": " "}, PASSWORD, "Give the name"),
    ],
)
def test_nothing_is_kept_when_something_is_wrong(admin: User, changed: dict[str, str], password: str, why: str) -> None:
    assert why in send(admin, "people/", password, **person(**changed))

    assert not User.objects.exclude(pk=admin.pk).exists()
    assert "account.created" not in events()


def test_name_that_is_taken_is_refused_in_words(admin: User) -> None:
    send(admin, "people/", **person())

    assert "This name is taken." in send(admin, "people/", **person())


def test_account_is_closed_and_leaves_every_ward_when_the_admin_says_so(admin: User, ward: Ward) -> None:
    nurse = make_nurse(ward)

    assert "is let in no more" in send(admin, f"people/{nurse.pk}/close/")

    nurse.refresh_from_db()
    assert not nurse.is_active
    assert not WardMembership.objects.filter(user=nurse, until_at=None).exists()
    assert events()[-2:] == ["membership.ended", "account.closed"]


def test_admin_cannot_close_their_own_account(admin: User) -> None:
    assert "You cannot close your own account" in send(admin, f"people/{admin.pk}/close/")

    assert User.objects.get(pk=admin.pk).is_active


def test_role_changes_and_the_person_is_signed_out_when_the_admin_says_so(admin: User, ward: Ward) -> None:
    nurse, browser = make_nurse(ward), Client()
    browser.force_login(nurse)

    assert "is physician now" in send(admin, f"people/{nurse.pk}/role/", role="physician")

    nurse.refresh_from_db()
    assert (nurse.role, nurse.is_staff) == ("physician", False)
    assert browser.get("/alerts/").status_code == 302
    assert WardMembership.objects.filter(user=nurse, until_at=None).exists()
    assert events()[-1] == "account.role_changed"


def test_who_becomes_an_admin_leaves_every_ward_and_who_was_one_keeps_no_key(admin: User, ward: Ward) -> None:
    nurse = make_nurse(ward)
    send(admin, f"people/{nurse.pk}/role/", role="admin")

    nurse.refresh_from_db()
    assert (nurse.role, nurse.is_staff) == ("admin", True)
    assert not WardMembership.objects.filter(user=nurse, until_at=None).exists()
    assert "is nurse now" in send(admin, f"people/{nurse.pk}/role/", role="nurse")
    nurse.refresh_from_db()
    assert (nurse.role, nurse.is_staff) == ("nurse", False)


@pytest.mark.parametrize(
    ("role", "password", "why"),
    [
        ("physician", "wrong", "This is not the password"),
        ("nurse", PASSWORD, "has this role already"),
        ("king", PASSWORD, "Nothing was changed"),
    ],
)
def test_role_stays_when_something_is_wrong(admin: User, ward: Ward, role: str, password: str, why: str) -> None:
    nurse, browser = make_nurse(ward), Client()
    browser.force_login(nurse)

    assert why in send(admin, f"people/{nurse.pk}/role/", password, role=role)

    assert User.objects.get(pk=nurse.pk).role == "nurse"
    assert browser.get("/alerts/").status_code == 200
    assert "account.role_changed" not in events()


def test_admin_changes_no_role_of_their_own_and_the_last_one_stays(admin: User, ward: Ward) -> None:
    assert "cannot change your own role" in send(admin, f"people/{admin.pk}/role/", role="nurse")
    with pytest.raises(ValidationError, match="last admin"):
        accounts.change_role(user=admin, role=Role.NURSE, actor=SYSTEM, at=NOW)
    with pytest.raises(ValidationError, match="last admin"):
        accounts.close(user=admin, actor=SYSTEM, at=NOW)

    assert User.objects.get(pk=admin.pk).role == "admin"
    assert accounts.change_role(user=make_admin(ward), role=Role.NURSE, actor=Actor(user=admin), at=NOW)


def test_account_that_is_closed_gets_no_other_role(admin: User, ward: Ward) -> None:
    nurse = make_nurse(ward)
    accounts.close(user=nurse, actor=SYSTEM, at=NOW)

    assert "is closed" in send(admin, f"people/{nurse.pk}/role/", role="physician")


def test_membership_begins_and_ends_when_the_admin_says_so(admin: User, ward: Ward, site: Site) -> None:
    nurse, other = make_nurse(ward), make_ward(site, "east")

    send(admin, f"people/{nurse.pk}/wards/", ward=other.pk)
    send(admin, f"people/{nurse.pk}/wards/end/", ward=ward.pk)

    open_ones = WardMembership.objects.filter(user=nurse, until_at=None)
    assert [one.ward for one in open_ones] == [other]


def test_ward_and_beds_are_put_up_when_the_admin_says_so(admin: User) -> None:
    assert "East is open" in send(admin, "wards/", name="East", code="east")
    east = Ward.objects.get(code="east")

    assert "2 beds added" in send(admin, f"wards/{east.pk}/beds/", beds="E1, E2, E1")

    assert list(Bed.objects.filter(ward=east).values_list("label", flat=True).order_by("label")) == ["E1", "E2"]
    assert events()[-2:] == ["ward.opened", "beds.put_up"]


def test_pages_are_closed_to_other_roles_and_other_hospitals(admin: User, ward: Ward) -> None:
    nurse = make_nurse(ward)
    far = make_nurse(make_ward(make_site("far"), "far"))
    client = Client()
    client.force_login(nurse)

    assert client.get("/hospital/").status_code == 403
    assert client.post("/hospital/wards/", {"name": "x", "code": "x"}).status_code == 403
    client.force_login(admin)
    assert client.get("/hospital/").status_code == 200
    assert str(far) not in client.get("/hospital/").content.decode()
    assert client.post(f"/hospital/people/{far.pk}/close/", {"password": PASSWORD}).status_code == 404
    assert User.objects.get(pk=far.pk).is_active
