"""On which oxygen is the patient, as far as it is charted?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from dosing.domain.current import Current, within
from dosing.domain.facts import Facts
from dosing.domain.finding import Gap, earliest
from dosing.domain.interval import NOTHING, judge
from dosing.domain.outcome import State
from dosing.domain.protocol import Limits
from dosing.domain.snapshot import Reading

SPO2, DEVICE, FLOW, FIO2 = "spo2", "o2_device", "o2_flow", "fio2"


@dataclass(frozen=True, slots=True)
class Support:
    """One possible reading of the oxygen support (of a tie there are several); None is not known.

    ``on_room_air`` is the device's word; a flow charted since contradicts it and counts.
    """

    spo2: Reading | None
    device: Reading | None
    flow: Reading | None
    fio2: Reading | None
    on_room_air: bool

    @property
    def code(self) -> str | None:
        return self.device.code if self.device else None

    @property
    def readings(self) -> tuple[Reading, ...]:
        return tuple(r for r in (self.device, self.flow, self.fio2, self.spo2) if r is not None)

    def flow_within(self, limits: Limits) -> State:
        """Judge the flow in L/min; room air is 0."""
        if self.flow is None and self.on_room_air:
            return judge(NOTHING, limits)
        return within(self.flow, limits)


class OxygenFacts:
    """The saturation, device, flow and, where ``with_fio2``, the inspired fraction, as far as usable."""

    def __init__(self, facts: Facts, *, with_fio2: bool) -> None:
        names = (SPO2, DEVICE, FLOW, FIO2) if with_fio2 else (SPO2, DEVICE, FLOW)
        self.facts = facts
        self.currents: Mapping[str, Current] = {name: facts.current(name) for name in names}

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is required and cannot be used: saturation and device always, flow and fraction by device."""
        found = [gap for name in (SPO2, DEVICE) for gap in self.currents[name].gaps]
        codes = {support.code for support in self.supports(with_adverse=False)}
        for name in (FLOW, FIO2):
            needed = name in self.currents and codes & set(self.facts.rules.inputs[name].devices)
            if needed and self._is_missing(name):
                current = self.currents[name]
                found.append(Gap(name, current.problem or "stale", current.last))
        return tuple(found)

    @property
    def lapses_at(self) -> datetime | None:
        used = [support.readings for support in self.supports(with_adverse=False)]
        names = {reading.observable for readings in used for reading in readings}
        return earliest(current.lapses_at for name, current in self.currents.items() if name in names)

    def supports(self, *, with_adverse: bool) -> Iterator[Support]:
        """Every combination of the current values; ``with_adverse`` also of those that may only make met."""
        pools = [self._pool(name, with_adverse=with_adverse) for name in (SPO2, DEVICE, FLOW, FIO2)]
        for spo2, device, flow, fio2 in product(*pools):
            room_air = device is not None and device.code == self.facts.rules.oxygen.room_air
            yield Support(spo2, device, self._flow_under(device, flow, room_air=room_air), fio2, room_air)

    def _pool(self, name: str, *, with_adverse: bool) -> tuple[Reading | None, ...]:
        current = self.currents.get(name)
        if current is None:
            return (None,)
        known: tuple[Reading | None, ...] = current.candidates if with_adverse else current.values
        return known if current.values else (*known, None)

    def _flow_under(self, device: Reading | None, flow: Reading | None, *, room_air: bool) -> Reading | None:
        """The flow, unless the patient was on room air after it was charted."""
        if flow is None or device is None:
            return flow
        off_at = device.observed_at if room_air else self._last_room_air_at
        return None if off_at is not None and flow.observed_at < off_at else flow

    @property
    def _last_room_air_at(self) -> datetime | None:
        code = self.facts.rules.oxygen.room_air
        instants = [r.observed_at for r in self.facts.readings(DEVICE) if r.code == code]
        return max(instants, default=None)

    def _is_missing(self, name: str) -> bool:
        usable = [getattr(support, name.removeprefix("o2_")) for support in self.supports(with_adverse=False)]
        return None in usable
