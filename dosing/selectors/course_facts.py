"""What is documented before and after a course, and what does each source make of it?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from dosing.domain.condition import Fact, FactIsNotUsable
from dosing.domain.eligibility import TopicResult, judge, side_by_side
from dosing.domain.retreatment import Advised, advise, disagree
from dosing.models import Course, Cycle, Dose, EligibilityAnswer, Placement, ResponseEntry
from dosing.models.dose import BEGUN
from dosing.rules.course_loader import load_eligibility, load_retreatment

PLAIN = re.compile(r"-?[0-9]{1,7}(\.[0-9]{1,4})?")
# What the record itself answers about another course; a physician is not asked for it.
KNOWN_HERE = ("courses_given", "courses_since_complete", "days_since_discharge", "nci_response", "umn_response")
RESPONSE_FACTS = {"nci_response": "nci_2000", "umn_response": "umn_2009"}


@dataclass(frozen=True, slots=True)
class Retreatment:
    """Every source's advice on another course, side by side; ``facts`` are what it rests on."""

    facts: Mapping[str, Decimal | str]
    advised: tuple[Advised, ...]
    is_disputed: bool
    disagreements: tuple[str, ...]


def read_fact(name: str, known: Mapping[str, Fact], text: str) -> Decimal | str:
    """Return the documented value: an option's key, or a plain decimal number. Raises FactIsNotUsable."""
    fact = known.get(name)
    if fact is None:
        raise FactIsNotUsable(f"{name} is not a fact these rules know")
    if fact.options:
        if text not in fact.options:
            raise FactIsNotUsable(f"{fact.label}: {text} is not one of {', '.join(fact.options)}")
        return text
    if PLAIN.fullmatch(text) is None:
        raise FactIsNotUsable(f"{fact.label}: {text} is not a plain number")
    return Decimal(text)


def standing_answers(course: Course) -> dict[str, EligibilityAnswer]:
    """Return the newest answer of each fact that is documented before the course; one taken back is not there."""
    rows = EligibilityAnswer.objects.filter(course=course).select_related("by").order_by("id")
    newest = {row.fact: row for row in rows}
    return {fact: row for fact, row in newest.items() if row.value}


def eligibility_of(course: Course) -> tuple[TopicResult, ...]:
    """Return every source's demands on the documented facts, side by side by topic; advice, no verdict."""
    rules = load_eligibility().value
    facts = {
        name: read_fact(name, rules.facts, row.value)
        for name, row in standing_answers(course).items()
        if name in rules.facts
    }
    return side_by_side(rules, judge(rules, facts))


def responses_of(course: Course) -> list[ResponseEntry]:
    """Return what physicians said of the response to the course, newest first."""
    return list(ResponseEntry.objects.filter(course=course).select_related("by").order_by("-id"))


def retreatment_of(course: Course, at: datetime) -> Retreatment:
    """Return each source's advice on another course after this one, as of ``at``."""
    rules = load_retreatment().value
    facts = retreatment_facts(course, at)
    advised = advise(rules, facts)
    return Retreatment(facts, advised, disagree(advised), tuple(rules.disagreements))


def retreatment_facts(course: Course, at: datetime) -> dict[str, Decimal | str]:
    """Return what is known: a physician's newest word of each fact, and what the record says by itself."""
    known = load_retreatment().value.facts
    stated: dict[str, str] = {}
    for entry in reversed(responses_of(course)):
        stated |= {name: value for name, value in entry.outlook.items() if name not in KNOWN_HERE}
    facts = {name: read_fact(name, known, text) for name, text in stated.items() if name in known}
    return {**facts, **_recorded(course, at)}


def discharged_at(course: Course) -> datetime | None:
    """Return when the patient left after the course's last cycle; None: not yet, or no cycle ever started.

    A change of bed is no discharge.
    """
    last = Cycle.objects.filter(course=course).order_by("-starts_at").first()
    if last is None:
        return None
    stays = Placement.objects.filter(patient=course.patient_id)
    begun = set(stays.values_list("from_at", flat=True))
    ends = stays.filter(until_at__gte=last.starts_at).order_by("until_at").values_list("until_at", flat=True)
    return next((until_at for until_at in ends if until_at is not None and until_at not in begun), None)


def _recorded(course: Course, at: datetime) -> dict[str, Decimal | str]:
    given = Dose.objects.filter(
        cycle__course__patient=course.patient_id, cycle__course__number__lte=course.number, status__in=BEGUN
    )
    numbers = set(given.values_list("cycle__course__number", flat=True))
    facts: dict[str, Decimal | str] = {"courses_given": Decimal(len(numbers))}
    entries = responses_of(course)
    for fact, definition in RESPONSE_FACTS.items():
        if word := next((one.category for one in entries if one.definition == definition), ""):
            facts[fact] = word
    complete = ResponseEntry.objects.filter(
        course__patient=course.patient_id, course__number__lte=course.number, category="nci_complete"
    ).order_by("course__number")
    if (since := complete.values_list("course__number", flat=True).first()) is not None:
        facts["courses_since_complete"] = Decimal(len([number for number in numbers if number > since]))
    if (left_at := discharged_at(course)) is not None:
        facts["days_since_discharge"] = Decimal((at - left_at).days)
    return facts
