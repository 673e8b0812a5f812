"""Can a physician set a course up on the screen, make one dose of it smaller, and end it; is the record readable?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from il2ward import clock
from tests.browser.signing_in import PASSWORD, complaints_of, sign_in
from tests.browser.test_bedside_forms import TOO_SMALL
from tests.browser.test_every_page import AXE, serious
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


INFUSE = """
from datetime import date, timedelta
from decimal import Decimal
from dosing.services import patients, placements
from il2ward import clock
from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Bed, Site, User
from tests.dosing.builders import make_course, make_cycle
at, site = clock.now(), Site.objects.get(code="demo")
physician, nurse = (User.objects.get(username=name) for name in ("physician", "nurse"))
patient = patients.register(site=site, mrn="SETUP-2", family_name="Bekker", given_name="Ilse",
    birth_date=date(1966, 9, 12), gender="female", actor=SYSTEM, at=at, allergies="")
placements.place(patient=patient, bed=Bed.objects.get(ward__site=site, label="9"), actor=SYSTEM, at=at)
course = make_course(patient, physician, protocol="ctcae_gate", regimen="civ_legha_1996", overlay=False,
    demonstration=True, at=at)
make_cycle(course, physician, starts_at=at + timedelta(hours=2), height_cm=Decimal(172), second=nurse, at=at)
print(course.pk)
"""


@pytest.fixture
def infused(stack: Stack) -> Iterator[str]:
    """A patient in the ward's free bed whose regimen's source describes smaller doses; the course's number."""
    yield stack.manage("shell", "-c", INFUSE).split()[-1]
    stack.manage("shell", "-c", LEAVE.replace("SETUP-1", "SETUP-2"))


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


def test_smaller_dose_is_ordered_where_a_source_has_one_and_the_record_of_the_course_can_be_read_by_all(
    page: Page, infused: str
) -> None:
    complaints = complaints_of(page)
    sign_in(page, "physician")
    page.goto(f"/courses/{infused}/orders/")
    page.wait_for_selector("body[data-listening]")
    form = page.locator("details", has_text="Order a smaller dose…")
    form.locator("summary").click()
    form.locator("#slot").select_option(index=2)
    for field, text in (("#to", "11.16"), ("#smaller-why", "Renal insufficiency since yesterday.")):
        form.locator(field).fill(text)
    form.locator("#confirmer").fill("nurse")
    form.locator("#checker-password").fill(PASSWORD)
    form.get_by_role("button", name="Order it as Dr Haas").click()
    smaller = page.locator("section", has=page.locator("#smaller"))
    expect(smaller).to_contain_text("→ 11.16 million units", timeout=15_000)
    expect(smaller).to_contain_text("confirmed by N. Ferrara RN")

    page.goto(f"/courses/{infused}/response/")
    page.wait_for_selector("body[data-listening]")
    end = page.locator("section", has=page.get_by_role("heading", name="End the course"))
    end.locator(".choice").last.click()
    end.get_by_role("button", name="End the course as Dr Haas").click()
    expect(end).to_have_count(0, timeout=15_000)

    page.context.clear_cookies()
    sign_in(page, "admin")
    page.goto(f"/completed/{infused}/")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert serious(page) == []
    assert page.evaluate(TOO_SMALL) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert complaints == []


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
