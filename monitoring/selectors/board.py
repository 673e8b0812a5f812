"""What does a ward's board show at one instant? Cards, most urgent first, and the beds without a course."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dosing.domain.verdict import Verdict
from dosing.models import Decision, Placement
from il2ward.live.models import WardSequence
from il2ward.staff.models import Ward
from monitoring.domain.renewals import Renewal, from_json
from monitoring.models import Alert
from monitoring.selectors import board_rows as rows
from monitoring.selectors import roster as rosters
from monitoring.selectors.board_evidence import NOTHING, BedsideGap, Evidence, Gap, Line, evidence_of
from monitoring.selectors.board_strip import Slot, strip_of
from monitoring.selectors.board_values import Chip, Shown, chips_of, values_of
from monitoring.selectors.card import WINDOW, Band, Because, CardFacts, Face, Stored, band
from monitoring.selectors.clock_mark import is_behind

CALM = (Face.CONTINUE, Face.NOT_YET_DUE, Face.NO_DOSE)
OVERDUE_AFTER = timedelta(hours=1)
LINES_ON_A_CARD = 4
RANK = {
    Face.HOLD: 1,
    Face.UNDECIDED: 2,
    Face.REVIEW: 3,
    Face.STOP_CYCLE: 4,
    Face.STOP_PERMANENT: 4,
    Face.CONTINUE: 5,
    Face.NOT_YET_DUE: 6,
    Face.NO_DOSE: 7,
}
SEVERITIES = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Card:
    """One bed with a course. ``loud`` is the severity of its worst alert that nobody has acknowledged, "" for none."""

    bed: rows.BedRows
    bed_label: str
    band: Band
    evidence: Evidence
    strip: list[Slot]
    chips: list[Chip]
    values: list[Shown]
    age_years: int
    loud: str
    at: datetime

    @property
    def lines(self) -> tuple[Line, ...]:
        """The criteria met that fit on a card."""
        return self.evidence.met[:LINES_ON_A_CARD]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """The missing measurements that fit on a card beside the criteria met."""
        return self.evidence.measured_gaps[: max(1, LINES_ON_A_CARD - len(self.lines))] if self.shows_gaps else ()

    @property
    def bedside_gaps(self) -> tuple[BedsideGap, ...]:
        """The groups of bedside questions that wait for an answer."""
        return self.evidence.bedside_gaps if self.shows_gaps else ()

    @property
    def shows_gaps(self) -> bool:
        """Before the window opens a missing input is no news."""
        return self.band.face is not Face.NOT_YET_DUE

    @property
    def left_out(self) -> int:
        """How many criteria and gaps did not fit."""
        missing = len(self.evidence.measured_gaps) if self.shows_gaps else 0
        return len(self.evidence.met) + missing - len(self.lines) - len(self.gaps)

    @property
    def renew(self) -> tuple[Renewal, ...]:
        """What lapses before the dose and is not among the gaps shown: beside those, only what can still be used."""
        row = self.bed.assessment
        found = from_json(row.renew) if row is not None and self.bed.next_dose is not None else ()
        return tuple(one for one in found if not self.shows_gaps or (one.lapses_at and one.lapses_at >= self.at))

    @property
    def is_overdue(self) -> bool:
        dose = self.bed.next_dose
        return dose is not None and self.at > dose.due_at + OVERDUE_AFTER

    @property
    def alert(self) -> Alert | None:
        """The alert to show: the worst unacknowledged one, else the worst."""

        def urgency(alert: Alert) -> tuple[bool, int]:
            return alert.acknowledged_at is not None, SEVERITIES.index(alert.severity)

        return min(self.bed.alerts, key=urgency, default=None)

    @property
    def more_alerts(self) -> int:
        """How many alerts are open beside the one shown."""
        return max(0, len(self.bed.alerts) - 1)

    @property
    def alarms(self) -> str:
        """Every alert that nobody has acknowledged as "id:severity", for a page that sounds what is new or worse."""
        waiting = [alert for alert in self.bed.alerts if alert.acknowledged_at is None]
        return " ".join(f"{alert.pk}:{alert.severity}" for alert in waiting)

    @property
    def order(self) -> Decision | None:
        """A physician's last word on this dose, while it holds for the outcome shown: a new criterion voids it.

        A delay is no answer to what the new window shows: the due time on the card tells of it.
        """
        decision, row = self.bed.decision, self.bed.assessment
        if decision is None or decision.kind == "delay":
            return None
        if decision.expires_at is not None and self.at >= decision.expires_at:
            return None
        is_bound = decision.kind in ("give", "override")
        return decision if not is_bound or (row and row.outcome_token == decision.outcome_token) else None

    @property
    def asks_to_stop(self) -> bool:
        """Whether something was found while a dose runs that would have held it."""
        return any(one.rule == "running-infusion" and one.condition_gone_at is None for one in self.bed.alerts)

    @property
    def urgency(self) -> tuple[int, int, float, tuple[int, str]]:
        """Sort key, most urgent first; a card that is only updating keeps the place of its previous word."""
        face = self.band.before if self.band.face is Face.UPDATING and self.band.before else self.band.face
        due = self.bed.next_dose.due_at.timestamp() if self.bed.next_dose else float("inf")
        return (0 if self.loud == "high" else 1, RANK.get(face, 2), due, rows.bed_order(self.bed_label))


@dataclass(frozen=True, slots=True)
class Board:
    """One ward at one instant; ``number`` is the ward's sequence number, read before anything else.

    ``without_course`` are the patients of the ward for whom no course is open. ``gaps`` are the hours of the next day
    in which nobody is on call.
    """

    ward: Ward
    number: int
    at: datetime
    cards: list[Card]
    empty_beds: list[str]
    without_course: list[Placement]
    gaps: list[rosters.Gap] = field(default_factory=list)

    @property
    def tally(self) -> list[tuple[str, int]]:
        """How many beds show which word, most urgent first; those that nobody need look at now are left out."""
        count = Counter(card.band.face for card in self.cards if card.band.face not in CALM)
        return [(face.word, count[face]) for face in sorted(count, key=lambda face: RANK.get(face, 2))]


def number_of(ward_id: int) -> int:
    """The ward's sequence number; 0 before anything changed."""
    return WardSequence.objects.filter(ward_id=ward_id).values_list("number", flat=True).first() or 0


