"""Do the pages of the rules show every row, who signed it, and what changed?"""

from __future__ import annotations

import re
from decimal import Decimal
from hashlib import sha256

import pytest
from django.test import Client
from django.utils.html import escape

from dosing.domain.loaded import Loaded
from dosing.domain.schedule_planned import planned_doses
from dosing.models import RuleFile
from dosing.rules.course_loader import load_planned, planned_keys
from dosing.rules.loader import load_protocol, load_regimen, parse_protocol, parse_regimen, protocol_keys, regimen_keys
from dosing.services import rules, signoffs, site_inputs
from il2ward.audit.actor import Actor
from il2ward.staff.models import Role, User, Ward
from monitoring.selectors.release import released
from tests.dosing.builders import NOW, make_physician, make_site, make_staff, make_ward
from tests.signed_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ward() -> Ward:
    """A ward of a hospital that has taken over every rule of this release."""
    for kind, loaded in released():
        rules.adopt(loaded, kind, NOW)
    return make_ward(make_site())


def page_for(user: User, address: str, status: int = 200) -> str:
    """The page as this person sees it."""
    client = signed_in(user)
    answer = client.get(address)
    assert answer.status_code == status, address
    return answer.content.decode()


def next_version(row: RuleFile, *changes: tuple[str, str]) -> RuleFile:
    """A second version of a kept rule file, with some of its text changed."""
    text = row.text.replace("\nversion: 1\n", "\nversion: 2\n", 1)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    parse = parse_regimen if row.kind == "regimen" else parse_protocol
    value = parse(text).value
    return rules.adopt(Loaded(row.key, 2, sha256(text.encode()).hexdigest(), text, value), row.kind, NOW)


@pytest.mark.parametrize("role", [Role.NURSE, Role.PHYSICIAN, Role.ADMIN])
def test_list_names_every_kept_rule_whatever_the_role(ward: Ward, role: str) -> None:
    text = page_for(make_staff(ward, role), "/rules/")

    for row in RuleFile.objects.filter(kind__in=("protocol", "overlay")):
        assert f'href="/rules/protocols/{row.key}/1/"' in text
        assert row.sha256[:12] in text
    for key in regimen_keys():
        assert f'href="/rules/regimens/{key}/1/"' in text
    for version in ("3.0", "4.03", "5.0", "6.0"):
        assert f'href="/rules/ctcae/{version}/"' in text


@pytest.mark.parametrize("address", ["/rules/", "/rules/protocols/fda_label/1/", "/rules/regimens/hd_600_fda/1/"])
def test_nobody_signed_in_is_sent_to_the_door(ward: Ward, address: str) -> None:
    answer = Client().get(address)

    assert answer.status_code == 302
    assert answer["Location"].startswith("/sign-in/")


@pytest.mark.parametrize(
    "address",
    [
        "/rules/protocols/fda_label/2/",
        "/rules/protocols/none/1/",
        "/rules/regimens/none/1/",
        "/rules/protocols/hd_600_fda/1/",
    ],
)
def test_page_is_not_there_when_no_such_version_is_kept(ward: Ward, address: str) -> None:
    page_for(make_physician(ward), address, 404)


@pytest.mark.parametrize("key", protocol_keys())
def test_protocol_shows_every_criterion_with_its_source_and_an_anchor(ward: Ward, key: str) -> None:
    text = page_for(make_physician(ward), f"/rules/protocols/{key}/1/")

    for row in load_protocol(key).value.criteria:
        assert text.count(f'id="{row.id}"') == 1
    for anchor in ("floor_sbp", "floor_pressor", "floor_oxygen"):
        assert f'id="{anchor}"' in text
    assert "This is the first version kept here" in text
    assert re.search(r"<script(?! type=\"module\" src=)", text) is None
    assert " style=" not in text


def test_rows_nobody_read_stand_out_by_word_and_shape(ward: Ward) -> None:
    text = page_for(make_physician(ward), "/rules/protocols/consensus_2014/1/")

    row = text.split('id="j_derm_desq"')[1].split("</li>")[0]
    assert "column uncertain in the source" in row
    assert "loud" in row
    assert '<li class="criterion loud" id="j_derm_desq">' in text
    assert "assumed, the rule of schwartzentruber_2001" in text
    assert '<li class="criterion" id="j_ren_cr_abs">' in text


@pytest.mark.parametrize("key", regimen_keys())
def test_regimen_shows_every_slot_and_what_was_left_open(ward: Ward, key: str) -> None:
    regimen = load_regimen(key).value
    text = page_for(make_physician(ward), f"/rules/regimens/{key}/1/")

    assert text.count('class="slot"') == regimen.slots_per_cycle
    assert f"{regimen.dose_iu_per_kg:,} units per kg" in text
    for left_open in regimen.not_stated:
        assert escape(left_open) in text


