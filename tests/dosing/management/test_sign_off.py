"""Is a protocol signed off only by a physician of the hospital, with their own password?"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from dosing.models import ProtocolSignoff
from tests.dosing.builders import adopted_rules, make_nurse, make_physician, make_site, make_ward

PASSWORD = "slow river under 9 bridges"


@pytest.fixture
def secret(db: None, tmp_path: Path) -> Path:
    ward = make_ward(make_site())
    make_physician(ward, "haas", password=PASSWORD)
    make_nurse(ward, "ferrara", password=PASSWORD)
    adopted_rules()
    file = tmp_path / "password"
    file.write_text(PASSWORD)
    return file


def sign(secret: Path, key: str = "consensus_2014", physician: str = "haas", **more: object) -> None:
    call_command("sign_off", key, physician=physician, statement="Read and agreed.", password_file=secret, **more)


def test_protocol_is_signed_off_for_the_physicians_hospital(secret: Path) -> None:
    sign(secret)

    signed = ProtocolSignoff.objects.get()
    assert (signed.physician.username, signed.site, signed.demonstration) == ("haas", signed.physician.site, False)


def test_regimen_is_signed_off_with_its_minimum_between_starts(secret: Path) -> None:
    sign(secret, "hd_600_fda", minimum_min=450)

    assert ProtocolSignoff.objects.get().minimum_start_to_start_min == 450


@pytest.mark.parametrize(
    "changed",
    [{"physician": "ferrara"}, {"physician": "nobody"}, {"key": "none_such"}, {"rules_version": 99}],
    ids=["a nurse signs", "nobody signs", "the protocol is unknown", "the version is unknown"],
)
def test_nothing_is_signed_when(secret: Path, changed: dict[str, object]) -> None:
    with pytest.raises(CommandError):
        sign(secret, **changed)  # type: ignore[arg-type]
    assert not ProtocolSignoff.objects.exists()


def test_nothing_is_signed_when_the_password_is_wrong(secret: Path) -> None:
    secret.write_text("guessed")

    with pytest.raises(CommandError, match="password"):
        sign(secret)
    assert not ProtocolSignoff.objects.exists()


def test_signature_is_never_replaced(secret: Path) -> None:
    sign(secret)

    with pytest.raises(CommandError, match="already"):
        sign(secret)
    assert ProtocolSignoff.objects.count() == 1


def test_rows_nobody_read_are_listed_before_the_password_is_asked(
    secret: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sign(secret)

    told = capsys.readouterr().out
    assert "  combination: assumed, the rule of schwartzentruber_2001" in told
    assert "  j_derm_desq: column uncertain in the source" in told
    assert "j_ren_cr_abs" not in told
