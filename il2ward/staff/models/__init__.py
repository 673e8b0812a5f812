"""Who works where, and with what: site, ward, bed, staff, devices, tablets, repeated requests."""

from __future__ import annotations

from il2ward.staff.models.device import Device
from il2ward.staff.models.person import Role, User, WardMembership
from il2ward.staff.models.place import Bed, Site, Ward
from il2ward.staff.models.repeated_request import RepeatedRequest
from il2ward.staff.models.system_client import AccessToken, SystemClient, UsedAssertion
from il2ward.staff.models.tablet import Pin, Tablet, TabletShift
from il2ward.staff.models.wrong_passwords import WrongPasswords

__all__ = [
    "AccessToken",
    "Bed",
    "Device",
    "Pin",
    "RepeatedRequest",
    "Role",
    "Site",
    "SystemClient",
    "Tablet",
    "TabletShift",
    "UsedAssertion",
    "User",
    "Ward",
    "WardMembership",
    "WrongPasswords",
]
