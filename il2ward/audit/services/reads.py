"""Who looked at whom?"""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Model

from il2ward.audit.models import ReadAccess


def note(user: AbstractBaseUser, patient: Model, page: str, at: datetime) -> ReadAccess:
    """Record that ``user`` opened ``page`` (such as ``course``) of ``patient``; call it when a page is opened,
    not when an open one refreshes itself."""
    return ReadAccess.objects.create(user_id=user.pk, patient_id=str(patient.pk), page=page, at=at)
