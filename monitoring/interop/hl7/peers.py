"""Which device speaks on this connection? Only those that the settings name are heard."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.conf import settings
from django.db.models import Q, QuerySet

from il2ward.staff.models import Device


class NoSuchDevice(RuntimeError):
    """The settings name a device that there is not, or that there is twice."""


class Peers:
    """The allow-list: networks, perhaps a sending application, and the device they stand for."""

    def __init__(self, listed: Sequence[tuple[str, str, str]]) -> None:
        self._listed = [(ip_network(network), application, device) for network, application, device in listed]

    def heard(self, address: str) -> bool:
        """Whether anything from this address is listened to."""
        return any(_within(address, network) for network, _, _ in self._listed)

    def device(self, address: str, application: str) -> Device | None:
        """Return the device, as it is registered now: the entry that names the application, else the one for any.

        None when nothing is listed for it, or its device has been revoked.
        """
        here = [(named, device) for network, named, device in self._listed if _within(address, network)]
        name = next((device for named, device in here if named and named == application), None)
        name = name or next((device for named, device in here if not named), None)
        return None if name is None else registered(name).first()

    def check(self) -> None:
        """Raise NoSuchDevice unless every entry names exactly one device that may send."""
        for _, _, name in self._listed:
            if not (found := registered(name).count()):
                raise NoSuchDevice(f"IL2WARD_HL7_PEERS names {name!r}, and no such device may send observations.")
            if found > 1 and settings.IL2WARD_MODE != "demo":
                raise NoSuchDevice(f"IL2WARD_HL7_PEERS names {name!r}, and several hospitals have such a device.")


def registered(name: str) -> QuerySet[Device]:
    """Return the devices of that name that may send; a demonstration numbers its new ones."""
    named = Q(name=name)
    if settings.IL2WARD_MODE == "demo":
        named |= Q(name__startswith=f"{name} ")
    sending = Device.objects.filter(named, revoked_at=None).select_related("site").order_by("-pk")
    return sending.filter(pk__in=[one.pk for one in sending if "observation:write" in one.scopes])


def _within(address: str, network: IPv4Network | IPv6Network) -> bool:
    """Whether the address lies in the network; an IPv4 address in IPv6 dress is an IPv4 address."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped in network
    return found in network
