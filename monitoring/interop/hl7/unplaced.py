"""Which places do messages name that nobody here knows, and what becomes of the messages once somebody says?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction

from dosing.services.refusals import Invalid, Refused
from il2ward.audit.actor import Actor
from il2ward.staff.models import Device, Site
from monitoring.interop.hl7 import again
from monitoring.interop.hl7.admissions import MERGES, MOVES, act
from monitoring.interop.hl7.faults import NotTaken
from monitoring.interop.hl7.persons import claim_of, numbers_of
from monitoring.interop.hl7.places import bed_of, known_wards, place_of, ward_of
from monitoring.interop.hl7.segments import Message, decoded, parse
from monitoring.models import Hl7Message, QuarantinedMessage
from monitoring.selectors.elsewhere import ELSEWHERE, places
from monitoring.selectors.meanings import Unmapped
from monitoring.services import quarantine
from monitoring.services.code_maps import Word

PLACEMENT = "placement"
MOST = 200
# Who was sent to a ward longer ago, and was not sent on since, has left without a word of it.
LATELY = timedelta(days=14)


class LaterOneCounts(Invalid):
    """The same person was sent somewhere else since; what this message says is over."""


@dataclass(frozen=True, slots=True)
class Followed:
    """How many messages were done, and why each other one still waits."""

    done: int
    left: list[str]


def unplaced(site: Site) -> list[Unmapped]:
    """Return the wards and beds that messages name and nobody here knows, the most frequent first.

    A ward "": admissions that name none; nobody can give that a meaning.
    """
    found = {(one.device.pk, one.kind, one.context, one.word): one for one in _elsewhere(site)}
    for row in _waiting(site):
        word = _unknown(parse(bytes(row.message.content)), row.message.device)
        if word is None:
            continue
        key = (word.device.pk, word.kind, word.context, word.word)
        known = found.get(key) or Unmapped(word.device, word.kind, word.context, word.word, 0, row.put_at, "")
        found[key] = replace(known, count=known.count + 1, newest_at=max(known.newest_at, row.put_at))
    return sorted(found.values(), key=lambda one: (-one.count, one.word))


def _elsewhere(site: Site) -> Iterator[Unmapped]:
    """The wards of messages that were kept because their place is none of ours."""
    named = places(site)
    for device in Device.objects.filter(pk__in={one.device_id for one in named}).select_related("site"):
        is_ours = known_wards(device)
        for one in named:
            if one.device_id == device.pk and not is_ours(one.name):
                yield Unmapped(device, "ward", "", one.name, one.count, one.newest_at, "")


def _waiting(site: Site) -> list[QuarantinedMessage]:
    rows = QuarantinedMessage.objects.filter(
        site=site, reason=PLACEMENT, settled=None, message__event__startswith="ADT^"
    )
    return list(rows.select_related("message__device__site", "site").order_by("-id")[:MOST])


def _unknown(message: Message, device: Device) -> Word | None:
    """The word in the message that nobody here knows; None when its place is known (and, say, taken)."""
    place = place_of(message)
    ward = ward_of(place, device)
    if ward is None:
        return Word(device, "ward", "", place.ward) if place.ward else None
    return Word(device, "bed", ward.code, place.bed_word) if bed_of(place, ward, device) is None else None


def follow(word: Word, *, actor: Actor, at: datetime) -> Followed:
    """Do, as their sender's, what messages say that named this place; call it once the word has its meaning.

    Each in a transaction of its own; of a person's messages only the last that moves them. What fails waits on.
    """
    done, left = 0, []
    for message, quarantined in (*_kept(word, at), *_put_aside(word)):
        try:
            follow_one(message, actor=actor, at=at, quarantined=quarantined)
            done += 1
        except (NotTaken, Refused) as no:
            left += [str(no)] if quarantined else []
    return Followed(done, left)


Waiting = tuple[Hl7Message, QuarantinedMessage | None]


def _kept(word: Word, at: datetime) -> list[Waiting]:
    """The messages that were kept lately because their ward was none of ours."""
    if word.kind != "ward":
        return []
    kept = Hl7Message.objects.filter(
        device=word.device, answer="AA", event__startswith="ADT^", notes__0=f"{ELSEWHERE}{word.word}",
        received_at__gte=at - LATELY,
    )  # fmt: skip
    return [(message, None) for message in kept.select_related("device__site").order_by("pk")]


def _put_aside(word: Word) -> list[Waiting]:
    """The messages in quarantine that name the place."""
    rows = [row for row in _waiting(word.device.site) if row.message.device_id == word.device.pk]
    return [(row.message, row) for row in reversed(rows) if _names(parse(bytes(row.message.content)), word)]


def _names(message: Message, word: Word) -> bool:
    place = place_of(message)
    if word.kind == "ward":
        return place.ward == word.word
    ward = ward_of(place, word.device)
    return ward is not None and (ward.code, place.bed_word) == (word.context, word.word)


@transaction.atomic
def follow_one(
    message: Hl7Message, *, actor: Actor, at: datetime, quarantined: QuarantinedMessage | None = None
) -> None:
    """Do what one message says that came before its place was known; raises NotTaken, LaterOneCounts."""
    said = parse(bytes(message.content))
    if _is_over(message, said):
        raise LaterOneCounts("A later message says where this person is. Discard this one.")
    patient, note = act(said, message.device, at)
    if quarantined is None:
        quarantine.follow_kept(message=message, patient=patient, note=note, actor=actor, at=at)
    else:
        quarantine.follow(quarantined=quarantined, patient=patient, note=note, actor=actor, at=at)


def try_again(row: QuarantinedMessage, *, actor: Actor, at: datetime) -> list[str]:
    """Take a message that matches a patient by now, or whose place does; return what became of it, in words.

    Raises NotTaken, LaterOneCounts, and what ``again`` raises.
    """
    if row.reason != PLACEMENT:
        return again.try_again(row, actor=actor, at=at).notes
    follow_one(row.message, actor=actor, at=at, quarantined=row)
    return []


def _is_over(row: Hl7Message, message: Message) -> bool:
    """Whether a later message of the hospital moves this person, or gives up their number."""
    pid = message.first("PID")
    numbers = set(claim_of(pid).numbers) if pid else set()
    later = Hl7Message.objects.filter(device__site=row.device.site_id, pk__gt=row.pk, event__in=MOVES | MERGES)
    for content in later.order_by("-pk").values_list("content", flat=True):
        text = decoded(bytes(content))
        if any(number in text for number in numbers) and numbers & _moved(parse(bytes(content))):
            return True
    return False


def _moved(message: Message) -> set[str]:
    """The record numbers of whom the message moves, or which it gives up."""
    if message.event in MERGES:
        return {number for mrg in message.named("MRG") for number in numbers_of(mrg, 1)}
    return {number for pid in message.named("PID") for number in claim_of(pid).numbers}
