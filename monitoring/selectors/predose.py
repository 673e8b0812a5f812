"""What does a nurse need before, during and after one dose? What is missing first, then the dose, then the acts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from dosing.domain.dose_arithmetic import dose_text, volume_text
from dosing.models import Dose, Rescue, SlotMove
from dosing.models.dose import BEGUN
from dosing.selectors.agreed import order_of, ordered_of, vials_of
from dosing.selectors.delays import delay_rule_of, may_be_delayed_from, moves_of
from dosing.selectors.slots import opens_at
from dosing.services import reasons
from monitoring.selectors.board import Card
from monitoring.selectors.board_evidence import Gap
from monitoring.selectors.card import Face
from monitoring.selectors.course_page import Banner, banner_of, card_of_course
from monitoring.selectors.course_page_decide import Said, said_of


@dataclass(frozen=True, slots=True)
class DoseLine:
    """The dose exactly as it is printed; see the print rules of the glossary."""

    drug: str
    dose: str
    basis: str
    volume: str
    vials: int
    route: str
    duration: str


@dataclass(frozen=True, slots=True)
class Step:
    """One thing still to do, with the page where it is done."""

    title: str
    says: str
    page: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Predose:
    """One dose at one instant. ``is_next`` false: the slot lies behind, runs, or another comes first.

    ``moves`` are the delays that moved its due time, oldest first. ``delay_source`` is the source that lets a
    physician delay it, "" where none does.
    """

    dose: Dose
    banner: Banner
    card: Card
    number: int
    at: datetime
    line: DoseLine
    steps: list[Step]
    said: list[Said]
    is_calculated_twice: bool
    rescues: list[Rescue]
    begun_before: Dose | None
    moves: list[SlotMove]
    delay_source: str

    @property
    def is_next(self) -> bool:
        following = self.card.bed.next_dose
        return following is not None and following.pk == self.dose.pk

    @property
    def lies_ahead(self) -> bool:
        """Whether another slot of the cycle comes before this one."""
        following = self.card.bed.next_dose
        return following is not None and self.dose.number > following.number

    @property
    def start_waits_for(self) -> str:
        """What must happen before this dose can start, in words; "" when the page may ask. The gate decides anyway."""
        if not self.is_calculated_twice:
            return "a second person must work the dose out first"
        if self.is_delayed and self.at < self.dose.due_at:
            return f"a physician delayed it to {timezone.localtime(self.dose.due_at):%H:%M}"
        if any(one.stands and one.decision.kind in ("give", "override") for one in self.said):
            return ""
        return WAITS_FOR.get(self.card.band.face, "")

    @property
    def is_delayed(self) -> bool:
        """Whether a physician delayed this very dose, not only one before it."""
        return any(one.decision.dose_id == self.dose.pk for one in self.moves)

    @property
    def has_begun(self) -> bool:
        return self.dose.status in BEGUN

    @property
    def is_running(self) -> bool:
        return self.dose.status == "started"

    @property
    def is_open(self) -> bool:
        return self.dose.status == "planned"

    @property
    def opens_at(self) -> datetime:
        return opens_at(self.dose)

    @property
    def outcome_token(self) -> str:
        """What starting is bound to; "" before the first assessment."""
        row = self.card.bed.assessment
        return row.outcome_token if row and self.is_next else ""


WAITS_FOR = {
    Face.HOLD: "on HOLD: only a physician's override lets it start",
    Face.UNDECIDED: "complete what is missing first",
    Face.REVIEW: "a physician must say give first",
    Face.UPDATING: "a new value is being assessed",
    Face.NOT_YET_DUE: "its window has not opened",
    Face.STOP_CYCLE: "a stop stands",
    Face.STOP_PERMANENT: "a stop stands",
}
CLOSING = (
    ("hold", "Hold", "The dose is held. The slot is over: a held dose is not made up.", reasons.HOLD),
    ("refuse", "Patient refuses", "The patient does not want this dose. The slot is over.", reasons.REFUSE),
    ("omit", "Omit", "The dose cannot be given. The slot is over.", reasons.OMIT),
)


def predose_of(dose: Dose, at: datetime) -> Predose:
    """Everything the dose's page shows at ``at``."""
    course = dose.cycle.course
    number, card = card_of_course(course, at)
    is_calculated = dose.dose_iu in ordered_of(dose)
    return Predose(
        dose=dose,
        banner=banner_of(course, at),
        card=card,
        number=number,
        at=at,
        line=line_of(dose),
        steps=calculation_step(is_calculated) + steps_of(card),
        said=said_of(dose, at),
        is_calculated_twice=is_calculated,
        rescues=list(Rescue.objects.filter(dose=dose).select_related("by").order_by("given_at", "pk")),
        begun_before=begun_before(dose),
        moves=moves_of(dose),
        delay_source=delay_source_of(dose, card, at),
    )


def delay_source_of(dose: Dose, card: Card, at: datetime) -> str:
    """Return the source that lets a physician delay ``dose`` now; "" where none does, and for any but the next."""
    following = card.bed.next_dose
    if following is None or following.pk != dose.pk or card.band.face in (Face.STOP_CYCLE, Face.STOP_PERMANENT):
        return ""
    rule = delay_rule_of(dose.cycle.course)
    if rule.refusal:
        return ""
    again_from = may_be_delayed_from(dose)
    return rule.source if again_from is None or at >= again_from else ""


def begun_before(dose: Dose) -> Dose | None:
    """Return the last dose of the cycle before this one that was started, where rescue is logged; None for none."""
    earlier = Dose.objects.filter(cycle_id=dose.cycle_id, number__lt=dose.number, status__in=BEGUN)
    return earlier.order_by("-number").first()


def calculation_step(is_calculated_twice: bool) -> list[Step]:
    """What leads to the second calculation while nobody has agreed on the dose."""
    if is_calculated_twice:
        return []
    return [Step("Second calculation", "nobody else has worked this dose out and agreed", "setup", "second")]


def steps_of(card: Card) -> list[Step]:
    """What is still missing: each measurement, then each group of bedside questions."""
    measured = [_value_step(gap) for gap in card.evidence.measured_gaps]
    return measured + [
        Step(
            one.group.capitalize(),
            f"{one.unanswered} {card.evidence.bedside_reasons}",
            "findings",
            f"g-{one.group.replace(' ', '-')}",
        )
        for one in card.evidence.bedside_gaps
    ]


def _value_step(gap: Gap) -> Step:
    field = "vasopressors_none" if gap.input in ("vasopressors", "vasopressor_state") else gap.input
    last = f", last {gap.last_value}" if gap.last_value else ""
    return Step(gap.label, f"{gap.reason}{last}", "vitals", f"f-{field}")


def line_of(dose: Dose) -> DoseLine:
    """The dose line; the amounts are those planned at the cycle's start, never computed anew from a weight."""
    order = order_of(dose)
    return DoseLine(
        drug=order.drug,
        dose=dose_text(dose.dose_iu),
        basis=order.basis,
        volume=volume_text(order.volume_ml),
        vials=vials_of(dose),
        route=order.route,
        duration=duration_text(order.lasts),
    )


def duration_text(lasts: timedelta | None) -> str:
    """Return "over 15 min", "over 24 h", or "as one injection"."""
    if lasts is None:
        return "as one injection"
    minutes = int(lasts.total_seconds()) // 60
    return f"over {minutes // 60} h" if minutes >= 60 and minutes % 60 == 0 else f"over {minutes} min"
