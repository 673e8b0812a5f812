"""A physician's baseline and what changed in a course's grades, over the JSON interface."""

from __future__ import annotations

from datetime import timedelta

import pytest

from il2ward.audit.models import ReadAccess
from monitoring.models import CourseBaseline, Observation
from monitoring.services.observations import NewObservation
from tests.dosing.builders import NOW, Bedside, make_bedside
from tests.monitoring.api.bedside_client import post, told
from tests.monitoring.charting import creatinine, record, work
from tests.signed_in import signed_in

HOUR = timedelta(hours=1)
REASON = "The other one was drawn from the line."


@pytest.fixture
def charted(bedside: Bedside) -> Bedside:
    record(bedside, [creatinine("1.1", at=NOW - 5 * HOUR), creatinine("0.9", at=NOW - HOUR)], at=NOW)
    work(bedside, at=NOW)
    return bedside


def body(**other: str) -> dict[str, str]:
    chosen = str(Observation.objects.get(value="1.1").pk)
    return {"observable": "creatinine", "observation": chosen, "reason": REASON, **other}


def path(bedside: Bedside, what: str = "baselines") -> str:
    return f"/api/v1/courses/{bedside.course.pk}/{what}"


def test_a_physicians_choice_is_kept_and_answered(charted: Bedside) -> None:
    answer = post(signed_in(charted.physician), path(charted), body())

    assert answer.status_code == 201
    assert (told(answer)["value"], told(answer)["unit"], told(answer)["reason"]) == ("1.1", "mg/dL", REASON)
    assert CourseBaseline.objects.latest("id").set_by == charted.physician


@pytest.mark.parametrize(
    ("wrong", "status"),
    [({"reason": "short"}, 422), ({"observation": "nothing"}, 422), ({"observable": "bp_systolic"}, 422)],
)
def test_what_makes_no_sense_is_refused(charted: Bedside, wrong: dict[str, str], status: int) -> None:
    count = CourseBaseline.objects.count()

    assert post(signed_in(charted.physician), path(charted), body(**wrong)).status_code == status
    assert CourseBaseline.objects.count() == count


def test_nobody_else_chooses_and_other_wards_are_not_there(charted: Bedside) -> None:
    stranger = make_bedside(site=charted.site).physician

    assert post(signed_in(charted.nurse), path(charted), body()).status_code == 403
    assert post(signed_in(charted.admin), path(charted), body()).status_code == 403
    assert post(signed_in(stranger), path(charted), body()).status_code == 404


def test_what_changed_is_read_with_its_causes_and_the_reading_is_noted(charted: Bedside) -> None:
    old = Observation.objects.get(value="0.9")
    item = NewObservation(
        observable="creatinine", value="3.9", unit="mg/dL", observed_at=old.observed_at, range_high="1.2",
        status="corrected", replaces=old.pk, reason="laboratory's correction", origin="laboratory",
    )  # fmt: skip
    record(charted, [item], at=NOW)
    work(charted, at=NOW)

    answer = signed_in(charted.nurse).get(path(charted, "regradings"))

    assert answer.status_code == 200
    one = told(answer)["regradings"][0]
    assert (one["cause"], one["told"]) == ("correction", "0.9 mg/dL was corrected to 3.9 mg/dL")
    assert {"before": 0, "after": 3}.items() <= one["changes"][0].items()
    assert ReadAccess.objects.filter(page="regradings", user=charted.nurse).count() == 1


def test_another_wards_changes_are_not_there(charted: Bedside) -> None:
    stranger = make_bedside(site=charted.site).nurse

    assert signed_in(stranger).get(path(charted, "regradings")).status_code == 404
