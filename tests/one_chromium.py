"""How do all browser tests of a process share one Chromium without being in the way of its other tests?"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM_FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # A camera that shows a test picture, and asks nobody.
    *("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"),
]


class OneChromium:
    """A Chromium and its driver, which start once: each module's own took two seconds of a core.

    While a sync Playwright is open, its event loop counts as the one that runs in this thread, and neither async tests
    nor Django's database would work. It counts so only while it is ``in_hand``; between, nothing talks to the browser.
    """

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.loop = asyncio.get_running_loop()

    @contextmanager
    def in_hand(self) -> Iterator[Browser]:
        """Let tests use the browser for the length of the block; what they left open is closed."""
        asyncio._set_running_loop(self.loop)
        try:
            yield self.browser
            for context in self.browser.contexts:
                context.close()
        finally:
            asyncio._set_running_loop(None)


@contextmanager
def running_chromium() -> Iterator[OneChromium]:
    """Run a Chromium for the length of the block: without the parts of a window where the machine has such a build.

    It is the same engine, and needs half the processor's time: no pages for a tool bar that nobody sees.
    """
    program = shutil.which("chromium-headless-shell") or chromium()
    with sync_playwright() as playwright:
        one = OneChromium(playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS))
        asyncio._set_running_loop(None)
        yield one
        asyncio._set_running_loop(one.loop)
        one.browser.close()


def chromium() -> str:
    """Return the browser's path; without one, fail where a browser is promised and skip elsewhere."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    if os.environ.get("CI") == "true":
        pytest.fail("CI promises a Chromium, and none is on PATH")
    pytest.skip("needs a Chromium on PATH")
