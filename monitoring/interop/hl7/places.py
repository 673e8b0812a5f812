"""Which ward and bed of ours does PV1-3 name?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from il2ward.staff.models import Bed, Device, Ward
from monitoring.interop.hl7.segments import Message
from monitoring.selectors import sender_places
from monitoring.selectors.meanings import words_of

WARD, ROOM, BED = 1, 2, 3
LONGEST = 120


@dataclass(frozen=True, slots=True)
class Place:
    """What PV1-3 says, as it was sent: ``ward``, ``room`` and ``bed``, "" for what it leaves out."""

    ward: str = ""
    room: str = ""
    bed: str = ""

    @property
    def bed_word(self) -> str:
        """The bed as its sender tells it from others: with its room, where one is sent (``12^A``)."""
        return cut(f"{self.room}^{self.bed}" if self.room and self.bed else self.bed or self.room)


def place_of(message: Message) -> Place:
    """Return where the message says that somebody lies."""
    pv1 = message.first("PV1")
    return Place(cut(pv1.text(3, WARD)), cut(pv1.text(3, ROOM)), cut(pv1.text(3, BED))) if pv1 else Place()


def ward_of(place: Place, device: Device) -> Ward | None:
    """Return our ward by its code or name, else by what was said of the word; None for any other place."""
    ours = _wards(device).get(place.ward.casefold()) if place.ward else None
    return ours or (sender_places.ward_meant(device, place.ward) if place.ward else None)


def known_wards(device: Device) -> Callable[[str], bool]:
    """Return what tells whether a device's word is a ward of ours; for many words, asked once."""
    ours, meant = _wards(device), {word for _, word in words_of(device, "ward")}
    return lambda word: word.casefold() in ours or word in meant


def _wards(device: Device) -> dict[str, Ward]:
    wards = list(Ward.objects.filter(site_id=device.site_id).order_by("-pk"))
    return {word.casefold(): one for one in wards for word in (one.name, one.code) if word}


def bed_of(place: Place, ward: Ward, device: Device) -> Bed | None:
    """Return the bed of ``ward`` by its label, else by what was said of the word; None when it is none of ours."""
    named = place.bed.casefold()
    for bed in ward.beds.all():
        if named and named in {bed.label.casefold(), f"bed {bed.label}".casefold()}:
            return bed
    return sender_places.bed_meant(device, place.bed_word, ward=ward.code) if place.bed_word else None


def cut(text: str) -> str:
    """Return the text, cut to what is kept of a word; nobody can give a cut word a meaning."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
