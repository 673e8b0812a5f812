"""From the inbox on a physician's phone: two taps acknowledge, sending on is said at once, the ward hands over."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.hand import DESK, PHONE, SOON_MS, pick, press, presses, write
from tests.journeys.ward_pages import signed_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]

# No other journey watches this bed: its cycle is stopped from the beginning.
STOPPED = "MBEKI-OLSEN"
MOST_ACKNOWLEDGE_TAPS = 2


def test_physician_acknowledges_in_two_taps_and_a_nurse_takes_the_ward_over(browser: Browser, stack: Stack) -> None:
    with signed_in(browser, stack, "physician", PHONE) as page:
        press(page.get_by_role("link", name="Alerts"))
        page.wait_for_url("**/alerts/")
        page.wait_for_selector("body[data-listening]")
        alert = page.locator("article.pane", has_text=STOPPED).filter(has_text="STOP CYCLE").first

        press(alert.get_by_role("button", name="Send on…"))
        write(page.locator("#send-on-reason"), "Needs a second pair of eyes")
        press(page.locator("#send-on").get_by_role("button", name="Send on as"))
        expect(alert).to_contain_text("Sent on: Needs a second pair of eyes. Now with the", timeout=SOON_MS)

        before = presses(page)
        press(alert.get_by_role("button", name="Acknowledge…"))
        press(page.locator("#acknowledge").get_by_role("button", name="Coming to the bed"))
        expect(alert).to_contain_text("acknowledged", timeout=SOON_MS)
        expect(alert).to_contain_text("Coming to the bed")
        assert presses(page) - before <= MOST_ACKNOWLEDGE_TAPS

        press(alert.get_by_role("button", name="Comment…"))
        write(page.locator("#comment-text"), "Family has been told")
        press(page.locator("#comment").get_by_role("button", name="Keep it as"))
        expect(alert).to_contain_text("Comment: Family has been told", timeout=SOON_MS)

    with signed_in(browser, stack, "nurse2", DESK) as page:
        press(page.get_by_role("link", name="Handover…"))
        main = page.locator("main")
        expect(main).to_contain_text(STOPPED)
        pick(page.locator("#other"), "N. Ferrara RN")
        write(page.get_by_label("Note"), "All quiet but one")
        press(page.get_by_role("button", name="Take over as"))
        expect(main).to_contain_text("You have taken over the ward.")
        expect(main).to_contain_text("took over from N. Ferrara RN")
        expect(main).to_contain_text("“All quiet but one”")

        press(page.get_by_role("button", name="Leave as"))
        expect(main).to_contain_text("J. Okafor RN left")
