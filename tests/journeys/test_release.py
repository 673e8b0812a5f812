"""A hold whose values recover is REVIEW, not CONTINUE, until a physician releases the dose."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.hand import PHONE, SOON_MS, UPRIGHT, press
from tests.journeys.ward_pages import (
    HARTIGAN,
    card,
    chart,
    decide,
    expect_verdict,
    open_dialog,
    open_dose,
    signed_in,
    try_to_start,
)
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]


def test_a_recovered_hold_waits_for_a_physicians_release(browser: Browser, stack: Stack) -> None:
    with (
        signed_in(browser, stack, "nurse", UPRIGHT) as nurse,
        signed_in(browser, stack, "physician", PHONE) as physician,
    ):
        expect_verdict(card(physician, HARTIGAN), "CONTINUE")

        chart(nurse, HARTIGAN, {"creatinine": "3.1"}, upper={"creatinine": "1.2"})
        expect_verdict(card(physician, HARTIGAN), "HOLD")

        chart(nurse, HARTIGAN, {"creatinine": "1.0"}, upper={"creatinine": "1.2"})
        expect_verdict(card(physician, HARTIGAN), "REVIEW")
        open_dose(nurse, HARTIGAN)
        expect(nurse.locator("[data-open=start]")).to_have_count(0)

        decide(physician, HARTIGAN, "release", reason="Repeat sample is normal.")

        dialog = try_to_start(nurse, HARTIGAN, checker="nurse")
        expect(dialog).to_contain_text("another person", timeout=SOON_MS, ignore_case=True)

        dialog = try_to_start(nurse, HARTIGAN)
        expect(dialog).to_be_hidden(timeout=SOON_MS)
        expect(nurse.get_by_text("Running since")).to_be_visible(timeout=SOON_MS)

        # all of it goes in
        dialog = open_dialog(nurse, "end")
        press(dialog.locator("[data-send]"))
        expect(nurse.locator("[data-key=became]")).to_contain_text("Given", timeout=SOON_MS)
