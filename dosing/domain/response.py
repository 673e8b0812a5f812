"""How did the tumour respond after a course, by each source's own definition?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec import Struct

from dosing.domain.condition import Condition, Fact, Facts, holds, require_usable, undocumented
from dosing.domain.protocol import Id, SourcedFile, Words
from dosing.domain.regimen import Verification


class Band(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One response a source defines, or a gap it leaves: then ``code`` is None and ``label`` names the gap.

    ``code`` belongs to this source alone; ``printed`` is its abbreviation there, which another source may use
    for something else (MR: minor in one, mixed in another).
    """

    code: Id | None = None
    printed: str = ""
    label: Words
    when: Condition
    is_response: bool = False


class Gap(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a definition leaves open, and how it is closed here; ``closed`` empty: left to a person."""

    text: Words
    closed: str = ""
    verification: Verification


class Definition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One source's definition of response. No bands: the source gives results and no definition.

    ``counted`` says in its words what its overall response rate counts.
    """

    id: Id
    title: Words
    source: Id
    verification: Verification
    measure: Words
    timing: Words
    durations_from: Words
    counted: Words
    bands: tuple[Band, ...]
    gaps: tuple[Gap, ...]


class ResponseRules(SourcedFile, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Every source's definition, side by side."""

    facts: Mapping[Id, Fact]
    definitions: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Response:
    """The response by one definition.

    ``code`` None: not settled (``missing`` names the facts, ``may_be`` the bands still possible), or in a gap of
    the definition (``gap`` names it). ``is_response`` is whether the source counts it; None where code is None.
    """

    definition: Definition
    code: str | None
    label: str
    is_response: bool | None
    gap: str
    may_be: tuple[str, ...]
    missing: tuple[str, ...]


def responses(rules: ResponseRules, facts: Facts) -> tuple[Response, ...]:
    """Return the response by every source's definition, in the order of the rules. Raises FactIsNotUsable."""
    require_usable(rules.facts, facts)
    return tuple(_response(definition, facts) for definition in rules.definitions)


def _response(definition: Definition, facts: Facts) -> Response:
    if not definition.bands:
        return _unsettled(definition, "the source defines no response", (), ())
    judged = [(band, holds(band.when, facts)) for band in definition.bands]
    open_bands = [band for band, is_so in judged if is_so is None]
    found = [band for band, is_so in judged if is_so]
    if open_bands:
        missing = dict.fromkeys(name for band in open_bands for name in undocumented(band.when, facts))
        return _unsettled(definition, "", tuple(band.label for band in [*open_bands, *found]), tuple(missing))
    if not found:
        return _unsettled(definition, "the source's definitions do not cover this", (), ())
    first = found[0]
    if first.code is None:
        return _unsettled(definition, first.label, (), ())
    return Response(definition, first.code, first.label, first.is_response, "", (), ())


def _unsettled(definition: Definition, gap: str, may_be: tuple[str, ...], missing: tuple[str, ...]) -> Response:
    return Response(definition, None, "", None, gap, may_be, missing)
