"""Lines of a table -> its rows: cells of several lines made whole, names said in each row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.documents.builder import is_value
from rag.documents.cells import is_date, is_figure, is_nil, is_year

SAME_ROW = 0.93
"""Of the usual distance of two rows: lines that are nearer are of one."""

NEARER = 0.75
"""Of the distance to the row above: a name that is so near to the row below begins that one."""

SAME_INDENT = 2.0
"""In points."""

_NOTE = re.compile(r"\((?:\d{1,2}|[a-z])\)|[*†‡]+")
OPEN_END = re.compile(
    r"(?:\b(?:and|or|of|the|for|to|in|at|as|on|than|with|from|by|per|vice)|[,&/(–-])$", re.I
)


_OPEN_POST = re.compile(
    rf"{OPEN_END.pattern}|\b(?:chief|vice|executive|senior|deputy|assistant|associate|managing|general|financial|operating|legal"
    r"|technology|information|marketing|accounting|human|people)$",
    re.I,
)
"""The end of a line with a post that goes on in the next one."""


@dataclass(slots=True)
class Row:
    """A line of a table: its cells by column, its height on the page, where its first cell
    begins."""

    cells: list[str]
    y: float
    left: float = 0.0

    @property
    def label_alone(self) -> bool:
        return _is_name(self.cells)

    @property
    def has_figures(self) -> bool:
        return any(is_figure(c) for c in self.cells[1:])


def whole_rows(rows: Sequence[Row]) -> list[Row]:
    """Lines that only begin or end the cells of another made one with it."""
    pitches = [a.y - b.y for a, b in pairwise(rows) if a.has_figures and b.has_figures]
    usual = sorted(pitches)[len(pitches) // 2] if pitches else 0.0
    whole: list[Row] = []
    pending: Row | None = None
    for i, row in enumerate(rows):
        below = rows[i + 1] if i + 1 < len(rows) else None
        if pending is not None:
            row = Row(_joined(pending.cells, row.cells), row.y, pending.left)
            pending = None
        last = whole[-1] if whole else None
        if row.label_alone:
            if last is not None and _ends(last, row, usual):
                last.cells[0] = f"{last.cells[0]} {row.cells[0]}"
                last.y = row.y
            elif below is not None and _begins(row, below, usual):
                pending = row
            else:
                whole.append(row)
        elif last is not None and _fills_up(last, row):
            last.cells = _joined(last.cells, row.cells)
            last.y = row.y
        else:
            whole.append(row)
    return whole


def section_ends(rows: Sequence[Row]) -> list[int]:
    """The rows that are of no section any more: set out to where the name of the section begins,
    below rows that are set in (its sum, or what comes after it)."""
    ends: list[int] = []
    section: float | None = None
    set_in = False
    for i, row in enumerate(rows):
        if row.label_alone:
            section, set_in = row.left, False
        elif section is not None and row.cells[0]:
            if set_in and row.left < section + SAME_INDENT:
                ends.append(i)
                section = None
            set_in = set_in or row.left > section + SAME_INDENT if section is not None else False
    return ends


def _joined(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    return [f"{a} {b}".strip() for a, b in zip(upper, lower, strict=True)]


def _fills_up(last: Row, row: Row) -> bool:
    """Whether a line without a name or figures only ends the texts above it."""
    if row.cells[0] or row.has_figures or not any(last.cells[1:]):
        return False
    return not any(is_figure(a) for a, b in zip(last.cells, row.cells, strict=True) if b)


def _ends(last: Row, row: Row, usual: float) -> bool:
    """Whether a name alone ends the one above it."""
    if not last.cells[0]:
        return False
    if row.cells[0][:1].islower() or OPEN_END.search(last.cells[0]):
        return True
    return any(last.cells[1:]) and last.y - row.y < SAME_ROW * usual


def _begins(row: Row, below: Row, usual: float) -> bool:
    """Whether a name alone is the first line of the one below it."""
    name = below.cells[0]
    if not name or (below.label_alone and not name[:1].islower()):
        return False
    near = usual > 0 and row.y - below.y < SAME_ROW * usual
    return name[:1].islower() or near or OPEN_END.search(row.cells[0]) is not None


def with_names(grid: list[list[str]], heights: Sequence[float] = ()) -> list[list[str]]:
    """Rows whose name stands only in the first of them, each with it.

    Filings name a person once, beside the years of that person: in the first row the name, in the
    second the post. A row of figures without a name (a sum) has none.

    :param heights: where the rows stand on the page; none where that is not known.
    """
    years = [row[1] for row in grid if len(row) > 2 and any(row[1:])]
    if years and sum(is_year(y) for y in years) > 0.6 * len(years):
        return _by_years(grid, heights)
    named: list[list[str]] = []
    for row in grid:
        last = named[-1] if named else None
        second = row[1] if len(row) > 2 else ""
        told = second and (not is_value(second) or is_date(second))
        if last and not row[0] and told and not is_nil(second) and any(last[1:]):
            row = [last[0], *row[1:]]
        named.append(row)
    return named


def _by_years(grid: list[list[str]], heights: Sequence[float]) -> list[list[str]]:
    """The rows of each run of years, all with all the names beside them.

    Where the first line is a name alone, names begin above their first year, else beside it, or
    above where they stand nearer to it than to the year before.
    """
    above = bool(grid) and _is_name(grid[0])
    groups: list[list[list[str]]] = []
    names: list[list[str]] = []  # that may be of the run before or of the next
    for i, row in enumerate(grid):
        run = groups[-1] if groups else []
        last = next((r[1] for r in reversed(run) if is_year(r[1])), "")
        if _is_name(row):
            if above or names or _is_nearer_below(i, heights):
                names.append(row)
            elif last and is_year(run[0][1]):
                run.append(row)
            else:
                groups.append([row])
        elif is_year(row[1]) and last and row[1] < last:
            run += [*names, row]
            names = []
        else:
            groups.append([*names, row])
            names = []
    if names:
        groups.append(names)
    named = []
    for group in groups:
        name = _whole_name([row[0] for row in group if row[0]])
        named += [[name, *row[1:]] for row in group if any(row[1:]) or len(group) == 1]
    return named


def _is_nearer_below(i: int, heights: Sequence[float]) -> bool:
    """Whether a row stands clearly nearer to the one below it than to the one above."""
    if not 0 < i < len(heights) - 1:
        return False
    return heights[i] - heights[i + 1] < NEARER * (heights[i - 1] - heights[i])


def _is_name(row: Sequence[str]) -> bool:
    return bool(row[0]) and not any(row[1:])


def _whole_name(lines: Sequence[str]) -> str:
    """Name and post on lines of their own are told apart; a post that goes on is not."""
    lines = list(dict.fromkeys(lines))
    if any("," in line for line in lines[:1]):
        return " ".join(lines)
    whole = lines[0]
    for line in lines[1:]:
        whole += f"{' ' if _OPEN_POST.search(whole) else ', '}{line}"
    return whole


def without_notes(
    grid: list[list[str]], head: list[list[str]]
) -> tuple[list[list[str]], list[list[str]]]:
    """The table without columns that hold nothing but the marks of footnotes."""
    width = max(map(len, grid), default=0)
    kept = [
        i
        for i in range(width)
        if any(row[i] for row in head)
        or any(row[i] and not _NOTE.fullmatch(row[i]) for row in grid)
    ]
    return [[row[i] for i in kept] for row in grid], [[row[i] for i in kept] for row in head]
