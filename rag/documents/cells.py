"""The words of a line -> the cells that it may hold, and what fills tables. Lengths in points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from rag.documents.builder import is_value
from rag.documents.lines import GAP, Line, Piece, Word, piece_of, without_marks

WORD_GAP = 0.45
"""Of the font size: words that are no farther apart are of one cell, unless a gutter parts them."""

_SIGN = re.compile(r"(?:US|C|A|HK|NZ)?[$€£¥₹]\(?|\(")
_TAIL = re.compile(r"[)%]+|pts?|x|bps")
_UNIT = re.compile(r"[(]?(?:[A-Z]{0,3}[$€£¥])?\s?['’]?000s?[)]?")
"""What the figures below are counted in ("$000")."""
_NIL = re.compile(r"[-–—−‒―]+|n/?a|n\.a\.|nil|none|nm", re.I)
_YEAR = re.compile(r"(?:FY\s?)?(?:19|20)\d\d\*?")
_DATE = re.compile(r"\d{1,2}/\d{1,2}/(?:\d\d){1,2}")
_DAY = re.compile(r"\d{1,2},(?:\s?(?:19|20)\d\d)?")
"""The end of a date in the head of a column, parted from its month."""
_MONTH = re.compile(r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?$", re.I)
_LISTED = re.compile(r"[•‣▪◦●○■□➢➤✓✔·∙*\uf0b7\uf0a7–—-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)]")


def is_year(text: str) -> bool:
    return _YEAR.fullmatch(text) is not None


def is_nil(text: str) -> bool:
    """Whether a cell says that there is no figure: a dash, "N/A"."""
    return _NIL.fullmatch(text) is not None


def is_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


def is_listed(text: str) -> bool:
    """Whether a word is the bullet or number of an item of a list."""
    return _LISTED.fullmatch(text) is not None


@lru_cache(maxsize=10_000)
def is_figure(text: str) -> bool:
    """Whether a word or cell is what tables are filled with: a number, a year, a date, a dash."""
    return (
        (is_value(text) and _UNIT.fullmatch(text) is None)
        or is_nil(text)
        or is_year(text)
        or is_date(text)
    )


def cells_of(line: Line) -> list[Piece]:
    """The cells that a line may hold: words with a narrow gap between them, a currency sign with
    the figure after it, a bracket or "%" with that before. Two figures are always two cells but
    where a narrow dash joins them."""
    tokens: list[list[Word]] = []
    sign = False
    for word in without_marks(line):
        last = tokens[-1] if tokens else None
        if last is None:
            tokens.append([word])
        elif (sign and is_figure(word.text)) or (
            _TAIL.fullmatch(word.text) and is_figure(_text(last).lstrip("$€£¥(") + ")")
        ):
            last.append(replace(word, glued=True))
        elif _joins(last, word):
            last.append(word)
        else:
            tokens.append([word])
        sign = _SIGN.fullmatch(word.text) is not None and len(tokens[-1]) == 1
    return [_cell(token) for token in tokens]


def _text(words: Sequence[Word]) -> str:
    return piece_of(words).text


def _joins(before: Sequence[Word], word: Word) -> bool:
    """Whether a word goes on with the cell before it."""
    last = before[-1]
    gap = (word.left - last.right) / max(min(word.size, last.size), 4.0)
    if _YEAR.fullmatch(last.text) and _MONTH.match(word.text):
        return False
    if word.glued and gap < 0.1:
        return True
    if gap > WORD_GAP or _SIGN.fullmatch(word.text):
        # "$" opens a cell of its own, but not in "up to $ 5" or "($ in millions)".
        return gap <= 0.3 and not is_figure(last.text)
    apart = is_figure(last.text) and is_figure(word.text) and not last.text.endswith(",")
    return gap <= 0.3 if apart else True


def _cell(words: Sequence[Word]) -> Piece:
    piece = piece_of(words)
    return replace(piece, text=re.sub(r"^([$€£¥₹(]{1,3})\s+(?=[\d(.])", r"\1", piece.text))


def fills(cell: Piece) -> bool:
    """Whether a cell holds a figure that is no date."""
    return is_figure(cell.text) and not (is_year(cell.text) or _DAY.fullmatch(cell.text))


def is_row(cells: Sequence[Piece]) -> bool:
    """Whether a line looks like the row of a table, seen alone."""
    if len(cells) < 2 or (len(cells) == 2 and is_listed(cells[0].text)):
        return False
    wide = any(b.left - a.right > GAP * max(min(a.size, b.size), 4) for a, b in pairwise(cells))
    figures = sum(is_figure(t.text) for t in cells)
    prose = len(cells) > 2 and figures == 0 and not wide
    return (wide or figures >= 2) and not prose
