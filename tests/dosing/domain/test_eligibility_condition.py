"""Is a condition settled only by what is documented?"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest

from dosing.domain.condition import (
    AllOf,
    AnyOf,
    Condition,
    Fact,
    FactIsNotUsable,
    NotSo,
    Number,
    OneOf,
    condition_faults,
    holds,
    require_usable,
    undocumented,
    within,
)
from dosing.domain.protocol import Limits

KNOWN = {"ecog": Fact(label="ECOG"), "brain": Fact(label="Brain", options={"none": "None", "seen": "Seen"})}
A = OneOf(fact="a", values=("so",))
B = OneOf(fact="b", values=("so",))
WORDS = {True: "so", False: "other", None: None}


def facts(**said: bool | None) -> dict[str, Decimal | str]:
    return {name: word for name, value in said.items() if (word := WORDS[value]) is not None}


@pytest.mark.parametrize(("a", "b"), list(product([True, False, None], repeat=2)))
def test_all_and_any_are_settled_exactly_when_no_missing_fact_could_change_them(a: bool | None, b: bool | None) -> None:
    possible = [(x, y) for x, y in product([True, False], repeat=2) if a in (None, x) and b in (None, y)]
    every, some = {x and y for x, y in possible}, {x or y for x, y in possible}

    assert holds(AllOf(of=(A, B)), facts(a=a, b=b)) == (every.pop() if len(every) == 1 else None)
    assert holds(AnyOf(of=(A, B)), facts(a=a, b=b)) == (some.pop() if len(some) == 1 else None)


@pytest.mark.parametrize(("a", "turned"), [(True, False), (False, True), (None, None)])
def test_negation_keeps_the_unknown_unknown(a: bool | None, turned: bool | None) -> None:
    assert holds(NotSo(of=A), facts(a=a)) is turned


@pytest.mark.parametrize(
    ("limits", "inside", "outside"),
    [
        (Limits(at_least=Decimal(2)), ["2", "2.1"], ["1.9"]),
        (Limits(above=Decimal(2)), ["2.1"], ["2", "1.9"]),
        (Limits(at_most=Decimal(2)), ["2", "1.9"], ["2.1"]),
        (Limits(below=Decimal(2)), ["1.9"], ["2", "2.1"]),
        (Limits(at_least=Decimal(25), below=Decimal(50)), ["25", "49.99"], ["24.99", "50"]),
    ],
    ids=["at least", "above", "at most", "below", "a span"],
)
def test_limit_includes_what_it_says(limits: Limits, inside: list[str], outside: list[str]) -> None:
    assert all(within(Decimal(value), limits) for value in inside)
    assert not any(within(Decimal(value), limits) for value in outside)


def test_number_that_is_not_documented_is_not_known() -> None:
    assert holds(Number(fact="ecog", limits=Limits(at_most=Decimal(1))), {}) is None


def test_missing_facts_are_named_once_and_only_while_they_matter() -> None:
    either = AnyOf(of=(A, AllOf(of=(A, NotSo(of=B)))))

    assert undocumented(either, {}) == ("a", "b")
    assert undocumented(either, {"a": "other"}) == ()
    assert undocumented(either, {"b": "other"}) == ("a",)
    assert undocumented(AllOf(of=(A, B)), {"a": "so"}) == ("b",)


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"weight": Decimal(70)}, "weight is not a fact"),
        ({"brain": "unclear"}, "unclear is not one of none, seen"),
        ({"brain": Decimal(1)}, "is not one of"),
        ({"ecog": "1"}, "1 is not a number"),
        ({"ecog": Decimal("NaN")}, "NaN is not a number"),
    ],
    ids=["an unknown fact", "an unknown option", "a number for a choice", "text for a number", "not a number"],
)
def test_fact_is_refused_by_name_when_it_is(said: dict[str, Decimal | str], message: str) -> None:
    with pytest.raises(FactIsNotUsable, match=message):
        require_usable(KNOWN, said)


def test_known_facts_are_accepted() -> None:
    require_usable(KNOWN, {"brain": "seen", "ecog": Decimal(0)})


@pytest.mark.parametrize(
    ("condition", "faults"),
    [
        (Number(fact="ecog", limits=Limits(at_most=Decimal(1))), []),
        (OneOf(fact="brain", values=("none",)), []),
        (AllOf(of=()), ["a condition has no parts"]),
        (AnyOf(of=(NotSo(of=OneOf(fact="age", values=("x",))),)), ["fact age is not listed"]),
        (
            Number(fact="brain", limits=Limits()),
            ["fact brain is a choice, not a number", "fact brain has no limit"],
        ),
        (OneOf(fact="brain", values=("none", "some")), ["fact brain has no option some"]),
        (OneOf(fact="ecog", values=("low",)), ["fact ecog has no option low"]),
    ],
    ids=["right number", "right choice", "no parts", "unknown fact", "choice as number", "option", "number as choice"],
)
def test_faults_of_a_condition_are_named(condition: Condition, faults: list[str]) -> None:
    assert list(condition_faults(condition, KNOWN)) == faults
