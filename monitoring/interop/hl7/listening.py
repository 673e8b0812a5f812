"""How does the listener turn what a connection sends into an answer: whose it is, and what time it is?"""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, close_old_connections

from il2ward import clock
from monitoring.interop.hl7.answers import acknowledgement, head_of
from monitoring.interop.hl7.faults import Where, rejected
from monitoring.interop.hl7.peers import Peers
from monitoring.interop.hl7.receiving import fault_of, receive
from monitoring.interop.hl7.server import Limits, Mllp

PER_ADDRESS = 16


def listener() -> Mllp:
    """Return the listener that the settings describe; nothing listens yet."""
    peers = Peers(settings.IL2WARD_HL7_PEERS)
    limits = Limits(
        most_bytes=settings.IL2WARD_HL7_MOST_BYTES, idle_s=settings.IL2WARD_HL7_IDLE_S,
        message_s=settings.IL2WARD_HL7_MESSAGE_S, connections=settings.IL2WARD_HL7_CONNECTIONS,
        connections_per_address=PER_ADDRESS,
    )  # fmt: skip
    return Mllp(
        take=lambda content, address: taken(peers, content, address), refuse=refused, heard=peers.heard, limits=limits
    )


def taken(peers: Peers, content: bytes, address: str) -> bytes:
    """Take one message in a thread of the listener."""
    close_old_connections()
    try:
        application = head_of(content).application.split("^")[0]
        device = peers.device(address, application)
        if device is None:
            return refused(content, "Nobody of this name may send from here.")
        return receive(content, device=device, at=clock.now())
    except DatabaseError:
        return refused(content, "Nothing could be stored just now; send it again.", code="207")
    finally:
        close_old_connections()


def refused(content: bytes, why: str, code: str = "207") -> bytes:
    """Return the AR for something that was not even looked at."""
    no = fault_of(rejected(why, Where("MSH"), code))
    return acknowledgement(
        head_of(content), answer="AR", faults=[no], control_id=f"{clock.now():%Y%m%d%H%M%S%f}", at=clock.now()
    )
