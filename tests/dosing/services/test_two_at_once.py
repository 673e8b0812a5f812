"""What happens when two tablets act on the same dose at the same moment?"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction

from dosing.domain.verdict import Verdict
from dosing.models import Decision, Dose, SlotMove
from dosing.services import courses, decisions, doses
from dosing.services.refusals import Refused
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from tests.dosing.builders import Bedside, assessed, due, give_dose, make_bedside, start_dose

ROUNDS = 5
DONE = "done"


def together(*acts: Callable[[], object]) -> list[str]:
    """Run the acts in threads that begin at once; each says ``done`` or the code of its refusal."""
    said: list[str] = []
    ready = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> None:
        try:
            ready.wait(timeout=20)
            act()
            said.append(DONE)
        except Refused as refused:
            said.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return sorted(said)


def start_as_the_gate_does(bedside: Bedside, number: int, nurse: str) -> Callable[[], object]:
    """Lock the course, assess for this instant, start: in one transaction."""

    @transaction.atomic
    def act() -> Dose:
        courses.locked(bedside.course.pk)
        by, other = (bedside.nurse, bedside.nurse2) if nurse == "nurse" else (bedside.nurse2, bedside.nurse)
        dose = bedside.dose(number)
        return doses.start(
            dose=dose,
            assessment=assessed(dose, Verdict.CONTINUE, at=due(number)),
            checker=other,
            identity_kind="typed",
            identity_typed=bedside.patient.mrn,
            actor=Actor(user=by),
            at=due(number),
        )

    return act


@pytest.fixture
def bedside(fresh_database: None) -> Bedside:
    """A bedside in a database of this test's own, committed."""
    with transaction.atomic():
        return make_bedside()


def test_one_dose_is_started_when_two_tablets_start_it_at_once(bedside: Bedside) -> None:
    for number in range(1, ROUNDS + 1):
        said = together(
            start_as_the_gate_does(bedside, number, "nurse"), start_as_the_gate_does(bedside, number, "nurse2")
        )
        assert said == [DONE, "slot-used"]
        assert Dose.objects.filter(cycle=bedside.cycle, number=number, status="started").count() == 1
        with transaction.atomic():
            at = due(number) + timedelta(minutes=15)
            doses.end(dose=bedside.dose(number), actor=Actor(user=bedside.nurse), at=at)
    assert AuditEvent.objects.filter(event="dose.started").count() == ROUNDS


def test_slot_is_either_started_or_held_when_both_come_at_once(bedside: Bedside) -> None:
    @transaction.atomic
    def hold() -> None:
        courses.locked(bedside.course.pk)
        doses.hold(
            dose=bedside.dose(1), reason_code="toxicity", reason_text="", actor=Actor(user=bedside.nurse2), at=due(1)
        )

    said = together(start_as_the_gate_does(bedside, 1, "nurse"), hold)

    assert said == [DONE, "slot-used"]
    assert bedside.dose(1).status in ("started", "held")


def delay_as_the_gate_does(bedside: Bedside, hours: int, by: User) -> Callable[[], object]:
    """Lock the course, assess for this instant, delay the first dose: in one transaction."""

    @transaction.atomic
    def act() -> Decision:
        courses.locked(bedside.course.pk)
        dose = bedside.dose(1)
        return decisions.decide(
            dose=dose,
            kind="delay",
            assessment=assessed(dose, Verdict.CONTINUE, at=due(1)),
            reason_code="procedure",
            reason_text="",
            reauthenticated=False,
            actor=Actor(user=by),
            at=due(1),
            due_at=due(1) + timedelta(hours=hours),
        )

    return act


@pytest.fixture
def delayable(fresh_database: None) -> Bedside:
    """A bedside whose protocol's source speaks of delay, committed."""
    with transaction.atomic():
        return make_bedside(protocol="schwartzentruber_2001")


def test_dose_is_delayed_once_when_two_physicians_order_it_at_once(delayable: Bedside) -> None:
    said = together(
        delay_as_the_gate_does(delayable, 4, delayable.physician),
        delay_as_the_gate_does(delayable, 4, delayable.physician2),
    )

    assert said == [DONE, "not-yet-due"]
    assert delayable.dose(1).due_at == due(1) + timedelta(hours=4)
    assert delayable.dose(2).due_at == due(2) + timedelta(hours=4)
    assert SlotMove.objects.count() == 14


def test_dose_is_either_started_or_delayed_when_both_come_at_once(delayable: Bedside) -> None:
    said = together(
        start_as_the_gate_does(delayable, 1, "nurse"), delay_as_the_gate_does(delayable, 2, delayable.physician)
    )

    dose = delayable.dose(1)
    assert said == ([DONE, "slot-used"] if dose.status == "started" else [DONE, "not-yet-due"])
    assert (dose.status == "started") is not SlotMove.objects.exists()


def test_slot_is_closed_once_when_two_sweeps_come_at_once(bedside: Bedside) -> None:
    at = due(2) - timedelta(hours=2)
    assert together(lambda: doses.close_expired_slots(at), lambda: doses.close_expired_slots(at)) == [DONE, DONE]
    assert AuditEvent.objects.filter(event="dose.omitted").count() == 1


def test_dose_ends_once_when_two_tablets_end_it_at_once(bedside: Bedside) -> None:
    with transaction.atomic():
        start_dose(bedside, 1)

    @transaction.atomic
    def end() -> None:
        courses.locked(bedside.course.pk)
        doses.end(dose=bedside.dose(1), actor=Actor(user=bedside.nurse), at=due(1) + timedelta(minutes=15))

    assert together(end, end) == [DONE, "dose-not-running"]


def test_doses_of_two_patients_start_beside_each_other(bedside: Bedside) -> None:
    with transaction.atomic():
        other = make_bedside()
    said = together(start_as_the_gate_does(bedside, 1, "nurse"), start_as_the_gate_does(other, 1, "nurse"))
    assert said == [DONE, DONE]
    with transaction.atomic():
        doses.end(dose=other.dose(1), actor=Actor(user=other.nurse), at=due(1) + timedelta(minutes=1))
        give_dose(other, 2)
