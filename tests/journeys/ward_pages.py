"""How does a journey move about the ward's pages? By what a person sees: names, labels, buttons."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Locator, Page, expect

from il2ward import clock
from tests.browser.signing_in import HOME
from tests.journeys.hand import SOON_MS, TABLET, Device, choose, picked_up, press, write
from tests.real_stack import Stack

PASSWORD = "il2ward-demo"


@dataclass(frozen=True)
class Bed:
    """One bed of the demonstration ward."""

    family_name: str
    mrn: str


NOVAK = Bed("NOVAK", "IL2-1001")
HARTIGAN = Bed("HARTIGAN", "IL2-1008")
DELACROIX = Bed("DELACROIX", "IL2-1007")
ACHTERBERG = Bed("ACHTERBERG", "IL2-1003")


@contextmanager
def signed_in(
    browser: Browser, stack: Stack, username: str, device: Device = TABLET, *, password: str = PASSWORD
) -> Iterator[Page]:
    """A page of its own for one person on a device, signed in, on the ward board, or among the wards of an admin."""
    context = picked_up(browser, stack, device)
    page = context.new_page()
    page.goto("/sign-in/")
    write(page.locator("input[name=username]"), username)
    write(page.locator("input[name=password]"), password)
    press(page.get_by_role("button", name="Sign in"))
    page.wait_for_url(HOME)
    if page.locator("#live").count():
        expect(page.get_by_text(re.compile(r"^LIVE"))).to_be_visible(timeout=SOON_MS)
    yield page
    context.close()


def card(page: Page, bed: Bed) -> Locator:
    """The bed's card on the board."""
    return page.locator("article.bed", has_text=bed.family_name)


def verdict(where: Locator | Page) -> Locator:
    """The verdict band inside ``where``."""
    return where.locator(".verdict").first


def expect_verdict(where: Locator | Page, face: str) -> None:
    """Wait until the band says ``face`` (HOLD, REVIEW, CONTINUE, …)."""
    expect(verdict(where)).to_have_attribute("data-verdict", face, timeout=SOON_MS)


def open_course(page: Page, bed: Bed) -> None:
    """From the board to the bed's course page."""
    page.goto("/")
    press(card(page, bed).get_by_role("link", name=bed.family_name))
    expect(page.get_by_role("heading", name="Course 1")).to_be_visible(timeout=SOON_MS)


def open_orders(page: Page, bed: Bed) -> None:
    """From the board to what stands in the bed's course until somebody ends it."""
    open_course(page, bed)
    press(page.get_by_role("link", name="Orders and baselines…"))
    page.wait_for_selector("body[data-listening]")


def open_dose(page: Page, bed: Bed) -> None:
    """From the board to the page of the bed's next dose."""
    open_course(page, bed)
    press(page.locator("a.btn", has_text="Dose").first)
    expect(page.get_by_role("region", name="The dose")).to_be_visible(timeout=SOON_MS)


def chart(page: Page, bed: Bed, values: dict[str, str], *, upper: dict[str, str] | None = None) -> None:
    """Type values on the form and save them; ``upper`` are the laboratory's printed limits."""
    open_course(page, bed)
    press(page.get_by_role("link", name="Values").first)
    expect(page.locator("form#values")).to_be_visible(timeout=SOON_MS)
    for observable, text in values.items():
        field = page.locator(f"input[data-observable={observable}]:not([type=radio]):not([type=checkbox])")
        if not field.is_visible():
            press(page.locator("details:has(summary)", has=field).locator("summary"))
        write(field, text)
    for observable, text in (upper or {}).items():
        write(page.locator(f"[data-high-of={observable}]"), text)
    press(page.get_by_role("button", name=f"Save {len(values)} value"))
    expect(page.get_by_role("status").first).to_contain_text("saved", timeout=SOON_MS, ignore_case=True)


def unfold(page: Page, words: str) -> Locator:
    """Press the words under which something is folded away, and return it."""
    folded = page.locator("details").filter(has=page.locator("summary", has_text=words))
    press(folded.locator("summary").first)
    return folded


def open_dialog(page: Page, name: str) -> Locator:
    """Press the button that opens the dialog, once the page listens."""
    page.wait_for_selector("body[data-listening]")
    press(page.locator(f"[data-open={name}]").first)
    dialog = page.locator(f"#{name}")
    expect(dialog).to_be_visible(timeout=SOON_MS)
    return dialog


def decide(page: Page, bed: Bed, kind: str, *, reason: str = "", code: str = "", password: bool = False) -> None:
    """Give the physician's order of that kind from the course page."""
    open_course(page, bed)
    dialog = open_dialog(page, f"decide-{kind}")
    if code:
        choose(dialog.locator(f"input[name=reason_code][value={code}]"))
    elif dialog.locator("input[name=reason_code]").count():
        choose(dialog.locator("input[name=reason_code]").last)
    if dialog.locator("textarea").count():
        write(dialog.locator("textarea"), reason)
    if password:
        write(dialog.locator("input[name=password]"), PASSWORD)
    press(dialog.locator("[data-send]"))
    expect(dialog).to_be_hidden(timeout=SOON_MS)


def try_to_start(page: Page, bed: Bed, *, checker: str = "nurse2") -> Locator:
    """Fill in everything a start asks for and press the button; the dialog is returned to be looked at."""
    open_dose(page, bed)
    dialog = open_dialog(page, "start")
    write(dialog.locator("#mrn"), bed.mrn)
    write(dialog.locator("#checker"), checker)
    write(dialog.locator("#checker-password"), PASSWORD)
    press(dialog.locator("[data-send]"))
    return dialog


@dataclass
class Laboratory:
    """The laboratory's interface, which sends over the public HTTP API."""

    url: str
    key: str

    def send(self, bed: Bed, observable: str, value: str, unit: str, *, high: str = "", low: str = "") -> float:
        """Report one result observed now; return how many seconds the answer took. It must be a 201."""
        item = {
            "patient": {"mrn": bed.mrn},
            "observable": observable,
            "value": value,
            "unit": unit,
            "observed_at": clock.now().isoformat(),
        }
        item |= {name: text for name, text in (("range_high", high), ("range_low", low)) if text}
        answer = httpx.post(
            f"{self.url}api/v1/observations", json=item, headers={"Authorization": f"Api-Key {self.key}"}, timeout=10
        )
        assert answer.status_code == 201, answer.text
        return answer.elapsed.total_seconds()


def laboratory(stack: Stack) -> Laboratory:
    """The demonstration's laboratory."""
    return Laboratory(stack.url, Path(stack.home, "demo-laboratory.key").read_text().strip())
