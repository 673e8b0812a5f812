"""How does a person sign in and out at a ward's screen?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.http import HttpRequest, HttpResponse

from il2ward.staff.models import User


class SignIn(auth.LoginView):
    """The door: says what il2ward is for and, in a demonstration only, which accounts may be tried. Anybody."""

    template_name = "staff/sign_in.html"
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demonstration accounts; none unless the settings allow them."""
        return super().get_context_data(**kwargs) | {"demo_accounts": demo_accounts()}


class SignOut(auth.LogoutView):
    """Ends the session and tells the browser to forget what it kept. Anybody signed in; POST only."""

    next_page = "sign-in"
    http_method_names = ["post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out and clear the browser's stores."""
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


def demo_accounts() -> list[User]:
    """The accounts a demonstration may show on its door, by role; empty where they are refused."""
    if not settings.IL2WARD_DEMO_ACCOUNTS:
        return []
    return list(User.objects.filter(demonstration=True, is_active=True).order_by("role", "username"))
