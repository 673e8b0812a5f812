"""What does a search ask for, and which page of answers does it get?"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from il2ward.http.problems import Problem
from il2ward.http.problems import shown as quoted
from monitoring.interop.fhir.outcomes import Issue, operation_outcome
from monitoring.interop.fhir.params import bad, whole
from monitoring.interop.fhir.served import Asked, Reader, Resource, Served

USUAL_PAGE = 50
LARGEST_PAGE = 200
MOST_PARAMETERS = 40
MOST_ALTERNATIVES = 50
_OURS = ("_count", "_cursor", "_revinclude")
# What only says how to answer; there is one way.
_WITHOUT_EFFECT = ("_format", "_pretty")


@dataclass(frozen=True, slots=True)
class Search:
    """One search as it was understood. ``cursor`` is the place of the source and the last key told there."""

    asked: Asked
    count: int
    cursor: tuple[int, str]
    revinclude: tuple[str, ...]
    ignored: tuple[str, ...]

    def as_query(self, cursor: str = "") -> str:
        """Return the query that asks the same, from ``cursor`` on: what was really used, nothing else."""
        used = [(name, ",".join(values)) for name, values in self.asked]
        used += [("_revinclude", one) for one in self.revinclude]
        used.append(("_count", str(self.count)))
        return urlencode([*used, *([("_cursor", cursor)] if cursor else [])])


def understood(served: Served, query: str, *, strict: bool) -> Search:
    """Return what ``query`` asks of ``served``; raises the 400 problem for a value that cannot be understood.

    A parameter that is not known is ignored and named in the answer; with ``strict`` it is refused.
    """
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=None)[: MOST_PARAMETERS + 1]
    if len(pairs) > MOST_PARAMETERS:
        raise Problem(400, "bad-search", f"At most {MOST_PARAMETERS} parameters are taken.")
    known = {param.name for param in served.params}
    asked = [(name, _alternatives(name, value)) for name, value in pairs if name in known]
    ignored = tuple(name for name, _ in pairs if name not in known and name not in (*_OURS, *_WITHOUT_EFFECT))
    if ignored and strict:
        raise Problem(
            400, "unknown-parameter", f"{quoted(ignored[0])} cannot be searched by: {', '.join(sorted(known))}."
        )
    if missing := [name for name in served.needs if name not in {one for one, _ in asked}]:
        raise Problem(400, "bad-search", f"Ask for one {missing[0]}: {served.type} is searched by it only.")
    own = dict(pair for pair in pairs if pair[0] in _OURS)
    return Search(
        asked,
        _count(own.get("_count", str(USUAL_PAGE))),
        _place(own.get("_cursor", ""), len(served.sources)),
        _revinclude(served, [value for name, value in pairs if name == "_revinclude"]),
        ignored,
    )


def answer(served: Served, search: Search, reader: Reader, url: str) -> tuple[Resource, list[Resource]]:
    """Return the searchset and the resources found in it; ``url`` is the address without its query."""
    found, after = _page(served, search, reader)
    link = [{"relation": "self", "url": f"{url}?{search.as_query()}"}]
    if after:
        link.append({"relation": "next", "url": f"{url}?{search.as_query(after)}"})
    base = url.rpartition("/")[0]
    entries: list[dict[str, Any]] = [
        {"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one, "search": {"mode": "match"}}
        for one in found
    ]
    if search.ignored:
        issues = [
            Issue(f"{quoted(name)} is not known here; it was ignored.", "", "not-supported") for name in search.ignored
        ]
        outcome = {"id": "ignored", **operation_outcome(issues, "warning")}
        entries.append(
            {"fullUrl": f"{base}/OperationOutcome/ignored", "resource": outcome, "search": {"mode": "outcome"}}
        )
    return {"resourceType": "Bundle", "type": "searchset", "link": link, "entry": entries}, found


def _page(served: Served, search: Search, reader: Reader) -> tuple[list[Resource], str]:
    """The resources of one page, and where the next begins ("": there is none)."""
    place, after = search.cursor
    found: list[tuple[int, str, Resource]] = []
    for index in range(place, len(served.sources)):
        wanted = search.count + 1 - len(found)
        page = served.sources[index].page(reader, search.asked, after if index == place else "", wanted)
        found += [(index, key, resource) for key, resource in page]
        if len(found) > search.count:
            last = found[search.count - 1]
            return [resource for _, _, resource in found[: search.count]], _as_cursor(last[0], last[1])
    return [resource for _, _, resource in found], ""


def _alternatives(name: str, value: str) -> Sequence[str]:
    values = [one for one in value.split(",") if one]
    if not 1 <= len(values) <= MOST_ALTERNATIVES or "\x00" in value:
        raise bad(name, value, f"from 1 to {MOST_ALTERNATIVES} values")
    return values


def _count(text: str) -> int:
    wanted = whole(text)
    if wanted is None:
        raise bad("_count", text, f"a whole number from 1 to {LARGEST_PAGE}")
    return min(wanted, LARGEST_PAGE)


def _revinclude(served: Served, values: Sequence[str]) -> tuple[str, ...]:
    for value in values:
        if value not in served.revincludes:
            raise bad("_revinclude", value, " or ".join(served.revincludes) or "nothing")
    return tuple(dict.fromkeys(values))


def _as_cursor(index: int, key: str) -> str:
    return base64.urlsafe_b64encode(f"{index}:{key}".encode()).decode().rstrip("=")


def _place(cursor: str, sources: int) -> tuple[int, str]:
    if not cursor:
        return 0, ""
    try:
        plain = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode("ascii")
    except (binascii.Error, ValueError) as error:
        raise bad("_cursor", cursor, "the cursor of a next link") from error
    index, _, key = plain.partition(":")
    if not index.isascii() or not index.isdigit() or int(index) >= sources or not key:
        raise bad("_cursor", cursor, "the cursor of a next link")
    return int(index), key
