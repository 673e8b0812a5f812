"""Which results does an ORU message report, of whom, and observed when?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from monitoring.domain.identity import Claim
from monitoring.domain.observable import Category
from monitoring.interop.hl7.codes import MDC, Named, named_by
from monitoring.interop.hl7.faults import Quarantined, Where
from monitoring.interop.hl7.persons import claim_of
from monitoring.interop.hl7.segments import Delimiters, Message, Segment
from monitoring.interop.hl7.times import Instant, NoInstant, instant_of
from monitoring.interop.hl7.values import Sent, range_of, unit_of, value_of
from monitoring.selectors.raw import released_observables
from monitoring.selectors.senders import FUTURE
from monitoring.services.hl7_results import Result
from monitoring.services.observations import NewObservation

# HL7 table 0085. What nobody has verified can only worsen a verdict.
STATUS = {
    "F": "final", "V": "final", "U": "final", "C": "corrected", "A": "amended", "B": "amended",
    "P": "preliminary", "R": "preliminary", "S": "preliminary", "I": "preliminary", "": "preliminary",
    "X": "cancelled", "D": "entered-in-error", "W": "entered-in-error",
}  # fmt: skip
NOTHING_FOUND = frozenset({"N", "O"})
CORRECTING = frozenset({"C", "A", "B", "D", "W", "X", "U"})
MOST_RESULTS = 2000
# What stands before the next person's PID, and takes it in when the line end between them is lost. Others (a visit in
# PV1, an accession in SPM) may bear such numbers rightly.
SWALLOWING = frozenset({"OBR", "OBX", "NTE"})
RECORD_NUMBER = frozenset({"MR", "MRN", "PI"})


@dataclass(frozen=True, slots=True)
class Reading:
    """Under which circumstances a message is read: whose words, which zone, who vouches, when it came."""

    codes: Mapping[tuple[str, str], str]
    units: Mapping[tuple[str, str], str]
    zone: ZoneInfo
    origin: str
    at: datetime


@dataclass(slots=True)
class Block:
    """The results under one OBR (None: results without an order) and its specimen."""

    obr: Segment | None
    rows: list[Segment] = field(default_factory=list)
    specimen: Segment | None = None


@dataclass(slots=True)
class Reported:
    """What a message reports of one person."""

    pid: Segment
    claim: Claim
    blocks: list[Block]


def reported(message: Message) -> list[Reported]:
    """Return what the message reports, person by person; raises Quarantined for results of nobody."""
    people: list[Reported] = []
    for segment, line in zip(message.segments, message.text.split("\r"), strict=True):
        if segment.name == "PID":
            people.append(Reported(segment, claim_of(segment), [Block(None)]))
        elif segment.name in {"OBR", "OBX", "SPM"} and not people:
            raise Quarantined("Results come before anybody is named.", Where("PID"), "101", "structure")
        elif people:
            _require_one_person(segment, line, people[-1].claim, message.delimiters)
            _put(people[-1].blocks, segment)
    if not people:
        raise Quarantined("Nobody is named.", Where("PID"), "101", "structure")
    if sum(len(block.rows) for one in people for block in one.blocks) > MOST_RESULTS:
        raise Quarantined(f"More than {MOST_RESULTS} results in one message.", Where("OBX"), "207", "structure")
    return people


def _require_one_person(segment: Segment, line: str, claim: Claim, marks: Delimiters) -> None:
    """Raise Quarantined for another patient's record number in a result: where a line end was lost, what follows is
    not of the person who was named before."""
    if segment.name not in SWALLOWING:
        return
    for number, text in enumerate(line.split(marks.field)):
        for one in text.split(marks.repetition):
            said = [part.strip() for part in one.split(marks.component)]
            if (
                len(said) > 4
                and said[4] in RECORD_NUMBER
                and not any(said[1:3])
                and said[0] not in ("", *claim.numbers)
            ):
                raise Quarantined(
                    "It bears the record number of another patient; a line end may be lost.", segment.at(number), "100",
                    "structure",
                )  # fmt: skip


def _put(blocks: list[Block], segment: Segment) -> None:
    if segment.name == "OBR":
        blocks.append(Block(segment))
    elif segment.name == "OBX":
        blocks[-1].rows.append(segment)
    elif segment.name == "SPM" and blocks[-1].specimen is None:
        blocks[-1].specimen = segment


def results_of(one: Reported, message: Message, reading: Reading) -> tuple[list[Result], list[str]]:
    """Return the results of one person with what the sender should know; raises Quarantined, naming the field."""
    notes: dict[str, None] = {}
    sent_at = _sent_at(message, reading)
    seen: dict[str, int] = {}
    results = []
    for block in one.blocks:
        for obx in block.rows:
            if (said := _status(obx, block)) is None:
                continue
            results.append(_result(obx, block, said, sent_at, seen, notes, reading))
    return results, list(notes)


def _status(obx: Segment, block: Block) -> str | None:
    """Return the status letter; None when the row only describes a device or an order and found nothing."""
    letter = obx.text(11).upper() or (block.obr.text(25).upper() if block.obr and not obx.text(11) else "")
    if letter in NOTHING_FOUND or (letter in {"X", ""} and not obx.text(5) and not obx.text(2)):
        return None
    if letter not in STATUS:
        raise Quarantined(f"{letter[:10]!r} is no status of a result.", obx.at(11), "103", "bad_status")
    return letter


def _result(
    obx: Segment, block: Block, letter: str, sent_at: datetime, seen: dict[str, int], notes: dict[str, None],
    reading: Reading,
) -> Result:  # fmt: skip
    named, sent, unit = named_by(obx, reading.codes), value_of(obx), unit_of(obx)
    start, end = _observed(obx, block, named, reading)
    reasons = []
    if end.assumed:
        reasons.append(f"time without a zone, read as {reading.zone.key}")
        notes[f"times without a zone were read as {reading.zone.key}"] = None
    if meant := reading.units.get((named.observable, unit)):
        reasons.append(f"unit {unit} read as {meant}")
        unit = meant
    # A monitor's own terms: nobody has looked at the value, which its origin says; "R" says the same again.
    by_device = named.system.upper() in MDC
    low, high = range_of(obx)
    item = NewObservation(
        observable=named.observable, sent_code=named.code, sent_system=named.system, observed_at=end.at,
        interval_start=start, value=sent.value, comparator=sent.comparator, code=sent.code, unit=unit,
        range_low=low, range_high=high, status="final" if by_device and letter == "R" else STATUS[letter],
        origin="device" if by_device else reading.origin, reason="; ".join(reasons)[:200],
        unusable=_unusable(sent, letter),
    )  # fmt: skip
    return Result(
        item=item, name=_name(obx, block, named, seen), sent_at=sent_at, corrects=letter in CORRECTING,
        pending=letter == "I" and not item.value, confirms=letter == "U" and not item.value and not item.code,
    )  # fmt: skip


def _unusable(sent: Sent, letter: str) -> str:
    return "no result yet" if letter == "I" else sent.unusable


def _name(obx: Segment, block: Block, named: Named, seen: dict[str, int]) -> str:
    """Return the sender's name for the result: order, code and sub-id; the second of the same name is another."""
    order = ""
    if block.obr is not None:
        order = f"{block.obr.text(3)}^{block.obr.text(3, 2)}" if block.obr.text(3) else f"2:{block.obr.text(2)}"
    parts = [order, named.system, named.code, obx.whole(4)]
    name = hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else hashlib.sha256(f"{name}#{seen[name]}".encode()).hexdigest()


