"""Does the client say only what the interfaces take, and lose or double nothing when an answer is lost?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any, get_type_hints

import httpx
import pytest
from django.test import Client as DjangoClient

from il2ward_client import Client, Item, ItemResult, NotTaken
from il2ward_client.client import ATTEMPTS, FHIR, OBSERVATIONS
from il2ward_client.following import FOLLOWED, Follower
from il2ward_client.mllp import acknowledged, messages_in
from il2ward_client.shapes import Coding, PatientRef, Wrong
from il2ward_client.table import COLUMNS, write
from monitoring.api import openapi
from monitoring.interop.fhir import capability
from monitoring.models import Observation
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.api.bedside_client import device_key
from tests.monitoring.interop.conftest import at, bedside, bedside_of_the_file, told_story
from tests.monitoring.interop.story import READ_AT, treated

__all__ = ["at", "bedside", "bedside_of_the_file", "told_story"]
SHAPES = {"ObservationItem": Item, "PatientRef": PatientRef, "Coding": Coding, "ObservationResult": ItemResult,
          "Wrong": Wrong}  # fmt: skip


class Handler(httpx.BaseTransport):
    """Django's whole handler stack in place of the wire; ``losing`` answers are lost on their way back."""

    def __init__(self, losing: int = 0, refusing: tuple[int, ...] = ()) -> None:
        self.losing, self.refusing, self.asked = losing, list(refusing), 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        self.asked += 1
        if self.refusing:
            return httpx.Response(self.refusing.pop(0), headers={"Retry-After": "7"}, content=b"{}")
        path = request.url.raw_path.decode()
        headers = {
            name: request.headers[name] for name in ("Authorization", "Idempotency-Key") if name in request.headers
        }
        kind = request.headers.get("Content-Type", "")
        answer = DjangoClient().generic(request.method, path, request.read(), content_type=kind, headers=headers)
        if self.losing:
            self.losing -= 1
            raise httpx.ReadTimeout("lost")
        return httpx.Response(answer.status_code, content=answer.content, headers=dict(answer.items()))


def client_of(bedside: Bedside, handler: Handler | None = None, pauses: list[float] | None = None) -> Client:
    """A laboratory that sends and reads."""
    key = device_key(bedside.site, name="scripts", scopes=("observation:write", "fhir:read"))
    told = pauses if pauses is not None else []
    return Client("http://testserver", key, transport=handler or Handler(), pause=told.append)


def item(bedside: Bedside, **changes: Any) -> Item:
    """A creatinine."""
    whole: dict[str, Any] = {
        "patient": {"mrn": bedside.patient.mrn}, "observable": "creatinine", "value": "3.40", "unit": "mg/dL",
        "observed_at": NOW.isoformat(), **changes,
    }  # fmt: skip
    return whole  # type: ignore[return-value]


@pytest.mark.parametrize("name", SHAPES)
def test_every_field_of_the_client_is_in_the_schema(name: str) -> None:
    schema = openapi.document()["components"]["schemas"][name]

    assert set(get_type_hints(SHAPES[name])) == set(schema["properties"])


def test_every_address_of_the_client_is_served() -> None:
    assert OBSERVATIONS in openapi.document()["paths"]
    served = {one["type"]: one for one in capability.statement(NOW)["rest"][0]["resource"]}
    for kind in FOLLOWED:
        assert "_lastUpdated" in {param["name"] for param in served[kind]["searchParam"]}
    assert "course" in {one["name"] for one in served["Encounter"]["operation"]}
    assert FHIR == "/fhir"


def test_items_are_stored_once_when_the_answer_is_lost_and_they_are_sent_again(bedside: Bedside) -> None:
    handler = Handler(losing=2)

    results = client_of(bedside, handler).observations([item(bedside), item(bedside, unit="furlong")])

    assert [one["result"] for one in results] == ["stored", "not_gradable"]
    assert handler.asked == 3
    assert Observation.objects.count() == 2


