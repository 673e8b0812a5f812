"""Can a physician read a protocol row by row and sign it, and nobody by accident or without having read?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.signing_in import PASSWORD, complaints_of, sign_in
from tests.browser.test_bedside_forms import TOO_SMALL

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]

UNSIGNED = "/rules/protocols/fda_label/1/"
PAGES = ["/rules/", UNSIGNED, "/rules/regimens/til_il2/1/", "/rules/ctcae/5.0/", "/rules/ctcae/5.0/fever/"]


def tick(page: Page, leave: int) -> None:
    """Tick every row that needs reading but the last ``leave``."""
    rows = page.locator("#sign-off input[name=row]").all()
    for row in rows[: len(rows) - leave]:
        row.check()


def test_physician_signs_only_when_every_row_is_ticked_with_words_and_password(page: Page) -> None:
    complaints = complaints_of(page)
    sign_in(page, "physician")
    page.goto("/rules/")
    page.locator(f'a[href="{UNSIGNED}"]').click()
    button, state = page.locator("#send-sign-off"), page.locator("#sign-off [data-state]")

    tick(page, 1)
    expect(button).to_be_disabled()
    expect(button).to_have_text("Not ticked yet: 1 of 23")
    tick(page, 0)
    expect(button).to_contain_text("Sign as")
    button.click()
    expect(state).to_have_text("Your statement is needed.")
    page.fill("#statement", "Read against the label of 2024.")
    page.locator("#statement").press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".signed")).to_have_count(0)
    page.fill("#password", "not the password")
    button.click()
    expect(state).to_contain_text("This is not the password")
    assert [line for line in complaints if "403" not in line] == []

    page.fill("#password", PASSWORD)
    button.click()
    expect(page.locator(".signed").first).to_contain_text("DEMONSTRATION sign-off by")
    expect(page.locator("#sign-off")).to_have_count(0)
    expect(page.get_by_text("Read against the label of 2024.")).to_be_visible()


def test_page_says_that_it_is_signed_already_when_a_second_tab_signs_too(page: Page) -> None:
    sign_in(page, "physician")
    page.goto("/rules/protocols/schwartzentruber_2001/1/")
    second = page.context.new_page()
    second.goto("/rules/protocols/schwartzentruber_2001/1/")
    for tab in (page, second):
        tick(tab, 0)
        tab.fill("#statement", "Read against the card.")
        tab.fill("#password", PASSWORD)
    page.locator("#send-sign-off").click()
    expect(page.locator(".signed").first).to_be_visible()

    second.locator("#send-sign-off").click()

    expect(second.locator("#sign-off [data-state]")).to_contain_text("is signed off at")
    expect(second.locator("#sign-off [data-state]")).to_contain_text("already. A signature is never replaced.")


@pytest.mark.parametrize("width", [390, 820, 1280])
def test_no_page_of_the_rules_is_wider_than_the_screen_or_too_small_to_touch(page: Page, width: int) -> None:
    complaints = complaints_of(page)
    page.set_viewport_size({"width": width, "height": 844})
    sign_in(page, "nurse")

    for address in PAGES:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        small = page.evaluate(TOO_SMALL)
        assert small == [], address
    assert complaints == []


def test_source_on_the_course_page_opens_the_row_it_came_from(page: Page) -> None:
    sign_in(page, "nurse")
    page.locator(".bed").filter(has=page.locator(".verdict[data-verdict=HOLD]")).first.locator("a").first.click()
    page.locator(".crit .limit a").first.click()

    expect(page.locator(".criterion:target")).to_be_visible()
