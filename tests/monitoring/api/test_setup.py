"""Can a physician set a course up over the JSON interface, and is a wrong second calculation refused and kept?"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import HttpResponse

from dosing.models import Course, Cycle, CycleCheck, Dose, DoseCalculation
from dosing.services import courses, placements
from dosing.services.site_inputs import choose_ages
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import User
from tests.dosing.builders import NOW, Bedside, make_bed, make_nurse, make_patient, make_physician, make_ward
from tests.monitoring.api.bedside_client import post, told
from tests.signed_in import signed_in

STARTS = (NOW + timedelta(hours=2)).isoformat()
PASSWORD = "a long enough pass phrase"
CHECKS = {item: {"answer": "done"} for item in CycleCheck.ITEMS}
SENT = {"regimen": "hd_600_fda", "protocol": "consensus_2014", "ctcae": "5.0", "target_sbp": "90"}
AGAIN = {"weight_kg": "72.50", "lines": [{"iu": 600_000, "dose_iu": 43_500_000}]}


@pytest.fixture
def second(bedside: Bedside) -> User:
    """A nurse of the ward with a password of her own."""
    return make_nurse(bedside.ward, "olga", password=PASSWORD)


@pytest.fixture
def course(bedside: Bedside) -> Course:
    """A new course of a second patient of the ward, opened over the interface."""
    patient = make_patient(bedside.site, at=NOW - timedelta(days=1), family_name="Abel")
    placements.place(patient=patient, bed=make_bed(bedside.ward), actor=SYSTEM, at=NOW - timedelta(hours=3))
    answer = post(signed_in(bedside.physician), f"/api/v1/patients/{patient.pk}/courses", SENT)
    assert answer.status_code == 201, answer.content
    return Course.objects.get(pk=told(answer)["id"])


def begin(course: Course, by: User, **changed: Any) -> HttpResponse:
    """Start the course's next cycle as ``by``."""
    body = {"starts_at": STARTS, "dosing_weight_kg": "72.5", "checks": CHECKS, **changed}
    return post(signed_in(by), f"/api/v1/courses/{course.pk}/cycles", body)


@pytest.fixture
def cycle(course: Course, bedside: Bedside) -> Cycle:
    """The course's first cycle, started; nobody has worked its dose out again."""
    answer = begin(course, bedside.physician)
    assert answer.status_code == 201, answer.content
    return Cycle.objects.get(pk=told(answer)["id"])


def work_out(cycle: Cycle, by: User, **changed: Any) -> HttpResponse:
    """Let ``by`` give their own calculation, signing on the physician's screen."""
    physician = User.objects.get(pk=cycle.started_by_id)
    body = {"second": {"username": by.username, "password": PASSWORD}, **AGAIN, **changed}
    return post(signed_in(physician), f"/api/v1/cycles/{cycle.pk}/calculations", body)


class TestCourse:
    def test_opened_course_is_pinned_to_what_was_chosen(self, course: Course) -> None:
        assert (course.regimen.key, course.protocol.key, course.target_sbp) == ("hd_600_fda", "consensus_2014", 90)
        assert course.overlay is not None

    def test_course_follows_the_ages_its_site_chose(self, bedside: Bedside, request: pytest.FixtureRequest) -> None:
        own = choose_ages(
            site=bedside.site,
            ages={"creatinine": Decimal(28)},
            reason="One creatinine a day here.",
            actor=Actor(user=bedside.physician),
            at=NOW,
        )
        course: Course = request.getfixturevalue("course")
        assert course.inputs == own
        assert bedside.course.inputs != own

    def test_course_is_refused_when_a_nurse_opens_it(self, bedside: Bedside) -> None:
        path = f"/api/v1/patients/{bedside.patient.pk}/courses"
        assert post(signed_in(bedside.nurse), path, SENT).status_code == 403

    def test_course_is_refused_when_the_release_has_no_such_rule(self, bedside: Bedside) -> None:
        path = f"/api/v1/patients/{bedside.patient.pk}/courses"
        answer = post(signed_in(bedside.physician), path, {**SENT, "regimen": "homeopathy"})
        assert (answer.status_code, told(answer)["code"]) == (422, "no-such-rules")

    def test_patient_of_another_ward_is_not_there(self, bedside: Bedside) -> None:
        stranger = make_physician(make_ward(bedside.site, "elsewhere"))
        answer = post(signed_in(stranger), f"/api/v1/patients/{bedside.patient.pk}/courses", SENT)
        assert answer.status_code == 404

    def test_target_and_end_are_taken(self, course: Course, bedside: Bedside) -> None:
        client, path = signed_in(bedside.physician), f"/api/v1/courses/{course.pk}"
        assert told(post(client, f"{path}/target", {"target_sbp": 85}))["target_sbp"] == 85
        assert post(client, f"{path}/target", {"target_sbp": "high"}).status_code == 422
        assert told(post(client, f"{path}/end", {"reason": "complete_response"}))["status"] == "ended"


