"""In which words does a measurement reach the ward: observable, unit, reference range, interval?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from monitoring.services.observations import NewObservation
from monitoring.simulation.person import Values

SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing measured or charted, without its patient. ``over`` None: a moment, else the interval it ends."""

    observable: str
    value: str = ""
    unit: str = ""
    coded: str = ""
    low: str = ""
    high: str = ""
    over: timedelta | None = None

    def as_item(self, mrn: str, observed_at: datetime) -> dict[str, Any]:
        """Return the item of the JSON interface."""
        item: dict[str, Any] = {
            "patient": {"mrn": mrn},
            "observable": self.observable,
            "observed_at": observed_at.isoformat(),
            "value": self.value,
            "unit": self.unit,
            "coded": self.coded,
            "range_low": self.low,
            "range_high": self.high,
        }
        if self.over is not None:
            item["interval_start"] = (observed_at - self.over).isoformat()
        return {name: value for name, value in item.items() if value != ""}

    def as_new(self, observed_at: datetime, origin: str) -> NewObservation:
        """Return what the recording service takes."""
        return NewObservation(
            observable=self.observable,
            observed_at=observed_at,
            value=self.value,
            unit=self.unit,
            code=self.coded,
            range_low=self.low,
            range_high=self.high,
            origin=origin,
            interval_start=observed_at - self.over if self.over is not None else None,
        )


def vitals(now: Values) -> list[Fact]:
    """What a bedside monitor sends."""
    return [
        Fact("bp_systolic", str(now.systolic), "mm[Hg]"),
        Fact("bp_diastolic", str(now.diastolic), "mm[Hg]"),
        Fact("heart_rate", str(now.heart_rate), "/min"),
        Fact("resp_rate", str(now.resp_rate), "/min"),
        Fact("temperature", str(now.temperature), "Cel"),
        Fact("spo2", str(now.spo2), "%"),
    ]


def laboratory(now: Values) -> list[Fact]:
    """What the laboratory reports, with its reference ranges."""
    return [
        Fact("creatinine", str(now.creatinine), "mg/dL", low="0.6", high="1.2"),
        Fact("bilirubin_total", str(now.bilirubin), "mg/dL", low="0.2", high="1.2"),
        Fact("platelets", str(now.platelets), "10*3/uL", low="150", high="400"),
        Fact("bicarbonate", str(now.bicarbonate), "mmol/L", low="22", high="29"),
    ]


def charted(now: Values, over: timedelta, *, device: str = "room_air") -> list[Fact]:
    """What a nurse writes down before a dose: oxygen, that no vasopressor runs, urine and stool since last time."""
    return [
        Fact("o2_device", coded=device),
        Fact("vasopressors_none", coded="none_running"),
        *volumes(now, over),
    ]


def volumes(now: Values, over: timedelta) -> list[Fact]:
    """Urine and stool over the time since they were last written down."""
    hours = over.total_seconds() / SECONDS_PER_HOUR
    return [
        Fact("urine_output", str(round(now.urine_ml_h * hours)), "mL", over=over),
        Fact("stool_output", str(round(now.stool_ml_h * hours)), "mL", over=over),
    ]


def weighed(now: Values) -> Fact:
    """The daily weight."""
    return Fact("weight", str(now.weight), "kg")
