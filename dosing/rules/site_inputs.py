"""What does the contract of inputs say at one site, which chose its own ages?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from msgspec.structs import replace

from dosing.domain.inputs import InputRules
from dosing.domain.loaded import Loaded
from dosing.rules.loader import RuleFileRefused, parse_inputs


def key_of(site_code: str) -> str:
    """Return the key of a site's own contract."""
    return f"inputs_{re.sub('[^a-z0-9]', '_', site_code.lower())}"


def with_ages(base: Loaded[InputRules], *, key: str, version: int, ages: Mapping[str, Decimal]) -> Loaded[InputRules]:
    """Return ``base`` with other ages in hours, byte for byte the same elsewhere but for its id and version.

    Raises RuleFileRefused when the text cannot be changed so that it says this and nothing else.
    """
    text = re.sub(r"(?m)^id: .*$", f"id: {key}", base.text, count=1)
    text = re.sub(r"(?m)^version: .*$", f"version: {version}", text, count=1)
    for name, hours in ages.items():
        text = re.sub(rf"(?m)^(  {name}: \{{.*?\bmax_age_h: )[0-9.]+", rf"\g<1>{hours.normalize():f}", text, count=1)
    changed = parse_inputs(text, key)
    inputs = {name: replace(rule, max_age_h=ages.get(name, rule.max_age_h)) for name, rule in base.value.inputs.items()}
    if changed.value != replace(base.value, id=key, version=version, inputs=inputs):
        raise RuleFileRefused(f"{key}: the ages {', '.join(sorted(ages))} could not be written into the contract")
    return changed
