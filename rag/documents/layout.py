"""Lines of pages -> headings, paragraphs, lists and tables, in reading order.

Lengths are in points; y grows upwards.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.documents.builder import Builder, Table, fold, header_rows, is_value
from rag.documents.rules import Grid

MAX_HEADING_CHARS = 160
MAX_HEADER_LINES = 4
EDGE = 0.12
"""Share of a page's height in which running heads and feet stand."""
MIN_GUTTER = 8.0
MIN_COLUMN_LINES = 4

_BULLET = re.compile(r"[•‣▪◦●○■□➢➤✓✔·∙–—*\uf0b7\uf0a7-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]")
_LEADERS = re.compile(r"(?:\.\s?){6,}|(?:…\s?){3,}|_{6,}")
_SIGN = frozenset("$ € £ ¥ ₹ ( $( US$".split())
_TAIL = frozenset(") % )% % ) pts x *".split()) | {"%)", ")%"}
_APART = re.compile(r"^([$€£¥₹(]{1,2})\s+(?=[\d(.])")
"""A sign set apart from its figure, as in the columns of accounts."""
_ENDS = (".", "!", "?", ":", ";", ".”", '."', ".)", "?”")


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one line without a wide gap between them."""

    text: str
    left: float
    right: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces on one baseline, from the left; or a ruled table, its cells in ``table``, in place of
    its lines."""

    pieces: tuple[Piece, ...]
    y: float
    table: tuple[tuple[str, ...], ...] = ()

    @property
    def text(self) -> str:
        return " ".join(p.text for p in self.pieces)

    @property
    def left(self) -> float:
        return self.pieces[0].left

    @property
    def right(self) -> float:
        return self.pieces[-1].right

    @property
    def size(self) -> float:
        return max(self.pieces, key=lambda p: len(p.text)).size

    @property
    def bold(self) -> bool:
        return all(p.bold for p in self.pieces)


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    width: float
    height: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class _Style:
    """What is usual in the document."""

    body_size: float
    heading_levels: dict[tuple[float, bool], int]
    words: frozenset[str]


def write_pages(pages: Sequence[Page], builder: Builder) -> None:
    """Write the pages' text; sets ``builder.page``, and a title where it has none."""
    pages = [
        replace(p, lines=lines) for p, lines in zip(pages, _without_furniture(pages), strict=True)
    ]
    style = _style(pages)
    if not builder.title:
        builder.title = _largest(pages, style)
    writer = _Writer(builder, style)
    for page in pages:
        writer.page(page)
    writer.end()


# --- ruled tables ---------------------------------------------------------------------

MAX_CELL_CHARS = 1500


def with_tables(lines: Sequence[Line], ruled: Sequence[Grid]) -> list[Line]:
    """A page's lines from the top, those within a ruled table replaced by the table."""
    for grid in ruled:
        inside = [_within(line, grid) for line in lines]
        rows = _cells_of([line for line in inside if line is not None], grid)
        if not _is_table(rows):
            continue
        outside = [_without(line, grid) for line in lines]
        box = grid.box
        piece = Piece("", box.left, box.right, 10.0, False)
        lines = [line for line in outside if line is not None]
        lines.append(Line((piece,), box.top, tuple(map(tuple, rows))))
    return sorted(lines, key=lambda line: -line.y)


def _in_grid(piece: Piece, y: float, grid: Grid) -> bool:
    middle = (piece.left + piece.right) / 2
    box = grid.box
    return box.left < middle < box.right and box.bottom < y + piece.size / 3 < box.top


def _within(line: Line, grid: Grid) -> Line | None:
    pieces = tuple(p for p in line.pieces if not line.table and _in_grid(p, line.y, grid))
    return replace(line, pieces=pieces) if pieces else None


def _without(line: Line, grid: Grid) -> Line | None:
    pieces = tuple(p for p in line.pieces if line.table or not _in_grid(p, line.y, grid))
    return replace(line, pieces=pieces) if pieces else None


