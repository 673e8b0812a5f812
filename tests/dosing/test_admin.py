"""Does the admin site show evidence without any way to change it?"""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import RequestFactory

from dosing import models
from tests.dosing.builders import Bedside

SHOWN = [getattr(models, name) for name in models.__all__]


@pytest.mark.parametrize("model", SHOWN, ids=lambda model: model.__name__)
def test_nothing_is_added_changed_or_deleted_when_a_superuser_is_signed_in(model: type, bedside: Bedside) -> None:
    request = RequestFactory().get("/")
    bedside.admin.is_superuser = bedside.admin.is_staff = True
    request.user = bedside.admin

    shown = admin.site.get_model_admin(model)

    assert shown.has_view_permission(request)
    assert not shown.has_add_permission(request)
    assert not shown.has_change_permission(request)
    assert not shown.has_delete_permission(request)
    assert not shown.get_actions(request)
