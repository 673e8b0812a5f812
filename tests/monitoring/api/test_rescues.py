"""Does the interface log a rescue once, chart a bolus as fluid, and show both on the dose's page?"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from dosing.models import Rescue
from monitoring.models import Observation
from tests.dosing.builders import FIRST_DUE, Bedside, give_dose, make_nurse, make_ward
from tests.monitoring.api.bedside_client import post
from tests.signed_in import signed_in

LATER = FIRST_DUE + timedelta(hours=1)


@pytest.fixture
def treated(bedside: Bedside, monkeypatch: pytest.MonkeyPatch) -> Bedside:
    """Dose 1 was given; it is an hour later."""
    give_dose(bedside, 1)
    monkeypatch.setattr("il2ward.clock.now", lambda: LATER)
    return bedside


def url(bedside: Bedside) -> str:
    return f"/api/v1/doses/{bedside.dose(1).pk}/rescues"


def bolus(**changed: Any) -> dict[str, Any]:
    return {"kind": "fluid_bolus", "amount": "500", "given_at": when(LATER), "note": "Ringer's lactate", **changed}


def when(instant: datetime) -> str:
    return instant.isoformat()


def test_bolus_is_logged_once_and_charted_as_fluid(treated: Bedside) -> None:
    client = signed_in(treated.nurse)

    answers = [post(client, url(treated), bolus(), again="one") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert Rescue.objects.count() == 1
    fluid = Observation.objects.get(observable="fluid_bolus")
    assert (fluid.value, fluid.unit, fluid.observed_at) == ("500", "mL", LATER)
    page = client.get(f"/doses/{treated.dose(1).pk}/").content.decode()
    assert "Fluid bolus 500 mL" in page
    assert "Ringer" in page


@pytest.mark.parametrize("changed", [{"kind": "morphine"}, {"amount": "5e2"}, {"given_at": "14:20"}, {"amount": None}])
def test_nonsense_is_refused_and_nothing_kept(treated: Bedside, changed: dict[str, Any]) -> None:
    assert post(signed_in(treated.nurse), url(treated), bolus(**changed)).status_code == 422
    assert not Rescue.objects.exists()
    assert not Observation.objects.filter(observable="fluid_bolus").exists()


def test_nurse_of_another_ward_finds_no_dose_there(treated: Bedside) -> None:
    stranger = make_nurse(make_ward(treated.site, "elsewhere"))
    assert post(signed_in(stranger), url(treated), bolus()).status_code == 404
