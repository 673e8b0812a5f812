"""What does an open board show, and how soon, when its network or loudspeaker fails?"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from tests.browser.signing_in import sign_in
from tests.browser.wire import Wire
from tests.conftest import CHROMIUM_FLAGS, chromium
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]

COVERED_WITHIN_S = 12
RIGHT_AGAIN_WITHIN_S = 5
SOCKET_AGAIN_WITHIN_S = 3
# For a machine on which a whole suite runs beside the browser.
SLACK_S = 2
ASKS_FOR_A_TOUCH = "--autoplay-policy=document-user-activation-required"


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture
def page(playwright: Playwright, stack: Stack, wire: Wire) -> Iterator[Page]:
    """A page behind the wire, in a browser that lets nothing sound before it was touched."""
    running = playwright.chromium.launch(executable_path=chromium(), args=[*CHROMIUM_FLAGS, ASKS_FOR_A_TOUCH])
    opened = running.new_context(base_url=wire.url).new_page()
    yield opened
    running.close()


@pytest.fixture
def wire(stack: Stack) -> Iterator[Wire]:
    found = Wire(stack.url)
    yield found
    found.close()


def watched(page: Page) -> None:
    """Sign in and wait until the board lives by its socket."""
    sign_in(page, "nurse")
    expect(page.locator("#live-text")).to_contain_text(re.compile(r"LIVE ·"), timeout=15_000)


def test_board_covers_itself_in_time_when_the_network_swallows_everything_and_is_right_again_in_time(
    page: Page, wire: Wire
) -> None:
    watched(page)
    with wire.black():
        began = time.monotonic()
        page.wait_for_selector("body[data-live=no]", timeout=30_000)
        assert time.monotonic() - began <= COVERED_WITHIN_S + SLACK_S
        expect(page.locator("#notlive-text")).to_contain_text("NOT LIVE since")
        expect(page.locator(".bed .verdict").first).not_to_be_visible()
    healed = time.monotonic()
    page.wait_for_selector("body[data-live=yes]", timeout=30_000)
    assert time.monotonic() - healed <= RIGHT_AGAIN_WITHIN_S + SLACK_S
    expect(page.locator(".bed .verdict").first).to_be_visible()

    wire.cut()
    began = time.monotonic()
    expect(page.locator("#live-text")).to_contain_text("polling")
    expect(page.locator("#live-text")).to_contain_text(re.compile(r"LIVE ·"), timeout=15_000)
    assert time.monotonic() - began <= SOCKET_AGAIN_WITHIN_S + SLACK_S


def test_board_says_that_it_is_mute_until_somebody_heard_it_and_shows_alarms_all_the_same(page: Page) -> None:
    watched(page)
    board, page = page.url, page.context.new_page()  # signing in was a touch; a tab of its own has none
    page.goto(board)
    loud = page.locator(".bed[data-loud=high], .bed[data-loud=medium]").first
    expect(page.locator("#sound-off")).to_contain_text("SOUND IS OFF")
    expect(loud).to_be_visible()
    assert "flash" in loud.evaluate("bed => getComputedStyle(bed).animationName")

    page.click("#start-sound")
    expect(page.locator("#sound-asked")).to_be_visible(timeout=15_000)
    page.click("#not-heard")
    expect(page.locator("#sound-off")).to_contain_text("nobody heard")
    page.click("#start-sound")
    page.click("#heard")  # waits until it is asked again
    expect(page.locator("#sound-off")).to_be_hidden()
    expect(page.locator("#sound-on")).to_contain_text("Sound on")
    expect(page.locator("#sound-kept")).to_be_hidden()

    expect(page.locator("#alarm-text")).to_contain_text("ALARM")
    page.click("#pause-sound")
    expect(page.locator("#alarm-text")).to_contain_text("SOUND PAUSED until")
    expect(loud).to_be_visible()
