"""What was measured, how bad it is, who must know."""

from __future__ import annotations

from monitoring.models.alert import Alert, AlertEvent
from monitoring.models.entered_grade import EnteredGrade
from monitoring.models.finding import BedsideFinding, FindingResolution
from monitoring.models.grade import GradeConfirmation, GradingOutcome, PendingGrading, ToxicityGrade
from monitoring.models.hl7 import Hl7Message, QuarantinedMessage, QuarantineSettlement, SenderMeaning
from monitoring.models.observation import CourseBaseline, CurrentValue, Observation, SenderVersion
from monitoring.models.present_outcome import PresentOutcome
from monitoring.models.regrading import Regrading
from monitoring.models.site_limit import SiteLimit
from monitoring.models.worker_beat import WorkerBeat

__all__ = [
    "Alert",
    "AlertEvent",
    "BedsideFinding",
    "CourseBaseline",
    "CurrentValue",
    "EnteredGrade",
    "FindingResolution",
    "GradeConfirmation",
    "GradingOutcome",
    "Hl7Message",
    "Observation",
    "PendingGrading",
    "PresentOutcome",
    "QuarantineSettlement",
    "QuarantinedMessage",
    "Regrading",
    "SenderMeaning",
    "SenderVersion",
    "SiteLimit",
    "ToxicityGrade",
    "WorkerBeat",
]
