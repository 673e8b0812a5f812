"""What does a course bring to an assessment?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dosing.domain.verdict import Verdict
from dosing.models import RuleFile
from dosing.selectors import pinned
from dosing.selectors.courses import active_cycle_of, facts_of, next_dose, rules_of
from dosing.services import cycles, doses
from il2ward.audit.actor import Actor
from tests.dosing.builders import (
    DOSE_IU,
    FIRST_DUE,
    NOW,
    TARGET_SBP,
    WEIGHT_KG,
    Bedside,
    assessed,
    due,
    give_dose,
    make_assessment,
    make_outcome,
    start_dose,
)

MINUTE = timedelta(minutes=1)


def close(bedside: Bedside, number: int, how: str = "hold") -> None:
    """Close a slot at its due time by a nurse."""
    code = {"hold": "toxicity", "refuse": "patient_wish", "omit": "away"}[how]
    getattr(doses, how)(
        dose=bedside.dose(number), reason_code=code, reason_text="", actor=Actor(user=bedside.nurse), at=due(number)
    )


class TestFacts:
    def test_first_dose_has_weight_target_and_the_cycles_start(self, bedside: Bedside) -> None:
        facts = facts_of(bedside.course, bedside.dose(1), NOW)
        assert (facts.baseline_weight_kg, facts.target_sbp) == (WEIGHT_KG, Decimal(TARGET_SBP))
        assert (facts.cycle_started_at, facts.previous_dose_started_at, facts.held_doses) == (FIRST_DUE, None, 0)
        assert (facts.stop, facts.slot_hold, facts.absolute_at_previous_slot) == (None, False, frozenset())

    def test_previous_start_is_that_of_the_last_dose_begun(self, bedside: Bedside) -> None:
        give_dose(bedside, 1)
        close(bedside, 2)
        assert facts_of(bedside.course, bedside.dose(3), due(3)).previous_dose_started_at == due(1)

    def test_only_held_slots_count_as_held(self, bedside: Bedside) -> None:
        for number, how in enumerate(("hold", "refuse", "omit", "hold"), start=1):
            close(bedside, number, how)
        assert facts_of(bedside.course, bedside.dose(5), due(5)).held_doses == 2

    def test_absolute_criteria_are_those_of_the_assessment_the_slot_before_started_on(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        late = make_outcome(Verdict.HOLD, at=due(1) + MINUTE, met=("coma",), kind="absolute")
        make_assessment(bedside.dose(1), late, at=due(1) + MINUTE)
        assert facts_of(bedside.course, bedside.dose(2), due(2)).absolute_at_previous_slot == frozenset()

    def test_absolute_criteria_are_those_of_the_last_assessment_when_the_slot_before_was_not_begun(
        self, bedside: Bedside
    ) -> None:
        held = make_outcome(Verdict.HOLD, at=due(1), met=("coma", "creatinine"), kind="absolute")
        make_assessment(bedside.dose(1), held, at=due(1))
        close(bedside, 1)
        found = facts_of(bedside.course, bedside.dose(2), due(2)).absolute_at_previous_slot
        assert found == {"coma", "creatinine"}

    def test_relative_criteria_of_the_slot_before_are_not_carried(self, bedside: Bedside) -> None:
        assessed(bedside.dose(1), Verdict.HOLD, at=due(1), met=("edema",))
        close(bedside, 1)
        assert facts_of(bedside.course, bedside.dose(2), due(2)).absolute_at_previous_slot == frozenset()


class TestNextDose:
    def test_next_is_the_first_slot_when_nothing_was_done(self, bedside: Bedside) -> None:
        assert next_dose(bedside.course) == bedside.dose(1)

    def test_next_is_the_following_slot_when_one_is_running_given_or_closed(self, bedside: Bedside) -> None:
        start_dose(bedside, 1)
        assert next_dose(bedside.course) == bedside.dose(2)
        doses.end(dose=bedside.dose(1), actor=Actor(user=bedside.nurse), at=due(1) + MINUTE)
        close(bedside, 2)
        assert next_dose(bedside.course) == bedside.dose(3)

    def test_there_is_no_next_when_the_cycle_has_ended(self, bedside: Bedside) -> None:
        cycles.end(cycle=bedside.cycle, reason="physician", actor=Actor(user=bedside.physician), at=NOW)
        assert active_cycle_of(bedside.course) is None
        assert next_dose(bedside.course) is None

    def test_slot_behind_a_deviation_never_comes_next(self, bedside: Bedside) -> None:
        doses.record_given_deviation(
            dose=bedside.dose(3), given_iu=DOSE_IU, started_at=due(1), ended_at=due(1), reason_text="Wrong slot.",
            actor=Actor(user=bedside.nurse), at=due(1),
        )  # fmt: skip
        assert next_dose(bedside.course) == bedside.dose(4)


class TestRules:
    def test_rules_are_those_pinned_to_the_course(self, bedside: Bedside) -> None:
        rules = rules_of(bedside.course)
        assert (rules.protocol.key, rules.regimen.key) == ("consensus_2014", "hd_600_fda")
        assert rules.overlay is not None
        assert rules.protocol.sha256 == bedside.course.protocol.sha256

    def test_rules_are_refused_when_their_text_is_not_the_one_pinned(self, bedside: Bedside) -> None:
        row = bedside.course.protocol
        altered = RuleFile(kind=row.kind, key=row.key, version=row.version, sha256=row.sha256, text=row.text + "\n")
        with pytest.raises(pinned.RuleTextAltered):
            pinned.protocol(altered)
