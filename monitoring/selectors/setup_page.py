"""What must still be done before a course's first dose may start, and what is documented so far?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dosing.domain.condition import Fact, undocumented
from dosing.domain.dose_arithmetic import dose_text, volume_text
from dosing.domain.eligibility import EligibilityRules, ItemState, TopicResult
from dosing.domain.regimen import Regimen
from dosing.models import (
    Course,
    Cycle,
    CycleCheck,
    DoseCalculation,
    EligibilityAnswer,
    Patient,
    Placement,
    ProtocolSignoff,
)
from dosing.rules.course_loader import load_eligibility
from dosing.selectors.agreed import agreed, amounts_of, basis_line, waiting
from dosing.selectors.course_facts import eligibility_of, standing_answers
from dosing.selectors.courses import CourseRules, active_cycle_of, rules_of
from monitoring.selectors.admission_page import namesakes_on
from monitoring.selectors.board import years_between
from monitoring.selectors.course_page import Banner, signoff_of

CHECKS = {
    "consent": ("Consent", "Signed for this course"),
    "ecg": ("ECG", "Done and seen by a physician"),
    "pregnancy_test": ("Pregnancy test", "Negative, or it does not apply"),
    "weight": ("Weight", "Taken now, on this ward's scale"),
    "pressure_target": ("Pressure target", "Written for this admission"),
    "baseline_labs": ("Baseline laboratory", "Drawn before the first dose and seen"),
    "rest_since_last_cycle": ("Rest since the last cycle", "Long enough, or this is the first"),
}
MAY_NOT_APPLY = ("pregnancy_test", "rest_since_last_cycle")
STATE_WORDS = {
    ItemState.MET: "met",
    ItemState.NOT_MET: "not met",
    ItemState.NOT_DOCUMENTED: "not documented",
    ItemState.SHOWN_ONLY: "for reading",
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One start check; ``signed`` None: nobody has signed it for this cycle."""

    item: str
    title: str
    explains: str
    may_not_apply: bool
    signed: CycleCheck | None


@dataclass(frozen=True, slots=True)
class AmountLine:
    """One amount as a second person is asked for it: which slots, and never how much."""

    doses: str
    per: str


@dataclass(frozen=True, slots=True)
class AgreedLine:
    """One amount that two people arrived at, printed as a dose is."""

    row: DoseCalculation
    dose: str
    ordered: str
    basis: str
    volume: str


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact before treatment; ``value`` is what is documented, in words, "" for nothing."""

    key: str
    fact: Fact
    value: str
    answer: EligibilityAnswer | None


@dataclass(frozen=True, slots=True)
class TopicPane:
    """One topic of the checklist with the facts that decide it and every source's demand."""

    result: TopicResult
    facts: list[FactLine]
    tally: str


@dataclass(frozen=True, slots=True)
class SetupPage:
    """One course's set-up at one instant; ``cycle`` None: none is active."""

    course: Course
    banner: Banner
    rules: CourseRules
    signoff: ProtocolSignoff | None
    cycle: Cycle | None
    checks: list[CheckLine]
    amounts: list[AmountLine]
    agreed: list[AgreedLine]
    refused: list[DoseCalculation]
    topics: list[TopicPane]

    @property
    def basis(self) -> str:
        """By what the regimen doses: iu_per_kg, iu_per_m2 or iu_flat."""
        return self.rules.regimen.value.basis

    @property
    def needs_height(self) -> bool:
        return self.basis == "iu_per_m2"

    @property
    def follows(self) -> str:
        """What the first dose must follow, "" for nothing."""
        regimen = self.rules.regimen.value
        return regimen.start_after.event if isinstance(regimen, Regimen) and regimen.start_after else ""

    @property
    def next_number(self) -> int:
        """The number of the cycle that would be started now."""
        return Cycle.objects.filter(course=self.course).count() + 1

    @property
    def has_earlier_cycle(self) -> bool:
        """Whether the patient had a cycle before, so that its weight and the rest since count."""
        return Cycle.objects.filter(course__patient=self.course.patient_id).exists()

    @property
    def is_agreed(self) -> bool:
        return self.cycle is not None and not self.amounts

    @property
    def per(self) -> str:
        """What an amount is given per, in words."""
        return {"iu_per_kg": "kg", "iu_per_m2": "m²"}.get(self.basis, "dose")


