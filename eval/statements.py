"""An answer -> its statements, each with the markers that it carries.

A statement is a sentence, a list item's sentence or a table row under its headings. Not counted:
questions, lead-ins that end in a colon, headings (lines wholly in bold too), notes set wholly in
italics (what the program took from the user's words), and sentences without a marker that are
about the documents rather than from them ("The source gives no date.") or about what the program
can do ("Tell me a rate and I'll work it out."). That sources differ is a statement about them too,
whatever it cites: no quote holds it.

>>> [(s.text, s.markers) for s in statements("Seniors earn **$200k** [1]. Juniors less [2][3].")]
[('Seniors earn $200k.', (1,)), ('Juniors less.', (2, 3))]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from eval.text import MARKER_NUMBER, plain

_SENTENCE_END = re.compile(
    r"(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bvs\.)(?<!\bapprox\.)(?<=[.!?])(?:\*\*)?"
    r"((?: ?\[\d+(?:\s*,\s*\d+)*\])*)\s+(?=[*_“\"(]*[A-Z0-9$€£])"
)
_SEPARATOR_ROW = re.compile(r"\|?[\s:|-]+\|?")
_NOTE = re.compile(r"([*_])(?!\1)[^*_].*\1")
_HEADING = re.compile(r"#.*|(\*\*|__)[^*_]+\1")
_ABOUT_SOURCES = re.compile(
    r"(?:no|(?:the|these|those|your|one|two|different)\b.{0,40}?)\s*\b(?:sources?|documents?|figures?)\b.*"
    r"\b(?:no|not|nothing|\w+n['’]t|differ|disagree|contradicts?|undated|gives?)\b"
    r"|they\s+(?:do\s+not|don['’]t)\s+say\b|\W*(?:and\s+)?do(?:es)?\s+(?:not|n['’]t)\s+say\b",
    re.IGNORECASE,
)
_OF_SOURCES_ALONE = re.compile(
    r"the\s+sources?\s+(?:disagree|differ|contradicts?)\b\D*|\W*(?:and\s+)?do(?:es)?\s+(?:not|n['’]t)\s+say\b.*",
    re.IGNORECASE,
)
_ABOUT_ITSELF = re.compile(r"\bI(?:['’](?:ll|ve|m)|\s+(?:can|could|will|don['’]t|took|need))\b")
_LIST_MARK = re.compile(r"^(?:[-*+]|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Statement:
    """``text`` is plain, without its markers; ``markers`` in their order, each once."""

    text: str
    markers: tuple[int, ...]


def statements(markdown: str) -> tuple[Statement, ...]:
    """What an answer states, in order."""
    found = []
    for raw in _units(markdown):
        text = re.sub(r"\s+([.,;:!?])", r"\1", plain(raw)).strip()
        markers = _markers(raw)
        if _OF_SOURCES_ALONE.fullmatch(text):
            continue  # which the conflicts measure
        if not markers and (_ABOUT_SOURCES.match(text) or _ABOUT_ITSELF.search(text)):
            continue
        if re.search(r"\w", text) and not text.endswith((":", "?")):
            found.append(Statement(text, markers))
    return tuple(found)


def _units(markdown: str) -> Iterator[str]:
    headings: list[str] = []
    for line in markdown.splitlines():
        line = line.strip()
        if not line.startswith("|"):
            headings = []
        item = _LIST_MARK.sub("", line, count=1)
        if not item or _HEADING.fullmatch(item) or _NOTE.fullmatch(item):
            continue
        if line.startswith("|"):
            if _SEPARATOR_ROW.fullmatch(line):
                continue
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if headings:
                pairs = zip(headings, cells, strict=False)
                yield "; ".join(f"{h}: {cell}" if h else cell for h, cell in pairs if cell)
            else:
                headings = [plain(cell) for cell in cells]
            continue
        yield from _sentences(item)


def _sentences(line: str) -> Iterator[str]:
    """Markers after a full stop belong to the sentence before it."""
    start = 0
    for match in _SENTENCE_END.finditer(line):
        yield line[start : match.end(1)]
        start = match.end()
    yield line[start:]


def _markers(text: str) -> tuple[int, ...]:
    numbers = (int(n) for group in MARKER_NUMBER.findall(text) for n in group.split(","))
    return tuple(dict.fromkeys(numbers))
