"""A table -> its series: the numbers of one name, by year.

Years stand in the heads of columns as a rule, sometimes in those of rows ("2019 | 44 | 17"). A
series is what is left of a cell's row and column once the year is taken away; a table without years
has a series for each cell.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rag.documents.sentences import plain_text
from rag.documents.words import terms
from rag.types import Block, BlockKind, Document, Span

MAX_ROWS = 400
"""Of one table; a larger one is a data set, which people don't ask for a cell of."""
MAX_BLOCKS_ABOVE = 40
"""Among which a note on all figures may stand ("(in thousands)")."""
_HEAD_ROWS = 3
"""Rows from the top in which the years above the columns may stand."""
_ABOVE = -1
"""The row of the heads that are none of the table's rows."""

YEAR = re.compile(r"(?<![\d$€£.,])(?:19|20)\d\d(?![\d%])")
_ACROSS = re.compile(r"(?<!\d)((?:19|20)\d\d)/((?:\d\d){1,2})(?!\d)")
_NUMBER = re.compile(
    r"(?P<open>\()?\s*(?P<minus>[-−–])?\s*(?P<unit>(?:US|C|A)?[$€£¥])?\s*(?P<open_after>\()?"
    r"(?P<digits>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
    r"\s*(?P<percent>%)?\s*(?P<close>\))?\s*(?P<percent_after>%)?(?:\s*\(\w{1,2}\))?"
)
_FOOTNOTE = re.compile(r"\(\w{1,2}\)|[*†‡]+")
# In a head, where hardly anything else is said.
_SCALE = re.compile(
    r"\bin\s+(?:[\w.$€£’']+\s+){0,3}?(?P<word>thousand|million|billion)s?\b"
    r"|(?:[$€£]|\b(?:USD|EUR|GBP))\s?(?P<short>'?000(?:'?s)?|k|m|mn|bn|thousand|million|billion)s?\b",
    re.I,
)
# In a text, where it must be a note on the figures: "(in thousands, except …)".
_NOTE = re.compile(
    r"(?:\([^()]{0,60}?|\b(?:amounts?|figures?|dollars?|values?|numbers?)\b[^.()]{0,40}?)"
    r"\bin\s+(?:[$€£]\s?)?(?P<word>thousand|million|billion)s\b(?:[^.()]{0,60}\))?",
    re.I,
)
_UNITS = re.compile(
    r"\((?=[^()]{0,60}\b(?:in|thousands?|millions?|billions?|dollars?)\b)[^()]{0,60}\)", re.I
)
_UNIT_ALONE = re.compile(r"[$€£¥%]?[A-Za-z$€£¥%]{0,3}")
_SHORT = {
    **dict.fromkeys(("000", "000s", "000's", "'000", "'000s", "k"), "thousand"),
    **{"m": "million", "mn": "million", "bn": "billion"},
}


@dataclass(frozen=True, slots=True)
class Value:
    """One number of a table. ``text`` is the cell as written, ``row`` the span that is cited.

    ``unit`` is "%", a currency's sign, or "" where the cell names none.
    """

    number: float
    text: str
    unit: str
    decimals: int
    row: Span


@dataclass(slots=True)
class Series:
    """The numbers of one name. ``values`` are by year; None where the table has no years.

    ``row``, ``column`` and ``section`` are the words that name it, ``table`` the document and the
    table's number in it, ``scale`` "thousand", "million", "billion" or "", and ``note`` where that
    is said, unless in the table's heads.
    """

    document: str
    table: int
    row: str
    column: str
    section: str
    scale: str
    note: Span | None
    values: dict[int | None, Value] = field(default_factory=dict)

    @property
    def row_words(self) -> tuple[str, ...]:
        """The stems of the row's name, in order."""
        return tuple(terms(self.row))

    @property
    def row_terms(self) -> frozenset[str]:
        return frozenset(terms(self.row))

    @property
    def column_terms(self) -> frozenset[str]:
        return frozenset(terms(self.column))

    @property
    def section_terms(self) -> frozenset[str]:
        return frozenset(terms(self.section))

    @property
    def words(self) -> frozenset[str]:
        """The stems of its own name, row and column."""
        return self.row_terms | self.column_terms

    @property
    def is_share(self) -> bool:
        return any(value.unit == "%" for value in self.values.values())

    @property
    def years(self) -> list[int]:
        """Newest first."""
        return sorted((year for year in self.values if year is not None), reverse=True)

    @property
    def name(self) -> str:
        """For people: the row, and what tells its column from the others."""
        return (
            f"{self.row} ({self.column})" if self.row and self.column else self.row or self.column
        )


