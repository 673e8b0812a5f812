"""What does one patient's page show? The card in full, the course's rules, grades by dose, values and last events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dosing.models import Course, Cycle, Decision, Patient, Placement, ProtocolSignoff
from dosing.selectors.courses import CourseRules, rules_of
from dosing.selectors.stops import begun_reinstatements
from monitoring.models import CurrentValue, Observation
from monitoring.selectors import board_rows as rows
from monitoring.selectors import board_words as words
from monitoring.selectors.admission_page import namesakes_on
from monitoring.selectors.board import Card, card_of, number_of, years_between
from monitoring.selectors.board_values import fresh_until, kind_of, text_of
from monitoring.selectors.chains import replaced_by
from monitoring.selectors.clock_mark import is_behind
from monitoring.selectors.course_page_decide import Choice, Said, choices_of, every_choice, said_of
from monitoring.selectors.course_page_delay import DelayOffer, delay_offer
from monitoring.selectors.course_page_events import Event, events_of
from monitoring.selectors.course_page_toxicity import Grid, grid_of

# Told later than this, as from the paper sheet, the page says when it was entered too.
LATE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Banner:
    """Who this page is about, in the order of the patient banner; ``like_named``: who here could be taken for them."""

    patient: Patient
    age_years: int
    bed: str
    ward_id: int
    like_named: list[Placement]


@dataclass(frozen=True, slots=True)
class Was:
    """What a value said before it was corrected; ``observed_at`` when it was said to be of another time, else None."""

    text: str
    observed_at: datetime | None


@dataclass(frozen=True, slots=True)
class ValueRow:
    """One observable where it stands now, with who vouches for it; ``entered_at`` when it was told late, else None.

    ``was`` is what it took the place of, as a correction; None: it is none.
    """

    key: str
    name: str
    value: str
    unit: str
    observed_at: datetime
    fresh_until: datetime | None
    kind: str
    source: str
    note: str
    observation_id: str
    entered_at: datetime | None
    was: Was | None


@dataclass(frozen=True, slots=True)
class CoursePage:
    """One patient's course at one instant; ``number`` is the ward's, read before anything else.

    ``begun`` is one physician's half of a reinstatement that another must complete; None: nobody has begun one.
    ``delay`` None: the protocol's source lets no dose be delayed.
    """

    course: Course
    banner: Banner
    card: Card
    number: int
    at: datetime
    grid: Grid
    values: list[ValueRow]
    events: list[Event]
    choices: list[Choice]
    said: list[Said]
    rules: CourseRules
    signoff: ProtocolSignoff | None
    begun: Decision | None
    delay: DelayOffer | None

    @property
    def cycle(self) -> Cycle | None:
        return self.card.bed.cycle

    @property
    def outcome_token(self) -> str:
        """What a decision taken on this page is bound to; "" before the first assessment."""
        row = self.card.bed.assessment
        return row.outcome_token if row else ""

    @property
    def all_choices(self) -> list[Choice]:
        """Every decision, offered now or not: the page keeps one form for each."""
        dose = self.card.bed.next_dose
        return every_choice(dose.number, self.delay) if dose else []


def placement_of(course: Course) -> Placement:
    """Where the course's patient lies now. Raises ``Placement.DoesNotExist`` for a patient in no bed."""
    return Placement.objects.select_related("bed", "ward").get(patient=course.patient_id, until_at=None)


def banner_of(course: Course, at: datetime) -> Banner:
    """The banner of the course's patient."""
    place, patient = placement_of(course), course.patient
    age = years_between(patient.birth_date, at.date())
    return Banner(patient, age, place.bed.label, place.ward_id, namesakes_on(place.ward_id, patient))


def card_of_course(course: Course, at: datetime) -> tuple[int, Card]:
    """The ward's number and the course's own card."""
    ward_id = placement_of(course).ward_id
    number = number_of(ward_id)
    bed = rows.rows_of_ward(ward_id, course_id=course.pk)[0]
    return number, card_of(bed, at, clock_is_behind=is_behind(at))


def course_page_of(course: Course, at: datetime) -> CoursePage:
    """Everything the page shows at ``at``."""
    number, card = card_of_course(course, at)
    delay = delay_offer(card, course)
    return CoursePage(
        course=course,
        banner=banner_of(course, at),
        card=card,
        number=number,
        at=at,
        grid=grid_of(course.pk, at),
        values=values_of(card, at),
        events=events_of(course.pk),
        choices=choices_of(card, delay),
        said=said_of(card.bed.next_dose, at),
        rules=rules_of(course),
        signoff=signoff_of(course),
        begun=begun_of(card, at),
        delay=delay,
    )


def begun_of(card: Card, at: datetime) -> Decision | None:
    """One physician's half of a reinstatement that waits for another's; None: nobody has begun one."""
    if card.bed.cycle is None or card.bed.latched is None:
        return None
    return begun_reinstatements(card.bed.cycle, at).first()


def signoff_of(course: Course) -> ProtocolSignoff | None:
    """Who signed the course's protocol off at its site; None: nobody."""
    signed = ProtocolSignoff.objects.filter(site=course.site_id, protocol=course.protocol_id)
    return signed.select_related("physician").first()


def values_of(card: Card, at: datetime) -> list[ValueRow]:
    """Every observable with a value, by name."""
    standing = card.bed.standing.values()
    before = replaced_by([current.observation for current in standing])
    rows = (_value_row(card, one, before.get(one.observation_id), at) for one in standing)
    return sorted(rows, key=lambda row: row.name)


def _value_row(card: Card, current: CurrentValue, before: Observation | None, at: datetime) -> ValueRow:
    row = current.observation
    until = fresh_until(current, card.bed.fresh)
    hit = current.observable in card.evidence.hit_inputs
    return ValueRow(
        key=current.observable,
        name=words.observable(current.observable),
        value=text_of(row),
        unit=words.unit(row.unit),
        observed_at=current.observed_at,
        fresh_until=until,
        kind=kind_of(row, until, hit, at),
        source=words.ORIGINS.get(row.origin, row.origin),
        note=row.not_gradable or ("unlikely: check" if row.unlikely else ""),
        observation_id=str(row.pk),
        entered_at=row.recorded_at if row.recorded_at - current.observed_at > LATE else None,
        was=_was(before, row) if before is not None else None,
    )


def _was(before: Observation, row: Observation) -> Was:
    text = f"{text_of(before)} {words.unit(before.unit)}".strip()
    return Was(text, before.observed_at if before.observed_at != row.observed_at else None)
