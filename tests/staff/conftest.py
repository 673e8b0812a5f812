"""A hospital small enough for the tests of its staff."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Role, Site, User, Ward
from il2ward.staff.services import accounts

AT = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
PASSWORD = "a long way from home 7"


def hospital(code: str = "north") -> Site:
    return Site.objects.create(code=code, name=code.title())


def ward_of(site: Site, code: str = "7b") -> Ward:
    return Ward.objects.create(site=site, code=code, name=code.upper())


def person(site: Site, username: str = "ferrara", role: Role = Role.NURSE) -> User:
    return accounts.create(
        site=site,
        username=username,
        display_name=username.title(),
        role=role,
        password=PASSWORD,
        actor=SYSTEM,
        at=AT,
    )


@pytest.fixture
def nurse(db: None) -> User:
    return person(hospital())
