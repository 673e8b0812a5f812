"""Whom does the HL7 v2 listener hear, and what of it?"""

from __future__ import annotations

from ipaddress import ip_network

from il2ward.settings import env

PORT = 2575
PROCESSING = ("P", "T", "D")
LOCAL = "127.0.0.0/8"
DEMO_DEVICE = "Laboratory"


def peers(*, mode: str) -> list[tuple[str, str, str]]:
    """Return (network, sending application, device) of ``network[;application]=device``, comma-separated.

    An application of "" is any. Nobody else is heard.
    """
    name = "IL2WARD_HL7_PEERS"
    found = []
    for entry in env.names("IL2WARD_HL7_PEERS"):
        whence, _, device = entry.partition("=")
        network, _, application = whence.partition(";")
        try:
            ip_network(network.strip())
        except ValueError as wrong:
            raise env.BadSetting(name, f"{entry!r} does not begin with an address or a network") from wrong
        if not device.strip():
            raise env.BadSetting(name, f"{entry!r} names no device, as in 10.1.2.3=Laboratory")
        found.append((network.strip(), application.strip(), device.strip()))
    return found or ([(LOCAL, "", DEMO_DEVICE)] if mode == "demo" else [])


def processing(*, mode: str) -> list[str]:
    """Return the processing ids (MSH-11) that are taken: production ones only, in a demonstration also the others."""
    given = env.names("IL2WARD_HL7_PROCESSING")
    if wrong := [one for one in given if one not in PROCESSING]:
        raise env.BadSetting("IL2WARD_HL7_PROCESSING", f"is made of P, T and D, not {wrong[0]!r}")
    if mode == "production" and set(given) - {"P"}:
        raise env.BadSetting("IL2WARD_HL7_PROCESSING", "production takes P only: training messages are not patients")
    return given or (["P"] if mode == "production" else list(PROCESSING))


def tls() -> dict[str, str]:
    """Return certificate, key and (optional) the authority of clients; empty when the line is not encrypted."""
    named = {
        "cert": env.text("IL2WARD_HL7_TLS_CERT"),
        "key": env.text("IL2WARD_HL7_TLS_KEY"),
        "ca": env.text("IL2WARD_HL7_TLS_CA"),
    }
    if any(named.values()) and not (named["cert"] and named["key"]):
        raise env.BadSetting("IL2WARD_HL7_TLS_CERT", "needs both IL2WARD_HL7_TLS_CERT and IL2WARD_HL7_TLS_KEY")
    return named if named["cert"] else {}
