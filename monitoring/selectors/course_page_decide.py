"""Which decisions may a physician take now? All that fit stand side by side; none is suggested."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dosing.models import Decision, Dose, SlotMove
from dosing.selectors.binding import still_stands
from dosing.services import reasons
from monitoring.selectors.board import Card
from monitoring.selectors.card import Face
from monitoring.selectors.course_page_delay import DelayOffer, DelayTime

HOLDS = (Face.HOLD, Face.UNDECIDED)
STOPS = (Face.STOP_CYCLE, Face.STOP_PERMANENT)
PASSWORD = ("override", "refute", "reinstate")


@dataclass(frozen=True, slots=True)
class Choice:
    """One decision on offer. ``reasons`` is empty when none need be given; dangerous ones stand ``apart``.

    ``times`` are the new due times of a delay.
    """

    kind: str
    label: str
    title: str
    explains: str
    reasons: Mapping[str, str]
    needs_password: bool = False
    needs_repeat: bool = False
    apart: bool = False
    times: Sequence[DelayTime] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A decision already taken for the next dose and whether it still stands; a delay has moved it for good."""

    decision: Decision
    stands: bool
    reason: str
    move: SlotMove | None = None


def choices_of(card: Card, delay: DelayOffer | None = None) -> list[Choice]:
    """What may be decided on what the card shows, in a fixed order; ``delay`` None: the protocol lets none be."""
    if card.bed.next_dose is None:
        return []
    number = card.bed.next_dose.number
    delays = [] if card.band.face in STOPS else _delays(delay, number)
    return [*_for_the_dose(card, number), *delays, *_stops(card, number)]


def every_choice(number: int, delay: DelayOffer | None = None) -> list[Choice]:
    """Every decision there is, for a page whose offer changes while it is open."""
    return [_choice(kind, number) for kind in TEXTS if kind != "delay"] + _delays(delay, number)


def _delays(offer: DelayOffer | None, number: int) -> list[Choice]:
    """The delay, where it is allowed and a time is left for it, in its source's words."""
    if offer is None or offer.rule.row is None or not offer.times:
        return []
    choice = _choice("delay", number)
    explains = f"{offer.rule.source}: {offer.rule.row.text}. {choice.explains} {LOST.format(days=offer.days)}"
    return [replace(choice, times=offer.times, explains=explains)]


def _for_the_dose(card: Card, number: int) -> list[Choice]:
    if card.band.face in STOPS:
        return [_choice("refute", number), _choice("reinstate", number)]
    kinds = {Face.REVIEW: (_answer_to_review(card), "hold"), **dict.fromkeys(HOLDS, ("hold", "override"))}
    offered = list(kinds.get(card.band.face, ("hold",)))
    if card.is_overdue:
        offered.append("order_late")
    return [_choice(kind, number) for kind in offered]


def _answer_to_review(card: Card) -> str:
    """A dose in review only because it was held is released; one with criteria of its own is given."""
    row = card.bed.assessment
    return "release" if row is not None and row.outcome.get("found") == Face.CONTINUE.value else "give"


def _stops(card: Card, number: int) -> list[Choice]:
    kinds: Mapping[Face, tuple[str, ...]] = {Face.STOP_PERMANENT: (), Face.STOP_CYCLE: ("stop_permanent",)}
    return [_choice(kind, number) for kind in kinds.get(card.band.face, ("stop_cycle", "stop_permanent"))]


def _choice(kind: str, number: int) -> Choice:
    label, title, explains, why, apart = TEXTS[kind]
    dose = f"dose {number}"
    return Choice(
        kind, label.format(dose=dose), title.format(dose=dose), explains, why,
        needs_password=kind in PASSWORD, needs_repeat=kind == "refute", apart=apart,
    )  # fmt: skip


def said_of(dose: Dose | None, at: datetime) -> list[Said]:
    """The decisions already taken for the dose, newest first."""
    if dose is None:
        return []
    rows = Decision.objects.filter(dose=dose).select_related("by", "assessment").order_by("-id")[:6]
    own = {one.decision_id: one for one in SlotMove.objects.filter(dose=dose, decision__dose=dose)}
    return [Said(row, row.kind == "delay" or still_stands(row, at), _reason(row), own.get(row.pk)) for row in rows]


def _reason(row: Decision) -> str:
    coded = reasons.in_words(row.reason_code) if row.reason_code else ""
    return " · ".join(part for part in (coded, row.reason_text) if part)


NONE: Mapping[str, str] = {}
LOST = "What then falls beyond the cycle's {days} days is not given."
TEXTS: Mapping[str, tuple[str, str, str, Mapping[str, str], bool]] = {
    "give": (
        "Give {dose}…",
        "Give {dose}",
        "Lets this dose start on the outcome shown, and on no other: any new criterion voids it.",
        NONE,
        False,
    ),
    "release": (
        "Release {dose}…",
        "Release {dose}",
        "The values have recovered after a hold. Any new criterion voids the release.",
        NONE,
        False,
    ),
    "hold": (
        "Hold {dose}…",
        "Hold {dose}",
        "The dose waits for a physician, even when the values recover.",
        reasons.HOLD,
        False,
    ),
    "override": (
        "Give against the hold…",
        "Give {dose} against the hold",
        "One dose, this outcome, 60 minutes. Somebody else starts it. It will be in the audit and in every report.",
        reasons.OVERRIDE,
        False,
    ),
    "order_late": (
        "Order late…",
        "Give {dose} although overdue",
        "More than an hour has passed since it was due. The order holds for 60 minutes.",
        reasons.LATE,
        False,
    ),
    "delay": (
        "Delay {dose}…",
        "Delay {dose}",
        "The dose does not start before its new time. Every later dose of the cycle moves by as much.",
        reasons.DELAY,
        False,
    ),
    "refute": (
        "Refute an artefact…",
        "Refute an artefact",
        "Only with a repeat measurement that shows it. Lifts the stop at once.",
        reasons.LIFT,
        False,
    ),
    "reinstate": (
        "Reinstate, first or second physician…",
        "Reinstate after a stop",
        "Two physicians must sign within 60 minutes of each other.",
        reasons.LIFT,
        False,
    ),
    "stop_cycle": (
        "Stop this cycle…",
        "Stop this cycle",
        "No further dose of this cycle. Lifting it again takes two physicians.",
        reasons.STOP,
        True,
    ),
    "stop_permanent": (
        "Stop for good…",
        "Stop interleukin-2 for good",
        "No further dose in this or any later cycle. Lifting it again takes two physicians.",
        reasons.STOP,
        True,
    ),
}
