"""What the web process does beside answering: the sweep runs from the server's start to its end."""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async

from il2ward.audit.evidence import EvidenceUnguarded, assert_guarded
from monitoring.sweeper import Herald, Sweeper

Message = dict[str, Any]


async def lifespan(scope: Message, receive: Any, send: Any) -> None:
    """Answer the ASGI lifespan protocol: start sweeper and herald with the server, stop them with it.

    A server on a database that would let evidence be changed does not start.
    """
    if scope["type"] != "lifespan":
        raise ValueError(f"a lifespan was expected, not {scope['type']}")
    threads = (Sweeper(), Herald())
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            try:
                await sync_to_async(assert_guarded)()
            except EvidenceUnguarded as error:
                await send({"type": "lifespan.startup.failed", "message": str(error)})
                return
            for thread in threads:
                thread.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            for thread in threads:
                thread.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
