"""What the database itself refuses to change, on either engine, whoever asks it to."""

from __future__ import annotations

from il2ward.audit.evidence.guarding import (
    APPEND_ONLY,
    EvidenceUnguarded,
    assert_guarded,
    install,
    missing,
    tables_exist,
)

__all__ = ["APPEND_ONLY", "EvidenceUnguarded", "assert_guarded", "install", "missing", "tables_exist"]
