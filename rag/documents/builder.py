"""Text put together from the parts of a file that is not text itself, with blocks whose spans hold.

Formats that have markup or pages (HTML, Word, PDF, sheets) give headings, paragraphs, list items
and tables in reading order; their document's text is what is written here. A table row is written
``| a | b |``, as in Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from rag.documents.parsed import Parsed, find_date, stated_date
from rag.errors import DocumentError
from rag.types import Block, BlockKind, Cell, Span

MAX_TEXT_CHARS = 150_000_000
"""A data set of 50 MB has twice that with the names of its columns in each row."""
MAX_HEADING_CHARS = 300
MAX_COLUMNS = 256
MAX_ROWS_OF_CELLS = 20_000
"""Of a document. The rows of a larger data set are written as "column: value; ..." and are text to
search; kept cell by cell they would take fifty times their size in memory."""

# Layout hints that are no characters of the text: soft hyphen, zero-width space and joiners, byte
# order mark; and control characters.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\x00-\x08\x0e-\x1f\x7f]")
_CONTENTS = re.compile(r"(?:table\s+of\s+)?contents", re.I)
_BLANKS = re.compile(r"[ \t\n\r\f\v]+")


def fold(text: str) -> str:
    """One line of text: white space folded (no-break spaces stay), invisible characters left out."""
    return _BLANKS.sub(" ", _INVISIBLE.sub("", text)).strip()


@dataclass(frozen=True, slots=True)
class Table:
    """A table as its reader sees it: ``header`` rows (merged cells repeated), then ``rows``; a row
    without any cell ends a section."""

    header: Sequence[Sequence[str]]
    rows: Iterable[Sequence[str]]
    caption: str = ""


class Builder:
    """Writes a document's text part by part and keeps where each part lies.

    :raises DocumentError: (any method that writes) the text outgrows ``MAX_TEXT_CHARS``.
    """

    def __init__(self) -> None:
        self.title = ""
        self.page: int | None = None
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._headings: list[tuple[int, str]] = []
        self._group = 0
        self._rows = 0
        self._lead_in: Span | None = None
        self._list_lead_ins: list[Span | None] = []

    @property
    def headings(self) -> tuple[tuple[int, str], ...]:
        """The headings that are open, outermost first, each with its level."""
        return tuple(self._headings)

    @headings.setter
    def headings(self, headings: tuple[tuple[int, str], ...]) -> None:
        self._headings = list(headings)
        self._lead_in = None

    @property
    def under_contents(self) -> bool:
        """Whether what comes next stands under the heading of a table of contents."""
        return bool(self._headings) and _CONTENTS.fullmatch(self._headings[-1][1]) is not None

    def heading(self, level: int, text: str) -> None:
        """A heading; level 1 is the highest. The first one is the title unless one was set."""
        text = fold(text)[:MAX_HEADING_CHARS]
        if not text:
            return
        # However large it is set, no chapter is a part of the table of contents.
        self._headings = [
            h for h in self._headings if h[0] < level and not _CONTENTS.fullmatch(h[1])
        ]
        self._headings.append((level, text))
        self._lead_in = None
        self.title = self.title or text
        self._write(text, apart=True)

    def paragraph(self, text: str) -> None:
        text = fold(text)
        if not text:
            return
        if self._list_lead_ins:
            self.item(text)
            return
        self._group += 1
        span = self._write(text, apart=True)
        self._add(BlockKind.PARAGRAPH, span)
        self._lead_in = span

    def open_list(self) -> None:
        """A list begins; within another one it is introduced by the item that holds it."""
        nested = bool(self._list_lead_ins) and bool(self._blocks)
        self._list_lead_ins.append(self._blocks[-1].span if nested else self._lead_in)
        self._group += len(self._list_lead_ins) == 1

    def close_list(self) -> None:
        self._list_lead_ins.pop()

    @property
    def in_list(self) -> bool:
        return bool(self._list_lead_ins)

    def item(self, text: str) -> None:
        """An item of the open list."""
        text = fold(text)
        if not text:
            return
        first = not self._blocks or self._blocks[-1].group != self._group
        indent = "  " * (len(self._list_lead_ins) - 1)
        span = self._write(f"{indent}- {text}", apart=first)
        span = Span(span.start + len(indent) + 2, span.end)
        self._add(BlockKind.LIST_ITEM, span, lead_in=self._list_lead_ins[-1])

    def table(self, table: Table) -> None:
        """A table: its caption as the paragraph that introduces it, its header, its rows."""
        if table.caption:
            self.paragraph(table.caption)
        columns = column_headings(table.header)
        rows = iter(table.rows)
        first = list(islice(rows, _SAMPLE_ROWS))
        coded = sum(is_value(row[0]) for row in first if row) * 2 > len(first)
        section = ""
        begun = False
        for cells in chain(first, rows):
            if not cells:
                section = ""
            row = [fold(c) for c in cells[:MAX_COLUMNS]]
            if not any(row):
                continue
            if not begun:
                self._group += 1
                if any(columns):
                    self._write(_row(columns), apart=True)
            if is_section(row):
                section = row[0]
            labels = row_headings(row, section="" if is_section(row) else section, coded=coded)
            self._row_block(row, columns, labels, apart=not begun and not any(columns))
            begun = True

    def _row_block(
        self, row: Sequence[str], columns: Sequence[str], labels: Sequence[str], *, apart: bool
    ) -> None:
        lead_in = self._list_lead_ins[-1] if self._list_lead_ins else self._lead_in
        self._rows += 1
        if self._rows > MAX_ROWS_OF_CELLS:
            span = self._write(_described(row, columns), apart=apart)
            self._add(BlockKind.TABLE_ROW, span, lead_in=lead_in)
            return
        span = self._write(_row(row), apart=apart)
        cells = []
        start = span.start + 2
        for i, text in enumerate(row):
            column = columns[i] if i < len(columns) else ""
            cells.append(Cell(Span(start, start + len(text)), column, labels[i]))
            start += len(text) + 3
        self._add(BlockKind.TABLE_ROW, span, lead_in=lead_in, cells=tuple(cells))

    def finish(self, *, date: str | None = None) -> Parsed:
        """What was written; without ``date``, the date that the text states of itself, if any."""
        text = "".join(self._parts)
        body = self._blocks[0].span.start if self._blocks else 0
        # What a table says at the end is of its rows ("Balance as of June 30, 2023").
        ending = (b.span.of(text) for b in self._blocks[-40:] if b.kind is not BlockKind.TABLE_ROW)
        stated = stated_date(text[:body] + text[body : body + 600])
        stated = stated or stated_date("\n".join(ending)[-600:])
        return Parsed(
            title=self.title,
            date=date or stated or find_date(self.title),
            blocks=tuple(self._blocks),
            text=text,
        )

    def _write(self, line: str, *, apart: bool) -> Span:
        if self._parts:
            gap = "\n\n" if apart else "\n"
            self._parts.append(gap)
            self._length += len(gap)
        start = self._length
        self._parts.append(line)
        self._length += len(line)
        if self._length > MAX_TEXT_CHARS:
            raise DocumentError(
                f"more than {MAX_TEXT_CHARS // 1_000_000} million characters of text: split it"
            )
        return Span(start, self._length)

    def _add(
        self,
        kind: BlockKind,
        span: Span,
        *,
        lead_in: Span | None = None,
        cells: tuple[Cell, ...] = (),
    ) -> None:
        headings = tuple(h for _, h in self._headings)
        self._blocks.append(Block(kind, span, headings, self._group, lead_in, cells, self.page))


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _described(row: Sequence[str], columns: Sequence[str]) -> str:
    """A row that is understood alone: "column: value; column: value"."""
    named = [*columns, *[""] * (len(row) - len(columns))]
    return "; ".join(f"{n}: {c}" if n else c for n, c in zip(named, row, strict=False) if c)


# --- what a table's rows are ----------------------------------------------------------

_NUMBER = re.compile(
    r"[\s(~≈<>+\-−–]*(?:[A-Z]{0,3}\s?[$€£¥₹]\s?)?[\d.,\s]*\d[\d.,\s]*"
    r"(?:[%‰)kKmMbB]|\s?(?:million|billion|thousand|years?|hours?|per\s.+))*[\s)*†‡]*"
)
_YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d(?:\s?[-–/]\s?(?:19|20)?\d\d)?\s?[A-Z]?[*†]?")


_DAY = re.compile(
    r"(?:(?:19|20)\d\d-\d\d-\d\d|\d{1,2}[/.]\d{1,2}[/.](?:\d\d){1,2})(?:[T ]\d{1,2}:\d\d(?::\d\d)?)?"
)
_SAMPLE_ROWS = 100


def is_value(text: str) -> bool:
    """Whether a cell holds a figure; a year heads a column more often than it fills one."""
    return len(text) <= 60 and _NUMBER.fullmatch(text) is not None and _YEAR.fullmatch(text) is None


def is_section(row: Sequence[str]) -> bool:
    """Whether a row of a table only names the rows below it: one text, at its beginning."""
    return len(row) > 1 and bool(row[0]) and not any(row[1:]) and not is_value(row[0])


def header_rows(rows: Sequence[Sequence[str]], *, most: int = 4) -> int:
    """How many rows at the top of a table without marked headings are its head.

    Rows of names above rows of figures are; where nothing but names is in the table, the first
    row is, if it fills all columns with names that differ. A row of two cells whose right one is
    of a kind with those below it is no head.
    """
    if len(rows) < 2:
        return 0
    filled = [[c for c in row if c] for row in rows]
    figures = [any(is_value(c) for c in row) for row in filled]
    if figures[0]:
        return 0
    if any(figures):
        first = figures.index(True)
        count = min(first, most)
        # A row that names the rows below it belongs to them.
        while count and is_section(rows[count - 1]):
            count -= 1
        wide = any(len([c for c in row if c]) >= 2 for row in rows[:count])
        return count if wide else 0
    width = max(len(row) for row in rows)
    first_row = filled[0]
    short = all(len(c) <= 40 for c in first_row)
    longer = sum(map(len, first_row)) * (len(rows) - 1) < sum(len(c) for r in filled[1:] for c in r)
    names = len(set(first_row)) == len(first_row) == width
    return 1 if names and short and longer and len(rows) > 2 and width > 1 else 0


def column_headings(header: Sequence[Sequence[str]]) -> list[str]:
    """One heading a column; those of several rows are joined, each said once."""
    width = min(max((len(row) for row in header), default=0), MAX_COLUMNS)
    columns = []
    for i in range(width):
        parts = dict.fromkeys(fold(row[i]) for row in header if i < len(row))
        columns.append(", ".join(p.rstrip(" ,:;") for p in parts if p))
    return columns


def row_headings(row: Sequence[str], *, section: str = "", coded: bool = False) -> list[str]:
    """What each cell's row is about: its first name, and the section of the table above it.

    The name is in the first cell, or in the second after a number or a day; the cells up to it have
    the section alone.

    :param coded: the first column holds numbers, so that "1903" there is no year.
    """
    names = [i for i, cell in enumerate(row[:2]) if cell and not is_value(cell)]
    if len(names) > 1 and (coded or _DAY.fullmatch(row[0])):
        names = names[1:]
    named = names[0] if names else None
    if len(row) < 2 or named is None:
        return [section] * len(row)
    label = " > ".join(p for p in (section, row[named]) if p)
    return [section if i <= named else label for i in range(len(row))]
