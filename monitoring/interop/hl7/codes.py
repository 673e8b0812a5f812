"""Which observable does OBX-3 name?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from monitoring.interop.hl7.segments import Segment
from monitoring.rules.mdc_file import load_mdc
from monitoring.selectors import codes

MDC = frozenset({"MDC", "ISO11073", "11073"})
LONGEST = 120
# The coded triplets of a CE or CWE: identifier, text, system, and the same again.
TRIPLETS = (1, 4)


@dataclass(frozen=True, slots=True)
class Named:
    """What OBX-3 names: our observable ("" unknown) and the code and system as they were sent."""

    observable: str
    code: str
    system: str


def named_by(obx: Segment, own: Mapping[tuple[str, str], str]) -> Named:
    """Return what the segment's code stands for; ``own`` are the sender's words that a person gave a meaning.

    Two codings that stand for different things stand for nothing.
    """
    sent = [(obx.text(3, first), obx.text(3, first + 1), obx.text(3, first + 2)) for first in TRIPLETS]
    sent = [one for one in sent if any(one[:2])]
    if not sent:
        return Named("", "none", "none")
    code, system = _shown(*sent[0])
    meant = {_standard(*one) for one in sent} - {""}
    if not meant and (word := own.get((system, code))):
        meant = {word}
    return Named(meant.pop() if len(meant) == 1 else "", code, system)


def _standard(code: str, text: str, system: str) -> str:
    if system.upper() in MDC:
        name = next((part for part in (code, text) if part.startswith("MDC_")), "")
        return load_mdc().observable(name, code if code.isdigit() else "")
    return codes.observable_coded(system, code)


def _shown(code: str, text: str, system: str) -> tuple[str, str]:
    """The word and system a person is shown and gives a meaning to: of an MDC term its name."""
    if system.upper() in MDC and text.startswith("MDC_"):
        code = text
    word, where = (code, system or "local") if code else (text, "text")
    return _short(word), _short(where)


def _short(word: str) -> str:
    return word if len(word) <= LONGEST else f"{word[: LONGEST - 1]}…"
