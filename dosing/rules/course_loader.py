"""Which planned regimens and which rules about a whole course came with this release?"""

from __future__ import annotations

from functools import cache

from dosing.domain.eligibility import EligibilityRules
from dosing.domain.loaded import Loaded
from dosing.domain.protocol_fit import FitRules
from dosing.domain.regimen import Regimen
from dosing.domain.regimen_planned import PlannedRegimen
from dosing.domain.regimen_slots import AnyRegimen
from dosing.domain.response import ResponseRules
from dosing.domain.retreatment import RetreatmentRules
from dosing.domain.schedule_delay import DelayRules
from dosing.rules import course_checks as checks
from dosing.rules import plain_yaml
from dosing.rules.loader import keys_in, load_file, load_regimen, parse_file, parse_regimen, regimen_keys


def planned_keys() -> tuple[str, ...]:
    """The keys of all planned regimens of this release, sorted."""
    return keys_in("regimens/planned")


def load_planned(key: str, version: int | None = None) -> Loaded[PlannedRegimen]:
    """Return a planned regimen of this release; ``version`` None: its newest. Raises RuleFileRefused."""
    return load_file("regimens/planned", key, version, parse_planned)


def every_regimen() -> tuple[Loaded[Regimen] | Loaded[PlannedRegimen], ...]:
    """Return the newest version of every regimen: those the gate can run first, then the planned ones."""
    return (*map(load_regimen, regimen_keys()), *map(load_planned, planned_keys()))


def load_any_regimen(key: str) -> Loaded[AnyRegimen]:
    """Return the newest version of a regimen of either kind. Raises RuleFileRefused."""
    return load_planned(key) if key in planned_keys() else load_regimen(key)


def load_fits(version: int | None = None) -> Loaded[FitRules]:
    """Return which protocol was written for what; ``version`` None: the newest. Raises RuleFileRefused."""
    return load_file("fits", "fits", version, parse_fits)


def load_delays(version: int | None = None) -> Loaded[DelayRules]:
    """Return what the sources say of late doses; ``version`` None: the newest. Raises RuleFileRefused."""
    return load_file("delays", "delays", version, parse_delays)


def load_eligibility(version: int | None = None) -> Loaded[EligibilityRules]:
    """Return what the sources ask before treatment; ``version`` None: the newest. Raises RuleFileRefused."""
    return load_file("eligibility", "eligibility", version, parse_eligibility)


def load_response(version: int | None = None) -> Loaded[ResponseRules]:
    """Return the sources' definitions of response; ``version`` None: the newest. Raises RuleFileRefused."""
    return load_file("response", "response", version, parse_response)


def load_retreatment(version: int | None = None) -> Loaded[RetreatmentRules]:
    """Return the sources' advice on another course; ``version`` None: the newest. Raises RuleFileRefused."""
    return load_file("retreatment", "retreatment", version, parse_retreatment)


@cache
def parse_planned(text: str, name: str = "planned regimen") -> Loaded[PlannedRegimen]:
    """Check and read a planned regimen's text. Raises RuleFileRefused."""
    return parse_file(text, name, PlannedRegimen, checks.planned_faults)


@cache
def parse_any_regimen(text: str, name: str = "regimen") -> Loaded[AnyRegimen]:
    """Check and read the text of a regimen of either kind, for instance one pinned to a course.

    Raises RuleFileRefused.
    """
    try:
        tree = plain_yaml.read(text)
    except plain_yaml.NotPlain:
        tree = {}
    return parse_planned(text, name) if "plan" in tree else parse_regimen(text, name)


@cache
def parse_fits(text: str, name: str = "fits") -> Loaded[FitRules]:
    """Check and read the text of the rows on which protocol fits what. Raises RuleFileRefused."""
    return parse_file(text, name, FitRules, checks.fit_faults)


@cache
def parse_delays(text: str, name: str = "delays") -> Loaded[DelayRules]:
    """Check and read the text of the rules on late doses. Raises RuleFileRefused."""
    return parse_file(text, name, DelayRules, checks.delay_faults)


@cache
def parse_eligibility(text: str, name: str = "eligibility") -> Loaded[EligibilityRules]:
    """Check and read the text of the eligibility items. Raises RuleFileRefused."""
    return parse_file(text, name, EligibilityRules, checks.eligibility_faults)


@cache
def parse_response(text: str, name: str = "response") -> Loaded[ResponseRules]:
    """Check and read the text of the definitions of response. Raises RuleFileRefused."""
    return parse_file(text, name, ResponseRules, checks.response_faults)


@cache
def parse_retreatment(text: str, name: str = "retreatment") -> Loaded[RetreatmentRules]:
    """Check and read the text of the advice on retreatment. Raises RuleFileRefused."""
    return parse_file(text, name, RetreatmentRules, checks.retreatment_faults)
