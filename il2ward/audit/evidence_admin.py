"""How does the admin site show what it must never change?"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


def is_admin(request: HttpRequest) -> bool:
    """Whether an active person in the admin's role is asking; Django's own permissions grant nothing here."""
    return bool(request.user.is_active and getattr(request.user, "role", "") == "admin")


class ReadsOnly(admin.ModelAdmin[Any]):
    """Shows every field and changes none: nothing is added, edited or deleted here, by nobody.

    Only services write clinical facts; the admin site has no way round them.
    """

    actions: Any = None
    show_full_result_count = False

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Admins: they audit."""
        return is_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django names them
        """Admins: they audit."""
        return is_admin(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django names them
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django names them
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django names them
        """Never."""
        return False
