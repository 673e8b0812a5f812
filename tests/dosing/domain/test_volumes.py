"""How are urine and stool summed over shifts, and what does a gap leave open?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dosing.domain.snapshot import Reading, Status
from tests.dosing.domain.patients import AT, Patient, ago, missing_of, reading, volume

CALM = Patient("consensus_2014")
SECOND = timedelta(seconds=1)
URINE = ("j_ren_uo_rel", "j_ren_uo_abs")
STOOL = ("j_gi_diarrhea_rel", "j_gi_diarrhea_abs")


def states(patient: Patient, rows: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(patient.state(row) for row in rows)


def urine(value: str, start_h: float = 8.5, end_h: float = 0.5, **more: object) -> Reading:
    return volume("urine_output", value, start_h, end_h, **more)


def stool(value: str, start_h: float = 8.5, end_h: float = 0.5, **more: object) -> Reading:
    return volume("stool_output", value, start_h, end_h, **more)


NO, MET, UNK = "not_met", "met", "unknown"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("79.9", (NO, MET)), ("80", (MET, NO)), ("160", (MET, NO)), ("160.1", (NO, NO)), ("0", (NO, MET))],
)
def test_urine_of_a_whole_shift_is_judged_at_its_limits(value: str, expected: tuple[str, str]) -> None:
    assert states(CALM.with_(urine(value)), URINE) == expected


def test_shift_is_the_sum_of_the_last_eight_hours() -> None:
    hours = [urine("20", n + 1.5, n + 0.5) for n in range(8)]
    before = urine("500", 9.5, 8.5)

    assert states(CALM.with_(*hours, before), URINE) == (MET, NO)
    assert CALM.with_(*hours, before).result("j_ren_uo_rel").value == "160 mL"


@pytest.mark.parametrize(
    ("charted", "expected"),
    [("50", (UNK, UNK)), ("79.9", (UNK, UNK)), ("80", (UNK, NO)), ("160", (UNK, NO)), ("160.1", (NO, NO))],
)
def test_gap_in_the_urine_gives_a_lower_bound(charted: str, expected: tuple[str, str]) -> None:
    outcome = CALM.with_(urine(charted, 7.5, 0.5)).outcome()

    assert states(CALM.with_(urine(charted, 7.5, 0.5)), URINE) == expected
    assert missing_of(outcome) == ([] if expected == (NO, NO) else ["urine_output"])
    assert outcome.verdict == ("CONTINUE" if expected == (NO, NO) else "UNDECIDED")


def test_gap_of_one_second_is_a_gap() -> None:
    late = reading("urine_output", "70", at=ago(hours=4), start=ago(hours=8.5))
    rest = reading("urine_output", "70", at=ago(hours=0.5), start=ago(hours=4) + SECOND)
    whole = reading("urine_output", "70", at=ago(hours=0.5), start=ago(hours=4))

    assert states(CALM.with_(late, rest), URINE) == (UNK, NO)
    assert CALM.with_(late, rest).result("j_ren_uo_rel").reason == "gap"
    assert states(CALM.with_(late, whole), URINE) == (MET, NO)


def test_volume_without_an_interval_counts_but_covers_nothing() -> None:
    void = reading("urine_output", "200")

    assert states(CALM.with_(void), URINE) == (NO, NO)
    assert states(CALM.with_(reading("urine_output", "100")), URINE) == (UNK, NO)


def test_interval_that_began_before_the_shift_may_hold_any_part_of_its_volume() -> None:
    assert states(CALM.with_(urine("70", 12.5, 0.5)), URINE) == (NO, MET)
    assert states(CALM.with_(urine("400", 12.5, 0.5)), URINE) == (UNK, UNK)
    assert states(CALM.with_(urine("400", 12.5, 4.5), urine("170", 4.5, 0.5)), URINE) == (NO, NO)


def test_end_of_the_charting_may_be_two_hours_old() -> None:
    at_limit = reading("urine_output", "400", at=ago(hours=2), start=ago(hours=10))
    past = reading("urine_output", "400", at=ago(hours=2) - SECOND, start=ago(hours=10))

    assert states(CALM.with_(at_limit), URINE) == (NO, NO)
    assert CALM.with_(at_limit).outcome().valid_until == AT
    assert CALM.with_(past).result("j_ren_uo_abs").reason == "stale"
    assert CALM.without("urine_output").result("j_ren_uo_abs").reason == "absent"


def test_overlapping_entries_are_not_counted_twice() -> None:
    total = urine("150")
    parts = [urine("40", n + 2.5, n + 0.5) for n in range(0, 8, 2)]

    assert CALM.with_(total, *parts).state("j_ren_uo_rel") == UNK
    assert CALM.with_(urine("300"), *parts).state("j_ren_uo_rel") == NO


def test_worse_of_two_entries_over_the_same_interval_counts() -> None:
    assert CALM.with_(urine("400"), urine("70")).state("j_ren_uo_abs") == MET
    assert CALM.with_(stool("0"), stool("1200")).state("j_gi_diarrhea_rel") == MET
    assert CALM.with_(urine("400"), urine("70", comparator=">")).state("j_ren_uo_abs") == UNK
    assert CALM.with_(stool("0"), stool("100", comparator=">")).state("j_gi_diarrhea_rel") == UNK


def test_same_entry_twice_counts_once() -> None:
    assert CALM.with_(stool("600"), stool("600")).state("j_gi_diarrhea_rel") == NO


@pytest.mark.parametrize(
    ("comparator", "value", "expected"),
    [("<", "80", (NO, MET)), ("<=", "80", (UNK, UNK)), (">", "160", (NO, NO)), (">=", "160", (UNK, NO))],
)
def test_comparator_on_a_volume_is_an_interval(comparator: str, value: str, expected: tuple[str, str]) -> None:
    assert states(CALM.with_(urine(value, comparator=comparator)), URINE) == expected


def test_unusable_newest_volume_makes_unknown_though_enough_was_charted() -> None:
    bad = volume("urine_output", None, 1.5, 0.5, unusable="not a number")
    patient = CALM.with_(urine("400", 8.5, 1.5), bad)

    assert states(patient, URINE) == (UNK, UNK)
    assert patient.result("j_ren_uo_abs").reason == "unusable"


def test_unusable_older_volume_is_a_gap() -> None:
    bad = volume("urine_output", None, 2.5, 1.5, unusable="not a number")

    assert states(CALM.with_(urine("70", 8.5, 2.5), bad, urine("20", 1.5, 0.5)), URINE) == (UNK, NO)
    assert states(CALM.with_(urine("150", 8.5, 2.5), bad, urine("20", 1.5, 0.5)), URINE) == (NO, NO)


def test_unusable_newest_stool_does_not_hide_what_was_charted() -> None:
    bad = volume("stool_output", None, 1.5, 0.5, unusable="not a number")

    assert CALM.with_(stool("1000", 8.5, 1.5), bad).state("j_gi_diarrhea_rel") == MET


def test_interval_that_ends_before_it_begins_is_not_a_volume() -> None:
    odd = reading("urine_output", "400", at=ago(hours=0.5), start=ago(hours=0.25))

    assert states(CALM.with_(odd), URINE) == (UNK, UNK)


@pytest.mark.parametrize(("value", "state"), [("999.9", NO), ("1000", MET)])
def test_stool_is_judged_at_its_limit(value: str, state: str) -> None:
    assert CALM.with_(stool(value)).state("j_gi_diarrhea_rel") == state


@pytest.mark.parametrize(("value", "state"), [("1000", NO), ("1000.1", MET)])
def test_stool_of_exactly_one_litre_does_not_meet_springerplus(value: str, state: str) -> None:
    assert Patient("springerplus_2015").with_(stool(value)).state("s_gi_diarrhea") == state


def test_charted_stool_can_meet_with_a_gap_but_not_rule_out() -> None:
    assert CALM.with_(stool("1000", 2.5, 0.5)).state("j_gi_diarrhea_rel") == MET
    assert CALM.with_(stool("900", 2.5, 0.5)).state("j_gi_diarrhea_rel") == UNK


@pytest.mark.parametrize(
    ("later", "earlier", "expected"),
    [
        ("1000", "1000", (MET, MET)),
        ("1000", "999", (MET, NO)),
        ("999", "1000", (NO, NO)),
        ("1000", None, (MET, UNK)),
        ("999", None, (NO, NO)),
    ],
)
def test_two_consecutive_shifts(later: str, earlier: str | None, expected: tuple[str, str]) -> None:
    entries = [stool(later)] + ([stool(earlier, 16.5, 8.5)] if earlier else [])

    assert states(CALM.with_(*entries), STOOL) == expected


def test_two_shift_row_is_unknown_when_the_earlier_shift_has_a_gap() -> None:
    patient = CALM.with_(stool("1000"), stool("500", 16.5, 9.5))

    assert states(patient, STOOL) == (MET, UNK)
    assert patient.result("j_gi_diarrhea_abs").reason == "gap"


def test_preliminary_volume_counts_only_where_it_meets() -> None:
    early = stool("1200", 0.5, 0.1, status=Status.PRELIMINARY)
    little = urine("5", 0.5, 0.1, status=Status.PRELIMINARY)

    assert CALM.plus(early).state("j_gi_diarrhea_rel") == MET
    assert CALM.plus(little).state("j_ren_uo_abs") == NO
    assert CALM.with_(early).state("j_gi_diarrhea_rel") == MET
    assert CALM.with_(little).state("j_ren_uo_abs") == UNK


@pytest.mark.parametrize(
    ("value", "rel", "abs_"), [("79.9", NO, MET), ("80", MET, NO), ("160", MET, NO), ("160.1", NO, NO)]
)
def test_hourly_rows_of_springerplus_restate_the_shift(value: str, rel: str, abs_: str) -> None:
    patient = Patient("springerplus_2015").with_(urine(value))

    assert states(patient, ("s_ren_uo8_rel", "s_ren_uoh_rel")) == (rel, rel)
    assert states(patient, ("s_ren_uo8_abs", "s_ren_uoh_abs")) == (abs_, abs_)


@pytest.mark.parametrize(("value", "state"), [("279.9", MET), ("280", NO)])
def test_volume_per_kilogram_uses_the_dosing_weight(value: str, state: str) -> None:
    patient = Patient("til_2024").with_(urine(value)).valued("weight", "90")

    assert states(patient, ("t_ren_uo_8h", "t_ren_uo_low")) == (state, state)


def test_volume_per_kilogram_is_unknown_without_a_dosing_weight() -> None:
    patient = Patient("til_2024").on(baseline_weight_kg=None)

    assert patient.state("t_ren_uo_8h") == UNK
    assert missing_of(patient.outcome()) == ["baseline_weight"]
    assert patient.on(baseline_weight_kg=Decimal(70)).state("t_ren_uo_8h") == NO
