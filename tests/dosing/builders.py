"""How does a test get a ward, its people, a patient and a cycle? Through the services, as the ward would."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from dosing.domain.outcome import CriterionResult, Missing, Outcome, State
from dosing.domain.snapshot import CourseFacts, Snapshot
from dosing.domain.verdict import Verdict
from dosing.models import (
    Assessment,
    Course,
    Cycle,
    CycleCheck,
    Decision,
    Dose,
    DoseCalculation,
    Patient,
    Placement,
    RuleFile,
    StopLatch,
)
from dosing.rules.course_loader import load_any_regimen
from dosing.rules.loader import load_inputs, load_protocol
from dosing.selectors.agreed import amounts_of
from dosing.selectors.courses import facts_of
from dosing.selectors.whereabouts import ward_of
from dosing.services import assessments, calculations, courses, cycles, doses, patients, placements, signoffs
from dosing.services import rules as rule_rows
from dosing.services.calculations import OwnLine
from dosing.services.cycles import CheckAnswer
from dosing.services.refusals import Refused
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from il2ward.live.models import WardSequence
from il2ward.staff.models import Bed, Role, Site, User, Ward, WardMembership
from monitoring.rules.loader import load_ctcae, load_observables

# The cycle's first dose is due two hours later: its window has just opened.
NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
FIRST_DUE = NOW + timedelta(hours=2)
INTERVAL = timedelta(hours=8)
WEIGHT_KG = Decimal("72.5")
DOSE_IU = 43_500_000
TARGET_SBP = 90
_numbers = itertools.count(1)


@dataclass
class Bedside:
    """One patient in one bed, and everyone who may stand beside it."""

    site: Site
    ward: Ward
    bed: Bed
    nurse: User
    nurse2: User
    physician: User
    physician2: User
    admin: User
    patient: Patient
    course: Course
    cycle: Cycle

    def dose(self, number: int) -> Dose:
        """Read the numbered slot of the cycle afresh."""
        found = Dose.objects.select_related("cycle__course__patient", "cycle__course__regimen", "cycle__course__inputs")
        return found.get(cycle=self.cycle, number=number)


def due(number: int) -> datetime:
    """When the numbered slot of a built cycle is due."""
    return FIRST_DUE + (number - 1) * INTERVAL


def make_site(code: str | None = None, *, time_zone: str = "Europe/Vienna") -> Site:
    """One hospital."""
    code = code or f"site-{next(_numbers)}"
    return Site.objects.create(code=code, name=code.title(), time_zone=time_zone)


def make_ward(site: Site, code: str = "6-east") -> Ward:
    """One ward of a hospital."""
    return Ward.objects.create(site=site, code=code, name=code.replace("-", " ").title())


def make_bed(ward: Ward, label: str | None = None) -> Bed:
    """One bed of a ward."""
    return Bed.objects.create(ward=ward, label=label or f"{next(_numbers):02}")


def make_staff(ward: Ward, role: str, username: str | None = None, *, password: str | None = None) -> User:
    """One member of staff of a role, a member of the ward since long ago."""
    username = username or f"{role}{next(_numbers)}"
    user = User.objects.create_user(
        username=username, password=password, display_name=username.title(), role=role, site=ward.site
    )
    WardMembership.objects.create(user=user, ward=ward, from_at=NOW - timedelta(days=365))
    return user


def make_nurse(ward: Ward, username: str | None = None, *, password: str | None = None) -> User:
    """One nurse of the ward."""
    return make_staff(ward, Role.NURSE, username, password=password)


def make_physician(ward: Ward, username: str | None = None, *, password: str | None = None) -> User:
    """One physician of the ward."""
    return make_staff(ward, Role.PHYSICIAN, username, password=password)


def make_admin(ward: Ward, username: str | None = None, *, password: str | None = None) -> User:
    """One admin who is a member of the ward."""
    return make_staff(ward, Role.ADMIN, username, password=password)


def make_patient(site: Site, mrn: str | None = None, *, at: datetime = NOW, family_name: str = "Novak") -> Patient:
    """One registered patient who lies nowhere yet."""
    return patients.register(
        site=site,
        mrn=mrn or f"MRN-{next(_numbers):05}",
        family_name=family_name,
        given_name="Iva",
        birth_date=date(1961, 4, 12),
        gender="female",
        actor=SYSTEM,
        at=at,
        allergies="",
    )


def adopted_rules(
    protocol: str = "consensus_2014", *, regimen: str = "hd_600_fda", at: datetime = NOW
) -> dict[str, RuleFile]:
    """The released rules a course is pinned to, as rows, by what ``open_course`` calls them."""
    kind = "overlay" if protocol == "ctcae_gate" else "protocol"
    return {
        "regimen": rule_rows.adopt(load_any_regimen(regimen), "regimen", at),
        "protocol": rule_rows.adopt(load_protocol(protocol), kind, at),
        "overlay": rule_rows.adopt(load_protocol("ctcae_gate"), "overlay", at),
        "inputs": rule_rows.adopt(load_inputs(), "inputs", at),
        "ctcae": rule_rows.adopt(load_ctcae("5.0"), "ctcae", at),
        "observables": rule_rows.adopt(load_observables(), "observables", at),
    }


def make_course(
    patient: Patient,
    physician: User,
    *,
    protocol: str = "consensus_2014",
    regimen: str = "hd_600_fda",
    at: datetime = NOW,
    overlay: bool = True,
    demonstration: bool = False,
) -> Course:
    """An open course; its protocol, and a regimen other than the label's, is signed off at the site if it was not."""
    rules = adopted_rules(protocol, regimen=regimen, at=at)
    by = Actor(user=physician)
    for row in [rules["protocol"]] + ([rules["regimen"]] if regimen != "hd_600_fda" else []):
        if not row.signoffs.filter(site=patient.site).exists():
            signoffs.sign(
                site=patient.site,
                rule_file=row,
                statement="Read and agreed.",
                actor=by,
                at=at,
                demonstration=demonstration,
            )
    chosen = {name: row for name, row in rules.items() if overlay or name != "overlay"}
    return courses.open_course(patient=patient, target_sbp=TARGET_SBP, actor=by, at=at, **chosen)


