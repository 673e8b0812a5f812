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
from dosing.models import Decision, Dose, StopLatch
from dosing.models.dose import BEGUN
from dosing.selectors.courses import facts_of, next_dose
from dosing.services import decisions, doses
from dosing.services.refusals import Refused
from il2ward.audit.actor import Actor
from tests.dosing.builders import DOSE_IU, NOW, Bedside, make_assessment, make_bedside, make_outcome

MET = st.sets(st.sampled_from(["creatinine", "coma", "edema"]), max_size=2)
FOUND = st.sampled_from([Verdict.CONTINUE, Verdict.CONTINUE, Verdict.REVIEW, Verdict.HOLD, Verdict.STOP_CYCLE])
STEP = st.sampled_from([1, 20, 61, 200, 420, 480])


class Ward(RuleBasedStateMachine):
    """One bedside, its clock moving forward, every act tried at any time; a refusal is an answer, never a change."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.bedside: Bedside = make_bedside()
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

    @rule(minutes=STEP)
    def time_passes(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(found=FOUND, met=MET)
    def values_change(self, found: Verdict, met: set[str]) -> None:
        self.found = found
        self.met = tuple(sorted(met)) if found is not Verdict.CONTINUE else ()

    @rule(number=st.integers(1, 14))
    def any_dose_is_started(self, number: int) -> None:
        self._start(self.bedside.dose(number))

    @rule()
    def next_dose_is_started(self) -> None:
        dose = self.next()
        if dose is not None:
            self._start(dose)

    def _start(self, dose: Dose) -> None:
        self.attempt(
            lambda: doses.start(
                dose=dose, assessment=self.assess(dose), checker=self.bedside.nurse2, identity_kind="wristband",
                identity_typed=self.bedside.patient.mrn, actor=Actor(user=self.bedside.nurse), at=self.at,
            )
        )  # fmt: skip

    @rule(code=st.sampled_from(["hypotension", "infusion_reaction"]), whole=st.booleans())
    def running_dose_ends(self, code: str, whole: bool) -> None:
        dose = Dose.objects.filter(cycle=self.bedside.cycle, status="started").first()
        by = Actor(user=self.bedside.nurse)
        if dose is None:
            return
        if whole:
            self.attempt(lambda: doses.end(dose=dose, actor=by, at=self.at))
        else:
            self.attempt(
                lambda: doses.interrupt(dose=dose, given_iu=1, reason_code=code, reason_text="", actor=by, at=self.at)
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
        codes = {"override": "corrected", "reinstate": "recovered", "order_late": "logistics"}
        by = self.bedside.physician2 if second else self.bedside.physician
        self.attempt(
            lambda: decisions.decide(
                dose=dose, kind=kind, assessment=self.assess(dose), reason_code=codes.get(kind, "toxicity"),
                reason_text="Seen and talked over.", reauthenticated=True, actor=Actor(user=by), at=self.at,
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
    def starts_are_seven_hours_apart_unless_one_is_a_deviation(self) -> None:
        begun = list(self.begun().order_by("started_at"))
        for earlier, later in pairwise(begun):
            if not later.deviation and not earlier.deviation:
                assert later.started_at - earlier.started_at >= timedelta(hours=7)

    @invariant()
    def no_dose_starts_without_what_its_verdict_needs(self) -> None:
        needs = {"REVIEW": "give", "HOLD": "override", "UNDECIDED": "override"}
        for dose in self.begun().filter(deviation=False).select_related("assessment", "decision"):
            assert dose.assessment.at == dose.started_at
            assert not Verdict(dose.assessment.verdict).is_stop
            if dose.assessment.verdict != "CONTINUE":
                assert dose.decision.kind == needs[dose.assessment.verdict]
                assert dose.decision.outcome_token == dose.assessment.outcome_token

    @invariant()
    def no_dose_starts_under_a_stop(self) -> None:
        for latch in StopLatch.objects.filter(cycle=self.bedside.cycle):
            under = self.begun().filter(deviation=False, started_at__gt=latch.latched_at)
            if latch.lifted_at is not None:
                under = under.filter(started_at__lt=latch.lifted_at)
            assert not under.exists()

    @invariant()
    def what_was_begun_or_closed_stays_so_unless_it_turns_out_to_have_been_given(self) -> None:
        now = dict(Dose.objects.filter(cycle=self.bedside.cycle).values_list("number", "status"))
        for number, before in self.slots.items():
            after = now[number]
            if before in ("given", "interrupted"):
                assert after == before
            elif before in ("held", "refused", "omitted"):
                assert after in (before, "given")
            elif before == "started":
                assert after in ("started", "given", "interrupted")
        self.slots = now

    @invariant()
    def slots_are_never_made_up_nor_more_than_fourteen(self) -> None:
        begun = list(self.begun().filter(deviation=False).order_by("started_at").values_list("number", flat=True))
        assert begun == sorted(begun)
        assert len(begun) <= 14

    @invariant()
    def no_decision_serves_two_doses(self) -> None:
        used = [dose.decision_id for dose in self.begun() if dose.decision_id is not None]
        assert len(used) == len(set(used))
        assert not Decision.objects.filter(pk__in=used, kind__in=("hold", "stop_cycle", "order_late")).exists()

    def begun(self) -> object:
        return Dose.objects.filter(cycle=self.bedside.cycle, status__in=BEGUN)


def test_no_order_of_acts_leads_to_harm(db: None) -> None:
    run_state_machine_as_test(
        Ward,
        settings=settings(
            max_examples=25, stateful_step_count=30, deadline=None, derandomize=True, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