def _cells_of(lines: Sequence[Line], grid: Grid) -> list[list[str]]:
    """The texts of a grid's cells; rows and columns without any are left out."""
    cells = [[""] * (len(grid.columns) - 1) for _ in grid.rows[1:]]
    for line in lines:
        for piece in line.pieces:
            middle = (piece.left + piece.right) / 2
            column = bisect_right(grid.columns, middle) - 1
            height = line.y + piece.size / 3
            row = sum(height < y for y in grid.rows) - 1
            if 0 <= row < len(cells) and 0 <= column < len(cells[0]):
                before = cells[row][column]
                cells[row][column] = f"{before} {piece.text}".strip()
    used = [i for i in range(len(grid.columns) - 1) if any(row[i] for row in cells)]
    return [[row[i] for i in used] for row in cells if any(row)]


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells of a grid are those of a table, not of boxes around text."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    shared = sum(len([c for c in row if c]) >= 2 for row in rows)
    return shared * 2 >= len(rows) and max(len(c) for r in rows for c in r) <= MAX_CELL_CHARS


# --- what is usual --------------------------------------------------------------------


def _without_furniture(pages: Sequence[Page]) -> list[tuple[Line, ...]]:
    """The pages' lines without running heads and feet, page numbers and dotted tables of contents."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line) for line in page.lines if _at_edge(line, page)})
    often = max(3, len(pages) * 0.2)
    kept = []
    for page in pages:
        lines = []
        for line in page.lines:
            text = line.text
            at_edge = _at_edge(line, page)
            number = at_edge and re.fullmatch(
                r"\W*(?:page\s*)?[\divxlc]{1,5}(?:\s*(?:of|/)\s*\d+)?\W*", text, re.I
            )
            running = at_edge and seen[_shape(line)] >= often
            if not (number or running or _LEADERS.search(text)):
                lines.append(line)
        kept.append(tuple(lines))
    return kept


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text)


def _at_edge(line: Line, page: Page) -> bool:
    return not EDGE < line.y / max(page.height, 1.0) < 1 - EDGE


def _style(pages: Sequence[Page]) -> _Style:
    sizes: Counter[float] = Counter()
    words: set[str] = set()
    for page in pages:
        for line in page.lines:
            for piece in line.pieces:
                if not piece.bold:
                    sizes[piece.size] += len(piece.text)
                words.update(w.lower() for w in re.findall(r"[^\W\d_]+", piece.text))
    body = sizes.most_common(1)[0][0] if sizes else 10.0
    styles: Counter[tuple[float, bool]] = Counter()
    for page in pages:
        for line in page.lines:
            if _may_head(line, body):
                styles[_look(line)] += 1
    ranked = sorted(styles, reverse=True)
    levels = {look: min(rank, 6) for rank, look in enumerate(ranked, 1)}
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
        len(line.pieces) == 2 and not _BULLET.match(text) and not _numbered(line)
    )
    return (
        letters >= 3
        and letters > len(text) / 3
        and len(text) <= MAX_HEADING_CHARS
        and not text.endswith((".", ",", ";"))
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


# --- columns --------------------------------------------------------------------------


def _columns(lines: Sequence[Line], width: float) -> Iterator[list[Line]]:
    """The lines in reading order, in stretches: prose set in columns, one column after the other."""
    at = 0
    plain: list[Line] = []
    while at < len(lines):
        end, gutter = _gutter(lines, at, width)
        if gutter is None:
            plain.append(lines[at])
            at += 1
            continue
        if plain:
            yield plain
            plain = []
        middle = (gutter[0] + gutter[1]) / 2
        for side in (False, True):
            part = [_side(line, middle, right=side) for line in lines[at:end]]
            yield from _columns([line for line in part if line is not None], width)
        at = end
    if plain:
        yield plain


def _side(line: Line, middle: float, *, right: bool) -> Line | None:
    pieces = tuple(p for p in line.pieces if ((p.left + p.right) / 2 > middle) is right)
    return replace(line, pieces=pieces) if pieces else None


def _gutter(lines: Sequence[Line], at: int, width: float) -> tuple[int, tuple[float, float] | None]:
    """Where a stretch of columns that begins at a line ends, and its gutter; None for no columns."""
    if len(lines[at].pieces) < 2:
        # A stretch may begin with a line in one column alone, but then another is near.
        near = lines[at + 1 : at + 3]
        if not any(len(line.pieces) > 1 for line in near):
            return at, None
    low, high = lines[at].left, lines[at].right
    free: list[tuple[float, float]] = [(width * 0.15, width * 0.85)]
    end = at
    for line in lines[at:]:
        left = _cut(free, line)
        if not left:
            break
        free, end = left, end + 1
        low, high = min(low, line.left), max(high, line.right)
    best: tuple[float, float] | None = None
    for gutter in free:
        if _parts_prose(lines[at:end], gutter) and (
            best is None or gutter[1] - gutter[0] > best[1] - best[0]
        ):
            best = gutter
    return (end, best) if best else (at, None)


def _cut(free: Sequence[tuple[float, float]], line: Line) -> list[tuple[float, float]]:
    """What of the free ranges a line leaves free."""
    left = list(free)
    for piece in line.pieces:
        parts = []
        for low, high in left:
            if piece.right <= low or piece.left >= high:
                parts.append((low, high))
                continue
            parts += [(low, piece.left), (piece.right, high)]
        left = [(low, high) for low, high in parts if high - low >= MIN_GUTTER]
    return left


def _parts_prose(lines: Sequence[Line], gutter: tuple[float, float]) -> bool:
    """Whether there is running text, many full lines of words, on both sides of a gutter."""
    middle = (gutter[0] + gutter[1]) / 2
    sides = [[_side(line, middle, right=r) for line in lines] for r in (False, True)]
    for side in sides:
        texts = [line.text for line in side if line is not None]
        if len(texts) < MIN_COLUMN_LINES:
            return False
        words = [len(t.split()) for t in texts]
        values = sum(is_value(t) for t in texts)
        split = sum(len(line.pieces) > 1 for line in side if line is not None)
        if sum(words) / len(words) < 3.5 or values > len(texts) / 4 or split > len(texts) / 2:
            return False
        if sum(a[-1:].isalpha() and b[:1].islower() for a, b in pairwise(texts)) < len(texts) / 8:
            return False
    return True


# --- writing --------------------------------------------------------------------------


class _Writer:
    """Gathers lines to paragraphs across the pages and writes them."""

    def __init__(self, builder: Builder, style: _Style) -> None:
        self.builder = builder
        self.style = style
        self._open: list[Line] = []  # of the paragraph, item or heading that goes on
        self._kind = "paragraph"

    def page(self, page: Page) -> None:
        self.builder.page = page.number if not self._open else self.builder.page
        for stretch in _columns(page.lines, page.width):
            self._stretch(stretch, page)
        # A paragraph goes on overleaf only if its last line is no end of a sentence.
        if self._kind != "paragraph" or len(self._open) < 3 or self._open[-1].text.endswith(_ENDS):
            self._flush()

    def end(self) -> None:
        self._flush()
        while self.builder.in_list:
            self.builder.close_list()

    def _stretch(self, lines: list[Line], page: Page) -> None:
        right = max(line.right for line in lines)
        pitch = _pitch(lines)
        at = 0
        while at < len(lines):
            if rows := lines[at].table:
                self._flush()
                self.builder.page = page.number
                self._write_table(list(map(list, rows)))
                at += 1
                continue
            end = _table_end(lines, at, pitch)
            if end > at:
                top = self._take_header(lines[at:end], pitch)
                self._flush()
                self.builder.page = page.number
                self._write_table(_grid([*top, *lines[at:end]]))
                at = end
                continue
            self._line(lines[at], page, right=right, pitch=pitch)
            at += 1

    def _take_header(self, rows: list[Line], pitch: float) -> list[Line]:
        """Lines just above a table that stand over its columns, not over its names."""
        names = min(row.left for row in rows)
        taken: list[Line] = []
        while (
            self._open
            and len(taken) < MAX_HEADER_LINES
            and self._open[-1].left > names + 2 * self._open[-1].size
            and 0 < self._open[-1].y - (taken or rows)[0].y < 2.5 * pitch
        ):
            taken.insert(0, self._open.pop())
        return taken

    def _line(self, line: Line, page: Page, *, right: float, pitch: float) -> None:
        kind = self._kind_of(line)
        if self._open and not self._goes_on(line, kind, right=right, pitch=pitch):
            self._flush()
        if not self._open:
            self.builder.page = page.number
            self._kind = kind
        self._open.append(line)

    def _kind_of(self, line: Line) -> str:
        if _may_head(line, self.style.body_size):
            return "heading"
        first = line.pieces[0].text.split(" ", 1)[0]
        return (
            "item" if _BULLET.fullmatch(first) and len(line.text) > len(first) + 1 else "paragraph"
        )

    def _goes_on(self, line: Line, kind: str, *, right: float, pitch: float) -> bool:
        last = self._open[-1]
        drop = last.y - line.y
        overleaf = drop <= 0
        if kind == "item":
            return False
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
        return not (short and last.text.endswith(_ENDS))

    def _flush(self) -> None:
        lines, self._open = self._open, []
        if not lines:
            return
        text = _joined(lines, self.style.words)
        if self._kind == "item":
            if not self.builder.in_list:
                self.builder.open_list()
            self.builder.item(
                _BULLET.sub("", text, count=1).strip()
                if text[0] not in "(0123456789abcdefghijklmnopqrstuvwxyz"
                else text
            )
            return
        while self.builder.in_list:
            self.builder.close_list()
        if self._kind == "heading":
            self.builder.heading(self.style.heading_levels.get(_look(lines[0]), 6), text)
        else:
            self.builder.paragraph(text)

    def _write_table(self, rows: list[list[str]]) -> None:
        while self.builder.in_list:
            self.builder.close_list()
        count = header_rows(rows)
        self.builder.table(Table(rows[:count], rows[count:]))


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


# --- tables ---------------------------------------------------------------------------


def _table_end(lines: Sequence[Line], at: int, pitch: float) -> int:
    """Where the table that begins with a line ends; ``at`` where none begins.

    A table is two or more lines of several pieces whose pieces stand below each other. Lines of
    one piece within it belong to it (a name that is too long, the heading of some rows).
    """
    first = _cells(lines[at])
    if len(first) < 2 or _is_listed(first):
        return at
    end, rows, single = at + 1, 1, 0
    edges = [(p.left, p.right) for p in first]
    for previous, line in pairwise(lines[at:]):
        if previous.y - line.y > 3.2 * max(pitch, line.size):
            break
        cells = _cells(line)
        if len(cells) < 2:
            single += 1
            if single > 2 or line.right > edges[-1][0] + (edges[-1][1] - edges[-1][0]) * 2:
                break
            continue
        if _is_listed(cells) or not _below(cells, edges):
            break
        edges = _widest(edges, cells)
        rows += 1
        single = 0
        end = lines.index(line, end) + 1
    if rows < 2:
        return at
    numeric = sum(any(is_value(p.text) for p in _cells(line)) for line in lines[at:end])
    return end if numeric or rows >= 3 else at


def _widest(edges: list[tuple[float, float]], cells: Sequence[Piece]) -> list[tuple[float, float]]:
    return [(p.left, p.right) for p in cells] if len(cells) >= len(edges) else edges


def _is_listed(cells: Sequence[Piece]) -> bool:
    """A bullet or number and its text are no row."""
    return len(cells) == 2 and _BULLET.fullmatch(cells[0].text) is not None


def _below(cells: Sequence[Piece], edges: Sequence[tuple[float, float]]) -> bool:
    """Whether most pieces stand below (or above) one of the table so far."""
    under = sum(any(c.left < high + 4 and c.right > low - 4 for low, high in edges) for c in cells)
    return under * 2 >= len(cells)


def _cells(line: Line) -> list[Piece]:
    """The pieces of a row; a currency sign belongs to the figure after it, "%" to that before."""
    cells: list[Piece] = []
    sign: Piece | None = None
    for piece in line.pieces:
        if piece.text in _SIGN:
            sign = piece
            continue
        if piece.text in _TAIL and cells:
            last = cells[-1]
            cells[-1] = replace(last, text=last.text + piece.text, right=piece.right)
            continue
        if sign is not None:
            piece = replace(piece, text=f"{sign.text}{piece.text}", left=sign.left)
            sign = None
        cells.append(piece)
    if sign is not None:
        cells.append(sign)
    return [replace(c, text=_APART.sub(r"\1", c.text)) for c in cells]


def _grid(lines: Sequence[Line]) -> list[list[str]]:
    """The cells of a table's lines, column by column."""
    rows = [_cells(line) for line in lines]
    columns = _column_ranges(rows)
    grid: list[list[str]] = []
    valued = False
    for cells in rows:
        row = [""] * len(columns)
        figures = any(is_value(c.text) for c in cells[1:])
        for cell in cells:
            for i in _over(cell, columns, spread=not valued and not figures):
                row[i] = f"{row[i]} {cell.text}".strip()
        valued = valued or figures
        if grid and valued and not figures and _continues(grid[-1], row):
            grid[-1] = [f"{a} {b}".strip() for a, b in zip(grid[-1], row, strict=True)]
        else:
            grid.append(row)
    return _whole_names(grid)


