"""Do bolus regimens and calendars answer the same questions about the slots of a cycle?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from msgspec.structs import replace

from dosing.domain import regimen_slots as slots
from dosing.domain.body_surface import BodySizeIsNotUsable
from dosing.domain.dose_arithmetic import BodySurfaceIsNotUsable
from dosing.domain.protocol_fit import fit_of, fits, given_by
from dosing.domain.regimen import DoseRounding
from dosing.rules.course_loader import every_regimen, load_any_regimen, load_fits

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WEIGHT, HEIGHT = Decimal("72.5"), Decimal(172)
# Mosteller: square root of 172 x 72.5 / 3600 is 1.861..., rounded to 1.86 m2.
SURFACE = Decimal("1.86")
FITS = load_fits().value


def regimen(key: str) -> slots.AnyRegimen:
    return load_any_regimen(key).value


@pytest.mark.parametrize(
    ("key", "count", "last_due", "lasts"),
    [
        ("hd_600_fda", 14, 13 * 8 * HOUR, timedelta(minutes=15)),
        ("ld_iv_72", 15, 14 * 8 * HOUR, timedelta(minutes=15)),
        ("til_il2", 6, 5 * 8 * HOUR, timedelta(minutes=15)),
        ("civ_legha_1996", 16, 24 * DAY, 24 * HOUR),
        ("sc_eu_5wk", 20, 25 * DAY, None),
        ("sc_ifn_cwg", 22, 25 * DAY, None),
        ("sc_yang", 30, 39 * DAY, None),
        ("biochemo_eortc18951", 6, 90 * HOUR, 24 * HOUR),
    ],
)
def test_every_slot_is_drawn_from_the_first_due_time(
    key: str, count: int, last_due: timedelta, lasts: timedelta | None
) -> None:
    found = slots.slot_plans(regimen(key), AT)

    assert [slot.number for slot in found] == list(range(1, count + 1))
    assert found[0].due_at == AT
    assert (found[-1].due_at - AT, found[-1].lasts) == (last_due, lasts)


def test_falling_doses_run_one_after_the_other_without_a_pause() -> None:
    found = slots.slot_plans(regimen("biochemo_eortc18951"), AT)

    assert [slot.lasts for slot in found] == [6 * HOUR, 12 * HOUR, *[24 * HOUR] * 4]
    assert all(before.due_at + before.lasts == after.due_at for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("hd_600_fda", [(600_000, 43_500_000, 14)]),
        ("ld_iv_72", [(72_000, 5_220_000, 15)]),
        ("civ_legha_1996", [(12_000_000, 22_320_000, 16)]),
        ("sc_eu_5wk", [(18_000_000, 18_000_000, 11), (9_000_000, 9_000_000, 9)]),
        ("sc_ifn_cwg", [(5_000_000, 9_300_000, 22)]),
        ("sc_yang", [(250_000, 18_125_000, 5), (125_000, 9_062_500, 25)]),
        ("biochemo_eortc18951", [(18_000_000, 33_480_000, 3), (4_500_000, 8_370_000, 3)]),
    ],
)
def test_each_amount_is_the_regimens_own_times_the_size(key: str, expected: list[tuple[int, int, int]]) -> None:
    chosen = regimen(key)
    height = HEIGHT if chosen.basis == "iu_per_m2" else None

    found = slots.amounts(chosen, weight_kg=WEIGHT, height_cm=height)

    assert [(one.iu, one.dose_iu, len(one.slots)) for one in found] == expected
    assert all(one.ordered_iu == one.dose_iu for one in found)


def test_slots_of_each_amount_are_named_when_amounts_alternate() -> None:
    first, second = slots.amounts(regimen("sc_eu_5wk"), weight_kg=WEIGHT, height_cm=None)

    assert first.slots == (1, 2, 3, 4, 5, 6, 7, 11, 12, 16, 17)
    assert second.slots == (8, 9, 10, 13, 14, 15, 18, 19, 20)


def test_ordered_amount_follows_the_sites_rounding_where_there_is_one() -> None:
    rounding = DoseRounding(to_iu=1_000_000, most_up_percent=Decimal(5), verification="proposal", note="A site's")
    rounded = replace(regimen("hd_600_fda"), rounding=rounding)

    (amount,) = slots.amounts(rounded, weight_kg=Decimal("72.8"), height_cm=None)

    assert (amount.dose_iu, amount.ordered_iu) == (43_680_000, 44_000_000)


def test_surface_is_there_only_where_the_regimen_doses_by_it() -> None:
    assert slots.surface_of(regimen("civ_legha_1996"), weight_kg=WEIGHT, height_cm=HEIGHT) == SURFACE
    assert slots.surface_of(regimen("hd_600_fda"), weight_kg=WEIGHT, height_cm=HEIGHT) is None
    assert slots.surface_of(regimen("sc_eu_5wk"), weight_kg=WEIGHT, height_cm=HEIGHT) is None


def test_surface_is_refused_when_the_height_is_missing_or_in_metres() -> None:
    with pytest.raises(BodySurfaceIsNotUsable):
        slots.amounts(regimen("civ_legha_1996"), weight_kg=WEIGHT, height_cm=None)
    with pytest.raises(BodySizeIsNotUsable):
        slots.amounts(regimen("civ_legha_1996"), weight_kg=WEIGHT, height_cm=Decimal("1.72"))


@pytest.mark.parametrize(
    ("key", "length", "stays_open", "least", "cycles", "doses"),
    [
        ("hd_600_fda", 5 * DAY, 8 * HOUR, 7 * HOUR, 2, 28),
        ("civ_legha_1996", 25 * DAY, DAY, 23 * HOUR, None, None),
        ("sc_ifn_cwg", 26 * DAY, DAY, 7 * HOUR, None, None),
        ("biochemo_eortc18951", 5 * DAY, DAY, 5 * HOUR, 4, 24),
    ],
)
def test_bounds_of_a_cycle_and_course(
    key: str, length: timedelta, stays_open: timedelta, least: timedelta, cycles: int | None, doses: int | None
) -> None:
    chosen = regimen(key)

    assert slots.cycle_length(chosen) == length
    assert slots.slot_stays_open(chosen) == stays_open
    assert slots.least_start_to_start(chosen) == least
    assert (slots.most_cycles(chosen), slots.most_doses(chosen)) == (cycles, doses)


def test_no_calendar_lets_a_dose_start_after_its_last_slots_day() -> None:
    for loaded in every_regimen():
        last = slots.slot_plans(loaded.value, AT)[-1]
        assert last.due_at < AT + slots.cycle_length(loaded.value)


def test_what_follows_a_cycle_is_said_only_where_the_source_says_it() -> None:
    bolus, weekly, undated = regimen("hd_600_fda"), regimen("civ_legha_1996"), regimen("sc_yang")

    assert slots.next_cycle_from(bolus, AT) == AT + 14 * DAY
    assert slots.next_cycle_from(weekly, AT) == AT + 42 * DAY
    assert slots.next_cycle_from(undated, AT) is None
    assert slots.next_course_from(bolus, AT) == AT + 49 * DAY
    assert slots.next_course_from(weekly, AT) is None
    assert slots.start_between(regimen("til_il2"), AT) == (AT + 3 * HOUR, AT + 24 * HOUR)
    assert slots.start_between(bolus, AT) is None
    assert slots.start_between(weekly, AT) is None


def test_only_what_was_read_whole_at_a_source_is_usable_unsigned() -> None:
    usable = {one.key for one in every_regimen() if slots.is_usable(one.value, is_signed=False)}

    assert usable == {"hd_600_fda", "hd_720_nci"}
    assert all(slots.is_usable(one.value, is_signed=True) for one in every_regimen())


@pytest.mark.parametrize(
    ("key", "given", "protocols"),
    [
        ("hd_720_nci", "bolus", {"consensus_2014", "schwartzentruber_2001", "springerplus_2015", "fda_label"}),
        ("til_il2", "bolus_after_cells", {"til_2024"}),
        ("civ_legha_1996", "continuous", set()),
        ("sc_yang", "subcutaneous", set()),
        ("biochemo_eortc18951", "decrescendo", set()),
    ],
)
def test_protocol_fits_only_what_it_was_written_for(key: str, given: str, protocols: set[str]) -> None:
    chosen = regimen(key)

    assert given_by(chosen) == given
    assert {row.protocol for row in FITS.rows if fits(FITS, row.protocol, chosen)} == protocols | {"ctcae_gate"}


def test_protocol_of_which_nothing_is_known_fits_nothing() -> None:
    assert fit_of(FITS, "made_up") is None
    assert not fits(FITS, "made_up", regimen("hd_600_fda"))
