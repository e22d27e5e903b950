"""Plain text -> blocks, by the shape of its lines.

Text copied from a page keeps each paragraph on a line, its headings as short lines without a
full stop, its lists with dashes and its tables with bars; wrapped text keeps paragraphs apart
by blank lines. Both are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise, zip_longest

from rag.documents.parsed import Parsed, find_date, split_row, stated_date, table_cells, trim
from rag.types import Block, BlockKind, Cell, Span

MAX_HEADING_CHARS = 110
MAX_QUESTION_CHARS = 200

_ITEM = re.compile(r"\s*(?:[-*•‣▪◦·–]|\d{1,2}[.)])\s+")
_RULE = re.compile(r"\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?\s*")
_FAQ = re.compile(r"\s*(?:Q\s*[:.)]|Question\s*:)\s*", re.I)
_REPLY = re.compile(r"\s*(?:A\s*[:.)]|Answer\s*:)\s*", re.I)


def parse_plain(text: str) -> Parsed:
    """Blocks of a plain text; its first heading is its title."""
    lines = list(_lines(text))
    reading = _Reading(text)
    for span, following in zip_longest(lines, lines[1:]):
        reading.line(span, following.of(text) if following else "")
    date = stated_date(text[:1000]) or find_date(reading.title)
    return Parsed(title=reading.title, date=date, blocks=tuple(reading.blocks), text=text)


@dataclass(slots=True)
class _Reading:
    """A text line by line: the blocks so far, and the headings, list or table that are open."""

    text: str
    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)
    lead_in: Span | None = None
    group: int = 0
    previous: BlockKind = BlockKind.PARAGRAPH

    def line(self, span: Span, following: str) -> None:
        line = span.of(self.text)
        if _is_table_line(line):
            self._row(line, span, following)
            return
        self.columns = []
        if mark := _ITEM.match(line):
            self.group += self.previous is not BlockKind.LIST_ITEM
            item = trim(self.text, span.start + mark.end(), span.end)
            self._add(BlockKind.LIST_ITEM, item)
        elif question := _faq_question(line):
            self._head([*self.headings[:1], question])
        elif _is_heading(line, following):
            self._head([line])
            self.title = self.title or line
        else:
            self._paragraph(line, span)

    def _head(self, headings: list[str]) -> None:
        self.headings = headings
        self.lead_in, self.previous = None, BlockKind.PARAGRAPH

    def _row(self, line: str, span: Span, following: str) -> None:
        if _RULE.fullmatch(line):
            return
        row = split_row(line, offset=span.start)
        if _RULE.fullmatch(following):
            self.columns = [s.of(self.text) for s in row]
            self.group += 1
            return
        self.group += self.previous is not BlockKind.TABLE_ROW and not self.columns
        self._add(BlockKind.TABLE_ROW, span, table_cells(self.text, row, self.columns))

    def _paragraph(self, line: str, span: Span) -> None:
        self.group += 1
        reply = _REPLY.match(line)
        span = trim(self.text, span.start + (reply.end() if reply else 0), span.end)
        if span.start < span.end:
            self.lead_in = None
            self._add(BlockKind.PARAGRAPH, span)
            self.lead_in = span

    def _add(self, kind: BlockKind, span: Span, cells: tuple[Cell, ...] = ()) -> None:
        block = Block(kind, span, tuple(self.headings), self.group, self.lead_in, cells)
        self.blocks.append(block)
        self.previous = kind


def _lines(text: str) -> Iterator[Span]:
    """Paragraph-like lines: each line where lines are long, else runs of wrapped lines."""
    raw = [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    spans = [s for s in (trim(text, r.start, r.end) for r in raw) if s.start < s.end]
    if not _is_wrapped(text, spans):
        yield from spans
        return
    current: Span | None = None
    for span in spans:
        line = span.of(text)
        apart = current is None or "\n\n" in text[current.end : span.start].replace(" ", "")
        if not apart and not _ITEM.match(line) and not _is_table_line(line) and current:
            current = Span(current.start, span.end)
            continue
        if current:
            yield current
        current = span
    if current:
        yield current


def _is_wrapped(text: str, spans: list[Span]) -> bool:
    """Whether sentences run on over line ends: many full lines of like width followed by more."""
    widths = [s.end - s.start for s in spans]
    if len(widths) < 4 or max(widths) > 120:
        return False
    running_on = sum(
        "\n\n" not in text[a.end : b.start] and text[b.start].islower() for a, b in pairwise(spans)
    )
    return running_on > len(spans) / 5


def _is_table_line(line: str) -> bool:
    return line.count("|") >= 2 and line.lstrip().startswith("|")


def _faq_question(line: str) -> str | None:
    if mark := _FAQ.match(line):
        return line[mark.end() :].strip()
    is_question = line.rstrip().endswith("?") and len(line) <= MAX_QUESTION_CHARS
    return line.strip() if is_question and line.count(". ") == 0 else None


def _is_heading(line: str, following: str) -> bool:
    short = len(line) <= MAX_HEADING_CHARS and line[-1] not in ".!?:;,…"
    return short and (len(following) > len(line) or _ITEM.match(following) is not None)
