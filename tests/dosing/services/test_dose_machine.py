"""Whatever the ward does, in whatever order: does a cycle ever reach a state that could harm?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from dosing.domain.verdict import Verdict
from dosing.models import Dose, SlotMove, StopLatch
from dosing.models.dose import BEGUN
from dosing.selectors.courses import facts_of, next_dose
from dosing.services import decisions, doses
from dosing.services.refusals import Refused
from il2ward.audit.actor import Actor
from tests.dosing.builders import DOSE_IU, FIRST_DUE, NOW, Bedside, make_assessment, make_bedside, make_outcome

MET = st.sets(st.sampled_from(["creatinine", "coma", "edema"]), max_size=2)
FOUND = st.sampled_from([Verdict.CONTINUE, Verdict.CONTINUE, Verdict.REVIEW, Verdict.HOLD, Verdict.STOP_CYCLE])
STEP = st.sampled_from([-121, -120, -60, 0, 0, 0, 60, 61, 200, 359, 360])
ENDS = st.sampled_from(["in full", "in full", "hypotension", "infusion_reaction", "not yet"])


class Ward(RuleBasedStateMachine):
    """One bedside, its clock moving forward, every act tried at any time; a refusal is an answer, never a change."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.bedside: Bedside = make_bedside(protocol="schwartzentruber_2001")
        self.at: datetime = NOW
        self.met: tuple[str, ...] = ()
        self.found = Verdict.CONTINUE
        self.slots: dict[int, str] = {}

    def teardown(self) -> None:
        """Leave nothing behind."""
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def assess(self, dose: Dose) -> object:
        """Run a protocol that says what ``found`` says, under the course's own facts, as the gate would."""
        facts = facts_of(self.bedside.course, dose, self.at)
        verdict = facts.stop or self.found
        if facts.slot_hold and verdict is Verdict.CONTINUE:
            verdict = Verdict.REVIEW
        outcome = make_outcome(
            verdict,
            at=self.at,
            found=self.found,
            met=self.met,
            latches=self.found if self.found.is_stop else None,
        )
        return make_assessment(dose, outcome, at=self.at, used=True)

    def attempt(self, act: Callable[[], object]) -> None:
        """Do it if the ward lets it be done."""
        try:
            with transaction.atomic():
                act()
        except Refused:
            return

    def next(self) -> Dose | None:
        dose = next_dose(self.bedside.course)
        return None if dose is None else self.bedside.dose(dose.number)

    def come_near_due_time_of(self, dose: Dose, minutes: int) -> None:
        """Let time pass until ``minutes`` after the dose is due, or a minute where that is past."""
        self.at = max(self.at + timedelta(minutes=1), dose.due_at + timedelta(minutes=minutes))

    @rule(found=FOUND, met=MET)
    def values_change(self, found: Verdict, met: set[str]) -> None:
        self.found = found
        self.met = tuple(sorted(met)) if found is not Verdict.CONTINUE else ()

    @rule(number=st.integers(1, 14))
    def any_dose_is_started(self, number: int) -> None:
        self._start(self.bedside.dose(number))

    @rule(minutes=STEP, ends=ENDS)
    def next_dose_is_started(self, minutes: int, ends: str) -> None:
        dose = self.next()
        if dose is not None:
            self.come_near_due_time_of(dose, minutes)
            self._start(dose)
        if ends != "not yet":
            self.at += timedelta(minutes=15)
            self.running_dose_ends(ends)

    @rule()
    def running_dose_is_ended(self) -> None:
        self.running_dose_ends("in full")

    def _start(self, dose: Dose) -> None:
        self.attempt(
            lambda: doses.start(
                dose=dose, assessment=self.assess(dose), checker=self.bedside.nurse2, identity_kind="wristband",
                identity_typed=self.bedside.patient.mrn, actor=Actor(user=self.bedside.nurse), at=self.at,
            )
        )  # fmt: skip

    def running_dose_ends(self, how: str) -> None:
        dose = Dose.objects.filter(cycle=self.bedside.cycle, status="started").first()
        by = Actor(user=self.bedside.nurse)
        if dose is None:
            return
        if how == "in full":
            self.attempt(lambda: doses.end(dose=dose, actor=by, at=self.at))
            return
        self.attempt(
            lambda: doses.interrupt(dose=dose, given_iu=1, reason_code=how, reason_text="", actor=by, at=self.at)
        )

    @rule(how=st.sampled_from(["hold", "refuse", "omit"]))
    def next_is_closed(self, how: str) -> None:
        code = {"hold": "toxicity", "refuse": "patient_wish", "omit": "away"}[how]
        dose = self.next()
        if dose is not None:
            by = Actor(user=self.bedside.nurse)
            self.attempt(lambda: getattr(doses, how)(dose=dose, reason_code=code, reason_text="", actor=by, at=self.at))

    @rule(kind=st.sampled_from(["give", "release", "override", "hold", "stop_cycle", "reinstate", "order_late"]),
          second=st.booleans())  # fmt: skip
    def physician_decides(self, kind: str, second: bool) -> None:
        dose = self.next()
        if dose is None:
            return
        self.come_near_due_time_of(dose, 61 if kind == "order_late" else -60)
        codes = {"override": "corrected", "reinstate": "recovered", "order_late": "logistics"}
        by = self.bedside.physician2 if second else self.bedside.physician
        self.attempt(
            lambda: decisions.decide(
                dose=dose, kind=kind, assessment=self.assess(dose), reason_code=codes.get(kind, "toxicity"),
                reason_text="Seen and talked over.", reauthenticated=True, actor=Actor(user=by), at=self.at,
            )
        )  # fmt: skip

    @rule(hours=st.sampled_from([1, 4, 8, 8, 9]), minutes=STEP)
    def physician_delays(self, hours: int, minutes: int) -> None:
        dose = self.next()
        if dose is None:
            return
        self.come_near_due_time_of(dose, minutes)
        self.attempt(
            lambda: decisions.decide(
                dose=dose, kind="delay", assessment=self.assess(dose), reason_code="procedure", reason_text="",
                reauthenticated=False, actor=Actor(user=self.bedside.physician), at=self.at,
                due_at=dose.due_at + timedelta(hours=hours),
            )
        )  # fmt: skip

    @rule(number=st.integers(1, 14))
    def dose_was_given_anyhow(self, number: int) -> None:
        self.attempt(
            lambda: doses.record_given_deviation(
                dose=self.bedside.dose(number), given_iu=DOSE_IU, started_at=self.at, ended_at=self.at,
                reason_text="It happened.", actor=Actor(user=self.bedside.nurse), at=self.at,
            )
        )  # fmt: skip

    @rule()
    def sweep_comes(self) -> None:
        doses.close_expired_slots(self.at)

    @invariant()
    def nothing_harmful_has_come_about(self) -> None:
        """Read the cycle once after every act and hold it to all that must be true."""
        doses_now = list(Dose.objects.filter(cycle=self.bedside.cycle).select_related("assessment", "decision"))
        begun = sorted((dose for dose in doses_now if dose.status in BEGUN), key=lambda dose: dose.started_at)
        gated = [dose for dose in begun if not dose.deviation]
        starts_are_seven_hours_apart(begun)
        each_has_what_its_verdict_needs(gated)
        none_started_under_a_stop(gated, list(StopLatch.objects.filter(cycle=self.bedside.cycle)))
        none_was_made_up(gated)
        delays_are_kept(gated, list(SlotMove.objects.filter(dose__cycle=self.bedside.cycle).select_related("decision")))
        self.what_is_settled_stays_settled(doses_now)

    def what_is_settled_stays_settled(self, doses_now: list[Dose]) -> None:
        """A slot that was closed may only turn out to have been given; one that was given stays as it is."""
        may_become = {
            "started": ("started", "given", "interrupted"),
            "held": ("held", "given"),
            "refused": ("refused", "given"),
            "omitted": ("omitted", "given"),
        }
        now = {dose.number: dose.status for dose in doses_now}
        for number, before in self.slots.items():
            if before != "planned":
                assert now[number] in may_become.get(before, (before,))
        self.slots = now


