"""What does each source ask of a patient before treatment, and what of that is documented as met?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from dosing.domain.condition import Condition, Fact, Facts, holds, require_usable, undocumented
from dosing.domain.protocol import Id, SourcedFile, Words
from dosing.domain.regimen import Verification


class ItemState(StrEnum):
    """How an item stands. There is no state for a patient: nobody is excluded by a list."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_DOCUMENTED = "not_documented"
    SHOWN_ONLY = "shown_only"


class Item(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One demand of one source, worded as what should be so; ``needs`` None: shown, and judged by nobody but a reader.

    ``part`` is eligibility, or checklist for what is done before the first dose.
    """

    id: Id
    topic: Id
    part: Literal["eligibility", "checklist"]
    text: Words
    source: Id
    verification: Verification
    needs: Condition | None = None
    note: str = ""


class Disagreement(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the sources differ on one topic, in words."""

    topic: Id
    text: Words


class EligibilityRules(SourcedFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every demand of every source, the facts they are judged on, and where they disagree."""

    topics: Mapping[Id, Words]
    facts: Mapping[Id, Fact]
    items: tuple[Item, ...]
    disagreements: tuple[Disagreement, ...]


@dataclass(frozen=True, slots=True)
class ItemResult:
    """How one item stands; ``missing`` names the facts that would settle one that is not documented."""

    item: Item
    state: ItemState
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicResult:
    """All sources' items on one topic, side by side.

    ``is_disputed`` when one source's item is met and another's is not, on the same documented facts;
    ``known`` are the disagreements between the sources in words, whatever is documented.
    """

    topic: str
    title: str
    results: tuple[ItemResult, ...]
    is_disputed: bool
    known: tuple[str, ...]


def judge(rules: EligibilityRules, facts: Facts) -> tuple[ItemResult, ...]:
    """Return how every item stands on the documented facts, in the order of the rules.

    What is not documented is never taken as met. Advice only: no result is drawn for the patient.
    Raises FactIsNotUsable.
    """
    require_usable(rules.facts, facts)
    return tuple(_judge(item, facts) for item in rules.items)


def side_by_side(rules: EligibilityRules, results: tuple[ItemResult, ...]) -> tuple[TopicResult, ...]:
    """Return the results by topic, in the order in which the rules list the topics."""
    return tuple(_topic(rules, topic, [one for one in results if one.item.topic == topic]) for topic in rules.topics)


def _judge(item: Item, facts: Facts) -> ItemResult:
    if item.needs is None:
        return ItemResult(item, ItemState.SHOWN_ONLY, ())
    is_met = holds(item.needs, facts)
    if is_met is None:
        return ItemResult(item, ItemState.NOT_DOCUMENTED, undocumented(item.needs, facts))
    return ItemResult(item, ItemState.MET if is_met else ItemState.NOT_MET, ())


def _topic(rules: EligibilityRules, topic: str, results: list[ItemResult]) -> TopicResult:
    return TopicResult(
        topic=topic,
        title=rules.topics[topic],
        results=tuple(results),
        is_disputed={ItemState.MET, ItemState.NOT_MET} <= {one.state for one in results},
        known=tuple(row.text for row in rules.disagreements if row.topic == topic),
    )
