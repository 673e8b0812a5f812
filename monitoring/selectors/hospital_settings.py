"""What has a hospital settled for itself, and what would count otherwise?"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from dosing.domain.input_ages import longest_h
from dosing.domain.inputs import InputRules
from dosing.models import SiteVial
from dosing.rules.loader import load_inputs
from dosing.selectors import pinned
from dosing.selectors.site_inputs import own_inputs_of
from il2ward.staff.models import Site
from monitoring.domain.observable import Category
from monitoring.models import SiteLimit
from monitoring.selectors import board_words as words
from monitoring.selectors.raw import released_observables


@dataclass(frozen=True, slots=True)
class Age:
    """How old one input may be: now, by the release, and at the most; hours."""

    key: str
    label: str
    now_h: Decimal
    released_h: Decimal
    longest_h: Decimal


@dataclass(frozen=True, slots=True)
class Measured:
    """One laboratory value whose limits can be stated, with the units that are accepted."""

    key: str
    name: str
    units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HospitalSettings:
    """Everything on the page. ``vial`` None: nobody has chosen, the regimen's own product counts."""

    site: Site
    vials: list[SiteVial]
    ages: list[Age]
    limits: list[SiteLimit]
    measured: list[Measured]

    @property
    def vial(self) -> SiteVial | None:
        """The choice that counts now."""
        return self.vials[0] if self.vials else None


def settings_of(site: Site) -> HospitalSettings:
    """Return the hospital's settings as they stand, the newest of each first."""
    vials = SiteVial.objects.filter(site=site).select_related("set_by").order_by("-set_at", "-id")
    limits = SiteLimit.objects.filter(site=site).select_related("set_by").order_by("observable", "-id")
    return HospitalSettings(site, list(vials[:20]), ages_of(site), list(limits[:400]), measured())


def ages_of(site: Site) -> list[Age]:
    """Every input whose age can be chosen, by name."""
    own, released = own_inputs_of(site), load_inputs().value
    now: InputRules = released if own is None else pinned.inputs(own).value
    found = []
    for key, rule in released.inputs.items():
        longest, present = longest_h(released, key), now.inputs[key].max_age_h
        if longest is not None and present is not None and rule.max_age_h is not None:
            found.append(Age(key, words.observable(key), present, rule.max_age_h, longest))
    return sorted(found, key=lambda one: one.label)


def measured() -> list[Measured]:
    """The laboratory values by name, each with its accepted units."""
    rows = [one for one in released_observables().by_key.values() if one.category is Category.LABORATORY]
    return sorted(
        (Measured(one.key, words.observable(one.key), tuple(one.units)) for one in rows), key=lambda one: one.name
    )
