"""Is every observation graded once, or known to wait, and not for long?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, Exists, F, OuterRef

from monitoring.models import AlertEvent, GradingOutcome, Observation, PendingGrading, SenderVersion, ToxicityGrade
from monitoring.selectors.invariants.invariant import Invariant

UNFINISHED_AFTER = timedelta(seconds=30)
FUTURE_ALLOWED = timedelta(minutes=2)


def ungraded(_at: datetime) -> Iterator[str]:
    """Observations that are lost to grading, outcomes without a grade, and waiting ones that a course hides."""
    yield from neither_graded_nor_waiting()
    yield from graded_without_a_grade()
    yield from waiting_unseen()


def neither_graded_nor_waiting() -> Iterator[str]:
    """Observations with neither an outcome nor an outbox row."""
    outcomes = GradingOutcome.objects.filter(observation=OuterRef("pk"))
    waiting = PendingGrading.objects.filter(observation=OuterRef("pk"))
    for row in Observation.objects.filter(~Exists(outcomes), ~Exists(waiting)).iterator():
        yield f"observation {row.pk} is neither graded nor waiting"


def graded_without_a_grade() -> Iterator[str]:
    """Outcomes that say "graded" without a single grade."""
    grades = ToxicityGrade.objects.filter(observation=OuterRef("observation"), course=OuterRef("course"))
    for outcome in GradingOutcome.objects.filter(~Exists(grades), result="graded").iterator():
        yield f"observation {outcome.observation_id} is called graded and has no grade"


def waiting_unseen() -> Iterator[str]:
    """Outbox rows whose open course reads as assessed: its verdict could be a CONTINUE without them."""
    seen = PendingGrading.objects.filter(course__assessed_seq__gte=F("course__evidence_seq"))
    for row in seen.exclude(course__status="ended").iterator():
        yield f"observation {row.observation_id} waits, and its course reads as assessed"


def unfinished(at: datetime) -> Iterator[str]:
    """Outbox rows of a course that have waited for more than thirty seconds."""
    late = PendingGrading.objects.filter(course__isnull=False, since_at__lt=at - UNFINISHED_AFTER)
    for row in late.iterator():
        yield f"observation {row.observation_id} has waited to be graded since {row.since_at.isoformat()}"


def twice(_at: datetime) -> Iterator[str]:
    """Effects that one message had more than once."""
    sent = SenderVersion.objects.order_by().values_list("sender", "external_id", "version")
    for sender, external_id, version, _ in sent.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"the message {external_id} {version} of {sender} was stored more than once"
    grades = ToxicityGrade.objects.order_by().values_list("observation", "course", "term", "rules_sha256", "revision")
    for observation, _course, term, _rules, _revision, _ in grades.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"observation {observation} has more than one grade of {term}"
    raised = AlertEvent.objects.filter(step="raised").order_by().values_list("alert")
    for alert, times in raised.annotate(n=Count("pk")).filter(n__gt=1):
        yield f"alert {alert} was raised {times} times"


def out_of_time(_at: datetime) -> Iterator[str]:
    """Usable values that claim to have been observed more than two minutes after they were recorded."""
    ahead = Observation.objects.filter(observed_at__gt=F("recorded_at") + FUTURE_ALLOWED, not_gradable="")
    for row in ahead.iterator():
        yield f"observation {row.pk} was observed later than it was recorded"


INVARIANTS = (
    Invariant("I1", "Every observation is graded once, or waits and its course says so.", ungraded),
    Invariant("I13", "Nothing waits to be graded for longer than 30 seconds.", unfinished),
    Invariant("I14", "One message has its effects once.", twice),
    Invariant("I24a", "No usable value lies more than 2 minutes in the future of its recording.", out_of_time),
)
