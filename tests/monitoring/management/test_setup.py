"""Does a real hospital begin with nothing but itself, its first admin and the released rules?"""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dosing.models import Patient, ProtocolSignoff, RuleFile
from il2ward.audit.models import AuditEvent
from il2ward.audit.services.verification import Walk
from il2ward.staff.models import Bed, Device, Site, User, Ward
from monitoring.selectors.release import released

PASSWORD = "slow river under 9 bridges"
ANSWERS = {
    "site_code": "north", "site_name": "North Hospital", "ward_code": "6-east", "ward_name": "6 East",
    "beds": "01, 02,03,", "admin": "meier", "admin_name": "A. Meier", "time_zone": "Europe/Zurich",
}  # fmt: skip
WRITTEN = (Site, Ward, Bed, User, RuleFile, AuditEvent)


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n")
    return file


def run(secret: Path, **changed: str) -> str:
    said = StringIO()
    call_command("setup", **{**ANSWERS, **changed}, password_file=secret, stdout=said)
    return said.getvalue()


def counts() -> list[int]:
    return [model._base_manager.count() for model in WRITTEN]


@pytest.mark.django_db
def test_hospital_has_its_ward_beds_admin_and_rules_and_nothing_else(secret: Path) -> None:
    said = run(secret)

    admin = User.objects.get()
    assert (admin.role, admin.is_staff, admin.is_superuser, admin.demonstration) == ("admin", True, False, False)
    assert admin.check_password(PASSWORD)
    assert list(Bed.objects.values_list("label", flat=True)) == ["01", "02", "03"]
    assert RuleFile.objects.count() == len(list(released()))
    assert not Patient.objects.exists()
    assert not Device.objects.exists()
    assert not ProtocolSignoff.objects.exists()
    assert "consensus_2014 v1" in said.split("sign off")[1]


@pytest.mark.django_db
def test_every_step_is_in_the_log_which_is_whole(secret: Path) -> None:
    run(secret)

    walk = Walk()
    assert not any(walk.step(event) for event in AuditEvent.objects.order_by("seq"))
    assert {"site.founded", "ward.opened", "beds.put_up", "account.created", "rules.adopted"} == set(
        AuditEvent.objects.values_list("event", flat=True)
    )


@pytest.mark.django_db
def test_nothing_changes_when_it_is_run_again(secret: Path) -> None:
    run(secret)
    before = counts()

    said = run(secret)

    assert counts() == before
    assert "Admin A. Meier: there already." in said


@pytest.mark.django_db
def test_only_the_missing_bed_is_added_when_one_more_is_named(secret: Path) -> None:
    run(secret)

    assert "1 beds added" in run(secret, beds="01,02,03,04")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changed",
    [{"time_zone": "Mars/Olympus"}, {"site_code": "north hospital"}, {"ward_code": "6 East!"}],
    ids=["a time zone that does not exist", "a site code with a space", "a ward code with a mark"],
)
def test_nothing_is_made_when_an_answer_is(secret: Path, changed: dict[str, str]) -> None:
    with pytest.raises(CommandError):
        run(secret, **changed)
    assert counts() == [0] * len(WRITTEN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "weak", ["short", "il2ward-demo", "meier-meier-meier"], ids=["short", "the demo's", "own name"]
)
def test_nothing_is_made_when_the_password_is(tmp_path: Path, weak: str) -> None:
    file = tmp_path / "weak"
    file.write_text(weak)

    with pytest.raises(CommandError):
        run(file)
    assert counts() == [0] * len(WRITTEN)


@pytest.mark.django_db
def test_nothing_is_made_when_the_password_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        run(tmp_path / "nowhere")
    assert counts() == [0] * len(WRITTEN)


@pytest.mark.django_db
def test_name_of_somebody_else_is_refused(secret: Path) -> None:
    run(secret)
    User.objects.update(role="nurse")

    with pytest.raises(CommandError, match="somebody else"):
        run(secret)
