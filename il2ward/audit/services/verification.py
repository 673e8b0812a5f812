"""Is the log whole: nothing edited, slipped in, moved, taken out or cut off?"""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from il2ward.audit.canonical import hash_of
from il2ward.audit.models import AuditEvent, AuditHead
from il2ward.audit.services import anchors

ZERO = "0" * 64
CHUNK = 2000


@dataclass(frozen=True)
class Fault:
    """The first event that cannot be trusted, and why; those after it cannot be either."""

    seq: int
    why: str


@dataclass(frozen=True)
class Report:
    """What was read: so many events and signed anchors, and the first fault; None means the log is whole."""

    events: int
    anchors: int
    fault: Fault | None

    @property
    def ok(self) -> bool:
        """Return whether nothing was found."""
        return self.fault is None


def verify() -> Report:
    """Walk the whole chain, compare it with its head and with every signed anchor, and report the first bad event."""
    walk = Walk()
    signed = anchors.lines()
    walk.expect(signed)
    # Read before the walk: events that arrive meanwhile make the chain longer, never shorter.
    head = head_now()
    for event in AuditEvent.objects.order_by("seq").iterator(chunk_size=CHUNK):
        if walk.step(event) is not None:
            break
    else:
        walk.finish(head)
    return Report(events=walk.seen, anchors=len(signed), fault=walk.fault)


def head_now() -> AuditHead:
    """Return the head as it stands; a chain without one has not begun."""
    return AuditHead.objects.filter(id=1).first() or AuditHead()


class Walk:
    """One pass along the chain: what came before, what the anchors say, and the first fault."""

    def __init__(self) -> None:
        self.seen = 0
        self.fault: Fault | None = None
        self._hash = ZERO
        self._anchored: dict[int, str] = {}

    def expect(self, signed: list[anchors.Anchor | None]) -> None:
        """Take note of what the anchors say; a forged or missing line is a fault of what it vouched for."""
        key, previous, vouched = anchors.signing_key() if signed else b"", anchors.FIRST, 0
        for anchor in signed:
            if anchor is None or not hmac.compare_digest(anchor.mac, anchor.signed_with(key)):
                self.fault = Fault(vouched + 1, "a line of the anchors is damaged or not signed with this key")
                return
            if anchor.previous != previous:
                self.fault = Fault(vouched + 1, "a line of the anchors is missing")
                return
            self._anchored[anchor.seq] = anchor.hash
            previous, vouched = anchor.mac, anchor.seq

    def step(self, event: AuditEvent) -> Fault | None:
        """Look at the next event; return the fault, also one found in the anchors, once it is reached."""
        expected = self.seen + 1
        if self.fault is not None and event.seq >= self.fault.seq:
            return self.fault
        why = self.wrong_with(event, expected)
        if why:
            self.fault = Fault(expected, why)
            return self.fault
        self.seen, self._hash = event.seq, event.hash
        return None

    def wrong_with(self, event: AuditEvent, expected: int) -> str:
        """Return what is wrong with the event that stands where number ``expected`` must be, or nothing."""
        if event.seq != expected:
            return "this event is missing"
        if event.prev_hash != self._hash:
            return "it does not follow the event before it"
        if hash_of(event) != event.hash:
            return "its content is not what was recorded"
        if self._anchored.get(event.seq, event.hash) != event.hash:
            return "it is not the event that was signed at this place"
        return ""

    def finish(self, head: AuditHead) -> None:
        """Compare the end of the chain with the head read before the walk, the head now, and the last anchor."""
        last_signed = max(self._anchored, default=0)
        if self.fault is None and self.seen < max(head.seq, last_signed):
            self.fault = Fault(self.seen + 1, "this event is missing: the log was cut off here")
            return
        now = head_now()
        if self.fault is None and (now.seq < self.seen or (now.seq == self.seen and now.hash != self._hash)):
            self.fault = Fault(self.seen, "it is not the event that the head of the log names")
