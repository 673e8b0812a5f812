"""What was charted wrongly is put right or taken back, both stay readable; a physician moves a dose to a later time."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.hand import DESK, PHONE, SOON_MS, choose, press, write
from tests.journeys.quiet_ward import NURSE, PELLETIER, PHYSICIAN
from tests.journeys.ward_pages import chart, open_course, open_dialog, open_dose, signed_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]


def test_wrong_value_is_corrected_and_one_that_never_was_is_taken_back(browser: Browser, quiet_ward: Stack) -> None:
    with signed_in(browser, quiet_ward, NURSE, PHONE) as page:
        chart(page, PELLETIER, {"heart_rate": "48", "temperature": "39.6"})
        open_course(page, PELLETIER)
        press(page.get_by_role("link", name="Everything charted").first)

        press(fact(page, "Heart rate").get_by_role("button", name="Correct…"))
        dialog = page.locator("#correct")
        press(dialog.locator("[data-send]"))
        expect(dialog.locator("[data-state]")).to_contain_text("is needed")
        write(dialog.locator("#new-value"), "84")
        write(dialog.locator("#correct-why"), "Digits swapped")
        press(dialog.locator("[data-send]"))
        right = fact(page, "Heart rate")
        expect(right).to_contain_text("84", timeout=SOON_MS)
        expect(right).to_contain_text("Digits swapped")
        expect(right.locator("del")).to_contain_text("48")

        press(fact(page, "Temperature").get_by_role("button", name="Correct…"))
        press(page.locator("#correct").get_by_role("button", name="It never was"))
        write(page.locator("#never-why"), "Another patient's")
        press(page.locator("#take-back").locator("[data-send]"))
        expect(fact(page, "Temperature")).to_contain_text("taken back", timeout=SOON_MS)

        open_course(page, PELLETIER)
        row = page.locator("[data-key=row-heart_rate]")
        expect(row).to_contain_text("84", timeout=SOON_MS)
        expect(row).to_contain_text("48")


def test_physician_delays_a_dose_and_the_nurse_sees_when_it_is_due_now_and_why(
    browser: Browser, quiet_ward: Stack
) -> None:
    with signed_in(browser, quiet_ward, PHYSICIAN, DESK) as page:
        open_course(page, PELLETIER)
        dialog = open_dialog(page, "decide-delay")
        choose(dialog.locator("input[name=due_at]").nth(1))
        choose(dialog.locator("input[name=reason_code]").first)
        press(dialog.locator("[data-send]"))
        expect(dialog).to_be_hidden(timeout=SOON_MS)

    with signed_in(browser, quiet_ward, NURSE, PHONE) as page:
        open_dose(page, PELLETIER)
        moved = page.locator("[data-key^=moved-]")
        expect(moved).to_contain_text("Was due")
        expect(moved).to_contain_text("Dr Ibarra delayed")


def fact(page: Page, name: str) -> Locator:
    """The line of the one fact of this name, with each of its versions."""
    return page.locator("li.fact", has_text=name)
