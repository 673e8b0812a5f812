"""Is a body read exactly, or refused with the reason?"""

from __future__ import annotations

import pytest

from il2ward.http.problems import MOST_SHOWN_CHARACTERS, shown
from il2ward.http.shapes import WrongShape, fit, instant
from il2ward.http.strict_json import MOST_BYTES, MOST_DEPTH, BadJson, NumberText, TooLarge, parse


@pytest.mark.parametrize("text", ["3.40", "0.10", "1e5", "-0", "-1.50", "1234567890123456789012"])
def test_a_number_keeps_its_text_when_an_int_could_not_hold_it(text: str) -> None:
    number = parse(f'{{"value": {text}}}'.encode())["value"]

    assert isinstance(number, NumberText)
    assert number == text


@pytest.mark.parametrize(("text", "number"), [("3", 3), ("-7", -7), ("123456789012345678", 123456789012345678)])
def test_a_whole_number_is_an_int_when_it_has_up_to_18_digits(text: str, number: int) -> None:
    assert parse(text.encode()) == number
    assert not isinstance(parse(text.encode()), str)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b'{"a": 1, "a": 1}', "twice"),
        (b'{"b": {"a": 1, "a": 1}}', "twice"),
        (b"NaN", "NaN"),
        (b"[Infinity]", "Infinity"),
        (b"{} {}", "Extra data"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (b"\xc3\x28", "UTF-8"),
        (b"{'a': 1}", "line 1"),
        (rb'["a\u0000"]', "character"),
        (rb'{"a": ["\ud800"]}', "character"),
        (rb'{"\uDFFF": 1}', "character"),
    ],
)
def test_a_body_is_refused_with_the_reason_when_it_is_not_plain_json(body: bytes, why: str) -> None:
    with pytest.raises(BadJson, match=why):
        parse(body)


def test_a_character_of_two_halves_is_taken_when_both_are_there() -> None:
    assert parse(rb'["\ud83d\ude00 \\u0000"]') == ["\U0001f600 \\u0000"]


@pytest.mark.parametrize("opening", [b"[", b'{"a":'], ids=["lists", "objects"])
def test_nesting_is_refused_when_it_is_one_level_too_deep(opening: bytes) -> None:
    closing = b"]" if opening == b"[" else b"}"

    parse(opening * MOST_DEPTH + b"1" + closing * MOST_DEPTH)
    with pytest.raises(BadJson, match="deeper"):
        parse(opening * (MOST_DEPTH + 1) + b"1" + closing * (MOST_DEPTH + 1))
    with pytest.raises(BadJson, match="deeper"):
        parse(opening * 20_000)


def test_a_body_is_refused_when_it_has_one_byte_too_many() -> None:
    parse(b" " * (MOST_BYTES - 1) + b"1")
    with pytest.raises(TooLarge):
        parse(b" " * MOST_BYTES + b"1")


def test_a_quoted_value_is_cut_when_it_is_long() -> None:
    assert shown("x" * MOST_SHOWN_CHARACTERS) == "x" * MOST_SHOWN_CHARACTERS
    assert len(shown("x" * 10_000)) == MOST_SHOWN_CHARACTERS + 1
    assert shown({"a": 1}) == '{"a": 1}'


@pytest.mark.parametrize("text", ["2026-03-29T01:30:00+01:00", "2026-03-29T00:30:00Z", "2026-03-29T00:30:00.250Z"])
def test_an_instant_is_read_when_it_carries_its_offset(text: str) -> None:
    assert instant(text, path="$").utcoffset() is not None


@pytest.mark.parametrize("text", ["2026-03-29T01:30:00", "2026-03-29", "20260329", "now", "", "2026-13-01T00:00:00Z"])
def test_a_time_is_refused_when_nobody_can_know_the_instant(text: str) -> None:
    with pytest.raises(WrongShape):
        instant(text, path="$")


@pytest.mark.parametrize(("text", "number"), [("90.0", 90), ("-7.000", -7), ("43500000.0", 43_500_000)])
def test_a_whole_number_with_a_fraction_of_zero_is_whole_where_a_whole_number_belongs(text: str, number: int) -> None:
    assert fit(parse(f"[[{text}]]".encode()), list[list[int]]) == [[number]]


@pytest.mark.parametrize("text", ["90.5", '"90.0"', "9e1", "-0", "1234567890123456789.0", "90.00000001"])
def test_no_other_number_and_no_text_becomes_whole(text: str) -> None:
    with pytest.raises(WrongShape, match="int"):
        fit(parse(f"[[{text}]]".encode()), list[list[int]])


def test_a_measured_number_keeps_its_fraction_of_zero() -> None:
    assert fit(parse(b'{"n": 3.0}'), dict[str, str | int]) == {"n": "3.0"}
