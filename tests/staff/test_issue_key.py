"""Does a device's key go into one file, once, and nowhere else?"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from il2ward.staff.models import Device, Site
from il2ward.staff.services import devices
from tests.staff.conftest import hospital


@pytest.fixture
def site(db: None) -> Site:
    return hospital()


def issue(file: Path, name: str = "gateway", site: str = "north") -> str:
    said = StringIO()
    call_command("issue_key", name, site=site, file=file, stdout=said)
    return said.getvalue()


def test_key_is_written_for_its_owner_only_and_not_printed(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "key"

    said = issue(file)

    key = file.read_text().strip()
    assert devices.resolve(key) == Device.objects.get()
    assert file.stat().st_mode & 0o777 == 0o600
    assert key not in said


def test_no_device_is_made_when_the_file_is_there_already(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("precious")

    with pytest.raises(CommandError):
        issue(file)
    assert (file.read_text(), Device.objects.count()) == ("precious", 0)


def test_second_device_of_the_name_is_refused_and_writes_nothing(site: Site, tmp_path: Path) -> None:
    issue(tmp_path / "first")

    with pytest.raises(CommandError, match="already"):
        issue(tmp_path / "second")
    assert not (tmp_path / "second").exists()


def test_hospital_nobody_knows_is_refused(site: Site, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no hospital"):
        issue(tmp_path / "key", site="south")
    assert not Device.objects.exists()
