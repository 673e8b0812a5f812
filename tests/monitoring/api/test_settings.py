"""Does a program settle a hospital's limits, ages and vials as the page does, with the password, by the right roles?"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from dosing.models import SiteVial
from dosing.selectors.site_inputs import own_inputs_of
from il2ward.staff.models import User
from monitoring.models import SiteLimit
from tests.dosing.builders import Bedside
from tests.monitoring.api.bedside_client import post, told
from tests.signed_in import signed_in

PASSWORD = "correct-horse-battery"
AGAIN = {"password": PASSWORD}
LIMIT = AGAIN | {
    "observable": "creatinine", "unit": "mg/dL", "lower": "0.6", "upper": "1.2", "source": "Handbook, March"
}  # fmt: skip
VIAL = AGAIN | {"recoverable_iu": 18_000_000, "reason": "The label counts 18 million per mL"}
AGE = AGAIN | {"input": "creatinine", "hours": "28", "reason": "The laboratory draws it once a day"}


@pytest.fixture
def bedside(bedside: Bedside) -> Bedside:
    """The bedside, whose people have a password."""
    for person in (bedside.admin, bedside.physician, bedside.nurse):
        person.set_password(PASSWORD)
        person.save()
    return bedside


def sent(person: User, what: str, body: dict[str, Any]) -> tuple[int, Any]:
    """Status and content."""
    response = post(signed_in(person), f"/api/v1/settings/{what}", body)
    return response.status_code, told(response)


def test_what_a_hospital_settles_is_kept_and_told(bedside: Bedside) -> None:
    assert sent(bedside.admin, "limits", LIMIT)[0] == 201
    assert sent(bedside.admin, "vial", VIAL)[0] == 201
    assert sent(bedside.physician, "ages", AGE)[0] == 201

    settings = told(signed_in(bedside.physician).get("/api/v1/settings"))

    assert SiteLimit.objects.get().uln == Decimal("1.2")
    assert [Decimal(one["lower"]) for one in settings["limits"]] == [Decimal("0.6")]
    assert settings["vial"]["recoverable_iu"] == 18_000_000
    assert [Decimal(one["hours"]) for one in settings["ages"] if one["input"] == "creatinine"] == [28]
    assert "mg/dL" in next(one["units"] for one in settings["measured"] if one["observable"] == "creatinine")


@pytest.mark.parametrize(
    ("what", "body", "status", "code"),
    [("limits", LIMIT | {"password": "wrong"}, 403, "wrong-password"),
     ("limits", LIMIT | {"upper": "1,2"}, 422, "wrong-content"), ("limits", LIMIT | {"unit": "furlong"}, 422,
      "limit-refused"), ("limits", LIMIT | {"lower": "1.2"}, 422, "limit-refused"),
     ("limits", LIMIT | {"lower": "0.0000000001"}, 422, "limit-refused"),
     ("vial", VIAL | {"recoverable_iu": 20_000_000}, 422, "invalid"), ("vial", VIAL | {"reason": "so"}, 422,
      "reason-missing"), ("ages", AGE | {"hours": "200"}, 422, "invalid"), ("ages", AGE | {"hours": ""}, 422,
      "wrong-content"), ("ages", AGE | {"input": "happiness"}, 422, "invalid")],
)  # fmt: skip
def test_nothing_is_settled_when_something_is_wrong(
    bedside: Bedside, what: str, body: dict[str, Any], status: int, code: str
) -> None:
    answered, answer = sent(bedside.physician, what, body)

    assert (answered, answer["code"]) == (status, code)
    assert not SiteLimit.objects.exists()
    assert not SiteVial.objects.exists()
    assert own_inputs_of(bedside.site) is None


def test_a_nurse_settles_nothing_and_an_admin_no_age(bedside: Bedside) -> None:
    for what, body in (("limits", LIMIT), ("vial", VIAL), ("ages", AGE)):
        assert sent(bedside.nurse, what, body)[0] == 403, what
    assert sent(bedside.admin, "ages", AGE)[0] == 403
    assert signed_in(bedside.nurse).get("/api/v1/settings").status_code == 403
