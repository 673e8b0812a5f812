"""How does a test write an HL7 v2 message, and read what was answered?"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import datetime

from dosing.models import Patient

_numbers = itertools.count(1)
ZONED = "%Y%m%d%H%M%S+0000"


def pid_of(patient: Patient, **other: str) -> str:
    """The PID of a patient of ours; ``other`` replaces number, family, given or born."""
    said = {
        "number": patient.mrn, "family": patient.family_name, "given": patient.given_name,
        "born": f"{patient.birth_date:%Y%m%d}",
    } | other  # fmt: skip
    return f"PID|1||{said['number']}^^^HOSP^MR||{said['family']}^{said['given']}||{said['born']}|F"


def obx(code: str, value: str, unit: str, at: str, *, kind: str = "NM", status: str = "F", limits: str = "",
        sub: str = "", number: int = 1) -> str:  # fmt: skip
    """One result."""
    return f"OBX|{number}|{kind}|{code}|{sub}|{value}|{unit}|{limits}||||{status}|||{at}"


def creatinine(value: str, at: datetime, *, status: str = "F", **more: str) -> str:
    """A creatinine with its laboratory's limits."""
    return obx("2160-0^Creatinine^LN", value, "mg/dL", f"{at:{ZONED}}", status=status, limits="0.6-1.2", **more)


def oru(
    pid: str, rows: Sequence[str], *, order: str = "", control: str = "", sent: str = "20260302060000+0000",
    version: str = "2.5.1", processing: str = "P", charset: str = "UNICODE UTF-8", accept: str = "", end: str = "\r",
) -> bytes:  # fmt: skip
    """An ORU^R01 of one order."""
    control = control or f"T{next(_numbers)}"
    kind = f"ORU^R01^ORU_R01|{control}|{processing}|{version}"
    head = f"MSH|^~\\&|LAB|SITE|IL2WARD|WARD|{sent}||{kind}|||{accept}|||{charset}"
    lines = [head, pid, f"OBR|1||{order or control}^LAB|24323-8^Panel^LN", *rows]
    return (end.join(lines) + end).encode()


def adt(
    event: str, pid: str, *, bed: str = "", ward: str = "", happened: str = "20260302060000+0000", control: str = "",
    more: Sequence[str] = (), sent: str = "20260302060000+0000",
) -> bytes:  # fmt: skip
    """An ADT message with its PV1."""
    control = control or f"A{next(_numbers)}"
    lines = [
        f"MSH|^~\\&|PAS|SITE|IL2WARD|WARD|{sent}||ADT^{event}|{control}|P|2.5", f"EVN|{event}|{happened}", pid, *more,
        f"PV1|1|I|{ward}^^{bed}",
    ]  # fmt: skip
    return ("\r".join(lines) + "\r").encode()


def answer(ack: bytes) -> str:
    """MSA-1 of an acknowledgement."""
    return field(ack, "MSA", 1)


def field(ack: bytes, segment: str, number: int) -> str:
    """One field of the first segment of that name; "" when there is none."""
    for line in ack.decode().split("\r"):
        fields = line.split("|")
        if fields[0] == segment:
            number -= segment == "MSH"
            return fields[number] if number < len(fields) else ""
    return ""
