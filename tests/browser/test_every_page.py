"""Does every page keep to what people with other eyes, hands and devices need, in light and in dark?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.every_page import DOOR, PAGES, WALL, Shown, ids_of
from tests.browser.signing_in import complaints_of, sign_in
from tests.browser.test_bedside_forms import TOO_SMALL
from tests.real_stack import ROOT, Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]
WIDE: ViewportSize = {"width": 1280, "height": 800}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
# What gives, holds, decides or acknowledges is as tall as a gloved finger needs.
TOO_SMALL_TO_GIVE = """() => [...document.querySelectorAll('.acts > .btn.big, .foot > .btn.big')]
  .filter((one) => one.offsetParent && one.getBoundingClientRect().height < 63.5)
  .map((one) => one.textContent.trim())"""


@pytest.fixture(scope="module")
def contexts(browser: Browser, stack: Stack) -> Iterator[dict[str, BrowserContext]]:
    """One signed-in context for each who opens pages, for the whole module."""
    found: dict[str, BrowserContext] = {}
    for who in dict.fromkeys(one.who for one in (*PAGES, WALL, DOOR)):
        found[who] = browser.new_context(base_url=stack.url, viewport=WIDE, reduced_motion="reduce")
        if who:
            page = found[who].new_page()
            sign_in(page, who)
            page.close()  # a board left open goes on asking for its picture while other pages are looked at
    yield found
    for one in found.values():
        one.close()


@pytest.fixture(scope="module")
def ids(contexts: dict[str, BrowserContext]) -> dict[str, object]:
    page = contexts["nurse"].new_page()
    found = ids_of(page)
    page.close()
    return found


def serious(page: Page, *rules: str, inside: str = "html") -> list[str]:
    """What axe finds that is serious or critical, with the element; ``rules`` names those to ask, none means all."""
    asked = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found: dict[str, Any] = page.evaluate("([inside, asked]) => axe.run(inside, asked)", [inside, asked])
    grave = [one for one in found["violations"] if one["impact"] in ("serious", "critical")]
    return [f"{one['id']}: {node['target']} {node['failureSummary']}" for one in grave for node in one["nodes"][:3]]


@pytest.mark.parametrize("shown", [*PAGES, WALL, DOOR], ids=lambda one: one.name)
def test_page_has_no_serious_fault_in_light_and_dark(
    shown: Shown, contexts: dict[str, BrowserContext], ids: dict[str, object]
) -> None:
    page = contexts[shown.who].new_page()
    complaints = complaints_of(page)
    answer = page.goto(shown.address.format(**ids))
    assert answer is not None
    assert answer.ok
    page.wait_for_function("document.readyState === 'complete'")
    page.evaluate(Path(AXE).read_text(encoding="utf-8"))

    page.emulate_media(color_scheme="light")
    assert serious(page) == []
    page.emulate_media(color_scheme="dark")
    assert serious(page, "color-contrast") == []
    assert page.evaluate(TOO_SMALL) == []
    assert page.evaluate(TOO_SMALL_TO_GIVE) == []
    assert faults_of_dialogs(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []
    page.close()


def faults_of_dialogs(page: Page) -> list[str]:
    """What is wrong with each dialog of the page once it is open, in light and in dark; every page ends in dark."""
    found: list[str] = []
    for name in page.evaluate("[...document.querySelectorAll('dialog[id]')].map((one) => one.id)"):
        page.evaluate("(name) => document.getElementById(name).showModal()", name)
        page.emulate_media(color_scheme="light")
        found += serious(page, inside=f"#{name}")
        page.emulate_media(color_scheme="dark")
        found += serious(page, "color-contrast", inside=f"#{name}")
        found += page.evaluate(TOO_SMALL)
        page.evaluate("(name) => document.getElementById(name).close()", name)
    return found
