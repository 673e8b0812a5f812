"""How does a browser test enrol a tablet, take it over by PIN, and count what a nurse's fingers do?"""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Locator, Page

from tests.browser.signing_in import PASSWORD, sign_in

PINS = {"nurse": "4071", "nurse2": "8352"}
NAMES = {"nurse": "N. Ferrara RN", "nurse2": "J. Okafor RN"}


@dataclass
class Fingers:
    """Counts every tap on the glass; what a scanner or a keyboard types is no tap."""

    taps: int = 0

    def tap(self, where: Locator) -> None:
        """Tap once."""
        where.click()
        self.taps += 1


def enrol(page: Page, name: str) -> None:
    """Let the admin enrol this browser on the ward; both nurses sign in for their shift and set a PIN."""
    sign_in(page, "admin")
    page.goto("/tablets/")
    page.fill("#name", name)
    page.locator("input[name=ward]").first.check()
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Enrol this screen").click()
    page.wait_for_url("**/tablet/")
    for username, pin in PINS.items():
        begin_shift(page, username, pin)


def begin_shift(page: Page, username: str, pin: str) -> None:
    """The full sign-in of a shift, with a PIN set anew; the tablet is locked again afterwards."""
    page.goto("/sign-in/?password")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_selector("[data-lock]")
    page.goto("/pin/")
    page.fill("#password", PASSWORD)
    page.fill("#new-pin", pin)
    page.fill("#again", pin)
    page.get_by_role("button", name="Set my PIN").click()
    page.wait_for_url("**/wards/*/")
    page.locator("[data-lock]").click()
    page.wait_for_url("**/tablet/")


def take_over(page: Page, username: str, fingers: Fingers | None = None) -> None:
    """Tap the name and the PIN on the locked tablet; ends where the person is signed in."""
    fingers = fingers or Fingers()
    fingers.tap(page.get_by_text(NAMES[username]))
    for digit in PINS[username]:
        fingers.tap(page.locator(f"[data-digit='{digit}']"))
    fingers.tap(page.locator("#enter"))
    page.wait_for_selector("[data-lock]")
