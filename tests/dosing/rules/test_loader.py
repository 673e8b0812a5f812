"""Does the loader read what the release contains, and refuse everything else by name?"""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest

from dosing.rules import loader
from dosing.rules.loader import (
    RuleFileRefused,
    load_inputs,
    load_protocol,
    load_regimen,
    parse_inputs,
    parse_protocol,
    parse_regimen,
    protocol_keys,
    regimen_keys,
    verify_released,
)

TEXT = load_protocol("springerplus_2015").text
INPUTS = load_inputs().text
REGIMEN = load_regimen("hd_600_fda").text


def test_every_protocol_of_the_sources_loads() -> None:
    rows = {key: len(load_protocol(key).value.criteria) for key in protocol_keys()}

    assert rows == {
        "consensus_2014": 45,
        "ctcae_gate": 5,
        "fda_label": 22,
        "schwartzentruber_2001": 10,
        "springerplus_2015": 33,
        "til_2024": 4,
    }
    assert "hd_600_fda" in regimen_keys()


def test_loaded_file_carries_the_hash_of_its_bytes() -> None:
    loaded = load_protocol("consensus_2014")

    assert loaded.sha256 == sha256(loaded.text.encode()).hexdigest()
    assert (loaded.key, loaded.version) == ("consensus_2014", 1)


def test_pinned_text_reads_as_the_file_it_was_taken_from() -> None:
    assert parse_protocol(TEXT) == load_protocol("springerplus_2015")
    assert parse_inputs(INPUTS) == load_inputs(1)
    assert parse_regimen(REGIMEN) == load_regimen("hd_600_fda", 1)


@pytest.mark.parametrize(
    ("load", "message"),
    [
        (lambda: load_protocol("nosuch"), "no rule file protocols/nosuch"),
        (lambda: load_protocol("consensus_2014", 7), "no version 7 of protocols/consensus_2014"),
        (lambda: load_regimen("nosuch"), "no rule file regimens/nosuch"),
    ],
    ids=["unknown key", "unknown version", "unknown regimen"],
)
def test_rule_file_that_is_not_released_is_refused(load: object, message: str) -> None:
    with pytest.raises(RuleFileRefused, match=message):
        load()  # type: ignore[operator]


FAULTS = {
    "no yaml": ("id: springerplus_2015", "id: [", "not YAML"),
    "a key twice": ("\nversion: 1\n", "\nversion: 1\nversion: 1\n", "key version stands twice"),
    "an unknown key": ("complete: true", "complete: true\nurgency: high", "unknown field `urgency`"),
    "an unknown schema": ("schema_version: 1", "schema_version: 2", "schema_version"),
    "an unknown test": ("reads: newest", "reads: latest", "Invalid value 'latest'"),
    "an unknown limit": ("{above: 130}", "{over: 130}", "unknown field `over`"),
    "a number that is none": ("{above: 130}", "{above: many}", "limits.above"),
    "two lower limits": ("{above: 130}", "{above: 130, at_least: 130}", "two lower limits"),
    "two upper limits": ("{at_least: 120, at_most: 130}", "{at_most: 130, below: 130}", "two upper limits"),
    "no limit": ("{above: 130}", "{}", "has no limit"),
    "limits the wrong way round": (
        "{at_least: 120, at_most: 130}",
        "{at_least: 130, at_most: 120}",
        "nothing can meet",
    ),
    "an id twice": ("id: s_cv_st_abs", "id: s_cv_st_rel", "criterion s_cv_st_rel stands twice"),
    "a source not listed": ("source: spr_2015", "source: somewhere", "cites somewhere"),
    "a kind without verdict": ("kind: relative", "kind: hold", "has no verdict"),
    "a stop without verdict": ("    restates: s_ren_uo8_rel", "    stops_cycle: true", "stops the cycle"),
    "a restated row that is not there": ("restates: s_ren_uo8_rel", "restates: s_nosuch", "no other criterion"),
    "a row that restates itself": ("restates: s_ren_uo8_rel", "restates: s_ren_uoh_rel", "no other criterion"),
    "another window asked": ("      window: since_last_dose", "      window: any_time", "another window"),
    "a measured row in an asked window": (
        "    window: at_dosing\n    test",
        "    window: any_time\n    test",
        "no window any_time",
    ),
    "neither measured nor asked": (
        "    test: {reads: any_vasopressor}\n",
        "",
        "must be either measured or asked",
    ),
    "gaps in a complete protocol": ("complete: true", "complete: false", "names the organ systems"),
    "a question left out": ("criteria: [s_derm]", "criteria: [s_inf]", "s_derm is asked by no question"),
    "a question asked twice": ("criteria: [s_derm]", "criteria: [s_derm, s_inf]", "s_inf is asked by two questions"),
    "a question on a measured row": (
        "criteria: [s_derm]",
        "criteria: [s_derm, s_weight]",
        "s_weight, which is not asked",
    ),
    "a question in another group": ("  - group: skin", "  - group: heart", "not its own group"),
    "an option twice": ("id: intact", "id: moist", "option moist stands twice"),
    "a question without a normal finding": (
        'text: "Intact, or dry redness and peeling"}',
        'text: "Intact, or dry redness and peeling", present: [s_derm]}',
        "no option for a finding that meets nothing",
    ),
    "an option named yes": ('text: "Intact, or dry redness and peeling"', 'text: "Yes"', "names no finding"),
    "a reserved option": ("id: intact", "id: unable", "reserved id unable"),
    "an option beyond its question": ("present: [s_derm]", "present: [s_derm, s_inf]", "sets s_inf"),
    "a criterion no option finds": (
        "present: [s_pulm_crackles_abs]",
        "present: [s_pulm_crackles_rel]",
        "can never find",
    ),
}


