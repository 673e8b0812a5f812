"""Do the numbers people read agree with a recount from the log?"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from dosing.models import Dose
from dosing.models.dose import BEGUN
from il2ward.audit.models import AuditEvent
from monitoring.models import CurrentValue, PresentOutcome
from monitoring.selectors.invariants.invariant import Invariant

BEGINNINGS = ("dose.started", "dose.deviation")
ENDINGS = ("dose.ended", "dose.interrupted", "dose.deviation")


def miscounted(_at: datetime) -> Iterator[str]:
    """Courses whose doses, amounts and present outcome are not what their events add up to."""
    yield from miscounted_doses()
    yield from misstated_amounts()
    for shown in PresentOutcome.objects.select_related("assessment"):
        if shown.outcome_token != shown.assessment.outcome_token or shown.verdict != shown.assessment.verdict:
            yield f"course {shown.course_id} shows another outcome than the one that is kept"
    for value in CurrentValue.objects.select_related("observation"):
        if (value.patient_id, value.observable) != (value.observation.patient_id, value.observation.observable):
            yield f"the current {value.observable} of patient {value.patient_id} is of somebody or something else"


def miscounted_doses() -> Iterator[str]:
    """Courses with another number of begun doses than their log."""
    events = AuditEvent.objects.filter(event__in=BEGINNINGS).values_list("course_id", "subject_id").distinct()
    told: Counter[int | None] = Counter(course for course, _dose in events)
    shown: Counter[int | None] = Counter(
        Dose.objects.filter(status__in=BEGUN).values_list("cycle__course_id", flat=True)
    )
    for course in sorted(told.keys() | shown.keys(), key=str):
        if told[course] != shown[course]:
            yield f"course {course} shows {shown[course]} doses given, its log tells of {told[course]}"


def misstated_amounts() -> Iterator[str]:
    """Doses that say another amount than the last event that ended them."""
    ended = AuditEvent.objects.filter(event__in=ENDINGS).order_by("seq").values_list("subject_id", "body")
    told = {dose: json.loads(body)["given_iu"] for dose, body in ended.iterator()}
    for pk, given_iu in Dose.objects.filter(given_iu__isnull=False).values_list("pk", "given_iu"):
        if told.get(str(pk)) != given_iu:
            yield f"dose {pk} says {given_iu} units were given, its log says {told.get(str(pk))}"


INVARIANTS = (Invariant("I27", "What is shown as given agrees with a recount from the log.", miscounted),)