def _column_ranges(rows: Sequence[Sequence[Piece]]) -> list[tuple[float, float]]:
    """The x ranges of the columns: what the rows with figures cover, or all rows where none has."""
    with_figures = [r for r in rows if any(is_value(p.text) for p in r[1:])]
    used = sorted((p.left, p.right) for r in (with_figures or rows) if len(r) > 1 for p in r)
    ranges: list[tuple[float, float]] = []
    for left, right in used:
        if ranges and left < ranges[-1][1] - 0.5:
            ranges[-1] = (ranges[-1][0], max(ranges[-1][1], right))
        else:
            ranges.append((left, right))
    return ranges


def _over(cell: Piece, columns: Sequence[tuple[float, float]], *, spread: bool) -> list[int]:
    """The columns that a cell stands in: all it lies over where ``spread``, else the nearest."""
    covered = [i for i, (low, high) in enumerate(columns) if cell.left < high and cell.right > low]
    if spread and covered:
        return covered
    middle = (cell.left + cell.right) / 2

    def distance(i: int) -> float:
        low, high = columns[i]
        overlap = min(cell.right, high) - max(cell.left, low)
        return -overlap if overlap > 0 else abs(middle - (low + high) / 2)

    return [min(range(len(columns)), key=distance)]


def _continues(before: Sequence[str], row: Sequence[str]) -> bool:
    """Whether a row without figures only ends the texts of the one before."""
    return not row[0] and any(row) and any(before[1:])


def _whole_names(grid: list[list[str]]) -> list[list[str]]:
    """A name that needs two lines, its figures on the second (or the first), is one row."""
    rows: list[list[str]] = []
    for row in grid:
        alone = rows and rows[-1][0] and not any(rows[-1][1:])
        if alone and row[0][:1].islower():
            rows[-1] = [f"{rows[-1][0]} {row[0]}", *row[1:]]
        elif rows and row[0][:1].islower() and not any(row[1:]) and any(rows[-1][1:]):
            rows[-1] = [f"{rows[-1][0]} {row[0]}", *rows[-1][1:]]
        else:
            rows.append(row)
    return rows
