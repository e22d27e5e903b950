"""Tables without rules: lines whose figures or pieces stand below each other -> cells.

Which lines are of a table is found here; ``cells.py`` says what of a line is one cell, ``heads.py``
where the columns are and what stands over them, ``rows.py`` which lines are one row. Lengths are in
points.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.documents.builder import header_rows
from rag.documents.cells import cells_of, fills, is_figure, is_listed, is_row
from rag.documents.lines import Line, Piece
from rag.documents.pdf_columns import Range, columns_of, head_rows, in_columns, without_sections
from rag.documents.rows import Row, section_ends, whole_rows, with_names, without_notes

MIN_ROWS = 2
MAX_NAMES_A_ROW = 4
"""In a table there are at most so many lines for each that holds two cells."""
MAX_HEAD_LINES = 12
MAX_HEAD_CHARS = 160
"""Of the heading of a column; running text over columns is longer."""
PROSE_WORDS = 8
"""Of a line, on average, where lines are of running text set in columns."""
MAX_SECTIONS_BELOW_HEAD = 3
MAX_NAME_LINES = 6
"""Lines of names without a figure (sections, names of several lines) between two rows."""
MAX_LINES_BELOW = 3
"""Of the name of the last row."""
NEAR = 1.45
"""Of the font size: lines of one cell are no farther apart."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """A line, and the cells that it may hold."""

    line: Line
    cells: list[Piece]

    @classmethod
    def of(cls, line: Line) -> _Cells:
        return cls(line, [] if line.table else cells_of(line))

    @property
    def y(self) -> float:
        return self.line.y

    @property
    def size(self) -> float:
        return self.line.size


_Page = Sequence[_Cells]


def with_aligned_tables(lines: Sequence[Line]) -> list[Line]:
    """The lines from the top of a page or column, those of tables replaced by the table."""
    found: list[Line] = []
    starts: list[int] = []
    page = [_Cells.of(line) for line in lines]
    at = 0
    while at < len(page):
        end = _region_end(page, at)
        table = _table(page, at, end) if end > at else None
        if table is None:
            found.append(lines[at])
            starts.append(at)
            at += 1
            continue
        # Lines above that stand over the columns are the top of the head, and were perhaps taken
        # for a table of their own.
        while starts and starts[-1] >= at - table.taken_above:
            found.pop()
            starts.pop()
        found.append(table.line)
        starts.append(at - table.taken_above)
        at = table.end
    return found


# --- which lines ----------------------------------------------------------------------


def _region_end(page: _Page, at: int) -> int:
    """Where a stretch of rows that begins with a line ends; ``at`` where none begins.

    Lines of one cell belong to it where they are near and stand within its columns.
    """
    first = page[at].cells
    if not is_row(first):
        return at
    edges = [(c.left, c.right) for c in first]
    end, rows, alone = at + 1, 1, 0
    drops: list[float] = []
    for i in range(at + 1, len(page)):
        line, drop = page[i].line, _drop(page, i - 1)
        usual = sorted(drops)[len(drops) // 2] if drops else 1.9 * line.size
        if line.table or drop <= 0 or drop > max(2.6 * usual, 2.2 * line.size):
            break
        cells = page[i].cells
        drops.append(drop)
        if is_row(cells) and _below(cells, edges):
            edges = _wider(edges, cells)
            rows, alone, end = rows + 1, 0, i + 1
            continue
        alone += 1
        narrow = bool(cells) and len(edges) > 1 and line.right < edges[1][0]
        apart = drop > 1.5 * usual and _drop(page, i) > 1.3 * usual
        inside = _within_columns(cells, edges, usual=page[at].size)
        if alone > (MAX_NAME_LINES if narrow else 2) or apart or not inside:
            break
    return end if rows >= MIN_ROWS else at


def _drop(page: _Page, i: int) -> float:
    """How far the next line is below one; 0 below the last."""
    return page[i].y - page[i + 1].y if i + 1 < len(page) else 0.0


def _below(cells: Sequence[Piece], edges: Sequence[tuple[float, float]]) -> bool:
    """Whether cells stand below those of the table so far: most of the fewer of both."""
    under = sum(any(c.left < high + 4 and c.right > low - 4 for low, high in edges) for c in cells)
    return under * 2 >= min(len(cells), len(edges))


def _wider(
    edges: Sequence[tuple[float, float]], cells: Sequence[Piece]
) -> list[tuple[float, float]]:
    if len(cells) >= len(edges):
        return [(c.left, c.right) for c in cells]
    return list(edges)


def _within_columns(
    cells: Sequence[Piece], edges: Sequence[tuple[float, float]], *, usual: float
) -> bool:
    """Whether a line that is no row may be of the table: short texts, set no larger."""
    if not cells or max(c.size for c in cells) > 1.08 * usual:
        return False
    left, right = edges[0][0], edges[-1][1]
    text = " ".join(c.text for c in cells)
    prose = text.endswith(".") and len(text) > 60
    full = cells[-1].right - cells[0].left > 0.75 * (right - left) and len(text.split()) > 8
    return not prose and not full and cells[-1].right < right + 4


# --- the table ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    line: Line
    end: int
    taken_above: int


def _table(page: _Page, at: int, end: int) -> _Found | None:
    body = at + _first_of_body(page[at:end])
    columns = columns_of([row.cells for row in page[body:end]])
    if len(columns) < 2 or not _is_filled(page[body:end], columns):
        return None
    top, end = at - _head_above(page, at, columns), _last_label(page, end, columns)
    head, sections = without_sections([row.cells for row in page[top:body]], columns)
    rows = [
        Row(in_columns(row.cells, columns), row.y, row.line.left)
        for row in page[body - len(sections) : end]
    ]
    if _is_prose(rows):
        return None
    whole = whole_rows(rows)
    head_texts = head_rows(head, columns)
    if any(_is_running_text(text) for row in head_texts for text in row):
        return None
    grid, named = without_notes(
        with_names([r.cells for r in whole], [r.y for r in whole]), head_texts
    )
    count = len(named) or header_rows(grid)
    if len(grid) == len(whole):
        for at_end in reversed(section_ends(whole)):
            grid.insert(at_end, [])
    box = Piece("", columns[0][0], columns[-1][1], page[at].size, False)
    line = Line(
        (box,),
        page[top].y,
        table=tuple(map(tuple, [*named, *grid])),
        head=count,
        columns=tuple(columns),
    )
    return _Found(line, end, at - top)


_NEXT_SENTENCE = re.compile(r"[a-z\d]\.\s+[A-Z][a-z]+\s+[a-z]")


def _is_running_text(head: str) -> bool:
    """Whether the heading of a column is a piece of running text that happens to stand above."""
    return len(head) > MAX_HEAD_CHARS or (
        len(head) > 60 and _NEXT_SENTENCE.search(head) is not None
    )


def _first_of_body(rows: _Page) -> int:
    """The first line with a figure that is no date; the lines above are the head. 0 where no line
    has one. A bold line of names with a number in it ("Without ASC 606") is of the head."""
    all_bold = all(row.line.bold for row in rows)
    for i, row in enumerate(rows[: MAX_HEAD_LINES + 1]):
        filled = [fills(cell) for cell in row.cells]
        named = row.line.bold and not all_bold and sum(filled) <= len(filled) / 2
        if not named and (any(filled[1:]) or (any(filled) and len(filled) > 1)):
            return i
    return 0


def _is_filled(rows: _Page, columns: Sequence[Range]) -> bool:
    """Whether enough lines hold two cells or more, with figures or often enough."""
    shared = [row for row in rows if sum(map(bool, in_columns(row.cells, columns))) >= 2]
    filled = any(fills(cell) for row in shared for cell in row.cells)
    least = 3 if not filled else 1 if len(columns) > 2 else MIN_ROWS
    return len(shared) >= least and MAX_NAMES_A_ROW * len(shared) >= len(rows)


def _is_prose(rows: Sequence[Row]) -> bool:
    """Whether the columns hold running text: then they are columns of a page, or words set apart
    to fill their lines. Where there are figures, two such columns are needed to say so."""
    lines = [" ".join(filter(None, row.cells)) for row in rows]
    filled = [cell for row in rows for cell in row.cells if cell]
    going_on = sum(line[:1].islower() for line in lines)
    if (
        sum(len(line.split()) for line in lines) >= PROSE_WORDS * len(lines)
        and going_on >= 0.4 * len(lines)
        and sum(map(is_figure, filled)) < len(filled) / 3
    ):
        return True
    running = 0
    for column in zip(*(row.cells for row in rows), strict=True):
        texts = [t for t in column if t]
        words = sum(len(t.split()) for t in texts)
        on = sum(a[-1:].isalpha() and b[:1].islower() for a, b in pairwise(texts))
        figures = sum(map(is_figure, texts))
        long = len(texts) > 1 and words > 2.5 * len(texts) and figures < len(texts) / 4
        running += long and on >= len(texts) / 8
    return running >= (2 if any(row.has_figures for row in rows) else 1)


def _head_above(page: _Page, at: int, columns: Sequence[Range]) -> int:
    """How many lines above a table are of its head: near, short, the topmost over its columns.

    Names of sections may stand between the head and the first figures.
    """
    taken = names = 0
    for above in range(1, min(MAX_HEAD_LINES, at) + 1):
        line, cells = page[at - above].line, page[at - above].cells
        below = page[at - above + 1]
        if not cells or not 0 < line.y - below.y < 2.2 * max(line.size, below.size):
            break
        if line.size > 1.15 * page[at].size or len(line.text) > 100 or line.text.endswith("."):
            break
        if line.right > columns[-1][1] + 3 * line.size or any(map(fills, cells)):
            break
        if line.left >= columns[0][1] or is_row(cells):
            taken, names = above, 0
        elif names == MAX_SECTIONS_BELOW_HEAD:
            break
        else:
            names += 1
    return taken


def _last_label(page: _Page, end: int, columns: Sequence[Range]) -> int:
    """The end of a table with the lines below that end the name of its last row."""
    for at in range(end, min(end + MAX_LINES_BELOW, len(page))):
        line, before = page[at].line, page[at - 1].line
        near = 0 < _drop(page, at - 1) < NEAR * line.size
        narrow = len(page[at].cells) == 1 and columns[0][0] - 2 <= line.left
        narrow = narrow and line.right < columns[1][0]
        alike = abs(line.size - before.size) < 0.5 and line.bold <= before.bold
        goes_on = 0 < _drop(page, at) < NEAR * line.size and page[at + 1].line.right > columns[1][0]
        if not (near and narrow and alike) or goes_on or is_listed(line.text.split()[0]):
            return at
        end = at + 1
    return end
