"""At a desk an admin keeps people, wards and settings, each act with the password, and hangs up a wall screen."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.hand import DESK, PHONE, SOON_MS, choose, pick, press, write
from tests.journeys.quiet_ward import LYING, PHYSICIAN, WARD
from tests.journeys.ward_pages import PASSWORD, signed_in, unfold
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]
NEW_WARD, NAME, USERNAME, FIRST_PASSWORD = "9 North", "S. Vance RN", "svance", "a long first pass phrase"


def test_person_joins_a_new_ward_changes_the_role_and_is_let_in_no_more(browser: Browser, quiet_ward: Stack) -> None:
    with signed_in(browser, quiet_ward, "admin", DESK) as page:
        press(page.get_by_role("link", name="Hospital"))
        open_ward(page)
        engage(page)
        act(page, "Add to the ward", f"{NAME} works on {NEW_WARD}.", NEW_WARD)

        with signed_in(browser, quiet_ward, USERNAME, PHONE, password=FIRST_PASSWORD) as other:
            expect(other.get_by_role("heading", name=NEW_WARD)).to_be_visible()
            act(page, "Change the role", f"{NAME} is physician now, and was signed out everywhere.", "Physician")
            other.reload()
            expect(other.get_by_role("button", name="Sign in")).to_be_visible(timeout=SOON_MS)

        act(page, "Close the account", f"{NAME} is let in no more.")
        expect(page.locator("summary", has_text=USERNAME)).to_contain_text("closed")


def test_hospital_settles_limits_and_a_physician_ages(browser: Browser, quiet_ward: Stack) -> None:
    with signed_in(browser, quiet_ward, "admin", DESK) as page:
        press(page.get_by_role("link", name="Settings"))
        form = unfold(page, "State limits")
        pick(form.locator("#observable"), "Lactate")
        for name, text in (("unit", "mmol/L"), ("lower", "0.5"), ("upper", "2.0"), ("source", "Handbook, Oct 2026")):
            write(form.locator(f"#{name}"), text)
        confirm(page, form, "State the limits", "Kept:")
        expect(page.get_by_role("region", name="Limits of normal").get_by_role("row", name="Lactate")).to_contain_text(
            "Handbook, Oct 2026"
        )
    with signed_in(browser, quiet_ward, PHYSICIAN, PHONE) as page:
        press(page.get_by_role("link", name="Settings"))
        form = unfold(page, "Choose an age")
        pick(form.locator("#input"), "Diastolic pressure")
        write(form.locator("#hours"), "1.75")
        write(form.locator("#why-age"), "Measured with every round here")
        confirm(page, form, "Keep this age", "Courses opened from now on follow it")
        expect(page.get_by_role("row", name="Diastolic pressure")).to_contain_text("own choice")


def test_enrolled_wall_screen_shows_the_board_without_names_and_lets_nobody_in(
    browser: Browser, quiet_ward: Stack
) -> None:
    with signed_in(browser, quiet_ward, "admin", DESK) as page:
        press(page.get_by_role("link", name="Tablets"))
        write(page.locator("#name"), "Wall of 7 West")
        choose(page.locator("input[name=kind][value=wall]"))
        choose(page.locator("label.choice", has_text=WARD).locator("input"))
        write(page.locator("#password"), PASSWORD)
        press(page.get_by_role("button", name="Enrol this screen as"))
        page.wait_for_url("**/wall/")
        expect(page.locator("article.bed b.who").first).to_be_visible(timeout=SOON_MS)
        shown = page.locator("body").inner_text().upper()
        assert [one.family_name for one in LYING if one.family_name in shown or one.mrn in shown] == []
        page.goto("/sign-in/")
        page.wait_for_url("**/wall/")


def open_ward(page: Page) -> None:
    """A ward with two beds."""
    form = unfold(page, "Open a ward")
    write(form.locator("#ward-name"), NEW_WARD)
    write(form.locator("#ward-code"), "9-north")
    confirm(page, form, "Open the ward", f"{NEW_WARD} is open.")
    form = unfold(page, NEW_WARD)
    write(form.get_by_label("More beds"), "901, 902")
    confirm(page, form, "Put up the beds", f"2 beds added to {NEW_WARD}.")


def engage(page: Page) -> None:
    """A nurse who works on no ward yet."""
    form = unfold(page, "Add a person")
    write(form.locator("#display"), NAME)
    write(form.locator("#username"), USERNAME)
    pick(form.locator("#role"), "Nurse")
    write(form.locator("#first"), FIRST_PASSWORD)
    confirm(page, form, "Add the person", f"{NAME} can sign in as {USERNAME}.")


def act(page: Page, button: str, came_of_it: str, choice: str = "") -> None:
    """Do with the person what the button says."""
    form = unfold(page, USERNAME).locator("form").filter(has=page.get_by_role("button", name=button))
    if choice:
        pick(form.locator("select"), choice)
    confirm(page, form, button, came_of_it)


def confirm(page: Page, form: Locator, button: str, came_of_it: str) -> None:
    """Give the password again and press the button; the page says what came of it."""
    write(form.get_by_label("Your password again"), PASSWORD)
    press(form.get_by_role("button", name=button))
    expect(page.locator("main")).to_contain_text(came_of_it, timeout=SOON_MS)
