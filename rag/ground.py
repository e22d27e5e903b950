"""The guard: no number in an answer that a cited passage does not hold or a working compute."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from rag.salary.money import find_mentions, parse_number
from rag.sentences import normalise
from rag.types import Citation

_MARKER = re.compile(r"\[(\d{1,3})\]")
_SCALED = re.compile(r"\d\s?(?:m|mn|million|bn|billion|b)\b", re.I)
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.]*(?:\s?k\b)?", re.I)


def unsourced_numbers(
    text: str, *, quotes: Iterable[str], allowed: Iterable[float] = ()
) -> list[str]:
    """The numbers of a text that none of the quotes holds and that are not allowed otherwise.

    :param quotes: what the text cites, verbatim.
    :param allowed: numbers of the question, of dates and of shown workings.
    """
    known = set(allowed)
    for quote in quotes:
        known |= set(numbers(quote))
    said = _MARKER.sub(" ", text)
    scaled = [m for m in find_mentions(said) if _SCALED.search(said[m.start : m.end])]
    return [raw for raw, value in _values(said) if value not in known] + [
        said[m.start : m.end] for m in scaled if {m.low, m.high} - {None} - known
    ]


def numbers(text: str) -> list[float]:
    """Every number in a text, as written and as money ("$150k" is 150 and 150,000)."""
    values = [value for _, value in _values(text)]
    for mention in find_mentions(text):
        values += [v for v in (mention.low, mention.high) if v is not None]
    return values


def _values(text: str) -> list[tuple[str, float]]:
    found = []
    for match in _NUMBER.finditer(normalise(text)):
        raw = match[0].rstrip(",.")
        thousands = raw.lower().endswith("k")
        value = parse_number(raw.rstrip("kK ").rstrip(",."))
        # What cannot be read as a number is sourced by nothing.
        found.append((raw, float("nan") if value is None else value * 1000 if thousands else value))
    return found


def cited_quotes(text: str, citations: Sequence[Citation]) -> list[str]:
    """The quotes of the markers in a text."""
    markers = {int(m) for m in _MARKER.findall(text)}
    return [c.quote for c in citations if c.marker in markers]


def guard(
    paragraphs: Sequence[str],
    *,
    citations: Sequence[Citation],
    workings: Sequence[str],
    allowed: Iterable[float],
) -> tuple[list[str], int]:
    """The paragraphs without the lines that state an unsourced number, and how many went.

    Lines are list items and table rows; a table's head goes with its last row.
    """
    allowed = set(allowed)
    every_quote = [c.quote for c in citations]
    kept: list[str] = []
    removed = 0
    for paragraph in paragraphs:
        if paragraph in workings:
            kept.append(paragraph)
            continue
        lines = []
        for line in paragraph.split("\n"):
            quotes = cited_quotes(line, citations) or every_quote
            if unsourced_numbers(line, quotes=quotes, allowed=allowed):
                removed += 1
            else:
                lines.append(line)
        rows = [line for line in lines if not re.fullmatch(r"\|[-|: ]+\|", line)]
        if rows and not (paragraph.startswith("| ") and len(rows) < 2):
            kept.append("\n".join(lines))
    return kept, removed
