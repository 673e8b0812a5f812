"""A small client for the interfaces of il2ward: send what was measured, follow its alerts, fetch a course's dossier.

It needs httpx and nothing of the service itself. See ``docs/client.md``.
"""

from __future__ import annotations

from il2ward_client.client import Client, NotTaken
from il2ward_client.shapes import Item, ItemResult

__all__ = ["Client", "Item", "ItemResult", "NotTaken"]
