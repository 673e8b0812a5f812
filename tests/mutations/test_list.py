"""The list of deliberate faults stays true: each one is still a place in the code, and changes it."""

from __future__ import annotations

import ast

import pytest

from tests.mutations.run import ROOT, Mutation, mutations

EVERY = mutations()


def test_list_is_long_enough_and_says_each_fault_once() -> None:
    assert len(EVERY) >= 40
    assert len({(one.file, one.old, one.new) for one in EVERY}) == len(EVERY)


@pytest.mark.parametrize("mutation", EVERY, ids=[f"{one.area}: {one.breaks}" for one in EVERY])
def test_fault_has_one_place_and_leaves_code_that_can_be_read(mutation: Mutation) -> None:
    text = (ROOT / mutation.file).read_text()

    assert text.count(mutation.old) == 1
    assert ast.dump(ast.parse(text.replace(mutation.old, mutation.new))) != ast.dump(ast.parse(text))
