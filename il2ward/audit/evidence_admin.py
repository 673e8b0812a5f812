"""How does the admin site show what it must never change?"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest


class ReadsOnly(admin.ModelAdmin[Any]):
    """Shows every field and changes none: nothing is added, edited or deleted here, by nobody.

    Only services write clinical facts; the admin site has no way round them.
    """

    actions = None
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django names them
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django names them
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:  # noqa: ARG002 - Django names them
        """Never."""
        return False
