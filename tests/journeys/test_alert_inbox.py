"""From the inbox on a physician's phone: two taps acknowledge, sending on is said at once, the ward hands over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.screen_sizes import PHONE
from tests.journeys.ward_pages import PASSWORD, SOON_MS
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]

# No other journey watches this bed: its cycle is stopped from the beginning.
STOPPED = "MBEKI-OLSEN"


def test_physician_acknowledges_in_two_taps_and_a_nurse_hands_the_ward_over(browser: Browser, stack: Stack) -> None:
    context = browser.new_context(base_url=stack.url, viewport=PHONE)
    page = context.new_page()
    page.goto("/sign-in/?next=/alerts/")
    page.fill("input[name=username]", "physician")
    page.fill("input[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts/")
    page.wait_for_selector("body[data-listening]")
    alert = page.locator("article.pane", has_text=STOPPED).filter(has_text="STOP CYCLE").first

    alert.get_by_role("button", name="Send on…").click()
    page.locator("#send-on-reason").fill("Needs a second pair of eyes")
    page.locator("#send-on").get_by_role("button", name="Send on as").click()
    expect(alert).to_contain_text("Sent on: Needs a second pair of eyes. Now with the", timeout=SOON_MS)

    alert.get_by_role("button", name="Acknowledge…").click()
    page.locator("#acknowledge").get_by_role("button", name="Coming to the bed").click()
    expect(alert).to_contain_text("acknowledged", timeout=SOON_MS)
    expect(alert).to_contain_text("Coming to the bed")

    page.goto("/wards/1/handover/")
    page.get_by_label("Note").fill("All quiet but one")
    page.get_by_role("button", name="Take over as").click()
    expect(page.locator("main")).to_contain_text("You have taken over the ward.")
    expect(page.locator("main")).to_contain_text("“All quiet but one”")
    context.close()
