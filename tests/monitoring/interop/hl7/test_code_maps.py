"""Does a word that a person gives a meaning count from then on, and for what came before?"""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Device
from monitoring.interop.hl7.receiving import receive
from monitoring.models import Observation, SenderMeaning
from monitoring.selectors.meanings import unmapped
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.interop.hl7.messages import ZONED, answer, obx, oru, pid_of
from tests.signed_in import signed_in

AT = NOW + timedelta(hours=1)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages read this time."""
    monkeypatch.setattr("il2ward.clock.now", lambda: AT)


def send(bedside: Bedside, device: Device, value: str, *, code: str = "tt-0003-01^Creatinine^WinPath",
         unit: str = "UMOLL", minute: int = 0) -> bytes:  # fmt: skip
    """Send one result under a code of the device's own."""
    rows = [obx(code, value, unit, f"{NOW + timedelta(minutes=minute):{ZONED}}", limits="49 - 92")]
    message = oru(pid_of(bedside.patient), rows, order=f"R-{minute}-{code}")
    assert answer(receive(message, device=device, at=AT)) == "AA"
    return message


def give(client: Client, device: Device, **form: str) -> str:
    """Send the form and return what the page says."""
    said = {
        "device": str(device.pk), "kind": "code", "context": "WinPath", "word": "tt-0003-01",
        "meaning": "creatinine", "reason": "Laboratory's code list of March",
    } | form  # fmt: skip
    return client.post("/quarantine/meanings/", said, follow=True).content.decode()


def standing() -> list[tuple[str, str, str, str]]:
    """What nothing has replaced, by time."""
    rows = Observation.objects.filter(replaced_by=None).order_by("observed_at")
    return [(row.observable, row.value, row.unit, row.not_gradable) for row in rows]


def test_a_code_with_a_meaning_counts_for_what_came_and_what_comes(bedside: Bedside, laboratory: Device) -> None:
    first = send(bedside, laboratory, "98.00")
    send(bedside, laboratory, "104.00", minute=5)
    assert [(one.word, one.count) for one in unmapped(bedside.site)] == [("tt-0003-01", 2)]

    assert "2 results stored anew" in give(signed_in(bedside.physician), laboratory)
    send(bedside, laboratory, "110.00", minute=10)
    assert answer(receive(first, device=laboratory, at=AT)) == "AA"

    assert standing() == [("creatinine", value, "UMOLL", "") for value in ("98.00", "104.00", "110.00")]
    assert Observation.objects.count() == 5
    assert unmapped(bedside.site) == []
    assert AuditEvent.objects.filter(event="sender_meaning.given").count() == 1
    assert {row.device_id for row in Observation.objects.all()} == {laboratory.pk}


def test_the_same_result_again_after_its_code_got_a_meaning_stores_nothing(
    bedside: Bedside, laboratory: Device
) -> None:
    send(bedside, laboratory, "98.00")
    give(signed_in(bedside.physician), laboratory)
    send(bedside, laboratory, "98.00")
    assert standing() == [("creatinine", "98.00", "UMOLL", "")]
    assert Observation.objects.count() == 2


def test_a_meaning_that_was_wrong_is_taken_back_for_everything_that_came(bedside: Bedside, laboratory: Device) -> None:
    send(bedside, laboratory, "98.00")
    client = signed_in(bedside.physician)
    give(client, laboratory, meaning="urea_nitrogen")
    give(client, laboratory, meaning="", reason="It is creatinine, not urea")
    assert standing() == [("", "98.00", "UMOLL", "unknown code tt-0003-01")]
    give(client, laboratory)
    assert standing() == [("creatinine", "98.00", "UMOLL", "")]
    assert [row.meaning for row in SenderMeaning.objects.order_by("pk")] == ["urea_nitrogen", "", "creatinine"]


def test_a_unit_with_a_meaning_counts_for_what_came_and_what_comes(bedside: Bedside, laboratory: Device) -> None:
    code = "777-3^Platelets^LN"
    send(bedside, laboratory, "180", code=code, unit="x10*9/L")
    assert standing() == [("platelets", "180", "x10*9/L", "unknown unit x10*9/L")]
    form = {"kind": "unit", "context": "platelets", "word": "x10*9/L", "meaning": "10*9/L"}
    assert "1 result stored anew" in give(signed_in(bedside.admin), laboratory, **form)
    send(bedside, laboratory, "190", code=code, unit="x10*9/L", minute=5)
    assert standing() == [("platelets", "180", "10*9/L", ""), ("platelets", "190", "10*9/L", "")]
    give(signed_in(bedside.admin), laboratory, **form | {"meaning": "", "reason": "It was per microlitre"})
    assert [row[3] for row in standing()] == ["unknown unit x10*9/L"] * 2


def test_another_devices_word_means_nothing_by_that(bedside: Bedside, laboratory: Device, monitors: Device) -> None:
    give(signed_in(bedside.physician), laboratory)
    send(bedside, monitors, "98.00")
    assert standing() == [("", "98.00", "UMOLL", "unknown code tt-0003-01")]


@pytest.mark.parametrize(
    "form",
    [{"meaning": "no_such_thing"}, {"reason": "x"}, {"word": "none"}, {"kind": "other"},
     {"kind": "unit", "context": "creatinine", "word": "foo", "meaning": "kg"},
     {"kind": "unit", "context": "creatinine", "word": "mg/dL", "meaning": "umol/L"}],
)  # fmt: skip
def test_a_word_gets_no_meaning_that_it_cannot_have(bedside: Bedside, laboratory: Device, form: dict[str, str]) -> None:
    give(signed_in(bedside.physician), laboratory, **form)
    assert not SenderMeaning.objects.exists()


def test_a_nurse_gives_no_meaning_and_a_stranger_finds_nothing(bedside: Bedside, laboratory: Device) -> None:
    form = {"device": str(laboratory.pk)}
    assert signed_in(bedside.nurse).post("/quarantine/meanings/", form).status_code == 403
    assert signed_in(bedside.admin).post("/quarantine/meanings/", {"device": "999999"}).status_code == 404
    assert not SenderMeaning.objects.exists()


def test_a_words_list_stays_text_on_the_page(bedside: Bedside, laboratory: Device) -> None:
    send(bedside, laboratory, "<i>1</i>", code="<script>x</script>^a^L")
    page = signed_in(bedside.admin).get("/quarantine/").content
    assert b"<script>x" not in page
    assert b"<i>1" not in page
