"""Does the comparison of two independent calculations say exactly what differs?"""

from __future__ import annotations

from decimal import Decimal

import pytest

from dosing.domain.dose_arithmetic_check import Calculation, OwnCalculation, differences

OURS = Calculation("iu_per_kg", 600_000, Decimal("72.5"), 43_500_000)
BY_SURFACE = Calculation("iu_per_m2", 12_000_000, Decimal("1.82"), 21_840_000)
FLAT = Calculation("iu_flat", 18_000_000, None, 18_000_000)


def own(iu: int | None, size: str | None, dose: int | None) -> OwnCalculation:
    return OwnCalculation(iu, None if size is None else Decimal(size), dose)


def said(ours: Calculation, theirs: OwnCalculation) -> list[str]:
    return [one.says for one in differences(ours, theirs)]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (OURS, own(600_000, "72.5", 43_500_000)),
        (OURS, own(600_000, "72.50", 43_500_000)),
        (BY_SURFACE, own(12_000_000, "1.82", 21_840_000)),
        (FLAT, own(18_000_000, None, 18_000_000)),
    ],
    ids=["by weight", "with a trailing zero", "by surface", "flat"],
)
def test_nothing_differs_when_both_arrive_at_the_same_numbers(ours: Calculation, theirs: OwnCalculation) -> None:
    assert differences(ours, theirs) == ()


def test_another_weight_is_named_with_both_values_and_both_doses() -> None:
    assert said(OURS, own(600_000, "75.2", 45_120_000)) == [
        "weight: yours 75.2 kg, ours 72.5 kg",
        "dose: yours 45,120,000 units, ours 43,500,000 units",
    ]


def test_another_regimen_is_named_by_its_units_per_kg() -> None:
    assert said(OURS, own(720_000, "72.5", 52_200_000)) == [
        "units per kg: yours 720,000 units, ours 600,000 units",
        "dose: yours 52,200,000 units, ours 43,500,000 units",
    ]


@pytest.mark.parametrize(
    ("dose", "how"),
    [
        (435_000_000, "10 times larger"),
        (4_350_000, "10 times smaller"),
        (4_350_000_000, "100 times larger"),
        (43_500, "1,000 times smaller"),
    ],
)
def test_tenfold_dose_is_named_as_such(dose: int, how: str) -> None:
    found = said(OURS, own(600_000, "72.5", dose))

    assert found[0] == f"dose: yours {dose:,} units, ours 43,500,000 units"
    assert found[1].startswith("yours does not work out: the numbers give 43,500,000 units")
    assert found[2] == f"your dose is {how} than ours"


@pytest.mark.parametrize("dose", [43_500_001, 43_499_999, 87_000_000, 217_500_000, 0, -43_500_000])
def test_dose_that_differs_otherwise_is_not_called_tenfold(dose: int) -> None:
    found = said(OURS, own(600_000, "72.5", dose))

    assert found[0].startswith("dose: yours")
    assert not any("times" in one for one in found)


def test_product_that_is_not_whole_is_told_about() -> None:
    assert said(OURS, own(600_000, "72.500001", 43_500_000))[1] == (
        "yours does not work out: the numbers give about 43,500,000 units, not 43,500,000 units"
    )


def test_what_was_not_entered_differs() -> None:
    assert said(OURS, own(None, None, None)) == [
        "weight: yours not entered, ours 72.5 kg",
        "units per kg: yours not entered, ours 600,000 units",
        "dose: yours not entered, ours 43,500,000 units",
    ]


def test_weight_that_is_no_number_differs_without_a_product() -> None:
    assert said(OURS, own(600_000, "NaN", 43_500_000)) == ["weight: yours NaN kg, ours 72.5 kg"]


def test_our_own_dose_is_recomputed_too() -> None:
    wrong = Calculation("iu_per_kg", 600_000, Decimal("72.5"), 43_600_000)

    assert said(wrong, own(600_000, "72.5", 43_600_000)) == [
        "yours does not work out: the numbers give 43,500,000 units, not 43,600,000 units",
        "ours does not work out: the numbers give 43,500,000 units, not 43,600,000 units",
    ]
    assert [one.what for one in differences(wrong, own(600_000, "72.5", 43_500_000))] == ["dose", "our_product"]


def test_dose_of_nothing_on_our_side_is_reported_and_not_divided_by() -> None:
    wrong = Calculation("iu_per_kg", 600_000, Decimal("72.5"), 0)

    assert [one.what for one in differences(wrong, own(600_000, "72.5", 43_500_000))] == ["dose", "our_product"]


def test_body_surface_is_named_in_its_unit() -> None:
    assert said(BY_SURFACE, own(12_000_000, "1.81", 21_720_000)) == [
        "body surface: yours 1.81 m2, ours 1.82 m2",
        "dose: yours 21,720,000 units, ours 21,840,000 units",
    ]


def test_flat_dose_is_compared_without_a_size() -> None:
    assert said(FLAT, own(9_000_000, None, 9_000_000)) == [
        "units a dose: yours 9,000,000 units, ours 18,000,000 units",
        "dose: yours 9,000,000 units, ours 18,000,000 units",
    ]
    assert said(FLAT, own(18_000_000, "70", 18_000_000)) == []


@pytest.mark.parametrize(
    ("theirs", "what"),
    [
        (own(None, "72.5", 43_500_000), ["per_size"]),
        (own(600_000, "72.5", None), ["dose"]),
        (own(600_000, None, 43_500_000), ["size"]),
    ],
    ids=["no units per kg", "no dose", "no weight"],
)
def test_single_thing_not_entered_is_the_only_difference(theirs: OwnCalculation, what: list[str]) -> None:
    assert [one.what for one in differences(OURS, theirs)] == what
