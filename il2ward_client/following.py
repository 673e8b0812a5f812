"""Which alerts and holds are new or changed since the last look?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from il2ward_client.client import Client
from il2ward_client.shapes import Resource

# An alert is written a moment before it can be seen: each look goes back this far, and tells nothing twice.
OVERLAP = timedelta(minutes=2)
FOLLOWED = ("Flag", "DetectedIssue")
INSTANT = "%Y-%m-%dT%H:%M:%SZ"


class Follower:
    """Remembers what it has told; ``since`` is where it begins."""

    def __init__(self, client: Client, since: datetime, kinds: tuple[str, ...] = FOLLOWED) -> None:
        self.client, self.since, self.kinds = client, since, kinds
        self._told: dict[tuple[str, str], str] = {}

    def look(self) -> Iterator[Resource]:
        """Yield what is new or changed, the oldest first."""
        asked = f"ge{self.since.astimezone(UTC):{INSTANT}}"
        newest = self.since
        for kind in self.kinds:
            for one in reversed(list(self.client.search(kind, {"_lastUpdated": asked}))):
                changed = one["meta"]["lastUpdated"]
                newest = max(newest, datetime.fromisoformat(changed) - OVERLAP)
                if self._told.get((kind, one["id"])) != changed:
                    self._told[kind, one["id"]] = changed
                    yield one
        self.since = newest