def all_checks(**notes: str) -> dict[str, CheckAnswer]:
    """Every start check done, with ``notes`` by item."""
    return {item: CheckAnswer(note=notes.get(item, "")) for item in CycleCheck.ITEMS}


def make_cycle(
    course: Course,
    physician: User,
    *,
    starts_at: datetime = FIRST_DUE,
    weight_kg: Decimal = WEIGHT_KG,
    at: datetime = NOW,
    height_cm: Decimal | None = None,
    second: User | None = None,
    **notes: str,
) -> Cycle:
    """An active cycle with every check signed, its doses planned and worked out by a ``second`` person too.

    Its evidence counts as graded; ``second`` None is a nurse of the ward who is nobody else.
    """
    cycle = cycles.start(
        course=course,
        starts_at=starts_at,
        dosing_weight_kg=weight_kg,
        height_cm=height_cm,
        checks=all_checks(**notes),
        actor=Actor(user=physician),
        at=at,
    )
    agree(cycle, second or make_nurse(Ward.objects.get(pk=ward_of(course.patient))), at=at)
    graded(course)
    return cycle


def agree(cycle: Cycle, second: User, *, at: datetime) -> list[DoseCalculation]:
    """Let ``second`` arrive at the very numbers of the cycle."""
    return calculations.second(
        cycle=cycle,
        weight_kg=cycle.dosing_weight_kg,
        height_cm=cycle.height_cm,
        lines=[OwnLine(iu=one.iu, dose_iu=one.dose_iu) for one in amounts_of(cycle)],
        actor=Actor(user=second),
        at=at,
    )


def graded(course: Course) -> Course:
    """Let all evidence of the course count as graded, as the worker would have done."""
    fresh = courses.locked(course.pk)
    courses.evidence_assessed(fresh, fresh.evidence_seq)
    return fresh


def make_bedside(
    *,
    protocol: str = "consensus_2014",
    at: datetime = NOW,
    site: Site | None = None,
    demonstration: bool = False,
) -> Bedside:
    """A whole bedside: site, ward, staff, a placed patient, a course and an active cycle whose window just opened."""
    site = site or make_site()
    ward = make_ward(site, f"ward-{next(_numbers)}")
    bed = make_bed(ward)
    physician = make_physician(ward)
    patient = make_patient(site, at=at - timedelta(days=1))
    placements.place(patient=patient, bed=bed, actor=SYSTEM, at=at - timedelta(hours=12))
    course = make_course(patient, physician, protocol=protocol, at=at, demonstration=demonstration)
    cycle = make_cycle(course, physician, at=at, starts_at=at + timedelta(hours=2))
    return Bedside(
        site=site,
        ward=ward,
        bed=bed,
        nurse=make_nurse(ward),
        nurse2=make_nurse(ward),
        physician=physician,
        physician2=make_physician(ward),
        admin=make_admin(ward),
        patient=patient,
        course=graded(course),
        cycle=cycle,
    )


