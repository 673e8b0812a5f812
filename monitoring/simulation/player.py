"""How is a recording played? Each row at its own moment of a faster clock, about one patient, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from monitoring.simulation.recordings import Recorded
from monitoring.simulation.sender import Sender

# What one request takes; few large ones, because each is graded and assessed as a whole.
MOST_IN_A_BATCH = 1000
# Resources are wordy: this many stay well below the largest body.
MOST_RESOURCES = 250
IMPOSSIBLE = "impossible"
STORED_AS = "stored as "
NOT_GRADABLE = "not gradable: "


@dataclass
class Tally:
    """What became of the values: how many the service took to grade, kept ungraded, knew already, or refused."""

    counts: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)

    def item(self, result: Mapping[str, Any]) -> None:
        """Count one result of the JSON interface."""
        word = result["result"]
        if word == "refused":
            self._no(str(result["errors"]))
        elif word in {"repeated", "conflict"}:
            self.counts["here already"] += 1
        else:
            self.counts[_kept(result.get("why", ""))] += 1

    def response(self, response: Mapping[str, Any]) -> None:
        """Count the values of one FHIR response."""
        issues = [issue["diagnostics"] for issue in response.get("outcome", {}).get("issue", ())]
        status = str(response["status"])[:3]
        if status in {"200", "409"}:
            self.counts["here already"] += max(sum(issue.startswith(STORED_AS) for issue in issues), 1)
        elif status != "201":
            self._no("; ".join(issues))
        else:
            self._stored(issues)

    def _stored(self, issues: Sequence[str]) -> None:
        values = max(sum(issue.startswith(STORED_AS) for issue in issues), 1)
        reasons = [issue.removeprefix(NOT_GRADABLE) for issue in issues if issue.startswith(NOT_GRADABLE)]
        self.counts.update(_kept(reason) for reason in reasons)
        self.counts["accepted"] += values - len(reasons)

    def _no(self, why: str) -> None:
        self.counts["refused"] += 1
        self.refused.append(why[:200])

    def __str__(self) -> str:
        words = ("accepted", "implausible", "not gradable", "here already", "refused")
        return ", ".join(f"{self.counts[word]} {word}" for word in words)


@dataclass(frozen=True)
class Player:
    """Plays rows about the patient ``mrn``, ``speed`` times as fast as recorded, from the instant it is started."""

    sender: Sender
    mrn: str
    speed: int
    now: Callable[[], datetime]
    sleep: Callable[[float], None]

    def play(self, rows: Sequence[Recorded], tell: Callable[[int, Tally], None]) -> Tally:
        """Send every row at its moment and return the counts; ``tell`` hears of progress after each batch.

        A row's value is observed at its moment on the faster clock, never later than when it is sent.
        """
        tally, started, sent = Tally(), self.now(), 0
        while sent < len(rows):
            batch = self._due(rows[sent:], started)
            if not batch:
                self.sleep(max((self._moment(rows[sent], started) - self.now()).total_seconds(), 0.01))
                continue
            self._send(batch, started, tally)
            sent += len(batch)
            tell(sent, tally)
        return tally

    def _moment(self, row: Recorded, started: datetime) -> datetime:
        return started + timedelta(seconds=row.second) / self.speed

    def _due(self, rows: Sequence[Recorded], started: datetime) -> list[Recorded]:
        now, batch = self.now(), []
        for row in rows[:MOST_IN_A_BATCH]:
            if self._moment(row, started) > now:
                break
            batch.append(row)
        return batch

    def _send(self, batch: Sequence[Recorded], started: datetime, tally: Tally) -> None:
        items = [self._item(row, started) for row in batch if not row.fhir]
        resources = [self._resource(row, started) for row in batch if row.fhir]
        for result in self.sender.items(items) if items else ():
            tally.item(result)
        for first in range(0, len(resources), MOST_RESOURCES):
            for response in self.sender.resources(resources[first : first + MOST_RESOURCES]):
                tally.response(response)

    def _item(self, row: Recorded, started: datetime) -> dict[str, Any]:
        kept = {name: value for name, value in row.body.items() if name not in {"version", "replaces"}}
        at = self._moment(row, started).isoformat()
        return kept | {"patient": {"mrn": self.mrn}, "observed_at": at, "id": row.key}

    def _resource(self, row: Recorded, started: datetime) -> dict[str, Any]:
        dropped = {"id", "subject", "identifier", "encounter", "effectivePeriod", "effectiveInstant", "text", "issued"}
        kept = {name: value for name, value in row.body.items() if name not in dropped}
        return kept | {
            "meta": {},
            "subject": {"identifier": {"value": self.mrn}},
            "identifier": [{"system": "urn:il2ward:play", "value": row.key}],
            "effectiveDateTime": self._moment(row, started).isoformat(),
        }


def _kept(why: str) -> str:
    if not why:
        return "accepted"
    return "implausible" if why.startswith(IMPOSSIBLE) else "not gradable"
