"""The one way by which the service calls somebody else: a judged address, a bounded time, a bounded answer."""

from __future__ import annotations

from il2ward.outgoing.addresses import NotAllowed, Target, target_of
from il2ward.outgoing.calling import Answer, CouldNotCall, call

__all__ = ["Answer", "CouldNotCall", "NotAllowed", "Target", "call", "target_of"]
