"""Can a physician set a course up on the screen, and does a wrong second calculation let nothing go on?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from il2ward import clock
from tests.browser.signing_in import PASSWORD, complaints_of, sign_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]

ADMIT = """
from datetime import date
from dosing.services import patients, placements
from il2ward import clock
from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Bed, Site
at = clock.now()
site = Site.objects.get(code="demo")
patient = patients.register(site=site, mrn="SETUP-1", family_name="Abel", given_name="Runa",
    birth_date=date(1970, 2, 3), gender="female", actor=SYSTEM, at=at, allergies="")
placements.place(patient=patient, bed=Bed.objects.get(ward__site=site, label="9"), actor=SYSTEM, at=at)
"""
LEAVE = """
from dosing.models import Course, Patient
from dosing.services import courses, placements
from il2ward import clock
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.staff.models import User
at = clock.now()
patient = Patient.objects.get(mrn="SETUP-1")
for course in Course.objects.filter(patient=patient).exclude(status="ended"):
    courses.end_course(course=course, reason="other", actor=Actor(user=User.objects.get(username="physician")), at=at)
placements.discharge(patient=patient, actor=SYSTEM, at=at)
"""


@pytest.fixture
def admitted(stack: Stack) -> Iterator[None]:
    """A patient in the ward's free bed, without a course; gone again afterwards."""
    stack.manage("shell", "-c", ADMIT)
    yield
    stack.manage("shell", "-c", LEAVE)


def test_physician_sets_a_course_up_and_a_wrong_second_calculation_is_refused(page: Page, admitted: None) -> None:
    complaints = complaints_of(page)
    sign_in(page, "physician")
    open_course(page)
    start_cycle(page)
    expect(page.locator("#second")).not_to_contain_text("43.5")

    work_out(page, millions="435")
    refusal = page.locator("#second [data-state]")
    expect(refusal).to_contain_text("do not agree")
    expect(refusal).to_contain_text("yours 435,000,000 units, ours 43,500,000 units")
    page.reload()
    expect(page.locator("#second")).to_contain_text("Did not agree")
    expect(page.locator("#second")).to_contain_text("your dose is 10 times larger than ours")

    work_out(page, millions="43.5")
    expect(page.get_by_role("heading", name="Worked out twice")).to_be_visible()
    expect(page.locator("#second .dose")).to_contain_text("43.5 million units (43,500,000 units)")
    expect(page.locator("#second")).to_contain_text("Dr Haas and, alone, N. Ferrara RN")
    # The one 409 that the browser reports is the refusal itself.
    assert [one for one in complaints if "409" not in one] == []


def open_course(page: Page) -> None:
    """From the board to an open course."""
    page.get_by_role("link", name="Set up a course…").click()
    page.wait_for_url("**/courses/new/")
    page.wait_for_selector("body[data-listening]")
    page.get_by_role("button", name="Open the course").click()
    expect(page.locator("[data-state]")).to_contain_text("Regimen is needed")
    page.check("input[name=regimen][value=hd_600_fda]")
    page.check("input[name=protocol][value=consensus_2014]")
    page.check("input[name=ctcae][value='5.0']")
    page.fill("#target", "90")
    page.get_by_role("button", name="Open the course").click()
    page.wait_for_url("**/setup/")


def start_cycle(page: Page) -> None:
    """Every check answered, the weight entered, the first dose due in two hours on the site's clock."""
    page.wait_for_selector("body[data-listening]")
    for item in ("consent", "ecg", "weight", "pressure_target", "baseline_labs"):
        page.check(f"input[name='checks.{item}.answer'][value=done]")
    for item in ("pregnancy_test", "rest_since_last_cycle"):
        page.check(f"input[name='checks.{item}.answer'][value=not_applicable]")
    page.fill("#weight", "72.5")
    first: datetime = clock.now().astimezone(ZoneInfo(page.locator("body").get_attribute("data-zone") or "UTC"))
    first += timedelta(hours=2)
    page.fill("#first-day", f"{first:%Y-%m-%d}")
    page.fill("#first-clock", f"{first:%H:%M}")
    page.get_by_role("button", name="Sign every check").click()
    expect(page.get_by_role("heading", name="Cycle 1 has been started")).to_be_visible()


def work_out(page: Page, *, millions: str) -> None:
    """The nurse works the dose out on the same screen and signs with her own password."""
    page.wait_for_selector("body[data-listening]")
    page.fill("#own-weight", "72.5")
    page.fill("#iu-0", "600,000")
    page.fill("#dose-0", millions)
    page.fill("#second-name", "nurse")
    page.fill("#second-password", PASSWORD)
    page.get_by_role("button", name="Compare and sign").click()
