"""Prose set in columns -> its lines in reading order. Lengths in points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from rag.documents.builder import is_value
from rag.documents.lines import BULLET, Line

MIN_GUTTER = 8.0
MIN_COLUMN_LINES = 4
ALIGNED = 3.0
NEAR_LINES = 30
"""Of a stretch of columns, so many of its first lines tell where the gutter is."""


def columns_of_prose(lines: Sequence[Line], width: float) -> Iterator[list[Line]]:
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
            yield from columns_of_prose([line for line in part if line is not None], width)
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
        if not left or (_between(free, lines[at:end]) and not _between(left, lines[at:end])):
            break  # it goes across
        free, end = left, end + 1
        low, high = min(low, line.left), max(high, line.right)
    best: tuple[float, float] | None = None
    for gutter in free:
        if _parts_prose(lines[at:end], gutter) and (
            best is None or gutter[1] - gutter[0] > best[1] - best[0]
        ):
            best = gutter
    if best is None or not _is_of_columns(lines, at, best):
        return at, None
    return end, best


def _between(free: Sequence[tuple[float, float]], lines: Sequence[Line]) -> bool:
    """Whether one of the free ranges has text of two lines and more on both of its sides."""
    near = lines[:NEAR_LINES]
    return any(
        sum(line.left < low and line.right > high for line in near) >= 2 for low, high in free
    )


def _is_of_columns(lines: Sequence[Line], at: int, gutter: tuple[float, float]) -> bool:
    """Whether columns begin with a line: not with the boxes of a chart or a heading above them,
    which the gutter only happens to part."""
    line = lines[at]
    middle = (gutter[0] + gutter[1]) / 2
    sides = [side for right in (False, True) if (side := _side(line, middle, right=right))]
    if len(line.pieces) > 2 and len(line.text.split()) < 4 * len(line.pieces):
        return False
    below = lines[at + 1] if at + 1 < len(lines) else line
    if len(sides) == 1 and line.size > 1.15 * below.size:
        return False
    return any(len(side.text.split()) >= 4 for side in sides) or _heads(line, below)


def _heads(line: Line, below: Line) -> bool:
    """Whether a line's two pieces stand over the two of the line below."""
    if len(line.pieces) != 2 or len(below.pieces) != 2:
        return False
    pairs = zip(line.pieces, below.pieces, strict=True)
    return all(abs(above.left - under.left) <= ALIGNED for above, under in pairs)


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


def _goes_on(line: str, following: str) -> bool:
    """Whether a sentence runs from one line into the next."""
    return (line[-1:].isalpha() or line[-1:] == ",") and following[:1].islower()


def _parts_prose(lines: Sequence[Line], gutter: tuple[float, float]) -> bool:
    """Whether there is running text, many full lines of words, on both sides of a gutter, or lines
    that go on from one another, or items of lists, where they are few."""
    middle = (gutter[0] + gutter[1]) / 2
    sides = [[_side(line, middle, right=r) for line in lines] for r in (False, True)]
    for side in sides:
        texts = [line.text for line in side if line is not None]
        if len(texts) < 2:
            return False
        words = [len(t.split()) for t in texts]
        values = sum(is_value(t) for t in texts)
        split = sum(len(line.pieces) > 1 for line in side if line is not None)
        if sum(words) / len(words) < 3.5 or values > len(texts) / 4 or split > len(texts) / 2:
            return False
        going_on = sum(_goes_on(a, b) for a, b in pairwise(texts))
        items = sum(BULLET.match(t) is not None for t in texts)
        few = len(texts) < MIN_COLUMN_LINES
        enough = (len(texts) - 1) / 2 if few else len(texts) / 8
        if going_on < enough and items < max(2, len(texts) / 3):
            return False
    return True
