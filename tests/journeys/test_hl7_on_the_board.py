"""Is a result that comes over HL7 v2 on the board before anybody could look twice?"""

from __future__ import annotations

import re
import time
from contextlib import closing
from datetime import timedelta

import httpx
import pytest

from il2ward import clock
from monitoring.simulation.demo_ward import PASSWORD
from tests.monitoring.interop.hl7.messages import ZONED, answer, creatinine, oru
from tests.monitoring.interop.hl7.wire import connected
from tests.real_stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.timed, pytest.mark.timeout(300)]
WITHIN_S = 2.0
# Nobody else's test looks at this bed.
PID = "PID|1||IL2-1005^^^HOSP^MR||Sundaram^Leela||19710908|F"
VALUE = "0.93"


def browsing(stack: Stack, username: str) -> httpx.Client:
    """A person's browser without a screen."""
    client = httpx.Client(base_url=stack.url, follow_redirects=True, timeout=30)
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', client.get("/sign-in/").text)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "username": username, "password": PASSWORD}
    client.post("/sign-in/", data=form, headers={"Referer": stack.url, "Origin": stack.url.rstrip("/")})
    return client


def test_a_result_over_mllp_is_on_the_board_within_two_seconds(stack: Stack) -> None:
    with closing(browsing(stack, "nurse")) as nurse, connected(int(stack.environment["IL2WARD_HL7_PORT"])) as wire:
        board = nurse.get("/").url.path
        assert VALUE not in nurse.get(f"{board}cards/").text
        begun = time.monotonic()
        observed_at = clock.now() - timedelta(minutes=1)
        assert answer(wire.ask(oru(PID, [creatinine(VALUE, observed_at)], sent=f"{clock.now():{ZONED}}"))) == "AA"
        while VALUE not in nurse.get(f"{board}cards/").text:
            assert time.monotonic() - begun < WITHIN_S
            time.sleep(0.05)
        assert time.monotonic() - begun < WITHIN_S
    assert stack.health()[0] == 200
