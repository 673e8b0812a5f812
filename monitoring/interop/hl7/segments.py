"""What does an HL7 v2 message say, segment by segment, field by field, its escapes undone?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import hl7

from monitoring.interop.hl7.faults import Where, rejected

MSH = Where("MSH")
_SEGMENT = re.compile(r"[A-Z][A-Z0-9]{2}(?![A-Z0-9])", re.ASCII)
_ESCAPE = re.compile(r"\\([FSTREHN]|X(?:[0-9A-Fa-f]{2})+|\.(?:br|sp|ce|fi|nf|in|ti|sk)\+?[0-9]{0,3})\\")
_DELIMITERS = re.compile(r"[^\w\s.+\-\"'<>=]", re.ASCII)
CHARSETS = {
    "": "", "ASCII": "", "UNICODE UTF-8": "utf-8", "UNICODE": "utf-8", "UTF-8": "utf-8", "UNICODE UTF-16": "utf-16",
    "8859/1": "latin-1", "8859/2": "iso8859-2", "8859/3": "iso8859-3", "8859/4": "iso8859-4", "8859/5": "iso8859-5",
    "8859/6": "iso8859-6", "8859/7": "iso8859-7", "8859/8": "iso8859-8", "8859/9": "iso8859-9",
    "8859/15": "iso8859-15", "GB 18030-2000": "gb18030", "BIG-5": "big5", "KS X 1001": "euc_kr",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The five characters that MSH-1 and MSH-2 name."""

    field: str
    component: str
    repetition: str
    escape: str
    sub: str

    def unescape(self, text: str) -> str:
        """Undo the escapes that have one meaning; whatever else stands behind the escape character stays as it is."""
        if self.escape not in text:
            return text
        named = {"F": self.field, "S": self.component, "T": self.sub, "R": self.repetition, "E": self.escape}

        def undone(found: re.Match[str]) -> str:
            word = found.group(1)
            if word.startswith("X"):
                return bytes.fromhex(word[1:]).decode("latin-1").replace("\x00", "")
            return " " if word.startswith(".") else named.get(word, "")

        pattern = _ESCAPE if self.escape == "\\" else re.compile(
            _ESCAPE.pattern.replace(r"\\(", f"{re.escape(self.escape)}(").replace(r")\\", f"){re.escape(self.escape)}")
        )  # fmt: skip
        return pattern.sub(undone, text)


class Segment:
    """One segment; fields, repetitions, components and subcomponents are counted as HL7 counts them, from 1."""

    def __init__(self, parsed: Any, number: int, delimiters: Delimiters) -> None:
        self._parsed, self.number, self._delimiters = parsed, number, delimiters
        self.name = _text(parsed[0])

    def at(self, field: int) -> Where:
        """Return where a field stands, for a fault."""
        return Where(self.name, self.number, field)

    def repetitions(self, field: int) -> int:
        """Return how often the field is there; 0 when it is absent or empty."""
        node = _child(self._parsed, field)
        if isinstance(node, str) or not str(node):
            return 1 if str(node) else 0
        return len(node)

    def text(self, field: int, component: int = 1, sub: int = 1, *, rep: int = 1) -> str:
        """Return one value, unescaped and without surrounding space; "" when it is absent or an explicit null."""
        node: Any = _child(self._parsed, field)
        for index in (rep - 1, component - 1, sub - 1):
            node = _child(node, index)
        said = self._delimiters.unescape(_text(node)).strip()
        return "" if said == '""' else said

    def whole(self, field: int, *, rep: int = 1) -> str:
        """Return one repetition with its component separators in it, unescaped."""
        return self._delimiters.unescape(str(_child(_child(self._parsed, field), rep - 1))).strip()


@dataclass(frozen=True, slots=True)
class Message:
    """A parsed message: its header, all of its segments in order, its text with equal line ends, one for each, and
    its delimiters."""

    header: Segment
    segments: tuple[Segment, ...]
    text: str
    delimiters: Delimiters

    def named(self, name: str) -> Iterator[Segment]:
        """Yield the segments of that name."""
        return (segment for segment in self.segments if segment.name == name)

    def first(self, name: str) -> Segment | None:
        """Return the first segment of that name, or None."""
        return next(self.named(name), None)

    @property
    def event(self) -> str:
        """Type and trigger, such as ``ORU^R01``."""
        return f"{self.header.text(9)}^{self.header.text(9, 2)}"


