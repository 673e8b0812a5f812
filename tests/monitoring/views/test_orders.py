"""Does the page of orders and baselines show what stands, offer to each role what is theirs, and lift an old stop?"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dosing.models import Course, StopLatch
from dosing.services import courses, test_orders
from dosing.services.refusals import Invalid, NotTheNextDose
from il2ward.audit.actor import Actor
from il2ward.audit.models import ReadAccess
from il2ward.staff.models import User
from monitoring.models import CourseBaseline, Observation
from monitoring.selectors.board import board_of
from monitoring.selectors.course_page import begun_of
from monitoring.selectors.orders_page import orders_page_of, stops_of
from monitoring.services import findings, gate
from tests.dosing.builders import Bedside, due, make_nurse, make_physician, make_ward
from tests.monitoring.api.bedside_client import post, told
from tests.monitoring.charting import chart_all_fine, creatinine, decide, present, record, value, work
from tests.signed_in import signed_in

MINUTE = timedelta(minutes=1)
AT = due(1) - 10 * MINUTE
PASSWORD = "a long enough pass phrase"
ENZYMES = "j_cv_enzymes"


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The instant the entrances read as now."""
    monkeypatch.setattr("il2ward.clock.now", lambda: AT)
    return AT


@pytest.fixture
def charted(bedside: Bedside) -> Bedside:
    """A patient whose first dose may be given."""
    chart_all_fine(bedside, at=AT)
    return bedside


def page_for(user: User, course: Course) -> str:
    answer = signed_in(user).get(f"/courses/{course.pk}/orders/")
    assert answer.status_code == 200
    return answer.content.decode()


def raise_troponin(bedside: Bedside) -> None:
    record(bedside, [value("troponin_i", "0.09", "ng/mL", at=AT, high="0.04", origin="laboratory")], at=AT)
    work(bedside, at=AT)


def lasting(bedside: Bedside) -> list[str]:
    from_rules = orders_page_of(Course.objects.get(pk=bedside.course.pk), AT).lasting
    return [line.criterion.id for line in from_rules]


def test_page_is_for_clinicians_of_the_ward_and_that_it_was_read_is_kept(charted: Bedside, at: datetime) -> None:
    address = f"/courses/{charted.course.pk}/orders/"
    stranger = make_nurse(make_ward(charted.site, "elsewhere"))

    assert signed_in(charted.admin).get(address).status_code == 403
    assert signed_in(stranger).get(address).status_code == 404
    page_for(charted.nurse, charted.course)

    assert [row.page for row in ReadAccess.objects.all()] == ["orders and baselines"]


def test_nurse_is_offered_tests_and_a_physician_the_rest(charted: Bedside, at: datetime) -> None:
    raise_troponin(charted)
    record(charted, [creatinine("1.1", at=AT - timedelta(hours=48))], at=AT)
    nurse, physician = page_for(charted.nurse, charted.course), page_for(charted.physician, charted.course)
    acts = (f"/courses/{charted.course.pk}/resolutions", f"/courses/{charted.course.pk}/baselines",
            f"/cycles/{charted.cycle.pk}/end")  # fmt: skip

    assert f"/api/v1/courses/{charted.course.pk}/orders" in nurse
    assert [one in nurse for one in acts] == [False, False, False]
    assert [one in physician for one in acts] == [True, True, True]


def test_course_page_leads_here(charted: Bedside, at: datetime) -> None:
    text = signed_in(charted.physician).get(f"/courses/{charted.course.pk}/").content.decode()
    assert f'href="/courses/{charted.course.pk}/orders/"' in text
    assert f'href="/courses/{charted.course.pk}/response/"' in text


def test_raised_enzyme_is_listed_until_the_word_sent_from_here(charted: Bedside, at: datetime) -> None:
    assert lasting(charted) == []
    raise_troponin(charted)
    assert lasting(charted) == [ENZYMES]

    body, path = {"criterion": ENZYMES, "reason": "Demand, no infarction."}, f"/api/v1/courses/{charted.course.pk}"
    answer = post(signed_in(charted.physician), f"{path}/resolutions", body)
    assert answer.status_code == 201, answer.content
    shown = page_for(charted.physician, charted.course)
    assert "that it is over: Demand, no infarction." in shown, "said, and not assessed yet"
    assert f"{path}/resolutions" not in shown
    work(charted, at=AT)

    assert lasting(charted) == []


def test_what_a_newer_value_ends_is_not_listed_and_nobody_ends_it_by_a_word(charted: Bedside) -> None:
    record(charted, [creatinine("3.4", at=AT)], at=AT)
    work(charted, at=AT)
    assert "j_ren_cr_abs" in present(charted).assessment.met

    assert lasting(charted) == []
    with pytest.raises(Invalid, match="measure again"):
        findings.resolve_criterion(
            course_id=charted.course.pk, criterion="j_ren_cr_abs", reason="It is fine.",
            actor=Actor(user=charted.physician), at=AT,
        )  # fmt: skip


