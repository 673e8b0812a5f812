"""Does a program keep people, wards, beds and tablets as an admin's pages do, and nobody else's?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from il2ward.staff.models import Bed, Tablet, User, Ward, WardMembership
from il2ward.staff.services import tablets
from tests.dosing.builders import NOW, Bedside, make_admin, make_nurse, make_site, make_ward
from tests.monitoring.api.bedside_client import post, told
from tests.signed_in import signed_in

PASSWORD = "correct-horse-battery"
AGAIN = {"password": PASSWORD}
NEW = {
    "username": "mokoye", "display_name": "M. Okoye RN", "role": "nurse", "first_password": "a-long-first-secret-7",
} | AGAIN  # fmt: skip


@pytest.fixture
def bedside(bedside: Bedside) -> Bedside:
    """The bedside, whose admin and nurse have a password."""
    for person in (bedside.admin, bedside.nurse):
        person.set_password(PASSWORD)
        person.save()
    return bedside


def sent(person: User, path: str, body: dict[str, Any], again: str = "") -> tuple[int, Any]:
    """Status and content."""
    response = post(signed_in(person), f"/api/v1/{path}", body, again=again)
    return response.status_code, told(response)


def wards_now(person: User) -> set[str]:
    """The codes of the wards a person works on."""
    return {one.ward.code for one in WardMembership.objects.filter(user=person, until_at=None).select_related("ward")}


def test_a_person_comes_changes_and_goes_when_an_admin_says_so(bedside: Bedside) -> None:
    status, answer = sent(bedside.admin, "people", NEW | {"ward": bedside.ward.code})
    made = User.objects.get(username="mokoye")
    assert (status, answer["id"], answer["wards"]) == (201, made.pk, [bedside.ward.code])
    assert made.check_password(NEW["first_password"])
    assert NEW["first_password"] not in str(answer)

    other = make_ward(bedside.site, "east")
    assert sent(bedside.admin, f"people/{made.pk}/wards", AGAIN | {"ward": "east"})[0] == 200
    # Nobody leaves a ward in the instant in which they came, and the clock stands still here.
    WardMembership.objects.update(from_at=NOW - timedelta(hours=1))
    assert sent(bedside.admin, f"people/{made.pk}/wards/end", AGAIN | {"ward": bedside.ward.code})[0] == 200
    assert wards_now(made) == {other.code}
    assert sent(bedside.admin, f"people/{made.pk}/role", AGAIN | {"role": "physician"})[1]["role"] == "physician"
    assert sent(bedside.admin, f"people/{made.pk}/close", AGAIN)[1]["is_active"] is False
    assert wards_now(made) == set()
    people = told(signed_in(bedside.admin).get("/api/v1/people"))["people"]
    assert [one["role"] for one in people if one["username"] == "mokoye"] == ["physician"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [({"password": "wrong"}, 403, "wrong-password"), ({"first_password": "short"}, 422, "not-accepted"),
     ({"username": "no spaces"}, 422, "not-accepted"), ({"role": "king"}, 422, "wrong-content"),
     ({"display_name": " "}, 422, "not-accepted"), ({"ward": "nowhere"}, 422, "no-such-ward"),
     ({"username": "{taken}"}, 409, "name-taken")],
)  # fmt: skip
def test_nobody_gets_an_account_when_anything_speaks_against_it(
    bedside: Bedside, change: dict[str, str], status: int, code: str
) -> None:
    before = User.objects.count()
    changed = {name: text.replace("{taken}", bedside.nurse.username) for name, text in change.items()}

    answered, answer = sent(bedside.admin, "people", NEW | changed)

    assert (answered, answer["code"]) == (status, code)
    assert User.objects.count() == before


def test_an_admin_closes_neither_their_own_account_nor_one_of_another_hospital(bedside: Bedside) -> None:
    far = make_nurse(make_ward(make_site("far"), "far"))
    assert sent(bedside.admin, f"people/{bedside.admin.pk}/close", AGAIN)[0] == 422
    assert sent(bedside.admin, f"people/{far.pk}/close", AGAIN)[0] == 404
    assert User.objects.filter(pk__in=[far.pk, bedside.admin.pk], is_active=True).count() == 2


def test_a_ward_and_its_beds_are_there_once_when_an_admin_puts_them_up(bedside: Bedside) -> None:
    body = AGAIN | {"code": "east", "name": "East"}
    assert sent(bedside.admin, "wards", body, again="one")[1] == sent(bedside.admin, "wards", body, again="one")[1]
    east = Ward.objects.get(code="east")

    status, answer = sent(bedside.admin, f"wards/{east.pk}/beds", AGAIN | {"labels": ["E1", "E2", "E1"]})

    assert (status, answer["added"]) == (201, ["E1", "E2"])
    assert sent(bedside.admin, f"wards/{east.pk}/beds", AGAIN | {"labels": [" "]})[0] == 422
    assert Bed.objects.filter(ward=east).count() == 2
    wards = told(signed_in(bedside.admin).get("/api/v1/wards"))["wards"]
    assert [one["beds"] for one in wards if one["code"] == "east"] == [["E1", "E2"]]
    assert sent(bedside.admin, "wards", AGAIN | {"code": "no space", "name": "x"})[0] == 422


def test_a_tablet_is_listed_and_revoked_by_an_admin_of_its_hospital(bedside: Bedside) -> None:
    tablet, cookie = tablets.enrol(ward=bedside.ward, name="Tablet 1", by=bedside.admin, at=NOW)
    far = make_admin(make_ward(make_site("far"), "far"))
    assert sent(far, f"tablets/{tablet.pk}/revoke", {})[0] == 404
    listed = signed_in(bedside.admin).get("/api/v1/tablets").content.decode()
    assert "Tablet 1" in listed
    assert cookie not in listed

    status, answer = sent(bedside.admin, f"tablets/{tablet.pk}/revoke", {})

    assert (status, answer["revoked_by"]) == (200, bedside.admin.display_name)
    assert Tablet.objects.get().revoked_at == NOW


def test_nobody_but_an_admin_keeps_the_hospital(bedside: Bedside) -> None:
    for path, body in (
        ("people", NEW), (f"people/{bedside.nurse2.pk}/close", AGAIN), ("wards", AGAIN | {"code": "x", "name": "x"}),
        (f"wards/{bedside.ward.pk}/beds", AGAIN | {"labels": ["9"]}), ("tablets/1/revoke", {}),
    ):  # fmt: skip
        assert sent(bedside.nurse, path, body)[0] == 403, path
        assert sent(bedside.physician, path, body)[0] == 403, path
    for path in ("people", "wards", "tablets"):
        assert signed_in(bedside.nurse).get(f"/api/v1/{path}").status_code == 403