def parse(content: bytes) -> Message:
    """Return the message that ``content`` is; raises Rejected when it is none."""
    lines = _lines(decoded(content))
    delimiters = _delimiters(lines)
    text = "\r".join(lines)
    message = hl7.parse(text)
    counted: dict[str, int] = {}
    segments = []
    for parsed in message:
        name = _text(parsed[0])
        counted[name] = counted.get(name, 0) + 1
        segments.append(Segment(parsed, counted[name], delimiters))
    return Message(segments[0], tuple(segments), text, delimiters)


def decoded(content: bytes) -> str:
    """Return the text in the character set that it begins with or that MSH-18 names; raises Rejected.

    Nothing named, or ASCII with other bytes in it, is read as UTF-8 and failing that as Latin-1: a misread name
    matches nobody, and numbers are the same in both.
    """
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return _decode(content, "utf-16")
    content = content.removeprefix(b"\xef\xbb\xbf")
    named = _named_charset(content)
    if named:
        return _decode(content, named)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(content, "latin-1")
    return _decode(content, "utf-8")


def _named_charset(content: bytes) -> str:
    header = re.split(rb"[\r\n]", content.lstrip(), maxsplit=1)[0].decode("latin-1")
    fields = header.split(header[3:4]) if len(header) > 3 else []
    word = fields[17].split("~")[0].strip() if len(fields) > 17 else ""
    if word.upper() not in CHARSETS:
        raise rejected(f"The character set {word[:40]!r} is not known here.", Where("MSH", 1, 18), "103")
    return CHARSETS[word.upper()]


def _decode(content: bytes, charset: str) -> str:
    try:
        text = content.decode(charset).removeprefix("\ufeff")
    except UnicodeDecodeError as wrong:
        raise rejected(f"The text is not {charset}.", Where("MSH", 1, 18), "102") from wrong
    if "\x00" in text:
        raise rejected("There is a NUL character in the text.", MSH, "102")
    return text


def _lines(text: str) -> list[str]:
    """Return the segments' lines; a line that begins no segment goes on the one before it."""
    lines: list[str] = []
    for line in re.split(r"[\r\n]+", text):
        if not line.strip():
            continue
        if _SEGMENT.match(line) or not lines:
            lines.append(line.lstrip() if not lines else line)
        else:
            lines[-1] = f"{lines[-1]} {line}"
    if sum(line.startswith("MSH") for line in lines) > 1:
        raise rejected("One frame holds one message, and here are several.", MSH, "100")
    return lines


def _delimiters(lines: list[str]) -> Delimiters:
    """Return the delimiters; MSH-2 with its escape character doubled, as some senders write it, is put right."""
    if not lines or not lines[0].startswith("MSH") or len(lines[0]) < 8:
        raise rejected("This is not HL7 v2: a message begins with MSH.", MSH, "100")
    field = lines[0][3]
    named = lines[0][4:].split(field, 1)[0]
    single = named[:3] + named[4:] if named[2:4] == "\\\\" else named
    if single != named:
        lines[0] = f"MSH{field}{single}{lines[0][4 + len(named) :]}"
    used = field + single[:4]
    if len(used) < 5 or len(set(used)) < 5 or len(single) > 5 or not all(_DELIMITERS.fullmatch(one) for one in used):
        raise rejected("MSH-1 and MSH-2 do not name five different delimiters.", Where("MSH", 1, 2), "102")
    return Delimiters(field, single[0], single[1], single[2], single[3])


def _child(node: Any, index: int) -> Any:
    """Return a part of a node; a text is its own first part, and what is not there is ""."""
    if isinstance(node, str):
        return node if index == 0 else ""
    return node[index] if 0 <= index < len(node) else ""


def _text(node: Any) -> str:
    """Return the first value in a node."""
    while not isinstance(node, str):
        node = node[0] if len(node) else ""
    return node
