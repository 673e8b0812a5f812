"""A table's row becomes a line, and an answer rows of a table."""

from __future__ import annotations

import pytest

from monitoring.domain.grade_rows import line_of, rows_of


def test_an_empty_field_was_not_given() -> None:
    assert line_of({" id ": "1", "value": "2.0", "uln": "", "lln": None}) == {"id": "1", "value": "2.0"}


def test_a_row_longer_than_its_header_is_refused() -> None:
    with pytest.raises(ValueError, match="more cells than the header"):
        line_of({"id": "1", None: ["2.0"]})


def test_each_term_is_a_row_and_no_grade_an_empty_cell() -> None:
    term = {"term": "Creatinine increased", "grade": None, "at_least": False, "proposed": True, "why": "no limit"}

    assert list(rows_of({"id": "1", "error": None, "grades": {"creatinine_increased": term}})) == [
        {"id": "1", "error": None, "term_key": "creatinine_increased", **term, "at_least": "false", "proposed": "true"}
    ]


def test_an_answer_without_terms_is_one_row_with_its_error() -> None:
    assert list(rows_of({"id": "1", "error": "no unit", "grades": {}})) == [{"id": "1", "error": "no unit"}]
