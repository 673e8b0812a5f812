"""How does a regimen read to somebody who must decide whether the ward may use it?"""

from __future__ import annotations

from dataclasses import dataclass

from dosing.domain.dose_arithmetic import units_text
from dosing.domain.regimen import Regimen
from dosing.domain.regimen_planned import PlannedRegimen
from dosing.domain.schedule import dosing_days
from dosing.domain.wording import plain

BASIS = {"iu_per_kg": "units per kg", "iu_per_m2": "units per m²", "iu_flat": "units, the same for everybody"}
FIELDS = {
    "whole": "The regimen as a whole",
    "site_limits": "The site's limits",
    "product": "The product",
    "plan": "The calendar",
    "body_surface": "Body surface",
    "rounding": "Rounding of the dose",
    "dose_iu_per_kg": "Dose",
    "day_map": "Days in the source's words",
}
NOT_STATED = {
    "rounding": "not stated: nothing is rounded",
    "start_after": "not tied to another treatment",
    "rest_between_courses_weeks": "not stated: another course needs a physician's written reason",
    "dose_reduction": "not stated: the dose cannot be reduced here",
}
DELAYS = {
    "slot_is_lost": "the slot is lost",
    "dose_is_delayed": "the dose may be given later",
    "interval_may_be_longer": "the interval may be longer",
    "not_stated": "not stated",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a regimen's page; ``field`` is the field of the file that says it, if its source says anything."""

    field: str
    label: str
    says: str
    is_stated: bool = True


def field_words(field: str) -> str:
    """A field of a regimen's file as a heading."""
    return FIELDS.get(field, field.replace("_", " ").capitalize())


def amount(iu: int, basis: str) -> str:
    """An amount in its basis: "600,000 units per kg"."""
    return f"{iu:,} {BASIS[basis]}"


def facts_of(regimen: Regimen | PlannedRegimen) -> tuple[Fact, ...]:
    """Return everything a regimen prescribes, a line each; what the source leaves open is not made up."""
    own = _bolus(regimen) if isinstance(regimen, Regimen) else _planned(regimen)
    return (*own, *_shared(regimen))


def _bolus(regimen: Regimen) -> tuple[Fact, ...]:
    days = " and ".join(f"{first}-{last}" for first, last in dosing_days(regimen))
    limits = regimen.site_limits
    least = plain(limits.min_start_to_start_h)
    return (
        Fact("dose_iu_per_kg", "Dose", f"{amount(regimen.dose_iu_per_kg, regimen.basis)} of the dosing weight"),
        Fact("infusion_min", "Given over", f"{regimen.infusion_min} min, {regimen.route}"),
        Fact("interval_h", "Every", f"{_span(regimen.interval_h, regimen.interval_at_most_h)} h"),
        Fact(
            "slots_per_cycle",
            "Doses in a cycle",
            f"at most {regimen.slots_per_cycle}, within {regimen.cycle_days} days",
        ),
        Fact("cycles_per_course", "Cycles in a course", f"{regimen.cycles_per_course}, on days {days} of the course"),
        Fact("max_doses_per_course", "Doses in a course", f"at most {regimen.max_doses_per_course}"),
        _or_not("max_courses", "Courses", f"at most {regimen.max_courses}" if regimen.max_courses else ""),
        Fact("rest_days", "Rest between cycles", _rest(regimen)),
        _or_not("rest_between_courses_weeks", "Rest before another course", _rest_between_courses(regimen)),
        Fact("day_map", field_words("day_map"), regimen.day_map),
        Fact("dose_reduction", "Reduced dose", "never: a dose is given, interrupted or withheld"),
        _or_not("start_after", "First dose", _start_after(regimen)),
        Fact(
            "site_limits", "Least time between two starts", f"{least} h, unless the site signs its own. {limits.note}"
        ),
        Fact("site_limits", "Overdue", f"more than {limits.overdue_after_min} min after it was due"),
    )


def _planned(regimen: PlannedRegimen) -> tuple[Fact, ...]:
    surface = regimen.body_surface
    why = f", for {', '.join(regimen.reduction_for)}" if regimen.reduction_for else ""
    cycles = "number of cycles not stated" if regimen.max_cycles is None else f"at most {regimen.max_cycles} cycles"
    again = "not stated" if regimen.cycle_days is None else f"every {regimen.cycle_days} days"
    found: tuple[Fact, ...] = (
        Fact("total_iu_per_cycle", "A cycle in all", amount(regimen.total_iu_per_cycle, regimen.basis)),
        Fact("route", "Route", regimen.route),
        Fact("cycle_days", "Repeated", f"{again}; {cycles}"),
        _or_not("dose_reduction", "Reduced dose", f"allowed{why}" if regimen.dose_reduction == "allowed" else ""),
    )
    if regimen.partners:
        found += (Fact("partners", "Given with", regimen.partners),)
    return (*found, Fact("body_surface", "Body surface", f"{surface.formula}. {surface.note}")) if surface else found


def _shared(regimen: Regimen | PlannedRegimen) -> tuple[Fact, ...]:
    product, rounding = regimen.product, regimen.rounding
    vial = f"{units_text(product.vial_recoverable_iu)} counted on from a vial of {units_text(product.vial_label_iu)}"
    strength = f"{product.name}, {units_text(product.concentration_iu_per_ml)} per mL"
    mixed = f"{strength}; {vial}; {product.diluent}; {product.carrier}"
    rounded = ""
    if rounding is not None:
        rounded = f"to {units_text(rounding.to_iu)}, up by at most {plain(rounding.most_up_percent)} %"
    found = (Fact("product", "Product", mixed), _or_not("rounding", "Rounding", rounded))
    return (*found, Fact("setting", "Setting", regimen.setting)) if regimen.setting else found


def _or_not(field: str, label: str, says: str) -> Fact:
    """What the source says, or that it says nothing and what follows from that here."""
    return (
        Fact(field, label, says) if says else Fact(field, label, NOT_STATED.get(field, "not stated"), is_stated=False)
    )


def _span(least: int, most: int | None) -> str:
    return f"{least}" if most is None or most == least else f"{least}-{most}"


def _rest(regimen: Regimen) -> str:
    if regimen.cycles_per_course == 1:
        return "one cycle only"
    return f"{_span(regimen.rest_days, regimen.rest_days_at_most)} days"


def _rest_between_courses(regimen: Regimen) -> str:
    said = []
    if regimen.rest_between_courses_weeks is not None:
        said.append(f"{regimen.rest_between_courses_weeks} weeks or more from discharge")
    if (weeks := regimen.repeat_every_weeks) is not None:
        said.append(f"repeated every {_span(weeks.at_least, weeks.at_most)} weeks from the start")
    return "; ".join(said)


def _start_after(regimen: Regimen) -> str:
    after = regimen.start_after
    return "" if after is None else f"{after.at_least_h} to {after.at_most_h} h after {after.event}"
