"""What do a sender's own codes and units stand for, and which of them has nobody given a meaning yet?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Max, Q, QuerySet

from il2ward.staff.models import Device, Site
from monitoring.models import Observation, SenderMeaning
from monitoring.selectors.raw import released_observables

UNKNOWN_UNIT = "unknown unit"
UNKNOWN_CODE = "unknown code"


@dataclass(frozen=True, slots=True)
class Unmapped:
    """One word that waits for a meaning: how many standing results bear it, and the newest of them."""

    device: Device
    kind: str
    context: str
    word: str
    count: int
    newest_at: datetime
    example: str


@dataclass(frozen=True, slots=True)
class Meant:
    """What a result is stored as: its observable ("" unknown), its unit, and in words what was read otherwise."""

    observable: str
    unit: str
    said: str = ""


class Meanings:
    """What one sender's own words stand for; they are only looked up when a word is not known by itself."""

    def __init__(self, device: Device | None) -> None:
        self.device = device

    @cached_property
    def _codes(self) -> dict[tuple[str, str], str]:
        return {} if self.device is None else codes_of(self.device)

    @cached_property
    def _units(self) -> dict[tuple[str, str], str]:
        return {} if self.device is None else units_of(self.device)

    def of(self, observable: str, system: str, code: str, unit: str) -> Meant:
        """Return what the words stand for; a word that nobody gave a meaning stays as it was sent."""
        said = []
        if not observable and (observable := self._codes.get((system, code), "")):
            said.append(f"code {code} read as {observable}")
        known = released_observables().get(observable)
        if known is not None and unit and released_observables().unit(known, unit) is None:
            meant = self._units.get((observable, unit), "")
            said += [read_as(unit, meant)] if meant else []
            unit = meant or unit
        return Meant(observable, unit, "; ".join(said))


def read_as(word: str, meaning: str) -> str:
    """Say how a unit was read; results are found again by these words when its meaning changes."""
    return f"unit {word} read as {meaning}" if meaning else f"unit {word} as it was sent"


def codes_of(device: Device) -> dict[tuple[str, str], str]:
    """Return what the device's codes stand for: (system, code) to observable."""
    return words_of(device, "code")


def units_of(device: Device) -> dict[tuple[str, str], str]:
    """Return what the device's units stand for: (observable, unit) to UCUM."""
    return words_of(device, "unit")


def words_of(device: Device, kind: str) -> dict[tuple[str, str], str]:
    """Return what the device's words of this kind stand for now: (context, word) to meaning."""
    said = SenderMeaning.objects.filter(device=device, kind=kind).order_by("id")
    newest = {(context, word): meaning for context, word, meaning in said.values_list("context", "word", "meaning")}
    return {key: meaning for key, meaning in newest.items() if meaning}


def standing(device: Device) -> QuerySet[Observation]:
    """Return what the device sent and nothing has replaced."""
    return Observation.objects.filter(device=device, replaced_by=None)


def unmapped(site: Site) -> list[Unmapped]:
    """Return the words of the site's devices that wait for a meaning, the most frequent first."""
    rows = Observation.objects.filter(site=site, device__isnull=False, replaced_by=None)
    codes = _grouped(rows.filter(observable=""), "sent_system", "sent_code")
    units = _grouped(rows.filter(not_gradable__startswith=UNKNOWN_UNIT).exclude(unit=""), "observable", "unit")
    devices = Device.objects.in_bulk({row["device"] for row in (*codes, *units)})
    found = [_unmapped(row, devices, "code", "sent_system", "sent_code") for row in codes]
    found += [_unmapped(row, devices, "unit", "observable", "unit") for row in units]
    return sorted(found, key=lambda one: (-one.count, one.word))


def _grouped(rows: QuerySet[Observation], context: str, word: str) -> list[dict[str, object]]:
    counted = rows.values("device", context, word).annotate(count=Count("pk"), newest_at=Max("observed_at"))
    return list(counted.annotate(example=Max("value", filter=~Q(value=""))).order_by())


def _unmapped(row: dict[str, object], devices: dict[int, Device], kind: str, context: str, word: str) -> Unmapped:
    return Unmapped(
        device=devices[int(str(row["device"]))], kind=kind, context=str(row[context]), word=str(row[word]),
        count=int(str(row["count"])), newest_at=_instant(row["newest_at"]), example=str(row["example"] or ""),
    )  # fmt: skip


def _instant(value: object) -> datetime:
    if not isinstance(value, datetime):
        raise TypeError(f"a time was expected, not {value!r}")
    return value


def given(site: Site) -> list[SenderMeaning]:
    """Return what the words of the site's devices mean now, the newest first."""
    said = SenderMeaning.objects.filter(device__site=site).select_related("device", "by").order_by("id")
    newest = {(one.device_id, one.kind, one.context, one.word): one for one in said}
    return sorted((one for one in newest.values() if one.meaning), key=lambda one: -one.pk)
