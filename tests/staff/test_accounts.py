"""Do weak passwords and demonstration accounts stay out of a real hospital?"""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import override_settings

from il2ward.audit.actor import SYSTEM
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Role, Site, User
from il2ward.staff.services import accounts
from tests.staff.conftest import AT, PASSWORD, hospital, person


def make(site: Site, password: str) -> User:
    return accounts.create(
        site=site,
        username="haas",
        display_name="Dr Haas",
        role=Role.PHYSICIAN,
        password=password,
        actor=SYSTEM,
        at=AT,
    )


def demonstrate(site: Site) -> User:
    return accounts.create_demonstration(
        site=site,
        username="nurse",
        display_name="N. Demo RN",
        role=Role.NURSE,
        password="il2ward-demo",
        actor=SYSTEM,
        at=AT,
    )


@pytest.mark.django_db
def test_account_is_made_with_its_event(db: None) -> None:
    user = make(hospital(), PASSWORD)

    assert user.check_password(PASSWORD)
    assert not user.is_staff
    assert AuditEvent.objects.get(event="account.created").subject_id == str(user.pk)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "password", ["short", "password1234", "dr-haas-haas", "il2ward-demo"], ids=["short", "common", "own name", "demo"]
)
def test_account_is_refused_when_the_password_is_weak(password: str) -> None:
    with pytest.raises(ValidationError):
        make(hospital(), password)
    assert not User.objects.exists()


@pytest.mark.django_db
def test_admin_may_open_the_admin_site() -> None:
    assert person(hospital(), "admin", Role.ADMIN).is_staff


@pytest.mark.django_db
def test_demonstration_account_is_the_same_when_asked_twice() -> None:
    site = hospital()

    assert demonstrate(site) == demonstrate(site)
    assert User.objects.get().demonstration


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("mode", "allowed"), [("production", True), ("demo", False)], ids=["in production", "when switched off"]
)
def test_demonstration_account_is_refused(mode: str, allowed: bool) -> None:
    site = hospital()

    with (
        override_settings(IL2WARD_MODE=mode, IL2WARD_DEMO_ACCOUNTS=allowed),
        pytest.raises(accounts.DemoAccountsRefused),
    ):
        demonstrate(site)
    assert not User.objects.exists()
