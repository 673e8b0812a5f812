"""How did the tumour respond to a course, and what does each source say of another one?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from dosing.domain.condition import Fact, undocumented
from dosing.domain.response import Band, Definition
from dosing.domain.retreatment import Advice
from dosing.models import Course, ResponseEntry
from dosing.rules.course_loader import load_response, load_retreatment
from dosing.selectors.course_facts import KNOWN_HERE, Retreatment, responses_of, retreatment_of
from monitoring.selectors.course_page import Banner
from monitoring.selectors.setup_page import banner_of_patient

ADVICE_WORDS = {
    Advice.STOP: "Stop",
    Advice.NO_FURTHER_COURSE: "No further course",
    Advice.NOT_YET: "Not yet",
    Advice.CONSIDER_COURSE: "A course may be considered",
    Advice.ONE_LAST_COURSE: "One last course",
    Advice.FURTHER_COURSE: "A further course",
    Advice.NOT_STATED: "Says nothing about this",
    Advice.NOT_DOCUMENTED: "Cannot be said yet",
}


@dataclass(frozen=True, slots=True)
class DefinitionForm:
    """One source's definition, with its categories and the facts it is judged on."""

    definition: Definition
    source: str
    bands: list[Band]
    facts: Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One entry in words."""

    row: ResponseEntry
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class AdviceLine:
    """One source's advice in words; ``missing`` are the facts that would settle it."""

    title: str
    word: str
    text: str
    scope: str
    missing: list[str]
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ResponsePage:
    """One course's response at one instant."""

    course: Course
    banner: Banner
    forms: list[DefinitionForm]
    outlook: Mapping[str, Fact]
    entries: list[EntryLine]
    advice: list[AdviceLine]
    known: list[str]
    is_disputed: bool
    disagreements: tuple[str, ...]


def response_page_of(course: Course, at: datetime) -> ResponsePage:
    """Return everything the response page shows at ``at``."""
    advised, known = retreatment_of(course, at), load_retreatment().value.facts
    return ResponsePage(
        course=course,
        banner=banner_of_patient(course.patient, at),
        forms=forms(),
        outlook={name: fact for name, fact in known.items() if name not in KNOWN_HERE},
        entries=[_entry(row) for row in responses_of(course)],
        advice=_advice(advised, known),
        known=[_said(known[name], str(value)) for name, value in advised.facts.items()],
        is_disputed=advised.is_disputed,
        disagreements=advised.disagreements,
    )


def forms() -> list[DefinitionForm]:
    """Return the definitions that define any response, each with its own facts."""
    rules = load_response().value
    return [
        DefinitionForm(
            definition=one,
            source=rules.sources[one.source].short,
            bands=[band for band in one.bands if band.code is not None],
            facts={name: rules.facts[name] for band in one.bands for name in undocumented(band.when, {})},
        )
        for one in rules.definitions
        if one.bands
    ]


def _entry(row: ResponseEntry) -> EntryLine:
    found = next((one for one in load_response().value.definitions if one.id == row.definition), None)
    if found is None:
        return EntryLine(row, row.definition, row.category)
    label = next((band.label for band in found.bands if band.code == row.category), row.category)
    return EntryLine(row, found.title, label)


def _advice(advised: Retreatment, known: Mapping[str, Fact]) -> list[AdviceLine]:
    return [
        AdviceLine(
            title=one.guide.title,
            word=ADVICE_WORDS[one.advice],
            text=one.rule.text if one.rule else "",
            scope=one.guide.scope,
            missing=[known[name].label for name in one.missing],
            conflicts=one.guide.conflicts,
        )
        for one in advised.advised
    ]


def _said(fact: Fact, value: str) -> str:
    return f"{fact.label}: {fact.options.get(value, f'{value} {fact.unit}'.strip())}"