def test_unsigned_version_offers_the_sign_off_to_a_physician_only(ward: Ward) -> None:
    address = "/rules/protocols/fda_label/1/"

    assert 'id="sign-off"' in page_for(make_physician(ward), address)
    for role in (Role.NURSE, Role.ADMIN):
        text = page_for(make_staff(ward, role), address)
        assert 'id="sign-off"' not in text
        assert "A physician of the hospital signs it" in text


def test_sign_off_lists_exactly_the_rows_that_nobody_read(ward: Ward) -> None:
    text = page_for(make_physician(ward), "/rules/protocols/consensus_2014/1/")

    ticked = re.findall(r'name="row" value="([^"]+)"', text)
    assert ticked == ["combination", "j_derm_desq", "j_gi_vomit", "j_neuro_serial7", "j_ren_hco3"]


@pytest.mark.parametrize("demonstration", [False, True])
def test_signature_is_shown_with_its_name_and_as_what_it_is(ward: Ward, demonstration: bool) -> None:
    physician = make_physician(ward)
    row = RuleFile.objects.get(key="consensus_2014")
    signoffs.sign(
        site=ward.site, rule_file=row, statement="Read and agreed.", actor=Actor(user=physician), at=NOW,
        demonstration=demonstration,
    )  # fmt: skip

    for address in ("/rules/", "/rules/protocols/consensus_2014/1/"):
        text = page_for(physician, address)
        assert f"by {physician.display_name}" in text
        assert ("DEMONSTRATION sign-off" in text) is demonstration
    assert 'id="sign-off"' not in text


def test_signature_of_another_hospital_does_not_count_here(ward: Ward) -> None:
    there = make_physician(make_ward(make_site()))
    row = RuleFile.objects.get(key="consensus_2014")
    signoffs.sign(site=there.site, rule_file=row, statement="Read.", actor=Actor(user=there), at=NOW)  # type: ignore[arg-type]

    text = page_for(make_physician(ward), "/rules/protocols/consensus_2014/1/")

    assert "Not signed at this hospital" in page_for(make_physician(ward), "/rules/")
    assert 'id="sign-off"' in text


def test_second_version_shows_what_changed_row_by_row(ward: Ward) -> None:
    first = RuleFile.objects.get(key="consensus_2014")
    next_version(first, ("limits: {at_least: 100, at_most: 130}", "limits: {at_least: 120, at_most: 130}"))

    text = page_for(make_physician(ward), "/rules/protocols/consensus_2014/2/")

    changes = text.split('id="changes"')[-1].split("</section>")[0]
    assert "1 row:" in changes
    assert "criteria j_cv_st_rel" in changes
    assert "<del>100</del>" in changes
    assert "<ins>120</ins>" in changes
    assert '<a href="../1/">version 1</a>' in text


def test_second_version_of_a_regimen_shows_what_changed(ward: Ward) -> None:
    next_version(RuleFile.objects.get(key="hd_600_fda"), ("infusion_min: 15", "infusion_min: 20"))

    text = page_for(make_physician(ward), "/rules/regimens/hd_600_fda/2/")

    assert "<del>15</del>" in text
    assert "<ins>20</ins>" in text


def test_second_version_that_says_the_same_says_so(ward: Ward) -> None:
    next_version(RuleFile.objects.get(key="hd_600_fda"))

    assert "Says the same as version 1" in page_for(make_physician(ward), "/rules/regimens/hd_600_fda/2/")


def test_ages_are_those_that_the_hospital_chose_and_no_other_s(ward: Ward) -> None:
    physician = make_physician(ward)
    site_inputs.choose_ages(
        site=ward.site, ages={"creatinine": Decimal(28)}, reason="One laboratory round a day on this ward.",
        actor=Actor(user=physician), at=NOW,
    )  # fmt: skip
    address = "/rules/protocols/til_2024/1/"

    here, there = page_for(physician, address), page_for(make_physician(make_ward(make_site())), address)

    assert "at most 28 h old" in here.split('id="t_ren_cr"')[1].split("</li>")[0]
    assert "at most 14 h old" in there.split('id="t_ren_cr"')[1].split("</li>")[0]


@pytest.mark.parametrize("key", planned_keys())
def test_calendar_shows_every_dose_on_its_day(ward: Ward, key: str) -> None:
    regimen = load_planned(key).value
    text = page_for(make_physician(ward), f"/rules/regimens/{key}/1/")

    assert text.count('class="slot"') == len(planned_doses(regimen, NOW))


def test_regimen_that_no_course_can_use_is_shown_only() -> None:
    rules.adopt(load_protocol("til_2024"), "protocol", NOW)
    physician = make_physician(make_ward(make_site()))

    assert "that no course here can use" in page_for(physician, "/rules/")
    text = page_for(physician, "/rules/regimens/sc_yang/1/")
    assert "Shown only." in text
    assert 'id="sign"' not in text


def test_protocol_has_no_page_before_any_contract_of_inputs_is_kept() -> None:
    rules.adopt(load_protocol("til_2024"), "protocol", NOW)

    page_for(make_physician(make_ward(make_site())), "/rules/protocols/til_2024/1/", 404)
