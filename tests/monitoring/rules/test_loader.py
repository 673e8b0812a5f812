"""The rule files are what was released, and a file that breaks its schema is refused by the row it breaks it in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from monitoring.domain.observable import Category
from monitoring.rules import loader
from monitoring.rules.faults import RuleFileIsInvalid
from monitoring.rules.loader import (
    VERSIONS,
    load_ctcae,
    load_observables,
    parse_ctcae,
    parse_observables,
    released_texts,
    sha256_of,
    verify_released,
)  # fmt: skip


def test_every_rule_file_is_the_released_one() -> None:
    assert verify_released() == ()


def test_changed_missing_and_new_rule_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in released_texts().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "released.json").write_text((loader.FOLDER / "released.json").read_text())
    (tmp_path / "ctcae/v5.json").write_text("{}")
    (tmp_path / "ctcae/v6.json").unlink()
    (tmp_path / "ctcae/v7.json").write_text("{}")
    monkeypatch.setattr(loader, "FOLDER", tmp_path)

    assert verify_released() == (
        "ctcae/v5.json: missing or changed after its release",
        "ctcae/v6.json: missing or changed after its release",
        "ctcae/v7.json: not released",
    )


@pytest.mark.parametrize("version", VERSIONS)
def test_each_version_carries_67_terms_with_source_and_confidence(version: str) -> None:
    loaded = load_ctcae(version)

    assert len(loaded.value.terms) == 67
    assert loaded.value.version == version
    assert loaded.sha256 == sha256_of(loaded.text) == loaded.value.sha256
    for rule in loaded.value.terms.values():
        assert rule.source
        assert rule.confidence in ("high", "medium")
        assert rule.term or not rule.present
        assert rule.present or not rule.rows


def test_unknown_version_is_refused() -> None:
    with pytest.raises(RuleFileIsInvalid, match=r"CTCAE 4.0 is not among 3.0, 4.03, 5.0, 6.0"):
        load_ctcae("4.0")


def test_observables_are_keyed_by_name_and_loinc_and_carry_their_contract_unit() -> None:
    table = load_observables().value

    assert table.by_key["platelets"].unit == "10*3/uL"
    assert table.by_key["troponin_i"].unit == "ng/mL"
    assert table.by_key["o2_device"].codes[0] == "room_air"
    assert table.by_key["creatinine"].category is Category.LABORATORY
    assert table.of_loinc("38483-4") is table.get("creatinine")
    assert table.of_loinc("20565-8") is table.get("bicarbonate")
    assert table.of_loinc("2028-9") is table.get("bicarbonate")
    assert table.panels["55284-4"] == ("8480-6", "8462-4")
    assert table.of_loinc("1968-7") is None
    assert table.get("nonsense") is None


@pytest.mark.parametrize(
    "code",
    ["2947-0", "6298-4", "6299-2", "8331-1", "2339-0", "8480-6", "8462-4", "8867-4", "59408-5", "777-3", "1975-2"],
)
def test_code_seen_in_recorded_data_is_known(code: str) -> None:
    assert load_observables().value.of_loinc(code) is not None


@pytest.mark.parametrize("code", ["770-8", "3091-6", "5902-2", "1968-7", "14629-0"])
def test_code_of_another_quantity_is_not_taken_for_it(code: str) -> None:
    assert load_observables().value.of_loinc(code) is None


def test_every_alias_leads_to_a_unit_that_some_observable_accepts() -> None:
    table = load_observables().value
    accepted = {ucum for what in table.by_key.values() for ucum in what.units}

    assert set(table.aliases.values()) <= accepted
    assert not set(table.aliases) & accepted - {"%"}


def test_every_clause_and_fed_term_names_a_known_observable() -> None:
    table = load_observables().value
    for version in VERSIONS:
        for rule in load_ctcae(version).value.terms.values():
            assert rule.computed_from | set(rule.observables) <= set(table.by_key)
            for row in rule.rows:
                for clause in row.clauses:
                    units = table.by_key[clause.observable].units
                    printed = {b.unit for b in clause.bounds} - {None, "%"}
                    assert printed <= set(units), (version, rule.key)


def _observables(change: dict[str, Any]) -> str:
    file = json.loads(released_texts()["observables.json"])
    file["observables"] = file["observables"][:1]
    file["observables"][0] |= change
    return json.dumps(file)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"surprise": 1}, "surprise"),
        ({"unit": "stone"}, "bp_systolic: either codes, or units that include stone"),
        ({"codes": ["a"]}, "bp_systolic: either codes, or units"),
        ({"units": []}, "bp_systolic: either codes, or units"),
        ({"units": [{"ucum": "mm[Hg]", "multiply": "x"}]}, "bp_systolic: 'x' is not a number"),
        ({"units": [{"ucum": "mm[Hg]", "multiply": "0"}]}, "must be above zero"),
        ({"units": [{"ucum": "mm[Hg]", "divide": "-1"}]}, "must be above zero"),
        ({"category": "smell"}, "smell"),
        ({"plausible": {"impossible_below": "low"}}, "'low' is not a number"),
        ({"loinc": [{"code": "1-1", "of": "", "confidence": "high"}] * 2}, "stands twice"),
    ],
)
def test_observables_file_is_refused_when_a_row_is_wrong(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RuleFileIsInvalid, match=message):
        parse_observables(_observables(change))


def test_observables_file_is_refused_when_a_key_stands_twice() -> None:
    file = json.loads(released_texts()["observables.json"])
    file["observables"] = [file["observables"][0] | {"loinc": []}] * 2

    with pytest.raises(RuleFileIsInvalid, match="stands twice"):
        parse_observables(json.dumps(file))


def _ctcae(change: dict[str, Any], count: int = 1) -> str:
    file = json.loads(released_texts()["ctcae/v5.json"])
    term = next(each for each in file["terms"] if each["key"] == "platelets_decreased")
    file["terms"] = [term | change] * count
    return json.dumps(file)


def _clause(**parts: Any) -> dict[str, Any]:
    bound = {"unit": "10*9/L", "upper": {"op": "<", "value": "25"}} | parts.pop("bound", {})
    clause = {"observable": "platelets", "basis": "absolute", "bounds": [bound]} | parts
    return {"grades": {"4": {"any_of": [clause]}}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"surprise": 1}, "surprise"),
        ({"grades": {"6": {}}}, "grades are 1 to 5"),
        (_clause(bound={"upper": None}), "a clause without a limit"),
        (_clause(bound={"upper": {"op": ">", "value": "25"}}), "a limit needs <"),
        (_clause(bound={"upper": {"op": "<", "ref": "ULN"}}), "a limit needs <"),
        (_clause(bound={"upper": {"op": "<", "value": "many"}}), "'many' is not a number"),
        (_clause(bound={"upper": {"op": "~", "value": "25"}}), "Invalid enum value '~'"),
        (_clause(and_bounds=[{"lower": {"op": "<", "value": "1"}}]), "a limit needs >"),
    ],
)
def test_ctcae_file_is_refused_when_a_row_is_wrong(change: dict[str, Any], message: str) -> None:
    with pytest.raises(RuleFileIsInvalid, match=message):
        parse_ctcae(_ctcae(change))


def test_ctcae_file_is_refused_when_a_term_stands_twice() -> None:
    with pytest.raises(RuleFileIsInvalid, match="a term stands twice"):
        parse_ctcae(_ctcae({}, count=2))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '{"schema": 1}'])
def test_file_that_is_not_a_rule_file_is_refused(text: str) -> None:
    with pytest.raises(RuleFileIsInvalid):
        parse_ctcae(text)
    with pytest.raises(RuleFileIsInvalid):
        parse_observables(text)