def test_each_item_has_its_answer_when_all_are_refused(bedside: Bedside) -> None:
    results = client_of(bedside).observations([item(bedside, value=[]), item(bedside, patient={"mrn": "nobody"})])

    assert [one["result"] for one in results] == ["refused", "refused"]
    assert results[0]["errors"][0]["path"] == "$.observations[0].value"


def test_the_client_waits_as_long_as_it_is_told_and_gives_up_in_the_end(bedside: Bedside) -> None:
    pauses: list[float] = []
    taken = client_of(bedside, Handler(refusing=(429, 503)), pauses).observations([item(bedside)])
    assert ([one["result"] for one in taken], pauses) == (["stored"], [7.0, 7.0])
    again = Client("http://testserver", "il2_x_y", transport=Handler(refusing=(500,) * ATTEMPTS), pause=pauses.append)

    with pytest.raises(NotTaken, match="500"):
        again.observations([item(bedside)])


def test_a_refusal_is_told_in_words_when_it_stands(bedside: Bedside) -> None:
    subject = {"identifier": {"value": bedside.patient.mrn}}
    resource = {"resourceType": "Observation", "status": "done", "subject": subject,
                "code": {"text": "x"}, "effectiveDateTime": NOW.isoformat()}  # fmt: skip

    with pytest.raises(NotTaken, match=r"422 Observation.status One of"):
        client_of(bedside).fhir(json.dumps(resource).encode())
    with pytest.raises(NotTaken, match="This key is not known"):
        Client("http://testserver", "il2_x_y", transport=Handler(), pause=lambda _: None).observations([item(bedside)])


def test_what_changed_is_told_once_and_the_dossier_is_a_table_when_a_course_has_run(told_story: Bedside) -> None:
    client = client_of(treated(told_story))
    follower = Follower(client, NOW)

    first, again = list(follower.look()), list(follower.look())
    dossier = client.dossier(str(told_story.cycle.pk))
    text = io.StringIO()
    count = write(dossier, text)

    assert {one["resourceType"] for one in first} == set(FOLLOWED)
    assert again == []
    rows = list(csv_rows(text.getvalue()))
    assert len(rows) == count == len(dossier["entry"])
    assert ("MedicationAdministration", "completed", "43500000", "units") in {
        (row["type"], row["status"], row["value"], row["unit"]) for row in rows
    }
    assert READ_AT > NOW


def csv_rows(text: str) -> Iterator[dict[str, str]]:
    """The lines of a table."""
    assert text.splitlines()[0] == ",".join(COLUMNS)
    yield from csv.DictReader(io.StringIO(text))


def test_the_pages_of_a_search_are_read_to_the_last(bedside: Bedside) -> None:
    client = client_of(bedside)
    client.observations([item(bedside, id=f"i-{number}", version="1") for number in range(7)])

    found = list(client.search("Observation", {"code": "2160-0", "_count": "3"}))

    assert len({one["id"] for one in found}) == 7


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\r\r\n"])
def test_the_messages_of_a_file_are_told_apart_whatever_ends_their_lines(end: bytes) -> None:
    lines = [b"MSH|^~\\&|A", b"PID|1||MSH|x", b"", b"MSH|^~\\&|B", b"PID|2"]

    found = messages_in(b"\xef\xbb\xbf" + end.join(lines) + end)

    assert [one.replace(b"\r\r", b"\r") for one in found] == [b"MSH|^~\\&|A\rPID|1||MSH|x\r", b"MSH|^~\\&|B\rPID|2\r"]


def test_an_acknowledgement_says_what_was_wrong() -> None:
    ack = acknowledged(b"MSH|^~\\&|x\rMSA|AE|C1\rERR||PID^1^3|204|E||||No patient here\r")

    assert (ack.code, ack.control_id, ack.text, ack.done) == ("AE", "C1", "No patient here", False)
