"""How an act gets into the unalterable log."""

from __future__ import annotations

from il2ward.audit.services.chain import append

__all__ = ["append"]
