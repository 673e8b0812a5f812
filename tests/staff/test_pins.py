"""Is a PIN that heads every list of guesses refused, and an ordinary one taken?"""

from __future__ import annotations

import pytest

from il2ward.staff.pins import is_trivial, refusal


@pytest.mark.parametrize(
    "pin", ["0000", "1234", "9876", "8901", "1212", "4747", "1961", "2024", "2580", "123123", "55555555"]
)
def test_pin_is_refused_when_it_follows_a_rule(pin: str) -> None:
    assert is_trivial(pin)
    assert "too easily" in refusal(pin)


@pytest.mark.parametrize("pin", ["4071", "1352", "3140", "90210", "84620517"])
def test_pin_is_taken_when_it_follows_none(pin: str) -> None:
    assert refusal(pin) == ""


@pytest.mark.parametrize("pin", ["", "407", "407140714", "40a1", "٤٠٧١", " 4071"])
def test_pin_is_refused_when_it_is_not_four_to_eight_digits(pin: str) -> None:
    assert "4 to 8 digits" in refusal(pin)


def test_pin_is_refused_when_it_stands_in_the_user_name() -> None:
    assert refusal("4071", username="rn4071") != ""
