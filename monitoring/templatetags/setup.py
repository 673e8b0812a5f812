"""How do the states and sources of the checklist read in a template?"""

from __future__ import annotations

from django import template

from dosing.domain.eligibility import ItemState
from dosing.rules.course_loader import load_eligibility
from monitoring.selectors.setup_page import STATE_WORDS

register = template.Library()
LEVELS = {
    "retrieved_secondary": "read in a copy",
    "recalled": "recalled, not read",
    "derived": "derived",
    "proposal": "proposal, no source",
    "not_established": "not established",
}


@register.filter
def state_words(state: ItemState) -> str:
    """How an item stands, in words."""
    return STATE_WORDS[state]


@register.filter
def source_words(source: str) -> str:
    """A source of the eligibility rules by its short name."""
    return load_eligibility().value.sources[source].short


@register.filter
def level_words(level: str) -> str:
    """How well an item was verified, in words; what was read at its source needs none."""
    return LEVELS.get(level, level.replace("_", " "))
