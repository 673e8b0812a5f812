"""How does a person sign in and out at a ward's screen?"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from il2ward import clock
from il2ward.staff import shared
from il2ward.staff.models import Pin, User
from il2ward.staff.selectors.shifts import on_shift
from il2ward.staff.services import shifts


class SignIn(auth.LoginView):
    """The door: says what il2ward is for and, in a demonstration only, which accounts may be tried. Anybody."""

    template_name = "staff/sign_in.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Let nobody in on a wall screen: everybody can see and touch it."""
        if shared.wall_of(request.COOKIES) is not None:
            return redirect("home")
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the door; on a shared tablet with people on shift, their names first, unless the door is asked for."""
        here = shared.tablet_of(request)
        if here is not None and "password" not in request.GET and on_shift(here.ward_id, clock.now()):
            return redirect("tablet")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Let the person in; on a shared tablet their shift begins, and without a PIN they are asked for one."""
        response = super().form_valid(form)
        here, user = shared.tablet_of(self.request), form.get_user()
        if here is None or not isinstance(user, User):
            return response
        at = clock.now()
        shared.settle(self.request, here, at)
        begun = shifts.begin(user=user, tablet=here, at=at)
        if begun is not None and not Pin.objects.filter(user=user).exists():
            return redirect("pin")
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the demonstration accounts, none unless the settings allow them, and the tablet where this is one."""
        extra = {"demo_accounts": demo_accounts(), "tablet": shared.tablet_of(self.request)}
        return super().get_context_data(**kwargs) | extra


class SignOut(auth.LogoutView):
    """Ends the session and tells the browser to forget the pages it kept. Anybody signed in; POST only."""

    next_page = "sign-in"
    http_method_names = ["post", "options"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Sign out and clear the browser's cache; on a shared tablet the person's shift ends."""
        here = shared.tablet_of(request)
        if request.method == "POST" and here is not None and isinstance(request.user, User):
            shifts.end(user=request.user, tablet=here, at=clock.now())
        response = super().dispatch(request, *args, **kwargs)
        # Not "storage": entries that could not be sent yet lie there, and are nobody's to throw away.
        response.headers["Clear-Site-Data"] = '"cache"'
        return response


def demo_accounts() -> list[User]:
    """The accounts a demonstration may show on its door, by role; empty where they are refused."""
    if not settings.IL2WARD_DEMO_ACCOUNTS:
        return []
    return list(User.objects.filter(demonstration=True, is_active=True).order_by("role", "username"))
