"""Lines of pages -> headings, paragraphs, lists and tables, in reading order.

Lengths are in points; y grows upwards.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise

from rag.documents.aligned import with_aligned_tables
from rag.documents.builder import Builder, Table, fold, header_rows, is_value
from rag.documents.columns import columns_of_prose
from rag.documents.lines import BULLET, Line, Page
from rag.documents.rows import OPEN_END

MAX_HEADING_CHARS = 160
MAX_HEADING_LINES = 3
EDGE = 0.12
"""Share of a page's height in which running heads and feet stand."""
MIN_BOXES = 3
"""Side by side, to be taken for a chart's."""
MIN_CONTENTS = 8
"""Names with pages that make a table of contents without a heading."""
PROSE_WORDS = 6
"""A line of so many words in one piece is of running text."""

_LEADERS = re.compile(r"(?:\.\s?){6,}|(?:…\s?){3,}|_{6,}")
_COMPANY = re.compile(r"\b(?:Inc|Corp|Co|Ltd|Cos|Bros)\.$", re.I)
"""A full stop at the end of a company's name."""
_ENDS = (".", "!", "?", ":", ";", ".”", '."', ".)", "?”")


@dataclass(frozen=True, slots=True)
class _Style:
    """What is usual in the document."""

    body_size: float
    heading_levels: dict[tuple[float, bool], int]
    words: frozenset[str]


def write_pages(pages: Sequence[Page], builder: Builder) -> None:
    """Write the pages' text; sets ``builder.page``, and a title where it has none."""
    body = _body_size(pages)
    kept = _without_furniture(pages)
    # Columns of prose first: their lines, side by side, look like rows.
    stretches = [
        [with_aligned_tables(stretch) for stretch in columns_of_prose(lines, page.width)]
        for page, lines in zip(pages, kept, strict=True)
    ]
    pages = [
        replace(page, lines=tuple(chain.from_iterable(parts)))
        for page, parts in zip(pages, stretches, strict=True)
    ]
    style = _style(pages, body)
    if not builder.title:
        builder.title = _largest(pages, style)
    writer = _Writer(builder, style, len(pages))
    for page, parts in zip(pages, stretches, strict=True):
        writer.page(page, parts)
    writer.end()


# --- what is usual --------------------------------------------------------------------


_PAGE_NUMBER = re.compile(r"\W*(?:page\s*)?[\divxlc]{1,5}(?:\s*(?:of|/)\s*\d+)?\W*", re.I)


def _without_furniture(pages: Sequence[Page]) -> list[tuple[Line, ...]]:
    """The pages' lines without running heads and feet, page numbers and dotted tables of contents."""
    seen: Counter[str] = Counter()
    edges = [{i for i, line in enumerate(p.lines) if _at_edge(line, p) and not _opens_table(p, i)} for p in pages]  # fmt: skip
    for page, edge in zip(pages, edges, strict=True):
        seen.update({_shape(page.lines[i]) for i in edge})
    often = max(3, len(pages) * 0.2)
    kept = []
    for page, edge in zip(pages, edges, strict=True):
        lines = []
        for i, line in enumerate(page.lines):
            number = _PAGE_NUMBER.fullmatch(line.text)
            times = seen[_shape(line)]
            running = times >= often or (2 <= times == len(pages) and _stands_apart(page, i))
            furniture = i in edge and (number or running)
            if not (furniture or _LEADERS.search(line.text)):
                lines.append(line)
        kept.append(tuple(lines))
    return kept


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _stands_apart(page: Page, i: int) -> bool:
    lines = page.lines
    near = [a.y - b.y for a, b in pairwise(lines[max(i - 1, 0) : i + 2])]
    return all(not 0 < drop < 1.9 * lines[i].size for drop in near)


def _opens_table(page: Page, i: int) -> bool:
    """Whether a line is a table, or the head of one: several pieces close above several others."""
    line, below = page.lines[i], page.lines[i + 1] if i + 1 < len(page.lines) else None
    if line.table:
        return True
    if below is None or below.table or min(len(line.pieces), len(below.pieces)) < 2:
        return False
    return 0 < line.y - below.y < 1.9 * line.size and len(below.pieces) >= len(line.pieces)


