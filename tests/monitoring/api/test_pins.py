"""Does a PIN stand for a person only on a shared tablet, and does a start from one ask for both people's?"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dosing.models import Dose
from il2ward.staff.models import Pin
from tests.dosing.builders import Bedside
from tests.monitoring.api.bedside_client import post, told
from tests.monitoring.api.test_gate import PASSWORD, decide, start_body, start_url
from tests.signed_in import on_a_tablet, signed_in

OWN, SECOND = "4071", "8352"


@pytest.fixture
def tablet(bedside: Bedside) -> Client:
    """The ward's tablet, with the first nurse signed in; both nurses are on shift with a PIN. Dose 1 may start."""
    bedside.physician.set_password(PASSWORD)
    bedside.physician.save()
    assert decide(bedside, password=PASSWORD).status_code == 201
    return on_a_tablet(bedside, {bedside.nurse: OWN, bedside.nurse2: SECOND})


def checked_by_pin(bedside: Bedside, pin: str = SECOND) -> dict[str, str]:
    """The second nurse, with a PIN."""
    return {"username": bedside.nurse2.username, "pin": pin}


def start(client: Client, bedside: Bedside, **changes: Any) -> Any:
    """Try to start dose 1 from this browser; by default with both PINs."""
    body = start_body(bedside, checked_by_pin(bedside), pin=OWN)
    body = {name: value for name, value in {**body, **changes}.items() if value is not None}
    return post(client, start_url(bedside), body)


def test_dose_starts_on_a_tablet_with_both_peoples_own_pins(tablet: Client, bedside: Bedside) -> None:
    response = start(tablet, bedside)

    assert response.status_code == 200, response.content
    assert bedside.dose(1).checked_by == bedside.nurse2
    assert bedside.dose(1).started_by == bedside.nurse


@pytest.mark.parametrize("own", [None, "", SECOND])
def test_start_is_refused_when_the_tablets_holder_does_not_give_their_own_pin(
    tablet: Client, bedside: Bedside, own: str | None
) -> None:
    response = start(tablet, bedside, pin=own)

    assert response.status_code in (403, 422)
    assert bedside.dose(1).status == "planned"


def test_start_is_refused_when_the_second_pin_is_wrong_or_the_first_persons(tablet: Client, bedside: Bedside) -> None:
    for pin in ("9034", OWN):
        response = start(tablet, bedside, checker=checked_by_pin(bedside, pin))
        assert response.status_code == 403
        assert told(response)["code"] == "wrong-password"

    assert bedside.dose(1).status == "planned"
    assert Pin.objects.get(user=bedside.nurse2).wrong == 2


def test_one_person_with_one_pin_is_no_second_person(tablet: Client, bedside: Bedside) -> None:
    response = start(tablet, bedside, checker={"username": bedside.nurse.username, "pin": OWN})

    assert told(response)["code"] == "checked-by-same-person"
    assert bedside.dose(1).status == "planned"


def test_second_person_may_still_give_their_password(tablet: Client, bedside: Bedside) -> None:
    bedside.nurse2.set_password(PASSWORD)
    bedside.nurse2.save()

    response = start(tablet, bedside, checker={"username": bedside.nurse2.username, "password": PASSWORD})

    assert response.status_code == 200


def test_pin_counts_nowhere_but_on_a_tablet(tablet: Client, bedside: Bedside) -> None:
    response = start(signed_in(bedside.nurse), bedside)

    assert response.status_code == 403
    assert Dose.objects.filter(status="started").count() == 0


def test_tablets_page_offers_the_colleagues_on_shift_and_not_oneself(tablet: Client, bedside: Bedside) -> None:
    page = tablet.get(f"/doses/{bedside.dose(1).pk}/").content.decode()

    assert bedside.nurse2.display_name in page
    assert 'name="checker.pin"' in page
    assert f'value="{bedside.nurse.username}"' not in page


def test_page_of_an_ordinary_browser_asks_for_the_password(bedside: Bedside) -> None:
    page = signed_in(bedside.nurse).get(f"/doses/{bedside.dose(1).pk}/").content.decode()

    assert 'name="checker.password"' in page
    assert 'name="checker.pin"' not in page
