"""An answer of the bedside check is put right by a new one of the same time, or struck; both stay."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from dosing.services import refusals
from il2ward.audit.actor import Actor
from monitoring.models import BedsideFinding, Regrading
from monitoring.selectors.charted_findings import rounds_of
from monitoring.selectors.course_page_events import events_of
from monitoring.selectors.course_record import corrections_of
from monitoring.selectors.evidence import answers_of
from monitoring.selectors.orders_page import orders_page_of
from monitoring.selectors.regrading_words import changed_acts
from monitoring.services import finding_corrections, findings
from monitoring.services.corrections import NothingChanged
from monitoring.services.findings import NewAnswer, UnknownFinding
from tests.dosing.builders import Bedside, due, make_nurse, make_ward
from tests.monitoring.charting import chart_all_fine, open_alerts, present, start, work

MINUTE = timedelta(minutes=1)
AT = due(1)
# Asked of the time since the previous dose: what was found stands until a physician says otherwise.
LASTS, AF = "j_atrial", "j_cv_af"
# Asked of now: a later answer ends it.
NOW_ONLY, ANSWER, OTHER = "j_skin", "moist", "intact"
WHY = "Tapped the wrong one"


def answered(bedside: Bedside, question: str, option: str) -> UUID:
    """Chart one answer, let it be judged, and return its round."""
    rows = findings.record(
        course_id=bedside.course.pk, answers=[NewAnswer(question, option)], observed_at=AT - 5 * MINUTE,
        actor=Actor(user=bedside.nurse), at=AT - 5 * MINUTE,
    )  # fmt: skip
    work(bedside, at=AT - 5 * MINUTE)
    return rows[0].round_id


def correct(bedside: Bedside, round_id: UUID, actor: Actor, *, question: str, option: str) -> list[BedsideFinding]:
    return finding_corrections.correct(
        course_id=bedside.course.pk, round_id=round_id, question=question, option=option, reason=WHY, actor=actor, at=AT
    )


def states(bedside: Bedside, criterion: str) -> list[str]:
    return [one.state.value for one in answers_of(bedside.course, at=AT) if one.criterion == criterion]


def test_answer_is_put_right_by_a_new_one_of_the_same_time(bedside: Bedside) -> None:
    round_id = answered(bedside, LASTS, "sinus")

    correct(bedside, round_id, Actor(user=bedside.nurse2), question=LASTS, option="fibrillation")

    assert states(bedside, AF) == ["present"]
    old, new = BedsideFinding.objects.filter(criterion=AF, entered_in_error=None).order_by("recorded_at")
    assert (old.state, new.state, new.observed_at, new.reason) == ("absent", "present", old.observed_at, WHY)
    strike = BedsideFinding.objects.get(criterion=AF, entered_in_error=old)
    assert (strike.reason, strike.recorded_by) == (WHY, bedside.nurse2)
    (round_,), more = rounds_of(bedside.course, since=None, at=AT, is_physician=False)
    (answer,) = round_.answers
    assert [one.option for one in answer.versions] == ["fibrillation", "sinus"]
    assert (answer.earlier[0].struck_why, answer.newest.why, more) == (WHY, WHY, False)
    assert events_of(bedside.course.pk)[0].text == f"Bedside finding corrected: {WHY}"
    told = {(one.old, one.new) for one in corrections_of(bedside.course) if one.name == "J cv af"}
    assert told == {("absent", "present")}


def test_answer_taken_back_is_not_answered(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    row = BedsideFinding.objects.filter(question=LASTS).first()
    assert row is not None

    correct(bedside, row.round_id, Actor(user=bedside.nurse), question=LASTS, option="")
    work(bedside, at=AT)

    assert states(bedside, AF) == []
    assert present(bedside).verdict == "UNDECIDED"
    (round_,), _ = rounds_of(bedside.course, since=None, at=AT, is_physician=False)
    assert [one.is_taken_back for one in round_.answers if one.question == LASTS] == [True]


def test_second_of_two_who_saw_the_same_answer_is_refused(bedside: Bedside) -> None:
    round_id = answered(bedside, LASTS, "sinus")
    correct(bedside, round_id, Actor(user=bedside.nurse), question=LASTS, option="unable")
    count = BedsideFinding.objects.count()

    with pytest.raises(finding_corrections.AnotherAnswerStands):
        correct(bedside, round_id, Actor(user=bedside.nurse2), question=LASTS, option="not_done")
    assert BedsideFinding.objects.count() == count


def test_only_a_physician_puts_right_what_only_a_physician_ends(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    round_id = answered(bedside, LASTS, "fibrillation")
    assert present(bedside).verdict == "HOLD"

    for option in ("sinus", ""):
        with pytest.raises(finding_corrections.NotYoursToEnd, match="ask a physician"):
            correct(bedside, round_id, Actor(user=bedside.nurse), question=LASTS, option=option)
    correct(bedside, round_id, Actor(user=bedside.physician), question=LASTS, option="sinus")
    work(bedside, at=AT)

    assert present(bedside).verdict == "REVIEW", "the hold of this slot waits for its release"
    assert orders_page_of(bedside.course, AT).lasting == []


def test_nurse_puts_right_what_a_later_answer_would_end_and_the_hold_stays(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    round_id = answered(bedside, NOW_ONLY, ANSWER)
    assert present(bedside).verdict == "HOLD"

    correct(bedside, round_id, Actor(user=bedside.nurse), question=NOW_ONLY, option=OTHER)
    work(bedside, at=AT)

    assert present(bedside).verdict == "REVIEW"


@pytest.mark.parametrize(
    ("option", "now"), [("fibrillation", "HOLD"), ("", "UNDECIDED")], ids=["corrected", "taken back"]
)
def test_dose_given_on_an_answer_that_is_put_right_is_looked_at_again(bedside: Bedside, option: str, now: str) -> None:
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    row = BedsideFinding.objects.filter(question=LASTS).first()
    assert row is not None
    start(bedside, 1, at=AT - MINUTE)

    correct(bedside, row.round_id, Actor(user=bedside.nurse), question=LASTS, option=option)

    (act,) = changed_acts(bedside.course.pk)
    assert act.more_severe
    assert "Sinus rhythm throughout" in act.text
    (told,) = Regrading.objects.get().acts
    assert (told["verdict_then"], told["verdict_now"]) == ("CONTINUE", now)
    assert "facts-changed-start" in open_alerts(bedside)


def test_answer_that_changes_no_act_says_nothing_of_one(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT - 10 * MINUTE)
    start(bedside, 1, at=AT - 8 * MINUTE)
    round_id = answered(bedside, LASTS, "sinus")

    correct(bedside, round_id, Actor(user=bedside.nurse), question=LASTS, option="unable")

    assert not Regrading.objects.exists()


def test_nothing_is_written_when_the_answer_is_the_same_unknown_or_a_strangers(bedside: Bedside) -> None:
    round_id = answered(bedside, LASTS, "sinus")
    stranger = make_nurse(make_ward(bedside.site, "elsewhere"))
    count = BedsideFinding.objects.count()

    with pytest.raises(NothingChanged):
        correct(bedside, round_id, Actor(user=bedside.nurse), question=LASTS, option="sinus")
    with pytest.raises(UnknownFinding):
        correct(bedside, round_id, Actor(user=bedside.nurse), question=LASTS, option="flutter")
    with pytest.raises(refusals.NotOfThisWard):
        correct(bedside, round_id, Actor(user=stranger), question=LASTS, option="unable")
    assert BedsideFinding.objects.count() == count