def test_order_shows_who_placed_it_and_is_taken_back_from_here(charted: Bedside, at: datetime) -> None:
    client, path = signed_in(charted.nurse), f"/api/v1/courses/{charted.course.pk}/orders"
    order = told(post(client, path, {"test": "ecg"}))["id"]

    text = page_for(charted.nurse, charted.course)
    assert f"{path}/{order}/close" in text
    assert f"by {charted.nurse}" in text

    assert post(client, f"{path}/{order}/close", {"reason": "Not needed"}).status_code == 200
    assert f"{path}/{order}/close" not in page_for(charted.nurse, charted.course)


def test_order_that_a_result_has_answered_says_so(charted: Bedside) -> None:
    test_orders.place(course_id=charted.course.pk, test="troponin_i", actor=Actor(user=charted.nurse), at=AT - MINUTE)
    raise_troponin(charted)

    found = orders_page_of(Course.objects.get(pk=charted.course.pk), AT).tests
    line = next(one for one in found if one.test == "troponin_i")
    assert (line.order is not None, line.waits) == (True, False)


def test_baseline_shows_its_value_and_the_others_to_choose_from(charted: Bedside, at: datetime) -> None:
    record(charted, [creatinine("1.1", at=AT - timedelta(hours=48))], at=AT)
    work(charted, at=AT)
    found = orders_page_of(Course.objects.get(pk=charted.course.pk), AT).baselines
    line = next(one for one in found if one.observable == "creatinine")
    assert (line.text, line.stands, [one.text for one in line.choices]) == ("0.9", True, ["1.1"])

    older = Observation.objects.get(observable="creatinine", value="1.1")
    body = {"observable": "creatinine", "observation": str(older.pk), "reason": "Before the contrast medium."}
    answer = post(signed_in(charted.physician), f"/api/v1/courses/{charted.course.pk}/baselines", body)
    assert answer.status_code == 201, answer.content

    assert "Before the contrast medium." in page_for(charted.nurse, charted.course)
    assert CourseBaseline.objects.latest("id").set_by == charted.physician


def test_bolus_is_never_made_smaller(charted: Bedside, at: datetime) -> None:
    text = page_for(charted.physician, charted.course)
    assert "never made smaller" in text
    assert "Order a smaller dose" not in text


def test_first_half_of_a_reinstatement_is_shown_until_it_expires(charted: Bedside) -> None:
    decide(charted, 1, "stop_cycle", at=AT)
    assert begun_of(board_of(charted.ward, AT).cards[0], AT) is None
    decide(charted, 1, "reinstate", at=AT + MINUTE)

    def begun(later: timedelta) -> bool:
        return begun_of(board_of(charted.ward, AT + later).cards[0], AT + later) is not None

    assert begun(timedelta(minutes=60))
    assert not begun(timedelta(minutes=61))


def stopped_for_good(bedside: Bedside) -> Course:
    """The bedside's course, stopped for good by a physician and ended."""
    decide(bedside, 1, "stop_permanent", at=AT)
    courses.end_course(course=bedside.course, reason="toxicity", actor=Actor(user=bedside.physician), at=AT)
    return Course.objects.get(pk=bedside.course.pk)


def test_stop_of_a_course_that_has_ended_is_reinstated_by_two_physicians(charted: Bedside, at: datetime) -> None:
    course = stopped_for_good(charted)
    (line,) = stops_of(course, AT)
    assert line.dose is not None
    second = make_physician(charted.ward, "second", password=PASSWORD)
    first = make_physician(charted.ward, "first", password=PASSWORD)
    body = {"kind": "reinstate", "outcome_token": line.outcome_token, "reason_code": "recovered",
            "reason_text": "Both of us have seen the patient.", "password": PASSWORD}  # fmt: skip
    path = f"/api/v1/doses/{line.dose.pk}/decisions"

    text = signed_in(first).get(f"/patients/{charted.patient.pk}/courses/new/").content.decode()
    assert f'href="/courses/{course.pk}/orders/"' in text
    assert path in page_for(first, course)

    assert post(signed_in(first), path, {**body, "password": "wrong"}).status_code == 403
    assert post(signed_in(first), path, {**body, "outcome_token": "x" * len(line.outcome_token)}).status_code == 409
    assert post(signed_in(first), path, body).status_code == 201
    assert StopLatch.objects.get().lifted_at is None, "one physician alone lifts nothing"
    assert "First signed a reinstatement" in page_for(second, course)
    assert post(signed_in(first), path, body).status_code == 403, "nobody is both"

    assert post(signed_in(second), path, body).status_code == 201
    assert StopLatch.objects.get().lifted_at == AT
    assert stops_of(course, AT) == []


def test_nothing_but_a_lift_is_decided_for_a_slot_that_lies_behind(charted: Bedside) -> None:
    stopped_for_good(charted)
    with pytest.raises(NotTheNextDose):
        gate.decide(
            dose_id=charted.dose(1).pk, kind="hold", outcome_token="", reason_code="toxicity", reason_text="",
            reauthenticated=False, actor=Actor(user=charted.physician), at=AT,
        )  # fmt: skip
