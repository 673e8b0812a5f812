"""How is a course opened, held to its rules, told of new evidence, and ended?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from dosing.domain.protocol_fit import fit_of, fits
from dosing.models import Course, Cycle, Patient, RuleFile, StopLatch
from dosing.models.course import EndReason
from dosing.rules.course_loader import load_fits
from dosing.selectors import pinned
from dosing.selectors.whereabouts import open_course_of, ward_of
from dosing.services import cycle_end
from dosing.services.people import require_physician
from dosing.services.refusals import (
    CourseEnded,
    CourseIsOpen,
    ImpossibleTarget,
    Invalid,
    NotOnTheWard,
    ProtocolDoesNotFit,
    StopStands,
    WrongKindOfRules,
)
from dosing.services.signoffs import require_usable
from dosing.services.trail import note_course
from il2ward.audit.actor import Actor
from il2ward.live import services as live

GRADE_COURSE = "monitoring.grade_course"
LOWEST_TARGET, HIGHEST_TARGET = 60, 140
PINNED = ("regimen", "protocol", "overlay", "inputs", "ctcae", "observables")


def locked(course_id: int) -> Course:
    """Return the course with its row locked until the transaction ends: the first lock every act takes."""
    found = Course.objects.select_related(*PINNED, "patient", "site").select_for_update(of=("self",))
    return found.get(pk=course_id)


def evidence_arrived(course: Course, at: datetime) -> int:
    """Count one more fact (or batch of facts) for the locked course and return the new ``evidence_seq``."""
    course.evidence_seq += 1
    course.evidence_at = at
    course.save(update_fields=["evidence_seq", "evidence_at"])
    return course.evidence_seq


def evidence_assessed(course: Course, seq: int) -> None:
    """Say that everything up to ``seq`` has been graded; never moves back, never beyond the evidence."""
    course.assessed_seq = max(course.assessed_seq, min(seq, course.evidence_seq))
    course.save(update_fields=["assessed_seq"])


@transaction.atomic
def open_course(
    *,
    patient: Patient,
    regimen: RuleFile,
    protocol: RuleFile,
    inputs: RuleFile,
    ctcae: RuleFile,
    observables: RuleFile,
    actor: Actor,
    at: datetime,
    overlay: RuleFile | None = None,
    target_sbp: int | None = None,
) -> Course:
    """Open the patient's next course with its rules pinned; a physician's act.

    It begins as "being assessed": facts recorded before it are graded first. ``target_sbp`` in mm[Hg], None:
    not written yet. Refuses beside an open course, under a permanent stop, and without a signed protocol.
    """
    physician = require_physician(actor, patient, at)
    rules = {"regimen": regimen, "protocol": protocol, "inputs": inputs, "ctcae": ctcae, "observables": observables}
    _require_kinds(rules if overlay is None else {**rules, "overlay": overlay})
    _require_target(target_sbp)
    _require_may_open(patient, protocol, regimen)
    _require_fit(protocol, regimen)
    highest = Course.objects.filter(patient=patient).aggregate(highest=Max("number"))["highest"] or 0
    course = Course.objects.create(
        patient=patient,
        site_id=patient.site_id,
        number=highest + 1,
        overlay=overlay,
        target_sbp=target_sbp,
        opened_at=at,
        opened_by=physician,
        evidence_seq=1,
        evidence_at=at,
        **rules,
    )
    live.wake(GRADE_COURSE, course_id=course.pk)
    note_course(course, "course.opened", actor=actor, at=at, body=_pinned(course))
    return course


@transaction.atomic
def set_target(*, course: Course, target_sbp: int, actor: Actor, at: datetime) -> Course:
    """Write the systolic target in mm[Hg] (60 to 140); a physician's act, and new evidence."""
    course = _locked_open(course)
    require_physician(actor, course.patient, at)
    _require_target(target_sbp)
    before, course.target_sbp = course.target_sbp, target_sbp
    course.save(update_fields=["target_sbp"])
    evidence_arrived(course, at)
    live.wake(GRADE_COURSE, course_id=course.pk)
    note_course(course, "course.target_set", actor=actor, at=at, body={"before": before, "target_sbp": target_sbp})
    return course


@transaction.atomic
def end_course(*, course: Course, reason: str, actor: Actor, at: datetime) -> Course:
    """End the course, and its open cycle with it, for one of ``EndReason``; a physician's act. No dose may run."""
    course = _locked_open(course)
    require_physician(actor, course.patient, at)
    if reason not in EndReason.values:
        raise Invalid(f"The reason must be one of {', '.join(EndReason.values)}.")
    for cycle in Cycle.objects.filter(course=course).exclude(status="ended"):
        cycle_end.end_locked(cycle, reason=reason, actor=actor, at=at)
    course.status, course.ended_at, course.end_reason = "ended", at, reason
    course.save(update_fields=["status", "ended_at", "end_reason"])
    note_course(course, "course.ended", actor=actor, at=at, body={"reason": reason})
    return course


def _locked_open(course: Course) -> Course:
    course = locked(course.pk)
    if course.status == "ended":
        raise CourseEnded(f"{course} has ended.".capitalize())
    return course


def _require_kinds(rules: Mapping[str, RuleFile]) -> None:
    for kind, row in rules.items():
        # A gate of CTCAE grades may be a course's protocol as well as its overlay: it is one file and one row.
        allowed = ("protocol", "overlay") if kind in ("protocol", "overlay") else (kind,)
        if row.kind not in allowed:
            raise WrongKindOfRules(f"{row} is a file of {row.kind} rules; {kind} rules belong here.")


def _require_target(target_sbp: int | None) -> None:
    if target_sbp is not None and not LOWEST_TARGET <= target_sbp <= HIGHEST_TARGET:
        raise ImpossibleTarget(f"The systolic target must be {LOWEST_TARGET} to {HIGHEST_TARGET} mmHg.")


def _require_may_open(patient: Patient, protocol: RuleFile, regimen: RuleFile) -> None:
    Patient.objects.select_for_update().get(pk=patient.pk)
    if ward_of(patient) is None:
        raise NotOnTheWard("The patient lies in no bed. Admit them first.")
    if open_course_of(patient) is not None:
        raise CourseIsOpen("The patient has a course that has not ended. End it first.")
    if StopLatch.objects.filter(patient=patient, verdict="STOP_PERMANENT", lifted_at=None).exists():
        raise StopStands("A permanent stop stands for this patient. Two physicians must reinstate it first.")
    require_usable(protocol=protocol, regimen=regimen, site_id=patient.site_id)


def _require_fit(protocol: RuleFile, regimen: RuleFile) -> None:
    """Refuse a protocol that was written for another way of giving the drug; see ADR 0007."""
    prescribed, rules = pinned.regimen(regimen).value, load_fits().value
    if fits(rules, protocol.key, prescribed):
        return
    row = fit_of(rules, protocol.key)
    why = row.text if row else "Nothing is known of what it was written for"
    raise ProtocolDoesNotFit(f"{protocol} does not fit {prescribed.title}. {why}. Choose another protocol.")


def _pinned(course: Course) -> dict[str, object]:
    rows = {name: getattr(course, name) for name in PINNED}
    return {name: None if row is None else row.sha256 for name, row in rows.items()}
