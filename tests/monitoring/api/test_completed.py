"""Does a program find, read, sign off and take out a completed course as the pages do, and nobody but an admin?"""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from dosing.services import courses
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent, ReadAccess
from il2ward.audit.services import kept_checks
from il2ward.staff.models import User
from monitoring.models import CourseReview
from tests.dosing.builders import NOW, Bedside, give_dose, make_admin, make_site, make_ward
from tests.monitoring.api.bedside_client import post, told
from tests.signed_in import signed_in

PASSWORD = "correct-horse-battery"


@pytest.fixture
def ended(bedside: Bedside, monkeypatch: pytest.MonkeyPatch) -> Bedside:
    """The bedside, whose course was ended after one dose and whose admin has a password."""
    give_dose(bedside, 1, at=bedside.dose(1).due_at)
    later = NOW + timedelta(hours=9)
    courses.end_course(course=bedside.course, reason="toxicity", actor=Actor(user=bedside.physician), at=later)
    bedside.admin.set_password(PASSWORD)
    bedside.admin.save()
    monkeypatch.setattr("il2ward.clock.now", lambda: later + timedelta(hours=1))
    return bedside


def got(person: User, path: str) -> tuple[int, Any]:
    """Status and content."""
    response = signed_in(person).get(f"/api/v1/completed{path}")
    return response.status_code, told(response)


def sign(bedside: Bedside, **given: Any) -> tuple[int, Any]:
    """Sign the course off with its whole checklist."""
    keys = [one["key"] for one in got(bedside.admin, f"/{bedside.course.pk}")[1]["checklist"]]
    body = {"statement": "Read dose by dose.", "accepted": keys, "password": PASSWORD} | given
    response = post(signed_in(bedside.admin), f"/api/v1/completed/{bedside.course.pk}/sign-off", body)
    return response.status_code, told(response)


def test_a_course_is_found_read_and_signed_off_when_every_point_is_accepted(ended: Bedside) -> None:
    for query, is_found in (("", True), ("?ended=toxicity&signed=no", True), ("?signed=yes", False)):
        assert bool(got(ended.admin, query)[1]["courses"]) is is_found, query
    record = got(ended.admin, f"/{ended.course.pk}")[1]
    assert {"key": "response", "text": "No response to the course is documented"} in record["checklist"]
    first = record["doses"][0]
    assert (first["given_units"], first["given_by"]) == (43_500_000, str(ended.nurse))
    assert ReadAccess.objects.filter(user=ended.admin, page="completed course").count() == 1

    status, answer = sign(ended)

    assert (status, answer["by"]) == (201, ended.admin.display_name)
    assert CourseReview.objects.get().by == ended.admin
    assert got(ended.admin, "?signed=yes")[1]["courses"][0]["signed_off"]["id"] == answer["id"]


@pytest.mark.parametrize(
    ("given", "status", "code"),
    [({"accepted": []}, 409, "checklist-changed"), ({"password": "wrong"}, 403, "wrong-password"),
     ({"statement": "ok"}, 422, "wrong-content"), ({"statement": " " * 20}, 422, "invalid")],
)  # fmt: skip
def test_nothing_is_signed_when_something_is_missing(
    ended: Bedside, given: dict[str, Any], status: int, code: str
) -> None:
    answered, answer = sign(ended, **given)

    assert (answered, answer["code"]) == (status, code)
    assert not CourseReview.objects.exists()


def test_the_table_is_taken_out_and_the_log_says_so(ended: Bedside) -> None:
    answer = signed_in(ended.admin).get(f"/api/v1/completed/{ended.course.pk}/table")

    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0]["given units"] == "43500000"
    assert AuditEvent.objects.filter(event="course.exported", course_id=ended.course.pk).count() == 1


def test_only_admins_of_the_hospital_come_to_a_completed_course(ended: Bedside) -> None:
    far = make_admin(make_ward(make_site("far"), "far"))
    for path in ("", f"/{ended.course.pk}", f"/{ended.course.pk}/table"):
        assert got(ended.physician, path)[0] == 403, path
        assert got(far, path)[0] == (404 if path else 200), path
    assert got(far, "")[1]["courses"] == []
    body = {"statement": "Read dose by dose.", "accepted": [], "password": PASSWORD}
    assert post(signed_in(far), f"/api/v1/completed/{ended.course.pk}/sign-off", body).status_code == 404
    assert not CourseReview.objects.exists()
    assert not AuditEvent.objects.filter(event="course.exported").exists()


def test_a_day_that_is_none_is_refused_and_a_course_still_open_is_not_there(bedside: Bedside) -> None:
    assert got(bedside.admin, "?from=2026-02-30")[0] == 422
    assert got(bedside.admin, f"/{bedside.course.pk}")[0] == 404


def test_the_walk_of_the_log_is_told_to_admins(bedside: Bedside) -> None:
    client = signed_in(bedside.admin)
    assert told(client.get("/api/v1/audit/check")) == {"check": None}
    kept_checks.run(started_at=NOW)
    assert told(client.get("/api/v1/audit/check"))["check"]["whole"] is True
    assert post(client, "/api/v1/audit/check", {}).status_code == 200
    assert post(signed_in(bedside.nurse), "/api/v1/audit/check", {}).status_code == 403
