"""Is the response what each source defines, with its gaps named and nothing shared between sources?"""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import msgspec
import pytest

from dosing.domain.condition import FactIsNotUsable, holds
from dosing.domain.response import Definition, Response, responses
from dosing.rules.course_loader import load_response

RULES = load_response().value
QUIET: dict[str, str] = {"all_gone": "not_gone", "new_lesion": "none", "growing_lesion": "none"}
SITES: dict[str, str] = {"sites_progressing": "none", "sites_responding": "some"}
MONTH = Decimal(30)


def by(definition: str, **facts: str | Decimal | None) -> Response:
    documented = {name: value for name, value in facts.items() if value is not None}
    return next(one for one in responses(RULES, documented) if one.definition.id == definition)


def nci(fall: str, **more: str | Decimal | None) -> Response:
    return by("nci_2000", **{"fall_percent": Decimal(fall), "sustained_days": MONTH, **QUIET, **more})


def umn(fall: str, **more: str | Decimal | None) -> Response:
    return by("umn_2009", **{"fall_percent": Decimal(fall), "sustained_days": MONTH, **QUIET, **SITES, **more})


@pytest.mark.parametrize(
    ("fall", "code", "counts"),
    [
        ("99.99", "nci_partial", True),
        ("50", "nci_partial", True),
        ("49.99", "nci_minor", False),
        ("49", "nci_minor", False),
        ("25", "nci_minor", False),
        ("24.99", "nci_none", False),
        ("0", "nci_none", False),
        ("-80", "nci_none", False),
    ],
)
def test_nci_response_changes_at_25_and_50_percent(fall: str, code: str, counts: bool) -> None:
    assert (nci(fall).code, nci(fall).is_response) == (code, counts)


def test_nci_complete_needs_everything_gone_and_nothing_new_for_a_month() -> None:
    assert nci("100", all_gone="gone").code == "nci_complete"
    assert nci("100", all_gone="not_gone").code == "nci_partial"
    assert nci("100", all_gone="gone", growing_lesion=None).code == "nci_complete"


@pytest.mark.parametrize(("fall", "gone"), [("100", "gone"), ("50", "not_gone"), ("100", "not_gone")])
def test_nci_response_is_in_a_gap_until_it_has_lasted_30_days(fall: str, gone: str) -> None:
    early = nci(fall, all_gone=gone, sustained_days=Decimal("29.9"))

    assert (early.code, early.is_response) == (None, None)
    assert "not lasted a month" in early.gap
    assert nci(fall, all_gone=gone, sustained_days=MONTH).code in ("nci_complete", "nci_partial")


@pytest.mark.parametrize(
    ("fall", "more"),
    [
        ("60", {"new_lesion": "seen"}),
        ("60", {"growing_lesion": "seen"}),
        ("30", {"new_lesion": "seen"}),
        ("25", {"growing_lesion": "seen"}),
        ("100", {"new_lesion": "seen", "all_gone": "gone"}),
        ("100", {"growing_lesion": "seen"}),
    ],
)
def test_nci_gives_no_name_to_shrinkage_with_new_or_growing_lesions(fall: str, more: dict[str, str]) -> None:
    found = nci(fall, **more)

    assert found.code is None
    assert "new or growing lesion" in found.gap


def test_nci_growth_is_no_response_whatever_the_lesions_do() -> None:
    assert nci("24.9", new_lesion="seen", growing_lesion=None, sustained_days=None, all_gone=None).code == "nci_none"


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        ("new_lesion", ("new_lesion",)),
        ("growing_lesion", ("growing_lesion",)),
        ("sustained_days", ("sustained_days",)),
    ],
)
def test_nci_response_stays_open_and_names_the_missing_fact(missing: str, names: tuple[str, ...]) -> None:
    found = nci("60", **{missing: None})

    assert (found.code, found.is_response, found.gap) == (None, None, "")
    assert found.missing == names
    assert len(found.may_be) >= 2


def test_nothing_documented_leaves_every_definition_open() -> None:
    assert [one.code for one in responses(RULES, {})] == [None, None, None]
    assert "fall_percent" in by("nci_2000").missing