def _at_edge(line: Line, page: Page) -> bool:
    return not EDGE < line.y / max(page.height, 1.0) < 1 - EDGE


def _body_size(pages: Sequence[Page]) -> float:
    """The size that most running text is set in; tables and heads are often set in others."""
    running, all_sizes = Counter[float](), Counter[float]()
    for page in pages:
        for line in page.lines:
            for piece in line.pieces:
                all_sizes[piece.size] += len(piece.text)
                if len(piece.text.split()) >= PROSE_WORDS and not piece.bold:
                    running[piece.size] += len(piece.text)
    sizes = running or all_sizes
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _style(pages: Sequence[Page], body: float) -> _Style:
    words: set[str] = set()
    looks: set[tuple[float, bool]] = set()
    for page in pages:
        for line in page.lines:
            words.update(w.lower() for w in re.findall(r"[^\W\d_]+", line.text))
            if not line.table and _may_head(line, body):
                looks.add(_look(line))
    levels = {look: min(rank, 6) for rank, look in enumerate(sorted(looks, reverse=True), 1)}
    return _Style(body, levels, frozenset(words))


def _look(line: Line) -> tuple[float, bool]:
    return (round(line.size), line.bold)


def _may_head(line: Line, body: float) -> bool:
    """Whether a line looks like a heading: set larger or bold, short, no sentence, no figures."""
    text = line.text
    larger = line.size >= body * 1.15
    if not (larger or (line.bold and line.size >= body * 0.95)):
        return False
    letters = sum(c.isalpha() for c in text)
    wide = len(line.pieces) > 2 or (
        len(line.pieces) == 2 and not BULLET.match(text) and not _numbered(line)
    )
    return (
        letters >= 3
        and letters > len(text) / 3
        and len(text) <= MAX_HEADING_CHARS
        and (not text.endswith((".", ",", ";")) or _COMPANY.search(text) is not None)
        and not wide
        and (larger or text[0].isupper() or text[0].isdigit())
    )


def _numbered(line: Line) -> bool:
    """ "Item 1A.    Risk factors", "3.2    Pay": a number and a heading."""
    return (
        re.fullmatch(
            r"(?:item|part|section|chapter|note|article|exhibit)?\s*[\dA-Z.()]{1,6}[.:)]?",
            line.pieces[0].text,
            re.I,
        )
        is not None
    )


def _largest(pages: Sequence[Page], style: _Style) -> str:
    """The lines set largest on the first page that has text."""
    for page in pages[:3]:
        lines = [line for line in page.lines if sum(c.isalpha() for c in line.text) >= 4]
        if not lines:
            continue
        size = max(line.size for line in lines)
        if size < style.body_size * 1.2:
            return ""
        at = next(i for i, line in enumerate(lines) if line.size == size)
        chosen = [lines[at]]
        for line in lines[at + 1 :]:
            if line.size < size * 0.95 or len(chosen) == 4:
                break
            chosen.append(line)
        return fold(" ".join(line.text for line in chosen))[:200]
    return ""


# --- writing --------------------------------------------------------------------------


