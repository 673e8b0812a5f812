"""How does the demonstration ward stay alive? A monitor, a laboratory and a nurse, each through its own door.

Monitor and laboratory send over HTTP with their device keys, as real ones would; what a nurse writes down goes
through the services under her name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from dosing.models import Assessment, Course, Dose
from dosing.selectors.courses import next_dose, rules_of
from monitoring.models import BedsideFinding, CurrentValue, SenderVersion
from monitoring.services import findings, observations
from monitoring.simulation import facts
from monitoring.simulation.bedside import model_of, present, usual_findings
from monitoring.simulation.demo_people import DemoPeople
from monitoring.simulation.demo_ward import SITE_CODE, WARD, DemoBed
from monitoring.simulation.facts import Fact
from monitoring.simulation.person import Person, Values
from monitoring.simulation.sender import Sender
from monitoring.simulation.story import TURNS, UNDOES, Turn

CHART_EVERY = timedelta(minutes=45)
CHECK_EVERY = timedelta(minutes=75)
BLOOD_EVERY = timedelta(hours=8)
WEIGH_EVERY = timedelta(hours=20)
WINDOW, OVERDUE = timedelta(hours=2), timedelta(hours=1)
LONGEST_SHIFT = timedelta(hours=8)
PLAYED_WITHIN = timedelta(seconds=90)


@dataclass
class LivingBed:
    """One bed as it goes on: its course, its model patient, and what the story has changed."""

    bed: DemoBed
    course: Course
    model: Person
    vitals: Mapping[str, int] = field(default_factory=dict)
    below_target: int = 0
    oxygen: tuple[str, int] | None = None
    laboratory: Mapping[str, Any] = field(default_factory=dict)

    @property
    def mrn(self) -> str:
        return self.bed.mrn


class LivingWard:
    """The demonstration ward, kept alive; every instant is given by the caller."""

    def __init__(self, people: DemoPeople, monitors: Sender, laboratory: Sender, *, seed: int) -> None:
        self.people, self.monitors, self.laboratory, self.seed = people, monitors, laboratory, seed
        self.beds = self._occupied()
        self.turns = 0
        self.told: dict[str, LivingBed] = {}

    def _occupied(self) -> list[LivingBed]:
        open_courses = Course.objects.filter(site__code=SITE_CODE, status="active").select_related("patient")
        by_mrn = {course.patient.mrn: course for course in open_courses}
        return [LivingBed(bed, by_mrn[bed.mrn], model_of(bed, self.seed)) for bed in WARD if bed.mrn in by_mrn]

    def breathe(self, living: LivingBed, at: datetime) -> None:
        """Send one set of vital signs of one bed, and whatever else has come due there."""
        if self._is_played(living, at):
            return
        now = self._measured(living, at)
        self._send(self.monitors, living, facts.vitals(now), at)
        self._chart(living, now, at)
        self._draw(living, now, at)

    def tell_next(self, at: datetime) -> str:
        """Take the next turn of the story with the first bed it fits; return what happened, "" when none fits."""
        turn = TURNS[self.turns % len(TURNS)]
        self.turns += 1
        living = self._fitting(turn, at)
        if living is None:
            return ""
        self.told[turn.name] = living
        self._take(turn, living, at)
        return f"bed {living.bed.label}: {turn.name}"

    def _fitting(self, turn: Turn, at: datetime) -> LivingBed | None:
        undone = UNDOES.get(turn.name)
        candidates = [self.told[undone]] if undone in self.told else [] if undone else self.beds
        return next((one for one in candidates if not self._is_played(one, at) and self._fits(one, turn, at)), None)

    def _fits(self, living: LivingBed, turn: Turn, at: datetime) -> bool:
        dose = next_dose(living.course)
        if dose is None or not dose.due_at - WINDOW <= at <= dose.due_at + OVERDUE:
            return False
        said = Assessment.objects.filter(dose=dose).order_by("-id").values_list("verdict", flat=True).first()
        return said in turn.asks

    def _take(self, turn: Turn, living: LivingBed, at: datetime) -> None:
        if turn.vitals is not None:
            living.vitals, living.below_target = turn.vitals, turn.below_target
        if turn.oxygen is not None:
            living.oxygen = turn.oxygen
            device, flow = turn.oxygen
            self._write(living, [Fact("o2_device", coded=device), Fact("o2_flow", str(flow), "L/min")], at)
        if turn.bolus_ml:
            self._write(living, [Fact("fluid_bolus", str(turn.bolus_ml), "mL")], at)
        if turn.laboratory:
            living.laboratory = turn.laboratory
            self._send(self.laboratory, living, facts.laboratory(self._measured(living, at)), at)
        else:
            self._send(self.monitors, living, facts.vitals(self._measured(living, at)), at)

    def _measured(self, living: LivingBed, at: datetime) -> Values:
        begun = Dose.objects.filter(cycle__course=living.course, started_at__isnull=False)
        doses = list(begun.order_by("started_at").values_list("started_at", flat=True))
        now = present(
            living.model, at=at, doses=[start for start in doses if start], seed=f"{self.seed}:{living.mrn}",
            overrides=living.laboratory,
        )  # fmt: skip
        return _moved(now, living)

    def _chart(self, living: LivingBed, now: Values, at: datetime) -> None:
        """Write down what a nurse writes every so often, unless this bed's story is that nobody did."""
        skipped = living.bed.not_done if self._is_first_dose_of_story(living) else frozenset()
        written: list[Fact] = []
        if self._older(living, "o2_device", CHART_EVERY, at):
            device, flow = living.oxygen or ("room_air", 0)
            written = facts.charted(now, self._since(living, "urine_output", at), device=device)
            written += [Fact("o2_flow", str(flow), "L/min")] if flow else []
        if self._older(living, "weight", WEIGH_EVERY, at):
            written.append(facts.weighed(now))
        self._write(living, [fact for fact in written if fact.observable not in skipped], at)
        if not living.bed.found or not self._is_first_dose_of_story(living):
            self._check(living, at)

    def _check(self, living: LivingBed, at: datetime) -> None:
        recent = BedsideFinding.objects.filter(course=living.course, observed_at__gt=at - CHECK_EVERY)
        if not recent.exists():
            answers = usual_findings(rules_of(living.course).protocol.value, {})
            findings.record(
                course_id=living.course.pk, answers=answers, observed_at=at, actor=self.people.by_nurse, at=at
            )

    def _draw(self, living: LivingBed, now: Values, at: datetime) -> None:
        missing = "laboratory" in living.bed.not_done and self._is_first_dose_of_story(living)
        if not missing and self._older(living, "creatinine", BLOOD_EVERY, at):
            self._send(self.laboratory, living, facts.laboratory(now), at)

    def _is_first_dose_of_story(self, living: LivingBed) -> bool:
        dose = next_dose(living.course)
        return dose is not None and dose.number == living.bed.next_dose

    def _older(self, living: LivingBed, observable: str, limit: timedelta, at: datetime) -> bool:
        return self._since(living, observable, at, most=limit + limit) >= limit

    def _since(self, living: LivingBed, observable: str, at: datetime, *, most: timedelta = LONGEST_SHIFT) -> timedelta:
        """How long ago it was last charted, at most ``most`` (also when it never was)."""
        standing = CurrentValue.objects.filter(patient=living.course.patient_id, observable=observable).first()
        return most if standing is None else max(min(at - standing.observed_at, most), timedelta(minutes=1))

    def _is_played(self, living: LivingBed, at: datetime) -> bool:
        """Whether a recording is being played into this bed: then the recording is its monitor."""
        played = SenderVersion.objects.filter(
            external_id__contains="play:", observation__patient=living.course.patient_id
        )
        return played.filter(observation__recorded_at__gt=at - PLAYED_WITHIN).exists()

    def _write(self, living: LivingBed, written: Sequence[Fact], at: datetime) -> None:
        if written:
            items = [fact.as_new(at, "charted") for fact in written]
            observations.record(patient=living.course.patient, items=items, actor=self.people.by_nurse, at=at)

    def _send(self, sender: Sender, living: LivingBed, measured: Sequence[Fact], at: datetime) -> None:
        sender.items([fact.as_item(living.mrn, at) for fact in measured])


def _moved(now: Values, living: LivingBed) -> Values:
    """Return the values with the story's changes."""
    changed = {name: getattr(now, name) + change for name, change in living.vitals.items()}
    if living.below_target:
        changed["systolic"] = living.model.target_sbp - living.below_target
    return replace(now, **changed)