def _observed(obx: Segment, block: Block, named: Named, reading: Reading) -> tuple[datetime | None, Instant]:
    """Return the start of what was observed over a time (None for a moment), and when it was observed."""
    start = None
    known = released_observables().get(named.observable)
    over_time = known is not None and known.category is Category.INTAKE_OUTPUT
    for segment, number in _places(obx, block, over_time=over_time):
        text = segment.text(number)
        if not text:
            continue
        end = _instant(segment, number, reading)
        if end.at > reading.at + FUTURE:
            raise Quarantined("The time lies ahead of ours.", segment.at(number), "102", "future_time")
        if over_time and block.obr is not None and (segment, number) != (block.obr, 7) and block.obr.text(7):
            begun = _instant(block.obr, 7, reading).at
            start = begun if begun < end.at else None
        return start, end
    raise Quarantined("The time of the observation is missing.", obx.at(14), "101", "bad_time")


def _places(obx: Segment, block: Block, *, over_time: bool) -> Iterator[tuple[Segment, int]]:
    """Where the time of observation may stand, the nearest to the value first; the message's own time is none."""
    yield obx, 14
    if block.obr is not None:
        if over_time:
            yield block.obr, 8
        yield block.obr, 7
    if block.specimen is not None:
        yield block.specimen, 17


def _instant(segment: Segment, number: int, reading: Reading) -> Instant:
    try:
        return instant_of(segment.text(number), reading.zone)
    except NoInstant as wrong:
        raise Quarantined(f"Time: {wrong}.", segment.at(number), "102", "bad_time") from wrong


def _sent_at(message: Message, reading: Reading) -> datetime:
    """When the message was sent, which orders versions of one result; a sender's clock ahead of ours counts as now."""
    try:
        return min(instant_of(message.header.text(7), reading.zone).at, reading.at)
    except NoInstant:
        return reading.at
