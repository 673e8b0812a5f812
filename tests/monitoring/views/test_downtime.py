"""What stands on the sheet that a ward prints for when the network is down, and what never does?"""

from __future__ import annotations

import re

import pytest

from il2ward import clock
from il2ward.audit.models import ReadAccess
from tests.dosing.builders import Bedside, make_bedside, make_nurse, make_ward
from tests.monitoring.charting import HOUR, chart_all_fine, creatinine, present, record, work
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bedside() -> Bedside:
    return make_bedside(at=clock.now() - HOUR)


def sheet(bedside: Bedside, address: str = "") -> str:
    client = signed_in(bedside.nurse)
    return client.get(address or f"/courses/{bedside.course.pk}/downtime/").content.decode()


def test_sheet_carries_no_continue_when_the_dose_may_be_given(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=clock.now())
    assert present(bedside).verdict == "CONTINUE"

    shown = re.sub(r"<[^>]+>", " ", sheet(bedside)).lower()

    assert "continue" not in shown
    assert "not an order. nothing on this sheet allows a dose." in shown
    assert "measure again before a dose" in shown


def test_sheet_says_the_hold_and_why_when_one_stood(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=clock.now())
    record(bedside, [creatinine("3.4", at=clock.now())], at=clock.now())
    work(bedside, at=clock.now())

    shown = sheet(bedside)

    assert "HOLD when printed" in shown or "STOP" in shown
    assert "Creatinine 3.4 mg/dL" in shown


def test_sheet_names_patient_slots_and_limits_when_printed(bedside: Bedside) -> None:
    shown = sheet(bedside)

    for words in (
        bedside.patient.mrn,
        "NOVAK",
        "43.5 million units",
        "everything counts as missing",
        "3 mg/dL or more",
        "Given by",
    ):
        assert words in shown, words


def test_sheet_lists_what_was_missing_when_the_dose_was_assessed(bedside: Bedside) -> None:
    record(bedside, [creatinine("0.9", at=clock.now())], at=clock.now())
    work(bedside, at=clock.now())

    shown = sheet(bedside)

    assert "not charted" in shown
    assert "counts as missing" not in shown


def test_ward_prints_every_course_and_each_read_is_kept(bedside: Bedside) -> None:
    shown = sheet(bedside, f"/wards/{bedside.ward.pk}/downtime/")

    assert shown.count('class="paper"') == 1
    assert ReadAccess.objects.filter(user=bedside.nurse, page="downtime sheet").count() == 1


def test_sheet_is_not_there_when_the_patient_lies_on_another_ward(bedside: Bedside) -> None:
    client = signed_in(make_nurse(make_ward(bedside.site, "other")))

    assert client.get(f"/courses/{bedside.course.pk}/downtime/").status_code == 404
    assert client.get(f"/wards/{bedside.ward.pk}/downtime/").status_code == 404