def one_year(text: str) -> str:
    """A text in which a year across two ("2018/2019", "2018/19") is the later one."""
    return _ACROSS.sub(_later, text)


def _later(match: re.Match[str]) -> str:
    later = int(match[1]) + 1
    return str(later) if str(later).endswith(match[2]) else match[0]


def read_series(document: Document, rows: Sequence[Block]) -> tuple[Series, ...]:
    """The series of one table, in its order.

    :param rows: the table's rows, from the top.
    """
    rows = rows[:MAX_ROWS]
    heads = _heads(document, rows)
    scale, note = _scale(document, rows, heads)
    found: dict[tuple[str, str, str], Series] = {}
    for key, year, value in _values(document, rows, heads):
        series = found.setdefault(key, Series(document.path, rows[0].group, *key, scale, note))
        series.values.setdefault(year, value)
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _Head:
    """Above a column: its words without the year, and the year, if it has one."""

    words: str
    year: int | None


def _values(
    document: Document, rows: Sequence[Block], heads: Mapping[int, Sequence[_Head]]
) -> Iterator[tuple[tuple[str, str, str], int | None, Value]]:
    """Each number with (row, column, section) and year."""
    above = heads[_ABOVE]
    corner = plain_text(rows[0].cells[0].column) if rows[0].cells else ""
    section = ""
    below: int | None = None  # a year that names the rows below it
    for at, block in enumerate(rows):
        if at in heads:
            above = heads[at]
            continue
        label = _plain(document, block.cells[0].span) if block.cells else ""
        others = [_plain(document, cell.span) for cell in block.cells[1:]]
        if label and all(map(_UNIT_ALONE.fullmatch, others)):
            below = int(YEAR.findall(one_year(label))[0]) if _is_year(label) else None
            section = "" if below else label
            continue
        label = one_year(label)
        of_row = YEAR.findall(label)
        path = block.cells[1].row.rpartition(" > ")[0] if len(block.cells) > 1 else ""
        path = "" if below else path
        under = " > ".join(dict.fromkeys(filter(None, [corner, plain_text(path), section])))
        for head, text in zip(above[1:], others, strict=False):
            value = read_value(text, row=block.span)
            if value is None:
                continue
            year = head.year
            if year is None:
                year = int(of_row[0]) if len(of_row) == 1 else below
            name = _tidy(label) if year is None or head.year is not None else _without_year(label)
            yield (name, head.words, under), year, value


