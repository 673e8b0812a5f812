"""How does a test run a real listener and speak MLLP to it?"""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from monitoring.interop.hl7.framing import framed
from monitoring.interop.hl7.server import Limits, Mllp

LIMITS = Limits(most_bytes=200_000, idle_s=30, message_s=30, connections=40, connections_per_address=40)


@dataclass
class Wire:
    """One connection to a listener."""

    socket: socket.socket
    held: bytes = b""

    def send(self, content: bytes) -> None:
        """Send bytes as they are."""
        self.socket.sendall(content)

    def answer(self) -> bytes:
        """Return the next answer without its frame; b"" when the other side has ended."""
        while b"\x1c\r" not in self.held:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return b""
            if not data:
                return b""
            self.held += data
        frame, _, self.held = self.held.partition(b"\x1c\r")
        return frame.removeprefix(b"\x0b")

    def ask(self, message: bytes) -> bytes:
        """Send one message and return what is answered."""
        self.send(framed(message))
        return self.answer()

    def ended(self) -> bool:
        """Whether the other side closes the connection without another word."""
        return self.answer() == b""


@contextmanager
def listening(server: Mllp, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Run the listener in a thread and give its port."""
    started, ports = threading.Event(), []
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        ports.append(await server.start("127.0.0.1", 0, context))
        started.set()

    def run() -> None:
        asyncio.set_event_loop(loop)
        loop.run_until_complete(serve())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    assert started.wait(10)
    try:
        yield ports[0]
    finally:
        asyncio.run_coroutine_threadsafe(server.stop(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def connected(
    port: int, *, context: ssl.SSLContext | None = None, timeout: float = 15, source: str = "127.0.0.1"
) -> Iterator[Wire]:
    """Connect, from another address of this machine when ``source`` says so."""
    with socket.create_connection(("127.0.0.1", port), timeout, (source, 0)) as plain:
        if context is None:
            yield Wire(plain)
        else:
            with context.wrap_socket(plain, server_hostname="localhost") as encrypted:
                yield Wire(encrypted)


def limited(**other: float) -> Limits:
    """The limits of the tests with some changed."""
    return replace(LIMITS, **other)
