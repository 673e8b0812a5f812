"""How does an admin see and keep the staff, their wards and the devices? Always through the services."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from il2ward import clock
from il2ward.audit.actor import Actor
from il2ward.audit.evidence_admin import ReadsOnly, is_admin
from il2ward.staff.models import (
    Bed,
    Device,
    Pin,
    Role,
    Site,
    SystemClient,
    Tablet,
    TabletShift,
    User,
    Ward,
    WardMembership,
)
from il2ward.staff.services import accounts, devices, membership


def acting(request: HttpRequest) -> User:
    """Return the admin who asks; raises TypeError where the admin site let somebody else in."""
    if not isinstance(request.user, User):
        raise TypeError("The admin site needs a person.")
    return request.user


def hospital_of(user: User) -> Site:
    """Return the hospital an admin makes accounts for; raises TypeError for one who belongs to none."""
    if user.site is None:
        raise TypeError("This admin belongs to no hospital.")
    return user.site


class NewPerson(forms.ModelForm[User]):
    """The form for a new account; the password is given to the person and is not shown again."""

    password1 = forms.CharField(label="Password", widget=forms.PasswordInput, strip=False)
    password2 = forms.CharField(label="Password again", widget=forms.PasswordInput, strip=False)

    class Meta:
        model = User
        fields = ("username", "display_name", "role")

    def clean(self) -> dict[str, Any]:
        """Refuse passwords that differ or are weak."""
        given = super().clean() or {}
        if given.get("password1") != given.get("password2"):
            raise ValidationError("The two passwords differ.")
        person = User(username=given.get("username", ""), display_name=given.get("display_name", ""))
        accounts.require_fit(given.get("password1") or "", person)
        return given


class Adds(ReadsOnly):
    """Reads, and adds by its form through a service; nothing is changed or deleted."""

    new: type[forms.ModelForm[Any]]

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django names them
        """Admins."""
        return is_admin(request)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the form for a new row, or Django's own read-only one for a row that is there."""
        return self.new if obj is None else super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 - Django names them
        """Return the fields of that form; a password's hash is not shown to anybody."""
        return list(self.new.base_fields) if obj is None else list(self.list_display)


@admin.register(User)
class PersonAdmin(Adds):
    new = NewPerson
    list_display = ("username", "display_name", "role", "site", "is_active", "demonstration", "last_login")
    list_filter = ("site", "role", "is_active")
    search_fields = ("username", "display_name")
    actions = ("close",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ARG002 - Django names them
        """Make the account at the admin's own hospital."""
        by, given = acting(request), form.cleaned_data
        made = accounts.create(
            site=hospital_of(by),
            username=given["username"],
            display_name=given["display_name"],
            role=Role(given["role"]),
            password=given["password1"],
            actor=Actor(user=by),
            at=clock.now(),
        )
        obj.pk = made.pk

    @admin.action(description="Let the selected people in no more", permissions=["view"])
    def close(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Close the accounts, but not the admin's own, nor a hospital's last admin."""
        by, at = acting(request), clock.now()
        for user in queryset.exclude(pk=by.pk):
            try:
                accounts.close(user=user, actor=Actor(user=by), at=at)
            except ValidationError as no:
                self.message_user(request, f"{user}: {' '.join(no.messages)}", messages.ERROR)


class NewMembership(forms.ModelForm[WardMembership]):
    """The form for a new membership; it begins now."""

    class Meta:
        model = WardMembership
        fields = ("user", "ward")

    def clean(self) -> dict[str, Any]:
        """Refuse a person and a ward of different hospitals."""
        given = super().clean() or {}
        user, ward = given.get("user"), given.get("ward")
        if user is not None and ward is not None and user.site_id != ward.site_id:
            raise ValidationError("The person and the ward belong to different hospitals.")
        return given


@admin.register(WardMembership)
class MembershipAdmin(Adds):
    new = NewMembership
    list_display = ("user", "ward", "from_at", "until_at")
    list_filter = ("ward",)
    list_select_related = ("user", "ward")
    actions = ("end",)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: ARG002 - Django names them
        """Begin the membership."""
        given = form.cleaned_data
        actor = Actor(user=acting(request))
        obj.pk = membership.begin(user=given["user"], ward=given["ward"], actor=actor, at=clock.now()).pk

    @admin.action(description="End the selected memberships now", permissions=["view"])
    def end(self, request: HttpRequest, queryset: QuerySet[WardMembership]) -> None:
        """End the memberships that are open."""
        actor, at = Actor(user=acting(request)), clock.now()
        for one in queryset.filter(until_at=None).select_related("user", "ward__site"):
            membership.end(user=one.user, ward=one.ward, actor=actor, at=at)


@admin.register(Device)
class DeviceAdmin(ReadsOnly):
    list_display = ("name", "site", "key_prefix", "scopes", "laboratory", "created_at", "revoked_at")
    list_filter = ("site", "laboratory")
    fields = list_display
    actions = ("revoke",)

    @admin.action(description="Refuse the selected devices from now on", permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        """Revoke the keys."""
        actor, at = Actor(user=acting(request)), clock.now()
        for device in queryset:
            devices.revoke(device=device, actor=actor, at=at)


@admin.register(SystemClient)
class SystemClientAdmin(ReadsOnly):
    list_display = ("client_id", "device", "registered_at", "jwks_url", "keys_at")
    fields = (*list_display, "jwks")


@admin.register(Tablet)
class TabletAdmin(ReadsOnly):
    list_display = ("name", "ward", "enrolled_by", "enrolled_at", "revoked_by", "revoked_at")
    list_filter = ("ward",)
    fields = list_display


@admin.register(TabletShift)
class TabletShiftAdmin(ReadsOnly):
    list_display = ("user", "ward", "tablet", "from_at", "until_at", "ended_at")
    list_filter = ("ward",)
    list_select_related = ("user", "ward", "tablet")


@admin.register(Pin)
class PinAdmin(ReadsOnly):
    list_display = ("user", "set_at", "wrong")
    fields = list_display


@admin.register(Site)
class SiteAdmin(ReadsOnly):
    list_display = ("code", "name", "time_zone")


@admin.register(Ward)
class WardAdmin(ReadsOnly):
    list_display = ("code", "name", "site")


@admin.register(Bed)
class BedAdmin(ReadsOnly):
    list_display = ("label", "ward")
    list_filter = ("ward",)
