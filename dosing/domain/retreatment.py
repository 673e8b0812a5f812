"""What does each source advise on another course, and where do the sources disagree?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from dosing.domain.condition import Condition, Fact, Facts, holds, require_usable, undocumented
from dosing.domain.protocol import Id, SourcedFile, Words
from dosing.domain.regimen import Verification


class Advice(StrEnum):
    """What a source advises; the last two are its silence and ours."""

    STOP = "stop"
    NO_FURTHER_COURSE = "no_further_course"
    NOT_YET = "not_yet"
    CONSIDER_COURSE = "consider_course"
    ONE_LAST_COURSE = "one_last_course"
    FURTHER_COURSE = "further_course"
    NOT_STATED = "not_stated"
    NOT_DOCUMENTED = "not_documented"


AGAINST = frozenset({Advice.STOP, Advice.NO_FURTHER_COURSE, Advice.NOT_YET})
SILENT = frozenset({Advice.NOT_STATED, Advice.NOT_DOCUMENTED})


class AdviceRule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule of a source; rules are tried in order and the first that holds speaks."""

    id: Id
    when: Condition
    then: Literal["stop", "no_further_course", "not_yet", "consider_course", "one_last_course", "further_course"]
    text: Words
    verification: Verification
    note: str = ""


class Guide(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One source's rules, when it evaluates, what it applies to, and where it contradicts itself."""

    id: Id
    title: Words
    source: Id
    scope: Words
    timing: Words
    rules: tuple[AdviceRule, ...]
    conflicts: tuple[Words, ...] = ()


class Reason(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A reason for ending treatment, as one source counts them."""

    id: Id
    text: Words
    source: Id
    verification: Verification


class RetreatmentRules(SourcedFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every source's rules, side by side, and what is known of their disagreement."""

    facts: Mapping[Id, Fact]
    guides: tuple[Guide, ...]
    disagreements: tuple[Words, ...]
    discontinuation_reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Advised:
    """What one source advises; ``rule`` None where it is silent or facts (``missing``) are not documented."""

    guide: Guide
    advice: Advice
    rule: AdviceRule | None
    missing: tuple[str, ...]


def advise(rules: RetreatmentRules, facts: Facts) -> tuple[Advised, ...]:
    """Return every source's advice on the documented facts, side by side; a physician decides.

    A rule that cannot be judged silences all rules after it: an undocumented severe toxicity never reads as none.
    Only advice against a course stands beside another open rule against it. Raises FactIsNotUsable.
    """
    require_usable(rules.facts, facts)
    return tuple(_advised(guide, facts) for guide in rules.guides)


def disagree(advised: tuple[Advised, ...]) -> bool:
    """Whether one source advises another course and another source is against it (or against it for now)."""
    spoken = {one.advice for one in advised} - SILENT
    return bool(spoken & AGAINST) and bool(spoken - AGAINST)


def _advised(guide: Guide, facts: Facts) -> Advised:
    judged = [(rule, holds(rule.when, facts)) for rule in guide.rules]
    first = next((number for number, (_, is_so) in enumerate(judged) if is_so), len(judged))
    unsettled = [rule for rule, is_so in judged[:first] if is_so is None]
    found = judged[first][0] if first < len(judged) else None
    if found is not None and all({one.then, found.then} <= AGAINST for one in unsettled):
        return Advised(guide, Advice(found.then), found, ())
    if not unsettled:
        return Advised(guide, Advice.NOT_STATED, None, ())
    missing = dict.fromkeys(name for rule in unsettled for name in undocumented(rule.when, facts))
    return Advised(guide, Advice.NOT_DOCUMENTED, None, tuple(missing))
