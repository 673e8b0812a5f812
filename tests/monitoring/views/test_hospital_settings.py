"""Can a hospital settle its limits, ages and vials on a page, with the password, by the right roles?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from dosing.models import SiteVial
from dosing.selectors.site_inputs import own_inputs_of
from il2ward import clock
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from monitoring.models import SiteLimit
from tests.dosing.builders import Bedside, make_bedside
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"
LIMIT = {"observable": "creatinine", "unit": "mg/dL", "lower": "0.6", "upper": "1.2", "source": "Handbook, Oct 2026"}
VIAL = {"recoverable_iu": "18000000", "reason": "The label counts 18 million per mL"}
AGE = {"input": "creatinine", "hours": "28", "reason": "The laboratory draws it once a day"}


@pytest.fixture
def bedside() -> Bedside:
    bedside = make_bedside(at=clock.now())
    for person in (bedside.admin, bedside.physician, bedside.nurse):
        person.set_password(PASSWORD)
        person.save()
    return bedside


def send(person: User, what: str, fields: dict[str, str], password: str = PASSWORD) -> str:
    client = signed_in(person)
    return client.post(f"/settings/{what}/", fields | {"password": password}, follow=True).content.decode()


def test_limits_are_kept_and_told_when_an_admin_states_them(bedside: Bedside) -> None:
    shown = send(bedside.admin, "limit", LIMIT)

    assert "Kept: Creatinine 0.6 to 1.2 mg/dL." in shown
    assert "Handbook, Oct 2026" in shown
    assert SiteLimit.objects.get().uln == Decimal("1.2")
    assert AuditEvent.objects.filter(event="site_limit.set").exists()


def test_vial_is_chosen_when_an_admin_says_why(bedside: Bedside) -> None:
    assert "18 million units" in send(bedside.admin, "vial", VIAL)
    assert SiteVial.objects.get().recoverable_iu == 18_000_000


def test_age_is_chosen_by_a_physician_and_by_nobody_else(bedside: Bedside) -> None:
    assert "403" in send(bedside.admin, "age", AGE) or own_inputs_of(bedside.site) is None
    assert "own choice" in send(bedside.physician, "age", AGE)
    assert own_inputs_of(bedside.site) is not None


@pytest.mark.parametrize(
    ("what", "fields", "password", "why"),
    [
        ("limit", LIMIT, "wrong", "This is not the password"),
        ("limit", LIMIT | {"upper": "1,2"}, PASSWORD, "plain decimal number"),
        ("limit", LIMIT | {"unit": "furlong"}, PASSWORD, "Nothing was changed"),
        ("vial", VIAL | {"recoverable_iu": "20000000"}, PASSWORD, "A vial gives"),
        ("vial", VIAL | {"reason": "so"}, PASSWORD, "Say why"),
        ("age", AGE | {"hours": "200"}, PASSWORD, "in quarters of an hour"),
        ("age", AGE | {"hours": ""}, PASSWORD, "in quarters of an hour"),
    ],
)
def test_nothing_is_kept_when_something_is_wrong(
    bedside: Bedside, what: str, fields: dict[str, str], password: str, why: str
) -> None:
    assert why in send(bedside.physician, what, fields, password)

    assert not SiteLimit.objects.exists()
    assert not SiteVial.objects.exists()
    assert own_inputs_of(bedside.site) is None


def test_settings_are_closed_to_nurses(bedside: Bedside) -> None:
    client = signed_in(bedside.nurse)

    assert client.get("/settings/").status_code == 403
    assert client.post("/settings/vial/", VIAL | {"password": PASSWORD}).status_code == 403
