"""What of a course is not accounted for, so that somebody must look before it is signed off?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

DOSE_WORDS = {"held": "was held", "refused": "was refused", "omitted": "was omitted"}


@dataclass(frozen=True, slots=True)
class DoseAccount:
    """One slot as it stands; amounts in whole units. ``unpermitted`` says why it should not have started, else ""."""

    cycle: int
    number: int
    status: str
    dose_iu: int
    given_iu: int | None = None
    is_deviation: bool = False
    is_checked: bool = True
    has_reason: bool = True
    unpermitted: str = ""
    is_calculated_twice: bool = True
    more_severe_now: bool = False


@dataclass(frozen=True, slots=True)
class AlertAccount:
    """One alert: its words, and how far it came."""

    id: int
    text: str
    was_acknowledged: bool
    is_cleared: bool


@dataclass(frozen=True, slots=True)
class CourseAccount:
    """Everything that the list is made from. ``unsigned_checks`` are start checks without a signature, in words."""

    is_ended: bool
    doses: Sequence[DoseAccount]
    alerts: Sequence[AlertAccount]
    open_cycles: Sequence[int]
    unsigned_checks: Sequence[str]
    ungraded: int
    proposed_grades: int
    open_orders: Sequence[str]
    standing_stops: int
    has_response: bool


@dataclass(frozen=True, slots=True)
class Unaccounted:
    """One thing that is not accounted for; ``key`` is the same as long as the thing is."""

    key: str
    text: str


def unaccounted(course: CourseAccount) -> tuple[Unaccounted, ...]:
    """Return everything that is not accounted for, doses first; () when a person may sign without a word on anything.

    A deviation, and a dose given on values that were corrected to a graver verdict, is always on the list: not as a
    fault of the record, but because somebody must have looked at it.
    """
    return (*_of_doses(course.doses), *_of_alerts(course.alerts), *_of_course(course))


def _of_doses(doses: Iterable[DoseAccount]) -> Iterator[Unaccounted]:
    for dose in doses:
        name, key = f"Dose {dose.number} of cycle {dose.cycle}", f"dose-{dose.cycle}-{dose.number}"
        for word, text in _of_dose(dose):
            yield Unaccounted(f"{key}-{word}", f"{name} {text}")


def _of_dose(dose: DoseAccount) -> Iterator[tuple[str, str]]:
    if dose.status == "planned":
        yield "open", "is still planned: nobody said what became of it"
    if dose.status == "started":
        yield "running", "was started and never ended"
    if dose.status in DOSE_WORDS and not dose.has_reason:
        yield "reason", f"{DOSE_WORDS[dose.status]} without a reason"
    if dose.status not in ("planned", *DOSE_WORDS):
        yield from _of_begun(dose)


def _of_begun(dose: DoseAccount) -> Iterator[tuple[str, str]]:
    if dose.is_deviation:
        yield "deviation", "was given outside the gate (deviation)"
    elif dose.unpermitted:
        yield "permission", dose.unpermitted
    if not dose.is_checked:
        yield "check", "has no second check by another person"
    if not dose.is_calculated_twice:
        yield "calculation", "has an amount on which no second person agreed"
    if dose.status == "given" and dose.given_iu != dose.dose_iu:
        yield "amount", "was given in another amount than planned"
    if dose.more_severe_now:
        yield "changed", "was given on values that were changed later: with what is known now the verdict is graver"


def _of_alerts(alerts: Iterable[AlertAccount]) -> Iterator[Unaccounted]:
    for alert in alerts:
        if not alert.was_acknowledged:
            yield Unaccounted(f"alert-{alert.id}-unseen", f"Alert never acknowledged: {alert.text}")
        if not alert.is_cleared:
            yield Unaccounted(f"alert-{alert.id}-open", f"Alert still open: {alert.text}")


def _of_course(course: CourseAccount) -> Iterator[Unaccounted]:
    if not course.is_ended:
        yield Unaccounted("course-open", "The course has not been ended")
    for number in course.open_cycles:
        yield Unaccounted(f"cycle-{number}-open", f"Cycle {number} has not been ended")
    for words in course.unsigned_checks:
        yield Unaccounted(f"check-{words}", f"Start check without a signature: {words}")
    if course.ungraded:
        yield Unaccounted("ungraded", f"{_count(course.ungraded, 'value waits', 'values wait')} to be graded")
    if course.proposed_grades:
        yield Unaccounted(
            "proposed", f"{_count(course.proposed_grades, 'proposed grade', 'proposed grades')} nobody confirmed"
        )
    for test in course.open_orders:
        yield Unaccounted(f"order-{test}", f"Test ordered and neither answered nor closed: {test}")
    if course.standing_stops:
        yield Unaccounted("stops", f"{_count(course.standing_stops, 'stop stands', 'stops stand')} that nobody lifted")
    if not course.has_response:
        yield Unaccounted("response", "No response to the course is documented")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
