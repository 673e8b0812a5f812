"""Can a clinician confirm a grade and enter one in a real browser, and see at once what became of it?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.signing_in import complaints_of, sign_in
from tests.browser.test_bedside_forms import TOO_SMALL, course_with

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]


def course_with_proposals(page: Page) -> str:
    """A stopped course, whose verdict no other test waits for, with a fast heart rate just charted; on its grades."""
    course = course_with(page, "STOP_CYCLE")
    page.goto(f"/courses/{course}/vitals/")
    page.fill("#i-heart_rate", "104")
    page.click("#save")
    expect(page.locator("#said")).to_contain_text("saved")
    for _ in range(40):
        page.goto(f"/courses/{course}/grades/")
        if page.locator(".judged-one form[data-act]").count():
            return course
        page.wait_for_timeout(250)
    raise AssertionError("the charted heart rate was not graded in ten seconds")


def test_nurse_confirms_a_proposed_grade(page: Page) -> None:
    complaints = complaints_of(page)
    sign_in(page, "nurse")
    course = course_with_proposals(page)
    page.wait_for_selector("body[data-listening]")
    waiting = page.locator("#waiting").locator("xpath=ancestor::section").locator(".judged-one")
    first, count = waiting.first, waiting.count()
    name = first.get_attribute("id")
    assert first.locator("dd").first.text_content()

    first.get_by_role("button", name="Confirm grade").click()

    expect(page.locator(f"#waiting >> xpath=ancestor::section >> #{name}")).to_have_count(0)
    expect(page.locator("#said")).to_be_visible()
    assert waiting.count() < count
    page.goto(f"/courses/{course}/")
    expect(page.locator(".log")).to_contain_text("confirmed")
    assert complaints == []


def test_clinician_enters_a_grade_that_no_number_gives_and_it_shows_on_the_course(page: Page) -> None:
    sign_in(page, "physician")
    course = course_with_proposals(page)
    page.wait_for_selector("body[data-listening]")
    term = page.locator("details.term").filter(has_text="Fatigue")
    term.locator("summary").click()
    term.get_by_role("button", name="Enter it as").click()
    expect(term.locator("[data-state]").first).to_contain_text("is needed")

    term.locator(".choice").nth(1).click()
    term.get_by_role("button", name="Enter it as").click()

    expect(page.locator("details.term[data-entered]").filter(has_text="Fatigue")).to_be_visible()
    page.goto(f"/courses/{course}/")
    expect(page.locator(".tox")).to_contain_text("Fatigue")


def test_better_grade_without_a_reason_is_not_sent(page: Page) -> None:
    sign_in(page, "physician")
    course_with_proposals(page)
    page.wait_for_selector("body[data-listening]")
    page.get_by_role("button", name="Another grade…").first.click()
    dialog = page.locator("dialog[open]")
    dialog.locator(".choice").first.click()
    dialog.get_by_role("button", name="Set it as").click()
    expect(dialog.locator("[data-state]")).to_contain_text("is needed")
    dialog.locator("textarea").fill("too short")
    dialog.get_by_role("button", name="Set it as").click()
    expect(dialog.locator("[data-state]")).to_contain_text("at least 15 characters")


def test_everything_to_touch_is_48_pixels_high(page: Page) -> None:
    sign_in(page, "physician")
    course_with_proposals(page)
    page.locator("details.term summary").first.click()
    assert page.evaluate(TOO_SMALL) == []
