"""Is this slot held until a physician releases it?"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from dosing.domain.verdict import Verdict
from dosing.models import Assessment, Decision, Dose, SlotMove
from dosing.selectors.binding import still_stands
from dosing.selectors.limits import limits_of
from dosing.selectors.slots import opens_at

HOLDING = (Verdict.HOLD.value, Verdict.STOP_CYCLE.value, Verdict.STOP_PERMANENT.value)
RELEASING = ("give", "release", "override")
REACTIONS = ("infusion_reaction", "extravasation")


def slot_hold(dose: Dose, at: datetime) -> bool:
    """Whether a hold of this slot has not been released at ``at``.

    A hold is a HOLD or STOP assessed within the slot's window, a physician's hold, or that the previous dose
    was interrupted for an infusion reaction or extravasation. A release, give or override made on a later
    assessment lifts it for as long as it stands. A delay lifts nothing: what held the dose in the window that it
    had then holds it still.
    """
    last = _last_hold(dose)
    if last is None:
        return False
    made = Decision.objects.filter(dose=dose, kind__in=RELEASING, at__gte=last.at).select_related("assessment")
    return not any(last.is_before(one) and still_stands(one, at) for one in made)


class _Hold:
    """The newest cause of a hold: when it was, and after which rows a release must come."""

    def __init__(self, at: datetime, assessment_id: int = 0, decision_id: int = 0) -> None:
        self.at, self.assessment_id, self.decision_id = at, assessment_id, decision_id

    def is_before(self, release: Decision) -> bool:
        """Whether the release knew of the hold: it was made after it, on its assessment or a later one."""
        return release.assessment_id >= self.assessment_id and release.pk > self.decision_id


def _last_hold(dose: Dose) -> _Hold | None:
    found = [hold for hold in (_assessed(dose), _ordered(dose), _reaction(dose)) if hold is not None]
    if not found:
        return None
    return _Hold(
        at=max(hold.at for hold in found),
        assessment_id=max(hold.assessment_id for hold in found),
        decision_id=max(hold.decision_id for hold in found),
    )


def _assessed(dose: Dose) -> _Hold | None:
    window = limits_of(dose.cycle.course).window
    open_then = SlotMove.objects.filter(
        dose=OuterRef("dose"), decision__at__gte=OuterRef("at"), due_before_at__lte=OuterRef("at") + window
    )
    rows = Assessment.objects.filter(Q(at__gte=opens_at(dose)) | Exists(open_then), dose=dose, verdict__in=HOLDING)
    row = rows.order_by("-id").values("id", "at").first()
    return _Hold(row["at"], assessment_id=row["id"]) if row else None


def _ordered(dose: Dose) -> _Hold | None:
    row = Decision.objects.filter(dose=dose, kind="hold").order_by("-id").values("id", "at").first()
    return _Hold(row["at"], decision_id=row["id"]) if row else None


def _reaction(dose: Dose) -> _Hold | None:
    before = Dose.objects.filter(cycle_id=dose.cycle_id, number__lt=dose.number, status__in=("given", "interrupted"))
    last = before.order_by("-started_at").values("reason_code", "ended_at").first()
    if last is None or last["ended_at"] is None or last["reason_code"] not in REACTIONS:
        return None
    return _Hold(last["ended_at"])
