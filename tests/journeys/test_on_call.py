"""On a phone an admin closes the gaps of the on-call plan, says where people are reached and how long alerts wait."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from il2ward import clock
from tests.journeys.hand import PHONE, SOON_MS, pick, press, write
from tests.journeys.quiet_ward import WARD
from tests.journeys.ward_pages import signed_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]
NO_GAP = "Somebody is on call at each step for the next 72 hours."
ADDRESS = "ibarra@hospital.invalid"


def test_gaps_are_closed_and_an_address_comes_and_goes(browser: Browser, quiet_ward: Stack) -> None:
    with signed_in(browser, quiet_ward, "admin", PHONE) as page:
        press(page.get_by_role("link", name=WARD))
        expect(page.get_by_text("Nobody on call:")).to_be_visible(timeout=SOON_MS)
        press(page.get_by_role("link", name="On call…"))
        main = page.locator("main")
        expect(main).to_contain_text("Nobody is on call for some of the next 72 hours")

        put_on_call(page, "Physician on call", "Dr Ibarra")
        put_on_call(page, "Second physician", "Dr Petrov")
        expect(main).to_contain_text(NO_GAP)

        add_address(page)
        first = page.get_by_role("region", name="Who an unanswered alert reaches now").locator("li").nth(1)
        expect(first).to_contain_text("Dr Ibarra")
        expect(first).to_contain_text("by e-mail")
        press(page.get_by_role("button", name=f"Use no more: {ADDRESS}"))
        expect(main).to_contain_text("The address is used no more.", timeout=SOON_MS)
        expect(first).to_contain_text("no address: nothing leaves the ward")

        keep_times(page)
        expect(first).to_contain_text("4 min after a high alert")

        press(page.get_by_role("button", name="Take out: Dr Petrov"))
        expect(main).to_contain_text("Second physician now, nobody after that", timeout=SOON_MS)


def put_on_call(page: Page, rung: str, who: str) -> None:
    """For longer than the plan looks ahead."""
    until = clock.now().astimezone(ZoneInfo(page.locator("body").get_attribute("data-zone") or "UTC"))
    pick(page.locator("#rung"), rung)
    pick(page.locator("#physician"), who)
    write(page.locator("#until"), f"{until + timedelta(hours=80):%Y-%m-%dT%H:00}")
    press(page.get_by_role("button", name="Put on call"))
    expect(page.locator("main")).to_contain_text(f"{who} is on call.", timeout=SOON_MS)


def add_address(page: Page) -> None:
    """Where the physician on call is reached."""
    pick(page.locator("#whose"), "Dr Ibarra")
    write(page.locator("#address"), ADDRESS)
    press(page.get_by_role("button", name="Add this address"))
    expect(page.locator("main")).to_contain_text("The address is in use from now on.", timeout=SOON_MS)


def keep_times(page: Page) -> None:
    """How long a high alert waits on this ward."""
    write(page.locator("#sh"), "4")
    write(page.locator("#why"), "Two nurses at night")
    press(page.get_by_role("button", name="Use these times"))
    expect(page.get_by_text("Set by A. Moreau")).to_be_visible(timeout=SOON_MS)