def banner_of_patient(patient: Patient, at: datetime) -> Banner:
    """Return the banner of a patient who may have left; the ward is the one they lie in or lay in last."""
    place = Placement.objects.filter(patient=patient).select_related("bed").order_by("-from_at", "-id").first()
    is_here = place is not None and place.until_at is None
    bed = place.bed.label if place is not None and is_here else "None, has left"
    others = namesakes_on(place.ward_id, patient) if place is not None and is_here else []
    return Banner(patient, years_between(patient.birth_date, at.date()), bed, place.ward_id if place else 0, others)


def setup_page_of(course: Course, at: datetime) -> SetupPage:
    """Return everything the set-up page shows at ``at``."""
    cycle = active_cycle_of(course)
    return SetupPage(
        course=course,
        banner=banner_of_patient(course.patient, at),
        rules=rules_of(course),
        signoff=signoff_of(course),
        cycle=cycle,
        checks=_checks(cycle),
        amounts=_amounts(cycle),
        agreed=_agreed(cycle),
        refused=[] if cycle is None else _refused(cycle),
        topics=topics_of(course),
    )


def _checks(cycle: Cycle | None) -> list[CheckLine]:
    rows = {} if cycle is None else {row.item: row for row in cycle.checks.select_related("signed_by")}
    return [
        CheckLine(item, title, explains, item in MAY_NOT_APPLY, rows.get(item))
        for item, (title, explains) in CHECKS.items()
    ]


def _amounts(cycle: Cycle | None) -> list[AmountLine]:
    """Every amount of a cycle of which any is still to be worked out: a second person works all of them out."""
    if cycle is None or not waiting(cycle):
        return []
    per = {"iu_per_kg": "kg", "iu_per_m2": "m²"}.get(rules_of(cycle.course).regimen.value.basis, "")
    return [AmountLine(spans(amount.slots), per) for amount in amounts_of(cycle)]


def _agreed(cycle: Cycle | None) -> list[AgreedLine]:
    if cycle is None or waiting(cycle):
        return []
    by_iu = {row.first_iu: row for row in agreed(cycle)}
    return [
        AgreedLine(
            row=by_iu[amount.iu],
            dose=spans(amount.slots),
            ordered=dose_text(amount.ordered_iu),
            basis=basis_line(cycle, amount.iu),
            volume=volume_text(by_iu[amount.iu].volume_ml),
        )
        for amount in amounts_of(cycle)
    ]


def _refused(cycle: Cycle) -> list[DoseCalculation]:
    rows = DoseCalculation.objects.filter(cycle=cycle, agrees=False).select_related("second_by")
    return list(rows.order_by("-id"))


def spans(numbers: Sequence[int]) -> str:
    """Return slot numbers as people say them: "1 to 14", "6, 7, 11 to 13"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]} to {run[-1]}" for run in runs)


def topics_of(course: Course) -> list[TopicPane]:
    """Return the checklist by topic; a fact that decides several topics is asked for in the first."""
    rules, answers = load_eligibility().value, standing_answers(course)
    asked: set[str] = set()
    panes = []
    for result in eligibility_of(course):
        names = [name for name in _facts_of(result) if name not in asked]
        asked.update(names)
        panes.append(TopicPane(result, [_fact(name, rules, answers) for name in names], _tally(result)))
    return panes


def _fact(name: str, rules: EligibilityRules, answers: dict[str, EligibilityAnswer]) -> FactLine:
    fact, answer = rules.facts[name], answers.get(name)
    value = "" if answer is None else fact.options.get(answer.value, f"{answer.value} {fact.unit}".strip())
    return FactLine(name, fact, value, answer)


def _facts_of(result: TopicResult) -> list[str]:
    found = [name for one in result.results if one.item.needs is not None for name in undocumented(one.item.needs, {})]
    return list(dict.fromkeys(found))


def _tally(result: TopicResult) -> str:
    states = [one.state for one in result.results]
    counted = [(state, states.count(state)) for state in ItemState]
    return " · ".join(f"{count} {STATE_WORDS[state]}" for state, count in counted if count)
