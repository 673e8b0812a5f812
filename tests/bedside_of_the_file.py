"""How do the tests of a file begin at one bedside that was made once? In a transaction that is undone after each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.dosing.builders import Bedside, make_bedside


def made_once(make: Callable[[], Bedside]) -> Any:
    """Return a fixture for the bedside that ``make`` makes: not to be changed, and known as ``bedside_of_the_file``.

    It is made once for a file, when the first of its tests asks for it, and is gone after the last. A test of the file
    that does not ask for it may find it in the database; one with a ``fresh_database`` does not go with it.
    """

    @pytest.fixture(scope="module")
    def bedside_of_the_file(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Bedside]:
        with django_db_blocker.unblock(), undone_afterwards():
            yield make()

    return bedside_of_the_file


# A patient in a bed, an active cycle whose first window has just opened at ``NOW``.
bedside_of_the_file = made_once(make_bedside)


@pytest.fixture
def bedside(bedside_of_the_file: Bedside, db: None) -> Bedside:
    """The file's bedside, as it was made: what a test does to it is undone after the test."""
    return deepcopy(bedside_of_the_file)


@contextmanager
def undone_afterwards() -> Iterator[None]:
    """Put whatever the block does into one transaction that is never committed; a test's own lies within it."""
    whole = transaction.atomic()
    # As Django's own test cases say of theirs: what must be outermost may still be inside this one.
    whole._from_testcase = True  # type: ignore[attr-defined]
    with whole:
        yield
        transaction.set_rollback(True)
