"""Does a grade that a clinician enters stand until a person ends it, and count like a measured one?"""

from __future__ import annotations

import pytest

from dosing.services.refusals import NotOfThisWard, PhysicianNeeded, ReasonMissing
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from monitoring.models import EnteredGrade
from monitoring.selectors.entered_grades import newest_entries
from monitoring.services import entered_grades
from monitoring.services.confirmations import GradeNotOffered
from monitoring.services.entered_grades import EntryNoLongerStands, NotOfThisCourse, TermNotEntered
from tests.dosing.builders import NOW, Bedside, make_nurse, make_ward
from tests.monitoring.charting import HOUR, MINUTE, chart_all_fine, open_alerts, present

WHY = "Entered at the wrong bed."


def enter(
    bedside: Bedside, user: User, term: str, grade: int, *, minutes: int = 0, seen: int | None = None
) -> EnteredGrade:
    """Entered so many minutes after the beginning, seen then or at ``seen``."""
    return entered_grades.enter(
        course_id=bedside.course.pk, term=term, grade=grade, note="", actor=Actor(user=user),
        observed_at=NOW + (minutes if seen is None else seen) * MINUTE, at=NOW + minutes * MINUTE,
    )  # fmt: skip


def stands(bedside: Bedside, term: str, minutes: int = 60) -> int | None:
    row = newest_entries(bedside.course.pk, at=NOW + minutes * MINUTE).get(term)
    return None if row is None else row.grade


def test_entered_grade_stands_and_is_told(bedside: Bedside) -> None:
    row = enter(bedside, bedside.nurse, "nausea", 2)

    assert (row.ctcae_version, row.rules_sha256) == ("5.0", bedside.course.ctcae.sha256)
    assert stands(bedside, "nausea") == 2
    assert AuditEvent.objects.get(event="grade.entered").actor == bedside.nurse


def test_severe_grade_raises_its_alert_and_a_better_one_ends_its_reason(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=NOW)
    enter(bedside, bedside.nurse, "confusion", 3, minutes=1)
    assert open_alerts(bedside)["ctcae-confusion"].severity == "medium"

    enter(bedside, bedside.physician, "confusion", 1, minutes=5)

    assert open_alerts(bedside)["ctcae-confusion"].condition_gone_at == NOW + 5 * MINUTE


def test_worse_entry_beside_a_measured_grade_reaches_the_gate(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=NOW)
    assert present(bedside).verdict == "CONTINUE"

    enter(bedside, bedside.nurse, "hypotension", 4, minutes=1)

    assert present(bedside).verdict == "STOP_CYCLE"


def test_better_entry_beside_a_measured_grade_changes_nothing(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=NOW)
    before = present(bedside).outcome_token

    enter(bedside, bedside.nurse, "hypotension", 0, minutes=1)

    assert present(bedside).outcome_token == before


def test_newest_by_when_it_was_seen_stands(bedside: Bedside) -> None:
    enter(bedside, bedside.nurse, "nausea", 1, minutes=10)
    enter(bedside, bedside.nurse, "nausea", 2, minutes=20, seen=5)

    assert stands(bedside, "nausea") == 1


@pytest.mark.parametrize(("before", "after", "refused"), [(3, 2, True), (3, 3, False), (3, 4, False), (2, 0, False)])
def test_nurse_may_not_end_a_severe_grade(bedside: Bedside, before: int, after: int, refused: bool) -> None:
    enter(bedside, bedside.nurse, "nausea" if before < 3 else "confusion", before)
    term = "nausea" if before < 3 else "confusion"
    if refused:
        with pytest.raises(PhysicianNeeded):
            enter(bedside, bedside.nurse, term, after, minutes=5)
    else:
        enter(bedside, bedside.nurse, term, after, minutes=5)

    assert stands(bedside, term) == (before if refused else after)


@pytest.mark.parametrize("term", ["platelets_decreased", "lactate_increased", "no_such_term"])
def test_term_that_has_no_words_is_refused(bedside: Bedside, term: str) -> None:
    with pytest.raises(TermNotEntered):
        enter(bedside, bedside.physician, term, 1)

    assert not EnteredGrade.objects.exists()


def test_grade_that_the_version_does_not_have_is_refused(bedside: Bedside) -> None:
    with pytest.raises(GradeNotOffered):
        enter(bedside, bedside.physician, "nausea", 4)


def test_what_was_seen_before_the_course_is_refused(bedside: Bedside) -> None:
    with pytest.raises(NotOfThisCourse):
        enter(bedside, bedside.nurse, "nausea", 1, seen=-24 * 60)


def test_same_entry_twice_is_kept_once(bedside: Bedside) -> None:
    assert (
        enter(bedside, bedside.nurse, "nausea", 2).pk
        == enter(bedside, bedside.nurse, "nausea", 2, minutes=3, seen=0).pk
    )


def test_withdrawn_entry_no_longer_stands_and_is_still_there(bedside: Bedside) -> None:
    enter(bedside, bedside.nurse, "nausea", 1)
    wrong = enter(bedside, bedside.nurse, "nausea", 3, minutes=5)

    entered_grades.withdraw(entry_id=wrong.pk, reason=WHY, actor=Actor(user=bedside.nurse), at=NOW + HOUR)

    assert stands(bedside, "nausea") == 1
    assert stands(bedside, "nausea", minutes=59) == 3
    assert EnteredGrade.objects.filter(pk=wrong.pk, grade=3).exists()
    with pytest.raises(EntryNoLongerStands):
        entered_grades.withdraw(entry_id=wrong.pk, reason=WHY, actor=Actor(user=bedside.nurse), at=NOW + HOUR)


def test_entry_is_withdrawn_by_its_author_or_a_physician_with_a_reason(bedside: Bedside) -> None:
    wrong = enter(bedside, bedside.nurse, "nausea", 2)

    with pytest.raises(PhysicianNeeded):
        entered_grades.withdraw(entry_id=wrong.pk, reason=WHY, actor=Actor(user=bedside.nurse2), at=NOW + HOUR)
    with pytest.raises(ReasonMissing):
        entered_grades.withdraw(entry_id=wrong.pk, reason="wrong", actor=Actor(user=bedside.nurse), at=NOW + HOUR)
    entered_grades.withdraw(entry_id=wrong.pk, reason=WHY, actor=Actor(user=bedside.physician), at=NOW + HOUR)

    assert stands(bedside, "nausea") is None


def test_stranger_enters_nothing(bedside: Bedside) -> None:
    with pytest.raises(NotOfThisWard):
        enter(bedside, make_nurse(make_ward(bedside.site, "elsewhere")), "nausea", 1)
