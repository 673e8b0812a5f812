"""What must every way out of the ward be able to do?"""

from __future__ import annotations

from functools import cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from monitoring.domain.outward import Message


class NotTold(Exception):
    """The receiver did not take the message; the words say why, without the address."""


class Channel(Protocol):
    """One way out. It answers within ten seconds."""

    def tell(self, address: str, message: Message) -> None:
        """Hand the message to the receiver; raises NotTold unless it was taken."""


@cache
def channel_of(name: str) -> Channel:
    """Return the channel of this name, as ``IL2WARD_CHANNELS`` says; raises NotTold for one this server has not."""
    path = settings.IL2WARD_CHANNELS.get(name)
    if path is None:
        raise NotTold(f"This server sends no {name}.")
    found: Channel = import_string(path)()
    return found
