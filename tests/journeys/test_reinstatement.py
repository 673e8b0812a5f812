"""A stop is lifted by two physicians, each by their own word and password."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.hand import DESK, SOON_MS, UPRIGHT, choose, press, write
from tests.journeys.ward_pages import (
    DELACROIX,
    PASSWORD,
    card,
    decide,
    expect_verdict,
    open_course,
    open_dialog,
    signed_in,
)
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]
WHY = "Seen by both of us, no toxicity is left."


def test_stop_stands_until_a_second_physician_signs(browser: Browser, stack: Stack) -> None:
    with (
        signed_in(browser, stack, "physician", DESK) as first,
        signed_in(browser, stack, "physician2", UPRIGHT) as second,
    ):
        decide(first, DELACROIX, "stop_cycle", reason="Wrong bed, meant for the neighbour.")
        expect_verdict(card(second, DELACROIX), "STOP_CYCLE")

        # one physician alone lifts nothing, and the other sees that a signature waits for theirs
        sign(first)
        expect(first.locator("#decide-reinstate")).to_be_hidden(timeout=SOON_MS)
        open_course(second, DELACROIX)
        expect(second.get_by_text("Another physician must sign by")).to_be_visible(timeout=SOON_MS)
        expect(second.locator(".verdict").first).to_have_attribute("data-verdict", "STOP_CYCLE")

        # the same person cannot be both
        sign(first)
        expect(first.locator("#decide-reinstate [data-state]")).to_contain_text("second physician", timeout=SOON_MS)

        sign(second)
        expect(second.locator(".verdict").first).not_to_have_attribute("data-verdict", "STOP_CYCLE", timeout=SOON_MS)


def sign(page: Page) -> None:
    """Open the dialog, choose the reason, give words and password, send."""
    open_course(page, DELACROIX)
    dialog = open_dialog(page, "decide-reinstate")
    choose(dialog.locator("input[name=reason_code]").nth(1))
    write(dialog.locator("textarea"), WHY)
    write(dialog.locator("input[name=password]"), PASSWORD)
    press(dialog.locator("[data-send]"))
