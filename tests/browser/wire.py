"""How does a test come between one browser and the ward, and let the wire go dead without a word, or break?"""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class Wire:
    """Carries every connection of one browser; while black nothing passes either way and nobody is told."""

    def __init__(self, target: str) -> None:
        """Listen on a free local port for connections to the address ``target``."""
        parts = urlsplit(target)
        self.target = (parts.hostname or "", parts.port or 80)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/"
        self.passes = threading.Event()
        self.passes.set()
        self.ends: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    @contextmanager
    def black(self) -> Iterator[None]:
        """Let nothing through for the length of the block; what was sent meanwhile arrives afterwards."""
        self.passes.clear()
        try:
            yield
        finally:
            self.passes.set()

    def cut(self) -> None:
        """Reset every connection."""
        for end in self.ends:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            try:
                end.shutdown(socket.SHUT_RD)
            except OSError:
                continue  # it was closed before
            end.close()
        self.ends.clear()

    def close(self) -> None:
        """Take no connection any more and drop those there are."""
        self.passes.set()
        self.listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return  # closed: the test is over
            self.passes.wait()
            try:
                far = socket.create_connection(self.target)
            except OSError:
                near.close()  # nobody serves there just now
                continue
            self.ends += [near, far]
            for source, drain in ((near, far), (far, near)):
                threading.Thread(target=self._carry, args=(source, drain), daemon=True).start()

    def _carry(self, source: socket.socket, drain: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                self.passes.wait()
                drain.sendall(data)
            drain.shutdown(socket.SHUT_WR)
        except OSError:
            return  # one end is gone, the other hears of it by its own reading
