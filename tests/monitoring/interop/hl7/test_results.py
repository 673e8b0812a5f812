"""What becomes of results that come as HL7 v2: whose, when observed, which version counts, what cannot be used?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from il2ward.staff.models import Device
from monitoring.interop.hl7.receiving import receive
from monitoring.models import CurrentValue, Hl7Message, Observation, QuarantinedMessage
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.interop.hl7.messages import ZONED, answer, creatinine, field, obx, oru, pid_of

MINUTE = timedelta(minutes=1)
AT = NOW + timedelta(hours=1)


def standing() -> list[Observation]:
    """What nothing has replaced, oldest first."""
    return list(Observation.objects.filter(replaced_by=None).order_by("pk"))


def one() -> Observation:
    """The one observation there is."""
    return Observation.objects.get()


def test_a_result_is_stored_as_the_laboratorys_when_patient_and_code_are_known(
    bedside: Bedside, laboratory: Device
) -> None:
    ack = receive(oru(pid_of(bedside.patient), [creatinine("3.40", NOW)]), device=laboratory, at=AT)
    assert answer(ack) == "AA"
    row = one()
    assert (row.observable, row.value, row.unit, row.status, row.origin) == (
        "creatinine", "3.40", "mg/dL", "final", "laboratory",
    )  # fmt: skip
    assert (row.range_low, row.range_high, row.observed_at, row.device) == ("0.6", "1.2", NOW, laboratory)
    assert CurrentValue.objects.get(observable="creatinine").observation == row


def test_the_same_message_again_is_answered_as_before_and_stores_nothing(bedside: Bedside, laboratory: Device) -> None:
    message = oru(pid_of(bedside.patient), [creatinine("3.40", NOW)])
    first = receive(message, device=laboratory, at=AT)
    again = receive(message.replace(b"\r", b"\r\n"), device=laboratory, at=AT + MINUTE)
    assert (answer(first), field(first, "MSA", 2)) == (answer(again), field(again, "MSA", 2))
    assert (Observation.objects.count(), Hl7Message.objects.count()) == (1, 1)


def test_the_same_result_in_another_message_stores_nothing(bedside: Bedside, laboratory: Device) -> None:
    for sent in ("20260302060000+0000", "20260302060500+0000"):
        message = oru(pid_of(bedside.patient), [creatinine("3.40", NOW)], order="R-1", sent=sent)
        assert answer(receive(message, device=laboratory, at=AT)) == "AA"
    assert Observation.objects.count() == 1


def test_another_message_under_a_used_control_id_waits_for_a_person(bedside: Bedside, laboratory: Device) -> None:
    receive(oru(pid_of(bedside.patient), [creatinine("1.0", NOW)], control="C1"), device=laboratory, at=AT)
    ack = receive(oru(pid_of(bedside.patient), [creatinine("3.4", NOW)], control="C1"), device=laboratory, at=AT)
    assert answer(ack) == "AE"
    assert field(ack, "ERR", 2) == "MSH^1^10"
    assert QuarantinedMessage.objects.get().reason == "conflict"
    assert one().value == "1.0"


def test_a_correction_replaces_and_both_stay(bedside: Bedside, laboratory: Device) -> None:
    pid = pid_of(bedside.patient)
    receive(oru(pid, [creatinine("3.4", NOW)], order="R-1"), device=laboratory, at=AT)
    corrected = oru(pid, [creatinine("1.1", NOW, status="C")], order="R-1", sent="20260302063000+0000")
    assert answer(receive(corrected, device=laboratory, at=AT)) == "AA"
    assert [(row.value, row.status) for row in standing()] == [("1.1", "corrected")]
    assert Observation.objects.count() == 2


def test_a_correction_of_the_time_replaces_the_one_result_of_its_name(bedside: Bedside, laboratory: Device) -> None:
    pid = pid_of(bedside.patient)
    receive(oru(pid, [creatinine("3.4", NOW)], order="R-1"), device=laboratory, at=AT)
    moved = oru(pid, [creatinine("3.4", NOW - MINUTE, status="C")], order="R-1", sent="20260302063000+0000")
    receive(moved, device=laboratory, at=AT)
    assert [row.observed_at for row in standing()] == [NOW - MINUTE]


def test_an_older_version_that_comes_late_changes_nothing(bedside: Bedside, laboratory: Device) -> None:
    pid = pid_of(bedside.patient)
    newer = oru(pid, [creatinine("3.4", NOW, status="C")], order="R-1", sent="20260302063000+0000")
    older = oru(pid, [creatinine("1.1", NOW)], order="R-1", sent="20260302060000+0000")
    assert [answer(receive(one, device=laboratory, at=AT)) for one in (newer, older)] == ["AA", "AA"]
    assert [row.value for row in standing()] == ["3.4"]
    assert "older than what is here" in str(Hl7Message.objects.order_by("-pk")[0].notes)


def test_a_value_corrected_to_and_fro_ends_as_the_last_one_said(bedside: Bedside, laboratory: Device) -> None:
    for minute, value in enumerate(("1.1", "3.4", "1.1")):
        sent = f"2026030206{minute:02}00+0000"
        rows = [creatinine(value, NOW, status="C" if minute else "F")]
        receive(oru(pid_of(bedside.patient), rows, order="R-1", sent=sent), device=laboratory, at=AT)
    assert [(row.value, row.status) for row in standing()] == [("1.1", "corrected")]
    assert Observation.objects.count() == 3


@pytest.mark.parametrize(
    ("letter", "status"),
    [("P", "preliminary"), ("C", "corrected"), ("X", "cancelled"), ("D", "entered-in-error"),
     ("W", "entered-in-error"), ("R", "preliminary"), ("S", "preliminary"), ("", "preliminary"), ("F", "final")],
)  # fmt: skip
def test_the_status_means_what_it_says(bedside: Bedside, laboratory: Device, letter: str, status: str) -> None:
    ack = receive(oru(pid_of(bedside.patient), [creatinine("3.4", NOW, status=letter)]), device=laboratory, at=AT)
    assert answer(ack) == "AA"
    assert one().status == status


def test_an_unknown_status_waits_for_a_person_and_stores_nothing(bedside: Bedside, laboratory: Device) -> None:
    rows = [creatinine("3.4", NOW), creatinine("3.4", NOW, status="Q", sub="2")]
    ack = receive(oru(pid_of(bedside.patient), rows), device=laboratory, at=AT)
    assert (answer(ack), field(ack, "ERR", 2)) == ("AE", "OBX^2^11")
    assert not Observation.objects.exists()


def test_final_without_a_value_confirms_what_was_preliminary(bedside: Bedside, laboratory: Device) -> None:
    pid = pid_of(bedside.patient)
    receive(oru(pid, [creatinine("3.4", NOW, status="P")], order="R-1"), device=laboratory, at=AT)
    final = oru(pid, [creatinine("", NOW, status="U")], order="R-1", sent="20260302063000+0000")
    receive(final, device=laboratory, at=AT)
    assert [(row.value, row.status) for row in standing()] == [("3.4", "final")]


def test_a_pending_result_is_no_observation(bedside: Bedside, laboratory: Device) -> None:
    ack = receive(oru(pid_of(bedside.patient), [creatinine("", NOW, status="I")]), device=laboratory, at=AT)
    assert answer(ack) == "AA"
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("kind", "sent", "value", "comparator", "why"),
    [
        ("NM", "3.4", "3.4", "", ""),
        ("NM", "", "", "", "no value"),
        ("NM", '""', "", "", "no value"),
        ("NM", "27~25", "27~25", "", "several values"),
        ("NM", "3,4", "3,4", "", "not a number"),
        ("NM", "1\\S\\2", "1^2", "", "not a number"),
        ("SN", "^3.4", "3.4", "", ""),
        ("SN", "<^0.3", "0.3", "<", ""),
        ("SN", "^1^-^2", "^1^-^2", "", "not a single number"),
        ("SN", "^1^:^128", "^1^:^128", "", "not a single number"),
        ("ST", "<0.3", "0.3", "<", ""),
        ("ST", "haemolysed", "haemolysed", "", "not a number"),
        ("TX", "3\\.4", "3\\.4", "", "not a number"),
        ("CE", "POS^Positive^L", "", "", "no value"),
        ("ED", "App^NS^Octet", "App^NS^Octet", "", "a value of type ED"),
        ("", "3.4", "3.4", "", "no value type was sent"),
    ],
)
def test_a_value_is_read_by_its_type(
    bedside: Bedside, laboratory: Device, kind: str, sent: str, value: str, comparator: str, why: str
) -> None:
    rows = [obx("2160-0^Creatinine^LN", sent, "mg/dL", f"{NOW:{ZONED}}", kind=kind)]
    assert answer(receive(oru(pid_of(bedside.patient), rows), device=laboratory, at=AT)) == "AA"
    row = one()
    assert (row.value, row.comparator) == (value, comparator)
    assert row.not_gradable.startswith(why)
    assert bool(row.not_gradable) == bool(why)


def test_an_unknown_code_is_kept_and_not_graded(bedside: Bedside, laboratory: Device) -> None:
    rows = [obx("tt-0003-01^Creatinine^WinPath", "98", "UMOLL", f"{NOW:{ZONED}}")]
    receive(oru(pid_of(bedside.patient), rows), device=laboratory, at=AT)
    row = one()
    assert (row.observable, row.sent_code, row.sent_system) == ("", "tt-0003-01", "WinPath")
    assert row.not_gradable == "unknown code tt-0003-01"


def test_two_codings_of_different_things_are_a_code_nobody_knows(bedside: Bedside, laboratory: Device) -> None:
    rows = [obx("2160-0^Creatinine^LN^2823-3^Potassium^LN", "3.4", "mg/dL", f"{NOW:{ZONED}}")]
    receive(oru(pid_of(bedside.patient), rows), device=laboratory, at=AT)
    assert one().observable == ""


def test_monitor_values_are_unseen_and_usable_when_coded_in_mdc(bedside: Bedside, monitors: Device) -> None:
    at = f"{NOW:{ZONED}}"
    rows = [
        "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X",
        obx("150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "88", "266016^MDC_DIM_MMHG^MDC", at, status="R", sub="1.1.1.1"),
        obx("tt-0005-06^MDC_PULS_OXIM_SAT_O2^MDC", "97", "MDC_DIM_PERCENT", at, limits="30-100"),
        obx("150456^MDC_PRESS_BLD_NONINV_SYS^MDC", "97", "MDC_DIM_PERCENT", at, sub="9"),
    ]
    message = oru(pid_of(bedside.patient), rows, version="2.6")
    assert answer(receive(message, device=monitors, at=AT)) == "AA"
    assert {(row.observable, row.value, row.status, row.origin, row.not_gradable) for row in standing()} == {
        ("bp_systolic", "88", "final", "device", ""),
        ("spo2", "97", "final", "device", ""),
        ("", "97", "final", "device", "unknown code MDC_PRESS_BLD_NONINV_SYS"),
    }


def test_a_volume_has_the_interval_of_its_order(bedside: Bedside, monitors: Device) -> None:
    start, end = NOW - timedelta(hours=8), NOW
    rows = [
        f"OBR|2||U-1|urine|||{start:{ZONED}}|{end:{ZONED}}",
        "OBX|1|NM|9187-6^Urine output^LN||420|mL|||||F",
    ]
    receive(oru(pid_of(bedside.patient), rows), device=monitors, at=AT)
    row = one()
    assert (row.observable, row.interval_start, row.observed_at) == ("urine_output", start, end)
