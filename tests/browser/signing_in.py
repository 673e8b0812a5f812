"""How does a browser test get past the door, and what did the browser complain about?"""

from __future__ import annotations

import re

from playwright.sync_api import Page

PASSWORD = "il2ward-demo"
# The board of one's only ward, or the choice of one's wards.
HOME = re.compile(r"//[^/]+/(wards/\d+/)?$")


def sign_in(page: Page, username: str) -> None:
    """Sign in at the door as a demonstration account; ends on the board, or among the wards of an admin."""
    page.goto("/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(HOME)


def complaints_of(page: Page) -> list[str]:
    """Collect every console error and uncaught exception of the page from now on."""
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return complaints
