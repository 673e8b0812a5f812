"""How does a file of HL7 v2 messages go over MLLP, each answered before the next?"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass

START, END = b"\x0b", b"\x1c\r"
TIMEOUT_S = 30.0
MOST_ANSWER_BYTES = 64 * 1024
DONE = ("AA", "CA")


@dataclass(frozen=True)
class Acknowledgement:
    """What was answered to one message: MSA-1 and MSA-2, and the text that says why."""

    code: str
    control_id: str
    text: str

    @property
    def done(self) -> bool:
        """Whether the message was taken, now or before."""
        return self.code in DONE


def messages_in(content: bytes) -> list[bytes]:
    """Return the messages of a file, whatever ends their lines."""
    plain = content.removeprefix(b"\xef\xbb\xbf")
    parts = re.split(rb"(?m)^(?=MSH[^\w\s])", plain.replace(b"\r\n", b"\r").replace(b"\n", b"\r").replace(b"\r", b"\n"))
    return [one.strip(b"\n").replace(b"\n", b"\r") + b"\r" for one in parts if one.strip()]


def send(host: str, port: int, messages: list[bytes]) -> Iterator[Acknowledgement]:
    """Send the messages one after the other on one connection and yield each answer; raises OSError."""
    with socket.create_connection((host, port), TIMEOUT_S) as wire:
        held = b""
        for message in messages:
            wire.sendall(START + message + END)
            while END not in held:
                data = wire.recv(65536)
                if not data or len(held) > MOST_ANSWER_BYTES:
                    raise ConnectionError("the connection ended before the message was answered")
                held += data
            answer, _, held = held.partition(END)
            yield acknowledged(answer.lstrip(START))


def acknowledged(answer: bytes) -> Acknowledgement:
    """Return what an acknowledgement says."""
    lines = {
        line.partition("|")[0]: line.split("|") for line in re.split(r"[\r\n]+", answer.decode("utf-8", "replace"))
    }
    msa, err = lines.get("MSA", []), lines.get("ERR", [])
    text = (err[8] if len(err) > 8 else "") or (msa[3] if len(msa) > 3 else "")
    return Acknowledgement(msa[1] if len(msa) > 1 else "", msa[2] if len(msa) > 2 else "", text)
