"""Who may call an API view that forgot to say who may call it? Nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

if TYPE_CHECKING:
    # The settings name this module, and the views read the settings: at run time it would be a circle.
    from rest_framework.views import APIView


class DenyAll(BasePermission):
    """Refuse every request; the default for views that name no permission of their own."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Return False, always."""
        return False
