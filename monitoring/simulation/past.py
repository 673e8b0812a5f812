"""How did a demonstration bed come to where it stands? Its admission, its doses and its evidence, as dated steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from dosing.models import Assessment, Course, CycleCheck, Dose, Patient, RuleFile
from dosing.selectors.courses import rules_of
from dosing.services import calculations, courses, cycles, patients, placements
from dosing.services.calculations import OwnLine
from dosing.services.cycles import CheckAnswer
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.staff.models import Bed
from monitoring.models import Alert, Observation
from monitoring.services import alerts, findings, gate, grading, observations
from monitoring.simulation import facts
from monitoring.simulation.bedside import model_of, present, usual_findings
from monitoring.simulation.demo_people import DemoPeople
from monitoring.simulation.demo_ward import DemoBed
from monitoring.simulation.facts import Fact
from monitoring.simulation.person import Values

INTERVAL = timedelta(hours=8)
INFUSION = timedelta(minutes=15)
PER_KG_IU = 600_000
ADMITTED = timedelta(hours=12)
OPENED = timedelta(hours=10)
BASELINE = timedelta(hours=9)
CYCLE_SIGNED = timedelta(hours=3)
# Before each dose: blood, then vitals and chart, then the bedside check.
BLOOD, CHART, CHECK = timedelta(minutes=95), timedelta(minutes=50), timedelta(minutes=40)
HALFWAY = timedelta(hours=4, minutes=50)
# Before the dose that comes next these lie just behind us, wherever its due time is.
BLOOD_NOW, CHART_NOW, CHECK_NOW = timedelta(minutes=70), timedelta(minutes=12), timedelta(minutes=9)
DAYS_DOSES = 3


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened, to be written as of ``at``."""

    at: datetime
    do: Callable[[datetime], None]