class _Writer:
    """Gathers lines to paragraphs across the pages and writes them."""

    def __init__(self, builder: Builder, style: _Style, pages: int) -> None:
        self.builder = builder
        self.style = style
        self.pages = pages
        self._open: list[Line] = []  # of the paragraph, item or heading that goes on
        self._kind = "paragraph"
        self._last_table: _Written | None = None
        self._introduced_at: float | None = None
        """Where the paragraph begins that introduces what comes next, or else the list."""

    def page(self, page: Page, stretches: Sequence[Sequence[Line]]) -> None:
        """:param stretches: the page's lines in reading order, those of each column together."""
        self.builder.page = page.number if not self._open else self.builder.page
        for stretch in stretches:
            self._stretch(stretch, page)
        # A paragraph goes on overleaf only if its last line is no end of a sentence.
        if self._kind != "paragraph" or len(self._open) < 3 or self._open[-1].text.endswith(_ENDS):
            self._flush()

    def end(self) -> None:
        self._flush()
        while self.builder.in_list:
            self.builder.close_list()

    def _stretch(self, lines: Sequence[Line], page: Page) -> None:
        right = max(line.right for line in lines)
        pitch = _pitch(lines)
        boxed = _boxed(lines)
        for at, line in enumerate(lines):
            if line.table:
                self._flush()
                self.builder.page = page.number
                self._write_table(line, page.number)
            elif at in boxed:
                self._flush()
                self.builder.page = page.number
                for text in boxed[at]:
                    self.builder.paragraph(text)
            else:
                self._line(line, page, right=right, pitch=pitch)

    def _line(self, line: Line, page: Page, *, right: float, pitch: float) -> None:
        kind = self._kind_of(line)
        if self._open and not self._goes_on(line, kind, right=right, pitch=pitch):
            self._flush()
        if not self._open:
            self.builder.page = page.number
            self._kind = "item" if kind == "paragraph" and self._is_listed(line) else kind
        self._open.append(line)

    def _kind_of(self, line: Line) -> str:
        if _may_head(line, self.style.body_size):
            return "heading"
        first = line.pieces[0].text.split(" ", 1)[0]
        return (
            "item" if BULLET.fullmatch(first) and len(line.text) > len(first) + 1 else "paragraph"
        )

    def _goes_on(self, line: Line, kind: str, *, right: float, pitch: float) -> bool:
        last = self._open[-1]
        drop = last.y - line.y
        overleaf = drop <= 0
        if kind == "item":
            return False
        if self._kind == "heading" and kind == "paragraph" and self._is_run_in(line):
            self._kind = "paragraph"
            return True
        if kind == "heading" or self._kind == "heading":
            same = kind == self._kind and _look(line) == _look(last)
            joined = sum(len(each.text) for each in self._open) + len(line.text)
            return same and 0 < drop < 2.0 * line.size and joined <= MAX_HEADING_CHARS * 2
        if overleaf:
            return line.text[:1].islower() or not last.text.endswith(_ENDS)
        if drop > max(1.45 * pitch, 1.9 * line.size) or abs(line.size - last.size) > 1.5:
            return False
        if last.bold != line.bold and last.bold and last.text.endswith((".", ":")) is False:
            return line.text[:1].islower()
        short = last.right < right - 0.22 * (right - last.left)
        indented = (
            line.left > last.left + 0.9 * line.size
            and len(self._open) > 1
            and self._kind == "paragraph"
        )
        if indented and last.text.endswith(_ENDS):
            return False
        introduced = last.text.endswith(":") and line.left > last.left + 0.9 * line.size
        alone = short and line.text[:1].isupper() and not OPEN_END.search(last.text)
        # Lines in a narrow block end near each other, those of a list where they may.
        alone = alone and abs(line.right - last.right) > 4 * line.size
        return not ((short and last.text.endswith(_ENDS)) or introduced or alone)

    def _is_listed(self, line: Line) -> bool:
        """Whether a line is set in below a paragraph that ends with a colon: an item whose bullet
        is drawn, and so no letter."""
        at = self._introduced_at
        return at is not None and line.left > at + 0.9 * line.size and len(line.pieces) == 1

    def _is_run_in(self, line: Line) -> bool:
        """Whether the bold line before a line is no heading but begins its sentence."""
        last = self._open[-1]
        near = 0 < last.y - line.y < 1.6 * line.size and abs(last.size - line.size) < 0.5
        return near and line.text[:1].islower() and not last.text.endswith(_ENDS)

    def _flush(self) -> None:
        lines, self._open = self._open, []
        if not lines:
            return
        self._last_table = None
        text = _joined(lines, self.style.words)
        if self._kind == "item":
            if not self.builder.in_list:
                self.builder.open_list()
            mark = None if text[0] == "(" or text[0].isalnum() else BULLET.match(text)
            self.builder.item(text[mark.end() :] if mark else text)
            return
        introduces = self._kind == "paragraph" and text.endswith(":")
        self._introduced_at = lines[-1].left if introduces else None
        while self.builder.in_list:
            self.builder.close_list()
        if self._kind == "heading" and len(lines) <= MAX_HEADING_LINES:
            self.builder.heading(self.style.heading_levels.get(_look(lines[0]), 6), text)
        else:
            self.builder.paragraph(text)

    def _write_table(self, line: Line, page: int) -> None:
        """A table; one that goes on from the page before has the head of that."""
        while self.builder.in_list:
            self.builder.close_list()
        self._introduced_at = None
        rows = [list(row) for row in line.table]
        if _is_contents(rows, listed=self.builder.under_contents, pages=self.pages):
            return
        count = header_rows(rows) if line.head is None else line.head
        head, last = rows[:count], self._last_table
        if last is not None and last.goes_on(line, head, page):
            head = last.head
        self.builder.table(Table(head, rows[count:]))
        self._last_table = _Written(line, head, page)


