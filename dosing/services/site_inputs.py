"""How does a site choose how old a value may be? By a physician, with a reason, for courses opened from then on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from dosing.domain.input_ages import age_faults
from dosing.models import RuleFile
from dosing.rules.loader import load_inputs
from dosing.rules.site_inputs import key_of, with_ages
from dosing.selectors import pinned
from dosing.selectors.site_inputs import own_inputs_of
from dosing.services.reasons import require_text
from dosing.services.refusals import Invalid, NotAllowed, PhysicianNeeded
from dosing.services.rules import adopt
from dosing.services.trail import note_rules
from il2ward.audit.actor import Actor
from il2ward.staff.models import Role, Site


@transaction.atomic
def choose_ages(*, site: Site, ages: Mapping[str, Decimal], reason: str, actor: Actor, at: datetime) -> RuleFile:
    """Keep the site's contract of inputs with these ages in hours, and those it chose before, as its next version.

    Running courses keep the contract they are pinned to. Raises PhysicianNeeded or NotAllowed for anybody but a
    physician of the site, ReasonMissing, and Invalid naming each age that cannot be chosen.
    """
    _require_physician(actor, site)
    require_text(reason)
    Site.objects.select_for_update().get(pk=site.pk)
    own = own_inputs_of(site)
    base = load_inputs() if own is None else pinned.inputs(own)
    if faults := age_faults(load_inputs().value, ages):
        raise Invalid(f"{'; '.join(faults)}.")
    new = {name: hours for name, hours in ages.items() if base.value.inputs[name].max_age_h != hours}
    if not new:
        raise Invalid("These ages stand already.")
    version = 1 if own is None else own.version + 1
    row = adopt(with_ages(base, key=key_of(site.code), version=version, ages=new), "inputs", at)
    said = {"ages_h": {name: str(hours) for name, hours in sorted(new.items())}, "reason": reason.strip()}
    note_rules(row, "inputs.ages_chosen", actor=actor, at=at, body=said, site_id=site.pk)
    return row


def _require_physician(actor: Actor, site: Site) -> None:
    if actor.user is None or actor.user.role != Role.PHYSICIAN or not actor.user.is_active:
        raise PhysicianNeeded("Only a physician can choose how old a value may be.")
    if actor.user.site_id != site.pk:
        raise NotAllowed("Only a physician of this hospital can choose its ages.")
