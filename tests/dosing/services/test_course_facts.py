"""Is what is documented before and after a course kept as it was said, and never read as more than that?"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from dosing.domain.eligibility import ItemState
from dosing.models import EligibilityAnswer, ResponseEntry
from dosing.selectors.course_facts import (
    discharged_at,
    eligibility_of,
    responses_of,
    retreatment_facts,
    retreatment_of,
    standing_answers,
)
from dosing.services import course_facts, courses, placements, refusals
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from tests.dosing.builders import NOW, Bedside, due, give_dose, graded, make_bed, make_course, nothing_written

DAY = timedelta(days=1)


def document(bedside: Bedside, **answers: str) -> list[EligibilityAnswer]:
    return course_facts.document(course=bedside.course, answers=answers, actor=Actor(user=bedside.nurse), at=NOW)


def respond(bedside: Bedside, category: str = "nci_partial", **changed: object) -> ResponseEntry:
    said = {
        "course": bedside.course, "definition": "nci_2000", "category": category, "assessed_on": NOW.date(),
        "facts": {}, "actor": Actor(user=bedside.physician), "at": NOW, **changed,
    }  # fmt: skip
    return course_facts.record_response(**said)


def states(bedside: Bedside, topic: str) -> dict[str, ItemState]:
    found = next(one for one in eligibility_of(bedside.course) if one.topic == topic)
    return {result.item.id: result.state for result in found.results}


class TestEligibility:
    def test_nothing_documented_is_never_met(self, bedside: Bedside) -> None:
        found = {result.state for topic in eligibility_of(bedside.course) for result in topic.results}
        assert found == {ItemState.NOT_DOCUMENTED, ItemState.SHOWN_ONLY}

    def test_newest_answer_counts_and_the_earlier_one_stays(self, bedside: Bedside) -> None:
        document(bedside, ecog="0")
        document(bedside, ecog="2", oxygen="none")

        assert states(bedside, "performance_status")["g1"] is ItemState.NOT_MET
        assert standing_answers(bedside.course)["ecog"].value == "2"
        assert EligibilityAnswer.objects.filter(fact="ecog").count() == 2
        assert AuditEvent.objects.filter(event="course.eligibility_documented", actor=bedside.nurse).count() == 2

    def test_fact_taken_back_is_not_documented_any_more(self, bedside: Bedside) -> None:
        document(bedside, ecog="0")
        document(bedside, ecog="")

        assert "ecog" not in standing_answers(bedside.course)
        assert states(bedside, "performance_status")["g1"] is ItemState.NOT_DOCUMENTED

    @pytest.mark.parametrize(
        "answers", [{"ecog": "1,5"}, {"ecog": "one"}, {"brain_metastases": "many"}, {"made_up": "1"}, {"made_up": ""}]
    )
    def test_answer_is_refused_when_the_rules_do_not_know_it(self, bedside: Bedside, answers: dict[str, str]) -> None:
        with nothing_written(refusals.FactNotTaken):
            document(bedside, **answers)

    def test_answer_is_refused_when_there_is_none_or_the_course_has_ended(self, bedside: Bedside) -> None:
        with nothing_written(refusals.Invalid):
            document(bedside)
        courses.end_course(course=bedside.course, reason="other", actor=Actor(user=bedside.physician), at=NOW)
        with nothing_written(refusals.CourseEnded):
            document(bedside, ecog="1")

    def test_admin_documents_nothing(self, bedside: Bedside) -> None:
        with nothing_written(refusals.AdminsWriteNothingClinical):
            course_facts.document(
                course=bedside.course, answers={"ecog": "1"}, actor=Actor(user=bedside.admin), at=NOW
            )  # fmt: skip


class TestResponse:
    def test_category_is_kept_beside_what_the_facts_settle(self, bedside: Bedside) -> None:
        open_one = respond(bedside)
        settled = respond(bedside, "nci_none", facts={"fall_percent": "24.9"})

        assert (open_one.computed, settled.computed) == ("", "nci_none")
        assert [row.category for row in responses_of(bedside.course)] == ["nci_none", "nci_partial"]

    @pytest.mark.parametrize(
        ("category", "changed"),
        [
            ("nci_minor", {"facts": {"fall_percent": "24.9"}}),
            ("umn_mixed", {}),
            ("nci_partial", {"definition": "legha_1996"}),
            ("nci_partial", {"definition": "recist"}),
            ("umn_partial", {"definition": "umn_2009", "facts": {"fall_percent": "30", "sites_progressing": "none"}}),
        ],
    )
    def test_category_is_refused_when_the_definition_says_otherwise(
        self, bedside: Bedside, category: str, changed: dict[str, object]
    ) -> None:
        with nothing_written(refusals.NotADefinition):
            respond(bedside, category, **changed)

    @pytest.mark.parametrize(
        "changed",
        [{"facts": {"fall_percent": "half"}}, {"outlook": {"courses_given": "3"}}, {"outlook": {"mood": "good"}}],
    )
    def test_fact_is_refused_when_it_is_not_one_to_state(self, bedside: Bedside, changed: dict[str, object]) -> None:
        with nothing_written(refusals.FactNotTaken):
            respond(bedside, **changed)

    def test_day_lies_between_the_opening_and_today(self, bedside: Bedside) -> None:
        for day in (NOW.date() - DAY, NOW.date() + DAY):
            with nothing_written(refusals.ImpossibleTime):
                respond(bedside, assessed_on=day)

    def test_nurse_says_no_response(self, bedside: Bedside) -> None:
        with nothing_written(refusals.PhysicianNeeded):
            respond(bedside, actor=Actor(user=bedside.nurse))

    def test_response_is_taken_after_the_patient_has_left(self, bedside: Bedside) -> None:
        courses.end_course(course=bedside.course, reason="completed", actor=Actor(user=bedside.physician), at=NOW)
        placements.discharge(patient=bedside.patient, actor=SYSTEM, at=NOW)
        later = NOW + 60 * DAY
        assert respond(bedside, assessed_on=later.date(), at=later).pk


class TestRetreatment:
    def test_record_says_itself_what_it_knows(self, bedside: Bedside) -> None:
        give_dose(bedside, 1)
        placements.discharge(patient=bedside.patient, actor=SYSTEM, at=due(2))
        respond(bedside, "nci_none", at=due(2) + 50 * DAY)

        facts = retreatment_facts(bedside.course, due(2) + 49 * DAY)

        assert facts == {"courses_given": 1, "nci_response": "nci_none", "days_since_discharge": 49}

    def test_change_of_bed_is_no_discharge(self, bedside: Bedside) -> None:
        placements.move(patient=bedside.patient, bed=make_bed(bedside.ward), actor=SYSTEM, at=due(2))
        assert discharged_at(bedside.course) is None
        placements.discharge(patient=bedside.patient, actor=SYSTEM, at=due(3))
        assert discharged_at(bedside.course) == due(3)

    def test_course_without_a_dose_is_not_given_and_one_after_complete_response_counts(self, bedside: Bedside) -> None:
        assert retreatment_facts(bedside.course, NOW)["courses_given"] == 0
        give_dose(bedside, 1)
        respond(bedside, "nci_complete", at=due(1) + DAY)
        assert retreatment_facts(bedside.course, due(1) + DAY)["courses_since_complete"] == Decimal(0)
        courses.end_course(
            course=bedside.course, reason="complete_response", actor=Actor(user=bedside.physician), at=due(1) + DAY
        )
        second = make_course(bedside.patient, bedside.physician, at=due(1) + 60 * DAY)
        assert retreatment_facts(graded(second), due(1) + 60 * DAY)["courses_given"] == 1

    def test_physicians_newest_word_counts(self, bedside: Bedside) -> None:
        respond(bedside, outlook={"shrinkage": "none", "disease": "stable"})
        respond(bedside, outlook={"shrinkage": "some"})

        facts = retreatment_facts(bedside.course, NOW)

        assert (facts["shrinkage"], facts["disease"]) == ("some", "stable")

    def test_sources_are_side_by_side_and_their_dispute_is_said(self, bedside: Bedside) -> None:
        respond(bedside, outlook={"shrinkage": "none", "disease": "stable", "contraindication": "none"})

        found = retreatment_of(bedside.course, NOW)

        advice = {one.guide.id: one.advice.value for one in found.advised}
        assert (advice["fda_label"], advice["yang_atkins"]) == ("no_further_course", "further_course")
        assert found.is_disputed
        assert found.disagreements
