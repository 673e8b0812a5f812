"""What does the page of trends show of a course, and does the JSON say the same?"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from il2ward import clock
from il2ward.audit.models import ReadAccess
from monitoring.services.observations import NewObservation
from tests.dosing.builders import Bedside, give_dose, make_bedside, make_nurse, make_site, make_ward
from tests.monitoring.charting import HOUR, creatinine, record, value
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def bedside() -> Bedside:
    return make_bedside(at=clock.now() - 20 * HOUR)


def shown(bedside: Bedside, query: str = "") -> str:
    return signed_in(bedside.nurse).get(f"/courses/{bedside.course.pk}/trends/{query}").content.decode()


def chart(html: str, key: str) -> str:
    return html.split(f'id="trend-{key}"', 1)[1].split("</figure>", 1)[0]


def rows(html: str, key: str) -> list[str]:
    return re.findall(r"<tr data-at=.*?</tr>", chart(html, key), re.DOTALL)


def charted(bedside: Bedside, *items: NewObservation) -> None:
    record(bedside, list(items), at=clock.now())


def test_pressure_is_one_bar_when_both_were_measured_together(bedside: Bedside) -> None:
    at = clock.now() - HOUR
    charted(bedside, value("bp_systolic", "118", "mm[Hg]", at=at), value("bp_diastolic", "72", "mm[Hg]", at=at))
    charted(bedside, value("bp_systolic", "88", "mm[Hg]", at=at + timedelta(minutes=20)))

    both, alone = rows(shown(bedside), "bp_systolic")

    assert 'data-value="118" data-low="72"' in both
    assert "118/72" in both
    assert "data-low" not in alone


def test_impossible_and_unlikely_values_are_shown_and_marked_when_charted(bedside: Bedside) -> None:
    at = clock.now() - HOUR
    charted(bedside, value("heart_rate", "84", "/min", at=at), value("heart_rate", "900", "/min", at=at + HOUR / 4))

    fine, impossible = rows(shown(bedside), "heart_rate")

    assert "data-mark" not in fine
    assert 'data-value="900"' in impossible
    assert 'data-mark="unusable"' in impossible
    assert "impossible" in impossible


def test_struck_value_is_shown_struck_with_the_reason_when_it_was_corrected(bedside: Bedside) -> None:
    at = clock.now() - HOUR
    [first] = record(bedside, [creatinine("3.4", at=at)], at=clock.now())
    again = NewObservation(
        observable="creatinine", value="1.4", unit="mg/dL", observed_at=at, range_high="1.2", origin="laboratory",
        replaces=first.observation.pk, reason="Read from the wrong line",
    )  # fmt: skip
    record(bedside, [again], at=clock.now())

    told = rows(shown(bedside), "creatinine")

    assert any("<del>3.4</del>" in one and "Read from the wrong line" in one for one in told)
    assert any("<del>" not in one and ">1.4<" in one for one in told)


def test_gap_is_told_when_values_lie_further_apart_than_they_may_be_old(bedside: Bedside) -> None:
    at = clock.now()
    charted(bedside, value("heart_rate", "84", "/min", at=at - 12 * HOUR), value("heart_rate", "90", "/min", at=at))

    first, second = rows(shown(bedside), "heart_rate")

    assert "data-gap" not in first
    assert "gap before" in second


def test_value_in_another_unit_is_converted_and_says_so_when_drawn(bedside: Bedside) -> None:
    charted(bedside, value("creatinine", "88.4", "umol/L", at=clock.now() - HOUR))

    [row] = rows(shown(bedside), "creatinine")

    assert 'data-value="1"' in row
    assert "sent as 88.4 µmol/L" in row


def test_dose_is_marked_when_it_was_given_in_the_stretch(bedside: Bedside) -> None:
    give_dose(bedside, 1, at=bedside.dose(1).due_at)

    assert "Dose 1 given" in shown(bedside)


def test_limits_of_protocol_and_grades_stand_beside_the_values(bedside: Bedside) -> None:
    charted(bedside, creatinine("1.4", at=clock.now() - HOUR))

    found = chart(shown(bedside), "creatinine")

    assert "3 mg/dL or more holds (absolute)" in found
    assert 'data-effect="grade"' in found
    assert "Creatinine grade 4: above 7.2" in found


def test_page_is_not_there_when_the_patient_lies_elsewhere(bedside: Bedside) -> None:
    stranger = signed_in(make_nurse(make_ward(make_site("elsewhere"), "other")))

    assert stranger.get(f"/courses/{bedside.course.pk}/trends/").status_code == 404
    assert stranger.get(f"/api/v1/courses/{bedside.course.pk}/trends").status_code == 404


def test_json_says_what_the_page_says_and_the_read_is_kept(bedside: Bedside) -> None:
    charted(bedside, value("heart_rate", "84", "/min", at=clock.now() - HOUR))
    client = signed_in(bedside.nurse)

    told = client.get(f"/api/v1/courses/{bedside.course.pk}/trends?span=24h").json()

    [heart] = [one for one in told["charts"] if one["key"] == "heart_rate"]
    assert [one["value"] for one in heart["points"]] == ["84"]
    assert ReadAccess.objects.filter(user=bedside.nurse, page="trends").count() == 1
    assert client.get(f"/api/v1/courses/{bedside.course.pk}/trends?span=year").status_code == 422
