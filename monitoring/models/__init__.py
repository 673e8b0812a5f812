"""What was measured, how bad it is, who must know."""

from __future__ import annotations

from monitoring.models.alert import Alert, AlertEvent
from monitoring.models.cds import CdsAnswer
from monitoring.models.course_review import CourseReview
from monitoring.models.entered_grade import EnteredGrade
from monitoring.models.escalation import AlertDelivery, ContactAddress, EscalationTimes, OnCallShift
from monitoring.models.finding import BedsideFinding, FindingResolution
from monitoring.models.grade import GradeConfirmation, GradingOutcome, PendingGrading, ToxicityGrade
from monitoring.models.handover import Handover
from monitoring.models.hl7 import Hl7Message, QuarantinedMessage, QuarantineSettlement, SenderMeaning
from monitoring.models.observation import CourseBaseline, CurrentValue, Observation, SenderVersion
from monitoring.models.present_outcome import PresentOutcome
from monitoring.models.regrading import Regrading
from monitoring.models.sent_resource import SentResource
from monitoring.models.site_limit import SiteLimit
from monitoring.models.subscription import Delivery, Subscription
from monitoring.models.worker_beat import WorkerBeat

__all__ = [
    "Alert",
    "AlertDelivery",
    "AlertEvent",
    "BedsideFinding",
    "CdsAnswer",
    "ContactAddress",
    "CourseBaseline",
    "CourseReview",
    "CurrentValue",
    "Delivery",
    "EnteredGrade",
    "EscalationTimes",
    "FindingResolution",
    "GradeConfirmation",
    "GradingOutcome",
    "Handover",
    "Hl7Message",
    "Observation",
    "OnCallShift",
    "PendingGrading",
    "PresentOutcome",
    "QuarantineSettlement",
    "QuarantinedMessage",
    "Regrading",
    "SenderMeaning",
    "SenderVersion",
    "SentResource",
    "SiteLimit",
    "Subscription",
    "ToxicityGrade",
    "WorkerBeat",
]
