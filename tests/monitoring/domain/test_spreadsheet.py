"""Can a text in an exported table become a formula?"""

from __future__ import annotations

import pytest

from monitoring.domain.spreadsheet import guarded, guarded_row


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "=cmd|' /C calc'!A0"])
def test_cell_gets_an_apostrophe_when_it_would_be_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Dose 7", "43,500,000", "a=b", "3.4 mg/dL", "'=1"])
def test_cell_stays_as_it_is_when_it_is_plain_text(text: str) -> None:
    assert guarded(text) == text


def test_nothing_is_an_empty_cell_and_a_number_its_text() -> None:
    assert guarded_row([None, 7, "-"]) == ["", "7", "'-"]