class TestCycle:
    def test_started_cycle_has_its_doses_and_tells_no_amount(self, course: Course, bedside: Bedside) -> None:
        answer = begin(course, bedside.physician)

        assert answer.status_code == 201
        assert Dose.objects.filter(cycle=told(answer)["id"], dose_iu=43_500_000).count() == 14
        assert "43" not in answer.content.decode().replace(STARTS, "")
        assert "72" not in answer.content.decode()

    @pytest.mark.parametrize(
        ("changed", "status", "code"),
        [
            ({"dosing_weight_kg": "72,5"}, 422, "wrong-content"),
            ({"dosing_weight_kg": "725"}, 422, "impossible-weight"),
            ({"height_cm": "172"}, 422, "impossible-height"),
            ({"checks": {"ecg": {"answer": "done"}}}, 422, "start-checks-missing"),
            ({"cells_infused_at": STARTS}, 422, "impossible-time"),
            ({"starts_at": "2026-03-02 08:00"}, 422, "wrong-content"),
        ],
    )
    def test_cycle_is_refused_when_what_was_sent_makes_no_sense(
        self, course: Course, bedside: Bedside, changed: dict[str, Any], status: int, code: str
    ) -> None:
        answer = begin(course, bedside.physician, **changed)

        assert (answer.status_code, told(answer)["code"]) == (status, code)
        assert not Cycle.objects.filter(course=course).exists()

    def test_cycle_can_be_ended_by_a_physician_only(self, cycle: Cycle, bedside: Bedside) -> None:
        path = f"/api/v1/cycles/{cycle.pk}/end"
        assert post(signed_in(bedside.nurse), path, {"reason": "intolerance"}).status_code == 403
        assert told(post(signed_in(bedside.physician), path, {"reason": "intolerance"}))["status"] == "ended"


class TestSecondCalculation:
    def test_agreeing_calculation_is_taken_and_printed(self, cycle: Cycle, second: User) -> None:
        answer = work_out(cycle, second)

        assert answer.status_code == 201, answer.content
        assert told(answer)["calculations"][0]["ordered"] == "43.5 million units (43,500,000 units)"
        row = DoseCalculation.objects.get(cycle=cycle)
        assert (row.agrees, row.second_by, row.first_by) == (True, second, cycle.started_by)

    def test_wrong_calculation_is_refused_with_both_numbers_and_kept(self, cycle: Cycle, second: User) -> None:
        answer = work_out(cycle, second, lines=[{"iu": 600_000, "dose_iu": 435_000_000}])

        assert (answer.status_code, told(answer)["code"]) == (409, "calculations-differ")
        assert "435,000,000 units" in told(answer)["detail"]
        assert "43,500,000 units" in told(answer)["detail"]
        assert "10 times larger" in told(answer)["detail"]
        row = DoseCalculation.objects.get(cycle=cycle)
        assert (row.agrees, row.second_dose_iu) == (False, 435_000_000)
        assert AuditEvent.objects.filter(event="cycle.calculated_again", actor=second).count() == 1

    def test_calculation_is_refused_when_the_password_is_wrong(self, cycle: Cycle, second: User) -> None:
        answer = work_out(cycle, second, second={"username": second.username, "password": "no"})

        assert (answer.status_code, told(answer)["code"]) == (403, "wrong-password")
        assert not DoseCalculation.objects.filter(cycle=cycle).exists()

    def test_size_put_right_asks_for_another_calculation(self, cycle: Cycle, second: User, bedside: Bedside) -> None:
        work_out(cycle, second)
        body = {"dosing_weight_kg": "75.2", "reason": "Read off the wrong line of the chart."}

        answer = post(signed_in(bedside.physician), f"/api/v1/cycles/{cycle.pk}/size", body)

        assert answer.status_code == 200, answer.content
        assert set(Dose.objects.filter(cycle=cycle).values_list("dose_iu", flat=True)) == {45_120_000}
        assert work_out(cycle, second).status_code == 409

    def test_bolus_dose_is_never_reduced(self, cycle: Cycle, second: User, bedside: Bedside) -> None:
        dose = cycle.doses.get(number=1)
        body = {"to_iu": 1, "reason": "Kidneys are not what they were.",
                "checker": {"username": second.username, "password": PASSWORD}}  # fmt: skip

        answer = post(signed_in(bedside.physician), f"/api/v1/doses/{dose.pk}/reduction", body)

        assert (answer.status_code, told(answer)["code"]) == (409, "dose-is-never-reduced")


