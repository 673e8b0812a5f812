"""How is documented what a patient brings to a course, and how the tumour responded to it?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from dosing.domain.condition import Fact, FactIsNotUsable
from dosing.domain.response import Definition, Response, responses
from dosing.models import Course, EligibilityAnswer, ResponseEntry
from dosing.rules.course_loader import load_eligibility, load_response, load_retreatment
from dosing.selectors.course_facts import KNOWN_HERE, read_fact
from dosing.services import courses
from dosing.services.people import require_clinician, require_physician
from dosing.services.refusals import CourseEnded, FactNotTaken, ImpossibleTime, Invalid, NotADefinition
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor


@transaction.atomic
def document(
    *, course: Course, answers: Mapping[str, str], actor: Actor, at: datetime, seen_in: str = ""
) -> list[EligibilityAnswer]:
    """Document facts before treatment, each as its option's key or a plain number; "" takes a fact back.

    Advisory: nothing is allowed or forbidden by it. ``seen_in`` says where it was read. Raises FactNotTaken.
    """
    course = courses.locked(course.pk)
    person = require_clinician(actor, course.patient, at)
    if course.status == "ended":
        raise CourseEnded("This course has ended. What is documented before it stays as it is.")
    if not answers:
        raise Invalid("Nothing was answered.")
    rules = load_eligibility()
    for name, text in answers.items():
        _require_fact(name, rules.value.facts, text, may_be_empty=True)
    rows = [
        EligibilityAnswer(
            course=course, fact=name, value=text, seen_in=seen_in.strip(), rules_sha256=rules.sha256, by=person, at=at
        )
        for name, text in answers.items()
    ]
    for row in rows:
        row.save()
    said = {"answers": [row.pk for row in rows], "facts": dict(answers), "seen_in": seen_in.strip()}
    note_course(course, "course.eligibility_documented", actor=actor, at=at, body=said)
    return rows


@transaction.atomic
def record_response(
    *,
    course: Course,
    definition: str,
    category: str,
    assessed_on: date,
    facts: Mapping[str, str],
    actor: Actor,
    at: datetime,
    outlook: Mapping[str, str] | None = None,
    note: str = "",
) -> ResponseEntry:
    """Keep a physician's word on the response by one source's ``definition``; a later word stands beside it.

    ``category`` is that source's own code; where ``facts`` settle another one by its definition, it is refused.
    ``outlook`` are facts for advice on another course; what the record knows itself is not taken. Also after the
    course's end. Raises NotADefinition, FactNotTaken, ImpossibleTime.
    """
    course = courses.locked(course.pk)
    physician = require_physician(actor, course.patient, at)
    if not course.opened_at.date() <= assessed_on <= at.date():
        raise ImpossibleTime("The day of the assessment must lie between the course's opening and today.")
    computed, stated = _computed(definition, category, facts), _outlook(outlook or {})
    row = ResponseEntry.objects.create(
        course=course,
        definition=definition,
        category=category,
        computed=computed.code or "",
        assessed_on=assessed_on,
        facts=dict(facts),
        outlook=stated,
        note=note.strip(),
        rules_sha256=load_response().sha256,
        by=physician,
        at=at,
    )
    said = {"response": row.pk, "definition": definition, "category": category, "computed": row.computed}
    body: dict[str, object] = {**said, "assessed_on": assessed_on.isoformat(), "outlook": stated}
    note_course(course, "course.response_recorded", actor=actor, at=at, body=body)
    return row


def _computed(definition: str, category: str, facts: Mapping[str, str]) -> Response:
    rules = load_response().value
    chosen = next((one for one in rules.definitions if one.id == definition), None)
    if chosen is None:
        raise NotADefinition(f"The definition must be one of {', '.join(one.id for one in rules.definitions)}.")
    _require_category(chosen, category)
    for name, text in facts.items():
        _require_fact(name, rules.facts, text)
    usable = {name: read_fact(name, rules.facts, text) for name, text in facts.items()}
    found = next(one for one in responses(rules, usable) if one.definition.id == definition)
    if found.code is not None and found.code != category:
        raise NotADefinition(f"By this definition those facts are: {found.label}. Correct the facts or the category.")
    if found.gap:
        raise NotADefinition(f"By this definition those facts have no category: {found.gap}.")
    return found


def _require_category(definition: Definition, category: str) -> None:
    codes = [band.code for band in definition.bands if band.code is not None]
    if not codes:
        raise NotADefinition(f"{definition.title} gives no definition of response. Choose another source's.")
    if category not in codes:
        raise NotADefinition(f"The category must be one of {', '.join(codes)}.")


def _outlook(stated: Mapping[str, str]) -> dict[str, str]:
    for name, text in stated.items():
        if name in KNOWN_HERE:
            raise FactNotTaken(f"{name} is known from the record and is not entered.")
        _require_fact(name, load_retreatment().value.facts, text)
    return dict(stated)


def _require_fact(name: str, known: Mapping[str, Fact], text: str, *, may_be_empty: bool = False) -> None:
    if may_be_empty and not text and name in known:
        return
    try:
        read_fact(name, known, text)
    except FactIsNotUsable as error:
        raise FactNotTaken(f"{error}.") from error
