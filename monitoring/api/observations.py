"""POST and GET of observations: what was measured or charted, one item or up to a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.http import HttpResponse
from rest_framework.request import Request

from dosing.models import Patient
from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.http.credentials import Clinician, ObservingDevice, Reader, actor_of
from il2ward.http.endpoint import act_once, said, sent
from il2ward.http.problems import FieldError
from il2ward.http.shapes import WrongShape, fit_body
from il2ward.staff.services.repeated_requests import Answer
from monitoring.api.items import ItemReader, ReadItem, read_uuid
from monitoring.api.payloads import ObservationBatch
from monitoring.api.refusing import GateEndpoint
from monitoring.models import Observation
from monitoring.selectors import reach
from monitoring.services import observations
from monitoring.services.correcting_rights import NotYoursToCorrect
from monitoring.services.observations import RecordedObservation
from monitoring.services.several_patients import in_one_order

ACCEPTED = frozenset({"stored", "not_gradable", "repeated"})
PAGE = 500
Result = dict[str, Any]


class Observations(GateEndpoint):
    """Nurses, physicians and devices with ``observation:write`` record observations."""

    permission_classes = [Clinician | ObservingDevice]

    def post(self, request: Request) -> HttpResponse:
        """Record one item or a batch; each item gets its own result, and a bad one sinks nothing."""
        at, actor, tree = clock.now(), actor_of(request), self.tree(request)
        batched = isinstance(tree, dict) and "observations" in tree
        items = fit_body(tree, ObservationBatch).observations if batched else [tree]
        paths = [f"$.observations[{index}]" if batched else "$" for index in range(len(items))]
        return act_once(
            request, at=at, required=False, act=lambda: _reply(record_items(items, paths, actor=actor, at=at))
        )


class NotGradable(GateEndpoint):
    """Everybody on the staff, and the devices that send, read what could not be graded."""

    permission_classes = [Reader | ObservingDevice]
    query: ClassVar[dict[str, str]] = {"cursor": "`next` of the page before"}

    def get(self, request: Request) -> HttpResponse:
        """List the observations in reach that cannot be graded, newest first, with the reason, 500 at a time.

        ``next`` is the cursor of the following page, null on the last.
        """
        cursor = request.GET.get("cursor", "")
        before = read_uuid(cursor, "$.cursor") if cursor else None
        rows = reach.not_gradable(actor_of(request), clock.now(), before=before, most=PAGE + 1)
        following = str(rows[PAGE - 1].pk) if len(rows) > PAGE else None
        return sent(said(200, {"observations": [_listed(row) for row in rows[:PAGE]], "next": following}))


def record_items(items: Sequence[Any], paths: Sequence[str], *, actor: Actor, at: datetime) -> list[Result]:
    """Record every readable item, patient by patient, and return one result per item in the order sent."""
    reader = ItemReader(actor, at)
    results: dict[int, Result] = {}
    readable: dict[Patient, list[ReadItem]] = {}
    for index, (tree, path) in enumerate(zip(items, paths, strict=True)):
        try:
            read = reader.read(tree, index=index, at_path=path)
            readable.setdefault(read.patient, []).append(read)
        except WrongShape as wrong:
            results[index] = _refused(index, wrong.errors)
    for patient in in_one_order(readable):
        results.update(_record(patient, readable[patient], paths, actor=actor, at=at))
    return [results[index] for index in range(len(items))]


def _record(
    patient: Patient, reads: list[ReadItem], paths: Sequence[str], *, actor: Actor, at: datetime
) -> dict[int, Result]:
    """Record one patient's items together; only when one of them corrects what it cannot or may not, one by one."""
    try:
        recorded = observations.record(patient=patient, items=[read.new for read in reads], actor=actor, at=at)
    except (observations.UnknownCorrection, NotYoursToCorrect) as error:
        if len(reads) == 1:
            only, new = reads[0].index, reads[0].new
            allowed = str(error) if isinstance(error, NotYoursToCorrect) else "an observation of this patient"
            named = str(new.replaces or new.replaces_external_id or new.external_id)
            return {only: _refused(only, [FieldError(f"{paths[only]}.replaces", named, allowed)])}
        halves = (reads[: len(reads) // 2], reads[len(reads) // 2 :])
        return {k: v for half in halves for k, v in _record(patient, half, paths, actor=actor, at=at).items()}
    return {read.index: _result(read.index, one) for read, one in zip(reads, recorded, strict=True)}


def _result(index: int, one: RecordedObservation) -> Result:
    return {"index": index, "result": one.result, "id": str(one.observation.pk), "why": one.why}


def _refused(index: int, errors: Sequence[FieldError]) -> Result:
    return {"index": index, "result": "refused", "errors": [error.as_dict() for error in errors]}


def _reply(results: list[Result]) -> Answer:
    """201 when anything was taken; 409 when all that came reuses ids; 422 when nothing could be read."""
    if any(result["result"] in ACCEPTED for result in results):
        return said(201, {"results": results})
    conflict = all(result["result"] == "conflict" for result in results)
    code = "id-reused" if conflict else "wrong-content"
    first = next((error["allowed"] for result in results for error in result.get("errors", ())), "")
    errors = [error for result in results for error in result.get("errors", ())]
    body = {
        "type": f"urn:il2ward:problem:{code}",
        "title": code.replace("-", " ").capitalize(),
        "status": 409 if conflict else 422,
        "code": code,
        "detail": "These ids were used for other values before." if conflict else f"Nothing was stored: {first}.",
        "errors": errors,
        "results": results,
    }
    return said(body["status"], body, "application/problem+json")  # type: ignore[arg-type]


def _listed(row: Observation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "patient": {"id": str(row.patient_id), "mrn": row.patient.mrn},
        "observable": row.observable,
        "code": {"system": row.sent_system, "code": row.sent_code},
        "value": row.value or row.code,
        "unit": row.unit,
        "observed_at": row.observed_at.isoformat(),
        "recorded_at": row.recorded_at.isoformat(),
        "why": row.not_gradable,
    }
