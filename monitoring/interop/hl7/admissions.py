"""What does an ADT message do: who comes, moves, leaves, and which numbers are one person?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from dosing.models import Patient, Placement
from dosing.services import identities, patients, placements
from dosing.services.refusals import Refused
from il2ward.audit.actor import Actor
from il2ward.staff.models import Bed, Device, Ward
from monitoring.domain.identity import Claim, contradiction
from monitoring.interop.hl7.faults import Quarantined, Where
from monitoring.interop.hl7.persons import claim_of, numbers_of
from monitoring.interop.hl7.places import Place, bed_of, place_of, ward_of
from monitoring.interop.hl7.segments import Message, Segment
from monitoring.interop.hl7.times import NoInstant, instant_of
from monitoring.models import Hl7Message
from monitoring.selectors.elsewhere import ELSEWHERE
from monitoring.selectors.patient_match import NoMatch, bearer, matching

LOCATION = Where("PV1", 1, 3)


@dataclass(frozen=True, slots=True)
class Event:
    """One ADT message about one person, who may be known here (None: not)."""

    message: Message
    device: Device
    claim: Claim
    patient: Patient | None
    at: datetime

    @property
    def actor(self) -> Actor:
        return Actor(device=self.device)

    @property
    def place(self) -> Place:
        """Where the message says that the person lies."""
        return place_of(self.message)

    @property
    def ward(self) -> Ward | None:
        """Our ward that the message names; None for any other place."""
        return ward_of(self.place, self.device)

    @property
    def lying(self) -> Placement | None:
        """Where the patient lies now."""
        return Placement.objects.filter(patient=self.patient, until_at=None).select_related("bed__ward").first()

    @property
    def left_at(self) -> datetime | None:
        """When the patient last came into a bed or left one."""
        last = Placement.objects.filter(patient=self.patient).order_by("-from_at", "-id").first()
        return None if last is None else last.until_at or last.from_at


Act = Callable[[Event], tuple[Patient | None, str]]


def act(message: Message, device: Device, at: datetime) -> tuple[Patient | None, str]:
    """Do what the message says and return about whom and, in words, what; raises Quarantined and does nothing."""
    pid = message.first("PID")
    if pid is None:
        raise Quarantined("Nobody is named.", Where("PID"), "101", "structure")
    try:
        if message.event in MERGES:
            return _merged(message, device, at)
        claim = claim_of(pid)
        return ACTS[message.event](Event(message, device, claim, _known(device, claim), at))
    except NoMatch as no:
        raise Quarantined(no.text, pid.at(3 if no.reason != "other_person" else 5), "204", no.reason) from no
    except Refused as no:
        raise Quarantined(no.sentence, LOCATION, "204", "placement") from no


def _known(device: Device, claim: Claim) -> Patient | None:
    """Return the patient, None when no number is known here; a known number with another name is a fault."""
    if not claim.numbers:
        raise NoMatch("no_identifier", "The message has no record number of a patient.")
    return matching(device.site, claim) if bearer(device.site, claim) else None


def _comes(event: Event) -> tuple[Patient | None, str]:
    """A01, A13: the patient lies in the bed that is named, if it is ours."""
    ward = event.ward
    if ward is None:
        _require_not_here(event)
        return event.patient, f"{ELSEWHERE}{event.place.ward}"
    bed = _bed(event, ward)
    patient = event.patient or _registered(event)
    here = Event(event.message, event.device, event.claim, patient, event.at)
    return patient, _lay(here, bed)


def _moves(event: Event) -> tuple[Patient | None, str]:
    """A02: to another bed of ours, or away."""
    if event.ward is not None:
        return _comes(event)
    if not event.place.ward:
        _require_not_here(event)
    return _leaves(event)


def _leaves(event: Event) -> tuple[Patient | None, str]:
    """A03, A11: the patient lies in our bed no longer."""
    lying = event.lying
    if event.patient is None or lying is None:
        return event.patient, "lies in no bed of ours"
    if _old(event):
        return event.patient, "older than what is known here"
    placements.discharge(patient=event.patient, actor=event.actor, at=event.at)
    return event.patient, f"left bed {lying.bed}"


def _registers(event: Event) -> tuple[Patient | None, str]:
    """A04: the patient is known from now on, if the ward is ours."""
    if event.patient is not None:
        return event.patient, "known already"
    if event.ward is None:
        return None, f"{ELSEWHERE}{event.place.ward}"
    return _registered(event), "registered"


def _require_not_here(event: Event) -> None:
    """Raise Quarantined when the patient lies in a bed of ours: one of the two is wrong, and only a person knows."""
    lying = event.lying
    if lying is not None and not _old(event):
        named = event.place.ward[:40]
        where = f"in {named!r}, which is no ward of ours" if named else "in no place that is named"
        raise Quarantined(f"The patient lies in bed {lying.bed} here, and {where}.", LOCATION, "204", "placement")


def _updates(event: Event) -> tuple[Patient | None, str]:
    """A08: whoever contradicts what we know has been stopped before; what agrees changes nothing."""
    return event.patient, "nothing to change" if event.patient else "nobody of ours"


def _registered(event: Event) -> Patient:
    claim = event.claim
    if claim.birth_date is None or not claim.names:
        raise NoMatch("other_person", "A new patient needs a name and a date of birth.")
    family, given = claim.names[0]
    return patients.register(
        site=event.device.site, mrn=claim.numbers[0], family_name=family, given_name=given,
        birth_date=claim.birth_date, gender=claim.gender, actor=event.actor, at=event.at,
    )  # fmt: skip


def _lay(event: Event, bed: Bed) -> str:
    lying, patient = event.lying, event.patient
    if patient is None:
        raise NoMatch("unknown_patient", "Nobody is known to lie down.")
    if lying is not None and lying.bed_id == bed.pk:
        return f"lies in bed {bed} already"
    if _old(event):
        return "older than what is known here"
    act = placements.move if lying is not None else placements.place
    act(patient=patient, bed=bed, actor=event.actor, at=event.at)
    return f"{'moved to' if lying is not None else 'laid into'} bed {bed}"


def _bed(event: Event, ward: Ward) -> Bed:
    found = bed_of(event.place, ward, event.device)
    if found is None:
        raise Quarantined(f"{ward} has no bed {event.place.bed_word[:20]!r}.", LOCATION, "204", "placement")
    return found


def _happened(event: Event) -> datetime:
    """When it happened (EVN-6, else EVN-2), never later than now; now when the message does not say."""
    evn = event.message.first("EVN")
    zone = ZoneInfo(event.device.site.time_zone)
    for number in (6, 2):
        try:
            if evn is not None and evn.text(number):
                return min(instant_of(evn.text(number), zone).at, event.at)
        except NoInstant:
            continue
    return event.at


def _old(event: Event) -> bool:
    """Whether something later is known: then a late message, or one from before a nurse's own entry, changes no bed.

    Messages are held against each other by when they were sent, anything else by when it happened.
    """
    last = event.left_at
    if last is None:
        return False
    came = Hl7Message.objects.filter(patient=event.patient, answer="AA", event__in=MOVES, received_at__gte=last)
    before = came.order_by("-id").first()
    if before is None:
        return _happened(event) <= last
    zone = ZoneInfo(event.device.site.time_zone)
    try:
        return instant_of(event.message.header.text(7), zone).at < instant_of(before.sent, zone).at
    except NoInstant:
        return False


def _merged(message: Message, device: Device, at: datetime) -> tuple[Patient | None, str]:
    """A34, A40: the number in MRG-1 is from now on the one in the PID before it."""
    done, pid = [], None
    patient: Patient | None = None
    for segment in message.segments:
        if segment.name == "PID":
            pid = segment
        elif segment.name == "MRG" and pid is not None:
            patient, note = _merge(pid, segment, device, at)
            done.append(note)
    if not done:
        raise Quarantined("The number that is given up is missing.", Where("MRG", 1, 1), "101", "merge")
    return patient if len(done) == 1 else None, "; ".join(dict.fromkeys(done))


def _merge(pid: Segment, mrg: Segment, device: Device, at: datetime) -> tuple[Patient | None, str]:
    claim = claim_of(pid)
    new, old = bearer(device.site, claim), bearer(device.site, Claim(numbers=numbers_of(mrg, 1)))
    if old is None or (new is not None and new.pk == old.pk):
        named = new if new is not None and not _against(claim, new) else None
        return named, "the number given up is nobody's here" if old is None else "one number already"
    if new is not None:
        raise Quarantined(
            "Both numbers belong to patients here; two records become one only by hand.", mrg.at(1), "204", "merge"
        )
    if against := _against(claim, old) or ("" if claim.numbers else "no new one is said"):
        raise Quarantined(f"The number given up is known here, but {against}.", pid.at(5), "204", "merge")
    identities.renumber(patient=old, mrn=claim.numbers[0], actor=Actor(device=device), at=at)
    return old, "record number changed"


def _against(claim: Claim, patient: Patient) -> str:
    return contradiction(
        claim, family_name=patient.family_name, given_name=patient.given_name, birth_date=patient.birth_date
    )


MERGES = frozenset({"ADT^A34", "ADT^A40"})
# They say that somebody came into a bed or left one; of a person's messages the last of these counts.
MOVES = frozenset({"ADT^A01", "ADT^A02", "ADT^A03", "ADT^A11", "ADT^A13"})
ACTS: dict[str, Act] = {
    "ADT^A01": _comes,
    "ADT^A02": _moves,
    "ADT^A03": _leaves,
    "ADT^A04": _registers,
    "ADT^A08": _updates,
    "ADT^A11": _leaves,
    "ADT^A13": _comes,
}
EVENTS = MERGES | ACTS.keys()
