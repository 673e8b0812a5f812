"""A finding that does not end by itself stands until a physician's word; so does an ordered test and a baseline."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.journeys.hand import PHONE, SOON_MS, UPRIGHT, choose, press, write
from tests.journeys.quiet_ward import NURSE, OYELARAN, PHYSICIAN
from tests.journeys.ward_pages import card, chart, expect_verdict, open_orders, signed_in, unfold
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]


def test_finding_holds_the_dose_until_a_physician_says_that_it_is_over(browser: Browser, quiet_ward: Stack) -> None:
    with (
        signed_in(browser, quiet_ward, NURSE, UPRIGHT) as nurse,
        signed_in(browser, quiet_ward, PHYSICIAN, PHONE) as physician,
    ):
        chart(nurse, OYELARAN, {"creatinine": "0.9"}, upper={"creatinine": "1.2"})
        chart_creatinine_again(nurse, "1.1")
        press(nurse.get_by_role("link", name="Bedside findings"))
        find(nurse, "fibrillation")
        expect_verdict(card(physician, OYELARAN), "HOLD")

        # a regular rhythm later does not end it
        find(nurse, "sinus")
        open_orders(physician, OYELARAN)
        lasting = physician.get_by_role("region", name="Findings that do not end by themselves")
        expect(lasting.locator("li")).to_contain_text("by P. Sato RN")
        form = unfold(physician, "It is over")
        write(form.locator("textarea"), "Back in sinus rhythm, cardiology agrees.")
        press(form.locator("[data-send]"))
        expect(lasting.locator("form")).to_have_count(0, timeout=SOON_MS)
        press(physician.get_by_role("link", name="Course", exact=True))
        expect_verdict(physician, "UNDECIDED")
        press(physician.get_by_role("link", name="Orders and baselines…"))
        expect(lasting).to_contain_text("None stands.")

        order_and_close(physician)
        choose_baseline(physician, "0.9")
        look_at_trends(physician, ("0.9", "1.1"))


def chart_creatinine_again(page: Page, value: str) -> None:
    """One more result, on the form that is open."""
    field = page.locator("#i-creatinine")
    expect(field).to_have_value("")
    write(field, value)
    write(page.locator("[data-high-of=creatinine]"), "1.2")
    press(page.get_by_role("button", name="Save 1 value"))
    expect(field).to_have_value("", timeout=SOON_MS)


def find(page: Page, option: str) -> None:
    """Chart the rhythm since the dose before, on the form that is open."""
    choose(page.locator(f"input[name=j_atrial][value={option}]"))
    press(page.get_by_role("button", name="Save 1 of"))
    expect(page.locator("input[name=j_atrial]:checked")).to_have_count(0, timeout=SOON_MS)


def order_and_close(page: Page) -> None:
    """A test is on order until somebody says what was found."""
    page.wait_for_selector("body[data-listening]")
    line = page.get_by_role("region", name="Ordered tests").locator("li", has_text="ECG").first
    press(line.locator("button", has_text="Order it: ECG"))
    expect(line).to_contain_text("on order by Dr Ibarra", timeout=SOON_MS)
    page.wait_for_selector("body[data-listening]")
    form = unfold(page, "Close the order")
    write(form.locator("input[name=reason]"), "Sinus rhythm, no ischemia")
    press(form.locator("[data-send]"))
    expect(line).to_contain_text("not on order", timeout=SOON_MS)


def choose_baseline(page: Page, value: str) -> None:
    """Measure what changes against another value than the last before the first dose."""
    page.wait_for_selector("body[data-listening]")
    line = page.get_by_role("region", name="Baselines").locator("li", has_text="Creatinine").first
    expect(line).to_contain_text("the last before the first dose")
    form = unfold(page, "Choose another")
    choose(form.locator("label", has_text=value).locator("input"))
    write(form.locator("textarea"), "The other one was haemolysed.")
    press(form.locator("[data-send]"))
    expect(line).to_contain_text("chosen by Dr Ibarra", timeout=SOON_MS)
    expect(line.locator(".value")).to_have_text(value)


def look_at_trends(page: Page, values: tuple[str, ...]) -> None:
    """The picture is drawn from the table that is folded away beneath it."""
    press(page.get_by_role("link", name="Trends"))
    chart = page.locator("#trend-creatinine")
    expect(chart.locator("canvas")).to_be_visible(timeout=SOON_MS)
    table = unfold(page, f"Creatinine as a table ({len(values)})")
    for value in values:
        expect(table.get_by_role("cell", name=value)).to_be_visible()