def board_of(ward: Ward, at: datetime, *, by_bed: bool = False) -> Board:
    """The whole board. The number is read first, so that a page may only ever believe itself older than it is."""
    number = number_of(ward.pk)
    beds = rows.rows_of_ward(ward.pk)
    behind = is_behind(at)
    cards = [card_of(bed, at, clock_is_behind=behind) for bed in beds if bed.course is not None]
    cards.sort(key=lambda card: rows.bed_order(card.bed_label) if by_bed else card.urgency)
    without = [bed.placement for bed in beds if bed.course is None]
    taken = {bed.placement.bed.label for bed in beds}
    empty = [label for label in rows.beds_of(ward.pk) if label not in taken]
    nobody = rosters.gaps_of(ward.pk, at, ahead=rosters.WARNS_ON_THE_BOARD)
    return Board(ward, number, at, cards, empty, without, nobody)


def card_of(bed: rows.BedRows, at: datetime, *, clock_is_behind: bool) -> Card:
    """One bed's card at ``at``; ``clock_is_behind`` as ``clock_mark.is_behind`` says of that instant."""
    evidence = evidence_of(bed.assessment.outcome) if bed.assessment else NOTHING
    weight = bed.cycle.dosing_weight_kg if bed.cycle else None
    return Card(
        bed=bed,
        bed_label=bed.placement.bed.label,
        band=band(facts_of(bed, clock_is_behind), at),
        evidence=evidence,
        strip=strip_of(bed.doses, bed.next_dose.number if bed.next_dose else None, bed.delayed),
        chips=chips_of(bed.standing, bed.fresh, at),
        values=values_of(
            bed.standing,
            bed.fresh,
            hits=evidence.hit_inputs,
            weight_kg=weight,
            urine=evidence.value_of("urine_output"),
            at=at,
        ),
        age_years=years_between(bed.placement.patient.birth_date, at.date()),
        loud=loudness(bed.alerts),
        at=at,
    )


def facts_of(bed: rows.BedRows, clock_is_behind: bool) -> CardFacts:
    """What the verdict band of this bed is decided on."""
    row = bed.assessment
    return CardFacts(
        due_at=bed.next_dose.due_at if bed.next_dose else None,
        clock_is_behind=clock_is_behind,
        stored=Stored(Verdict(row.verdict), row.at, row.valid_until) if row else None,
        being_assessed=bed.course is not None and bed.course.is_being_assessed,
        waiting_since=bed.waiting_since,
        latched=bed.latched,
        window=WINDOW,
    )


def loudness(alerts: list[Alert]) -> str:
    """The worst severity among the alerts nobody has acknowledged; "" when there is none."""
    waiting = [alert.severity for alert in alerts if alert.acknowledged_at is None]
    return min(waiting, key=SEVERITIES.index, default="")


def years_between(born: date, today: date) -> int:
    """Completed years of age."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


__all__ = ["Because", "Board", "Card", "board_of", "card_of", "number_of"]
