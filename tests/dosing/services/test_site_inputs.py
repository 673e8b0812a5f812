"""A site's own ages: a physician's act with a reason, a version of their own, and only for courses opened after."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from msgspec.structs import replace

from dosing.models import RuleFile
from dosing.rules.loader import RuleFileRefused, load_inputs
from dosing.rules.site_inputs import key_of, with_ages
from dosing.selectors import pinned
from dosing.selectors.site_inputs import inputs_of
from dosing.services.refusals import Invalid, NotAllowed, PhysicianNeeded, ReasonMissing, Refused
from dosing.services.site_inputs import choose_ages
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from tests.dosing import builders
from tests.dosing.builders import NOW

pytestmark = pytest.mark.django_db
WHY = "Our laboratory draws creatinine once a day."


def chosen(**ages: str) -> dict[str, Decimal]:
    return {name: Decimal(hours) for name, hours in ages.items()}


def test_choice_is_the_release_with_other_ages_and_nothing_else() -> None:
    ward = builders.make_ward(builders.make_site("N-1"))
    builders.adopted_rules()
    physician = builders.make_physician(ward)

    row = choose_ages(
        site=ward.site, ages=chosen(creatinine="28", bp_systolic="1"), reason=WHY, actor=Actor(user=physician), at=NOW
    )

    released, own = load_inputs().value, pinned.inputs(row).value
    assert (row.key, row.version) == ("inputs_n_1", 1)
    assert own.inputs["creatinine"].max_age == timedelta(hours=28)
    assert own.inputs["bp_systolic"].max_age == timedelta(hours=1)
    unchanged = dict(own.inputs) | {name: released.inputs[name] for name in ("creatinine", "bp_systolic")}
    assert replace(own, id="inputs", version=1, inputs=unchanged) == released
    assert inputs_of(ward.site) == row
    event = AuditEvent.objects.get(event="inputs.ages_chosen")
    assert json.loads(event.body)["ages_h"] == {"bp_systolic": "1", "creatinine": "28"}
    assert json.loads(event.body)["reason"] == WHY


def test_next_choice_keeps_the_one_before_and_other_sites_keep_theirs() -> None:
    ward, other = builders.make_ward(builders.make_site()), builders.make_ward(builders.make_site())
    released = builders.adopted_rules()["inputs"]
    actor = Actor(user=builders.make_physician(ward))
    choose_ages(site=ward.site, ages=chosen(creatinine="28"), reason=WHY, actor=actor, at=NOW)

    row = choose_ages(site=ward.site, ages=chosen(weight="24"), reason=WHY, actor=actor, at=NOW)

    assert row.version == 2
    assert pinned.inputs(row).value.inputs["creatinine"].max_age_h == 28
    assert pinned.inputs(row).value.inputs["weight"].max_age_h == 24
    assert inputs_of(other.site) == released


def test_running_course_keeps_the_contract_it_is_pinned_to() -> None:
    bedside = builders.make_bedside()
    before = bedside.course.inputs_id

    choose_ages(
        site=bedside.course.site, ages=chosen(creatinine="28"), reason=WHY, actor=Actor(user=bedside.physician), at=NOW
    )

    bedside.course.refresh_from_db()
    assert bedside.course.inputs_id == before


@pytest.mark.parametrize(
    ("role", "ages", "reason", "refusal"),
    [
        ("nurse", {"creatinine": "28"}, WHY, PhysicianNeeded),
        ("admin", {"creatinine": "28"}, WHY, PhysicianNeeded),
        ("nobody", {"creatinine": "28"}, WHY, PhysicianNeeded),
        ("elsewhere", {"creatinine": "28"}, WHY, NotAllowed),
        ("physician", {"creatinine": "28"}, "too short     ", ReasonMissing),
        ("physician", {"creatinine": "29"}, WHY, Invalid),
        ("physician", {"creatinine": "14"}, WHY, Invalid),
        ("physician", {}, WHY, Invalid),
    ],
)
def test_choice_is_refused_and_nothing_is_written(
    role: str, ages: dict[str, str], reason: str, refusal: type[Refused]
) -> None:
    ward, other = builders.make_ward(builders.make_site()), builders.make_ward(builders.make_site())
    actors = {
        "nurse": Actor(user=builders.make_nurse(ward)),
        "admin": Actor(user=builders.make_admin(ward)),
        "physician": Actor(user=builders.make_physician(ward)),
        "elsewhere": Actor(user=builders.make_physician(other)),
        "nobody": SYSTEM,
    }

    with builders.nothing_written(refusal):
        choose_ages(site=ward.site, ages=chosen(**ages), reason=reason, actor=actors[role], at=NOW)


def test_age_that_cannot_be_written_into_the_text_is_refused() -> None:
    with pytest.raises(RuleFileRefused, match="troponin_i"):
        with_ages(load_inputs(), key=key_of("A"), version=1, ages=chosen(troponin_i="24"))


def test_physician_chooses_from_the_command_line(tmp_path: Path) -> None:
    ward = builders.make_ward(builders.make_site())
    builders.make_physician(ward, "meyer", password="a long enough password")
    secret, out = tmp_path / "password", StringIO()
    secret.write_text("a long enough password\n")
    who = {"physician": "meyer", "reason": WHY, "password_file": secret}

    call_command("site_ages", "creatinine=28", "weight=24", stdout=out, **who)

    row = RuleFile.objects.get(key=key_of(ward.site.code))
    assert row.sha256 in out.getvalue()
    for ages, said in (("creatinine", "creatinine=28"), ("creatinine=28", "stand already"), ("urine=a lot", "hours")):
        with pytest.raises(CommandError, match=said):
            call_command("site_ages", ages, stdout=out, **who)
    secret.write_text("another password")
    with pytest.raises(CommandError):
        call_command("site_ages", "creatinine=12", stdout=out, **who)
