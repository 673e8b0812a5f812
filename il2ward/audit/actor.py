"""Who did it: a person with the role held at the time, a device, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from il2ward.staff.models import Device, User


@dataclass(frozen=True)
class Actor:
    """The one who acts: ``user``, or ``device``, or (both None) the system. Both at once is refused."""

    user: User | None = None
    device: Device | None = None

    def __post_init__(self) -> None:
        if self.user is not None and self.device is not None:
            raise ValueError("An act has one actor: a person or a device, not both.")

    @property
    def role(self) -> str:
        """Return the person's role now, ``device`` or ``system``."""
        if self.user is not None:
            return self.user.role
        return "system" if self.device is None else "device"

    @property
    def label(self) -> str:
        """Return the name the ward knows the actor by."""
        if self.user is not None:
            return self.user.display_name
        return "il2ward" if self.device is None else self.device.name

    @property
    def site_id(self) -> int | None:
        """Return the hospital of the person or the device; None for the system."""
        if self.user is not None:
            return self.user.site_id
        return None if self.device is None else self.device.site_id


SYSTEM = Actor()
