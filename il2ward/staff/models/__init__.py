"""Who works where, and with what: site, ward, bed, staff, devices, repeated requests."""

from __future__ import annotations

from il2ward.staff.models.device import Device
from il2ward.staff.models.person import Role, User, WardMembership
from il2ward.staff.models.place import Bed, Site, Ward
from il2ward.staff.models.repeated_request import RepeatedRequest
from il2ward.staff.models.wrong_passwords import WrongPasswords

__all__ = ["Bed", "Device", "RepeatedRequest", "Role", "Site", "User", "Ward", "WardMembership", "WrongPasswords"]
