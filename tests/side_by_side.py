"""Which tests stay together in one process, which begin first, and which need no second engine?"""

from __future__ import annotations

import os

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.real_stack import ROOT

# The first test on the session's stack migrates and seeds a ward, which then takes a tenth of a core while it runs: one
# process alone should do that.
ON_THE_STACK = ("tests/browser/", "tests/faults/", "tests/journeys/")
# Rules, their data, and the source itself: pytest-django refuses these a connection unless they ask for one.
PURE = tuple(
    f"tests/{folder}/"
    for folder in (
        "dosing/domain", "dosing/rules", "monitoring/domain", "monitoring/rules", "architecture", "mutations", "pages",
    )
)  # fmt: skip

# What pages look like and do, what is recorded and in which words, how processes are kept alive, which settings are
# refused, what is played, damaged or made up by the hundred. One journey through the pages, what a subscriber is told,
# and the services behind every page and recording run on both.
ON_BOTH = ("tests/journeys/test_hold_and_override.py", "tests/journeys/test_told_subscriber.py")
ALIKE = (
    "tests/browser/",
    "tests/faults/",
    "tests/realworld/",
    "tests/journeys/",
    "tests/client/",
    "tests/dosing/services/test_dose_machine.py",
    "tests/dosing/test_admin.py",
    "tests/embedded/test_redis.py",
    "tests/embedded/test_supervisor.py",
    "tests/monitoring/api/test_schema.py",
    "tests/monitoring/interop/hl7/test_mutations.py",
    "tests/monitoring/interop/test_cds.py",
    "tests/monitoring/interop/test_fhir_mutations.py",
    "tests/monitoring/services/test_order_of_arrival.py",
    "tests/monitoring/simulation/",
    "tests/monitoring/views/test_admissions.py",
    "tests/monitoring/views/test_ctcae.py",
    "tests/monitoring/views/test_door.py",
    "tests/monitoring/views/test_downtime.py",
    "tests/monitoring/views/test_hospital_settings.py",
    "tests/monitoring/views/test_inbox.py",
    "tests/monitoring/views/test_orders.py",
    "tests/monitoring/views/test_pages.py",
    "tests/monitoring/views/test_posting.py",
    "tests/monitoring/views/test_setup.py",
    "tests/monitoring/views/test_wall.py",
    "tests/shell/test_settings_refused.py",
    "tests/staff/test_admin_site.py",
)


# How much less of a busy machine the other processes ask for.
GIVES_WAY_BY = 3


def give_way(item: pytest.Item) -> None:
    """Let a process whose tests have nothing to do with the session's stack stand back behind the one whose tests have.

    That one waits most of the time, and would end long after the others; and its pages are those that must answer soon.
    """
    is_on_the_stack = path_of(item).startswith(ON_THE_STACK)
    if "PYTEST_XDIST_WORKER" in os.environ and not is_on_the_stack and os.nice(0) == 0:
        os.nice(GIVES_WAY_BY)


class FileByFile(LoadScopeScheduling):
    """Give a process whole files, and to one process all files whose tests share the session's stack.

    What a file makes once is then made once. The marks of pytest-xdist say the same, but pytest 9.2 reads them no more.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return "stack" if path.startswith(ON_THE_STACK) else path


def path_of(item: pytest.Item) -> str:
    """Return the path of a test's file inside the project."""
    return str(item.path.relative_to(ROOT))


def is_alike_on_any_engine(item: pytest.Item) -> bool:
    """Whether an engine makes no difference: a test of pure parts that asks for no database, and so is refused one, or
    of what is around the data."""
    path = path_of(item)
    if path.startswith(ALIKE):
        return not path.startswith(ON_BOTH)
    is_pure = path.startswith(PURE)
    asks = {"db", "transactional_db", "fresh_database", "stack"} & set(getattr(item, "fixturenames", ()))
    return is_pure and not asks and item.get_closest_marker("django_db") is None


def is_long(item: pytest.Item) -> bool:
    """Whether a test waits for real processes, recordings, or whatever else was given more than the usual time."""
    given = item.get_closest_marker("timeout")
    return (given is not None and given.args[0] > 120) or item.get_closest_marker("realworld") is not None
