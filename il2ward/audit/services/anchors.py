"""Where is the chain's head kept outside the database, so that cutting its tail is seen?"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from django.conf import settings

from il2ward.audit.canonical import canonical
from il2ward.audit.models import AuditHead
from il2ward.settings.security import kept_key

FIRST = "0" * 64


@dataclass(frozen=True)
class Anchor:
    """One signed line: at ``at`` the chain's last event was ``seq`` with ``hash``. ``previous`` is the mac of the
    line before, so no line can be taken out of the middle."""

    at: str
    seq: int
    hash: str
    previous: str
    mac: str

    def signed_with(self, key: bytes) -> str:
        """Return the mac this line must have under ``key``."""
        content = {"at": self.at, "seq": self.seq, "hash": self.hash, "previous": self.previous}
        return hmac.new(key, canonical(content).encode(), hashlib.sha256).hexdigest()


def folder() -> Path:
    """Return where anchors and their key lie; in a hospital, keep a copy of the lines on another machine."""
    return Path(settings.IL2WARD_HOME) / "audit"


def path() -> Path:
    """Return the file of the signed lines, one JSON object a line, only ever appended to."""
    return folder() / "anchors.jsonl"


def signing_key() -> bytes:
    """Return the key the lines are signed with, making its file (for its owner only) on the first call.

    It is not SECRET_KEY: whoever can forge a session must not be able to forge history as well.
    """
    return kept_key(folder() / "anchor.key").encode()


def write(at: datetime) -> Anchor | None:
    """Sign the chain's head and append it; None when nothing has happened since the last line."""
    head = AuditHead.objects.filter(id=1).first()
    if head is None or head.seq == 0:
        return None
    folder().mkdir(parents=True, exist_ok=True)
    with path().open("a+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        written = whole(stream)
        last = parsed(written[-1]) if written else None
        if last is not None and last.seq >= head.seq:
            return None
        # A line that a crash or a full disk cut short vouches for nothing and would spoil the next one.
        stream.truncate(sum(map(len, written)))
        anchor = signed(at, head, previous=FIRST if last is None else last.mac)
        stream.write(json.dumps(anchor.__dict__).encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    return anchor


def signed(at: datetime, head: AuditHead, *, previous: str) -> Anchor:
    """Return the signed line for ``head``."""
    unsigned = Anchor(at=at.isoformat(), seq=head.seq, hash=head.hash, previous=previous, mac="")
    return Anchor(**{**unsigned.__dict__, "mac": unsigned.signed_with(signing_key())})


def whole(stream: IO[bytes]) -> list[bytes]:
    """Return the whole lines; only a write that was cut short leaves one without its end."""
    stream.seek(0)
    return [line for line in stream if line.endswith(b"\n")]


def lines() -> list[Anchor | None]:
    """Return every anchor in order, None for a line that is not one."""
    if not path().exists():
        return []
    with path().open("rb") as stream:
        return [parsed(line) for line in whole(stream)]


def parsed(line: bytes) -> Anchor | None:
    """Return the anchor a line holds, or None when it holds none."""
    try:
        found = json.loads(line)
        return Anchor(
            at=str(found["at"]),
            seq=int(found["seq"]),
            hash=str(found["hash"]),
            previous=str(found["previous"]),
            mac=str(found["mac"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
