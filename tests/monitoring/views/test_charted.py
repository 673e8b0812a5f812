"""Does the page of charted values show every version once, and offer to each role what is theirs?"""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import ReadAccess
from il2ward.staff.models import User
from il2ward.staff.services import devices
from monitoring.models import BedsideFinding, Observation
from monitoring.selectors.charted import MOST, Wanted, charted_of
from monitoring.selectors.course_page import course_page_of
from monitoring.services import corrections, observations
from monitoring.services.corrections import Change
from monitoring.services.observations import NewObservation
from tests.dosing.builders import Bedside, due, make_nurse, make_ward
from tests.monitoring.charting import creatinine, examine, record, value, work
from tests.signed_in import signed_in

MINUTE = timedelta(minutes=1)
AT = due(1)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The instant the entrances read as now."""
    monkeypatch.setattr("il2ward.clock.now", lambda: AT)
    return AT


@pytest.fixture
def bedside(at: datetime, bedside: Bedside) -> Bedside:
    """A patient with one creatinine that the nurse charted, mistyped and put right."""
    (old,) = record(bedside, [creatinine("3.4", at=AT - 20 * MINUTE)], at=AT - 19 * MINUTE)
    corrections.put_right(
        first=old.observation, seen=1, change=Change(value="1.4"), reason="Read from the wrong line",
        actor=Actor(user=bedside.nurse2), at=AT - 10 * MINUTE,
    )  # fmt: skip
    work(bedside, at=AT)
    return bedside


def page_for(user: User, bedside: Bedside, query: str = "") -> str:
    answer = signed_in(user).get(f"/courses/{bedside.course.pk}/charted/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def forms_in(text: str) -> Any:
    """What the page hands to its script."""
    found = re.search(r'<script id="forms" type="application/json">(.*?)</script>', text)
    assert found is not None
    return json.loads(found[1])


def send(bedside: Bedside, *items: NewObservation, laboratory: bool = True) -> None:
    """Let a laboratory, or a monitor, send ``items``."""
    device, _ = devices.issue(
        site=bedside.site, name="sender", scopes=("observation:write",), actor=SYSTEM, at=AT, laboratory=laboratory
    )
    observations.record(patient=bedside.patient, items=items, actor=Actor(device=device), at=AT)


def test_every_role_of_the_ward_reads_it_and_only_clinicians_get_forms(bedside: Bedside) -> None:
    stranger = make_nurse(make_ward(bedside.site, "elsewhere"))

    assert signed_in(stranger).get(f"/courses/{bedside.course.pk}/charted/").status_code == 404
    assert "<dialog" not in page_for(bedside.admin, bedside)
    assert "Correct…" not in page_for(bedside.admin, bedside)
    assert "Correct it as" in page_for(bedside.nurse, bedside)
    assert {row.page for row in ReadAccess.objects.all()} == {"charted values"}


def test_fact_stands_once_with_the_version_it_took_the_place_of(bedside: Bedside) -> None:
    text = page_for(bedside.nurse, bedside)

    first = Observation.objects.get(value="3.4")
    assert text.count('class="fact"') == 1
    assert '<b class="value">1.4</b>' in text
    assert "<del>3.4 mg/dL</del>" in text
    assert "Read from the wrong line" in text
    assert str(bedside.nurse2) in text
    assert forms_in(text)["values"][str(first.pk)]["seen"] == 2


def test_late_entry_says_when_it_was_entered(bedside: Bedside) -> None:
    record(bedside, [value("heart_rate", "84", "/min", at=AT - 16 * MINUTE)], at=AT)
    record(bedside, [value("resp_rate", "16", "/min", at=AT - 15 * MINUTE)], at=AT)

    text = page_for(bedside.nurse, bedside)

    assert text.count("entered late") == 1


def test_what_cannot_be_graded_says_why(bedside: Bedside) -> None:
    record(bedside, [value("platelets", "210", "furlong", at=AT)], at=AT)

    assert "not graded: unknown unit furlong" in page_for(bedside.nurse, bedside)


def test_what_was_sent_tells_a_nurse_whom_to_ask_and_a_physician_takes_it_back(bedside: Bedside) -> None:
    send(bedside, creatinine("8.1", at=AT))
    sent = Observation.objects.get(value="8.1")

    for_nurse, for_physician = (page_for(one, bedside) for one in (bedside.nurse, bedside.physician))

    assert "ask a physician" in for_nurse
    assert str(sent.pk) not in forms_in(for_nurse)["values"]
    assert f'data-does="take-back" data-kind="values" data-fact-key="{sent.pk}"' in for_physician


def test_what_was_taken_back_is_struck_and_offers_nothing_more(bedside: Bedside) -> None:
    first = Observation.objects.get(value="3.4")
    corrections.take_back(first=first, seen=2, reason="Another patient", actor=Actor(user=bedside.nurse), at=AT)

    text = page_for(bedside.nurse, bedside)

    assert '<del class="value">1.4 mg/dL</del>' in text
    assert "taken back" in text
    assert forms_in(text)["values"] == {}


def test_page_shows_a_day_and_goes_back_as_far_as_is_asked(bedside: Bedside) -> None:
    record(bedside, [value("heart_rate", "61", "/min", at=AT - timedelta(hours=24))], at=AT)
    record(bedside, [value("heart_rate", "62", "/min", at=AT - timedelta(hours=24, seconds=-1))], at=AT)
    record(bedside, [value("heart_rate", "63", "/min", at=AT - timedelta(days=40))], at=AT)

    def shown(query: str) -> list[str]:
        return re.findall(r'<b class="value">(6\d)</b>', page_for(bedside.nurse, bedside, query))

    assert shown("") == ["62"]
    assert shown("?span=72h") == ["62", "61"]
    assert shown("?span=all") == ["62", "61", "63"]
    assert shown("?span=nonsense&skip=x&by=nobody") == ["62"]
    assert shown("?what=creatinine&span=all") == []


def test_monitors_are_listed_when_they_are_asked_for(bedside: Bedside) -> None:
    send(bedside, value("heart_rate", "64", "/min", at=AT, origin="device"), laboratory=False)

    assert '<b class="value">64</b>' not in page_for(bedside.nurse, bedside)
    assert '<b class="value">64</b>' in page_for(bedside.nurse, bedside, "?by=device")


def test_older_ones_follow_on_the_next_page_and_queries_stay_few(bedside: Bedside) -> None:
    with CaptureQueriesContext(connection) as few:
        charted_of(bedside.course, Wanted(), AT, is_physician=False)
    record(bedside, [value("heart_rate", str(60 + n), "/min", at=AT - n * MINUTE) for n in range(MOST)], at=AT)
    with CaptureQueriesContext(connection) as many:
        first = charted_of(bedside.course, Wanted(), AT, is_physician=False)
    second = charted_of(bedside.course, Wanted(skip=first.next_skip), AT, is_physician=False)

    assert (len(first.facts), first.has_more, len(second.facts), second.has_more) == (MOST, True, 1, False)
    assert len(many) <= len(few)
    assert f"skip={MOST}" in page_for(bedside.nurse, bedside)


def test_bedside_answers_stand_by_when_they_were_looked_at(bedside: Bedside) -> None:
    examine(bedside, at=AT - 5 * MINUTE, j_atrial="fibrillation")
    row = BedsideFinding.objects.filter(question="j_atrial").first()
    assert row is not None

    for_nurse, for_physician = (page_for(one, bedside) for one in (bedside.nurse, bedside.physician))

    key = f"{row.round_id}-j_atrial"
    assert "1 found" in for_nurse
    assert key not in forms_in(for_nurse)["answers"], "what only a physician ends"
    assert "ask a physician to put it right" in for_nurse
    assert forms_in(for_physician)["answers"][key]["stands"] == "Atrial fibrillation"
    assert f"{row.round_id}-j_ventricular" in forms_in(for_nurse)["answers"]


def test_course_page_says_of_what_the_present_value_is_a_correction(bedside: Bedside) -> None:
    row = next(one for one in course_page_of(bedside.course, AT).values if one.key == "creatinine")
    assert row.was is not None
    assert (row.value, row.was.text, row.was.observed_at) == ("1.4", "3.4 mg/dL", None)

    text = signed_in(bedside.nurse).get(f"/courses/{bedside.course.pk}/").content.decode()
    assert "was <del>3.4 mg/dL</del>" in text
    assert f'href="/courses/{bedside.course.pk}/charted/"' in text
    form = signed_in(bedside.nurse).get(f"/courses/{bedside.course.pk}/vitals/").content.decode()
    assert f'href="/courses/{bedside.course.pk}/charted/"' in form
