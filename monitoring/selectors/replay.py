"""Does a stored assessment say today what it said then?"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from dosing.domain.assess import assess
from dosing.domain.outcome import Outcome, outcome_token
from dosing.domain.snapshot import Snapshot
from dosing.domain.snapshot_json import snapshot_from_json
from dosing.models import Assessment, RuleFile
from dosing.rules.loader import parse_inputs, parse_protocol
from dosing.selectors.outcomes import outcome_to_json


def differences(row: Assessment) -> Iterator[str]:
    """Yield one sentence for each way in which recomputing ``row`` differs from what is stored; none: identical.

    Uses the rule texts kept in the database, by the hashes the row names.
    """
    outcome = recomputed(row)
    if outcome.inputs_hash != row.inputs_hash:
        yield f"its inputs hash to {outcome.inputs_hash[:12]}, stored was {row.inputs_hash[:12]}"
    if outcome.verdict.value != row.verdict:
        yield f"it says {outcome.verdict.value}, stored was {row.verdict}"
    if outcome_token(outcome) != row.outcome_token:
        yield "its criteria met or unknown differ"
    if outcome_to_json(outcome) != row.outcome:
        yield "its evidence or wording differs"


def recomputed(row: Assessment) -> Outcome:
    """Run the stored snapshot again under the stored rules. Raises when a rule text is not in the database."""
    return assessed_under_its_rules(row, snapshot_from_json(row.snapshot))


def assessed_under_its_rules(row: Assessment, snapshot: Snapshot) -> Outcome:
    """Run another snapshot under the rules that ``row`` names. Raises when a rule text is not in the database."""
    overlay = parse_protocol(_text(row.overlay_sha256)) if row.overlay_sha256 else None
    inputs = parse_inputs(_text(row.inputs_sha256)).value
    return assess(snapshot, parse_protocol(_text(row.protocol_sha256)), inputs, overlay)


@lru_cache(maxsize=32)
def _text(sha256: str) -> str:
    return RuleFile.objects.values_list("text", flat=True).get(sha256=sha256)
