"""Which real engines does a test run on, and when does a test say that it cannot run here?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.db import connections
from playwright.sync_api import Browser, Page
from pytest_django import DjangoDbBlocker
from xdist.remote import Producer

from il2ward.embedded.redis import RedisServer, start_redis
from il2ward.settings.engines import socket_path
from tests.browser.screen_sizes import SCREEN
from tests.fresh_database import copy_of_the_database
from tests.migrated_file import copy_migrated_file
from tests.migrated_postgres import copy_migrated_database, drop
from tests.one_chromium import OneChromium, running_chromium
from tests.real_stack import Stack, running_stack
from tests.side_by_side import FileByFile, give_way, is_alike_on_any_engine, is_long

HOME = Path(settings.IL2WARD_HOME)
# How fast examples are made says something of the machine, nothing of the code.
hypothesis.settings.register_profile(
    "il2ward", max_examples=30, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("il2ward")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give tests on the real stack the time to start it."""
    if "stack" in getattr(item, "fixturenames", ()) and item.get_closest_marker("timeout") is None:
        item.add_marker(pytest.mark.timeout(300))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give the real stack the machine first."""
    give_way(item)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> FileByFile:
    """Share tests out by whole files."""
    return FileByFile(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let long files begin first: none should be left with them when the others have finished.

    A run on PostgreSQL leaves out what is alike on any engine, and counts it as deselected (ADR 12).
    """
    if os.environ.get("IL2WARD_DATABASE_URL"):
        apart = {item for item in items if is_alike_on_any_engine(item)}
        config.hook.pytest_deselected(items=list(apart))
        items[:] = [item for item in items if item not in apart]
    long_files = {item.path for item in items if is_long(item)}
    items.sort(key=lambda item: item.path not in long_files)


@pytest.fixture(scope="session", autouse=True)
def redis_server() -> Iterator[RedisServer]:
    """Run a real broker for the whole session, on the socket that the settings name."""
    server = start_redis(data=HOME / "redis", socket=socket_path(HOME), log=HOME / "log" / "redis.log")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Let a run go on from the migrated copy below."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """Put a migrated copy where the suite's database will be: migrating takes longer than most tests.

    Runs side by side have a database each, by the suffix.
    """
    given, address = settings.DATABASES["default"], os.environ.get("IL2WARD_DATABASE_URL", "")
    if not address:
        copy_migrated_file(Path(given["TEST"]["NAME"]))
        yield
        return
    name = given["TEST"].get("NAME") or f"test_{given['NAME']}"
    copy_migrated_database(address, name)
    yield
    connections.close_all()
    drop(address, name)


@pytest.fixture
def fresh_database(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Give a migrated database of the test's own: commits are real, threads see them, nothing stays.

    Use it in place of ``transactional_db``: emptying tables after a test is refused by the evidence's triggers.
    """
    with django_db_blocker.unblock(), copy_of_the_database():
        yield


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Run web, worker, beat and broker for the session, with the demonstration ward seeded and left alone."""
    with running_stack(tmp_path_factory.mktemp("stack"), "--demo", "--still", hl7=True) as running:
        yield running


@pytest.fixture(scope="session")
def one_chromium() -> Iterator[OneChromium]:
    """Run a real Chromium for the session."""
    with running_chromium() as running:
        yield running


@pytest.fixture(scope="module")
def browser(one_chromium: OneChromium) -> Iterator[Browser]:
    """Lend the session's Chromium to one module."""
    with one_chromium.in_hand() as lent:
        yield lent


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    """Open a page of the stack in a context of its own, as on a screen that is touched: nobody is signed in."""
    # An alarm that flashes is drawn anew sixty times a second, by the cores that the other tests run on.
    context = browser.new_context(base_url=stack.url, viewport=SCREEN, has_touch=True, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def realworld() -> Path:
    """Return the folder of recorded data; skip where there is none."""
    folder = Path(settings.IL2WARD_REALWORLD or "-")
    if not folder.is_dir():
        pytest.skip("needs recorded data: set IL2WARD_REALWORLD to its folder")
    return folder
