"""Plain text -> blocks, by the shape of its lines.

Text copied from a page keeps each paragraph on a line, its headings as short lines without a
full stop, its lists with dashes and its tables with bars; wrapped text keeps paragraphs apart
by blank lines. Both are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from rag.documents.parsed import Parsed, find_date, split_row, stated_date, table_cells, trim
from rag.types import Block, BlockKind, Span

MAX_HEADING_CHARS = 110
MAX_QUESTION_CHARS = 200

_ITEM = re.compile(r"\s*(?:[-*•‣▪◦·–]|\d{1,2}[.)])\s+")
_RULE = re.compile(r"\s*\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?\s*")
_FAQ = re.compile(r"\s*(?:Q\s*[:.)]|Question\s*:)\s*", re.I)
_REPLY = re.compile(r"\s*(?:A\s*[:.)]|Answer\s*:)\s*", re.I)


def parse_plain(text: str) -> Parsed:
    """Blocks of a plain text; its first heading is its title."""
    blocks: list[Block] = []
    headings: list[str] = []
    lines = list(_lines(text))
    title = ""
    lead_in: Span | None = None
    columns: list[str] = []
    group = 0
    previous = BlockKind.PARAGRAPH
    for index, span in enumerate(lines):
        line = span.of(text)
        if not _is_table_line(line):
            columns = []
        following = lines[index + 1].of(text) if index + 1 < len(lines) else ""
        if _is_table_line(line):
            if _RULE.fullmatch(line):
                continue
            row = split_row(line, offset=span.start)
            if _RULE.fullmatch(following):
                columns = [s.of(text) for s in row]
                group += 1
                continue
            cells = table_cells(text, row, columns)
            group += previous is not BlockKind.TABLE_ROW and not columns
            blocks.append(Block(BlockKind.TABLE_ROW, span, tuple(headings), group, lead_in, cells))
            previous = BlockKind.TABLE_ROW
        elif mark := _ITEM.match(line):
            group += previous is not BlockKind.LIST_ITEM
            item = trim(text, span.start + mark.end(), span.end)
            blocks.append(Block(BlockKind.LIST_ITEM, item, tuple(headings), group, lead_in))
            previous = BlockKind.LIST_ITEM
        elif question := _faq_question(line):
            headings = [*headings[:1], question]
            lead_in, previous = None, BlockKind.PARAGRAPH
        elif _is_heading(line, following):
            headings = [line]
            title = title or line
            lead_in, previous = None, BlockKind.PARAGRAPH
        else:
            group += 1
            reply = _REPLY.match(line)
            span = trim(text, span.start + (reply.end() if reply else 0), span.end)
            if span.start < span.end:
                blocks.append(Block(BlockKind.PARAGRAPH, span, tuple(headings), group))
                lead_in, previous = span, BlockKind.PARAGRAPH
    opening = text[:1000]
    date = stated_date(opening) or find_date(title)
    return Parsed(title=title, date=date, blocks=tuple(blocks), text=text)


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
