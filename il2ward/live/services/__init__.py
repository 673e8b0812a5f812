"""How the rest of the house says that a ward's picture changed, or that a task has something to do."""

from __future__ import annotations

from il2ward.live.services.announce import changed, wake
from il2ward.live.services.hints import group_of

__all__ = ["changed", "group_of", "wake"]
