"""What must a ward have on paper of one course when the network is down?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dosing.domain.protocol import FindingGroup
from dosing.models import Course, Dose
from dosing.selectors.courses import rules_of
from dosing.selectors.protocol_page import ProtocolPage, protocol_page_of
from monitoring.selectors.board import Card
from monitoring.selectors.card import Face
from monitoring.selectors.course_page import Banner, ValueRow, banner_of, card_of_course, values_of
from monitoring.selectors.predose import DoseLine, Step, line_of, steps_of

AHEAD = timedelta(hours=25)
# What is written down at the bedside, hour by hour, in the order of the vital signs chart.
CHARTED = (
    "Pressure, mm Hg", "Heart rate, /min", "Saturation, %", "Oxygen: device, L/min", "Temperature, °C",
    "Respiratory rate, /min", "Urine since last, mL", "Stool since last, mL", "Vasopressor: drug, rate",
    "Fluid bolus, mL", "Weight, kg", "By",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlannedDose:
    """One slot of the next day with its dose line as it is printed everywhere."""

    dose: Dose
    line: DoseLine


@dataclass(frozen=True, slots=True)
class Sheet:
    """One course on paper, as of ``at``. It never carries a CONTINUE: paper cannot know what was measured since.

    ``against`` says which hold or stop stood when it was printed, "" for none.
    """

    course: Course
    banner: Banner
    card: Card
    at: datetime
    doses: list[PlannedDose]
    against: str
    missing: list[Step]
    values: list[ValueRow]
    page: ProtocolPage
    overlay: ProtocolPage | None
    findings: tuple[FindingGroup, ...]
    charted: tuple[str, ...] = CHARTED

    @property
    def is_assessed(self) -> bool:
        """Whether anything is known of what is missing: before the first assessment everything counts as missing."""
        return self.card.bed.assessment is not None


def sheet_of(course: Course, at: datetime) -> Sheet:
    """Return the sheet of a course whose patient lies in a bed."""
    _, card = card_of_course(course, at)
    rules = rules_of(course)
    inputs = rules.inputs
    return Sheet(
        course=course,
        banner=banner_of(course, at),
        card=card,
        at=at,
        doses=[PlannedDose(one, line_of(one)) for one in ahead(card, at)],
        against=against(card),
        missing=steps_of(card),
        values=values_of(card, at),
        page=protocol_page_of(course.protocol, inputs, course.site),
        overlay=None if course.overlay is None else protocol_page_of(course.overlay, inputs, course.site),
        findings=rules.protocol.value.findings,
    )


def ahead(card: Card, at: datetime) -> list[Dose]:
    """The slots that are still planned and due within a day, the overdue one among them, in order."""
    planned = [dose for dose in card.bed.doses if dose.status == "planned" and dose.due_at <= at + AHEAD]
    following = card.bed.next_dose
    return [dose for dose in planned if following is not None and dose.number >= following.number]


def against(card: Card) -> str:
    """The hold or stop that stands, in its word; "" for every other state: nothing is said of them on paper."""
    standing = (Face.REVIEW, Face.HOLD, Face.STOP_CYCLE, Face.STOP_PERMANENT)
    faces = (card.band.face, card.band.before)
    return next((face.word for face in faces if face in standing), "")
