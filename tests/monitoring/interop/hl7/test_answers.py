"""Does an independent library take our acknowledgements for good HL7, and do they say what happened?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hl7apy.consts import VALIDATION_LEVEL
from hl7apy.parser import parse_message, parse_segments
from hl7apy.validation import Validator

from il2ward.staff.models import Device
from monitoring.interop.hl7.receiving import receive
from monitoring.models import Hl7Message
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.interop.hl7.messages import adt, answer, creatinine, field, oru, pid_of

AT = NOW + timedelta(hours=1)
JUDGED = ("2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8", "2.8.1", "2.8.2")
# Of these the judge knows the segments, not how an acknowledgement is made of them.
BY_SEGMENTS = ("2.3", "2.3.1")


def judge(ack: bytes, version: str) -> None:
    """Let the other library say whether the acknowledgement is valid."""
    if version in BY_SEGMENTS:
        assert parse_segments(ack.decode().strip(), version=version, validation_level=VALIDATION_LEVEL.STRICT)
    elif version in JUDGED:
        Validator.validate(parse_message(ack.decode(), validation_level=VALIDATION_LEVEL.STRICT))


@pytest.mark.parametrize("version", [*BY_SEGMENTS, *JUDGED, "2.7.1"])
@pytest.mark.parametrize("number", ["", "nobody"])
def test_an_acknowledgement_is_valid_in_the_senders_version(
    bedside: Bedside, laboratory: Device, version: str, number: str
) -> None:
    pid = pid_of(bedside.patient, number=number) if number else pid_of(bedside.patient)
    ack = receive(oru(pid, [creatinine("1.0", NOW)], version=version, control="C-7"), device=laboratory, at=AT)
    assert (answer(ack), field(ack, "MSA", 2), field(ack, "MSH", 12)) == ("AE" if number else "AA", "C-7", version)
    assert (field(ack, "MSH", 3), field(ack, "MSH", 5)) == ("IL2WARD", "LAB")
    judge(ack, version)


@pytest.mark.parametrize(
    ("message", "where", "code"),
    [
        (oru("PID|1", [], processing="T"), "MSH^1^11", "202"),
        (oru("PID|1", [], version="2.9"), "MSH^1^12", "203"),
        (oru("PID|1", [], version="x"), "MSH^1^12", "203"),
        (adt("A05", "PID|1"), "MSH^1^9", "201"),
        (oru("PID|1", []).replace(b"ORU^R01^ORU_R01", b"ORU^R40^ORU_R40"), "MSH^1^9", "201"),
        (oru("PID|1", []).replace(b"ORU^R01^ORU_R01", b"RDE^O11^RDE_O11"), "MSH^1^9", "200"),
        (oru("PID|1", [], control=" "), "MSH^1^10", "101"),
    ],
)
def test_what_is_not_for_us_is_refused_and_not_kept(
    laboratory: Device, settings: object, message: bytes, where: str, code: str
) -> None:
    settings.IL2WARD_HL7_PROCESSING = ["P"]  # type: ignore[attr-defined]
    ack = receive(message, device=laboratory, at=AT)
    assert (answer(ack), field(ack, "ERR", 2), field(ack, "ERR", 3)[:3]) == ("AR", where, code)
    if field(ack, "MSA", 2):
        judge(ack, field(ack, "MSH", 12))
    assert not Hl7Message.objects.exists()


@pytest.mark.parametrize(("asked", "said"), [("AL", "CA"), ("ER", "CA"), ("NE", "AA"), ("", "AA")])
def test_a_sender_in_enhanced_mode_is_answered_in_it(
    bedside: Bedside, laboratory: Device, asked: str, said: str
) -> None:
    message = oru(pid_of(bedside.patient), [creatinine("1.0", NOW)], accept=asked)
    assert answer(receive(message, device=laboratory, at=AT)) == said


def test_an_answer_repeats_no_more_of_the_message_than_it_must(bedside: Bedside, laboratory: Device) -> None:
    pid = pid_of(bedside.patient, family="Elsewhere")
    ack = receive(oru(pid, [creatinine("1.0", NOW)]), device=laboratory, at=AT)
    assert field(ack, "ERR", 2) == "PID^1^5"
    assert b"Elsewhere" not in ack
    assert bedside.patient.family_name.encode() not in ack
