"""What stands on a page: words, pieces of lines, lines. Lengths in points; y grows upwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

GAP = 1.1
"""Of the font size: a wider gap within a line parts two pieces (two cells, two columns)."""
BULLET = re.compile(r"[•‣▪◦●○■□☐☑☒➢➤✓✔·∙–—*\uf0b7\uf0a7-]|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]")
"""What stands before an item of a list."""
_MARKER = re.compile(r"(?:\(?(?:\d{1,2}|[a-z]{1,2})\)?[,;]?)+|[*†‡§#]+")


@dataclass(frozen=True, slots=True)
class Word:
    """Characters without a space between them, on one baseline.

    ``glued`` says that no space parts it from the word before it, only its size or height does.
    """

    text: str
    left: float
    right: float
    y: float
    size: float
    bold: bool
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of one line without a wide gap between them; a cell of a table."""

    text: str
    left: float
    right: float
    size: float
    bold: bool
    words: tuple[Word, ...] = ()

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """Pieces on one baseline, from the left; or a table, its cells in ``table``, in place of its
    lines: the first ``head`` of its rows are its head, ``columns`` has the x ranges of its
    columns where they are known."""

    pieces: tuple[Piece, ...]
    y: float
    table: tuple[tuple[str, ...], ...] = ()
    head: int | None = None
    columns: tuple[tuple[float, float], ...] = ()

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

    @property
    def words(self) -> list[Word]:
        return [word for piece in self.pieces for word in piece.words]


@dataclass(frozen=True, slots=True)
class Page:
    number: int
    width: float
    height: float
    lines: tuple[Line, ...]


def piece_of(words: Sequence[Word]) -> Piece:
    """Words as one piece, in the look that most of its letters have."""
    looks: dict[tuple[float, bool], int] = {}
    for word in words:
        look = (round(word.size * 2) / 2, word.bold)
        looks[look] = looks.get(look, 0) + len(word.text)
    size, bold = max(looks, key=lambda look: looks[look])
    text = words[0].text + "".join(w.text if w.glued else f" {w.text}" for w in words[1:])
    return Piece(text, words[0].left, max(w.right for w in words), size, bold, tuple(words))


def pieces_of(words: Sequence[Word], *, gap: float = GAP) -> Iterator[list[Word]]:
    """The words of a line parted where a gap is wider than so much of the font size."""
    group: list[Word] = []
    right = 0.0
    for word in words:
        wide = gap * max(min(word.size, group[-1].size), 4) if group else 0.0
        if group and word.left - right > wide:
            yield group
            group = []
        right = max(right, word.right) if group else word.right
        group.append(word)
    if group:
        yield group


def without_marks(line: Line) -> list[Word]:
    """The words of a line but for the raised numbers and signs of footnotes."""
    words = line.words
    usual = max((w.size for w in words), default=0.0)
    return [
        w
        for w in words
        if not (w.size < 0.8 * usual and w.y > line.y + 0.1 * usual and _MARKER.fullmatch(w.text))
    ]
