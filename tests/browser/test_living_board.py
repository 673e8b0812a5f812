"""Does an open board keep up, keep still, and go dead when it does not know any more? A real browser on a real ward."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.signing_in import complaints_of, sign_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]

COVERED_WITHIN_S = 15
DEAD_MAN_WITHIN_S = 24


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    """Freeze processes for the length of the block: they neither answer nor refuse."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def test_board_is_live_and_complains_of_nothing(page: Page) -> None:
    complaints = complaints_of(page)
    sign_in(page, "physician")
    expect(page.locator(".bed").first).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-live", "yes")
    expect(page.locator("#live-text")).to_contain_text("LIVE")
    expect(page.locator("#clock")).to_have_text(re.compile(r"^\d\d:\d\d:\d\d$"))
    assert complaints == []


def test_board_covers_itself_when_the_server_falls_silent_and_returns_by_itself(page: Page, stack: Stack) -> None:
    sign_in(page, "nurse")
    expect(page.locator("#live-text")).to_contain_text("LIVE")
    with stopped(stack.pid("web")):
        began = time.monotonic()
        page.wait_for_selector("body[data-live=no]", timeout=COVERED_WITHIN_S * 1000)
        assert time.monotonic() - began <= COVERED_WITHIN_S
        expect(page.locator("#notlive-text")).to_contain_text("NOT LIVE since")
        for verdict in page.locator(".bed .verdict").all():
            expect(verdict).not_to_be_visible()
    page.wait_for_selector("body[data-live=yes]", timeout=20_000)
    expect(page.locator(".bed .verdict").first).to_be_visible()


def test_board_covers_itself_when_its_own_script_dies(page: Page) -> None:
    sign_in(page, "nurse")
    expect(page.locator("#live-text")).to_contain_text("LIVE")
    expect(page.locator("#dead-man")).not_to_be_visible()
    page.route(re.compile("/cards/"), lambda route: route.abort())
    page.evaluate(
        "() => { for (let id = setTimeout(() => {}, 0) + 1000; id > 0; id--) { clearInterval(id); clearTimeout(id) }"
        " WebSocket.prototype.dispatchEvent = () => {};"
        " document.getElementById('dead-man').classList.toggle = () => {} }"
    )
    expect(page.locator("#dead-man")).to_be_visible(timeout=DEAD_MAN_WITHIN_S * 1000)


def test_expired_continue_turns_without_asking_anybody(page: Page) -> None:
    sign_in(page, "nurse")
    bed = page.locator(".bed").filter(has=page.locator(".verdict[data-verdict=CONTINUE]")).first
    expect(bed).to_be_visible()
    course = bed.get_attribute("data-course")
    page.route(re.compile("/cards/"), lambda route: route.abort())
    page.wait_for_timeout(2_000)  # an answer already on its way would put the band right again
    page.evaluate(
        "course => { document.querySelector(`[data-course='${course}'] .verdict`).dataset.turnsAt ="
        " new Date(Date.now() - 60000).toISOString() }",
        course,
    )
    band = page.locator(f".bed[data-course='{course}'] .verdict")
    expect(band).to_have_attribute("data-verdict", "UNDECIDED")
    expect(band).to_contain_text("CANNOT DECIDE")


def test_cards_keep_their_nodes_when_the_picture_is_fetched_again(page: Page) -> None:
    sign_in(page, "nurse")
    expect(page.locator(".bed").first).to_be_visible()
    page.evaluate("() => document.querySelectorAll('.bed').forEach((bed) => { bed.same = true })")
    with page.expect_response("**/cards/"):
        page.evaluate("() => dispatchEvent(new Event('online'))")
    page.wait_for_timeout(300)
    assert page.evaluate("() => [...document.querySelectorAll('.bed')].every((bed) => bed.same)")


@pytest.mark.parametrize("size", [(1280, 800), (820, 1180), (390, 844)], ids=["tablet", "tablet upright", "phone"])
def test_board_never_scrolls_sideways(page: Page, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    sign_in(page, "nurse")
    expect(page.locator(".bed").first).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
