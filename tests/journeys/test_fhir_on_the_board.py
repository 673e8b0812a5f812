"""Is a result that comes over FHIR on the nurse's screen within two seconds?"""

from __future__ import annotations

import time

import httpx
import pytest
from playwright.sync_api import Browser, expect

from il2ward import clock
from tests.journeys.ward_pages import ACHTERBERG, card, laboratory, signed_in
from tests.real_stack import Stack

pytestmark = [pytest.mark.timed, pytest.mark.browser, pytest.mark.stack, pytest.mark.timeout(300)]
WITHIN_S = 2.0
PLATELETS = "187"


def test_a_result_over_fhir_is_on_the_screen_within_two_seconds(browser: Browser, stack: Stack) -> None:
    resource = {
        "resourceType": "Observation", "status": "final", "effectiveDateTime": clock.now().isoformat(),
        "code": {"coding": [{"system": "http://loinc.org", "code": "777-3"}]},
        "subject": {"identifier": {"value": ACHTERBERG.mrn}},
        "valueQuantity": {"value": int(PLATELETS), "unit": "10*3/uL"},
        "referenceRange": [{"low": {"value": 150}, "high": {"value": 400}}],
    }  # fmt: skip
    headers = {"Authorization": f"Api-Key {laboratory(stack).key}", "Content-Type": "application/fhir+json"}
    with signed_in(browser, stack, "nurse") as page:
        expect(card(page, ACHTERBERG)).not_to_contain_text(PLATELETS)
        began = time.monotonic()
        answer = httpx.post(f"{stack.url}fhir/Observation", json=resource, headers=headers, timeout=10)
        assert answer.status_code == 201, answer.text
        expect(card(page, ACHTERBERG)).to_contain_text(PLATELETS, timeout=WITHIN_S * 1000)
        assert time.monotonic() - began < WITHIN_S
