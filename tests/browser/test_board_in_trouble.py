"""What does an open page show, and how soon, when its tab, network, loudspeaker or server fails or changes?"""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Page, Playwright, Route, expect, sync_playwright

from tests.browser.signing_in import sign_in
from tests.browser.test_living_board import stopped
from tests.browser.wire import Wire
from tests.one_chromium import CHROMIUM_FLAGS, chromium
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]

COVERED_WITHIN_S = 12
RIGHT_AGAIN_WITHIN_S = 5
SOCKET_AGAIN_WITHIN_S = 3
# For a machine on which a whole suite runs beside the browser.
SLACK_S = 2
NOTHING_OLD_AFTER_MS = 500
LONGER_THAN_A_HEARTBEAT_S = 6
SOON_MS = 15_000
ASKS_FOR_A_TOUCH = "--autoplay-policy=document-user-activation-required"
# Notes how long after it woke a tab still shows a verdict on a frame.
WATCH = """() => {
  window.seen = [];
  window.wokeAt = null;
  document.addEventListener('resume', () => { window.wokeAt = performance.now() });
  const look = () => {
    const band = document.querySelector('.bed .verdict');
    const isSeen = band && getComputedStyle(band).visibility === 'visible';
    if (window.wokeAt !== null && isSeen) window.seen.push(performance.now() - window.wokeAt);
    requestAnimationFrame(look);
  };
  look();
}"""


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

    expect(page.locator("#live-text")).to_contain_text(re.compile(r"LIVE ·"), timeout=15_000)
    with page.expect_websocket(timeout=15_000):
        wire.cut()
        began = time.monotonic()
    expect(page.locator("#live-text")).to_contain_text(re.compile(r"LIVE ·"), timeout=15_000)
    assert time.monotonic() - began <= SOCKET_AGAIN_WITHIN_S + SLACK_S


def test_tab_that_was_frozen_shows_no_old_verdict_when_it_wakes(page: Page, wire: Wire) -> None:
    watched(page)
    page.evaluate(WATCH)
    # A tab under test counts as seen and is never frozen: its process is stopped, between the two events of a freeze.
    page.evaluate("document.dispatchEvent(new Event('freeze'))")
    with stopped(*renderers(page)):
        time.sleep(LONGER_THAN_A_HEARTBEAT_S)  # one lies waiting and is heard on waking
    with wire.black():
        page.evaluate("document.dispatchEvent(new Event('resume'))")
        page.wait_for_timeout(3 * NOTHING_OLD_AFTER_MS)
        assert page.locator("body").get_attribute("data-live") in ("blank", "no")
        assert [at for at in page.evaluate("window.seen") if at > NOTHING_OLD_AFTER_MS] == []
    page.wait_for_selector("body[data-live=yes]", timeout=20_000)
    expect(page.locator(".bed .verdict").first).to_be_visible()


def renderers(page: Page) -> list[int]:
    """The processes that run the scripts of this browser's pages."""
    assert page.context.browser is not None
    told = page.context.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    return [one["id"] for one in told["processInfo"] if one["type"] == "renderer"]


def test_board_is_right_again_by_itself_when_the_server_was_killed(page: Page, stack: Stack) -> None:
    watched(page)
    killed = stack.pid("web")
    os.kill(killed, signal.SIGKILL)
    expect(page.locator("#live-text")).not_to_contain_text("LIVE ·", timeout=SOON_MS)
    expect(page.locator("#live-text")).to_contain_text("LIVE ·", timeout=90_000)
    expect(page.locator(".bed .verdict").first).to_be_visible()
    assert stack.pid("web") != killed


def test_old_page_loads_the_new_build_once_and_gives_back_what_was_typed(page: Page) -> None:
    loaded: list[Page] = []

    def tell_of_another_build(route: Route) -> None:
        answer = route.fetch()
        text = answer.text() if loaded else re.sub(r'data-build="\w+"', 'data-build="newer"', answer.text())
        route.fulfill(response=answer, body=text)

    watched(page)
    course = page.locator(".bed").filter(has=page.locator("[data-verdict=REVIEW]")).first.get_attribute("data-course")
    page.goto(f"/courses/{course}/")
    dose = page.locator("a[href^='/doses/']").first.get_attribute("href")
    page.goto(str(dose))
    page.wait_for_selector("body[data-listening]")
    page.on("domcontentloaded", lambda one: loaded.append(one))  # noqa: PLW0108 - Playwright marks the handler
    page.locator("[data-open=omit]").click()
    page.fill("#omit-text", "The patient is at the scanner.")
    page.route(re.compile(r"/doses/\d+/picture/$"), tell_of_another_build)
    ask_again(page)
    page.wait_for_timeout(300)
    assert loaded == []  # never taken away under somebody's hands
    page.locator("#omit [data-close]").click()
    ask_again(page)

    expect(page.locator("#draft-back")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("#omit-text")).to_have_value("The patient is at the scanner.")
    ask_again(page)
    expect(page.locator("#live-text")).to_contain_text("LIVE ·", timeout=SOON_MS)
    assert len(loaded) == 1


def ask_again(page: Page) -> None:
    """Let the page fetch its picture now, as it does whenever the network returns."""
    with page.expect_response(re.compile("/picture/|/cards/")):
        page.evaluate("dispatchEvent(new Event('online'))")


def play_the_test_tone(page: Page, touches: int = 3) -> None:
    """Touch until the page asks whether it was heard, as on a device too busy to open its loudspeaker at the first."""
    for _ in range(touches - 1):
        page.click("#start-sound")
        with suppress(AssertionError):
            expect(page.locator("#sound-asked")).to_be_visible(timeout=10_000)  # the page gives up after eight
            return
    page.click("#start-sound")
    expect(page.locator("#sound-asked")).to_be_visible(timeout=10_000)


def test_board_says_that_it_is_mute_until_somebody_heard_it_and_shows_alarms_all_the_same(page: Page) -> None:
    watched(page)
    board, page = page.url, page.context.new_page()  # signing in was a touch; a tab of its own has none
    page.goto(board)
    loud = page.locator(".bed[data-loud=high], .bed[data-loud=medium]").first
    expect(page.locator("#sound-off")).to_contain_text("SOUND IS OFF")
    expect(loud).to_be_visible()
    assert "flash" in loud.evaluate("bed => getComputedStyle(bed).animationName")

    play_the_test_tone(page)
    page.click("#not-heard")
    expect(page.locator("#sound-off")).to_contain_text("nobody heard")
    play_the_test_tone(page)
    page.click("#heard")
    expect(page.locator("#sound-off")).to_be_hidden()
    expect(page.locator("#sound-on")).to_contain_text("Sound on")
    expect(page.locator("#sound-kept")).to_be_hidden()

    expect(page.locator("#alarm-text")).to_contain_text("ALARM")
    page.click("#pause-sound")
    expect(page.locator("#alarm-text")).to_contain_text("SOUND PAUSED until")
    expect(loud).to_be_visible()
