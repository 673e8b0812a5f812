"""Which alerts are open on a person's wards, most urgent first?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dosing.models import Placement
from il2ward.staff.models import User, Ward
from il2ward.staff.selectors import membership
from monitoring.models import Alert
from monitoring.selectors.board import SEVERITIES, number_of
from monitoring.selectors.board_evidence import NOTHING, Evidence, evidence_of
from monitoring.selectors.card import WORDS, Face


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """One alert with where it is, what was found and the word it was raised for ("" for none)."""

    alert: Alert
    bed: str
    evidence: Evidence
    word: str


@dataclass(frozen=True, slots=True)
class AlertList:
    """The open alerts of all wards of a person. ``number`` sums the wards' numbers: it moves when any of them does."""

    wards: Sequence[Ward]
    number: int
    alerts: list[OpenAlert]

    @property
    def waiting(self) -> int:
        """How many nobody has acknowledged."""
        return sum(one.alert.acknowledged_at is None for one in self.alerts)


def alerts_of(user: User, at: datetime) -> AlertList:
    """The open alerts: unacknowledged first, then by severity, then the oldest first."""
    wards = list(membership.wards_of(user, at))
    number = sum(number_of(ward.pk) for ward in wards)
    places = Placement.objects.filter(ward__in=wards, until_at=None).select_related("bed")
    beds = {place.patient_id: place.bed.label for place in places}
    rows = Alert.objects.filter(course__patient__in=beds, cleared_at=None)
    found = list(
        rows.select_related("course__patient", "acknowledged_by", "assessment", "dose").defer("assessment__snapshot")
    )
    found.sort(key=lambda one: (one.acknowledged_at is not None, SEVERITIES.index(one.severity), one.raised_at))
    return AlertList(wards, number, [_open(alert, beds[alert.course.patient_id]) for alert in found])


def _open(alert: Alert, bed: str) -> OpenAlert:
    word = WORDS[Face(alert.verdict)] if alert.verdict in Face.__members__ else ""
    return OpenAlert(alert, bed, evidence_of(alert.assessment.outcome) if alert.assessment else NOTHING, word)
