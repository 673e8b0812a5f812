"""Which runs of the protocol are kept?"""

from __future__ import annotations

from datetime import timedelta

from dosing.domain.snapshot import Snapshot
from dosing.domain.snapshot_json import snapshot_from_json
from dosing.domain.verdict import Verdict
from dosing.models import Assessment
from dosing.selectors.courses import facts_of
from dosing.selectors.outcomes import outcome_of
from dosing.services import assessments, courses
from il2ward.audit.models import AuditEvent
from tests.dosing.builders import Bedside, assessed, due, make_assessment, make_outcome

MINUTE = timedelta(minutes=1)
OPEN = due(1) - timedelta(hours=2)


def test_one_row_is_kept_when_the_outcome_does_not_change(bedside: Bedside) -> None:
    first = assessed(bedside.dose(1), Verdict.HOLD, at=OPEN, met=("creatinine",), used=False)
    again = assessed(bedside.dose(1), Verdict.HOLD, at=OPEN + MINUTE, met=("creatinine",), used=False)
    assert again == first
    assert Assessment.objects.count() == AuditEvent.objects.filter(event="dose.assessed").count() == 1


def test_row_is_kept_when_the_verdict_is_the_same_and_its_reasons_are_not(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN, met=("creatinine",), used=False)
    assessed(bedside.dose(1), Verdict.HOLD, at=OPEN, met=("platelets",), used=False)
    assert Assessment.objects.count() == 2


def test_row_is_kept_when_an_act_rests_on_an_unchanged_outcome(bedside: Bedside) -> None:
    assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN, used=False)
    used = assessed(bedside.dose(1), Verdict.CONTINUE, at=OPEN + MINUTE, used=True)
    assert used.at == OPEN + MINUTE
    assert Assessment.objects.count() == 2


def test_row_is_kept_once_when_the_window_has_opened_since(bedside: Bedside) -> None:
    for at in (OPEN - MINUTE, OPEN, OPEN + MINUTE):
        assessed(bedside.dose(1), Verdict.HOLD, at=at, met=("creatinine",), used=False)
    assert [row.at for row in Assessment.objects.order_by("id")] == [OPEN - MINUTE, OPEN]


def test_row_keeps_everything_that_is_needed_to_run_it_again(bedside: Bedside) -> None:
    outcome = make_outcome(Verdict.REVIEW, at=OPEN, met=("edema",), unknown=("weight",))
    course = courses.locked(bedside.course.pk)
    snapshot = Snapshot(at=OPEN, course=facts_of(course, bedside.dose(1), OPEN))

    row = assessments.store(
        dose=bedside.dose(1), snapshot=snapshot, outcome=outcome, course=course, cause="test", at=OPEN
    )

    row.refresh_from_db()
    assert outcome_of(row) == outcome
    assert snapshot_from_json(row.snapshot) == snapshot
    assert (row.met, row.unknown, row.evidence_seq) == (["edema"], ["weight"], course.evidence_seq)
    assert row.overlay_sha256 == course.overlay.sha256 if course.overlay else not row.overlay_sha256
    assert (row.inputs_sha256, row.ctcae_sha256) == (course.inputs.sha256, course.ctcae.sha256)


def test_hold_of_another_dose_is_another_row(bedside: Bedside) -> None:
    outcome = make_outcome(Verdict.HOLD, at=OPEN, met=("creatinine",))
    make_assessment(bedside.dose(1), outcome, at=OPEN)
    make_assessment(bedside.dose(2), outcome, at=OPEN)
    assert Assessment.objects.count() == 2