def starts_are_seven_hours_apart(begun: list[Dose]) -> None:
    for earlier, later in pairwise(begun):
        if not later.deviation:
            assert later.started_at - earlier.started_at >= timedelta(hours=7)


def each_has_what_its_verdict_needs(gated: list[Dose]) -> None:
    needs = {"REVIEW": "give", "HOLD": "override", "UNDECIDED": "override"}
    for dose in gated:
        assert dose.assessment.at == dose.started_at
        if dose.assessment.verdict != "CONTINUE":
            assert dose.decision.kind == needs[dose.assessment.verdict]
            assert dose.decision.outcome_token == dose.assessment.outcome_token
    used = [dose.decision_id for dose in gated if dose.decision_id is not None]
    assert len(used) == len(set(used))


def none_started_under_a_stop(gated: list[Dose], stops: list[StopLatch]) -> None:
    for stop in stops:
        for dose in gated:
            assert not stop.latched_at < dose.started_at < (stop.lifted_at or dose.started_at + timedelta(seconds=1))


def none_was_made_up(gated: list[Dose]) -> None:
    numbers = [dose.number for dose in gated]
    assert numbers == sorted(numbers)
    assert len(numbers) <= 14


def delays_are_kept(gated: list[Dose], moves: list[SlotMove]) -> None:
    """No start before the time to which the dose was delayed, none of a slot beyond the days, all kept within them."""
    lost = {move.dose_id for move in moves if move.is_lost}
    for dose in gated:
        assert dose.pk not in lost
        assert dose.started_at < FIRST_DUE + timedelta(days=5)
        own = [move.due_after_at for move in moves if move.dose_id == move.decision.dose_id == dose.pk]
        assert all(dose.started_at >= after for after in own)


def test_no_order_of_acts_leads_to_harm(db: None) -> None:
    run_state_machine_as_test(
        Ward,
        settings=settings(
            max_examples=12, stateful_step_count=30, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
