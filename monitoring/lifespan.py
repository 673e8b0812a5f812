"""What the web process does beside answering: the sweep runs from the server's start to its end."""

from __future__ import annotations

from typing import Any

from monitoring.sweeper import Sweeper

Message = dict[str, Any]


async def lifespan(scope: Message, receive: Any, send: Any) -> None:
    """Answer the ASGI lifespan protocol: start the sweeper with the server, stop it with it."""
    if scope["type"] != "lifespan":
        raise ValueError(f"a lifespan was expected, not {scope['type']}")
    sweeper = Sweeper()
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            sweeper.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            sweeper.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return
