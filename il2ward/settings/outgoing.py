"""Whom may the service call on its own: which origins, and may they be on this machine?"""

from __future__ import annotations

import re

from il2ward.settings import env

_ORIGIN = re.compile(r"https?://[a-z0-9._-]+(:[0-9]{1,5})?|https?://\[[0-9a-f:.]+\](:[0-9]{1,5})?")


def origins() -> list[str]:
    """Return the only origins that may be called, such as ``https://hooks.hospital.example``; empty: any by https.

    An origin without encryption may be called only when it is named here.
    """
    given = [one.lower().rstrip("/") for one in env.names("IL2WARD_OUTGOING_ORIGINS")]
    if wrong := [one for one in given if not _ORIGIN.fullmatch(one)]:
        raise env.BadSetting("IL2WARD_OUTGOING_ORIGINS", f"{wrong[0]!r} is no origin such as https://host:8443")
    return given


def own_machine(*, mode: str) -> bool:
    """Return whether this machine itself may be called, and without encryption; production refuses it."""
    allowed = env.flag("IL2WARD_OUTGOING_OWN_MACHINE", default=mode != "production")
    if allowed and mode == "production":
        raise env.BadSetting("IL2WARD_OUTGOING_OWN_MACHINE", "production never calls its own machine")
    return allowed


def cds_origins() -> list[str]:
    """Return the origins whose browser pages may ask the CDS Hooks service; empty: none."""
    given = [one.lower().rstrip("/") for one in env.names("IL2WARD_CDS_ORIGINS")]
    if wrong := [one for one in given if not _ORIGIN.fullmatch(one)]:
        raise env.BadSetting("IL2WARD_CDS_ORIGINS", f"{wrong[0]!r} is no origin such as https://ehr.hospital.example")
    return given
