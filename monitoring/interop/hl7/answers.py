"""How is an HL7 v2 message acknowledged: in its own version, in the mode it asks for, and saying where and why?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from monitoring.interop.hl7.faults import CODES

VERSIONS = ("2.3", "2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.7.1", "2.8", "2.8.1", "2.8.2")
WITHOUT_KIND = frozenset({"2.3", "2.3.1"})
WITH_OLD_ERR = frozenset({"2.3", "2.3.1", "2.4"})
WITHOUT_TEXT = frozenset({"2.7", "2.7.1", "2.8", "2.8.1", "2.8.2"})
OURS_WHEN_UNKNOWN = "2.5"
# In enhanced mode (MSH-15 asks for it) the same is said with C for commit.
ENHANCED = frozenset({"AL", "ER", "SU"})
MOST_TEXT = 200
ESCAPES = str.maketrans({"\\": "\\E\\", "|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\"})


@dataclass(frozen=True, slots=True)
class Head:
    """What an answer needs of the message it answers; every part "" where the message does not say it."""

    application: str = ""
    facility: str = ""
    to_application: str = ""
    to_facility: str = ""
    trigger: str = ""
    control_id: str = ""
    processing: str = ""
    version: str = ""
    accept: str = ""


def head_of(content: bytes) -> Head:
    """Read the header as far as it can be read, also of a message that is refused."""
    utf16 = content[:2] in {b"\xff\xfe", b"\xfe\xff"}
    text = content[:4000].decode("utf-16" if utf16 else "latin-1", errors="replace").lstrip("\ufeffï»¿ \r\n")
    fields = re.split(r"[\r\n]", text, maxsplit=1)[0].split(text[3:4]) if len(text) > 3 and text[:3] == "MSH" else []
    at = [_clean(fields[index]) if index < len(fields) else "" for index in range(16)]
    trigger = at[8].split("^")
    return Head(
        application=at[2], facility=at[3], to_application=at[4], to_facility=at[5],
        trigger=trigger[1] if len(trigger) > 1 and re.fullmatch(r"[A-Z][0-9A-Z]{2}", trigger[1]) else "",
        control_id=at[9], processing=at[10], version=at[11].split("^")[0], accept=at[14],
    )  # fmt: skip


def acknowledgement(
    head: Head,
    *,
    answer: str,
    faults: Sequence[Mapping[str, str]] = (),
    notes: Sequence[str] = (),
    control_id: str,
    at: datetime,
) -> bytes:
    """Return the ACK: ``answer`` is AA, AE or AR; ``control_id`` is the ACK's own."""
    version = head.version if head.version in VERSIONS else OURS_WHEN_UNKNOWN
    if head.accept.upper() in ENHANCED:
        answer = f"C{answer[1]}"
    said = "; ".join([fault["text"] for fault in faults] or notes)
    text = "" if version in WITHOUT_TEXT else _escaped(said[:80])
    segments = [
        _header(head, version, control_id, at),
        "|".join(("MSA", answer, head.control_id, text)).rstrip("|"),
        *(_error(fault, version) for fault in faults),
    ]
    return ("\r".join(segments) + "\r").encode()


def _header(head: Head, version: str, control_id: str, at: datetime) -> str:
    kind = ["ACK", head.trigger] if head.trigger else ["ACK"]
    if version not in WITHOUT_KIND and head.trigger:
        kind.append("ACK")
    fields = [
        "MSH", "^~\\&", head.to_application or "IL2WARD", head.to_facility, head.application, head.facility,
        f"{at.astimezone(UTC):%Y%m%d%H%M%S}+0000", "", "^".join(kind), control_id,
        head.processing.split("^")[0][:1] or "P", version, "", "", "", "", "", "UNICODE UTF-8",
    ]  # fmt: skip
    return "|".join(fields)


def _error(fault: Mapping[str, str], version: str) -> str:
    """ERR: where, what kind of fault by HL7 table 0357, and a sentence."""
    segment, number, field = fault["segment"], fault["number"], fault["field"]
    code, name = fault["code"], CODES[fault["code"]]
    if version in WITH_OLD_ERR:
        return f"ERR|{segment}^{number}^{field if field != '0' else ''}^{code}&{name}&HL70357"
    location = f"{segment}^{number}" + (f"^{field}" if field != "0" else "")
    return f"ERR||{location}|{code}^{name}^HL70357|E||||{_escaped(fault['text'])}"


def _clean(text: str) -> str:
    """A field echoed: without what would break the line, and not longer than what anybody names so."""
    return "".join(c for c in text if c.isprintable() and c != "|")[:MOST_TEXT].strip()


def _escaped(text: str) -> str:
    """Text as a field may hold it; long text is cut, the page has it whole."""
    plain = "".join(c if c.isprintable() else " " for c in text)[:MOST_TEXT]
    return plain.translate(ESCAPES)
