"""Does a real browser run the ward's pages under their content policy?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def test_first_page_breaks_no_policy_when_nobody_is_signed_in(page: Page) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))

    answer = page.goto("/")

    assert answer is not None
    assert answer.ok
    assert page.locator("input[type=password]").count() == 1
    assert complaints == []
