"""Which fact does one item of the observations interface state, and about whom? Or what is wrong with it?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dosing.models import Patient
from il2ward.audit.actor import Actor
from il2ward.http.problems import FieldError, shown
from il2ward.http.shapes import WrongShape, fit, instant
from monitoring.api.payloads import ObservationItem, PatientRef
from monitoring.selectors import codes, reach
from monitoring.selectors.senders import FUTURE, origin_of
from monitoring.services.observations import NewObservation


@dataclass(frozen=True, slots=True)
class ReadItem:
    """One item that may be recorded, with its place in the request."""

    index: int
    patient: Patient
    new: NewObservation


class ItemReader:
    """Reads the items of one request; remembers the patients it has looked up."""

    def __init__(self, actor: Actor, at: datetime) -> None:
        self.actor, self.at = actor, at
        self._known: dict[PatientRef, Patient | None] = {}

    def read(self, tree: Any, *, index: int, at_path: str) -> ReadItem:
        """Return the item, or raise WrongShape naming every wrong value found at the first step that failed."""
        item = fit(tree, ObservationItem, at=at_path)
        patient = self._patient(item.patient, f"{at_path}.patient")
        return ReadItem(index, patient, self._new(item, at_path))

    def _patient(self, ref: PatientRef, path: str) -> Patient:
        if (ref.mrn is None) == (ref.id is None):
            raise WrongShape([FieldError(path, "both or neither", "either mrn or id")])
        if ref not in self._known:
            self._known[ref] = self._look_up(ref, path)
        found = self._known[ref]
        if found is None:
            raise WrongShape([_unknown_patient(self.actor, ref, path)])
        return found

    def _look_up(self, ref: PatientRef, path: str) -> Patient | None:
        if ref.mrn is not None:
            return reach.patient_by_mrn(self.actor, ref.mrn, self.at)
        return reach.patient_by_id(self.actor, read_uuid(ref.id or "", f"{path}.id"), self.at)

    def _new(self, item: ObservationItem, path: str) -> NewObservation:
        observable, sent_code, sent_system = _what(item, path)
        observed_at = not_in_future(item.observed_at, self.at, path=f"{path}.observed_at")
        return NewObservation(
            observable=observable,
            sent_code=sent_code,
            sent_system=sent_system,
            value=number_text(item.value),
            comparator=item.comparator,
            unit=item.unit,
            code=item.coded or "",
            range_low=number_text(item.range_low, most=40),
            range_high=number_text(item.range_high, most=40),
            status=item.status,
            origin=origin_of(self.actor),
            observed_at=observed_at,
            interval_start=_interval_start(item, observed_at, path),
            external_id=item.id or "",
            version=item.version,
            replaces=read_uuid(item.replaces, f"{path}.replaces") if item.replaces else None,
            reason=_reason(item, self.actor, path),
        )


def number_text(value: str | int | None, *, most: int = 200) -> str:
    """Return the number's own characters, "" for none."""
    return "" if value is None else str(value)[:most]


def read_uuid(text: str, path: str) -> UUID:
    """Return the id; raises WrongShape for anything that is none."""
    try:
        return UUID(text)
    except ValueError as error:
        raise WrongShape([FieldError(path, shown(text), "an id as this service gave it")]) from error


def not_in_future(text: str, at: datetime, *, path: str) -> datetime:
    """Return the instant; one later than two minutes from ``at`` is refused (exactly two minutes is taken)."""
    read = instant(text, path=path)
    if read > at + FUTURE:
        raise WrongShape([FieldError(path, shown(text), f"a time not after {at.isoformat(timespec='seconds')}")])
    return read


def _what(item: ObservationItem, path: str) -> tuple[str, str, str]:
    if (item.observable is None) == (item.code is None):
        raise WrongShape([FieldError(f"{path}.observable", "both or neither", "either observable or code")])
    if item.observable is not None:
        known = codes.observable_named(item.observable)
        return known, item.observable, codes.OWN
    code = item.code
    assert code is not None
    return codes.observable_coded(code.system, code.code), code.code, code.system


def _interval_start(item: ObservationItem, observed_at: datetime, path: str) -> datetime | None:
    if item.interval_start is None:
        return None
    start = instant(item.interval_start, path=f"{path}.interval_start")
    if start >= observed_at:
        raise WrongShape([FieldError(f"{path}.interval_start", item.interval_start, "a time before observed_at")])
    return start


def _reason(item: ObservationItem, actor: Actor, path: str) -> str:
    if item.replaces and actor.user is not None and not item.reason.strip():
        raise WrongShape([FieldError(f"{path}.reason", "nothing", "why the earlier value was wrong")])
    return item.reason


def _unknown_patient(actor: Actor, ref: PatientRef, path: str) -> FieldError:
    named = f"MRN {shown(ref.mrn)}" if ref.mrn is not None else f"id {shown(ref.id or '')}"
    where = "at this site" if actor.device is not None else "in your wards"
    leaf = "mrn" if ref.mrn is not None else "id"
    return FieldError(f"{path}.{leaf}", shown(ref.mrn or ref.id or ""), f"no patient with {named} {where}")
