"""After a nurse's work, a refused request and a page that is not there: is a name in a log, queue or address?"""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.hand import SOON_MS, UPRIGHT, press, write
from tests.journeys.quiet_ward import NURSE, PELLETIER
from tests.journeys.ward_pages import chart, laboratory, signed_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]
TELLING = (PELLETIER.family_name.casefold(), PELLETIER.mrn.casefold())


def test_no_name_or_record_number_stands_in_a_log_a_queue_or_an_address(browser: Browser, quiet_ward: Stack) -> None:
    addresses: list[str] = []
    with signed_in(browser, quiet_ward, NURSE, UPRIGHT) as page:
        page.context.on("request", lambda one: addresses.append(one.url))
        press(page.get_by_role("link", name="Patients…"))
        write(page.locator("#q"), PELLETIER.family_name)
        press(page.get_by_role("button", name="Look in the hospital"))
        expect(page.locator("main")).to_contain_text("lies in 7 West", timeout=SOON_MS)
        chart(page, PELLETIER, {"bp_systolic": "79", "creatinine": "3.9"}, upper={"creatinine": "1.2"})
        page.goto("/courses/999999/")

    lab = laboratory(quiet_ward)
    lab.send(PELLETIER, "platelets", "18", "10*3/uL", low="150", high="400")
    wrong = {"patient": {"mrn": PELLETIER.mrn}, "observable": PELLETIER.family_name, "value": PELLETIER.mrn}
    refused = httpx.post(
        f"{lab.url}api/v1/observations", json=wrong, headers={"Authorization": f"Api-Key {lab.key}"}, timeout=10
    )
    assert refused.status_code == 422, refused.text

    assert any("/patients/" in one for one in addresses)
    assert [one for one in addresses if any(word in one.casefold() for word in TELLING)] == []
    looked_at = [path for path in written_by(quiet_ward.home) if path.stat().st_size]
    assert {"log", "redis"} <= {path.relative_to(quiet_ward.home).parts[0] for path in looked_at}
    telling = [path.name for path in looked_at if any(word.encode() in path.read_bytes().lower() for word in TELLING)]
    assert telling == []


def written_by(home: Path) -> list[Path]:
    """Every file that the ward keeps beside its database: logs, the broker's own log of commands, anchors, keys."""
    return [path for path in home.rglob("*") if path.is_file() and not path.name.startswith("il2ward.sqlite3")]
