"""How long does a met criterion stay met, by the released protocols?"""

from __future__ import annotations

import pytest

from dosing.domain.lasting import Lasts, lasts
from dosing.domain.protocol import AboveUln, Criterion
from dosing.rules.loader import load_protocol, protocol_keys

EVERY_ROW = [row for key in protocol_keys() for row in load_protocol(key).value.criteria]


@pytest.mark.parametrize("row", EVERY_ROW, ids=lambda row: row.id)
def test_what_a_person_found_lasts_until_a_physician_ends_it_and_a_number_by_itself(row: Criterion) -> None:
    if row.asked is None:
        is_enzyme = isinstance(row.test, AboveUln)
        assert lasts(row) is (Lasts.UNTIL_RESOLVED if is_enzyme else Lasts.BY_ITSELF)
    else:
        of_any_time = row.asked.window == "any_time"
        assert lasts(row) is (Lasts.FOR_GOOD if of_any_time else Lasts.UNTIL_RESOLVED)


def test_each_way_of_lasting_is_in_some_protocol() -> None:
    assert {lasts(row) for row in EVERY_ROW} == set(Lasts)
