"""A nurse registers somebody of a known name, admits, moves, and sends her to intensive care and home."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.hand import DESK, SOON_MS, choose, press, write
from tests.journeys.quiet_ward import FREE_BEDS, NURSE
from tests.journeys.ward_pages import signed_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]
MRN = "W7-90"


def test_namesake_is_admitted_moved_and_sent_to_intensive_care_and_comes_back(
    browser: Browser, quiet_ward: Stack
) -> None:
    with signed_in(browser, quiet_ward, NURSE, DESK) as page:
        press(page.get_by_role("link", name="Patients…"))
        press(page.get_by_role("link", name="Register a new patient…"))
        register(page)

        # the hospital knows a Novak, Iva: nothing is kept until the nurse has said that this is somebody else
        like = page.get_by_role("alert")
        expect(like).to_contain_text("Is this one of them?")
        expect(like).to_contain_text("IL2-1001")
        choose(page.locator("input[name=other_person]"))
        press(page.get_by_role("button", name="Register as P. Sato RN"))
        expect(page.locator("main")).to_contain_text("is registered and admitted", timeout=SOON_MS)
        expect(lying(page)).to_contain_text(FREE_BEDS[0])

        press(lying(page).get_by_role("link", name="Move or discharge…"))
        choose(bed_called(page, FREE_BEDS[1]))
        press(page.get_by_role("button", name="Move as"))
        expect(page.locator("main")).to_contain_text(f"lies in bed {FREE_BEDS[1]}", timeout=SOON_MS)
        page.goto("/")
        press(page.get_by_role("link", name="Patients…"))
        expect(lying(page)).to_contain_text(FREE_BEDS[1])

        press(lying(page).get_by_role("link", name="Move or discharge…"))
        choose(page.locator("input[name=destination][value=intensive_care]"))
        write(page.locator("#leave-reason"), "Needs noradrenaline")
        press(page.get_by_role("button", name="Has left, as"))
        expect(lying(page)).to_have_count(0, timeout=SOON_MS)

        # and back again: found by the number, not registered twice
        write(page.locator("#q"), MRN)
        press(page.get_by_role("button", name="Look in the hospital"))
        press(page.get_by_role("link", name="Admit…"))
        choose(bed_called(page, FREE_BEDS[0]))
        press(page.get_by_role("button", name="Admit as"))
        expect(lying(page)).to_contain_text("no course", timeout=SOON_MS)

        press(lying(page).get_by_role("link", name="Move or discharge…"))
        choose(page.locator("input[name=destination][value=home]"))
        write(page.locator("#leave-reason"), "Treated elsewhere")
        press(page.get_by_role("button", name="Has left, as"))
        expect(lying(page)).to_have_count(0, timeout=SOON_MS)


def register(page: Page) -> None:
    """Fill in the form for a new patient who bears the name of another."""
    for name, text in (("mrn", MRN), ("family_name", "Novak"), ("given_name", "Iva"), ("birth_date", "1971-02-03")):
        write(page.locator(f"input[name={name}]"), text)
    choose(page.locator("input[name=gender][value=female]"))
    choose(page.locator("input[name=allergies_known][value=none]"))
    choose(bed_called(page, FREE_BEDS[0]))
    press(page.get_by_role("button", name="Register as P. Sato RN"))


def lying(page: Page) -> Locator:
    """The patient's line among those who lie on the ward."""
    return page.get_by_role("region", name="In bed here").locator("li", has_text=MRN)


def bed_called(page: Page, label: str) -> Locator:
    """The choice of a bed of this ward."""
    return page.locator("label.choice:not(.apart)", has_text=f"Bed {label}").locator("input[name=bed]")
