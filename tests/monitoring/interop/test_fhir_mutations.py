"""Does any damaged FHIR resource crash the service, reach somebody whom it does not name, or let a dose go ahead?"""

from __future__ import annotations

import copy
import json
import os
import random
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from dosing.models import Patient, Placement
from monitoring.models import Observation
from tests.dosing.builders import NOW, Bedside, make_bed, make_patient
from tests.monitoring.api.bedside_client import device_key, told
from tests.monitoring.interop.almost_fine import FINE_BELOW, HOLDING, changed, chart_all_but_creatinine, undone, verdict
from tests.monitoring.interop.test_fhir_create import panel, resource
from tests.monitoring.interop.test_fhir_people import SCOPES, admission, bed_of, person, transaction

# More of them, and others: FHIR_MUTATIONS=5000 MUTATION_SEED=7 make test ARGS=<this file>
SEED = int(os.environ.get("MUTATION_SEED", "20260302"))
HOW_MANY = int(os.environ.get("FHIR_MUTATIONS", "40"))
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e9, 0.7, 10**40, "", " ", "\u0000", "\u202e٣", "NaN", "x" * 5000, [], {}, [[]], [None],
    {"": {}}, "2026-02-30T00:00:00Z", "9999-12-31T23:59:59Z", "Patient/0", "urn:uuid:1", "final", "<script>",
    {"value": "1"},
)  # fmt: skip
BYTES = (b"", b"{", b"}", b'"', b",", b"\xff", b"\x00", b"NaN", b"9" * 400, b"-", b"e5", b"[", b"\\ud800")


def seeds(bedside: Bedside, second: Patient) -> list[tuple[str, dict[str, Any]]]:
    """Good resources to be damaged, each with its address; their creatinine holds the dose."""
    quantity = {"value": float(HOLDING), "unit": "mg/dL", "system": "http://unitsofmeasure.org", "code": "mg/dL"}
    limits = [{"low": {"value": 0.6, "unit": "mg/dL"}, "high": {"value": 1.2, "unit": "mg/dL"}}]
    by_reference = resource(bedside, valueQuantity=quantity, referenceRange=limits,
                            identifier=[{"system": "urn:lab", "value": "1"}], meta={"versionId": "1"})  # fmt: skip
    by_number = resource(bedside, valueQuantity=quantity, subject={"identifier": {"value": bedside.patient.mrn}})
    of_second = resource(bedside, subject={"reference": f"Patient/{second.pk}"})
    newcomer = transaction(
        ("urn:uuid:1", person()),
        ("urn:uuid:2", admission({"reference": "urn:uuid:1"}, bed_of(make_bed(bedside.ward)))),
        ("urn:uuid:3", resource(bedside, subject={"reference": "urn:uuid:1"})),
    )
    both = transaction(("", by_number), ("", of_second), ("", panel(bedside))) | {"type": "batch"}
    lying = admission({"reference": f"Patient/{second.pk}"}, bed_of(make_bed(bedside.ward)))
    return [
        ("/fhir/Observation", by_reference), ("/fhir/Observation", by_number), ("/fhir/Observation", panel(bedside)),
        ("/fhir", newcomer), ("/fhir", both), ("/fhir/Patient", person()), ("/fhir/Encounter", lying),
    ]  # fmt: skip


