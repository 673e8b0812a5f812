"""Does the admin site let admins audit and keep the staff, and nobody rewrite anything?"""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.test import Client

from il2ward.audit.actor import SYSTEM
from il2ward.audit.evidence_admin import ReadsOnly
from il2ward.audit.models import AuditEvent
from il2ward.staff.models import Role, Site, User, WardMembership
from il2ward.staff.services import devices
from tests.signed_in import signed_in
from tests.staff.conftest import AT, hospital, person, ward_of

OURS = sorted((model for model in admin.site._registry if model is not Group), key=lambda model: model._meta.label)
NEW = {
    "username": "weber",
    "display_name": "J. Weber RN",
    "role": "nurse",
    "password1": "a tall tree by the sea",
    "password2": "a tall tree by the sea",
}


@pytest.fixture
def site(db: None) -> Site:
    return hospital()


@pytest.fixture
def client(site: Site) -> Client:
    return signed_in(person(site, "admin", Role.ADMIN))


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_admin_reads_the_table_and_no_form_of_it_changes_a_row(client: Client, model: type) -> None:
    shown = admin.site._registry[model]
    url = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"

    assert isinstance(shown, ReadsOnly)
    assert client.get(url).status_code == 200
    assert client.post(url, {"action": "delete_selected", "_selected_action": ["1"]}).status_code in {200, 302, 403}
    assert not shown.has_delete_permission(client.get(url).wsgi_request)
    assert not shown.has_change_permission(client.get(url).wsgi_request)


@pytest.mark.parametrize("role", [Role.NURSE, Role.PHYSICIAN])
def test_clinical_staff_are_sent_away(site: Site, role: Role) -> None:
    answer = signed_in(person(site, "somebody", role)).get("/admin/audit/auditevent/")

    assert answer.status_code == 302
    assert "login" in answer["Location"]


def test_admin_makes_an_account_through_the_service(client: Client, site: Site) -> None:
    assert client.post("/admin/staff/user/add/", NEW).status_code == 302

    made = User.objects.get(username="weber")
    assert (made.site, made.role, made.is_staff, made.check_password(NEW["password1"])) == (site, "nurse", False, True)
    event = AuditEvent.objects.get(event="account.created", subject_id=str(made.pk))
    assert event.actor_role == "admin"


@pytest.mark.parametrize(
    "changed",
    [{"password1": "short", "password2": "short"}, {"password2": "another tree by the sea"}, {"role": "superuser"}],
    ids=["password is weak", "passwords differ", "role is unknown"],
)
def test_no_account_is_made_when_the(client: Client, changed: dict[str, str]) -> None:
    assert client.post("/admin/staff/user/add/", NEW | changed).status_code == 200
    assert not User.objects.filter(username="weber").exists()


def test_hash_of_a_password_is_shown_to_nobody(client: Client, site: Site) -> None:
    nurse = person(site)

    page = client.get(f"/admin/staff/user/{nurse.pk}/change/").content.decode()

    assert nurse.username in page
    assert nurse.password.split("$")[-1] not in page


def test_admin_closes_an_account_but_not_their_own(client: Client, site: Site) -> None:
    people = [person(site).pk, User.objects.get(username="admin").pk]

    client.post("/admin/staff/user/", {"action": "close", "_selected_action": people})

    assert list(User.objects.filter(is_active=False).values_list("pk", flat=True)) == people[:1]
    assert AuditEvent.objects.filter(event="account.closed").count() == 1


def test_closed_account_is_out_at_the_next_request(client: Client, site: Site) -> None:
    closed = User.objects.get(username="admin")
    User.objects.filter(pk=closed.pk).update(is_active=False)

    assert client.get("/admin/").status_code == 302


def test_admin_begins_and_ends_a_membership(client: Client, site: Site) -> None:
    nurse, ward = person(site), ward_of(site)

    client.post("/admin/staff/wardmembership/add/", {"user": nurse.pk, "ward": ward.pk})
    begun = WardMembership.objects.get()
    assert begun.until_at is None
    client.post("/admin/staff/wardmembership/", {"action": "end", "_selected_action": [begun.pk]})

    begun.refresh_from_db()
    assert begun.until_at is not None
    assert AuditEvent.objects.filter(event__startswith="membership.").count() == 2


def test_membership_across_hospitals_is_refused(client: Client, site: Site) -> None:
    elsewhere = ward_of(hospital("south"))

    client.post("/admin/staff/wardmembership/add/", {"user": person(site).pk, "ward": elsewhere.pk})

    assert not WardMembership.objects.exists()


def test_admin_revokes_a_device(client: Client, site: Site) -> None:
    device, key = devices.issue(site=site, name="gateway", scopes=[], actor=SYSTEM, at=AT)

    client.post("/admin/staff/device/", {"action": "revoke", "_selected_action": [device.pk]})

    assert devices.resolve(key) is None
