"""Is the person of a message the patient who bears the number? Any doubt speaks against it."""

from __future__ import annotations

from datetime import date

import pytest

from monitoring.domain.identity import Claim, contradiction

BORN = date(1961, 4, 9)


def against(*names: tuple[str, str], born: date | None = BORN, family: str = "Müller", given: str = "Jana Eva") -> str:
    claim = Claim(numbers=("4711",), names=names, birth_date=born)
    return contradiction(claim, family_name=family, given_name=given, birth_date=BORN)


@pytest.mark.parametrize(
    "name",
    [
        ("Müller", "Jana Eva"),
        ("MULLER", "jana"),
        ("Mueller", "Jana E."),
        ("Mu\u0308ller", "Jana"),
        ("Müller ", " Jana"),
    ],
)
def test_the_same_name_is_recognised_however_it_is_spelled(name: tuple[str, str]) -> None:
    assert against(name) == ""


def test_one_agreeing_name_among_several_is_enough() -> None:
    assert against(("Novak", "Jana"), ("Müller", "Jana")) == ""


@pytest.mark.parametrize("name", [("Miller", "Jana"), ("Müller", "Eva"), ("Müller", ""), ("", "Jana"), ("", "")])
def test_another_or_half_a_name_is_another_person(name: tuple[str, str]) -> None:
    assert against(name) == "the name is another"


def test_two_empty_names_do_not_agree() -> None:
    assert against(("", ""), family="", given="") == "the name is another"
    assert against(("Li", ""), family="Li", given="") == "the name is another"


def test_what_is_not_said_agrees_with_nobody() -> None:
    assert against(("Müller", "Jana"), born=None) == "no date of birth is said"
    assert against() == "no name is said"
    assert against(("Müller", "Jana"), born=date(1961, 9, 4)) == "the date of birth is another"


@pytest.mark.parametrize(
    ("names", "shown"), [((("Novak", "Iva"),), "Novak, Iva"), ((("Novak", ""),), "Novak"), ((), "")]
)
def test_a_claim_shows_its_first_name(names: tuple[tuple[str, str], ...], shown: str) -> None:
    assert Claim(names=names).shown == shown
