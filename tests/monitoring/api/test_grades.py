"""Do a clinician's grades get in over the JSON interface, and only where they may?"""

from __future__ import annotations

import pytest

from il2ward.audit.models import ReadAccess
from monitoring.models import EnteredGrade, GradeConfirmation, ToxicityGrade
from tests.dosing.builders import NOW, Bedside, make_nurse, make_ward
from tests.monitoring.api.bedside_client import post, told
from tests.monitoring.charting import MINUTE, record, value, work
from tests.signed_in import signed_in

WHY = "Anxious, settled without any treatment."


@pytest.fixture
def row(bedside: Bedside) -> ToxicityGrade:
    """A fast heart: tachycardia grade 1, proposed."""
    record(bedside, [value("heart_rate", "130", "/min", at=NOW - MINUTE)], at=NOW)
    work(bedside, at=NOW)
    return ToxicityGrade.objects.get(term="sinus_tachycardia")


def test_nurse_confirms_a_grade_once_per_key(bedside: Bedside, row: ToxicityGrade) -> None:
    nurse, path = signed_in(bedside.nurse), f"/api/v1/grades/{row.pk}/confirmations"

    answers = [post(nurse, path, {"grade": 1}, again="the-same") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert told(answers[0]) == told(answers[1])
    assert GradeConfirmation.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "body", "status", "code"),
    [
        ("nurse", {"grade": 0, "reason": WHY}, 403, "physician-needed"),
        ("physician", {"grade": 0}, 422, "reason-missing"),
        ("physician", {"grade": 6}, 422, ""),
        ("physician", {"grade": "1"}, 422, ""),
        ("admin", {"grade": 1}, 403, ""),
    ],
)
def test_refused_confirmation_writes_nothing(
    bedside: Bedside, row: ToxicityGrade, who: str, body: dict[str, object], status: int, code: str
) -> None:
    answer = post(signed_in(getattr(bedside, who)), f"/api/v1/grades/{row.pk}/confirmations", body)

    assert answer.status_code == status, answer.content
    assert not code or told(answer)["code"] == code
    assert not GradeConfirmation.objects.exists()


def test_grade_of_another_ward_is_not_there(bedside: Bedside, row: ToxicityGrade) -> None:
    stranger = signed_in(make_nurse(make_ward(bedside.site, "elsewhere")))

    assert post(stranger, f"/api/v1/grades/{row.pk}/confirmations", {"grade": 1}).status_code == 404
    assert (
        post(stranger, f"/api/v1/courses/{bedside.course.pk}/grades", {"term": "nausea", "grade": 1}).status_code == 404
    )
    assert stranger.get(f"/api/v1/courses/{bedside.course.pk}/toxicities").status_code == 404


def test_entered_grade_is_kept_and_withdrawn(bedside: Bedside) -> None:
    nurse = signed_in(bedside.nurse)
    answer = post(
        nurse, f"/api/v1/courses/{bedside.course.pk}/grades", {"term": "nausea", "grade": 2, "note": "IV fluid"}
    )
    assert answer.status_code == 201, answer.content
    entry = told(answer)
    assert (entry["grade"], entry["ctcae_version"]) == (2, "5.0")

    gone = post(nurse, f"/api/v1/entered-grades/{entry['id']}/withdrawal", {"reason": "Entered at the wrong bed."})

    assert told(gone)["replaces"] == entry["id"]
    assert EnteredGrade.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"term": "platelets_decreased", "grade": 1}, 422),
        ({"term": "nausea", "grade": 4}, 422),
        ({"term": "nausea", "grade": 1, "observed_at": "2030-01-01T00:00:00Z"}, 422),
        ({"term": "nausea"}, 422),
    ],
)
def test_refused_entry_writes_nothing(bedside: Bedside, body: dict[str, object], status: int) -> None:
    answer = post(signed_in(bedside.nurse), f"/api/v1/courses/{bedside.course.pk}/grades", body)

    assert answer.status_code == status, answer.content
    assert not EnteredGrade.objects.exists()


def test_toxicities_tell_worst_grades_with_what_they_leave_open(bedside: Bedside, row: ToxicityGrade) -> None:
    answer = signed_in(bedside.admin).get(f"/api/v1/courses/{bedside.course.pk}/toxicities")

    assert answer.status_code == 200
    term = next(one for one in told(answer)["terms"] if one["term"] == row.term)
    assert term["course"]["grade"] == 1
    assert term["course"]["proposed"] is True
    assert term["doses"][0]["dose"] == 1
    assert told(answer)["events"] == []
    assert ReadAccess.objects.filter(page="toxicities").count() == 1
