"""With what does a person work a page: a finger on the glass of which screen, or the keyboard alone?"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary, WeakSet

from playwright.sync_api import Browser, BrowserContext, ElementHandle, Locator, Page, expect

from tests.browser.screen_sizes import SIZES
from tests.real_stack import Stack

SOON_MS = 15_000
MOST_TABS = 150
HAS_FOCUS = "(one) => one === document.activeElement"
CHOICES = "(one) => [...one.form.elements].filter((each) => each.name === one.name && !each.disabled)"


@dataclass(frozen=True)
class Device:
    """What somebody holds: how big its screen is, and whether they touch it or have a keyboard and nothing else."""

    screen: str
    by_keys: bool = False


TABLET, UPRIGHT, PHONE, DESK = Device("tablet"), Device("upright"), Device("phone"), Device("tablet", by_keys=True)
# `TEST_DEVICE=phone make test ARGS=tests/journeys`: everybody holds the same, whatever a journey says.
DEVICES = {"tablet": TABLET, "upright": UPRIGHT, "phone": PHONE, "keyboard": DESK}
_AT_A_DESK: WeakSet[BrowserContext] = WeakSet()
_PRESSED: WeakKeyDictionary[BrowserContext, int] = WeakKeyDictionary()


def picked_up(browser: Browser, stack: Stack, device: Device) -> BrowserContext:
    """A browser of the device, nobody signed in; whoever opened it closes it."""
    device = DEVICES.get(os.environ.get("TEST_DEVICE", ""), device)
    context = browser.new_context(
        base_url=stack.url, viewport=SIZES[device.screen], has_touch=not device.by_keys, reduced_motion="reduce"
    )
    if device.by_keys:
        _AT_A_DESK.add(context)
    return context


def press(what: Locator) -> None:
    """Tap a button, a link or a summary; at a desk go there by Tab and press Enter."""
    expect(what).to_be_visible(timeout=SOON_MS)
    what.page.wait_for_load_state()  # before that nothing answers, and things move under the finger
    _PRESSED[what.page.context] = presses(what.page) + 1
    if not at_a_desk(what.page):
        what.tap(timeout=SOON_MS)
        return
    reach(what)
    what.page.keyboard.press("Enter")


def presses(page: Page) -> int:
    """How many buttons, links and summaries were pressed so far in the browser of this page."""
    return _PRESSED.get(page.context, 0)


def write(field: Locator, text: str) -> None:
    """Put ``text`` into a field in place of what stands there; a day is 2026-11-22, with its time 2026-11-22T08:00."""
    if not at_a_desk(field.page):
        field.fill(text, timeout=SOON_MS)
        return
    reach(field)
    if field.get_attribute("type") in ("date", "datetime-local"):
        type_parts(field.page, datetime.fromisoformat(text), with_time="T" in text)
    else:
        field.page.keyboard.press("Control+A")
        field.page.keyboard.type(text)
    expect(field).to_have_value(text)


def type_parts(page: Page, moment: datetime, *, with_time: bool) -> None:
    """Type a day, and its time, part by part as an American browser asks for them."""
    page.keyboard.type(f"{moment:%m%d%Y}")
    if with_time:
        page.keyboard.press("ArrowRight")
        page.keyboard.type(f"{moment:%I%M}{moment:%p}"[:5])


def choose(box: Locator) -> None:
    """Choose a radio button or tick a box, by what one sees of it: the label around it."""
    if not at_a_desk(box.page):
        box.locator("xpath=ancestor-or-self::label").tap(timeout=SOON_MS)
    elif box.get_attribute("type") == "checkbox":
        reach(box)
        box.page.keyboard.press("Space")
    else:
        choose_by_arrows(box)
    expect(box).to_be_checked(timeout=SOON_MS)


def pick(field: Locator, label: str) -> None:
    """Pick an option of a list by its words."""
    if not at_a_desk(field.page):
        field.select_option(label=label, timeout=SOON_MS)
        return
    reach(field)
    field.page.keyboard.type(label)
    expect(field.locator("option:checked")).to_have_text(label)


def at_a_desk(page: Page) -> bool:
    """Whether whoever works this page has a keyboard alone."""
    return page.context in _AT_A_DESK


def reach(what: Locator) -> None:
    """Go there by the Tab key alone. Fails where Tab does not come by."""
    there = seen(what)
    for _ in range(MOST_TABS):
        if there.evaluate(HAS_FOCUS):
            return
        what.page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard does not come to {what}")


def choose_by_arrows(box: Locator) -> None:
    """Go to the group of a radio button by Tab, and to the button by the arrow keys."""
    there, page = seen(box), box.page
    group = there.evaluate_handle(CHOICES)
    for _ in range(MOST_TABS):
        if group.evaluate("(all) => all.includes(document.activeElement)"):
            break
        page.keyboard.press("Tab")
    if there.evaluate(HAS_FOCUS):
        page.keyboard.press("Space")
        return
    for _ in range(MOST_TABS):
        page.keyboard.press("ArrowDown")
        if there.evaluate("(one) => one.checked"):
            return
    raise AssertionError(f"the arrow keys do not come to {box}")


def seen(what: Locator) -> ElementHandle:
    """The one element meant, once it is on the page; a picture that is renewed keeps it."""
    expect(what).to_be_visible(timeout=SOON_MS)
    return what.element_handle()
