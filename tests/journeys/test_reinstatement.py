"""A stop is lifted by two physicians, each by their own word and password, and by the keyboard alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.ward_pages import DELACROIX, PASSWORD, SOON_MS, card, decide, expect_verdict, open_course, signed_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]
WHY = "Seen by both of us, no toxicity is left."


def test_stop_stands_until_a_second_physician_signs(browser: Browser, stack: Stack) -> None:
    with signed_in(browser, stack, "physician") as first, signed_in(browser, stack, "physician2") as second:
        decide(first, DELACROIX, "stop_cycle", reason="Wrong bed, meant for the neighbour.")
        expect_verdict(card(second, DELACROIX), "STOP_CYCLE")

        # one physician alone lifts nothing, and the other sees that a signature waits for theirs
        sign_by_keyboard(first)
        expect(first.locator("#decide-reinstate")).to_be_hidden(timeout=SOON_MS)
        open_course(second, DELACROIX)
        expect(second.get_by_text("Another physician must sign by")).to_be_visible(timeout=SOON_MS)
        expect(second.locator(".verdict").first).to_have_attribute("data-verdict", "STOP_CYCLE")

        # the same person cannot be both
        sign_by_keyboard(first)
        expect(first.locator("#decide-reinstate [data-state]")).to_contain_text("second physician", timeout=SOON_MS)

        sign_by_keyboard(second)
        expect(second.locator(".verdict").first).not_to_have_attribute("data-verdict", "STOP_CYCLE", timeout=SOON_MS)


def sign_by_keyboard(page: Page) -> None:
    """Open the dialog, choose the reason, type words and password, send: all by the keyboard."""
    open_course(page, DELACROIX)
    page.wait_for_selector("body[data-listening]")
    page.locator("[data-open=decide-reinstate]").focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#decide-reinstate")
    expect(dialog).to_be_visible(timeout=SOON_MS)
    dialog.locator("input[name=reason_code]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(WHY)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
