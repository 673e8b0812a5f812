"""How does a released rule file become a row that courses can be pinned to?"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from dosing.domain.loaded import Loaded
from dosing.models import RuleFile
from dosing.services.trail import note_rules
from il2ward.audit.actor import SYSTEM

T = TypeVar("T")


@transaction.atomic
def adopt(loaded: Loaded[T], kind: str, at: datetime) -> RuleFile:
    """Return the row of this very text (by sha256), made on first sight; ``kind`` is one of ``RuleFile.KINDS``.

    The same key and version with another text is an altered release: the database refuses it (IntegrityError).
    """
    row, is_new = RuleFile.objects.get_or_create(
        sha256=loaded.sha256,
        defaults={
            "kind": kind,
            "key": loaded.key,
            "version": loaded.version,
            "text": loaded.text,
            "adopted_at": at,
        },
    )
    if is_new:
        note_rules(row, "rules.adopted", actor=SYSTEM, at=at, body={"kind": kind, "key": row.key, "sha256": row.sha256})
    return row