class Past:
    """One bed's history, step by step; steps of all beds are taken in the order of time, as they would have come."""

    def __init__(
        self, bed: DemoBed, people: DemoPeople, rules: Mapping[str, RuleFile], *, now: datetime, seed: int
    ) -> None:
        self.bed, self.people, self.rules, self.now, self.seed = bed, people, rules, now, seed
        self.model = model_of(bed, seed)
        self.first_due = now + bed.due_in - (bed.next_dose - 1) * INTERVAL
        self.started: list[datetime] = []
        self.charted_at = self.first_due - ADMITTED
        self.patient: Patient | None = None
        self.course: Course | None = None
        self.note = ""

    def steps(self) -> Iterator[Step]:
        """Yield everything from admission to now, in order."""
        yield Step(self.first_due - ADMITTED, self._admit)
        yield Step(self.first_due - OPENED, self._open)
        yield Step(self.first_due - BASELINE, self._baseline)
        yield Step(self.first_due - CYCLE_SIGNED, self._sign)
        for number in range(1, self.bed.next_dose):
            yield from self._before(number, self._due(number))
            started_at = self._due(number) + timedelta(minutes=2 + number % 4)
            yield Step(started_at, partial(self._dose, number))
            yield Step(started_at + INFUSION, partial(self._end, number))
        yield from self._before_next()

    def begin_again(self, patient: Patient, charted_at: datetime, note: str) -> None:
        """Begin the next course of a patient who is here already: everything now, its first dose still ahead.

        ``charted_at`` is when volumes were last written down; ``note`` says why the rest was short.
        """
        self.patient, self.charted_at, self.note = patient, charted_at, note
        for step in (self._open, self._baseline, self._sign, partial(self._check, {})):
            step(self.now)

    def _due(self, number: int) -> datetime:
        return self.first_due + (number - 1) * INTERVAL

    def _before(self, number: int, due: datetime) -> Iterator[Step]:
        yield Step(due - BLOOD, partial(self._blood, number))
        yield Step(due - HALFWAY, self._volumes)
        yield Step(due - CHART, partial(self._chart, number))
        yield Step(due - CHECK, partial(self._check, {}))

    def _before_next(self) -> Iterator[Step]:
        """The evidence for the next dose, as fresh as it would be; a window that opens in hours has less of it."""
        number, skipped = self.bed.next_dose, self.bed.not_done
        halfway = self._due(number) - HALFWAY
        if halfway < self.now - BLOOD_NOW:
            yield Step(halfway, self._volumes)
        if self.bed.due_in > timedelta(hours=2):
            return
        if "laboratory" not in skipped:
            yield Step(self.now - BLOOD_NOW, partial(self._blood, number))
        yield Step(self.now - CHART_NOW, partial(self._chart, number))
        yield Step(self.now - CHECK_NOW, partial(self._check, self.bed.found))

    def _admit(self, at: datetime) -> None:
        bed = self.bed
        self.patient = patients.register(
            site=self.people.site, mrn=bed.mrn, family_name=bed.family_name, given_name=bed.given_name,
            birth_date=bed.birth_date, gender=bed.gender, allergies=bed.allergies, actor=SYSTEM, at=at,
        )  # fmt: skip
        where = Bed.objects.get(ward=self.people.ward, label=bed.label)
        placements.place(patient=self.patient, bed=where, actor=SYSTEM, at=at)

    def _open(self, at: datetime) -> None:
        self.course = courses.open_course(
            patient=self._patient, target_sbp=self.model.target_sbp, actor=self.people.by_physician, at=at,
            **self.rules,
        )  # fmt: skip

    def _baseline(self, at: datetime) -> None:
        now = self._values(0, at)
        over = at - self.charted_at
        measured = [*facts.vitals(now), facts.weighed(now), *facts.charted(now, over)]
        self._record(measured, self.people.by_nurse, at)
        self.charted_at = at
        self._record(facts.laboratory(now), self.people.by_laboratory, at)

    def _sign(self, at: datetime) -> None:
        checks = {item: CheckAnswer(note=self.note) for item in CycleCheck.ITEMS}
        cycle = cycles.start(
            course=self._course, starts_at=self.first_due, dosing_weight_kg=self.bed.weight_kg, checks=checks,
            actor=self.people.by_physician, at=at,
        )  # fmt: skip
        own = OwnLine(iu=PER_KG_IU, dose_iu=int(PER_KG_IU * self.bed.weight_kg))
        calculations.second(
            cycle=cycle, weight_kg=self.bed.weight_kg, height_cm=None, lines=[own], actor=self.people.by_nurse, at=at,
        )  # fmt: skip
        self._grade(at)

    def _blood(self, number: int, at: datetime) -> None:
        self._record(facts.laboratory(self._values(number, at)), self.people.by_laboratory, at)

    def _chart(self, number: int, at: datetime) -> None:
        now = self._values(number, at)
        self._record(facts.vitals(now), self.people.by_monitors, at)
        written = facts.charted(now, at - self.charted_at)
        skipped = self.bed.not_done if number == self.bed.next_dose else frozenset()
        if (number - 1) % DAYS_DOSES == 0:
            written.append(facts.weighed(now))
        self._record([fact for fact in written if fact.observable not in skipped], self.people.by_nurse, at)
        self.charted_at = at

    def _volumes(self, at: datetime) -> None:
        """Halfway to a dose only urine and stool are written down."""
        volumes = facts.volumes(self._values(-1, at), at - self.charted_at)
        self._record(volumes, self.people.by_nurse, at)
        self.charted_at = at

    def _check(self, found: Mapping[str, str], at: datetime) -> None:
        answers = usual_findings(rules_of(self._course).protocol.value, found)
        findings.record(course_id=self._course.pk, answers=answers, observed_at=at, actor=self.people.by_nurse, at=at)
        self._grade(at)
        self._acknowledge(at)

    def _acknowledge(self, at: datetime) -> None:
        """The nurse has seen the reminders that are over by now."""
        over = Alert.objects.filter(course=self._course, cleared_at=None, condition_gone_at__isnull=False)
        for alert in over:
            alerts.acknowledge(alert_id=alert.pk, plan="Seen, no longer needed", actor=self.people.by_nurse, at=at)

    def _dose(self, number: int, at: datetime) -> None:
        """Give the dose if the gate lets it, on a physician's word where it asks for one; else hold it."""
        dose = self._slot(number)
        said = Assessment.objects.filter(dose=dose).order_by("-id").first()
        verdict, token = (said.verdict, said.outcome_token) if said is not None else ("UNDECIDED", "")
        if verdict not in ("CONTINUE", "REVIEW"):
            nurse = self.people.by_nurse
            gate.hold_dose(dose_id=dose.pk, reason_code="toxicity", reason_text="", actor=nurse, at=at)
            return
        if verdict == "REVIEW":
            gate.decide(
                dose_id=dose.pk, kind="give", outcome_token=token, reason_code="", reason_text="",
                reauthenticated=False, actor=self.people.by_physician, at=at,
            )  # fmt: skip
        gate.start_dose(
            dose_id=dose.pk, outcome_token=token, checker=self.people.second_nurse, identity_kind="wristband",
            identity_typed=self.bed.mrn, actor=self.people.by_nurse, at=at,
        )  # fmt: skip
        self.started.append(at)

    def _end(self, number: int, at: datetime) -> None:
        dose = self._slot(number)
        if dose.status == "started":
            gate.end_dose(dose_id=dose.pk, given_iu=None, ended_at=at, actor=self.people.by_nurse, at=at)

    def _slot(self, number: int) -> Dose:
        return Dose.objects.get(cycle__course=self._course, number=number)

    def _values(self, number: int, at: datetime) -> Values:
        return present(
            self.model, at=at, doses=self.started, seed=f"{self.seed}:{self.bed.mrn}",
            overrides=self.bed.values.get(number),
        )  # fmt: skip

    def _record(self, measured: list[Fact], actor: Actor, at: datetime) -> list[Observation]:
        origin = "charted" if actor.device is None else "laboratory" if actor.device.laboratory else "device"
        items = [fact.as_new(at, origin) for fact in measured]
        return [one.observation for one in observations.record(patient=self._patient, items=items, actor=actor, at=at)]

    def _grade(self, at: datetime) -> None:
        grading.grade_course(course_id=self._course.pk, at=at, by_worker=False)

    @property
    def _patient(self) -> Patient:
        assert self.patient is not None
        return self.patient

    @property
    def _course(self) -> Course:
        assert self.course is not None
        return self.course
