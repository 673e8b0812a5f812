"""Which ward do journeys share that would disturb others?"""

from __future__ import annotations

import pytest

from tests.journeys.quiet_ward import open_quiet_ward
from tests.real_stack import Stack


@pytest.fixture(scope="session")
def quiet_ward(stack: Stack) -> Stack:
    """The session's stack, with a second ward of its own people and patients."""
    open_quiet_ward(stack)
    return stack
