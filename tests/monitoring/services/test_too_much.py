"""Is a physician told when more went in than the dose?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from il2ward.audit.actor import Actor
from monitoring.services import gate
from tests.dosing.builders import DOSE_IU, Bedside, due
from tests.monitoring.charting import chart_all_fine, open_alerts, start

ENDED = due(1) + timedelta(minutes=15)


@pytest.mark.parametrize(("given_iu", "told"), [(DOSE_IU, False), (DOSE_IU + 1, True)], ids=["the dose", "one more"])
def test_alert_is_raised_when_more_than_the_dose_went_in(bedside: Bedside, given_iu: int, told: bool) -> None:
    chart_all_fine(bedside, at=due(1))
    dose = start(bedside, 1, at=due(1))

    ended = gate.end_dose(dose_id=dose.pk, given_iu=given_iu, ended_at=ENDED, actor=Actor(user=bedside.nurse), at=ENDED)

    assert ended.deviation is told
    assert ("deviation" in open_alerts(bedside)) is told
