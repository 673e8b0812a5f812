"""Which site, people, devices and rules does the demonstration ward have? Made once, found again later."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from dosing.models import RuleFile
from dosing.rules.loader import load_inputs, load_protocol, load_regimen
from dosing.services import rules, signoffs
from il2ward.audit.actor import SYSTEM, Actor
from il2ward.staff.models import Bed, Device, Role, Site, User, Ward
from il2ward.staff.services import accounts, devices, membership
from monitoring.rules.loader import load_ctcae, load_observables
from monitoring.selectors.release import released
from monitoring.simulation import demo_ward

PROTOCOLS = ("consensus_2014", "springerplus_2015")
CTCAE_VERSION = "5.0"


@dataclass(frozen=True, slots=True)
class DemoPeople:
    """Everybody and everything a demonstration bed needs."""

    site: Site
    ward: Ward
    users: Mapping[str, User]
    devices: Mapping[str, Device]

    @property
    def by_nurse(self) -> Actor:
        return Actor(user=self.users["nurse"])

    @property
    def by_physician(self) -> Actor:
        return Actor(user=self.users["physician"])

    @property
    def by_monitors(self) -> Actor:
        return Actor(device=self.devices[demo_ward.MONITORS])

    @property
    def by_laboratory(self) -> Actor:
        return Actor(device=self.devices[demo_ward.LABORATORY])

    @property
    def second_nurse(self) -> User:
        return self.users["nurse2"]


def found_or_made(at: datetime) -> DemoPeople:
    """Return the demonstration ward's people, made as of ``at`` where they are not there yet."""
    site, ward = _places()
    users = {name: _person(site, ward, name, shown, role, at) for name, shown, role in demo_ward.PEOPLE}
    known = {name: _device(site, name, at) for name in demo_ward.KEY_FILES}
    return DemoPeople(site, ward, users, known)


def adopted(people: DemoPeople, at: datetime) -> dict[str, dict[str, RuleFile]]:
    """Return, by protocol, the released rules a course is pinned to under the names ``open_course`` gives them.

    Every rule of the release is taken over, as a first site's set-up does; these protocols are signed off for
    demonstration.
    """
    for kind, loaded in released():
        rules.adopt(loaded, kind, at)
    protocols = {key: rules.adopt(load_protocol(key), "protocol", at) for key in PROTOCOLS}
    for protocol in protocols.values():
        _sign(people, protocol, at)
    shared = _rules(at)
    return {key: {**shared, "protocol": protocol} for key, protocol in protocols.items()}


def key_path(device: str) -> Path:
    """Where the key of a demonstration device lies."""
    return Path(settings.IL2WARD_HOME) / demo_ward.KEY_FILES[device]


def _places() -> tuple[Site, Ward]:
    site, _ = Site.objects.get_or_create(
        code=demo_ward.SITE_CODE,
        defaults={"name": demo_ward.SITE_NAME, "time_zone": settings.IL2WARD_TIME_ZONE},
    )
    ward, _ = Ward.objects.get_or_create(site=site, code=demo_ward.WARD_CODE, defaults={"name": demo_ward.WARD_NAME})
    for label in demo_ward.BEDS:
        Bed.objects.get_or_create(ward=ward, label=label)
    return site, ward


def _person(site: Site, ward: Ward, name: str, shown: str, role: Role, at: datetime) -> User:
    user = accounts.create_demonstration(
        site=site, username=name, display_name=shown, role=role, password=demo_ward.PASSWORD, actor=SYSTEM, at=at
    )
    membership.begin(user=user, ward=ward, actor=SYSTEM, at=at)
    return user


def _device(site: Site, name: str, at: datetime) -> Device:
    """Find the device; without its key file nobody could use it, so it is replaced by a new one."""
    standing = Device.objects.filter(site=site, name__startswith=name, revoked_at=None).first()
    if standing is not None and key_path(name).exists():
        return standing
    if standing is not None:
        devices.revoke(device=standing, actor=SYSTEM, at=at)
    again = Device.objects.filter(site=site, name__startswith=name).count()
    device, key = devices.issue(
        site=site, name=f"{name} {again + 1}" if again else name, scopes=("observation:write",), actor=SYSTEM, at=at,
        laboratory=name == demo_ward.LABORATORY,
    )  # fmt: skip
    _keep(key_path(name), key)
    return device


def _keep(path: Path, key: str) -> None:
    """Write a key that only its owner can read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as stream:
        stream.write(f"{key}\n")


def _rules(at: datetime) -> dict[str, RuleFile]:
    return {
        "regimen": rules.adopt(load_regimen("hd_600_fda"), "regimen", at),
        "overlay": rules.adopt(load_protocol("ctcae_gate"), "overlay", at),
        "inputs": rules.adopt(load_inputs(), "inputs", at),
        "ctcae": rules.adopt(load_ctcae(CTCAE_VERSION), "ctcae", at),
        "observables": rules.adopt(load_observables(), "observables", at),
    }


def _sign(people: DemoPeople, protocol: RuleFile, at: datetime) -> None:
    if not protocol.signoffs.filter(site=people.site).exists():
        signoffs.sign(
            site=people.site, rule_file=protocol, statement=demo_ward.STATEMENT, actor=people.by_physician, at=at,
            demonstration=True,
        )  # fmt: skip