def _boxed(lines: Sequence[Line]) -> dict[int, list[str]]:
    """The lines of boxes side by side, as of a chart of who leads what: by the first line of each
    row of boxes what stands in each of them; nothing by the others."""
    found: dict[int, list[str]] = {}
    at = 0
    while at < len(lines):
        end = at + 1
        while end < len(lines) and _stand_below(lines[end - 1], lines[end]):
            end += 1
        first = lines[at]
        if len(first.pieces) >= MIN_BOXES and not first.table and not _holds_figures(lines[at:end]):
            columns = zip(*(line.pieces for line in lines[at:end]), strict=True)
            found[at] = [", ".join(p.text for p in pieces) for pieces in columns]
            found |= {i: [] for i in range(at + 1, end)}
        at = end
    return found


def _stand_below(upper: Line, lower: Line) -> bool:
    """Whether each piece of a line stands below the middle of one of the line above."""
    if len(upper.pieces) != len(lower.pieces) or len(upper.pieces) < MIN_BOXES or lower.table:
        return False
    near = 0 < upper.y - lower.y < 1.6 * max(upper.size, lower.size)
    pairs = zip(upper.pieces, lower.pieces, strict=True)
    return near and all(abs(a.middle - b.middle) < a.size for a, b in pairs)


def _holds_figures(lines: Sequence[Line]) -> bool:
    return any(is_value(piece.text) for line in lines for piece in line.pieces)


def _is_contents(rows: Sequence[Sequence[str]], *, listed: bool, pages: int) -> bool:
    """Whether a table is a table of contents: names, each with a page, that go up down the columns.

    :param listed: it stands under such a heading; else more is needed to tell.
    :param pages: of the document.
    """
    pairs = [[cell for cell in row if cell] for row in rows]
    paged = [
        p for p in pairs if len(p) >= 2 and len(p) % 2 == 0 and all(map(str.isdecimal, p[1::2]))
    ]
    if len(paged) < max(3, 0.8 * len(pairs)) or any(map(str.isdecimal, (p[0] for p in paged))):
        return False
    columns = [[int(p[i]) for p in paged if len(p) > i] for i in range(1, len(paged[0]), 2)]
    ascending = all(a <= b for column in columns for a, b in pairwise(column))
    last = max(page for column in columns for page in column)
    return ascending and (listed or (len(paged) >= MIN_CONTENTS and last <= pages))


@dataclass(frozen=True, slots=True)
class _Written:
    """The table that was written last, with nothing after it."""

    line: Line
    head: list[list[str]]
    page: int

    def goes_on(self, line: Line, head: list[list[str]], page: int) -> bool:
        """Whether a table is the rest of this one: on the next page, of the same columns, with
        the same head or none."""
        width = len(self.line.table[0])
        if page != self.page + 1 or len(line.table[0]) != width or (head and head != self.head):
            return False
        pairs = list(zip(self.line.columns, line.columns, strict=False))
        if not pairs:
            return abs(line.left - self.line.left) < 3 and abs(line.right - self.line.right) < 3
        return all(low < high_ and low_ < high for (low, high), (low_, high_) in pairs)


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of two lines."""
    drops = [a.y - b.y for a, b in pairwise(lines) if 0 < a.y - b.y < 3 * a.size]
    return sorted(drops)[len(drops) // 2] if drops else 12.0


def _joined(lines: Sequence[Line], words: frozenset[str]) -> str:
    """Lines as one text; a word parted at the line's end is made whole."""
    text = lines[0].text
    for line in lines[1:]:
        following = line.text
        parted = re.search(r"([^\W\d_]+)-$", text)
        rest = re.match(r"[^\W\d_]+", following)
        if parted and rest and following[0].islower():
            whole = parted[1] + rest[0]
            text = (text[:-1] if whole.lower() in words else text) + following
        else:
            text = f"{text} {following}"
    return text
