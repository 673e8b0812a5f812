"""What must whoever takes over a ward know: what is open, due, held, unfinished and overdue; and who is on duty?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from il2ward.staff.models import User, Ward
from il2ward.staff.selectors.membership import members_of
from monitoring.models import Alert, Handover, PendingGrading
from monitoring.selectors.board import SEVERITIES, Board, Card, board_of
from monitoring.selectors.card import Face
from monitoring.selectors.quarantine_page import waiting_at

DUE_WITHIN = timedelta(hours=8)
ON_DUTY_FOR = timedelta(hours=24)
AWAITED = (Face.HOLD, Face.REVIEW, Face.STOP_CYCLE, Face.STOP_PERMANENT)
SHOWN = 10


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What stands open on a ward at one instant. Each list is in the order of its urgency."""

    board: Board
    alerts: list[tuple[str, Alert]]
    due: list[Card]
    awaiting: list[Card]
    running: list[Card]
    overdue: list[Card]
    ungraded: int
    quarantined: int

    @property
    def unfinished(self) -> bool:
        """Whether anything was begun and not brought to its end."""
        return bool(self.running or self.ungraded or self.quarantined)


@dataclass(frozen=True, slots=True)
class HandoverPage:
    """The handover screen. ``on_duty`` are those who took over within a day and have not left."""

    work: OpenWork
    on_duty: list[Handover]
    last: list[Handover]
    colleagues: list[User]
    is_on_duty: bool


def open_work(ward: Ward, at: datetime) -> OpenWork:
    """Return what is open on the ward at ``at``."""
    board = board_of(ward, at, by_bed=True)
    cards = board.cards
    beds = {card.bed.course.pk: card.bed_label for card in cards if card.bed.course}
    rows = Alert.objects.filter(course__in=beds, cleared_at=None).select_related("acknowledged_by", "course__patient")
    alerts = sorted(
        rows, key=lambda one: (one.acknowledged_at is not None, SEVERITIES.index(one.severity), one.raised_at)
    )
    soon = [card for card in cards if card.bed.next_dose and card.bed.next_dose.due_at <= at + DUE_WITHIN]
    return OpenWork(
        board=board,
        alerts=[(beds[one.course_id], one) for one in alerts],
        due=sorted(soon, key=_due_at),
        awaiting=[card for card in cards if card.band.face in AWAITED and card.order is None],
        running=[card for card in cards if card.bed.running],
        overdue=[
            card for card in cards if card.is_overdue or card.renew or (card.shows_gaps and card.evidence.missing)
        ],
        ungraded=PendingGrading.objects.filter(course__in=beds).count(),
        quarantined=waiting_at(ward.site),
    )


def _due_at(card: Card) -> datetime:
    dose = card.bed.next_dose
    return dose.due_at if dose is not None else card.at


def handover_page_of(ward: Ward, person: User, at: datetime) -> HandoverPage:
    """Everything the handover screen shows to ``person`` at ``at``."""
    on_duty = on_duty_at(ward.pk, at)
    return HandoverPage(
        work=open_work(ward, at),
        on_duty=on_duty,
        last=list(Handover.objects.filter(ward=ward).select_related("by", "other").order_by("-id")[:SHOWN]),
        colleagues=list(members_of(ward.pk, at).exclude(pk=person.pk)),
        is_on_duty=any(row.by_id == person.pk for row in on_duty),
    )


def on_duty_at(ward_id: int, at: datetime) -> list[Handover]:
    """Return the newest taking-over of each person who took over within a day and has not left since."""
    rows = Handover.objects.filter(ward_id=ward_id, at__gt=at - ON_DUTY_FOR, at__lte=at).select_related("by")
    newest = {row.by_id: row for row in rows.order_by("id")}
    return [row for row in newest.values() if row.kind == "taken"]


def summary_of(work: OpenWork) -> dict[str, Any]:
    """Return what was open, for the record: counts, and a line for each bed without a value or a name."""
    return {
        "alerts": [{"bed": bed, "alert": one.pk, "severity": one.severity} for bed, one in work.alerts],
        "due": [
            {"bed": card.bed_label, "dose": card.bed.next_dose.number, "due_at": card.bed.next_dose.due_at.isoformat()}
            for card in work.due
            if card.bed.next_dose
        ],
        "awaiting": [{"bed": card.bed_label, "verdict": card.band.face.value} for card in work.awaiting],
        "running": [{"bed": card.bed_label} for card in work.running],
        "overdue": [{"bed": card.bed_label} for card in work.overdue],
        "ungraded": work.ungraded,
        "quarantined": work.quarantined,
    }
