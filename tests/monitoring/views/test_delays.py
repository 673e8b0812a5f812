"""Who is offered a delay, what is said of it beforehand, and where does it stand afterwards?"""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape

import pytest

from dosing.domain.verdict import Verdict
from dosing.services import courses, decisions
from il2ward.audit.actor import Actor
from monitoring.selectors.board import board_of
from monitoring.selectors.course_page_delay import DelayOffer, delay_offer
from monitoring.templatetags.ward import clock
from tests.dosing.builders import Bedside, assessed, make_bedside
from tests.monitoring.views.present import says
from tests.monitoring.views.test_course import text_for

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def bedside(now: datetime) -> Bedside:
    """A first dose, window just opened, under the protocol that speaks of delay."""
    return make_bedside(protocol="schwartzentruber_2001", at=now - timedelta(minutes=5))


def offer(bedside: Bedside, at: datetime) -> DelayOffer | None:
    return delay_offer(board_of(bedside.ward, at).cards[0], courses.locked(bedside.course.pk))


def delay(bedside: Bedside, number: int, hours: int, *, at: datetime, text: str = "") -> None:
    dose = bedside.dose(number)
    decisions.decide(
        dose=dose, kind="delay", assessment=assessed(dose, Verdict.REVIEW, at=at), reason_code="correcting",
        reason_text=text, reauthenticated=False, actor=Actor(user=bedside.physician), at=at,
        due_at=dose.due_at + hours * HOUR,
    )  # fmt: skip


def page_of(bedside: Bedside, who: str = "physician") -> str:
    return unescape(text_for(getattr(bedside, who), f"/courses/{bedside.course.pk}/"))


def dose_page(bedside: Bedside, number: int) -> str:
    return unescape(text_for(bedside.nurse, f"/doses/{bedside.dose(number).pk}/"))


def test_physician_is_offered_each_hour_up_to_one_interval_with_its_price(bedside: Bedside, now: datetime) -> None:
    found = offer(bedside, now)
    assert found is not None
    assert [one.hours for one in found.times] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert {one.lost for one in found.times} == {""}

    bedside.cycle.doses.filter(number__lt=12).update(status="held", reason_code="toxicity")
    late = offer(bedside, bedside.dose(12).due_at)
    assert late is not None
    assert [(one.hours, one.lost) for one in late.times][-2:] == [(7, ""), (8, "")]
    delay(bedside, 12, 8, at=bedside.dose(12).due_at)
    again = offer(bedside, bedside.dose(12).due_at)
    assert again is not None
    assert [one.lost for one in again.times] == [*[""] * 7, "dose 14 is not given"]


def test_times_that_are_past_are_not_offered(bedside: Bedside) -> None:
    found = offer(bedside, bedside.dose(1).due_at + 2 * HOUR + timedelta(seconds=1))
    assert found is not None
    assert [one.hours for one in found.times] == [3, 4, 5, 6, 7, 8]


def test_no_time_is_offered_before_the_window_of_a_delayed_dose_opens(bedside: Bedside, now: datetime) -> None:
    delay(bedside, 1, 4, at=now)
    found = offer(bedside, now)
    assert found is not None
    assert found.times == ()
    assert 'data-open="decide-delay"' not in page_of(bedside)


def test_dialog_says_what_the_source_says_and_what_moves(bedside: Bedside, now: datetime) -> None:
    says(bedside.dose(1), Verdict.REVIEW, at=now)
    text = page_of(bedside)
    assert 'data-open="decide-delay"' in text
    assert "Schwartzentruber 2001: Speaks of delaying the dose." in text
    assert "Every later dose of the cycle moves by as much." in text
    assert "What then falls beyond the cycle's 5 days is not given." in text
    assert text.count('name="due_at"') == 8
    assert "decide-delay" not in page_of(bedside, "nurse")


def test_delay_is_not_offered_under_a_stop_but_its_form_waits(bedside: Bedside, now: datetime) -> None:
    says(bedside.dose(1), Verdict.STOP_CYCLE, at=now, met=("x",))
    text = page_of(bedside)
    assert 'data-open="decide-delay"' not in text
    assert 'id="decide-delay"' in text


def test_nothing_is_said_of_delay_where_the_source_knows_none(now: datetime) -> None:
    bedside = make_bedside(protocol="springerplus_2015", at=now - timedelta(minutes=5))
    assert "decide-delay" not in page_of(bedside)
    assert "may delay" not in dose_page(bedside, 1)


def test_nurse_reads_who_may_delay_and_who_did(bedside: Bedside, now: datetime) -> None:
    was = bedside.dose(1).due_at
    assert "A physician may delay this dose (Schwartzentruber 2001)." in dose_page(bedside, 1)

    delay(bedside, 1, 4, at=now, text="Fluid first.")

    text = dose_page(bedside, 1)
    by = str(bedside.physician)
    assert f"{by} delayed it at {clock(now)} · Being corrected, then measured again · Fluid first." in text
    assert f"Was due {clock(was)}" in text.replace("<!-- -->", "")
    assert f"{by} delayed dose 1 at" in dose_page(bedside, 2)


def test_start_waits_for_the_new_time_on_the_page(bedside: Bedside, now: datetime) -> None:
    delay(bedside, 1, 1, at=now)
    says(bedside.dose(1), Verdict.CONTINUE, at=now + timedelta(seconds=1))
    text = dose_page(bedside, 1)
    assert f"a physician delayed it to {clock(bedside.dose(1).due_at)}" in text
    assert "may delay" not in text


def test_course_and_completed_course_tell_the_delay(bedside: Bedside, now: datetime) -> None:
    was = bedside.dose(1).due_at
    delay(bedside, 1, 2, at=now)
    text = page_of(bedside)
    assert f"Dose 1 delayed from {clock(was)} to {clock(was + 2 * HOUR)}" in text
    assert f"delayed from {clock(was)} to {clock(was + 2 * HOUR)}</span>" in text

    courses.end_course(course=bedside.course, reason="physician", actor=Actor(user=bedside.physician), at=now)
    record = unescape(text_for(bedside.admin, f"/completed/{bedside.course.pk}/"))
    first = record.split('id="dose-1-1"', 1)[1].split("</article>", 1)[0]
    assert "planned for" in first
    assert f"{bedside.physician} delayed it" in first
