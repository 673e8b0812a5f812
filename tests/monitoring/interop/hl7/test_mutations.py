"""Does any damaged message crash the receiver, reach somebody whom it does not name, or let a dose go ahead?"""

from __future__ import annotations

import os
import random
import re
from collections import Counter
from datetime import timedelta
from decimal import Decimal

import pytest

from dosing.models import Patient
from il2ward.staff.models import Device
from monitoring.domain.identity import contradiction
from monitoring.interop.hl7.persons import claim_of
from monitoring.interop.hl7.receiving import receive
from monitoring.interop.hl7.segments import parse
from monitoring.models import Hl7Message, Observation, QuarantinedMessage
from tests.dosing.builders import NOW, Bedside, make_patient
from tests.monitoring.interop.almost_fine import FINE_BELOW, HOLDING, changed, chart_all_but_creatinine, undone, verdict
from tests.monitoring.interop.hl7.messages import ZONED, adt, answer, creatinine, field, obx, oru, pid_of

# More of them, and others: HL7_MUTATIONS=5000 MUTATION_SEED=7 make test ARGS=<this file>
SEED = int(os.environ.get("MUTATION_SEED", "20260302"))
HOW_MANY = int(os.environ.get("HL7_MUTATIONS", "60"))
AT = NOW + timedelta(hours=1)
ODD = (
    b"", b"|", b"^", b"~", b"&", b"\\", b"\r", b"\n", b"\x00", b"\x0b", b"\xff", b"\xc3", b'""', b"9" * 300, b"-1",
    b"NaN", b"1e9", b"\\X00\\", b"\\X\\", "\u202e٣".encode(), b"MSH|", b"PID|", b"\r\rPID|1", b"<script>",
)  # fmt: skip


def seeds(bedside: Bedside, second: Patient) -> list[bytes]:
    """Good messages to be damaged."""
    pid, at = pid_of(bedside.patient), f"{NOW:{ZONED}}"
    return [
        oru(
            pid,
            [creatinine(HOLDING, NOW), obx("2823-3^K^LN", "<^3.1", "mmol/L", at, kind="SN")],
            order="A",
            control="CONTROL",
        ),
        oru(
            pid,
            [obx("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "88", "266016^MDC_DIM_MMHG^MDC", at, status="R")],
            control="CONTROL",
        ),
        oru(
            pid,
            [creatinine(HOLDING, NOW), pid_of(second), "OBR|2||B", creatinine("2.0", NOW, status="C")],
            control="CONTROL",
        ),
        adt("A02", pid, ward=bedside.ward.code, bed=bedside.bed.label, control="CONTROL"),
        adt("A40", pid_of(second), more=["MRG|OLD-1^^^HOSP^MR"], control="CONTROL"),
        adt("A01", pid_of(second), ward=bedside.ward.code, bed="99", control="CONTROL"),
    ]


def damaged(message: bytes, chance: random.Random) -> bytes:
    """Cut, doubled, swapped, overwritten: one to four times."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(message) + 1)
        to = min(len(message), at + chance.randint(0, 12))
        lines = re.split(rb"(?<=\r)", message)
        kind = chance.randrange(6)
        if kind == 0:
            message = message[:at] + chance.choice(ODD) + message[to:]
        elif kind == 1:
            message = message[:at] + bytes([chance.randrange(256)]) + message[at + 1 :]
        elif kind == 2:
            message = message[:at] + message[to:]
        elif kind == 3:
            chance.shuffle(lines)
            message = b"".join(lines)
        elif kind == 4:
            message += chance.choice(lines)
        else:
            parts = message.split(b"|")
            parts[chance.randrange(len(parts))] = chance.choice([*ODD, *parts])
            message = b"|".join(parts)
        if not message:
            return b"MSH"
    return message


def plainly_fine(content: bytes) -> bool:
    """Whether some row says in so many words that a creatinine is fine, so that a CONTINUE is what it asks for."""
    for row in re.split(rb"[\r\n]+", content):
        fields = row.decode("utf-8", "replace").split("|")
        if not row.startswith(b"OBX") or len(fields) < 12 or not fields[3].startswith("2160-0"):
            continue
        value = re.fullmatch(r"\s*(?:<=?\^?)?(\d+(?:\.\d*)?|\.\d+)\s*", fields[5])
        if value and Decimal(value[1]) < FINE_BELOW and fields[6] == "mg/dL" and fields[11] in {*"FCAUVB"}:
            return True
    return False


@pytest.mark.timeout(240 + HOW_MANY)
def test_no_damaged_message_crashes_reaches_another_patient_or_lets_a_dose_go_ahead(
    bedside: Bedside, laboratory: Device, caplog: pytest.LogCaptureFixture
) -> None:
    second = make_patient(bedside.site, family_name="Brandt")
    bystander = make_patient(bedside.site, family_name="Bystander")
    chart_all_but_creatinine(bedside, at=AT)
    chance, good = random.Random(SEED), seeds(bedside, second)
    answers, verdicts, attached = Counter[str](), Counter[str](), 0
    for number in range(HOW_MANY):
        message = damaged(chance.choice(good).replace(b"CONTROL", b"C%d" % number), chance)
        with undone():
            ack = receive(message, device=laboratory, at=AT)
            assert ack.startswith(b"MSH|")
            answers[answer(ack)] += 1
            assert field(ack, "ERR", 3)[:3] != "207" or answer(ack) == "AR", ack
            assert Hl7Message.objects.filter(answer="AE").count() == QuarantinedMessage.objects.count()
            assert not QuarantinedMessage.objects.filter(reason="internal").exists()
            assert not Observation.objects.filter(patient=bystander).exists()
            for row in Hl7Message.objects.exclude(patient=None).select_related("patient"):
                attached += 1
                assert row.patient is not None
                assert names(bytes(row.content), row.patient)
            if changed(bedside):
                now = verdict(bedside, at=AT)
                verdicts[now] += 1
                assert now != "CONTINUE" or plainly_fine(message), message

    assert {"AA", "AE", "AR"} <= set(answers) <= {"AA", "AE", "AR", "CA", "CE", "CR"}
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert attached > HOW_MANY // 8  # enough of them still named somebody
    assert verdicts["UNDECIDED"], verdicts
    print(f"{HOW_MANY} damaged: answered {dict(answers)}, verdicts after what was stored {dict(verdicts)}")


def names(content: bytes, patient: Patient) -> bool:
    """Whether some PID of the message names this very patient by number, date of birth and name."""
    claims = [claim_of(pid) for pid in parse(content).named("PID")]
    return any(
        patient.mrn in claim.numbers
        and not contradiction(
            claim, family_name=patient.family_name, given_name=patient.given_name, birth_date=patient.birth_date
        )
        for claim in claims
    )
