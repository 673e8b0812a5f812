"""Does the page of grades ask a clinician for what waits, with its evidence, and offer nobody what is not theirs?"""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from il2ward.audit.actor import Actor
from il2ward.audit.models import ReadAccess
from il2ward.staff.models import User
from monitoring.models import ToxicityGrade
from monitoring.selectors.grades_page import grades_page_of, waiting_count
from monitoring.services import confirmations, entered_grades
from tests.dosing.builders import Bedside, make_nurse, make_ward, start_dose
from tests.monitoring.charting import MINUTE, record, value, work
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
WHY = "Fever of 39.4, settled with it."


def fast_heart(bedside: Bedside, at: datetime, text: str = "130") -> ToxicityGrade:
    """A tachycardia grade 1, proposed."""
    record(bedside, [value("heart_rate", text, "/min", at=at)], at=at)
    work(bedside, at=at)
    return ToxicityGrade.objects.filter(term="sinus_tachycardia").latest("id")


def page_for(user: User, bedside: Bedside) -> str:
    client = signed_in(user)
    answer = client.get(f"/courses/{bedside.course.pk}/grades/")
    assert answer.status_code == 200
    return answer.content.decode()


def confirm(row: ToxicityGrade, user: User, grade: int, at: datetime, reason: str = "") -> None:
    confirmations.confirm(grade_id=row.pk, confirmed_grade=grade, reason=reason, actor=Actor(user=user), at=at)


def test_newest_of_grades_that_repeat_each_other_is_asked_for(bedside: Bedside, now: datetime) -> None:
    fast_heart(bedside, now - 3 * MINUTE, "120")
    row = fast_heart(bedside, now - MINUTE)

    page = grades_page_of(bedside.course, at=now)

    assert [one.grade.id for one in page.waiting] == [row.pk]
    assert page.waiting[0].value.value == "130 /min"
    assert [choice.grade for choice in page.waiting[0].choices] == [0, 1, 2, 3]


def test_grade_0_is_not_asked_for(bedside: Bedside, now: datetime) -> None:
    fast_heart(bedside, now - MINUTE, "80")

    assert waiting_count(bedside.course.pk, at=now) == 0


def test_confirmed_grade_waits_no_more_and_neither_do_those_like_it(bedside: Bedside, now: datetime) -> None:
    confirm(fast_heart(bedside, now - 3 * MINUTE), bedside.nurse, 1, now)
    fast_heart(bedside, now - MINUTE, "125")

    assert waiting_count(bedside.course.pk, at=now) == 0


def test_grade_found_better_waits_again_with_the_next_value(bedside: Bedside, now: datetime) -> None:
    confirm(fast_heart(bedside, now - 3 * MINUTE), bedside.physician, 0, now, WHY)
    assert waiting_count(bedside.course.pk, at=now) == 0
    fast_heart(bedside, now - MINUTE, "125")

    assert waiting_count(bedside.course.pk, at=now) == 1


def test_each_dose_is_asked_for_on_its_own(bedside: Bedside, now: datetime) -> None:
    fast_heart(bedside, now - 3 * MINUTE)
    start_dose(bedside, 1, at=now - 2 * MINUTE)
    fast_heart(bedside, now - MINUTE, "125")

    assert waiting_count(bedside.course.pk, at=now) == 2


def test_what_was_given_stands_beside_the_value(bedside: Bedside, now: datetime) -> None:
    record(bedside, [value("fluid_bolus", "500", "mL", at=now - 20 * MINUTE)], at=now - 20 * MINUTE)
    fast_heart(bedside, now - MINUTE)

    page = grades_page_of(bedside.course, at=now)

    beside = {seen.value for one in page.waiting for seen in one.beside}
    assert "500 mL" in beside


def test_nurse_is_offered_no_better_grade_and_no_death(bedside: Bedside, now: datetime) -> None:
    row = fast_heart(bedside, now - MINUTE)
    dialog = page_for(bedside.nurse, bedside).split(f'id="other-{row.pk}"')[1].split("</dialog>")[0]
    assert [grade for grade in "012345" if f'value="{grade}"' in dialog] == ["2", "3"]
    dialog = page_for(bedside.physician, bedside).split(f'id="other-{row.pk}"')[1].split("</dialog>")[0]
    assert [grade for grade in "012345" if f'value="{grade}"' in dialog] == list("0123")


def test_admin_reads_without_a_single_form(bedside: Bedside, now: datetime) -> None:
    fast_heart(bedside, now - MINUTE)
    text = page_for(bedside.admin, bedside)

    assert "Sinus tachycardia" in text
    assert "data-act" not in text
    assert ReadAccess.objects.filter(page="grades", user=bedside.admin).count() == 1


def test_page_of_another_ward_is_not_there(bedside: Bedside) -> None:
    client = Client()
    stranger = make_nurse(make_ward(bedside.site, "elsewhere"))
    client.force_login(stranger, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(f"/courses/{bedside.course.pk}/grades/").status_code == 404


def test_confirmed_and_entered_grades_name_who_said_them(bedside: Bedside, now: datetime) -> None:
    confirm(fast_heart(bedside, now - MINUTE), bedside.physician, 0, now, WHY)
    entered_grades.enter(
        course_id=bedside.course.pk, term="nausea", grade=2, observed_at=now, note="", actor=Actor(user=bedside.nurse),
        at=now,
    )  # fmt: skip
    text = page_for(bedside.nurse2, bedside)

    assert f"by {bedside.physician}" in text
    assert WHY in text
    assert f"{bedside.nurse}</span>" in text


def test_course_page_lists_adverse_events_and_counts_what_waits(bedside: Bedside, now: datetime) -> None:
    start_dose(bedside, 1, at=now - 3 * MINUTE)
    fast_heart(bedside, now - MINUTE)
    client = signed_in(bedside.nurse)
    text = client.get(f"/courses/{bedside.course.pk}/").content.decode()

    section = text.split('id="adverse-events"')[1].split("</section>")[0]
    assert "Tachycardia" in section
    assert "not over" in section
    assert "<b>1</b> proposed grade to confirm" in section


def test_number_of_queries_is_fixed(bedside: Bedside, now: datetime) -> None:
    confirm(fast_heart(bedside, now - 9 * MINUTE), bedside.physician, 0, now - 8 * MINUTE, WHY)
    fast_heart(bedside, now - 7 * MINUTE)
    with CaptureQueriesContext(connection) as few:
        grades_page_of(bedside.course, at=now)
    for minute in range(1, 6):
        confirm(fast_heart(bedside, now - minute * MINUTE), bedside.physician, 0, now - minute * MINUTE, WHY)
    with CaptureQueriesContext(connection) as many:
        grades_page_of(bedside.course, at=now)

    assert len(many) <= len(few) <= 10
