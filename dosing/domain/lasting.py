"""Which met criterion is over by itself, which on a physician's word, and which never?"""

from __future__ import annotations

from enum import StrEnum

from dosing.domain.protocol import AboveUln, Criterion


class Lasts(StrEnum):
    """How long a criterion stays met once it was."""

    BY_ITSELF = "by_itself"
    UNTIL_RESOLVED = "until_resolved"
    FOR_GOOD = "for_good"


def lasts(criterion: Criterion) -> Lasts:
    """Return how long ``criterion`` stays met.

    A bedside finding and a raised cardiac enzyme stay until a physician says that they are over, one that is asked at
    dosing also until a later answer finds it gone; what is asked of any time stays for good; every other measured one
    follows its newest value.
    """
    if criterion.asked is not None:
        return Lasts.FOR_GOOD if criterion.asked.window == "any_time" else Lasts.UNTIL_RESOLVED
    return Lasts.UNTIL_RESOLVED if isinstance(criterion.test, AboveUln) else Lasts.BY_ITSELF
