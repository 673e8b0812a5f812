"""May a clinician give exactly the grades that the version has under a term?"""

from __future__ import annotations

import pytest

from monitoring.domain.grade_choices import choices_of, may_be_entered, needs_physician
from monitoring.rules.loader import VERSIONS, load_ctcae


def grades(version: str, term: str) -> list[int]:
    return [one.grade for one in choices_of(load_ctcae(version).value.terms[term])]


@pytest.mark.parametrize(
    ("version", "term", "expected"),
    [
        ("3.0", "hypotension", [0, 1, 2, 3, 4, 5]),
        ("5.0", "creatinine_increased", [0, 1, 2, 3, 4]),
        ("3.0", "rhabdomyolysis", []),
        ("3.0", "hypoxia", [0, 2, 3, 4, 5]),
        ("6.0", "lymphocyte_decreased", [0, 1]),
    ],
)
def test_grades_are_those_of_the_version(version: str, term: str, expected: list[int]) -> None:
    assert grades(version, term) == expected


def test_grade_in_words_and_its_limits_are_told_apart() -> None:
    by_grade = {one.grade: one for one in choices_of(load_ctcae("3.0").value.terms["vomiting"])}

    assert by_grade[2].words == "IV fluids <24 h"
    assert by_grade[2].limits
    assert (by_grade[0].limits, by_grade[5].words) == ("", "death")


@pytest.mark.parametrize("version", VERSIONS)
def test_every_grade_offered_says_what_it_means(version: str) -> None:
    for rule in load_ctcae(version).value.terms.values():
        assert all(one.words or one.limits for one in choices_of(rule)), rule.key


@pytest.mark.parametrize("version", VERSIONS)
def test_every_term_without_numbers_can_be_entered(version: str) -> None:
    rules = load_ctcae(version).value.terms.values()

    assert [rule.key for rule in rules if rule.present and not rule.has_numbers and not may_be_entered(rule)] == []
    assert not any(may_be_entered(rule) for rule in rules if not rule.present)


@pytest.mark.parametrize(
    ("given", "proposed", "physician"),
    [
        (3, 3, False),
        (4, 3, False),
        (2, 3, True),
        (5, 3, True),
        (5, 5, True),
        (3, None, False),
        (5, None, True),
    ],
)
def test_who_may_give_which_grade(given: int, proposed: int | None, physician: bool) -> None:
    assert needs_physician(given=given, proposed=proposed) is physician
