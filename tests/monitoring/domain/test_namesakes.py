"""Which two names could be taken for each other at four in the morning?"""

from __future__ import annotations

import pytest

from monitoring.domain.namesakes import is_alike


@pytest.mark.parametrize(
    ("one", "other"),
    [("Novak", "NOVAK"), ("Müller", "Mueller"), ("Müller", "Muller"), ("O'Neil", "ONeil"), ("Novak", "Novák"),
     ("Achterberg", "Achtenberg"), ("Brandt", "Brand"), ("Brand", "Brandt"), ("Hartigan", "Harrtigan")],
)  # fmt: skip
def test_names_are_alike_when_one_letter_or_less_tells_them_apart(one: str, other: str) -> None:
    assert is_alike(one, other)
    assert is_alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("Novak", "Brandt"), ("May", "Mai"), ("Novak", ""), ("", ""), ("Brandt", "Bradnt"), ("Li", "Lu")]
)
def test_names_are_not_alike_when_more_tells_them_apart(one: str, other: str) -> None:
    assert not is_alike(one, other)
