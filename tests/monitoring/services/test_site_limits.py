"""A site's limits serve the results that came without any, are marked so, and never outweigh a result's own."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError

from dosing.services.refusals import NotAllowed
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.audit.models import AuditEvent
from monitoring.models import Regrading, SiteLimit, ToxicityGrade
from monitoring.services import site_limits
from tests.dosing.builders import NOW, Bedside, make_physician, make_site, make_ward
from tests.monitoring.charting import creatinine, record, value, work

HOUR = timedelta(hours=1)


def state(bedside: Bedside, **other: Any) -> SiteLimit:
    """Creatinine 0.6 to 1.2 mg/dL, stated by the admin for everything since the day before."""
    given: dict[str, Any] = {
        "site": bedside.site, "observable": "creatinine", "unit": "mg/dL", "lln": Decimal("0.6"), "uln": Decimal("1.2"),
        "source": "Laboratory handbook 2026", "valid_from": NOW - timedelta(days=1),
        "actor": Actor(user=bedside.admin), "at": NOW,
    }  # fmt: skip
    return site_limits.set_limit(**(given | other))


def bare(text: str, unit: str = "mg/dL", *, at: datetime = NOW) -> Any:
    return value("creatinine", text, unit, at=at, origin="laboratory")


def newest() -> ToxicityGrade:
    return ToxicityGrade.objects.filter(term="creatinine_increased").latest("id")


def graded(bedside: Bedside, *items: Any, at: datetime = NOW) -> ToxicityGrade:
    record(bedside, items, at=at)
    work(bedside, at=at)
    return newest()


def test_a_result_without_limits_is_held_against_the_sites_and_says_so(bedside: Bedside) -> None:
    state(bedside)
    found = graded(bedside, bare("1.9"))

    assert found.grade == 2
    assert "held against the site's limits" in found.why


def test_a_results_own_limit_always_wins(bedside: Bedside) -> None:
    state(bedside, uln=Decimal(9))
    found = graded(bedside, creatinine("1.9", at=NOW))

    assert found.grade == 2
    assert "site's" not in found.why


def test_limits_are_converted_to_the_unit_of_the_result(bedside: Bedside) -> None:
    state(bedside)

    assert graded(bedside, bare("159.1", "umol/L")).grade == 1, "1.5 x 1.2 mg/dL is 159.12 umol/L"
    assert graded(bedside, bare("159.2", "umol/L", at=NOW + HOUR), at=NOW + HOUR).grade == 2


def test_the_newest_statement_that_was_valid_then_counts(bedside: Bedside) -> None:
    state(bedside)
    state(bedside, uln=Decimal("1.0"), valid_from=NOW)

    assert graded(bedside, bare("1.6", at=NOW - HOUR)).grade == 1, "below 1.5 x 1.2"
    assert graded(bedside, bare("1.6", at=NOW)).grade == 2, "above 1.5 x 1.0"


def test_another_sites_table_is_never_used(bedside: Bedside) -> None:
    elsewhere = make_site()
    physician = make_physician(make_ward(elsewhere))
    state(bedside, site=elsewhere, actor=Actor(user=physician))

    assert graded(bedside, bare("1.9")).grade is None


def test_a_statement_grades_again_what_came_without_limits_since_it_is_valid(bedside: Bedside) -> None:
    assert graded(bedside, bare("1.9")).grade is None
    limit = state(bedside)

    assert (newest().grade, newest().revision) == (2, 1)
    told = Regrading.objects.get()
    assert (told.cause, told.site_limit_id) == ("site_limit", limit.pk)
    assert told.touched[0]["before"] is None
    assert AuditEvent.objects.filter(event="site_limit.set").count() == 1


@pytest.mark.parametrize("who", ["nurse", "system", "elsewhere"])
def test_only_an_admin_or_physician_of_the_site_states_them(bedside: Bedside, who: str) -> None:
    actors = {
        "nurse": Actor(user=bedside.nurse), "system": SYSTEM,
        "elsewhere": Actor(user=make_physician(make_ward(make_site()))),
    }  # fmt: skip
    with pytest.raises(NotAllowed):
        state(bedside, actor=actors[who])
    assert state(bedside, actor=Actor(user=bedside.physician)).pk


@pytest.mark.parametrize(
    "wrong",
    [
        {"observable": "heart_rate", "unit": "/min"}, {"observable": "nothing"}, {"unit": "furlong"}, {"unit": ""},
        {"lln": None, "uln": None}, {"lln": Decimal("1.2")}, {"uln": Decimal(0)}, {"lln": Decimal("NaN")},
        {"source": "  "}, {"uln": Decimal(10) ** 12},
    ],
)  # fmt: skip
def test_limits_that_make_no_sense_are_refused(bedside: Bedside, wrong: dict[str, Any]) -> None:
    with pytest.raises(site_limits.LimitRefused):
        state(bedside, **wrong)
    assert not SiteLimit.objects.exists()


@pytest.mark.parametrize("wrong", [{"lln": None, "uln": None}, {"lln": 2, "uln": 1}, {"uln": -1}, {"source": ""}])
def test_the_database_refuses_nonsense_too(bedside: Bedside, wrong: dict[str, Any]) -> None:
    given = {"observable": "creatinine", "unit": "mg/dL", "lln": None, "uln": 1, "source": "x", **wrong}
    with pytest.raises(IntegrityError):
        SiteLimit.objects.create(site=bedside.site, valid_from=NOW, set_at=NOW, set_by=bedside.admin, **given)


def run(bedside: Bedside, file: Path, *more: str) -> str:
    file.write_text("correct horse battery\n")
    bedside.admin.set_password("correct horse battery")
    bedside.admin.save()
    out = StringIO()
    call_command(
        "site_limit", "creatinine", "mg/dL", "--source=Handbook", f"--by={bedside.admin.username}",
        f"--password-file={file}", *more, stdout=out,
    )  # fmt: skip
    return out.getvalue()


def test_the_command_states_them_with_the_persons_password(bedside: Bedside, tmp_path: Path) -> None:
    said = run(bedside, tmp_path / "p", "--lower=0.6", "--upper=1.2", "--from=2026-03-01T00:00:00+01:00")

    row = SiteLimit.objects.get()
    assert (row.lln, row.uln, row.valid_from.isoformat()) == (
        Decimal("0.6"), Decimal("1.2"), "2026-02-28T23:00:00+00:00",
    )  # fmt: skip
    assert "creatinine" in said


@pytest.mark.parametrize(
    "wrong", [["--upper=1,2"], ["--upper=1.2", "--from=yesterday"], ["--upper=1.2", "--from=2026-03-01T00:00:00"], []]
)
def test_the_command_refuses_what_it_cannot_read(bedside: Bedside, tmp_path: Path, wrong: list[str]) -> None:
    with pytest.raises(CommandError):
        run(bedside, tmp_path / "p", *wrong)
    assert not SiteLimit.objects.exists()
