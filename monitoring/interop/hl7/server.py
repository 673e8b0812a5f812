"""How are many senders heard at once on MLLP, so that none of them can stop another?"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import ssl
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from monitoring.interop.hl7.framing import Frames, NotFramed, TooLong, framed

logger = logging.getLogger(__name__)
CHUNK = 65536
WRITE_S = 10.0
FINISH_S = 5.0
THREADS = 8
# So that one sender with many connections leaves threads for the others.
AT_ONCE_PER_ADDRESS = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is taken: bytes of one message, seconds between messages and within one, connections in all and of
    one address."""

    most_bytes: int
    idle_s: float
    message_s: float
    connections: int
    connections_per_address: int


Take = Callable[[bytes, str], bytes]
Refuse = Callable[[bytes, str], bytes]


class Mllp:
    """A listener: ``take`` turns one message of an address into its answer, in a thread, one at a time per connection.

    ``heard`` says whether an address is listened to at all; ``refuse`` answers the beginning of what is not taken.
    """

    def __init__(self, *, take: Take, refuse: Refuse, heard: Callable[[str], bool], limits: Limits) -> None:
        self.take, self.refuse, self.heard, self.limits = take, refuse, heard, limits
        self._threads = ThreadPoolExecutor(THREADS, "mllp")
        self._open: Counter[str] = Counter()
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy: set[asyncio.Task[None]] = set()
        self._stopping = False
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int, context: ssl.SSLContext | None = None) -> int:
        """Listen and return the port; raises OSError when it is taken."""
        encrypted = {"ssl_handshake_timeout": WRITE_S} if context else {}
        self._server = await asyncio.start_server(
            self._connected, host, port, limit=CHUNK, backlog=128, ssl=context, **encrypted
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Accept nobody any more, let messages in hand be answered, then close every connection."""
        self._stopping = True
        if self._server is not None:
            self._server.close()
        for task in self._tasks - self._busy:
            task.cancel()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=FINISH_S)
            for task in late:
                task.cancel()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = writer.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        task = asyncio.current_task()
        if task is None or not self._admitted(address):
            writer.transport.abort()
            return
        self._open[address] += 1
        self._tasks.add(task)
        try:
            await self._converse(reader, writer, address, task)
        except (NotFramed, TimeoutError, ConnectionError, ssl.SSLError) as end:
            logger.info("connection of %s ended: %s", address, type(end).__name__)
        except asyncio.CancelledError:
            # Only stop() cancels, and the streams would report it as a fault.
            if not self._stopping:
                raise
        finally:
            self._tasks.discard(task)
            self._open[address] -= 1
            if not self._open[address]:
                del self._open[address]
                self._turns.pop(address, None)
            with contextlib.suppress(OSError):
                writer.close()

    def _admitted(self, address: str) -> bool:
        full = self._open.total() >= self.limits.connections
        crowded = self._open[address] >= self.limits.connections_per_address
        if self._stopping or full or crowded or not self.heard(address):
            logger.warning("connection of %s refused%s", address, ": too many" if full or crowded else "")
            return False
        return True

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str, task: asyncio.Task[None]
    ) -> None:
        frames = Frames(self.limits.most_bytes)
        while not self._stopping:
            try:
                message = await self._next(reader, frames)
            except TooLong as long:
                await self._send(writer, self.refuse(frames.beginning, f"The message is too long: {long}."))
                return
            if message is None:
                return
            self._busy.add(task)
            try:
                await self._send(writer, await self._answer(message, address))
            finally:
                self._busy.discard(task)

    async def _next(self, reader: asyncio.StreamReader, frames: Frames) -> bytes | None:
        """Return the next message, None when the other side has ended; raises TimeoutError.

        A message must be whole within its time, however slowly its bytes come.
        """
        clock = asyncio.get_running_loop().time
        by: float | None = None
        while (message := frames.next()) is None:
            if frames.waiting and by is None:
                by = clock() + self.limits.message_s
            async with asyncio.timeout(self.limits.idle_s if by is None else max(0.0, by - clock())):
                data = await reader.read(CHUNK)
            if not data:
                return None
            frames.feed(data)
        return message

    async def _answer(self, message: bytes, address: str) -> bytes:
        turn = self._turns.setdefault(address, asyncio.Semaphore(AT_ONCE_PER_ADDRESS))
        async with turn:
            loop = asyncio.get_running_loop()
            # Once begun it is finished, also when the connection ends meanwhile: the sender will ask again.
            return await asyncio.shield(loop.run_in_executor(self._threads, self.take, message, address))

    async def _send(self, writer: asyncio.StreamWriter, answer: bytes) -> None:
        writer.write(framed(answer))
        async with asyncio.timeout(WRITE_S):
            await writer.drain()


def tls_context(named: Mapping[str, str]) -> ssl.SSLContext | None:
    """Return the context of an encrypted line (None: not encrypted); with an authority, clients must show theirs.

    Raises OSError or ssl.SSLError when a file cannot be used.
    """
    if not named:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(named["cert"], named["key"])
    if named.get("ca"):
        context.load_verify_locations(named["ca"])
        context.verify_mode = ssl.CERT_REQUIRED
    return context
