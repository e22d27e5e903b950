"""Rules and boxes drawn on a page -> the grids of its ruled tables. Lengths in points, y upwards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

THIN = 2.5
"""A drawn rectangle that is no wider is a rule, not an area."""
MIN_CELL_WIDTH = 15.0
MIN_CELL_HEIGHT = 7.0
SAME = 3.0
"""Edges that are no farther apart are one."""
MAX_RECTANGLES = 5000
"""A page with more is a drawing."""


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
    """

    box: Box
    columns: tuple[float, ...]
    rows: tuple[float, ...]


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
    return Grid(Box(left, bottom, right, top), (left, *inner, right), rows)


def _length(x: float, edges: Sequence[Box]) -> float:
    return sum(e.height for e in edges if abs(e.left - x) <= SAME)


def _merged(values: Iterator[float] | Sequence[float]) -> list[float]:
    """The values in order, those that are the same but for a rule's width as one."""
    merged: list[float] = []
    for value in sorted(values):
        if not merged or value - merged[-1] > SAME:
            merged.append(value)
    return merged
