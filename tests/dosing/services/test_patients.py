"""Who is registered as a patient, and whose word makes a protocol usable?"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from dosing.domain.loaded import Loaded
from dosing.models import Patient, ProtocolSignoff, RuleFile
from dosing.rules.loader import load_protocol
from dosing.services import patients, refusals, rules, signoffs
from il2ward.audit.actor import SYSTEM, Actor
from tests.dosing.builders import (
    NOW,
    Bedside,
    adopted_rules,
    make_patient,
    make_physician,
    make_site,
    make_ward,
    nothing_written,
)


def register(bedside: Bedside, **changed: object) -> Patient:
    said = {
        "site": bedside.site,
        "mrn": "4711",
        "family_name": "Novak",
        "given_name": "Iva",
        "birth_date": date(1961, 4, 12),
        "gender": "female",
        "actor": Actor(user=bedside.nurse),
        "at": NOW,
        **changed,
    }
    return patients.register(**said)


class TestRegistering:
    def test_record_number_is_kept_without_the_blanks_around_it(self, bedside: Bedside) -> None:
        patient = register(bedside, mrn=" 4711 ")
        assert (patient.mrn, patient.allergies, patient.id.version) == ("4711", None, 7)

    def test_patient_is_refused_when_the_record_number_is_taken_at_the_site(self, bedside: Bedside) -> None:
        with nothing_written(refusals.MrnTaken):
            register(bedside, mrn=bedside.patient.mrn)

    def test_same_record_number_is_another_person_at_another_site(self, bedside: Bedside) -> None:
        assert make_patient(make_site(), mrn=bedside.patient.mrn) != bedside.patient

    @pytest.mark.parametrize(
        "changed",
        [{"mrn": "  "}, {"family_name": " "}, {"birth_date": NOW.date() + timedelta(days=1)}, {"gender": "f"}],
        ids=["no number", "no name", "born tomorrow", "unknown gender"],
    )
    def test_patient_is_refused_when_incomplete(self, bedside: Bedside, changed: dict[str, object]) -> None:
        with nothing_written(refusals.IncompletePatient):
            register(bedside, **changed)

    def test_patient_born_today_is_taken(self, bedside: Bedside) -> None:
        assert register(bedside, birth_date=NOW.date())

    def test_patient_is_refused_when_an_admin_registers(self, bedside: Bedside) -> None:
        with nothing_written(refusals.AdminsWriteNothingClinical):
            register(bedside, actor=Actor(user=bedside.admin))


class TestSigning:
    def sign(self, bedside: Bedside, **changed: object) -> ProtocolSignoff:
        said = {
            "site": bedside.site,
            "rule_file": adopted_rules("springerplus_2015")["protocol"],
            "statement": "Read and agreed.",
            "actor": Actor(user=bedside.physician),
            "at": NOW,
            **changed,
        }
        return signoffs.sign(**said)

    def test_signature_names_the_physician_and_the_version(self, bedside: Bedside) -> None:
        signed = self.sign(bedside)
        assert (signed.physician, signed.protocol.key, signed.demonstration) == (
            bedside.physician,
            "springerplus_2015",
            False,
        )

    @pytest.mark.parametrize("who", ["nurse", "admin", "system"])
    def test_signature_is_refused_when_no_physician_signs(self, bedside: Bedside, who: str) -> None:
        adopted_rules("springerplus_2015")
        with nothing_written(refusals.PhysicianNeeded):
            self.sign(bedside, actor=SYSTEM if who == "system" else Actor(user=getattr(bedside, who)))

    def test_signature_is_refused_when_the_physician_is_of_another_hospital(self, bedside: Bedside) -> None:
        adopted_rules("springerplus_2015")
        stranger = make_physician(make_ward(make_site()))
        with nothing_written(refusals.NotAllowed):
            self.sign(bedside, actor=Actor(user=stranger))

    def test_signature_is_never_replaced(self, bedside: Bedside) -> None:
        self.sign(bedside)
        with nothing_written(signoffs.AlreadySigned):
            self.sign(bedside)

    def test_demonstration_is_refused_in_production(self, bedside: Bedside, settings: object) -> None:
        adopted_rules("springerplus_2015")
        settings.IL2WARD_MODE = "production"  # type: ignore[attr-defined]
        with nothing_written(refusals.NotAllowed):
            self.sign(bedside, demonstration=True)

    @pytest.mark.parametrize(("minutes", "possible"), [(359, False), (360, True), (1440, True), (1441, False)])
    def test_site_minimum_is_six_to_24_hours(self, bedside: Bedside, minutes: int, possible: bool) -> None:
        regimen = bedside.course.regimen
        adopted_rules("springerplus_2015")
        if possible:
            assert self.sign(bedside, rule_file=regimen, minimum_start_to_start_min=minutes)
            return
        with nothing_written(refusals.Invalid):
            self.sign(bedside, rule_file=regimen, minimum_start_to_start_min=minutes)

    def test_site_minimum_is_refused_when_signed_with_a_protocol(self, bedside: Bedside) -> None:
        adopted_rules("springerplus_2015")
        with nothing_written(refusals.Invalid):
            self.sign(bedside, minimum_start_to_start_min=480)

    def test_signature_is_refused_without_a_statement(self, bedside: Bedside) -> None:
        adopted_rules("springerplus_2015")
        with nothing_written(refusals.Invalid):
            self.sign(bedside, statement="  ")


class TestAdopting:
    def test_one_row_is_kept_when_the_same_text_is_adopted_again(self, bedside: Bedside) -> None:
        loaded = load_protocol("consensus_2014")
        assert rules.adopt(loaded, "protocol", NOW) == rules.adopt(loaded, "protocol", NOW)
        assert RuleFile.objects.filter(key="consensus_2014").count() == 1

    def test_altered_text_is_refused_when_its_version_was_adopted(self, bedside: Bedside) -> None:
        loaded = load_protocol("consensus_2014")
        altered = Loaded(loaded.key, loaded.version, "f" * 64, loaded.text + "\n", loaded.value)
        with pytest.raises(IntegrityError), transaction.atomic():
            rules.adopt(altered, "protocol", NOW)
