"""Are files on planned regimens, delays, eligibility, response and retreatment refused when they make no sense?"""

from __future__ import annotations

import pytest

from dosing.rules.course_loader import (
    every_regimen,
    load_delays,
    load_eligibility,
    load_planned,
    load_response,
    load_retreatment,
    parse_delays,
    parse_eligibility,
    parse_planned,
    parse_response,
    parse_retreatment,
)
from dosing.rules.loader import RuleFileRefused, load_regimen, parse_regimen

PLANNED = load_planned("civ_legha_1996").text
INJECTED = load_planned("sc_ifn_cwg").text
NCI = load_regimen("hd_720_nci").text
TIL = load_regimen("til_il2").text
TEXTS = {
    parse_delays: load_delays().text,
    parse_eligibility: load_eligibility().text,
    parse_response: load_response().text,
    parse_retreatment: load_retreatment().text,
}


def test_every_file_reads_as_the_text_it_was_taken_from() -> None:
    assert parse_planned(PLANNED) == load_planned("civ_legha_1996", 1)
    assert parse_delays(load_delays().text) == load_delays(1)
    assert parse_eligibility(load_eligibility().text) == load_eligibility(1)
    assert parse_response(load_response().text) == load_response(1)
    assert parse_retreatment(load_retreatment().text) == load_retreatment(1)


def test_every_regimen_has_a_key_of_its_own() -> None:
    keys = [one.key for one in every_regimen()]

    assert len(keys) == len(set(keys)) == 14


def test_planned_regimen_is_refused_where_a_bolus_regimen_is_asked_for() -> None:
    with pytest.raises(RuleFileRefused, match="my_file"):
        parse_regimen(PLANNED, "my_file")


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (PLANNED, "source: legha_1996", "source: nobody", "source nobody is not listed"),
        (PLANNED, "total_iu_per_cycle: 192000000", "total_iu_per_cycle: 192000001", "adds up to 192000000"),
        (PLANNED, "days: [1, 2, 3, 4]", "days: [1, 2, 3, 8]", "days from 1 to 7"),
        (PLANNED, "weeks: [1, 2, 3, 4]", "weeks: []", "names weeks"),
        (PLANNED, "days: [1, 2, 3, 4]", "days: []", "names weeks, and days"),
        (PLANNED, "over_h: 24", "over_h: 24, times: 2", "more than once a day"),
        (PLANNED, "over_h: 24", "over_h: 24, every_h: 8", "more than once a day"),
        (PLANNED, ", over_h: 24", "", "an infusion has one"),
        (PLANNED, "basis: iu_per_m2", "basis: iu_per_kg", "body surface rule"),
        (PLANNED, "dose_reduction: allowed", "dose_reduction: not_stated", "said for what"),
        (PLANNED, "mode: continuous", "mode: decrescendo", "only a continuous infusion"),
        (PLANNED, "dose_reduction: allowed", "dose_reduction: none", "dose_reduction"),
        (INJECTED, "days: [1], iu: 5000000", "days: [1], iu: 5000000, over_h: 1", "an injection has no duration"),
        (INJECTED, "  plan: {source", "  dance: {source", "row dance is no field"),
        (INJECTED, "plan: {source: mcdermott_2005", "plan: {source: nobody", "source nobody is not listed"),
    ],
)
def test_planned_regimen_is_refused_when_it_makes_no_sense(text: str, old: str, new: str, message: str) -> None:
    assert old in text

    with pytest.raises(RuleFileRefused, match=message):
        parse_planned(text.replace(old, new, 1))


def test_planned_regimen_without_a_plan_is_refused() -> None:
    head, tail = PLANNED.split("plan:\n")

    with pytest.raises(RuleFileRefused, match="the plan is empty"):
        parse_planned(head + "plan: []\n" + tail.split("\n", 1)[1])


@pytest.mark.parametrize(
    ("text", "old", "new", "message"),
    [
        (NCI, "rest_days_at_most: 10", "rest_days_at_most: 6", "longest rest is shorter"),
        (NCI, "rest_days: 7", "rest_days: 0", "exactly when a course has one cycle"),
        (NCI, "  rest_days: {source", "  rest: {source", "row rest is no field"),
        (NCI, "rest_days: {source: yang_1994", "rest_days: {source: nobody", "source nobody is not listed"),
        (TIL, "rest_days: 0", "rest_days: 2", "exactly when a course has one cycle"),
        (TIL, "interval_at_most_h: 12", "interval_at_most_h: 7", "longest interval is shorter"),
    ],
)
def test_bolus_regimen_is_refused_when_its_spans_or_rows_make_no_sense(
    text: str, old: str, new: str, message: str
) -> None:
    assert old in text

    with pytest.raises(RuleFileRefused, match=message):
        parse_regimen(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("parse", "old", "new", "message"),
    [
        (parse_delays, "id: d_uptodate", "id: d_label", "row d_label stands twice"),
        (parse_delays, "protocol: springerplus_2015", "protocol: fda_label", "protocol fda_label stands twice"),
        (parse_delays, "source: uptodate", "source: nobody", "source nobody is not listed"),
        (parse_eligibility, "id: l2", "id: l1", "item l1 stands twice"),
        (parse_eligibility, "source: smpc", "source: nobody", "source nobody is not listed"),
        (parse_eligibility, "    topic: risk", "    topic: luck", "topic luck is not listed"),
        (parse_eligibility, "{topic: ldh,", "{topic: luck,", "topic luck is not listed"),
        (parse_eligibility, "fact: ecog, limits", "fact: mood, limits", "fact mood is not listed"),
        (parse_response, "id: umn_2009\n    title", "id: nci_2000\n    title", "definition nci_2000 stands twice"),
        (parse_response, "code: umn_mixed", "code: nci_minor", "code nci_minor stands twice"),
        (parse_response, "source: legha_1996", "source: nobody", "source nobody is not listed"),
        (parse_response, "code: nci_partial\n        ", "", "counts as a response"),
        (parse_response, "values: [gone]", "values: [away]", "no option away"),
        (parse_retreatment, "id: umn_2009\n    title", "id: nci_2000\n    title", "guide nci_2000 stands twice"),
        (parse_retreatment, "id: r6", "id: r1", "rule r1 stands twice"),
        (parse_retreatment, "id: death", "id: other", "reason other stands twice"),
        (parse_retreatment, 'text: "Death", source: nci_2000', 'text: "Death", source: nobody', "source nobody"),
        (parse_retreatment, "values: [progressive]", "values: [worse]", "no option worse"),
    ],
)
def test_course_rules_are_refused_when_they_make_no_sense(parse: object, old: str, new: str, message: str) -> None:
    text = TEXTS[parse]  # type: ignore[index]
    assert old in text

    with pytest.raises(RuleFileRefused, match=message):
        parse(text.replace(old, new, 1))  # type: ignore[operator]
