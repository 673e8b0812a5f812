"""A result that came without limits is held against its site's, and one that came with any never is."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from monitoring.domain.site_limits import SITES, SiteLimits, SiteTable, why_refused, with_site_limits
from tests.monitoring.domain.build import AT, OBSERVABLES, reading

HIGH = Decimal("1.2")


def stated(observable: str = "creatinine", unit: str = "mg/dL", **other: Any) -> SiteLimits:
    return SiteLimits(observable, unit, **{"lln": None, "uln": HIGH, "valid_from": AT, **other})


def test_the_newest_statement_that_held_then_counts() -> None:
    early, late = stated(), stated(valid_from=AT + timedelta(hours=1))
    table = SiteTable([early, late])

    assert table.at("creatinine", AT - timedelta(microseconds=1)) is None
    assert table.at("creatinine", AT) is early
    assert table.at("creatinine", AT + timedelta(hours=1)) is late
    assert table.at("bilirubin_total", AT) is None


@pytest.mark.parametrize(("value", "unit", "uln"), [("2", "mg/dL", HIGH), ("200", "umol/L", Decimal("106.08"))])
def test_a_bare_result_is_held_against_the_sites_limits_in_its_own_unit(value: str, unit: str, uln: Decimal) -> None:
    held = with_site_limits(reading("creatinine", value, unit), SiteTable([stated()]), OBSERVABLES)

    assert (held.sent_uln, held.uln, held.sent_lln, held.lln) == (uln, HIGH, None, None)
    assert held.limits_from == SITES


def test_a_lower_limit_alone_is_a_statement_too() -> None:
    limits = SiteTable([stated("platelets", "10*9/L", lln=Decimal(150), uln=None)])
    held = with_site_limits(reading("platelets", "90", "10*9/L"), limits, OBSERVABLES)

    assert (held.sent_lln, held.lln, held.sent_uln, held.uln) == (Decimal(150), Decimal(150), None, None)


@pytest.mark.parametrize("sent", [{"uln": "1"}, {"lln": "0.5"}])
def test_a_results_own_limit_wins_even_one_sided(sent: dict[str, str]) -> None:
    came = reading("creatinine", "2", "mg/dL", **sent)

    assert with_site_limits(came, SiteTable([stated()]), OBSERVABLES) == came


@pytest.mark.parametrize(
    "came",
    [
        reading("heart_rate", "120", "/min"),
        reading("creatinine", "2", "furlong"),
        reading("no_such_thing", "2", "mg/dL"),
        reading("bilirubin_total", "2", "mg/dL"),
    ],
)
def test_nothing_else_is_held_against_them(came: Any) -> None:
    table = SiteTable([stated(), stated("heart_rate", "/min"), stated("no_such_thing")])

    assert with_site_limits(came, table, OBSERVABLES) == came


def test_a_statement_in_an_unknown_unit_is_none() -> None:
    came = reading("creatinine", "2", "mg/dL")

    assert with_site_limits(came, SiteTable([stated(unit="furlong")]), OBSERVABLES) == came


@pytest.mark.parametrize(
    ("observable", "unit", "words"),
    [
        ("creatinine", "mg/dL", ""),
        ("creatinine", "furlong", "'furlong' is not a unit of"),
        ("heart_rate", "/min", "Only a laboratory value has limits of normal."),
        ("no_such_thing", "mg/dL", "Only a laboratory value has limits of normal."),
    ],
)
def test_limits_are_refused_by_name(observable: str, unit: str, words: str) -> None:
    said = why_refused(OBSERVABLES.get(observable), OBSERVABLES, unit)

    assert said.startswith(words)
    assert bool(said) == bool(words)
