"""What goes over the wire to open boards, and in which format?"""

from __future__ import annotations

from typing import TypedDict

from channels.layers import get_channel_layer
from django.conf import settings


class WardChanged(TypedDict):
    """That the picture of ``ward`` has reached ``number``; what changed is fetched over HTTP, with permissions."""

    type: str
    ward: int
    number: int


def group_of(ward_id: int) -> str:
    """Return the name of the group that boards of this ward listen to."""
    return f"ward.{ward_id}"


def ward_changed(ward_id: int, number: int) -> WardChanged:
    """Return the hint; its ``type`` names the consumer's method."""
    return {"type": "ward.changed", "ward": ward_id, "number": number}


def wire(ward_id: int, number: int) -> tuple[str, bytes]:
    """Return the Redis channel and the bytes by which the channel layer of the settings would send this hint."""
    prefix = settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"]
    layer = get_channel_layer()
    return f"{prefix}__group__{group_of(ward_id)}", layer.serialize(ward_changed(ward_id, number))
