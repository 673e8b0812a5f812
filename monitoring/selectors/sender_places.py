"""Which ward or bed of ours does a sender's own name of a place stand for?"""

from __future__ import annotations

from il2ward.staff.models import Bed, Device, Ward
from monitoring.selectors.meanings import words_of


def ward_meant(device: Device, word: str) -> Ward | None:
    """Return the ward that the device's ``word`` was said to be; None for no meaning, or a ward that is gone."""
    code = words_of(device, "ward").get(("", word), "")
    return Ward.objects.filter(site_id=device.site_id, code=code).first() if code else None


def bed_meant(device: Device, word: str, *, ward: str = "") -> Bed | None:
    """Return the bed that the device's ``word`` was said to be, in the ward of ours with the code ``ward``.

    Without ``ward`` the word names a bed by itself, as in FHIR. None for no meaning, or a bed that is gone.
    """
    meaning = words_of(device, "bed").get((ward, word), "")
    return bed_at(device.site_id, meaning) if meaning else None


def bed_at(site_id: int, address: str) -> Bed | None:
    """Return the bed of the hospital with this address; None when there is none."""
    code, _, label = address.partition("/")
    return Bed.objects.filter(ward__site_id=site_id, ward__code=code, label=label).select_related("ward__site").first()


def address_of(bed: Bed) -> str:
    """Return ``<ward code>/<bed label>``; a ward's code holds no stroke."""
    return f"{bed.ward.code}/{bed.label}"