def make_outcome(
    verdict: Verdict,
    *,
    at: datetime,
    found: Verdict | None = None,
    met: tuple[str, ...] = (),
    unknown: tuple[str, ...] = (),
    latches: Verdict | None = None,
    kind: str = "relative",
) -> Outcome:
    """An outcome as the engine would give it, without running it: for tests of what is done with a verdict."""
    results = tuple(_result(name, State.MET, kind) for name in met) + tuple(
        _result(name, State.UNKNOWN, kind) for name in unknown
    )
    return Outcome(
        verdict=verdict,
        found=found or verdict,
        results=results,
        missing=tuple(Missing(input=name, label=name, reason="absent") for name in unknown),
        why=(),
        inputs_hash="0" * 64,
        protocol_sha256="p" * 64,
        latches=latches,
        valid_until=at + timedelta(hours=1) if verdict in (Verdict.CONTINUE, Verdict.REVIEW) else None,
    )


def _result(name: str, state: State, kind: str) -> CriterionResult:
    return CriterionResult(id=name, state=state, kind=kind, label=name, input=name, organ_system="test")


def make_assessment(dose: Dose, outcome: Outcome, *, at: datetime, used: bool = False) -> Assessment:
    """A stored run of ``outcome`` for ``dose``, with the facts the course had at ``at``."""
    course = courses.locked(dose.cycle.course_id)
    facts: CourseFacts = facts_of(course, dose, at)
    snapshot = replace(Snapshot(at=at, course=facts), being_assessed=False)
    return assessments.store(
        dose=dose, snapshot=snapshot, outcome=outcome, course=course, cause="test", at=at, used=used
    )


def assessed(dose: Dose, verdict: Verdict, *, at: datetime, met: tuple[str, ...] = (), used: bool = True) -> Assessment:
    """A stored run that said ``verdict`` at ``at``, with ``met``; nothing is latched by it."""
    return make_assessment(dose, make_outcome(verdict, at=at, met=met), at=at, used=used)


def start_dose(bedside: Bedside, number: int, *, at: datetime | None = None) -> Dose:
    """Start the numbered dose on a CONTINUE, by the nurse with the other nurse's check, at its due time."""
    at = at or due(number)
    return start_on(bedside, assessed(bedside.dose(number), Verdict.CONTINUE, at=at), at=at)


def start_on(bedside: Bedside, assessment: Assessment, *, at: datetime, by: User | None = None) -> Dose:
    """Start the dose that was assessed, by the nurse unless ``by`` is given, with the other nurse's check."""
    dose = assessment.dose
    return doses.start(
        dose=dose,
        assessment=assessment,
        checker=bedside.nurse2,
        identity_kind="typed",
        identity_typed=dose.cycle.course.patient.mrn,
        actor=Actor(user=by or bedside.nurse),
        at=at,
    )


def give_dose(bedside: Bedside, number: int, *, at: datetime | None = None) -> Dose:
    """Start and end the numbered dose; it runs 15 minutes."""
    dose = start_dose(bedside, number, at=at)
    assert dose.started_at is not None
    return doses.end(dose=dose, actor=Actor(user=bedside.nurse), at=dose.started_at + timedelta(minutes=15))


@contextmanager
def nothing_written(refusal: type[Refused]) -> Iterator[None]:
    """Expect the act inside to be refused by ``refusal`` (that very one), in words, leaving no row behind."""
    before = _everything()
    with pytest.raises(refusal) as caught:
        yield
    assert type(caught.value) is refusal
    assert caught.value.sentence.endswith((".", "…"))
    assert _everything() == before


def _everything() -> dict[str, list[object]]:
    """Every row an act on a dose could leave."""
    rows: dict[str, list[object]] = {}
    for model in (
        Dose,
        Cycle,
        DoseCalculation,
        Course,
        Assessment,
        Decision,
        StopLatch,
        Placement,
        Patient,
        AuditEvent,
        WardSequence,
    ):
        rows[model.__name__] = list(model._default_manager.order_by("pk").values())
    return rows
