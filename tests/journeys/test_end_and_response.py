"""A physician ends a cycle, says what came of it and ends the course; an admin finds it, signs it off, takes it out."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from il2ward import clock
from tests.journeys.hand import DESK, SOON_MS, TABLET, choose, pick, press, write
from tests.journeys.quiet_ward import NAKAMURA, PHYSICIAN
from tests.journeys.ward_pages import PASSWORD, open_orders, signed_in, unfold
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]
NONE_BY_NCI = "None: fall of less than 25 %, or growth"
OMITTED = 14


def test_course_is_ended_with_its_response_and_signed_off(browser: Browser, quiet_ward: Stack) -> None:
    with signed_in(browser, quiet_ward, PHYSICIAN, DESK) as page:
        open_orders(page, NAKAMURA)
        press(page.locator("button", has_text="Order it: ECG"))
        expect(page.get_by_role("region", name="Ordered tests")).to_contain_text("by Dr Ibarra", timeout=SOON_MS)
        end_cycle(page)
        say_response(page)
        end_course(page)

    with signed_in(browser, quiet_ward, "admin", TABLET) as page:
        press(page.get_by_role("link", name="Completed", exact=True))
        write(page.locator("#who"), NAKAMURA.family_name.title())
        press(page.get_by_role("button", name="Search"))
        press(page.get_by_role("link", name=NAKAMURA.family_name))
        expect(page.get_by_role("region", name="High-dose bolus 600,000 units")).to_contain_text(
            "Progressive disease", timeout=SOON_MS
        )
        expect(page.locator("article.dose-record .tag", has_text="omitted")).to_have_count(OMITTED)
        sign_off(page)
        take_out(page)
        check_log(page)


def end_cycle(page: Page) -> None:
    """Without a reason nothing is sent; with one, the cycle is over."""
    form = unfold(page, "End cycle 1")
    press(form.locator("[data-send]"))
    expect(form.locator("[data-state]")).to_contain_text("Reason is needed")
    choose(form.locator("input[name=reason][value=progression]"))
    press(form.locator("[data-send]"))
    expect(page.get_by_text("No cycle is active.")).to_be_visible(timeout=SOON_MS)


def say_response(page: Page) -> None:
    """By the definition of one source; then each source advises on what is known."""
    press(page.get_by_role("link", name="Response, another course"))
    page.wait_for_selector("body[data-listening]")
    form = unfold(page, "Say it by NCI Surgery Branch 2000")
    choose(form.locator("input[name=category][value=nci_none]"))
    write(form.locator("input[name=assessed_on]"), f"{clock.now():%Y-%m-%d}")
    write(form.locator("input[name='facts.fall_percent']"), "-20")
    pick(form.locator("select[name='outlook.disease']"), "Progressive")
    press(form.locator("[data-send]"))
    expect(page.get_by_role("region", name="Response", exact=True)).to_contain_text(NONE_BY_NCI, timeout=SOON_MS)
    advice = page.get_by_role("region", name="Another course").locator("li", has_text="NCI Surgery Branch rules")
    expect(advice).to_contain_text("Progressive disease: treatment stops")


def end_course(page: Page) -> None:
    """The page says from now on that it ended, and why."""
    page.wait_for_selector("body[data-listening]")
    form = page.get_by_role("region", name="End", exact=True).locator("form")
    choose(form.locator("input[name=reason][value=progression]"))
    press(form.locator("[data-send]"))
    expect(page.get_by_role("region", name="Response", exact=True)).to_contain_text(
        "progressive disease", timeout=SOON_MS
    )
    expect(form).to_have_count(0)


def sign_off(page: Page) -> None:
    """What nobody accounted for is ticked point by point; then the admin's words and password."""
    points = page.locator("input[name=accepted]")
    expect(page.get_by_role("group", name="Tick each point")).to_contain_text("neither answered nor closed: ECG")
    for number in range(points.count()):
        choose(points.nth(number))
    write(page.locator("#statement"), "Looked through: nothing was given.")
    write(page.locator("#password"), PASSWORD)
    press(page.get_by_role("button", name="Sign off as"))
    expect(page.locator("main")).to_contain_text("Signed off by A. Moreau", timeout=SOON_MS)


def take_out(page: Page) -> None:
    """The table holds each dose, and its being taken out stands in the log."""
    with page.expect_download() as taken:
        press(page.get_by_role("link", name="Take out as CSV"))
    lines = taken.value.path().read_text().splitlines()
    assert len(lines) == OMITTED + 1
    assert all("Omitted" in one for one in lines[1:])


def check_log(page: Page) -> None:
    """The worker walks the whole chain again, with what has just been done."""
    press(page.get_by_role("link", name="All completed courses"))
    check = page.get_by_role("region", name="The audit log").locator(".notice")
    before = check.inner_text()
    press(page.get_by_role("button", name="Check the log now"))
    deadline = time.monotonic() + SOON_MS / 1000
    while check.inner_text() == before:
        assert time.monotonic() < deadline
        press(page.get_by_role("link", name="Completed", exact=True))
    expect(check).to_contain_text("The log is whole")
