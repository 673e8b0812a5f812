"""Does a test that commits leave nothing behind for the next one?"""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from il2ward.staff.models import Site


@pytest.mark.parametrize("round_", [1, 2], ids=["first test", "next test"])
def test_database_is_empty_and_seen_by_threads_when_a_test_commits(fresh_database: None, round_: int) -> None:
    assert not Site.objects.exists()
    Site.objects.create(code="north", name="North")
    seen: list[int] = []

    def look() -> None:
        seen.append(Site.objects.count())
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()

    assert seen == [1]


@pytest.mark.django_db
def test_ordinary_test_sees_nothing_when_an_earlier_one_committed() -> None:
    assert not Site.objects.exists()
