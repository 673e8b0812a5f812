"""Is what was given against a dose's effects logged against a dose that began, at a time it can have been given?"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from dosing.models import Rescue
from dosing.services import refusals, rescues
from il2ward.audit.actor import Actor
from il2ward.audit.models import AuditEvent
from tests.dosing.builders import FIRST_DUE, Bedside, give_dose, nothing_written

LATER = FIRST_DUE + timedelta(hours=2)


@pytest.fixture
def treated(bedside: Bedside) -> Bedside:
    """Dose 1 was given when it was due."""
    give_dose(bedside, 1)
    return bedside


def log(bedside: Bedside, number: int = 1, **changed: Any) -> Rescue:
    said = {
        "kind": "meperidine", "amount": Decimal(25), "note": "", "given_at": LATER - timedelta(minutes=30),
        "actor": Actor(user=bedside.nurse), "at": LATER, **changed,
    }  # fmt: skip
    return rescues.record(dose=bedside.dose(number), **said)


def test_rescue_keeps_when_it_was_given_apart_from_when_it_was_entered(treated: Bedside) -> None:
    row = log(treated)

    assert (row.amount, row.unit, row.by) == (Decimal(25), "mg", treated.nurse)
    assert row.recorded_at - row.given_at == timedelta(minutes=30)
    assert AuditEvent.objects.get(event="rescue.given").course_id == treated.course.pk


def test_bolus_is_in_millilitres(treated: Bedside) -> None:
    assert log(treated, kind="fluid_bolus", amount=Decimal(500)).unit == "mL"


def test_rescue_is_taken_from_the_start_of_the_dose_until_now(treated: Bedside) -> None:
    started: datetime | None = treated.dose(1).started_at
    assert started is not None
    log(treated, given_at=started)
    log(treated, given_at=LATER)
    for wrong in (started - timedelta(seconds=1), LATER + timedelta(seconds=1)):
        with nothing_written(refusals.ImpossibleTime):
            log(treated, given_at=wrong)


@pytest.mark.parametrize("amount", ["0", "-1", "10000", "0.001"])
def test_impossible_amount_is_refused(treated: Bedside, amount: str) -> None:
    with nothing_written(refusals.ImpossibleAmount):
        log(treated, amount=Decimal(amount))


def test_dose_that_never_began_has_no_rescue(treated: Bedside) -> None:
    with nothing_written(refusals.NotAfterThisDose):
        log(treated, number=2)


def test_another_drug_must_be_named_and_a_kind_known(treated: Bedside) -> None:
    with nothing_written(refusals.ReasonMissing):
        log(treated, kind="other_antipyretic", note=" ")
    with nothing_written(refusals.Invalid):
        log(treated, kind="prednisone")
    assert log(treated, kind="other_antipyretic", note="Ibuprofen 400").note == "Ibuprofen 400"


def test_admin_logs_nothing(treated: Bedside) -> None:
    with nothing_written(refusals.AdminsWriteNothingClinical):
        log(treated, actor=Actor(user=treated.admin))
