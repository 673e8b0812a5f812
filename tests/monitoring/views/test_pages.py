"""Does every page open for those it names, and for nobody else?"""

from __future__ import annotations

import pytest
from django.test import Client

from tests.dosing.builders import Bedside, make_nurse, make_ward
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


def addresses(bedside: Bedside) -> dict[str, str]:
    """Every page about this patient or ward."""
    dose = bedside.dose(1)
    return {
        "ward": f"/wards/{bedside.ward.pk}/",
        "cards": f"/wards/{bedside.ward.pk}/cards/",
        "card": f"/wards/{bedside.ward.pk}/cards/{bedside.course.pk}/",
        "course": f"/courses/{bedside.course.pk}/",
        "course picture": f"/courses/{bedside.course.pk}/picture/",
        "dose": f"/doses/{dose.pk}/",
        "dose picture": f"/doses/{dose.pk}/picture/",
        "vitals": f"/courses/{bedside.course.pk}/vitals/",
        "findings": f"/courses/{bedside.course.pk}/findings/",
        "grades": f"/courses/{bedside.course.pk}/grades/",
    }


READ_BY_ADMINS = {"ward", "cards", "card", "course", "course picture", "dose", "dose picture", "grades"}


def test_nurse_and_physician_open_every_page_of_their_ward(bedside: Bedside) -> None:
    for user in (bedside.nurse, bedside.physician):
        client = signed_in(user)
        answers = {name: client.get(address).status_code for name, address in addresses(bedside).items()}
        assert set(answers.values()) == {200}, answers


def test_admin_reads_but_gets_no_form(bedside: Bedside) -> None:
    client = signed_in(bedside.admin)
    answers = {name: client.get(address).status_code for name, address in addresses(bedside).items()}
    assert {name for name, status in answers.items() if status == 200} == READ_BY_ADMINS
    assert {status for name, status in answers.items() if name not in READ_BY_ADMINS} == {403}


def test_nurse_of_another_ward_finds_nothing_there(bedside: Bedside) -> None:
    stranger = make_nurse(make_ward(bedside.site, "elsewhere"))
    client = signed_in(stranger)
    answers = {name: client.get(address).status_code for name, address in addresses(bedside).items()}
    assert set(answers.values()) == {404}, answers


def test_nobody_signed_in_is_sent_to_the_door(bedside: Bedside) -> None:
    for address in [*addresses(bedside).values(), "/", "/alerts/"]:
        answer = Client().get(address)
        assert answer.status_code == 302, address
        assert answer["Location"].startswith("/sign-in/")


def test_home_goes_to_the_only_ward(bedside: Bedside) -> None:
    assert signed_in(bedside.nurse).get("/")["Location"] == f"/wards/{bedside.ward.pk}/"


def test_no_page_may_be_stored(bedside: Bedside) -> None:
    client = signed_in(bedside.nurse)
    for address in addresses(bedside).values():
        assert "no-store" in client.get(address)["Cache-Control"]


def test_no_page_carries_inline_script_or_style(bedside: Bedside) -> None:
    client = signed_in(bedside.physician)
    for address in [*addresses(bedside).values(), "/alerts/", "/sign-in/"]:
        text = client.get(address).content.decode()
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick=" not in text
        assert text.count("<script") == text.count('<script type="module" src=') + text.count('type="application/json"')
