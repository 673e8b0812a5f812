"""Is each value that could not be graded told once, page by page?"""

from __future__ import annotations

import pytest

from monitoring.api import observations
from tests.dosing.builders import NOW, Bedside
from tests.monitoring.api.bedside_client import told
from tests.monitoring.charting import record, value
from tests.signed_in import signed_in

URL = "/api/v1/observations/not-gradable"


def test_each_is_told_once_when_there_are_several_pages(bedside: Bedside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observations, "PAGE", 2)
    record(bedside, [value("creatinine", f"{n}", "furlong", at=NOW) for n in range(1, 6)], at=NOW)
    nurse = signed_in(bedside.nurse)

    seen, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        page = told(nurse.get(f"{URL}?cursor={cursor}" if cursor else URL))
        seen += [one["value"] for one in page["observations"]]
        cursor, pages = page["next"], pages + 1

    assert (sorted(seen), pages) == (["1", "2", "3", "4", "5"], 3)
    assert nurse.get(f"{URL}?cursor=x").status_code == 422
