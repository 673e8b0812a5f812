"""What was sent becomes a reading in the contract's unit, or says in ward words why it cannot be used."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dosing.domain.snapshot import Origin, Status
from monitoring.domain.reading import RawObservation, to_reading
from tests.monitoring.domain.build import AT, OBSERVABLES, none_running, reading


@pytest.mark.parametrize(
    ("observable", "value", "unit", "expected"),
    [
        ("creatinine", "265.2", "umol/L", "3"),
        ("creatinine", "265.2", "UMOLL", "3"),
        ("creatinine", "1.2", "mg/dl", "1.2"),
        ("platelets", "75", "K/uL", "75"),
        ("platelets", "75", "x10E9/L", "75"),
        ("platelets", "221", "giga.l-1", "221"),
        ("platelets", "210000", "{cells}/uL", "210"),
        ("sodium", "135", "mEq/L", "135"),
        ("bp_systolic", "120", "mmHg", "120"),
        ("bp_systolic", "120", "MDC_DIM_MMHG", "120"),
        ("temperature", "37.5", "C", "37.5"),
        ("temperature", "102.2", "F", "39"),
        ("heart_rate", "80", "bpm", "80"),
        ("inr", "1.1", None, "1.1"),
        ("ph", "7.4", "", "7.4"),
    ],
)
def test_value_is_read_into_the_contracts_unit(observable: str, value: str, unit: str | None, expected: str) -> None:
    found = reading(observable, value, unit)

    assert found.value == Decimal(expected)
    assert found.unusable is None
    assert found.sent_value == Decimal(value)


@pytest.mark.parametrize(
    ("unit", "uln", "fits"),
    [("mg/dL", "1.2", True), ("mg/L", "1.2", False), ("umol/L", "106", True), ("mg/dL", "106", False),
     ("mg/L", "12", True), ("mg/dL", "0.3", True), ("mg/dL", "0.29", False), ("mg/dL", "10", True),
     ("mg/dL", "10.1", False), ("mg/dL", None, True)],
)  # fmt: skip
def test_a_value_is_not_read_when_its_upper_limit_would_be_no_healthy_value_in_its_unit(
    unit: str, uln: str | None, fits: bool
) -> None:
    value = "106" if unit == "umol/L" else "3.4"

    found = reading("creatinine", value, unit, uln=uln)

    assert (found.unusable is None) is fits
    assert fits or str(found.unusable).startswith("limits do not fit the unit")


@pytest.mark.parametrize(
    ("observable", "sent", "reason"),
    [
        ("smell", {"value": "1"}, "unknown observable smell"),
        ("creatinine", {"value": None, "unit": "mg/dL"}, "no value"),
        ("creatinine", {"value": "  ", "unit": "mg/dL"}, "no value"),
        ("creatinine", {"value": "hemolyzed", "unit": "mg/dL"}, "not a number"),
        ("creatinine", {"value": "1,2", "unit": "mg/dL"}, "not a number"),
        ("creatinine", {"value": "-1", "unit": "mg/dL"}, "not a number"),
        ("creatinine", {"value": "<0.2", "unit": "mg/dL"}, "not a number"),
        ("creatinine", {"value": "1.2", "unit": "mg/dL", "comparator": "~"}, "unknown comparator ~"),
        ("creatinine", {"value": "1.2", "unit": "stone"}, "unknown unit stone"),
        ("creatinine", {"value": "1.2", "unit": "MG/DL "}, None),
        ("creatinine", {"value": "1.2", "unit": None}, "unknown unit: none was given"),
        ("creatinine", {"value": "1.2", "unit": "mg/dL", "status": "odd"}, "unknown status odd"),
        ("hemoglobin", {"value": "12", "unit": "G/L"}, "unknown unit G/L"),
        ("weight", {"value": "160", "unit": "[lb_av]"}, "unknown unit [lb_av]"),
        ("potassium", {"value": "16", "unit": "mg/dL"}, "unknown unit mg/dL"),
        ("o2_device", {"value": None}, "no value"),
        ("o2_device", {"value": "", "code": ""}, "no value"),
        ("o2_device", {"value": "snorkel"}, "unknown code snorkel"),
        ("vasopressors_none", {"value": None, "code": "some"}, "unknown code some"),
        ("bp_systolic", {"value": "0", "unit": "mm[Hg]"}, "impossible: 0 mm[Hg]"),
        ("phenylephrine_rate", {"value": "80", "unit": "ug/min", "weight_kg": None}, "no dosing weight for ug/min"),
        (
            "phenylephrine_rate",
            {"value": "80", "unit": "ug/min", "weight_kg": Decimal(0)},
            "no dosing weight for ug/min",
        ),
        ("urine_output", {"value": "40", "unit": "mL/h"}, "no interval for mL/h"),
        ("urine_output", {"value": "40", "unit": "mL/h", "interval_start": AT}, "no interval for mL/h"),
    ],
)
def test_unusable_reading_says_why_and_keeps_what_was_sent(
    observable: str, sent: dict[str, Any], reason: str | None
) -> None:
    found = reading(observable, sent.pop("value"), sent.pop("unit", None), **sent)

    assert found.unusable == reason
    assert (found.value is None) is (reason is not None)
    assert found.observed_at == AT


@pytest.mark.parametrize(
    ("drug", "value", "unit", "expected"),
    [
        ("phenylephrine_rate", "80", "ug/min", "1"),
        ("phenylephrine_rate", "80", "mcg/min", "1"),
        ("phenylephrine_rate", "4.8", "mg/h", "1"),
        ("norepinephrine_rate", "0.1", "mcg/kg/min", "0.1"),
        ("vasopressin_rate", "2.4", "units/h", "0.04"),
        ("vasopressin_rate", "0.04", "units/min", "0.04"),
    ],
)
def test_vasopressor_rate_is_held_against_the_dosing_weight_of_80_kg(
    drug: str, value: str, unit: str, expected: str
) -> None:
    assert reading(drug, value, unit).value == Decimal(expected)


def test_urine_rate_becomes_the_volume_of_its_interval() -> None:
    found = reading("urine_output", "40", "mL/h", interval_start=AT - timedelta(hours=2, minutes=30))

    assert found.value == 100
    assert found.interval_start == AT - timedelta(hours=2, minutes=30)
    assert (found.uln, found.lln) == (None, None)


def test_limits_of_normal_are_converted_with_the_value_and_kept_as_sent() -> None:
    found = reading("creatinine", "265.2", "umol/L", uln="106.08", lln="53.04")

    assert (found.uln, found.lln) == (Decimal("1.2"), Decimal("0.6"))
    assert (found.sent_uln, found.sent_lln) == (Decimal("106.08"), Decimal("53.04"))


@pytest.mark.parametrize(
    ("lln", "uln"), [("low", "high"), ("", ""), (None, None), ("1,0", "-2"), ("5", "1"), (None, "0")]
)
def test_limits_that_cannot_be_meant_are_missing(lln: str | None, uln: str | None) -> None:
    found = reading("creatinine", "1.0", "mg/dL", lln=lln, uln=uln)

    assert (found.uln, found.lln) == (None, None)
    assert found.value == 1


def test_rate_per_weight_carries_no_limits_of_normal() -> None:
    found = reading("phenylephrine_rate", "80", "ug/min", uln="200", lln="1")

    assert (found.uln, found.lln) == (None, None)


def test_coded_entry_is_read_from_code_or_value() -> None:
    assert none_running().code == "none_running"
    assert reading("o2_device", "high_flow").code == "high_flow"
    assert reading("o2_device", "high_flow").shown == "high flow"
    assert reading("o2_device", None, code="niv").value is None


def test_origin_and_status_are_those_sent_or_the_usual_ones() -> None:
    assert reading("creatinine", "1", "mg/dL").origin is Origin.LABORATORY
    assert reading("heart_rate", "80", "/min").origin is Origin.CHARTED
    assert reading("heart_rate", "80", "/min", origin=Origin.DEVICE).origin is Origin.DEVICE
    assert reading("creatinine", "1", "mg/dL", status="corrected", replaces="r1").status is Status.CORRECTED
    assert reading("creatinine", "1", "mg/dL", status="odd").status is Status.FINAL
    assert reading("creatinine", "x", "mg/dL", status="cancelled").status is Status.CANCELLED


@pytest.mark.parametrize(
    ("comparator", "value", "unit", "code", "expected"),
    [("<", "0.2", "mg/dL", None, "<0.2 mg/dL"), (None, None, None, None, ""), (None, "1", None, None, "1"),
     (None, None, None, "a_b", "a b")],
)  # fmt: skip
def test_what_was_sent_is_shown_as_it_was_sent(
    comparator: str | None, value: str | None, unit: str | None, code: str | None, expected: str
) -> None:
    assert reading("bilirubin_total", value, unit, comparator=comparator, code=code).shown == expected


SENT = st.one_of(
    st.none(), st.text(max_size=10), st.sampled_from(["1.2", "0", "9999999999", "mg/dL", "mm[Hg]", "<", ">="])
)


@given(
    observable=st.sampled_from([*OBSERVABLES.by_key, "nonsense"]),
    value=SENT, comparator=SENT, unit=SENT, code=SENT, uln=SENT, lln=SENT,
    status=st.sampled_from(["final", "cancelled", "", "x"]),
)  # fmt: skip
def test_nothing_that_was_sent_raises_and_a_reading_has_a_value_or_a_reason(
    observable: str, value: str | None, comparator: str | None, unit: str | None, code: str | None,
    uln: str | None, lln: str | None, status: str,
) -> None:  # fmt: skip
    raw = RawObservation(
        observable, AT, value, comparator=comparator, unit=unit, code=code, uln=uln, lln=lln, status=status
    )

    found = to_reading(raw, OBSERVABLES, baseline_weight_kg=None)

    assert (found.unusable is None) is (found.value is not None or found.code is not None)
