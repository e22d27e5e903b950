"""Rules and boxes drawn on a page -> the grids of its ruled tables, and their cells."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from rag.documents.builder import is_value
from rag.documents.lines import Line, Piece, Word

THIN = 2.5
"""A drawn rectangle that is no wider is a rule, not an area."""
MIN_CELL_WIDTH = 15.0
MIN_CELL_HEIGHT = 7.0
SAME = 3.0
"""Edges that are no farther apart are one."""
MAX_RECTANGLES = 5000
"""A page with more is a drawing."""
MAX_CELL_CHARS = 1500


@dataclass(frozen=True, slots=True)
class Box:
    """A drawn rectangle, or the range of a table."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.top - self.bottom


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: the x of its columns' edges from the left, the y of its rows' from the top.

    Where a table has no rule at its sides, ``columns`` begins or ends with that of its box.
    ``edges`` has the upright edges as drawn, which end at cells that go over several columns.
    """

    box: Box
    columns: tuple[float, ...]
    rows: tuple[float, ...]
    edges: tuple[Box, ...] = ()

    def parting(self, y: float) -> list[float]:
        """The x of the edges that part cells at a height."""
        at = [e.left for e in self.edges if e.bottom <= y <= e.top]
        return [x for x in self.columns if any(abs(x - edge) <= SAME for edge in at)]


def grids(boxes: Sequence[Box], *, width: float, height: float) -> list[Grid]:
    """The ruled tables among the rectangles drawn on a page of that size, from the top."""
    if len(boxes) > MAX_RECTANGLES:
        return []
    edges = sorted(_vertical_edges(boxes, width, height), key=lambda e: -e.top)
    return [g for g in (_grid(group, boxes, width) for group in _groups(edges)) if g is not None]


def _vertical_edges(boxes: Sequence[Box], width: float, height: float) -> Iterator[Box]:
    """The sides of cells: thin upright rules, and both sides of each box of a cell's size."""
    for box in boxes:
        if box.height < MIN_CELL_HEIGHT:
            continue
        if box.width <= THIN:
            yield Box(box.left, box.bottom, box.right, box.top)
        elif MIN_CELL_WIDTH <= box.width < 0.85 * width and box.height < 0.5 * height:
            yield Box(box.left, box.bottom, box.left, box.top)
            yield Box(box.right, box.bottom, box.right, box.top)


def _groups(edges: Sequence[Box]) -> Iterator[list[Box]]:
    """Edges that reach on from one to the next down the page."""
    group: list[Box] = []
    lowest = 0.0
    for edge in edges:
        if group and edge.top < lowest - SAME:
            yield group
            group = []
        lowest = min(lowest, edge.bottom) if group else edge.bottom
        group.append(edge)
    if group:
        yield group


def _grid(edges: Sequence[Box], boxes: Sequence[Box], width: float) -> Grid | None:
    top, bottom = max(e.top for e in edges), min(e.bottom for e in edges)
    columns = _merged(e.left for e in edges)
    inner = [x for x in columns if _length(x, edges) >= 0.25 * (top - bottom)]
    if len(inner) < 2:
        return None
    left, right = inner[0], inner[-1]
    ys = [y for e in edges for y in (e.top, e.bottom)]
    for box in boxes:
        flat = box.height <= THIN and box.width >= MIN_CELL_WIDTH
        inside = bottom - SAME <= box.bottom and box.top <= top + SAME
        if flat and inside and box.right > left and box.left < right:
            ys.append((box.top + box.bottom) / 2)
            left, right = min(left, box.left), max(right, box.right)
    rows = tuple(reversed(_merged(ys)))
    # Tables often have no rule at their sides: columns go on to about where their text ends.
    typical = (inner[-1] - inner[0]) / (len(inner) - 1)
    if left > inner[0] - SAME:
        left = max(inner[0] - 2 * typical, 0.0)
    if right < inner[-1] + SAME:
        right = min(inner[-1] + 2 * typical, width)
    if len(rows) < 3:
        return None
    return Grid(Box(left, bottom, right, top), (left, *inner, right), rows, tuple(edges))


