"""What does the on-call page of a ward show?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from il2ward.staff.models import Role, User, Ward
from il2ward.staff.selectors.membership import members_of
from monitoring.domain.escalation import LADDER, Rung
from monitoring.models import ContactAddress, EscalationTimes, OnCallShift
from monitoring.selectors.roster import Gap, Minutes, gaps_of, minutes_in, on_call_at, standing_shifts, times_row_of

SHOWN_AHEAD = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Step:
    """One rung of the ladder now: who stands there and how they are reached. ``is_reached`` false: by nothing."""

    rung: Rung
    words: str
    person: User | None
    addresses: list[ContactAddress]
    after_high_min: int
    after_medium_min: int

    @property
    def is_reached(self) -> bool:
        return self.rung is Rung.NURSE or bool(self.addresses)


@dataclass(frozen=True, slots=True)
class RosterPage:
    """The on-call page. ``set_by`` None: the project's own times count, which nobody of the ward chose."""

    steps: list[Step]
    gaps: list[Gap]
    shifts: list[OnCallShift]
    physicians: list[User]
    addresses: list[tuple[User, list[ContactAddress]]]
    ward_addresses: list[ContactAddress]
    minutes: Minutes
    set_by: EscalationTimes | None


def physicians_of(ward: Ward, at: datetime) -> QuerySet[User]:
    """Return the active physicians who work on the ward at ``at``, by name."""
    return members_of(ward.pk, at).filter(role=Role.PHYSICIAN)


def roster_page_of(ward: Ward, person: User, at: datetime) -> RosterPage:
    """Everything the page shows at ``at``; addresses of others are an admin's to see."""
    physicians = list(physicians_of(ward, at))
    known = _addresses(ward, physicians)
    seen = [one for one in physicians if person.role == Role.ADMIN or one.pk == person.pk]
    shifts = standing_shifts(ward.pk).filter(until_at__gt=at, from_at__lt=at + SHOWN_AHEAD)
    set_by = times_row_of(ward.pk)
    minutes = minutes_in(set_by)
    return RosterPage(
        steps=_steps(on_call_at(ward.pk, at), known, minutes),
        gaps=gaps_of(ward.pk, at),
        shifts=list(shifts.order_by("from_at", "rung")),
        physicians=physicians,
        addresses=[(one, known[one.pk]) for one in seen],
        ward_addresses=known[None],
        minutes=minutes,
        set_by=set_by,
    )


def _addresses(ward: Ward, physicians: list[User]) -> dict[int | None, list[ContactAddress]]:
    """The addresses in use by person; None for the ward's own."""
    found: dict[int | None, list[ContactAddress]] = defaultdict(list)
    for row in ContactAddress.objects.filter(Q(ward=ward) | Q(person__in=physicians), ended_at=None).order_by("id"):
        found[row.person_id].append(row)
    return found


def _steps(
    on_call: Mapping[Rung, User], known: Mapping[int | None, list[ContactAddress]], minutes: Minutes
) -> list[Step]:
    found = []
    for rung in LADDER:
        person = on_call.get(rung)
        addresses = known[None] if rung is Rung.FALLBACK else known[person.pk] if person else []
        high, medium = (one * rung.place for one in (minutes.step_high_min, minutes.step_medium_min))
        found.append(Step(rung, rung.words.capitalize(), person, list(addresses), high, medium))
    return found
