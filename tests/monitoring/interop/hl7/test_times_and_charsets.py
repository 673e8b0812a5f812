"""Which instant does a time mean, and what does a text say, however it was written?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from il2ward.staff.models import Device
from monitoring.interop.hl7.receiving import receive
from monitoring.interop.hl7.segments import parse
from monitoring.interop.hl7.times import NoInstant, day_of, instant_of
from monitoring.models import Hl7Message, Observation, QuarantinedMessage
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.interop.hl7.messages import ZONED, answer, creatinine, field, obx, oru, pid_of

VIENNA = ZoneInfo("Europe/Vienna")
AT = NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("text", "means", "assumed"),
    [
        ("20260302060000+0000", "2026-03-02T06:00:00", False),
        ("20260302060000-0500", "2026-03-02T11:00:00", False),
        ("202603020600+0100", "2026-03-02T05:00:00", False),
        ("20260302060000.1234", "2026-03-02T05:00:00.123400", True),
        ("20260702060000", "2026-07-02T04:00:00", True),
    ],
)
def test_a_time_is_an_instant_and_says_when_its_zone_was_assumed(text: str, means: str, assumed: bool) -> None:
    found = instant_of(text, VIENNA)
    assert (found.at, found.assumed) == (datetime.fromisoformat(means).replace(tzinfo=UTC), assumed)


@pytest.mark.parametrize(
    "text",
    ["20260302", "2026030206", "20261302060000", "20260302250000", "20260302060000+2500", "20260302060000+0099",
     "20260329023000", "20261025023000", "00000101000000", "99991231235900-1400", "２０２６0302060000", "now"],
)  # fmt: skip
def test_a_time_is_none_when_nobody_can_know_the_instant(text: str) -> None:
    with pytest.raises(NoInstant):
        instant_of(text, VIENNA)


def test_an_hour_shown_twice_is_an_instant_when_its_offset_is_said() -> None:
    assert instant_of("20261025023000+0200", VIENNA).at == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_birth_date_keeps_its_day_whatever_its_zone() -> None:
    assert str(day_of("196104120030+0500")) == "1961-04-12"
    assert day_of("1961") is None


def test_a_time_without_a_zone_takes_the_sites_and_says_so(bedside: Bedside, laboratory: Device) -> None:
    rows = [obx("2160-0^Creatinine^LN", "1.0", "mg/dL", "20260302060000")]
    ack = receive(oru(pid_of(bedside.patient), rows), device=laboratory, at=AT)
    row = Observation.objects.get()
    assert (answer(ack), row.observed_at) == ("AA", NOW - timedelta(hours=1))
    assert row.reason == "time without a zone, read as Europe/Vienna"
    assert "Europe/Vienna" in str(Hl7Message.objects.get().notes)


@pytest.mark.parametrize(("ahead", "taken"), [(120, True), (121, False)])
def test_a_time_ahead_of_ours_waits_when_it_is_more_than_two_minutes(
    bedside: Bedside, laboratory: Device, ahead: int, taken: bool
) -> None:
    rows = [creatinine("1.0", AT + timedelta(seconds=ahead))]
    ack = receive(oru(pid_of(bedside.patient), rows), device=laboratory, at=AT)
    assert (answer(ack) == "AA", Observation.objects.exists()) == (taken, taken)


def test_a_result_without_a_time_waits_and_the_messages_own_time_is_not_taken(
    bedside: Bedside, laboratory: Device
) -> None:
    rows = [obx("2160-0^Creatinine^LN", "1.0", "mg/dL", "")]
    ack = receive(oru(pid_of(bedside.patient), rows), device=laboratory, at=AT)
    assert (answer(ack), field(ack, "ERR", 2)) == ("AE", "OBX^1^14")
    assert QuarantinedMessage.objects.get().reason == "bad_time"


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n", "\r\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_a_byte_order_mark_make_no_difference(
    bedside: Bedside, laboratory: Device, end: str, mark: bytes
) -> None:
    message = mark + oru(pid_of(bedside.patient), [creatinine("1.0", NOW)], end=end)
    assert answer(receive(message, device=laboratory, at=AT)) == "AA"
    assert Observation.objects.get().value == "1.0"


@pytest.mark.parametrize(
    ("charset", "codec"),
    [("UNICODE UTF-8", "utf-8"), ("8859/1", "latin-1"), ("8859/15", "iso8859-15"), ("", "utf-8"), ("", "latin-1"),
     ("UNICODE UTF-16", "utf-16")],
)  # fmt: skip
def test_a_name_with_an_umlaut_matches_in_every_character_set(
    bedside: Bedside, laboratory: Device, charset: str, codec: str
) -> None:
    bedside.patient.family_name = "Müller"
    bedside.patient.save(update_fields=["family_name"])
    rows = [obx("2160-0^Creatinine^LN", "1.0", "µmol/L", f"{NOW:{ZONED}}")]
    message = oru(pid_of(bedside.patient, family="MÜLLER"), rows, charset=charset).decode().encode(codec)
    assert answer(receive(message, device=laboratory, at=AT)) == "AA"
    assert Observation.objects.get().unit == "µmol/L"


def test_text_that_is_not_what_it_says_is_refused(bedside: Bedside, laboratory: Device) -> None:
    message = oru(pid_of(bedside.patient, given="\xff"), [creatinine("1.0", NOW)]).decode().encode("latin-1")
    ack = receive(message, device=laboratory, at=AT)
    assert (answer(ack), field(ack, "ERR", 2)) == ("AR", "MSH^1^18")


def test_an_unknown_character_set_is_refused(bedside: Bedside, laboratory: Device) -> None:
    message = oru(pid_of(bedside.patient), [creatinine("1.0", NOW)], charset="EBCDIC")
    ack = receive(message, device=laboratory, at=AT)
    assert (answer(ack), field(ack, "ERR", 2), field(ack, "MSA", 2)[:1]) == ("AR", "MSH^1^18", "T")


@pytest.mark.parametrize(
    ("sent", "said"),
    [(r"a\F\b\S\c\T\d\R\e\E\f", "a|b^c&d~e\\f"), (r"\X41\\X42\ ", "AB"), (r"one\.br\two", "one two"),
     (r"\H\loud\N\ ", "loud"), (r"half \an escape", r"half \an escape"), (r"\.sp999999\x", r"\.sp999999\x")],
)  # fmt: skip
def test_an_escape_is_undone_and_anything_else_stays(sent: str, said: str) -> None:
    message = parse(f"MSH|^~\\&|A|B\rOBX|1|ST|x||{sent}|".encode())
    assert message.segments[1].text(5) == said


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00", b"hello", b"MSH", b"MSH|", b"MSH|^~\\", b"MSH|^^^^|A", b"MSH1234567|A", b"PID|1\rMSH|^~\\&|",
     b"MSH|^~\\&|A\rPID|\x00|", b"MSH|^~\\&|A\rMSH|^~\\&|B", b"FHS|^~\\&|A\rMSH|^~\\&|A"],
)  # fmt: skip
def test_what_is_no_message_is_refused_and_not_kept(laboratory: Device, content: bytes) -> None:
    assert answer(receive(content, device=laboratory, at=AT)) == "AR"
    assert not Hl7Message.objects.exists()
