"""Is this PIN one that nobody guesses in five tries?"""

from __future__ import annotations

from itertools import pairwise

SHORTEST = 4
LONGEST = 8
# Keypad patterns that head every published list and follow no rule below.
COMMON = frozenset({"2580", "0852", "1004", "1379", "7777777", "147258", "159753", "112233", "123321", "121314"})
CENTURIES = ("19", "20")


def refusal(pin: str, *, username: str = "") -> str:
    """Return why ``pin`` may not be used, as a sentence; "" when it may."""
    if not (pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST):
        return f"A PIN has {SHORTEST} to {LONGEST} digits and nothing else."
    if is_trivial(pin) or (username and pin in username):
        return "This PIN is guessed too easily: no single digit, no row or pair over and over, no year."
    return ""


def is_trivial(pin: str) -> bool:
    """Return whether the digits follow a rule that is tried first: a row, a repetition, a year, a known pattern."""
    steps = {(int(right) - int(left)) % 10 for left, right in pairwise(pin)}
    is_row = len(steps) == 1 and steps <= {0, 1, 9}
    half = len(pin) // 2
    is_twice = len(pin) % 2 == 0 and (
        pin[:half] == pin[half:] or len({pin[i : i + 2] for i in range(0, len(pin), 2)}) == 1
    )
    is_year = len(pin) == SHORTEST and pin.startswith(CENTURIES)
    return is_row or is_twice or is_year or pin in COMMON