@pytest.mark.parametrize(("old", "new", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_protocol_is_refused_with_file_and_reason_when_it_has(old: str, new: str, message: str) -> None:
    assert old in TEXT

    with pytest.raises(RuleFileRefused, match=r"^my_file: ") as refusal:
        parse_protocol(TEXT.replace(old, new), "my_file")

    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("? [a]\n: b\n", "line 1: a key must be plain text"),
        ("- a\n- b\n", "Expected `object`, got `array`"),
    ],
    ids=["nothing", "a list as key", "a list"],
)
def test_text_of_another_shape_is_refused(text: str, message: str) -> None:
    with pytest.raises(RuleFileRefused) as refusal:
        parse_protocol(text)

    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("dopamine: dopamine_rate", "dopamine: nosuch_rate", "nosuch_rate is not listed"),
        ('unit_text: "mcg/kg/min", max_age_h: 1,', 'unit_text: "mcg/kg/min",', "has no age limit"),
        ("max_age_h: 14,", "max_age_h: 0,", "creatinine has an age limit of 0 or less"),
        ("kind: floor", "kind: hold", "of kind hold, not floor"),
        ("source: project", "source: nobody", "cites nobody"),
        ("id: floor_oxygen", "id: floor_sbp", "floor_sbp stands twice"),
    ],
    ids=[
        "an unlisted vasopressor",
        "a rate for ever",
        "an age of 0",
        "a row of another kind",
        "no source",
        "an id twice",
    ],
)
def test_inputs_are_refused_when_they_have(old: str, new: str, message: str) -> None:
    assert old in INPUTS

    with pytest.raises(RuleFileRefused) as refusal:
        parse_inputs(INPUTS.replace(old, new))

    assert message in str(refusal.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("source: fda_label", "source: nobody", "source nobody is not listed"),
        ("max_doses_per_course: 28", "max_doses_per_course: 29", "more doses per course"),
        ("cycle_days: 5", "cycle_days: 4", "beyond the cycle's days"),
        ("min_start_to_start_h: 7", "min_start_to_start_h: 8.5", "least time between starts"),
        ("min_start_to_start_h: 7", "min_start_to_start_h: 0", "least time between starts"),
    ],
    ids=["no source", "too many doses", "too few days", "too long a wait", "no wait"],
)
def test_regimen_is_refused_when_it_has(old: str, new: str, message: str) -> None:
    assert old in REGIMEN

    with pytest.raises(RuleFileRefused) as refusal:
        parse_regimen(REGIMEN.replace(old, new))

    assert message in str(refusal.value)


def test_release_is_accepted_as_it_came() -> None:
    verify_released()


@pytest.fixture
def copied_release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the rule files that a test may alter."""
    for path in [*loader.released_hashes(), "released.json"]:
        target = tmp_path / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(loader._root().joinpath(path).read_bytes())
    monkeypatch.setattr(loader, "_root", lambda: tmp_path)
    return tmp_path


def test_altered_file_is_named_when_the_release_is_verified(copied_release: Path) -> None:
    path = copied_release / "protocols" / "consensus_2014.v1.yaml"
    path.write_text(path.read_text("utf-8").replace("above: 130", "above: 150"), "utf-8")

    with pytest.raises(RuleFileRefused, match=r"protocols/consensus_2014.v1.yaml was altered"):
        verify_released()


def test_added_and_missing_files_are_named_when_the_release_is_verified(copied_release: Path) -> None:
    path = copied_release / "regimens" / "hd_600_fda.v1.yaml"
    path.rename(copied_release / "regimens" / "hd_600_fda.v2.yaml")

    with pytest.raises(RuleFileRefused, match=r"hd_600_fda.v2.yaml is not part of the release"):
        verify_released()
    with pytest.raises(RuleFileRefused, match="says that it is hd_600_fda version 1"):
        load_regimen("hd_600_fda")

    (copied_release / "regimens" / "hd_600_fda.v2.yaml").unlink()
    with pytest.raises(RuleFileRefused, match=r"hd_600_fda.v1.yaml of the release is missing"):
        verify_released()


def test_release_lists_exactly_the_files_there_are() -> None:
    listed = json.loads(loader._root().joinpath("released.json").read_text("utf-8"))

    assert listed == loader.released_hashes()
