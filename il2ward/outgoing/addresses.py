"""May this address be called, and at which number does its name stand now?"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings

LONGEST = 500
PORTS = {"https": 443, "http": 80}
# What an IPv6 address carries inside could be any IPv4 address: translation and tunnels are not followed.
_CARRYING = tuple(ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "::/96"))

Number = IPv4Address | IPv6Address


class NotAllowed(ValueError):
    """An address that is never called; the message says why."""


@dataclass(frozen=True, slots=True)
class Target:
    """An address whose spelling is fit to be called; where its name leads is judged at each call."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and, unless it is the usual one, the port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if PORTS[self.scheme] == self.port else f":{self.port}")


def target_of(address: str) -> Target:
    """Return what ``address`` names. Raises NotAllowed for one that may not be called whatever its name stands for."""
    if len(address) > LONGEST or not address.isascii() or any(one <= " " or one == "\\" for one in address):
        raise NotAllowed(f"An address has at most {LONGEST} ASCII characters and no spaces.")
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise NotAllowed("This is no address.") from error
    if parts.scheme not in PORTS or not parts.hostname:
        raise NotAllowed("An address begins with https:// and names a host.")
    if parts.username is not None or parts.fragment:
        raise NotAllowed("An address names no user and no fragment.")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    target = Target(parts.scheme, parts.hostname, PORTS[parts.scheme] if port is None else port, path)
    _judge_origin(target)
    literal = _number(target.host)
    if literal is not None:
        _judge(literal)
    return target


def numbers_of(target: Target) -> list[Number]:
    """Return where the name stands now. Raises NotAllowed when any of its numbers may not be called, or it has none."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotAllowed("The name of the host is not known.") from error
    numbers = list(dict.fromkeys(ip_address(str(one[4][0]).partition("%")[0]) for one in found))
    for number in numbers:
        _judge(number)
    return numbers


def _judge_origin(target: Target) -> None:
    named = settings.IL2WARD_OUTGOING_ORIGINS
    if target.origin in named:
        return
    if named:
        raise NotAllowed("Only the origins in IL2WARD_OUTGOING_ORIGINS are called.")
    if target.scheme != "https" and not (settings.IL2WARD_OUTGOING_OWN_MACHINE and _is_own(target.host)):
        raise NotAllowed("Only https is called, unless the origin is named in IL2WARD_OUTGOING_ORIGINS.")


def _is_own(host: str) -> bool:
    number = _number(host)
    return host == "localhost" or (number is not None and number.is_loopback)


def _number(host: str) -> Number | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _judge(number: Number) -> None:
    plain = number.ipv4_mapped if isinstance(number, IPv6Address) and number.ipv4_mapped else number
    if plain.is_loopback and settings.IL2WARD_OUTGOING_OWN_MACHINE:
        return
    carries = isinstance(plain, IPv6Address) and any(plain in one for one in _CARRYING)
    if carries or plain.is_loopback or plain.is_link_local or plain.is_multicast or plain.is_unspecified:
        raise NotAllowed("This address is on this machine or its own link, or is none of one machine.")
    if plain.is_reserved:
        raise NotAllowed("This address is reserved.")
