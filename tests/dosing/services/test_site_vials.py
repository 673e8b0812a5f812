"""How much of a vial counts is the hospital's choice: it moves the number of vials and nothing else."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from dosing.models import Dose, SiteVial
from dosing.selectors import agreed
from dosing.services import site_vials
from dosing.services.refusals import Invalid, NotAllowed, ReasonMissing, Refused
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from tests.dosing import builders
from tests.dosing.builders import NOW, Bedside

pytestmark = pytest.mark.django_db
WHY = "The pharmacy draws up the labelled volume."
MILLION = 1_000_000


def choose(bedside: Bedside, millions: int, **other: object) -> SiteVial:
    given = {"site": bedside.site, "reason": WHY, "actor": Actor(user=bedside.physician), "at": NOW, **other}
    return site_vials.choose(recoverable_iu=millions * MILLION, **given)  # type: ignore[arg-type]


def vials_of(bedside: Bedside) -> tuple[int, int]:
    dose = Dose.objects.get(cycle=bedside.cycle, number=1)
    return agreed.vials_of(dose), dose.dose_iu


def test_vials_follow_the_newest_choice_and_the_dose_stays() -> None:
    bedside = builders.make_bedside()
    before, dose_iu = vials_of(bedside)
    assert (dose_iu, before) == (43_500_000, 2)

    choose(bedside, 18)
    assert vials_of(bedside) == (3, dose_iu)
    choose(bedside, 22, at=NOW + timedelta(minutes=1))
    assert vials_of(bedside) == (2, dose_iu)
    assert AuditEvent.objects.filter(event="site_vial.chosen", site_id=bedside.site.pk).count() == 2


def test_second_calculation_keeps_the_vials_of_its_own_time() -> None:
    bedside = builders.make_bedside()
    choose(bedside, 18)
    (row,) = builders.agree(bedside.cycle, builders.make_nurse(bedside.ward), at=NOW)

    assert row.vials == 3


def test_choice_of_another_site_does_not_count() -> None:
    bedside, other = builders.make_bedside(), builders.make_bedside()
    choose(other, 18)

    assert vials_of(bedside)[0] == 2


@pytest.mark.parametrize(
    ("who", "millions", "reason", "refusal"),
    [
        ("nurse", 18, WHY, NotAllowed),
        ("elsewhere", 18, WHY, NotAllowed),
        ("nobody", 18, WHY, NotAllowed),
        ("physician", 18, "too short     ", ReasonMissing),
        ("physician", 20, WHY, Invalid),
        ("admin", 0, WHY, Invalid),
    ],
)
def test_choice_is_refused_and_nothing_is_written(who: str, millions: int, reason: str, refusal: type[Refused]) -> None:
    bedside, other = builders.make_bedside(), builders.make_bedside()
    actors = {
        "nurse": Actor(user=bedside.nurse),
        "physician": Actor(user=bedside.physician),
        "admin": Actor(user=bedside.admin),
        "elsewhere": Actor(user=other.physician),
        "nobody": SYSTEM,
    }

    with builders.nothing_written(refusal):
        choose(bedside, millions, reason=reason, actor=actors[who])
    assert not SiteVial.objects.exists()


def test_database_refuses_another_amount() -> None:
    bedside = builders.make_bedside()
    with pytest.raises(IntegrityError), transaction.atomic():
        SiteVial.objects.create(
            site=bedside.site, recoverable_iu=20 * MILLION, reason=WHY, set_by=bedside.physician, set_at=NOW
        )


def test_admin_chooses_from_the_command_line(tmp_path: Path) -> None:
    ward = builders.make_ward(builders.make_site())
    builders.make_admin(ward, "meyer", password="a long enough password")
    secret, out = tmp_path / "password", StringIO()
    secret.write_text("a long enough password\n")
    who = {"by": "meyer", "reason": WHY, "password_file": secret}

    call_command("site_vial", "18", stdout=out, **who)

    assert SiteVial.objects.get().recoverable_iu == 18 * MILLION
    assert "18,000,000 units from a vial" in out.getvalue()
    with pytest.raises(CommandError, match="22,000,000"):
        call_command("site_vial", "20", stdout=out, **who)
