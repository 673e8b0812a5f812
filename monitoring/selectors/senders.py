"""Who vouches for what a sender says, and how far may its clock run ahead of ours?"""

from __future__ import annotations

from datetime import timedelta

from il2ward.audit.actor import Actor

# A value observed later than this after now is refused; exactly this much is taken.
FUTURE = timedelta(minutes=2)


def origin_of(actor: Actor) -> str:
    """Return who vouches: a person charted it, a laboratory reported it, or a device sent it unseen."""
    if actor.device is None:
        return "charted"
    return "laboratory" if actor.device.laboratory else "device"
