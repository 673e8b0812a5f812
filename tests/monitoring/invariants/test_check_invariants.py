"""Does the command answer on a ward where nothing has happened yet?"""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import override_settings

from monitoring.selectors.invariants import ALL


@pytest.mark.django_db
def test_command_counts_and_ends_well_when_nothing_has_happened(tmp_path: Path) -> None:
    said = StringIO()

    with override_settings(IL2WARD_HOME=tmp_path):
        call_command("check_invariants", "--json", stdout=said)

    told = json.loads(said.getvalue())
    assert (told["checked"], told["failed"]) == (len(ALL), 0)
    assert all(one["ok"] and not one["found"] for one in told["invariants"])
