"""Could one person be taken for another by name? A warning, never an answer."""

from __future__ import annotations

from monitoring.domain.identity import spellings

# Below this a single letter is too large a part of the name: May and Mai are two names.
LONG_ENOUGH = 5


def is_alike(one: str, other: str) -> bool:
    """Return whether two family names are spelt alike, or differ by one letter put in, left out or changed.

    Case, marks and blanks do not count: Müller is Mueller and Muller. An empty name is like nobody's.
    """
    return any(_near(left, right) for left in spellings(one) for right in spellings(other) if left and right)


def _near(one: str, other: str) -> bool:
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    if len(short) < LONG_ENOUGH or len(long) - len(short) > 1:
        return False
    same = next((place for place, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest = short[same:] if len(short) < len(long) else short[same + 1 :]
    return rest == long[same + 1 :]
