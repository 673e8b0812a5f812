"""GET of a ward's board as data: the same cards as the page, from the same selector."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request

from il2ward import clock
from il2ward.build import build
from il2ward.http.credentials import Reader, person_of
from il2ward.http.endpoint import said, sent
from il2ward.staff.models import Ward
from il2ward.staff.services import membership
from monitoring.api.refusing import GateEndpoint, found
from monitoring.models import Alert
from monitoring.selectors.board import Card, board_of
from monitoring.selectors.board_evidence import Line


class Board(GateEndpoint):
    """Everybody on the staff who works on the ward."""

    permission_classes = [Reader]

    def get(self, request: Request, ward_id: int) -> HttpResponse:
        """Return the cards, most urgent first, with the ward's number read before them."""
        at = clock.now()
        visible = membership.may_see_ward(person_of(request), ward_id, at)
        ward = found(Ward.objects.filter(pk=ward_id).first() if visible else None, "ward")
        board = board_of(ward, at)
        told = {
            "number": board.number,
            "server_time": at.isoformat(),
            "build": build(),
            "cards": [card_told(card) for card in board.cards],
            "empty_beds": board.empty_beds,
        }
        return sent(said(200, told))


def card_told(card: Card) -> dict[str, Any]:
    """Return one bed as it goes on the wire."""
    bed, patient = card.bed, card.bed.placement.patient
    dose = bed.next_dose
    return {
        "bed": card.bed_label,
        "course": bed.course.pk if bed.course else None,
        "patient": {"id": str(patient.pk), "name": str(patient), "age_years": card.age_years},
        "dose": {"id": dose.pk, "number": dose.number, "due_at": dose.due_at.isoformat()} if dose else None,
        "verdict": card.band.face.value,
        "word": card.band.face.word,
        "because": card.band.because.value,
        "before": card.band.before.value if card.band.before else None,
        "turns_at": card.band.turns_at.isoformat() if card.band.turns_at else None,
        "outcome_token": bed.assessment.outcome_token if bed.assessment else None,
        "met": [_line_told(line) for line in card.evidence.met],
        "missing": [{"input": gap.input, "label": gap.label, "reason": gap.reason} for gap in card.evidence.missing],
        "coverage": card.evidence.coverage,
        "values": [{"key": one.key, "label": one.label, "value": one.value, "unit": one.unit} for one in card.values],
        "loud": card.loud,
        "alerts": [_alert_told(alert) for alert in bed.alerts],
    }  # fmt: skip


def _line_told(line: Line) -> dict[str, str]:
    return {"id": line.id, "label": line.label, "value": line.value, "limit": line.limit, "source": line.source}


def _alert_told(alert: Alert) -> dict[str, Any]:
    return {
        "id": alert.pk,
        "rule": alert.rule,
        "severity": alert.severity,
        "text": alert.text,
        "acknowledged": alert.acknowledged_at is not None,
    }
