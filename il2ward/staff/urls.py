"""Which addresses let a person in and out?"""

from __future__ import annotations

from django.urls import path

from il2ward.staff import tablet_views, views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="sign-in"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("tablet/", tablet_views.tablet, name="tablet"),
    path("tablet/lock/", tablet_views.lock, name="tablet-lock"),
    path("tablet/here/", tablet_views.still_here, name="tablet-here"),
    path("tablets/", tablet_views.index, name="tablets"),
    path("tablets/enrol/", tablet_views.enrol, name="tablet-enrol"),
    path("tablets/<int:tablet_id>/revoke/", tablet_views.revoke, name="tablet-revoke"),
    path("pin/", tablet_views.own_pin, name="pin"),
]
