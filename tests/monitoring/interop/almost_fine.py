"""A bedside that lacks nothing but a creatinine: what verdict does a damaged input bring about there?"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction

from monitoring.models import Observation
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.charting import creatinine, examine, normal_set, present, record, work

# What every seed says: it holds the dose. A fine value in a damaged message is one that the message plainly says.
HOLDING, FINE_BELOW = "3.4", 2


def chart_all_but_creatinine(bedside: Bedside, *, at: datetime) -> None:
    """Nothing speaks against the next dose, and nothing is missing but a creatinine."""
    record(bedside, [one for one in normal_set(NOW) if one.observable != "creatinine"], at=NOW)
    examine(bedside, at=NOW)
    assert verdict(bedside, at=at) == "UNDECIDED"
    for value, expected in (("0.9", "CONTINUE"), (HOLDING, "HOLD")):
        with undone():
            record(bedside, [creatinine(value, at=NOW)], at=at)
            assert verdict(bedside, at=at).startswith((expected, "STOP"))


def verdict(bedside: Bedside, *, at: datetime) -> str:
    """Grade what waits and return the gate's verdict on the next dose."""
    work(bedside, at=at)
    return str(present(bedside).verdict)


def changed(bedside: Bedside) -> bool:
    """Whether anything was stored of the bedside's patient that nobody has charted."""
    return Observation.objects.filter(patient=bedside.patient, device__isnull=False).exists()


@contextmanager
def undone() -> Iterator[None]:
    """Undo whatever the block does."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
