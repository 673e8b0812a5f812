"""Who may listen to a ward, and what is said at its door? Hints and a heartbeat; never anything clinical."""

from __future__ import annotations

import asyncio
from itertools import cycle
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from il2ward import clock
from il2ward.build import build
from il2ward.live.services import group_of
from monitoring.selectors import board_door

BEAT_S = 5.0
BEATS_BETWEEN_CHECKS = 6


class WardBoard(AsyncJsonWebsocketConsumer):  # type: ignore[misc]
    """The doorman: checks who listens at the door and every 30 s, passes hints on, beats."""

    async def connect(self) -> None:
        self.ward_id = int(self.scope["url_route"]["kwargs"]["ward_id"])
        if code := await self.refusal():
            await self.accept()
            await self.close(code)
            return
        await self.channel_layer.group_add(group_of(self.ward_id), self.channel_name)
        await self.accept()
        self.beats = asyncio.create_task(self.beat())

    async def disconnect(self, code: int) -> None:  # noqa: ARG002
        if hasattr(self, "beats"):
            self.beats.cancel()
            await self.channel_layer.group_discard(group_of(self.ward_id), self.channel_name)

    async def refusal(self) -> int | None:
        user, session, cookies = self.scope["user"], self.scope["session"], self.scope["cookies"]
        ask = database_sync_to_async(board_door.refusal)
        code: int | None = await ask(user.pk, session.session_key, cookies, self.ward_id, clock.now())
        return code

    async def beat(self) -> None:
        for turn in cycle(range(BEATS_BETWEEN_CHECKS)):
            if turn == BEATS_BETWEEN_CHECKS - 1 and (code := await self.refusal()):
                await self.close(code)
                return
            say = database_sync_to_async(board_door.heartbeat)
            await self.send_json(await say(self.ward_id, clock.now(), build()))
            await asyncio.sleep(BEAT_S)

    async def ward_changed(self, hint: dict[str, Any]) -> None:
        await self.send_json({"type": "changed", "number": hint["number"]})

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Say nothing: the socket only speaks."""
