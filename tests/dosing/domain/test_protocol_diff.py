"""Does every difference between two versions of a rule file show, and nothing else?"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from dosing.domain.protocol import Criterion, Limits, Newest, Protocol
from dosing.domain.protocol_diff import Change, FieldChange, NotComparable, differences
from dosing.rules.course_loader import every_regimen
from dosing.rules.loader import load_inputs, load_protocol, load_regimen, protocol_keys

PROTOCOLS = [load_protocol(key).value for key in protocol_keys()]
INPUTS = load_inputs().value
REGIMENS = [loaded.value for loaded in every_regimen()]
EVERY = [*PROTOCOLS, INPUTS, *REGIMENS]
CONSENSUS = load_protocol("consensus_2014").value
QUICK = settings(max_examples=60, deadline=None, derandomize=True)
TACHYCARDIA = "j_cv_st_rel"


def with_row(protocol: Protocol, row_id: str, **changed: Any) -> Protocol:
    """The protocol with one criterion changed."""
    criteria = tuple(replace(row, **changed) if row.id == row_id else row for row in protocol.criteria)
    return replace(protocol, criteria=criteria)


def limited(at_least: str) -> Newest:
    """The tachycardia row's test with another lower limit."""
    return Newest(input="heart_rate", limits=Limits(at_least=Decimal(at_least), at_most=Decimal(130)))


@pytest.mark.parametrize("rules", EVERY, ids=lambda rules: rules.id)
def test_nothing_differs_when_a_rule_file_is_held_against_itself(rules: Any) -> None:
    assert differences(rules, rules) == ()


@pytest.mark.parametrize("rules", EVERY, ids=lambda rules: rules.id)
def test_nothing_differs_when_only_the_version_is_another(rules: Any) -> None:
    assert differences(rules, replace(rules, version=2)) == ()


def test_changed_limit_is_told_with_both_numbers() -> None:
    changed = with_row(CONSENSUS, TACHYCARDIA, test=limited("120"))

    assert differences(CONSENSUS, changed) == (
        Change("criteria", TACHYCARDIA, "changed", (FieldChange("test.limits.at_least", "100", "120"),)),
    )


def test_nothing_differs_when_a_number_is_only_written_otherwise() -> None:
    assert differences(CONSENSUS, with_row(CONSENSUS, TACHYCARDIA, test=limited("100.0"))) == ()


def test_criterion_is_told_with_all_it_says_when_it_is_added_or_removed() -> None:
    fewer = replace(CONSENSUS, criteria=CONSENSUS.criteria[1:])

    (removed,) = differences(CONSENSUS, fewer)
    (added,) = differences(fewer, CONSENSUS)

    assert (removed.section, removed.row, removed.kind) == ("criteria", TACHYCARDIA, "removed")
    assert (added.section, added.row, added.kind) == ("criteria", TACHYCARDIA, "added")
    assert FieldChange("test.limits.at_least", "100", "") in removed.fields
    assert FieldChange("test.limits.at_least", "", "100") in added.fields


def test_order_is_told_when_the_same_criteria_stand_in_another() -> None:
    turned = replace(CONSENSUS, criteria=(CONSENSUS.criteria[1], CONSENSUS.criteria[0], *CONSENSUS.criteria[2:]))

    (change,) = differences(CONSENSUS, turned)

    assert (change.section, change.row, [field.field for field in change.fields]) == ("criteria", "", ["order"])


def test_combination_freshness_and_floor_are_told_when_they_change() -> None:
    combination = replace(CONSENSUS.combination, counts=(replace(CONSENSUS.combination.counts[0], at_least=2),))
    older = {**INPUTS.inputs, "creatinine": replace(INPUTS.inputs["creatinine"], max_age_h=Decimal(28))}
    floor = (replace(INPUTS.floor[0], label="another word"), *INPUTS.floor[1:])

    of_protocol = differences(CONSENSUS, replace(CONSENSUS, combination=combination))
    of_inputs = differences(INPUTS, replace(INPUTS, inputs=older, floor=floor))

    assert of_protocol == (Change("combination", "", "changed", (FieldChange("counts.1.at_least", "3", "2"),)),)
    assert [(change.section, change.row) for change in of_inputs] == [("inputs", "creatinine"), ("floor", "floor_sbp")]
    assert of_inputs[0].fields == (FieldChange("max_age_h", "14", "28"),)


