"""Which contract of inputs do new courses of a site get: its own, or the release's?"""

from __future__ import annotations

from dosing.models import RuleFile
from dosing.rules.site_inputs import key_of
from il2ward.staff.models import Site

RELEASED = "inputs"


def own_inputs_of(site: Site) -> RuleFile | None:
    """Return the newest contract with the site's own ages; None while it has chosen none."""
    return RuleFile.objects.filter(kind="inputs", key=key_of(site.code)).order_by("-version").first()


def inputs_of(site: Site) -> RuleFile | None:
    """Return the contract that a course opened now at ``site`` is pinned to; None before any was adopted."""
    return own_inputs_of(site) or RuleFile.objects.filter(kind="inputs", key=RELEASED).order_by("-version").first()
