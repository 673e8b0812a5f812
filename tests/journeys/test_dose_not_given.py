"""A dose that is not given is held, refused or omitted with a reason; what paper says is entered later."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from il2ward import clock
from tests.journeys.hand import SOON_MS, UPRIGHT, choose, press, write
from tests.journeys.quiet_ward import KOWALSKI, LINDGREN, MORETTI, NURSE
from tests.journeys.ward_pages import Bed, chart, open_course, open_dialog, open_dose, signed_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]


def test_dose_is_held_refused_or_omitted_with_a_reason_and_paper_is_entered_with_its_times(
    browser: Browser, quiet_ward: Stack
) -> None:
    with signed_in(browser, quiet_ward, NURSE, UPRIGHT) as page:
        close(page, LINDGREN, "refuse", "patient_wish", "Refused")
        close(page, MORETTI, "omit", "no_access", "Omitted")
        close(page, KOWALSKI, "hold", "awaiting_results", "Held")

        # paper says that it went in after all: recorded as it happened, and as what it is
        dialog = open_dialog(page, "deviation")
        write(dialog.locator("#dev-from"), ago(page, 9))
        write(dialog.locator("#dev-until"), ago(page, 1))
        write(dialog.locator("#dev-iu"), "43.5")
        write(dialog.locator("#dev-text"), "Given by the paper sheet, Dr Ibarra at the bed.")
        press(dialog.locator("[data-send]"))
        became = page.locator("[data-key=became]")
        expect(became).to_contain_text("Given", timeout=SOON_MS)
        expect(became).to_contain_text("deviation")

        # the sheet itself, and a value from it with the time at which it was measured
        open_course(page, MORETTI)
        press(page.get_by_role("link", name="Downtime sheet…"))
        expect(page.locator("article.paper")).to_contain_text("Nothing on this sheet allows a dose.")
        expect(page.locator("article.paper")).to_contain_text(MORETTI.mrn)
        measured = ago(page, 30)
        open_course(page, MORETTI)
        press(page.get_by_role("link", name="Values").first)
        write(page.locator("#observed"), measured)
        write(page.locator("#i-heart_rate"), "88")
        press(page.get_by_role("button", name="Save 1 value"))
        expect(page.locator("#said")).to_contain_text("saved", timeout=SOON_MS)
        open_course(page, MORETTI)
        row = page.locator("[data-key=row-heart_rate]")
        expect(row).to_contain_text(f"{measured}")
        expect(row).to_contain_text("entered")


def test_bedside_check_is_named_findings_and_shows_what_was_found_before(browser: Browser, quiet_ward: Stack) -> None:
    with signed_in(browser, quiet_ward, NURSE, UPRIGHT) as page:
        chart(page, LINDGREN, {"bp_systolic": "118", "bp_diastolic": "70"})
        open_course(page, LINDGREN)
        press(page.get_by_role("link", name="Bedside findings").first)
        choose(page.locator("input[name=j_breathing][value=easy]"))
        choose(page.locator("input[name=j_ecg][value=not_done]"))
        press(page.get_by_role("button", name="Save 2"))
        expect(page.locator("#said")).to_contain_text("saved", timeout=SOON_MS)
        page.reload()
        asked = page.locator("[data-question=j_breathing]")
        expect(asked.locator(".before")).to_contain_text("Easy, speaks in sentences")
        expect(asked.locator("input:checked")).to_have_count(0)


def close(page: Page, bed: Bed, act: str, reason: str, became: str) -> None:
    """Close the bed's next dose by ``act`` with its coded reason; without one nothing is sent."""
    open_dose(page, bed)
    dialog = open_dialog(page, act)
    press(dialog.locator("[data-send]"))
    expect(dialog.locator("[data-state]")).to_contain_text("Reason is needed")
    choose(dialog.locator(f"input[name=reason_code][value={reason}]"))
    press(dialog.locator("[data-send]"))
    expect(page.locator("[data-key=became]")).to_contain_text(became, timeout=SOON_MS)


def ago(page: Page, minutes: int) -> str:
    """What the site's clock showed so many minutes ago."""
    zone = ZoneInfo(page.locator("body").get_attribute("data-zone") or "UTC")
    return f"{(clock.now() - timedelta(minutes=minutes)).astimezone(zone):%H:%M}"