def test_option_of_a_question_is_told_under_its_group_and_question() -> None:
    group = CONSENSUS.findings[0]
    question = group.questions[0]
    options = (replace(question.options[0], text="In other words"), *question.options[1:])
    questions = (replace(question, options=options), *group.questions[1:])
    changed = replace(CONSENSUS, findings=(replace(group, questions=questions), *CONSENSUS.findings[1:]))

    (change,) = differences(CONSENSUS, changed)

    assert (change.section, change.row) == ("findings", f"{group.group}: {question.id}")
    assert [field.field for field in change.fields] == [f"options.{question.options[0].id}.text"]


def test_changes_come_in_the_order_of_the_file_and_then_by_id() -> None:
    changed = replace(with_row(CONSENSUS, "j_ren_cr_abs", note="x"), title="Another")
    changed = with_row(changed, "j_cv_af", note="x")

    assert [(change.section, change.row) for change in differences(CONSENSUS, changed)] == [
        ("about", ""),
        ("criteria", "j_cv_af"),
        ("criteria", "j_ren_cr_abs"),
    ]


def test_two_files_are_not_compared_when_they_are_not_versions_of_one() -> None:
    with pytest.raises(NotComparable):
        differences(CONSENSUS, load_protocol("fda_label").value)
    with pytest.raises(NotComparable):
        differences(CONSENSUS, load_regimen("hd_600_fda").value)  # type: ignore[type-var]


def leaves(tree: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every text, number and flag in a rule file as plain data, with where it stands."""
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list | tuple) else ()
    if not isinstance(tree, dict | list | tuple):
        yield path, tree
    for step, below in steps:
        yield from leaves(below, (*path, step))


def put(tree: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The same data with another value in one place."""
    if not path:
        return value
    copy = dict(tree) if isinstance(tree, dict) else list(tree)
    copy[path[0]] = put(tree[path[0]], path[1:], value)
    return copy


def other(value: Any) -> list[Any]:
    """What may stand in the place of a value; a word of a fixed list may turn out not to fit."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | Decimal):
        return [value + 1]
    return [f"{value}x", "HOLD", "STOP_CYCLE", "recalled", "at_dosing", "latest_result", "absolute", "any_time", None]


@given(st.data())
@QUICK
def test_every_single_change_shows_as_one_row_that_names_its_field(data: st.DataObject) -> None:
    rules = data.draw(st.sampled_from(EVERY))
    tree = msgspec.to_builtins(rules, builtin_types=(Decimal,))
    kept = [
        (path, value) for path, value in leaves(tree) if path[-1] not in ("id", "version", "schema_version", "group")
    ]
    path, value = data.draw(st.sampled_from(kept))
    new = data.draw(st.sampled_from(other(value)))
    try:
        changed = msgspec.convert(put(tree, path, new), type(rules))
    except (msgspec.ValidationError, TypeError):
        return
    if changed == rules:
        return

    changes = differences(rules, changed)

    assert len(changes) == 1
    assert changes[0].kind == "changed"
    assert changes[0].fields
    assert differences(changed, rules)[0].fields[0].before == changes[0].fields[0].after


@given(st.lists(st.sampled_from(CONSENSUS.criteria), unique_by=lambda row: row.id))
@QUICK
def test_exactly_the_criteria_that_are_gone_are_told_as_removed(kept: list[Criterion]) -> None:
    fewer = replace(CONSENSUS, criteria=tuple(kept))

    removed = {change.row for change in differences(CONSENSUS, fewer) if change.kind == "removed"}

    assert removed == {row.id for row in CONSENSUS.criteria} - {row.id for row in kept}
