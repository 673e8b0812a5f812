"""A dose is held, cannot be started, is given against the hold by a physician's order, and all of it is on record."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.hand import DESK, SOON_MS, choose, press, write
from tests.journeys.ward_pages import (
    NOVAK,
    card,
    chart,
    decide,
    expect_verdict,
    open_dialog,
    open_dose,
    signed_in,
    try_to_start,
)
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(400)]


def test_creatinine_holds_dose_5_until_a_physician_overrides_and_two_nurses_start_it(
    browser: Browser, stack: Stack
) -> None:
    with signed_in(browser, stack, "nurse") as nurse, signed_in(browser, stack, "physician", DESK) as physician:
        # given a bed whose dose 5 may be given, on the physician's board
        expect_verdict(card(physician, NOVAK), "CONTINUE")

        # when the nurse charts vital signs and a creatinine of 3.4
        chart(
            nurse,
            NOVAK,
            {"bp_systolic": "112", "bp_diastolic": "66", "heart_rate": "92", "spo2": "97", "creatinine": "3.4"},
            upper={"creatinine": "1.2"},
        )

        # then the board turns to HOLD without reload, with criterion, limit and source
        expect_verdict(card(physician, NOVAK), "HOLD")
        expect(card(physician, NOVAK)).to_contain_text("3.4 mg/dL")
        expect(card(physician, NOVAK)).to_contain_text("absolute")
        expect(card(physician, NOVAK)).to_contain_text("JITC 2014")

        # and the nurse cannot start it
        open_dose(nurse, NOVAK)
        expect(nurse.locator("[data-open=start]")).to_have_count(0)

        # when the physician orders it against the hold, with reason and password
        decide(
            physician,
            NOVAK,
            "override",
            reason="Repeat creatinine 2.8 on the way, good diuresis, discussed with nephrology.",
            password=True,
        )

        # then another nurse checks and the dose starts
        dialog = try_to_start(nurse, NOVAK)
        expect(dialog).to_be_hidden(timeout=SOON_MS)
        expect(nurse.get_by_text("Running since")).to_be_visible(timeout=SOON_MS)

        # and when the drug leaks beside the vein, the dose is interrupted with what went in
        dialog = open_dialog(nurse, "interrupt")
        choose(dialog.locator("input[name=reason_code][value=extravasation]"))
        write(dialog.locator("#int-iu"), "29")
        press(dialog.locator("[data-send]"))
        became = nurse.locator("[data-key=became]")
        expect(became).to_contain_text("Interrupted", timeout=SOON_MS)
        expect(became).to_contain_text("29 million units")
        expect(became).to_contain_text("Extravasation")

    steps = audited(stack, "dose.started", "dose.decided", "dose.interrupted")
    assert steps["dose.decided"] >= 1
    assert steps["dose.started"] >= 1
    assert steps["dose.interrupted"] >= 1
    assert "differences=0" in stack.manage("replay", "--all")
    assert json.loads(stack.manage("check_invariants", "--json"))["failed"] == 0


def audited(stack: Stack, *events: str) -> dict[str, int]:
    """How often each event stands in the audit log of this stack."""
    script = (
        "import json;from il2ward.audit.models import AuditEvent as A;"
        f"print('COUNTS'+json.dumps({{e: A.objects.filter(event=e).count() for e in {list(events)!r}}}))"
    )
    printed = stack.manage("shell", "--no-imports", "-c", script)
    counts: dict[str, int] = json.loads(printed.rpartition("COUNTS")[2])
    return counts