class TestFacts:
    def test_documented_facts_come_back_side_by_side(self, course: Course, bedside: Bedside) -> None:
        path = f"/api/v1/courses/{course.pk}/eligibility"
        body = {"answers": {"ecog": "2", "brain_metastases": "none"}, "seen_in": "Clinic letter of 1 March"}

        answer = post(signed_in(bedside.nurse), path, body)

        assert answer.status_code == 201, answer.content
        read = told(signed_in(bedside.admin).get(path))
        assert read["answers"]["ecog"]["seen_in"] == "Clinic letter of 1 March"
        status = next(topic for topic in read["topics"] if topic["topic"] == "performance_status")
        states = {item["id"]: item["state"] for item in status["items"]}
        assert (states["g1"], states["u2"], status["is_disputed"]) == ("not_met", "met", True)

    @pytest.mark.parametrize("answers", [{"ecog": "good"}, {"horoscope": "fine"}, {"oxygen": ""} | {"oxygen": "lots"}])
    def test_fact_is_refused_when_the_rules_do_not_know_it(
        self, course: Course, bedside: Bedside, answers: dict[str, str]
    ) -> None:
        answer = post(signed_in(bedside.nurse), f"/api/v1/courses/{course.pk}/eligibility", {"answers": answers})
        assert (answer.status_code, told(answer)["code"]) == (422, "fact-not-taken")

    def test_admin_documents_nothing(self, course: Course, bedside: Bedside) -> None:
        path = f"/api/v1/courses/{course.pk}/eligibility"
        assert post(signed_in(bedside.admin), path, {"answers": {"ecog": "1"}}).status_code == 403

    def test_response_and_advice_go_together_after_the_patient_has_left(
        self, course: Course, bedside: Bedside, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        courses.end_course(course=course, reason="completed", actor=Actor(user=bedside.physician), at=NOW)
        placements.discharge(patient=course.patient, actor=SYSTEM, at=NOW)
        later: datetime = NOW + timedelta(weeks=8)
        monkeypatch.setattr("il2ward.clock.now", lambda: later)
        body = {"definition": "nci_2000", "category": "nci_none", "assessed_on": later.date().isoformat(),
                "facts": {"fall_percent": "10"}, "outlook": {"disease": "stable", "shrinkage": "none"}}  # fmt: skip

        answer = post(signed_in(bedside.physician), f"/api/v1/courses/{course.pk}/responses", body)

        assert answer.status_code == 201, answer.content
        assert told(answer)["computed"] == "nci_none"
        advice = told(signed_in(bedside.nurse).get(f"/api/v1/courses/{course.pk}/retreatment"))
        by_source = {one["source"]: one["advice"] for one in advice["advice"]}
        assert (by_source["fda_label"], by_source["yang_atkins"]) == ("no_further_course", "further_course")
        assert advice["is_disputed"]

    def test_response_is_a_physicians_word(self, course: Course, bedside: Bedside) -> None:
        body = {"definition": "nci_2000", "category": "nci_none", "assessed_on": NOW.date().isoformat()}
        assert post(signed_in(bedside.nurse), f"/api/v1/courses/{course.pk}/responses", body).status_code == 403
