"""Can an admin find a completed course, see it whole, sign it off and take it out; and nobody else?"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dosing.services import courses, placements
from dosing.services.trail import note_course
from il2ward import clock
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent, ReadAccess
from il2ward.audit.services import kept_checks
from monitoring.models import CourseReview
from monitoring.selectors.completed import Wanted, found
from monitoring.selectors.course_account import unaccounted_of
from monitoring.services.observations import NewObservation
from tests.dosing.builders import (
    Bedside,
    give_dose,
    make_admin,
    make_bed,
    make_bedside,
    make_course,
    make_patient,
    make_site,
    make_ward,
)
from tests.monitoring.charting import HOUR, chart_all_fine, creatinine, record
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db
PASSWORD = "correct-horse-battery"


@pytest.fixture
def bedside() -> Bedside:
    bedside = make_bedside(at=clock.now() - 30 * HOUR)
    bedside.admin.set_password(PASSWORD)
    bedside.admin.save()
    return bedside


def ended(bedside: Bedside) -> None:
    courses.end_course(
        course=bedside.course, reason="toxicity", actor=Actor(user=bedside.physician), at=clock.now() - HOUR
    )
    bedside.course.refresh_from_db()


def page_of(bedside: Bedside) -> str:
    return signed_in(bedside.admin).get(f"/completed/{bedside.course.pk}/").content.decode()


def sign(bedside: Bedside, *, accepted: list[str] | None = None, password: str = PASSWORD, statement: str = "") -> str:
    if accepted is None:
        accepted = [one.key for one in unaccounted_of(bedside.course, clock.now())]
    sent = {"accepted": accepted, "password": password, "statement": statement or "Read dose by dose."}
    return signed_in(bedside.admin).post(f"/completed/{bedside.course.pk}/sign/", sent, follow=True).content.decode()


def test_course_is_found_by_each_part_of_the_search_when_it_has_ended(bedside: Bedside) -> None:
    client = signed_in(bedside.admin)
    assert "No completed course" in client.get("/completed/").content.decode()
    ended(bedside)
    today, name = clock.now().date().isoformat(), bedside.patient.family_name

    for query, is_found in (
        (f"who={name}", True), (f"who={bedside.patient.mrn}", True), ("who=nobody", False),
        (f"ward={bedside.ward.pk}", True), ("ward=999", False), ("ended=toxicity", True), ("ended=died", False),
        (f"regimen={bedside.course.regimen.key}", True), ("regimen=x", False), ("signed=no", True),
        ("signed=yes", False), ("from=2020-01-01", True), ("to=2020-01-01", False), (f"from=x&to={today}", True),
    ):  # fmt: skip
        answer = client.post("/completed/", dict(parse_qsl(query)), follow=True)
        shown, address = answer.content.decode(), answer.request["QUERY_STRING"]
        assert "who" not in address, "a name stands in no address"
        assert (f"/completed/{bedside.course.pk}/" in shown) is is_found, query
        assert shown.count("(US label)") == 1 + is_found, "the regimen by its title: in the search, and in the row"


def test_only_admins_of_the_hospital_see_a_completed_course(bedside: Bedside) -> None:
    ended(bedside)
    address = f"/completed/{bedside.course.pk}/"
    elsewhere = make_admin(make_ward(make_site("elsewhere"), "other"))

    assert signed_in(bedside.nurse).get(address).status_code == 403
    assert signed_in(bedside.physician).get(address).status_code == 403
    assert signed_in(elsewhere).get(address).status_code == 404
    assert signed_in(bedside.admin).get(address).status_code == 200
    assert ReadAccess.objects.filter(user=bedside.admin, page="completed course").count() == 1


def test_open_course_is_not_there_when_it_has_not_ended(bedside: Bedside) -> None:
    assert signed_in(bedside.admin).get(f"/completed/{bedside.course.pk}/").status_code == 404


def test_record_tells_the_dose_with_people_evidence_and_log_when_it_was_given(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=bedside.dose(1).due_at - timedelta(minutes=20))
    give_dose(bedside, 1, at=bedside.dose(1).due_at)
    ended(bedside)

    shown = page_of(bedside)

    first = shown.split('id="dose-1-1"', 1)[1].split("</article>", 1)[0]
    for words in ("43.5 million units", str(bedside.nurse), str(bedside.nurse2), "Started on <b>CONTINUE</b>",
                  "Worst grades before it", "Dose 1 started", "Assessments with their evidence"):  # fmt: skip
        assert words in first, words
    assert "Cycle ended" in shown or "cycle ended" in shown


def test_correction_shows_old_and_new_with_the_reason_when_a_value_was_changed(bedside: Bedside) -> None:
    at = clock.now() - 5 * HOUR
    [old] = record(bedside, [creatinine("3.4", at=at)], at=at)
    again = NewObservation(
        observable="creatinine", value="1.4", unit="mg/dL", observed_at=at, origin="laboratory",
        replaces=old.observation.pk, reason="Read from the wrong line",
    )  # fmt: skip
    record(bedside, [again], at=at)
    ended(bedside)

    shown = page_of(bedside)

    assert "<del>3.4 mg/dL</del>" in shown
    assert "<b>1.4 mg/dL</b>" in shown
    assert "Read from the wrong line" in shown


def test_course_is_signed_off_when_every_open_point_is_ticked(bedside: Bedside) -> None:
    ended(bedside)
    assert "No response to the course is documented" in page_of(bedside)

    assert "Signed off." in sign(bedside)

    review = CourseReview.objects.get()
    assert review.by == bedside.admin
    assert {"key": "response", "text": "No response to the course is documented"} in review.accepted
    assert AuditEvent.objects.filter(event="course.reviewed", course_id=bedside.course.pk).exists()
    assert "came after it" not in page_of(bedside)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"accepted": []}, "Not every point of the list was ticked"),
        ({"password": "wrong"}, "This is not the password"),
        ({"statement": "ok"}, "Say what you have looked at"),
    ],
)
def test_nothing_is_signed_when_something_is_missing(bedside: Bedside, given: dict[str, object], why: str) -> None:
    ended(bedside)

    assert why in sign(bedside, **given)  # type: ignore[arg-type]

    assert not CourseReview.objects.exists()
    assert not AuditEvent.objects.filter(event="course.reviewed").exists()


def test_sign_off_falls_behind_when_the_record_changes_after_it(bedside: Bedside) -> None:
    ended(bedside)
    sign(bedside)

    note_course(bedside.course, "response.entered", actor=Actor(user=bedside.physician), at=clock.now(), body={})

    assert "1 event came after it: look again." in page_of(bedside)


def test_table_has_a_guarded_row_for_each_dose_and_taking_it_out_is_in_the_log(bedside: Bedside) -> None:
    give_dose(bedside, 1, at=bedside.dose(1).due_at)
    bedside.nurse.display_name = "=HYPERLINK(1)"
    bedside.nurse.save()
    ended(bedside)

    answer = signed_in(bedside.admin).get(f"/completed/{bedside.course.pk}/csv/")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 14
    assert rows[0]["given units"] == "43500000"
    assert rows[0]["given by"] == "'=HYPERLINK(1)"
    assert AuditEvent.objects.filter(event="course.exported", course_id=bedside.course.pk).count() == 1


def test_page_needs_no_more_queries_when_more_doses_were_given(bedside: Bedside) -> None:
    give_dose(bedside, 1, at=bedside.dose(1).due_at)
    give_dose(bedside, 2, at=bedside.dose(2).due_at)
    ended(bedside)
    client = signed_in(bedside.admin)

    with CaptureQueriesContext(connection) as seen:
        client.get(f"/completed/{bedside.course.pk}/")

    assert len(seen) < 110


def test_search_needs_no_more_queries_when_more_courses_were_signed_off(bedside: Bedside) -> None:
    at = clock.now()
    patient = make_patient(bedside.site, at=at - 30 * HOUR)
    placements.place(patient=patient, bed=make_bed(bedside.ward), actor=SYSTEM, at=at - 30 * HOUR)
    other = make_course(patient, bedside.physician, at=at - 29 * HOUR)
    courses.end_course(course=other, reason="toxicity", actor=Actor(user=bedside.physician), at=at - HOUR)
    ended(bedside)
    needed = []
    for course in (other, bedside.course):
        CourseReview.objects.create(
            course=course, by=bedside.admin, at=at, statement="Read dose by dose.", accepted=[], audit_seq=1,
            reauthenticated=True,
        )  # fmt: skip
        with CaptureQueriesContext(connection) as seen:
            rows, _ = found(bedside.admin, Wanted(signed="yes"), at)
        assert course in [one.course for one in rows if one.review is not None]
        needed.append(len(seen))

    assert needed[0] == needed[1]


def test_result_of_the_last_walk_is_shown_when_the_log_was_checked(bedside: Bedside) -> None:
    client = signed_in(bedside.admin)
    assert "has not been checked yet" in client.get("/completed/").content.decode()

    kept_checks.run(started_at=clock.now())

    assert "The log is whole." in client.get("/completed/").content.decode()
