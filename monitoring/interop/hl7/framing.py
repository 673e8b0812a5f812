"""Where does one message end and the next begin on an MLLP connection?"""

from __future__ import annotations

START, END = b"\x0b", b"\x1c"
BETWEEN = b"\r\n \t\x00"


class TooLong(ValueError):
    """A message is longer than what is taken."""


class NotFramed(ValueError):
    """Bytes came that belong to no frame: the other side does not speak MLLP."""


class Frames:
    """Takes bytes as they come and gives whole messages; holds at most one message and what came behind it."""

    def __init__(self, most: int) -> None:
        self.most = most
        self._held = bytearray()
        # Where the search for an end goes on, so that a message in tiny pieces costs no more than in one.
        self._searched = 0

    @property
    def waiting(self) -> bool:
        """Whether a message has begun and not ended."""
        return bool(self._held.lstrip(BETWEEN))

    @property
    def beginning(self) -> bytes:
        """What is held of a message that has not ended, without its frame; for the answer to one too long."""
        return bytes(self._held[1:4096])

    def feed(self, data: bytes) -> None:
        """Take what came."""
        self._held += data

    def next(self) -> bytes | None:
        """Return the next whole message without its frame, or None while there is none.

        A start in the middle of a message means that the sender began again: what came before was never answered and
        is dropped. Raises NotFramed for anything else outside a frame, TooLong past the limit.
        """
        self._skip_between()
        end = self._held.find(END, self._searched)
        if (end < 0 and len(self._held) > self.most) or end > self.most:
            raise TooLong(f"more than {self.most} bytes")
        if end < 0:
            self._searched = len(self._held)
            return None
        self._searched = 0
        frame = bytes(self._held[: end + 1])
        del self._held[: end + 1]
        return frame[frame.rfind(START) + 1 : -1]

    def _skip_between(self) -> None:
        begin = len(self._held) - len(self._held.lstrip(BETWEEN))
        if begin:
            del self._held[:begin]
            self._searched = 0
        if self._held and self._held[:1] != START:
            raise NotFramed("a message begins with the byte 0x0B")


def framed(message: bytes) -> bytes:
    """Return ``message`` as it goes on the wire."""
    return START + message + END + b"\r"
