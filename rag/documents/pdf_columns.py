"""Columns of a table, and the head that stands over them. Lengths in points."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.documents.cells import is_figure
from rag.documents.lines import Piece, Word, piece_of

MIN_GUTTER = 1.5
EXACT = 3.0
SPANNING = 0.05
"""The share of rows that may lie across a gutter (names of sections, totals in words)."""

Range = tuple[float, float]
"""Where a column begins and ends."""


def columns_of(rows: Sequence[Sequence[Piece]]) -> list[Range]:
    """The x ranges of the columns: what the cells cover, parted by what (nearly) all leave free."""
    used = [cells for cells in rows if len(cells) > 1 and any(is_figure(c.text) for c in cells)]
    used = used or [cells for cells in rows if len(cells) > 1]
    if not used:
        return []
    allowed = int(SPANNING * len(used))
    edges = sorted(
        [(c.left, 1) for cells in used for c in cells]
        + [(c.right, -1) for cells in used for c in cells]
    )
    ranges: list[Range] = []
    covering, start = 0, 0.0
    for x, step in edges:
        before, covering = covering, covering + step
        if before <= allowed < covering:
            start = x
        elif covering <= allowed < before:
            if ranges and start - ranges[-1][1] < MIN_GUTTER:
                ranges[-1] = (ranges[-1][0], x)
            else:
                ranges.append((start, x))
    names = [c for cells in rows if len(cells) == 1 for c in cells if not is_figure(c.text)]
    beside = [c for c in names if ranges and c.right < ranges[0][0] - MIN_GUTTER]
    if len(beside) > 1:
        # Names of several lines, none of which stands on a line with figures.
        ranges.insert(0, (min(c.left for c in beside), max(c.right for c in beside)))
    return ranges


def in_columns(cells: Sequence[Piece], columns: Sequence[Range]) -> list[str]:
    row = [""] * len(columns)
    for cell in cells:
        i = nearest_column(cell, columns)
        row[i] = f"{row[i]} {cell.text}".strip()
    return row


def nearest_column(cell: Piece, columns: Sequence[Range]) -> int:
    """The column that a cell lies over the most, or else is nearest to; a name that is too long
    for its column stays where it begins."""
    if cell.left < columns[0][1] and not is_figure(cell.text):
        return 0

    def distance(i: int) -> float:
        low, high = columns[i]
        overlap = min(cell.right, high) - max(cell.left, low)
        return -overlap if overlap > 0 else abs(cell.middle - (low + high) / 2)

    return min(range(len(columns)), key=distance)


def without_sections(
    head: list[list[Piece]], columns: Sequence[Range]
) -> tuple[list[list[Piece]], list[list[Piece]]]:
    """The head without the names of sections at its end, and these."""
    count = len(head)
    while (
        count > 1 and len(head[count - 1]) == 1 and nearest_column(head[count - 1][0], columns) == 0
    ):
        count -= 1
    whole = any(nearest_column(c, columns) for cells in head[:count] for c in cells)
    return (head[:count], head[count:]) if whole else (head, [])


def head_rows(lines: Sequence[Sequence[Piece]], columns: Sequence[Range]) -> list[list[str]]:
    """The rows of a head: those of names that stand over several columns, then the columns' own."""
    extents = list(columns)
    own: list[list[str]] = [[] for _ in columns]
    spanning: list[list[str]] = []
    for cells in reversed(lines):
        row = [""] * len(columns)
        taken: set[int] = set()
        parts = [part for c in cells for part in _parted(c, extents)]
        nearest = [nearest_column(part, extents) for part in parts]
        for number, cell in enumerate(parts):
            others = {i for n, i in enumerate(nearest) if n != number}
            headed = {i for i, names in enumerate(own) if names}
            over = _stands_over(cell, extents, taken | others, headed)
            if len(parts) == 1 and all(own[1:]) and _is_over_all(cell, extents):
                over = list(range(1, len(columns)))
            taken.update(over)
            if len(over) > 1:
                for i in over:
                    row[i] = cell.text
            else:
                own[over[0]].insert(0, cell.text)
                low, high = extents[over[0]]
                extents[over[0]] = (min(low, cell.left), max(high, cell.right))
        if any(row):
            spanning.insert(0, row)
    last = [_without_note(" ".join(parts)) for parts in own]
    return [*spanning, last] if any(last) else spanning


def _without_note(text: str) -> str:
    """A heading without the marks of its footnotes."""
    return re.sub(r"(?<=[\w)$%#])\s*(?:\((?:\d{1,2}|[a-z])\))+(?=\s|$)", "", text)


def _parted(cell: Piece, columns: Sequence[Range]) -> Iterator[Piece]:
    """A cell of the head as one a column, where each of its parts stands right over its own."""
    covered = [i for i, (low, high) in enumerate(columns) if cell.left < high and cell.right > low]
    if len(covered) < 2 or len(cell.words) < len(covered):
        yield cell
        return
    groups: dict[int, list[Word]] = {}
    for word in cell.words:
        middle = (word.left + word.right) / 2
        i = min(covered, key=lambda i: abs(middle - (columns[i][0] + columns[i][1]) / 2))
        groups.setdefault(i, []).append(word)
    parts = [piece_of(words) for words in groups.values()]
    off = [_off(part, columns[i]) for i, part in zip(groups, parts, strict=True)]
    whole = _off(cell, (columns[covered[0]][0], columns[covered[-1]][1]))
    if len(parts) == len(covered) and max(off) <= min(0.5 * cell.size, whole + 1):
        yield from parts
    else:
        yield cell


def _off(cell: Piece, column: Range) -> float:
    """How far a cell is from standing flush with, or in the middle of, a column."""
    low, high = column
    return min(abs(cell.middle - (low + high) / 2), abs(cell.left - low), abs(cell.right - high))


def _is_over_all(cell: Piece, columns: Sequence[Range]) -> bool:
    """Whether a cell alone in its line stands over all columns of figures, of which each has its
    own heading, and not over the middle one alone: it is wider than that."""
    if len(columns) < 4:
        return False
    low, high = columns[nearest_column(cell, columns)]
    off = abs(cell.middle - (columns[1][0] + columns[-1][1]) / 2)
    return off < 0.06 * (columns[-1][1] - columns[1][0]) and cell.right - cell.left > high - low


def _stands_over(
    cell: Piece, columns: Sequence[Range], taken: set[int], headed: set[int]
) -> list[int]:
    """The columns below a cell of the head: the run of them in whose middle it stands, if it
    stands better over that than over one alone.

    :param taken: columns over which other cells of its line stand.
    :param headed: those that have a heading below this one; over others it must stand exactly.
    """
    nearest = nearest_column(cell, columns)
    covered = [i for i, (low, high) in enumerate(columns) if i and cell.left < high and cell.right > low]  # fmt: skip
    if nearest == 0 and len(covered) < 2:
        return [0]
    best, best_off = [nearest], _off(cell, columns[nearest])
    if len(covered) > 1:
        best_off = float("inf")
    for first in range(1, len(columns)):
        for last in range(first + 1, len(columns)):
            run = list(range(first, last + 1))
            if taken & set(run) or not set(covered) <= set(run):
                continue
            off = abs(cell.middle - (columns[first][0] + columns[last][1]) / 2)
            most = 0.12 * (columns[last][1] - columns[first][0]) if set(run) <= headed else EXACT
            if off < best_off - 2 and off < most:
                best, best_off = run, off
    return best if len(best) > 1 or len(covered) < 2 else covered
