"""Without a network: is a fact kept, shown as not saved, sent once when it is back, and a refusal told?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.signing_in import sign_in
from tests.journeys.hand import SOON_MS
from tests.journeys.ward_pages import Bed, card
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]

SUNDARAM = Bed("SUNDARAM", "IL2-1005")
HOW_MANY = """
from monitoring.models import Observation
print(Observation.objects.filter(patient__mrn="IL2-1005", observable="heart_rate", value="87").count())
"""
SLOTS = """() => new Promise((done) => {
  const asked = indexedDB.open("il2ward-unsent");
  asked.onsuccess = () => {
    const all = asked.result.transaction("facts").objectStore("facts").getAll();
    all.onsuccess = () => { asked.result.close(); done(all.result.length); };
  };
})"""


def test_values_wait_for_the_network_and_are_saved_once(page: Page, stack: Stack) -> None:
    sign_in(page, "nurse")
    page.goto(f"/courses/{card(page, SUNDARAM).get_attribute('data-course')}/vitals/")
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.fill("#i-heart_rate", "87")
    page.click("#save")

    expect(page.locator("#unsent li")).to_contain_text("Queued", timeout=SOON_MS)
    expect(page.locator("#unsent h2")).to_contain_text("1 entry NOT SAVED yet")
    expect(page.locator("#said")).to_contain_text("NOT SAVED yet")
    assert "87 saved" not in page.locator("main").inner_text()
    assert stack.manage("shell", "-c", HOW_MANY).strip().endswith("0")
    page.evaluate("location.reload()")
    expect(page.get_by_role("heading", name="No connection to il2ward")).to_be_visible(timeout=SOON_MS)
    expect(page.locator("#waiting")).to_contain_text("1 entry waits")
    assert "SUNDARAM" not in page.content()

    page.context.set_offline(False)
    expect(page.locator("#unsent li[data-state=sent]")).to_contain_text("saved: 1 value, bed 5", timeout=SOON_MS)
    assert page.evaluate(SLOTS) == 0
    assert stack.manage("shell", "-c", HOW_MANY).strip().endswith("1")


def test_what_the_server_refuses_stays_with_its_reason_and_no_start_is_kept(page: Page) -> None:
    sign_in(page, "nurse")
    page.goto(f"/courses/{card(page, SUNDARAM).get_attribute('data-course')}/")
    page.locator("a.btn", has_text="Dose").first.click()
    page.wait_for_selector("body[data-listening]")
    page.get_by_role("button", name="It was in fact given").click()
    page.context.set_offline(True)
    for field, text in (("#dev-from", "00:20"), ("#dev-until", "00:05"), ("#dev-iu", "35"), ("#dev-text", "On paper")):
        page.fill(field, text)
    page.locator("#deviation [data-send]").click()
    expect(page.locator("#deviation [data-state]")).to_contain_text("NOT SAVED yet", timeout=SOON_MS)
    page.locator("#deviation [data-close]").click()
    expect(page.locator("body")).to_have_attribute("data-live", "no", timeout=20_000)
    for name in ("start", "hold", "refuse", "omit"):
        assert page.locator(f"#picture [data-open={name}]").locator("visible=true").count() == 0

    page.context.set_offline(False)
    refused = page.locator("#unsent li[data-state=refused]")
    expect(refused).to_contain_text("dose 3 was in fact given, bed 5", timeout=SOON_MS)
    refused.get_by_role("button", name="Seen, remove").click()
    expect(page.locator("#unsent")).to_be_hidden()
