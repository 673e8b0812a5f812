"""Where do journeys go that would disturb others? A second ward of the demonstration, with its own people."""

from __future__ import annotations

from tests.journeys.ward_pages import Bed
from tests.real_stack import Stack

WARD = "7 West"
NURSE, NURSE2, PHYSICIAN, PHYSICIAN2 = "nurse7", "nurse7b", "physician7", "physician7b"
NAMES = {NURSE: "P. Sato RN", NURSE2: "L. Moyo RN", PHYSICIAN: "Dr Ibarra", PHYSICIAN2: "Dr Petrov"}
# Each lies in a bed, with a course whose first dose is due now and of whom nothing has been charted.
KOWALSKI = Bed("KOWALSKI", "W7-1")
LINDGREN = Bed("LINDGREN", "W7-2")
MORETTI = Bed("MORETTI", "W7-3")
NAKAMURA = Bed("NAKAMURA", "W7-4")
OYELARAN = Bed("OYELARAN", "W7-5")
# Her protocol's source lets a dose be delayed; the others' says nothing of it.
PELLETIER = Bed("PELLETIER", "W7-6")
LYING = (KOWALSKI, LINDGREN, MORETTI, NAKAMURA, OYELARAN, PELLETIER)
# Nobody lies in these.
FREE_BEDS = ("78", "79")

OPEN = f"""
from datetime import date, timedelta
from django.db import transaction
from dosing.services import patients, placements
from il2ward import clock
from il2ward.audit.actor import SYSTEM
from il2ward.staff.models import Bed, Role, Site, User, Ward, WardMembership
from il2ward.staff.services import accounts
from tests.dosing.builders import make_course, make_cycle
at, site = clock.now(), Site.objects.get(code="demo")
ward = Ward.objects.create(site=site, code="7-west", name="{WARD}")
for username, name in {NAMES!r}.items():
    role = Role.NURSE if username.startswith("nurse") else Role.PHYSICIAN
    user = accounts.create_demonstration(site=site, username=username, display_name=name, role=role,
        password="il2ward-demo", actor=SYSTEM, at=at)
    WardMembership.objects.create(user=user, ward=ward, from_at=at - timedelta(days=1))
nurse, physician = (User.objects.get(username=name) for name in ("{NURSE}", "{PHYSICIAN}"))
for label in {FREE_BEDS!r}:
    Bed.objects.create(ward=ward, label=label)
for number, (name, mrn) in enumerate({[(one.family_name, one.mrn) for one in LYING]!r}, start=1):
    # Whole or not at all: the worker that looks at courses meanwhile would else write later times before these.
    with transaction.atomic():
        at = clock.now()
        patient = patients.register(site=site, mrn=mrn, family_name=name.title(), given_name="Kim",
            birth_date=date(1960, number, 9), gender="female", actor=SYSTEM, at=at, allergies="")
        bed = Bed.objects.create(ward=ward, label=f"7{{number}}")
        placements.place(patient=patient, bed=bed, actor=SYSTEM, at=at)
        protocol = "schwartzentruber_2001" if mrn == "{PELLETIER.mrn}" else "consensus_2014"
        course = make_course(patient, physician, protocol=protocol, demonstration=True, at=at)
        make_cycle(course, physician, starts_at=at, second=nurse, at=at)
"""


def open_quiet_ward(stack: Stack) -> None:
    """Make the ward on a running stack."""
    stack.manage("shell", "-c", OPEN)
