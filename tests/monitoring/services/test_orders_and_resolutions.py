"""A pending test is never "not done", and a raised enzyme stays until a physician says that it is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dosing.models import TestOrder
from dosing.selectors.courses import rules_of
from dosing.services import test_orders
from dosing.services.refusals import Invalid, PhysicianNeeded
from il2ward.audit.actor import Actor
from monitoring.services import findings
from monitoring.services.findings import UnknownFinding
from tests.dosing.builders import Bedside, due
from tests.monitoring.charting import chart_all_fine, examine, present, record, value, work

MINUTE = timedelta(minutes=1)
AT = due(1) - 10 * MINUTE
ENZYMES, ISCHEMIA = "j_cv_enzymes", "j_cv_ischemia"


def ecg_question(bedside: Bedside) -> str:
    protocol = rules_of(bedside.course).protocol.value
    return next(question.id for question in protocol.questions if ISCHEMIA in question.criteria)


def order(bedside: Bedside, test: str, at: datetime = AT) -> TestOrder:
    return test_orders.place(course_id=bedside.course.pk, test=test, actor=Actor(user=bedside.physician), at=at)


def unknown(bedside: Bedside) -> list[str]:
    return present(bedside).assessment.unknown


def met(bedside: Bedside) -> list[str]:
    return present(bedside).assessment.met


def raised(bedside: Bedside, at: datetime, text: str = "0.09") -> None:
    record(bedside, [value("troponin_i", text, "ng/mL", at=at, high="0.04", origin="laboratory")], at=at)
    work(bedside, at=at)


def resolve(bedside: Bedside, at: datetime, *, by: object = None, criterion: str = ENZYMES) -> None:
    findings.resolve_criterion(
        course_id=bedside.course.pk,
        criterion=criterion,
        reason="Cardiology: demand, no infarction.",
        actor=Actor(user=by or bedside.physician),  # type: ignore[arg-type]
        at=at,
    )
    work(bedside, at=at)


def test_an_ecg_not_done_and_not_ordered_is_no_obstacle(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT)
    examine(bedside, at=AT, **{ecg_question(bedside): "not_done"})
    work(bedside, at=AT)

    assert present(bedside).verdict == "CONTINUE"


def test_an_ecg_ordered_and_not_done_is_unknown_until_the_order_is_closed(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT)
    examine(bedside, at=AT, **{ecg_question(bedside): "not_done"})
    placed = order(bedside, "ecg")
    work(bedside, at=AT)
    assert (present(bedside).verdict, unknown(bedside)) == ("UNDECIDED", [ISCHEMIA])

    test_orders.close(order_id=placed.pk, reason="Not needed", actor=Actor(user=bedside.nurse), at=AT + MINUTE)
    work(bedside, at=AT + MINUTE)

    assert present(bedside).verdict == "CONTINUE"


def test_a_troponin_on_order_is_unknown_until_its_result_is_here(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT)
    order(bedside, "troponin_i")
    work(bedside, at=AT)
    assert unknown(bedside) == [ENZYMES]

    raised(bedside, AT + MINUTE, "0.01")

    assert present(bedside).verdict == "CONTINUE"


def test_a_raised_troponin_stays_met_when_a_later_one_is_normal(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT)
    raised(bedside, AT)
    raised(bedside, AT + MINUTE, "0.01")

    assert ENZYMES in met(bedside)


def test_a_physician_ends_a_raised_troponin_and_a_new_one_counts_again(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT)
    raised(bedside, AT)

    resolve(bedside, AT + MINUTE)
    assert ENZYMES not in met(bedside)
    assert present(bedside).verdict == "REVIEW", "the hold still needs its release"

    raised(bedside, AT + 2 * MINUTE)
    assert ENZYMES in met(bedside)


def test_a_nurse_cannot_end_a_raised_troponin(bedside: Bedside) -> None:
    chart_all_fine(bedside, at=AT)
    raised(bedside, AT)

    with pytest.raises(PhysicianNeeded):
        resolve(bedside, AT + MINUTE, by=bedside.nurse)

    assert ENZYMES in met(bedside)


def test_only_a_criterion_of_the_protocol_can_be_ended(bedside: Bedside) -> None:
    with pytest.raises(UnknownFinding):
        resolve(bedside, AT, criterion="nonsense")


def test_ordering_twice_is_one_order(bedside: Bedside) -> None:
    assert order(bedside, "ecg").pk == order(bedside, "ecg", AT + MINUTE).pk


def test_a_test_no_protocol_knows_is_not_ordered(bedside: Bedside) -> None:
    with pytest.raises(Invalid):
        order(bedside, "mri")

    assert TestOrder.objects.count() == 0


def test_a_closed_order_is_not_closed_again_and_needs_a_reason(bedside: Bedside) -> None:
    placed = order(bedside, "ecg")
    with pytest.raises(Invalid):
        test_orders.close(order_id=placed.pk, reason="  ", actor=Actor(user=bedside.nurse), at=AT)
    test_orders.close(order_id=placed.pk, reason="Done: normal", actor=Actor(user=bedside.nurse), at=AT)

    with pytest.raises(test_orders.OrderIsClosed):
        test_orders.close(order_id=placed.pk, reason="Again", actor=Actor(user=bedside.nurse), at=AT)