def _length(x: float, edges: Sequence[Box]) -> float:
    return sum(e.height for e in edges if abs(e.left - x) <= SAME)


def _merged(values: Iterator[float] | Sequence[float]) -> list[float]:
    """The values in order, those that are the same but for a rule's width as one."""
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > SAME:
            merged.append(value)
    return merged


# --- the cells ------------------------------------------------------------------------


def with_ruled_tables(lines: Sequence[Line], ruled: Sequence[Grid]) -> list[Line]:
    """A page's lines from the top, those within a ruled table replaced by the table."""
    for grid in ruled:
        inside = [_within(line, grid) for line in lines]
        if _goes_on_beyond(lines, [line for line in inside if line is not None], grid):
            continue
        rows, bold = _cells_of([line for line in inside if line is not None], grid)
        if not _is_table(rows) or (any(map(is_value, rows[0])) and _is_headed(lines, grid)):
            continue
        caption = _caption(rows)
        rows, bold = rows[len(caption) :], bold[len(caption) :]
        outside = [_without(line, grid) for line in lines]
        box = grid.box
        lines = [line for line in outside if line is not None]
        # Above the table, which ends where its grid does.
        lines += [
            Line((Piece(text, box.left, box.right, 10.0, False),), box.top + len(caption) - i)
            for i, text in enumerate(caption)
        ]
        head = next((i for i, is_bold in enumerate(bold) if not is_bold), 0)
        piece = Piece("", box.left, box.right, 10.0, False)
        lines.append(Line((piece,), box.top, tuple(map(tuple, rows)), head or None))
    return sorted(lines, key=lambda line: -line.y)


def _near(grid: Grid) -> float:
    """A distance within which the next row of a table lies."""
    return 2 * (grid.box.top - grid.box.bottom) / (len(grid.rows) - 1)


def _is_headed(lines: Sequence[Line], grid: Grid) -> bool:
    """Whether names stand above a grid that are the head of its table, which it leaves out: then it
    is the shade behind the other rows."""
    box = grid.box
    above = [line for line in lines if box.top < line.y < box.top + _near(grid) and not line.table]
    names = [p for line in above[-1:] for p in line.pieces if box.left < p.middle < box.right]
    return len(names) > 1


def _goes_on_beyond(lines: Sequence[Line], inside: Sequence[Line], grid: Grid) -> bool:
    """Whether figures right above or below a grid end where those in it do: it is the shade behind
    some rows of a table."""
    box = grid.box
    near = _near(grid)
    ends = [word.right for line in inside for word in line.words if is_value(word.text)]
    return any(
        not line.table
        and (box.top < line.y < box.top + near or box.bottom - near < line.y < box.bottom)
        and sum(_ends_at(word, ends) for word in line.words) >= 2
        for line in lines
    )


def _ends_at(word: Word, ends: Sequence[float]) -> bool:
    return is_value(word.text) and any(abs(word.right - x) < 1.5 for x in ends)


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


def _caption(rows: Sequence[Sequence[str]]) -> list[str]:
    """The texts of the rows above the head of a table that fill one cell each."""
    caption: list[str] = []
    for row, below in pairwise(rows):
        filled, names = [c for c in row if c], [c for c in below if c]
        if len(filled) > 1:
            break
        caption += filled
        if len(names) > 1:
            return [] if any(map(is_value, names)) else caption
    return []


def _cells_of(lines: Sequence[Line], grid: Grid) -> tuple[list[list[str]], list[bool]]:
    """The texts of a grid's cells, and which of its rows are bold; rows and columns without any
    text are left out."""
    bold = [True] * (len(grid.rows) - 1)
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
                bold[row] &= piece.bold
    used = [i for i in range(len(grid.columns) - 1) if any(row[i] for row in cells)]
    filled = [number for number, row in enumerate(cells) if any(row)]
    return [[cells[n][i] for i in used] for n in filled], [bold[n] for n in filled]


def _is_table(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the cells of a grid are those of a table, not of boxes around text."""
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    shared = sum(len([c for c in row if c]) >= 2 for row in rows)
    return shared * 2 >= len(rows) and max(len(c) for r in rows for c in r) <= MAX_CELL_CHARS