def places(node: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with each of its keys."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in list(children):
        yield node, key
        yield from places(child)


def damaged(tree: dict[str, Any], chance: random.Random) -> bytes:
    """Parts taken away, replaced, renamed, exchanged, doubled: one to four times; now and then the bytes themselves."""
    tree = copy.deepcopy(tree)
    for _ in range(chance.choice((1, 1, 2, 4))):
        found = list(places(tree))
        if not found:
            break
        (node, key), (other, name) = chance.choice(found), chance.choice(found)
        kind = chance.randrange(6)
        if kind == 0:
            del node[key]
        elif kind <= 2:
            node[key] = chance.choice(ODD)
        elif kind == 3:
            node[key] = copy.deepcopy(other[name])
        elif kind == 4 and isinstance(node, dict):
            node[f"{key}x"] = node.pop(key)
        elif isinstance(node[key], list):
            node[key] = [*node[key], *copy.deepcopy(node[key])]
        else:
            node[key] = [node[key]]
    content = json.dumps(tree, ensure_ascii=chance.random() < 0.5, default=str).encode("utf-8", "replace")
    for _ in range(chance.choice((0, 0, 0, 0, 0, 0, 0, 1))):
        at = chance.randrange(len(content) + 1)
        content = content[:at] + chance.choice(BYTES) + content[at + chance.randint(0, 8) :]
    return content


def resources_in(content: bytes) -> list[dict[str, Any]]:
    """The Observations that the body holds, read with nothing of the service's own."""
    try:
        tree = json.loads(content, parse_float=str, parse_int=str)
    except ValueError:
        return []
    entries = tree.get("entry") if isinstance(tree, dict) else None
    inner = [one.get("resource") for one in entries if isinstance(one, dict)] if isinstance(entries, list) else [tree]
    return [one for one in inner if isinstance(one, dict)]


def plainly_fine(content: bytes) -> bool:
    """Whether the body says in so many words that a creatinine is fine, so that a CONTINUE is what it asks for."""
    for one in resources_in(content):
        quantity = one.get("valueQuantity")
        try:
            value = Decimal(quantity["value"])
        except (TypeError, KeyError, InvalidOperation, ValueError):
            continue
        units = {quantity.get("unit"), quantity.get("code")} & {"mg/dL"}
        if one.get("status") in {"final", "amended", "corrected"} and units and 0 < value < FINE_BELOW:
            return True
    return False


def names(content: bytes, patient: Patient) -> bool:
    """Whether the body names this very patient: by our id, by number, or as the person that it registers."""
    text = content.decode("utf-8", "replace")
    return str(patient.pk) in text or patient.mrn in text


@pytest.mark.timeout(240 + HOW_MANY)
def test_no_damaged_resource_crashes_reaches_another_patient_or_lets_a_dose_go_ahead(
    bedside: Bedside, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    key = device_key(bedside.site, name="hospital", scopes=SCOPES, laboratory=True)
    second, bystander = make_patient(bedside.site), make_patient(bedside.site, family_name="Bystander")
    chart_all_but_creatinine(bedside, at=NOW)
    chance, good = random.Random(SEED), seeds(bedside, second)
    statuses: Counter[int] = Counter()
    verdicts: Counter[str] = Counter()
    for _ in range(HOW_MANY):
        url, tree = chance.choice(good)
        content = damaged(tree, chance)
        with undone():
            response = send(client, key, url, content)
            statuses[response.status_code] += 1
            told_as_fhir(response)
            devices = Observation.objects.filter(device__isnull=False).select_related("patient")
            for row in devices:
                assert names(content, row.patient), content
            assert not Placement.objects.filter(patient=bystander).exists()
            assert not devices.filter(patient=bystander).exists()
            if changed(bedside):
                now = verdict(bedside, at=NOW)
                verdicts[now] += 1
                assert now != "CONTINUE" or plainly_fine(content), content
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
    assert {200, 201, 422} <= set(statuses) <= {200, 201, 400, 403, 409, 412, 413, 422}
    assert verdicts["UNDECIDED"], verdicts
    print(f"{HOW_MANY} damaged: answered {dict(statuses)}, verdicts after what was stored {dict(verdicts)}")


def send(client: Client, key: str, url: str, content: bytes) -> HttpResponse:
    """POST the bytes as they are."""
    return client.post(url, content, content_type="application/fhir+json", headers={"Authorization": f"Api-Key {key}"})


def told_as_fhir(response: HttpResponse) -> None:
    """Whatever is answered is a resource; every refusal is an OperationOutcome."""
    kind = told(response)["resourceType"]
    assert kind == "OperationOutcome" if response.status_code >= 400 else kind != "OperationOutcome"