def read_value(text: str, *, row: Span) -> Value | None:
    """A cell that is one number: "$1,452.4", "(44.1)", "12 %"; None for any other."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    number = float(match["digits"].replace(",", ""))
    negative = match["minus"] or match["open"] or match["open_after"]
    percent = match["percent"] or match["percent_after"]
    return Value(
        -number if negative else number,
        " ".join(text.split()),
        "%" if percent else match["unit"] or "",
        len(match["digits"].partition(".")[2]),
        row,
    )


# --- heads ----------------------------------------------------------------------------


def _heads(document: Document, rows: Sequence[Block]) -> dict[int, list[_Head]]:
    """The heads above the table, and those that stand in one of its rows, by that row."""
    first = _all_heads([plain_text(cell.column) for cell in rows[0].cells])
    found = {_ABOVE: first}
    if any(head.year for head in first):
        return found
    for at, block in enumerate(rows[:_HEAD_ROWS]):
        cells = [_plain(document, cell.span) for cell in block.cells]
        if _are_heads(cells[1:]):
            found[at] = _all_heads(
                [
                    " ".join(filter(None, [plain_text(cell.column), text]))
                    for cell, text in zip(block.cells, cells, strict=True)
                ]
            )
    return found


_DATE_WORDS = re.compile(
    r"(?:years?|fiscal|fy|ended|ending|as|of|at|the|for|months?|quarters?|q[1-4]|three|six|nine|twelve"
    r"|jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sept?\w*|oct\w*|nov\w*|dec\w*|\d{1,2}|restated)",
    re.I,
)


def _are_heads(cells: Sequence[str]) -> bool:
    """Years above the columns: at least half are years, and none is another number."""
    said = [cell for cell in cells if cell]
    years = [cell for cell in said if _is_year(cell)]
    others = [cell for cell in said if not _is_year(cell)]
    return (
        bool(said)
        and 2 * len(years) >= len(said)
        and not any(c.isdigit() for o in others for c in o)
    )


def _is_year(text: str) -> bool:
    """Nothing but a year or a date."""
    text = one_year(text)
    rest = YEAR.sub(" ", text, count=1)
    return rest != text and all(map(_DATE_WORDS.fullmatch, re.findall(r"\w+", rest)))


def _all_heads(texts: Sequence[str]) -> list[_Head]:
    """Where each year has one column, the year is all that tells it from the others; where it has
    several, the words above them do, or their dates ("July 27", "April 27")."""
    heads = _spread([_head(text) for text in texts])
    years = [head.year for head in heads if head.year is not None]
    if len(set(years)) == len(years):
        return [_Head("" if head.year is not None else head.words, head.year) for head in heads]
    named = _carried(heads)
    dated = [head for head in named if head.year is not None]
    if len(set(dated)) == len(dated):
        return named
    return [
        _Head(_tidy(YEAR.sub(" ", text)), head.year) if head.year is not None else head
        for head, text in zip(heads, texts, strict=True)
    ]


def _carried(heads: Sequence[_Head]) -> list[_Head]:
    """Words that stand once above several years: "Earnings 2019 | 2018 | Dividend 2019 | 2018"."""
    carried: list[_Head] = []
    words = ""
    for head in heads:
        words = head.words or (words if head.year is not None else "")
        carried.append(_Head(words, head.year))
    return carried


def _head(text: str) -> _Head:
    text = one_year(text)
    years = YEAR.findall(text)
    if len(set(years)) != 1:
        return _Head(_tidy(text), None)  # "2019 vs 2018" is no year's column
    return _Head(_without_year(text), int(years[0]))


def _without_year(text: str) -> str:
    """The words that tell a column from others of its year; dates are none."""
    rest = YEAR.sub(" ", text)
    words = [w for w in re.findall(r"\S+", rest) if not _DATE_WORDS.fullmatch(w.strip(",.:;()"))]
    return _tidy(" ".join(words))


def _tidy(text: str) -> str:
    """Without footnote marks and without what the numbers are in."""
    bare = _FOOTNOTE.sub(" ", _UNITS.sub(" ", text))
    return " ".join(bare.split()).strip(" ,;:>-–—.")


def _spread(heads: Sequence[_Head]) -> list[_Head]:
    """A year that stands once above several columns holds for each of them.

    Such columns repeat in equal groups: "2019, Men | Women | 2018, Men | Women".
    """
    dated = [at for at, head in enumerate(heads) if head.year is not None]
    steps = {b - a for a, b in itertools.pairwise(dated)}
    if len(steps) != 1 or (width := steps.pop()) < 2 or dated[-1] + width > len(heads):
        return list(heads)
    spread = list(heads)
    for start in dated:
        for at in range(start + 1, min(start + width, len(heads))):
            spread[at] = _Head(heads[at].words, heads[start].year)
    return spread


def _scale(
    document: Document, rows: Sequence[Block], heads: Mapping[int, Sequence[_Head]]
) -> tuple[str, Span | None]:
    """What the numbers are in: by the heads, the first rows, or else the nearest note above.

    :return: "thousand", "million", "billion" or "", and where a note says so.
    """
    first = [plain_text(cell.column) for cell in rows[0].cells]
    top = [_plain(document, cell.span) for row in rows[:_HEAD_ROWS] for cell in row.cells]
    above = [head.words for each in heads.values() for head in each]
    for text in (*first, *above, *top):
        if match := _SCALE.search(text):
            word = (match["word"] or match["short"]).lower()
            return _SHORT.get(word, word), None
    at = document.blocks.index(rows[0])
    for block in reversed(document.blocks[max(0, at - MAX_BLOCKS_ABOVE) : at]):
        if block.kind is not BlockKind.TABLE_ROW:
            notes = list(_NOTE.finditer(block.span.of(document.text)))
            if notes:
                start = block.span.start
                where = Span(start + notes[-1].start(), start + notes[-1].end())
                return notes[-1]["word"].lower(), where
    return "", None


def _plain(document: Document, span: Span) -> str:
    return plain_text(span.of(document.text)).strip()
