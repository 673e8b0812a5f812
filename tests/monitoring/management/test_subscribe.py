"""Can an operator subscribe a system, see how it does, and switch and end it, without the secret being shown?"""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from il2ward.health import health
from il2ward.staff.models import Site
from monitoring.models import Delivery, Subscription
from monitoring.services import signing_secrets
from tests.dosing.builders import NOW, make_bedside
from tests.monitoring.interop.subscribers import registry
from tests.signed_in import signed_in

ADDRESS = "https://hooks.hospital.example/il2ward"


@pytest.fixture
def site(db: None) -> Site:
    """A hospital with a system."""
    site = make_bedside(at=NOW).site
    registry(site, "pharmacy")
    return site


def run(*words: str, **options: Any) -> str:
    said = StringIO()
    call_command("subscribe", *words, stdout=said, **options)
    return said.getvalue()


def made(where: Site, file: Path, **changes: Any) -> str:
    return run("pharmacy", **{"site": where.code, "topic": "hold", "address": ADDRESS, "file": file, **changes})


def admin_of(site: Site) -> Client:
    """A browser in which the hospital's admin is signed in, let onto the admin site as accounts of the role are."""
    site.staff.filter(role="admin").update(is_staff=True)
    return signed_in(site.staff.get(role="admin"))


def given_up() -> Delivery:
    """A delivery that nobody took."""
    return Delivery.objects.create(
        subscription=Subscription.objects.get(), event_id="00000000-0000-4000-8000-000000000000", subject="x",
        body="{}", occurred_at=NOW, next_at=NOW, give_up_at=NOW, attempts=3, given_up_at=NOW, failure="Answered 500.",
    )  # fmt: skip


def test_the_secret_is_in_its_file_and_nowhere_else(site: Site, tmp_path: Path) -> None:
    said = made(site, tmp_path / "secret")

    secret = (tmp_path / "secret").read_text().strip()
    assert secret == signing_secrets.shown(signing_secrets.secret_of(Subscription.objects.get()))
    assert secret not in said + run()
    assert ADDRESS in run()


def test_nothing_is_subscribed_when_the_secret_cannot_be_written(site: Site, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("precious")

    with pytest.raises(CommandError, match="cannot be written"):
        made(site, tmp_path / "secret")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("changes", [{"address": "http://10.0.0.1/"}, {"site": "nowhere"}, {"topic": None}])
def test_a_wish_that_cannot_be_met_is_refused(site: Site, tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        made(site, tmp_path / "secret", **changes)
    assert not (tmp_path / "secret").exists()


def test_a_subscription_is_switched_off_on_and_ended(site: Site, tmp_path: Path) -> None:
    made(site, tmp_path / "secret")
    number = Subscription.objects.get().pk

    for act, is_off, has_ended in (("off", True, False), ("on", False, False), ("end", False, True)):
        run(number=number, set=act)
        row = Subscription.objects.get()
        assert (row.off_at is not None, row.ended_at is not None) == (is_off, has_ended)
    assert "nothing to change" in run(number=number, set="end")


def test_what_was_given_up_is_told_by_health_and_sent_again_by_an_admin(site: Site, tmp_path: Path) -> None:
    made(site, tmp_path / "secret")
    row = given_up()
    assert health(at=NOW).sends_given_up == 1
    admin = admin_of(site)

    page = admin.get("/admin/monitoring/delivery/")
    assert "Answered 500." in page.content.decode()
    admin.post("/admin/monitoring/delivery/", {"action": "send_again", "_selected_action": [row.pk]})

    row.refresh_from_db()
    assert row.given_up_at is None
    assert health(at=NOW).sends_given_up == 0


def test_an_admin_of_another_hospital_sees_and_changes_none_of_it(site: Site, tmp_path: Path) -> None:
    made(site, tmp_path / "secret")
    foreign = admin_of(make_bedside(at=NOW).site)

    assert ADDRESS not in foreign.get("/admin/monitoring/subscription/").content.decode()
    number = Subscription.objects.get().pk
    foreign.post("/admin/monitoring/subscription/", {"action": "end", "_selected_action": [number]})
    assert Subscription.objects.get().ended_at is None
