"""What the board says while the worker or the broker is away: never CONTINUE on something nobody has graded."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.journeys.ward_pages import HARTIGAN, NOVAK, Bed, card, expect_verdict, laboratory, signed_in, verdict
from tests.real_stack import Stack

pytestmark = [pytest.mark.timed, pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(500)]

CONVERGED_WITHIN_S = 25


@contextmanager
def frozen(stack: Stack, *parts: str) -> Iterator[None]:
    """Parts that exist and do nothing, as when a machine hangs; not in the middle of writing to the database file, for
    then nobody else could write either."""
    pids = [stack.pid(part) for part in parts]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    for _ in range(50):
        if can_be_written(stack):
            break
        os.kill(pids[0], signal.SIGCONT)
        time.sleep(0.1)
        os.kill(pids[0], signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def can_be_written(stack: Stack) -> bool:
    """Whether the stack's database file takes a writer now."""
    with closing(sqlite3.connect(stack.home / "il2ward.sqlite3", timeout=0.5, isolation_level=None)) as file:
        try:
            file.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        file.execute("ROLLBACK")
        return True


def faces_until(page: Page, bed: Bed, wanted: str) -> list[str]:
    """Every face the card showed, in order, until ``wanted``."""
    seen: list[str] = []
    deadline = time.monotonic() + CONVERGED_WITHIN_S
    while time.monotonic() < deadline:
        face = verdict(card(page, bed)).get_attribute("data-verdict") or ""
        if not seen or seen[-1] != face:
            seen.append(face)
        if face == wanted:
            return seen
        page.wait_for_timeout(40)
    raise AssertionError(f"the card never said {wanted}: {seen}")


def test_a_frozen_worker_never_leaves_a_live_continue_and_the_sweep_takes_over(browser: Browser, stack: Stack) -> None:
    with signed_in(browser, stack, "physician") as page:
        expect_verdict(card(page, NOVAK), "CONTINUE")
        with frozen(stack, "worker"):
            laboratory(stack).send(NOVAK, "creatinine", "3.4", "mg/dL", high="1.2")
            seen = faces_until(page, NOVAK, "HOLD")

    after_the_news = seen[1:]
    assert "CONTINUE" not in after_the_news, seen
    assert set(after_the_news) <= {"UPDATING", "UNDECIDED", "HOLD"}, seen


def test_with_the_broker_frozen_too_a_post_is_quick_and_the_board_comes_right(browser: Browser, stack: Stack) -> None:
    with signed_in(browser, stack, "physician") as page:
        expect_verdict(card(page, HARTIGAN), "CONTINUE")
        with frozen(stack, "worker", "redis"):
            answered_in_s = laboratory(stack).send(HARTIGAN, "creatinine", "3.4", "mg/dL", high="1.2")
            began = time.monotonic()
            seen = faces_until(page, HARTIGAN, "HOLD")
            came_right_in_s = time.monotonic() - began

    assert answered_in_s < 1.0
    assert came_right_in_s < 12, "a heartbeat every 5 s carries the ward's number from the database"
    assert "CONTINUE" not in seen[1:], seen


def test_a_killed_worker_is_started_again_and_health_says_so(stack: Stack) -> None:
    before = stack.pid("worker")
    os.kill(before, signal.SIGKILL)

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            alive = stack.pid("worker") != before and stack.health()[0] == 200
        except KeyError:
            alive = False
        if alive:
            break
        time.sleep(0.5)
    else:
        raise AssertionError(f"the worker did not come back: {stack.health()}")
    assert "differences=0" in stack.manage("replay", "--all")
    assert Path(stack.home, "log").exists()