@pytest.mark.parametrize(
    ("fall", "code", "counts"),
    [
        ("99.9", "umn_partial", True),
        ("30.01", "umn_partial", True),
        ("29.99", "umn_stable", False),
        ("0", "umn_stable", False),
        ("-20", "umn_stable", False),
        ("-20.01", "umn_progressive", False),
    ],
)
def test_minnesota_response_changes_at_a_fall_of_30_and_a_growth_of_20_percent(
    fall: str, code: str, counts: bool
) -> None:
    assert (umn(fall).code, umn(fall).is_response) == (code, counts)


def test_minnesota_leaves_a_fall_of_exactly_30_percent_undefined() -> None:
    found = umn("30.0")

    assert found.code is None
    assert "exactly 30 %" in found.gap


@pytest.mark.parametrize("fall", ["60", "30", "0", "-50"])
def test_minnesota_mixed_goes_first_and_is_counted(fall: str) -> None:
    found = umn(fall, sites_progressing="some")

    assert (found.code, found.is_response) == ("umn_mixed", True)


def test_minnesota_complete_lasts_a_month() -> None:
    assert umn("100", all_gone="gone").code == "umn_complete"
    assert umn("100", all_gone="not_gone").code == "umn_partial"
    assert "not in remission" in umn("100", all_gone="gone", sustained_days=Decimal("29.9")).gap.lower()


def test_minnesota_stays_open_while_sites_are_not_documented() -> None:
    found = umn("60", sites_progressing=None)

    assert (found.code, found.missing) == (None, ("sites_progressing",))


def test_legha_defines_no_response() -> None:
    found = by("legha_1996", fall_percent=Decimal(60))

    assert (found.code, found.gap) == (None, "the source defines no response")


def test_no_code_is_shared_between_sources_and_minor_is_not_mixed() -> None:
    codes = [band.code for definition in RULES.definitions for band in definition.bands if band.code]

    assert len(codes) == len(set(codes))
    assert {"nci_minor", "umn_mixed"} <= set(codes)


def test_gaps_are_named_with_how_they_are_closed() -> None:
    gaps = {definition.id: [gap.text for gap in definition.gaps] for definition in RULES.definitions}

    assert any("49 to 50 %" in text for text in gaps["nci_2000"])
    assert any("exactly 30 %" in text for text in gaps["umn_2009"])
    assert all(gaps.values())


# The papers' own counts: 28 complete and 33 partial of 350; 1 partial, 1 mixed, 1 complete of 15.
def test_published_response_rates_count_what_each_source_counts() -> None:
    counted = {
        definition.id: {band.printed for band in definition.bands if band.is_response}
        for definition in RULES.definitions
    }
    nci_found, umn_found = {"CR": 28, "PR": 33, "MR": 1}, {"CR": 1, "PR": 1, "Mixed": 1, "SD": 2, "PD": 10}

    assert round(sum(nci_found[code] for code in counted["nci_2000"]) * 100 / 350, 1) == 17.4
    assert sum(umn_found[code] for code in counted["umn_2009"]) * 100 / 15 == 20


def test_fact_of_the_wrong_kind_is_refused() -> None:
    with pytest.raises(FactIsNotUsable):
        responses(RULES, {"fall_percent": "half"})


FALLS = [Decimal(text) for text in ("-20.1", "-20", "24.9", "25", "29.9", "30", "30.1", "49.9", "50", "99.9", "100")]
CHOICES = list(
    product(
        FALLS, ("gone", "not_gone"), ("none", "seen"), ("none", "seen"), ("none", "some"), ("none", "some"), (29, 30)
    )
)


@pytest.mark.parametrize("definition", [one for one in RULES.definitions if one.bands], ids=lambda one: one.id)
def test_exactly_one_band_holds_whenever_everything_is_documented(definition: Definition) -> None:
    names = (
        "fall_percent", "all_gone", "new_lesion", "growing_lesion", "sites_progressing", "sites_responding",
    )  # fmt: skip

    for *chosen, days in CHOICES:
        facts = {**dict(zip(names, chosen, strict=True)), "sustained_days": Decimal(days)}
        assert [holds(band.when, facts) for band in definition.bands].count(True) == 1, facts


def test_what_no_band_covers_is_a_gap_and_not_the_last_band() -> None:
    first = RULES.definitions[0]
    narrow = msgspec.structs.replace(first, bands=tuple(band for band in first.bands if band.code == "nci_none"))
    rules = msgspec.structs.replace(RULES, definitions=(narrow,))

    (found,) = responses(rules, {"fall_percent": Decimal(60)})

    assert (found.code, found.gap) == (None, "the source's definitions do not cover this")
