"""How do an ordered cycle and what became of each dose read as MedicationRequest and MedicationAdministration?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from dosing.domain.dose_arithmetic import units_text
from dosing.domain.regimen import Regimen
from dosing.models import Cycle, Dose
from dosing.selectors import pinned
from dosing.selectors.agreed import Order, order_of
from dosing.selectors.holds import HOLDING, slot_hold
from dosing.selectors.slots import closes_at, next_slot_of, opens_at
from dosing.services.reasons import in_words
from monitoring.interop.fhir import params
from monitoring.interop.fhir.elements import UCUM
from monitoring.interop.fhir.elements_out import HL7, OWN, concept, instant, narrative_free, period, person, reference
from monitoring.interop.fhir.params import NOTHING
from monitoring.interop.fhir.patients_out import BY_PATIENT, cycles
from monitoring.interop.fhir.plans_out import COURSE, EVERY, PLANS, ended, medication
from monitoring.interop.fhir.served import Param, Reader, Resource, RowSource, Served
from monitoring.models import PresentOutcome

ADMINISTERED = {"completed": ("given",), "in-progress": ("started",), "stopped": ("interrupted",),
                "not-done": ("held", "refused", "omitted")}  # fmt: skip
STATUS_OF = {ours: told for told, all_ours in ADMINISTERED.items() for ours in all_ours}
REQUESTED = {
    "draft": Q(status="planned"),
    "active": Q(status="active"),
    "completed": Q(status="ended", end_reason="completed"),
    "stopped": Q(status="ended") & ~Q(end_reason="completed"),
}


def request(row: Cycle) -> Resource:
    """Return the order of one cycle: the amounts that its fixed weight gives, and when each is due."""
    doses = list(row.doses.order_by("number"))
    regimen = pinned.regimen(row.course.regimen).value
    return narrative_free({
        "resourceType": "MedicationRequest",
        "id": str(row.pk),
        "basedOn": [reference("MedicationRequest", f"{COURSE}{row.course_id}")],
        "groupIdentifier": {"system": f"{OWN}course", "value": str(row.course_id)},
        "status": _requested(row),
        "intent": "order",
        "medicationCodeableConcept": medication(),
        "subject": reference("Patient", row.course.patient_id),
        "encounter": reference("Encounter", row.pk),
        "authoredOn": instant(row.course.opened_at),
        "requester": person(row.course.opened_by),
        "instantiatesUri": [f"{OWN}regimen:{regimen.id}:{regimen.version}"],
        "dosageInstruction": [_instruction(*one, regimen) for one in enumerate(_by_amount(doses), start=1)],
    })  # fmt: skip


def administration(row: Dose) -> Resource:
    """Return what became of one dose; ``on_hold`` on the row says that the gate holds it now."""
    held = row.on_hold  # type: ignore[attr-defined]
    reason = "held-by-protocol" if held and not row.reason_code else row.reason_code
    return narrative_free({
        "resourceType": "MedicationAdministration",
        "id": str(row.pk),
        "identifier": [{"system": f"{OWN}dose", "value": f"{row.cycle_id}/{row.number}"}],
        "status": "on-hold" if held else STATUS_OF[row.status],
        "statusReason": _status_reason(row, reason),
        "medicationCodeableConcept": medication(),
        "subject": reference("Patient", row.cycle.course.patient_id),
        "context": reference("Encounter", row.cycle_id),
        "supportingInformation": _grounds(row, held),
        **_effective(row),
        "performer": [_performer(user, what) for user, what in
                      ((row.started_by, "performer"), (row.checked_by, "verifier")) if user is not None],
        "request": reference("MedicationRequest", row.cycle_id),
        "note": _notes(row),
        "dosage": _dosage(row, order_of(row)) if row.started_at else None,
    })  # fmt: skip


def quantity(iu: int) -> dict[str, Any]:
    """Return whole international units as a Quantity; people read "units", never an abbreviation."""
    return {"value": iu, "unit": "units", "system": UCUM, "code": "[iU]"}


def on_hold(reader: Reader) -> list[int]:
    """Return the doses that the gate holds now and that may still be given: at most one of each active cycle."""
    found = []
    verdicts = dict(PresentOutcome.objects.filter(verdict__in=HOLDING).values_list("dose", "verdict"))
    for cycle in cycles(reader).filter(status="active"):
        dose = next_slot_of(cycle)
        if dose is None or not opens_at(dose) <= reader.at < closes_at(dose):
            continue
        if dose.pk in verdicts or slot_hold(dose, reader.at):
            found.append(dose.pk)
    return found


def administered(reader: Reader) -> QuerySet[Dose]:
    """The doses in reach of which something can be told: begun, closed, or held now; not those that only are due."""
    held = on_hold(reader)
    rows = Dose.objects.filter(cycle__course__patient__in=reader.patients)
    rows = rows.filter(~Q(status="planned") | Q(pk__in=held)).annotate(
        on_hold=Case(When(pk__in=held, then=Value(True)), default=Value(False), output_field=BooleanField())
    )
    return rows.select_related(
        "cycle__course__patient", "cycle__course__regimen", "cycle__course__present_outcome",
        "started_by", "checked_by", "closed_by",
    )  # fmt: skip


def _requested(row: Cycle) -> str:
    if row.status == "ended":
        return ended(row.end_reason)
    return "active" if row.status == "active" else "draft"


def _by_amount(doses: Iterable[Dose]) -> list[list[Dose]]:
    found: dict[int, list[Dose]] = {}
    for dose in doses:
        found.setdefault(dose.dose_iu, []).append(dose)
    return list(found.values())


def _instruction(sequence: int, doses: Sequence[Dose], regimen: Any) -> dict[str, Any]:
    order, amount = order_of(doses[0]), doses[0].dose_iu
    timing: dict[str, Any] = {"event": [instant(dose.due_at) for dose in doses]}
    if isinstance(regimen, Regimen) and _are_apart(doses, timedelta(hours=regimen.interval_h)):
        timing["repeat"] = {"count": len(doses), "frequency": 1, "period": regimen.interval_h, "periodUnit": "h"}
    return narrative_free({
        "sequence": sequence,
        "text": f"{units_text(amount)} ({order.basis}), {len(doses)} doses",
        "timing": timing,
        "route": {"text": order.route},
        "doseAndRate": [narrative_free({"doseQuantity": quantity(amount), "rateRatio": _rate(amount, order.lasts)})],
    })  # fmt: skip


def _are_apart(doses: Sequence[Dose], interval: timedelta) -> bool:
    """Whether the doses follow each other at the interval; after a delay only the list of due times tells it."""
    return all(later.due_at - earlier.due_at == interval for earlier, later in pairwise(doses))


def _rate(amount_iu: int, lasts: timedelta | None) -> dict[str, Any] | None:
    if lasts is None:
        return None
    minutes = int(lasts.total_seconds()) // 60
    over = {"value": minutes, "unit": "min", "system": UCUM, "code": "min"}
    return {"numerator": quantity(amount_iu), "denominator": over}


def _dosage(row: Dose, order: Order) -> dict[str, Any]:
    """What went in; of a running dose what was started."""
    amount = row.dose_iu if row.given_iu is None else row.given_iu
    return narrative_free({
        "text": units_text(amount),
        "route": {"text": order.route},
        "dose": quantity(amount),
        "rateRatio": _rate(row.dose_iu, order.lasts),
    })  # fmt: skip


def _effective(row: Dose) -> dict[str, Any]:
    if row.started_at is None:
        return {"effectiveDateTime": instant(row.due_at)}
    return {"effectivePeriod": period(row.started_at, row.ended_at)}


def _status_reason(row: Dose, code: str) -> list[dict[str, Any]]:
    if not code or (row.status in {"given", "started"}):
        return []
    words = in_words(code)
    told = concept(f"{OWN}dose-reason", code, words)
    return [told | {"text": f"{words}: {row.reason_text}" if row.reason_text else words}]


def _grounds(row: Dose, held: bool) -> list[dict[str, str]]:
    """The assessment that the dose rests on, or that holds it now, where it is told as a DetectedIssue."""
    if held:
        present = getattr(row.cycle.course, "present_outcome", None)
        holding = present if present is not None and present.verdict in HOLDING and present.dose_id == row.pk else None
        return [] if holding is None else [reference("DetectedIssue", holding.assessment_id)]
    if row.assessment is None or row.assessment.verdict not in HOLDING:
        return []
    return [reference("DetectedIssue", row.assessment_id)]


def _notes(row: Dose) -> list[dict[str, str]]:
    said = f": {row.reason_text}" if row.reason_text else ""
    return [{"text": f"Given against the gate{said}"}] if row.deviation else []


def _performer(user: Any, function: str) -> dict[str, Any]:
    return {"function": concept(f"{HL7}med-admin-perform-function", function), "actor": person(user)}


def _effective_time(value: str) -> Q:
    started = params.moments("effective-time", "started_at")(value)
    due = params.moments("effective-time", "due_at")(value)
    return (Q(started_at__isnull=False) & started) | (Q(started_at=None) & due)


def _request_rows(reader: Reader) -> QuerySet[Cycle]:
    return cycles(reader).select_related("course__opened_by", "course__patient", "course__regimen")


BY_ID = Param("_id", "token", "the id")
REQUEST = Served(
    type="MedicationRequest",
    about=(
        "A course as it was ordered (course-…), and each of its cycles with its amounts and times, which two people "
        "work out here. A physician may create the order of a course."
    ),
    sources=(
        RowSource(
            _request_rows,
            request,
            {
                "_id": lambda value: Q(pk=found) if (found := params.whole(value)) else NOTHING,
                "patient": params.reference("patient", "Patient", "course__patient", params.uuid),
                "encounter": params.reference("encounter", "Encounter", "pk", params.whole),
                "identifier": lambda _: NOTHING,
                "intent": params.code("intent", {"order": EVERY}),
                "status": params.code("status", REQUESTED),
            },
            params.whole,
        ),
        PLANS,
    ),
    acts="crs",
    params=(
        BY_ID, BY_PATIENT,
        Param("encounter", "reference", "the admission"),
        Param("identifier", "token", "the sender's identifier of a course"),
        Param("intent", "token", "plan: a course; order: one of its cycles"),
        Param("status", "token", "draft, active, completed or stopped"),
    ),
)  # fmt: skip
ADMINISTRATION = Served(
    type="MedicationAdministration",
    about="One scheduled dose: running, given, stopped, not done, or held now; one that only is due is not told.",
    sources=(
        RowSource(
            administered,
            administration,
            {
                "_id": lambda value: Q(pk=found) if (found := params.whole(value)) else NOTHING,
                "patient": params.reference("patient", "Patient", "cycle__course__patient", params.uuid),
                "request": params.reference("request", "MedicationRequest", "cycle", params.whole),
                "context": params.reference("context", "Encounter", "cycle", params.whole),
                "status": params.code(
                    "status",
                    {told: Q(status__in=ours) for told, ours in ADMINISTERED.items()} | {"on-hold": Q(on_hold=True)},
                ),
                "effective-time": _effective_time,
            },
            params.whole,
        ),
    ),
    params=(
        BY_ID, BY_PATIENT,
        Param("request", "reference", "the order of the cycle"),
        Param("context", "reference", "the admission"),
        Param("status", "token", "in-progress, completed, stopped, not-done or on-hold"),
        Param("effective-time", "date", "when it was started, else when it was due"),
    ),
    revincludes=("Provenance:target",),
)  # fmt: skip
