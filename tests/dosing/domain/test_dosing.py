"""When is a dose due, how much is it, and how is that written?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dosing.domain.dose_arithmetic import (
    DoseIsNotWhole,
    WeightIsNotUsable,
    basis_text,
    dose_iu,
    dose_text,
    units_text,
    vials,
    volume_ml,
    volume_text,
)
from dosing.domain.schedule import (
    cycle_closes_at,
    due_times,
    next_course_from,
    next_cycle_from,
)
from dosing.rules.loader import load_regimen

REGIMEN = load_regimen("hd_600_fda").value
START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
DUES = due_times(REGIMEN, START)


def test_cycle_has_fourteen_slots_eight_hours_apart() -> None:
    assert [due_at - START for due_at in DUES] == [8 * HOUR * n for n in range(14)]
    assert DUES[-1] == datetime(2026, 3, 6, 16, 0, tzinfo=UTC)


def test_cycle_closes_after_five_days_and_all_slots_lie_within() -> None:
    assert cycle_closes_at(REGIMEN, START) == START + 5 * DAY
    assert max(DUES) < START + 5 * DAY


def test_next_cycle_starts_on_day_15_and_next_course_seven_weeks_after_discharge() -> None:
    assert next_cycle_from(REGIMEN, START) == START + 14 * DAY
    assert next_course_from(REGIMEN, START) == START + 49 * DAY


# Weights and doses computed by hand.
@pytest.mark.parametrize(
    ("weight", "dose", "volume", "text"),
    [
        ("72.5", 43_500_000, "2.42", "43.5 million units (43,500,000 units)"),
        ("70", 42_000_000, "2.33", "42 million units (42,000,000 units)"),
        ("70.0", 42_000_000, "2.33", "42 million units (42,000,000 units)"),
        ("100", 60_000_000, "3.33", "60 million units (60,000,000 units)"),
        ("81.3", 48_780_000, "2.71", "48.78 million units (48,780,000 units)"),
        ("50.00001", 30_000_006, "1.67", "30.000006 million units (30,000,006 units)"),
    ],
)
def test_dose_volume_and_text_of_a_weight(weight: str, dose: int, volume: str, text: str) -> None:
    assert dose_iu(600_000, Decimal(weight)) == dose
    assert volume_ml(dose, 18_000_000) == Decimal(volume)
    assert dose_text(dose) == text


@pytest.mark.parametrize("weight", ["0", "-70", "NaN", "Infinity"])
def test_weight_that_is_not_positive_is_refused(weight: str) -> None:
    with pytest.raises(WeightIsNotUsable):
        dose_iu(600_000, Decimal(weight))


def test_dose_that_is_not_whole_is_refused_not_rounded() -> None:
    with pytest.raises(DoseIsNotWhole, match="not a whole number"):
        dose_iu(600_000, Decimal("70.000001"))
    with pytest.raises(DoseIsNotWhole):
        dose_iu(1, Decimal("70.0000000000000000000000000000000001"))


def test_dose_below_a_million_is_written_in_units_alone() -> None:
    assert dose_text(999_999) == "999,999 units"
    assert dose_text(1_000_000) == "1 million units (1,000,000 units)"
    assert units_text(43_500_000) == "43,500,000 units"


@pytest.mark.parametrize(("recoverable", "count"), [(22_000_000, 2), (18_000_000, 3), (43_500_000, 1)])
def test_vials_are_counted_up(recoverable: int, count: int) -> None:
    assert vials(43_500_000, recoverable) == count


def test_basis_and_volume_are_written_plainly() -> None:
    assert basis_text(600_000, Decimal("72.5")) == "600,000 units/kg x 72.5 kg"
    assert [volume_text(Decimal(v)) for v in ("2.42", "2.50", "2.00", "20")] == ["2.42 mL", "2.5 mL", "2 mL", "20 mL"]


@pytest.mark.parametrize("dose", [dose_iu(600_000, Decimal(tenths) / 10) for tenths in range(400, 1500, 37)])
def test_written_dose_never_has_a_trailing_zero_or_an_abbreviation(dose: int) -> None:
    text = dose_text(dose)
    number = text.split(maxsplit=1)[0]

    assert "." not in number or not number.endswith("0")
    assert Decimal(number) * 1_000_000 == dose
    assert " U" not in text
    assert "IU" not in text
