"""How is a message that came over HL7 v2 kept, once, with what was answered?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dosing.models import Patient
from il2ward.staff.models import Device
from monitoring.models import Hl7Message


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message as it came: its bytes, its text with equal line ends, and what names it."""

    device: Device
    application: str
    facility: str
    control_id: str
    sent: str
    event: str
    version: str
    content: bytes
    text: str

    @property
    def sha256(self) -> str:
        """What tells the same message from another that bears its name."""
        return hashlib.sha256(self.text.encode()).hexdigest()


def known(message: NewMessage) -> list[Hl7Message]:
    """Return what was kept under this message's name, oldest first: at most one of the same content."""
    named = Hl7Message.objects.filter(
        device=message.device, application=message.application, facility=message.facility,
        control_id=message.control_id, sent=message.sent,
    )  # fmt: skip
    return list(named.order_by("id"))


def keep(
    message: NewMessage,
    *,
    answer: str,
    faults: Sequence[Mapping[str, str]],
    notes: Sequence[str],
    patient: Patient | None,
    at: datetime,
) -> Hl7Message:
    """Keep the message with its answer. Raises IntegrityError when another connection has just kept it."""
    return Hl7Message.objects.create(
        device=message.device, application=message.application, facility=message.facility,
        control_id=message.control_id, sent=message.sent, event=message.event, version=message.version,
        content=message.content, content_sha256=message.sha256, received_at=at, answer=answer,
        faults=list(faults), notes=list(notes), patient=patient,
    )  # fmt: skip
