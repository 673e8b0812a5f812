"""Who may call an API view that forgot to say who may call it? Nobody."""

from __future__ import annotations

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class DenyAll(BasePermission):
    """Refuse every request; the default for views that name no permission of their own."""

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        """Return False, always."""
        return False
