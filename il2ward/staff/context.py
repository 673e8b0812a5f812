"""What must every page know of the tablet it is shown on?"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from il2ward.staff import shared


def tablet(request: HttpRequest) -> dict[str, Any]:
    """``tablet_lock_s``: after how many untouched seconds the page locks; None where no tablet's session runs."""
    if not hasattr(request, "user") or shared.runs_on(request) is None:
        return {"tablet_lock_s": None}
    return {"tablet_lock_s": shared.locks_after_s(request)}
