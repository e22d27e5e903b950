"""Excel (.xlsx) -> one table a block of filled rows, through openpyxl; cells as Excel shows them."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import openpyxl
from openpyxl.utils.cell import range_boundaries

from rag.documents.archive import check_archive
from rag.documents.builder import MAX_COLUMNS, Builder, Table, header_rows, is_value
from rag.documents.parsed import Parsed
from rag.errors import DocumentError

MAX_CELLS = 5_000_000
MAX_BLANK_ROWS = 10_000
MAX_MERGED_CELLS = 200_000
MAX_TITLE_CHARS = 120
_NAMED_BY_PROGRAM = re.compile(r"(?:Sheet|Tabelle|Feuil|Hoja)\s?\d*", re.I)


def parse_sheet(data: bytes) -> Parsed:
    """:raises DocumentError: encrypted, damaged, oversized."""
    check_archive(data, must_hold="xl/workbook.xml")
    builder = Builder()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of extensions that openpyxl leaves out
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                _book(book, builder)
            finally:
                book.close()
    except DocumentError:
        raise
    except Exception as error:
        # openpyxl lets whatever a damaged part makes it stumble over through.
        raise DocumentError("damaged: Excel's parts in it cannot be read; save it again") from error
    return builder.finish()


def _book(book: Any, builder: Builder) -> None:
    sheets = [s for s in book.worksheets if s.sheet_state == "visible"]
    title = " ".join((book.properties.title or "").split())
    builder.title = title if len(title) > 3 else ""
    left = MAX_CELLS
    for sheet in sheets:
        sheet.reset_dimensions()  # those in the file are often wrong
        named = len(sheets) > 1 or not _NAMED_BY_PROGRAM.fullmatch(sheet.title)
        kept = builder.title
        if named:
            builder.heading(2, sheet.title)
        builder.title = kept  # the name of a sheet is not that of the book
        for rows in _stretches(sheet, SheetForm.of(book, sheet)):
            left -= sum(map(len, rows))
            if left < 0:
                raise DocumentError(f"more than {MAX_CELLS // 1_000_000} million cells: split it")
            for part in _side_by_side(rows):
                _table(part, builder, titled=len(sheets) == 1)
    if not builder.title and len(sheets) == 1 and not _NAMED_BY_PROGRAM.fullmatch(sheets[0].title):
        builder.title = sheets[0].title


def _stretches(sheet: Any, form: SheetForm) -> Iterator[list[list[str]]]:
    """Runs of rows without a blank one between them, blank columns at their sides left out."""
    rows: list[list[str]] = []
    blank = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS), 1):
        if number in form.hidden_rows:
            continue
        cells = form.complete(number, [_shown(cell) for cell in row])
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            rows.append(cells)
            blank = 0
            continue
        if rows:
            yield _without_margin(rows)
            rows = []
        blank += 1
        if blank > MAX_BLANK_ROWS:
            return
    if rows:
        yield _without_margin(rows)


def _without_margin(rows: list[list[str]]) -> list[list[str]]:
    margin = min(next(i for i, c in enumerate(row) if c) for row in rows)
    return [row[margin:] for row in rows]


def _side_by_side(rows: list[list[str]]) -> Iterator[list[list[str]]]:
    """Tables that stand beside each other, a blank column between them and names at the left of
    each; a blank column before figures only sets them apart."""
    titles = next((i for i, row in enumerate(rows) if sum(map(bool, row)) > 1), len(rows))
    body = rows[titles:]
    width = max(map(len, body), default=0)
    used = [any(len(row) > i and row[i] for row in body) for i in range(width)]
    starts = [i for i in range(1, width) if used[i] and not used[i - 1] and _names(body, i)]
    if not starts or not _names(body, 0):
        yield rows
        return
    for number, (start, end) in enumerate(pairwise([0, *starts, width])):
        last = max(i for i in range(start, end) if used[i])
        part = [row[start : last + 1] for row in body if any(row[start:end])]
        yield [*rows[:titles], *part] if number == 0 else part


def _names(rows: list[list[str]], column: int) -> bool:
    """Whether a column names its rows: two texts or more, below each other, and no figures."""
    cells = [row[column] for row in rows if len(row) > column and row[column]]
    return len(cells) >= 2 and not any(map(is_value, cells))


def _table(rows: list[list[str]], builder: Builder, *, titled: bool) -> None:
    """A table with the lines above and below it that fill one cell.

    :param titled: the first such line names the document.
    """
    top, end = 0, len(rows)
    while top < end and _is_line(rows[top]):
        top += 1
    while end > top + 1 and _is_line(rows[end - 1]):
        end -= 1
    for number, row in enumerate(rows[:top]):
        text = next(c for c in row if c)
        if titled and number == 0 and not builder.title and len(text) <= MAX_TITLE_CHARS:
            builder.title = text
        builder.paragraph(text)
    rows, below = rows[top:end], rows[end:]
    if rows:
        head = header_rows(rows) or _names_alone(rows)
        upper, lowest = rows[: max(head - 1, 0)], rows[max(head - 1, 0) : head]
        header = [_spread(row, width=max(map(len, rows[:head]))) for row in upper] + lowest
        builder.table(Table(header, rows[head:]))
    for row in below:
        builder.paragraph(next(c for c in row if c))


def _is_line(row: list[str]) -> bool:
    """A title or note: one cell, no figure."""
    filled = [c for c in row if c]
    return len(filled) == 1 and not is_value(filled[0])


def _names_alone(rows: list[list[str]]) -> int:
    """1 where the first row names every column of a table that is no list of pairs."""
    first, width = rows[0], max(map(len, rows))
    named = len(first) == width > 2 and all(first) and len(set(first)) == width
    return int(named and len(rows) > 1 and not any(is_value(c) for c in first))


def _spread(row: list[str], *, width: int) -> list[str]:
    """A merged heading over each of its columns (a sheet keeps it in the first)."""
    spread: list[str] = []
    for i, cell in enumerate([*row, *[""] * (width - len(row))]):
        spread.append(cell or (spread[-1] if i > 1 else ""))
    return spread


# --- what is hidden and merged --------------------------------------------------------

_ROW_TAG = re.compile(rb"<(?:\w+:)?row\b[^>]{0,500}>")
_COLUMN_TAG = re.compile(rb"<(?:\w+:)?col\b[^>]{0,300}>")
_MERGED_TAG = re.compile(
    rb'<(?:\w+:)?mergeCell\b[^>]{0,100}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"'
)
_HIDDEN = re.compile(rb'\bhidden="(?:1|true)"')
_PART_BYTES = 1 << 20
_TAG_BYTES = 600


@dataclass(frozen=True, slots=True)
class SheetForm:
    """What of a sheet is hidden, and which cells take their text from above: (row, column) -> row.

    openpyxl tells it only of sheets that it holds in memory, so it is read from the file's XML.
    Rows and columns count from 1.
    """

    hidden_rows: frozenset[int]
    hidden_columns: frozenset[int]
    from_above: dict[tuple[int, int], int]
    texts: dict[tuple[int, int], str] = field(default_factory=dict)

    @classmethod
    def of(cls, book: Any, sheet: Any) -> SheetForm:
        rows: set[int] = set()
        columns: set[int] = set()
        above: dict[tuple[int, int], int] = {}
        with book._archive.open(sheet._worksheet_path) as file:
            rest = b""
            while part := file.read(_PART_BYTES):
                text = rest + part
                for tag in _ROW_TAG.findall(text):
                    if _HIDDEN.search(tag):
                        rows.add(_attribute(tag, b"r"))
                for tag in _COLUMN_TAG.findall(text):
                    if _HIDDEN.search(tag):
                        last = min(_attribute(tag, b"max"), MAX_COLUMNS)
                        columns.update(range(_attribute(tag, b"min"), last + 1))
                for ref in _MERGED_TAG.findall(text):
                    left, top, _, bottom = range_boundaries(ref.decode())
                    if len(above) + bottom - top <= MAX_MERGED_CELLS:
                        above.update({(row, left): top for row in range(top + 1, bottom + 1)})
                # A tag that is cut in two is seen whole in the next part, or twice, which is no harm.
                rest = text[-_TAG_BYTES:]
        return cls(frozenset(rows), frozenset(columns), above)

    def complete(self, row: int, cells: list[str]) -> list[str]:
        """A row's cells without the hidden, with the texts of cells merged with those above."""
        if self.from_above:
            for i, cell in enumerate(cells):
                place = (row, i + 1)
                if place in self.from_above:
                    cells[i] = cell or self.texts.get((self.from_above[place], i + 1), "")
                elif cell and (row + 1, i + 1) in self.from_above:
                    self.texts[place] = cell
        if self.hidden_columns:
            return [cell for i, cell in enumerate(cells, 1) if i not in self.hidden_columns]
        return cells


def _attribute(tag: bytes, name: bytes) -> int:
    found = re.search(rb"\b" + name + rb'="(\d{1,7})"', tag)
    return int(found[1]) if found else 0


# --- cells as Excel shows them --------------------------------------------------------


def _shown(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "General")
    if isinstance(value, dt.datetime | dt.date | dt.time):
        return _date(value, cell.number_format or "")
    return " ".join(str(value).split())


_CURRENCY = re.compile(r'\[\$(?P<code>[^\]-]*)[^\]]*\]|"(?P<quoted>[^"]*)"|(?P<sign>[$€£¥₹])')


def _number(value: float, number_format: str) -> str:
    """A number in its format, that for negative ones where there is one: per cent, thousands,
    decimals, leading zeros, currency, brackets."""
    forms = number_format.split(";")
    form = forms[1] if value < 0 and len(forms) > 1 and forms[1] else forms[0]
    bare = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.', "", form)
    if form == "General" or not re.search(r"[0#]", bare):
        return _plain(value)
    percent = "%" in bare
    if percent:
        value *= 100
    decimals = re.search(r"\.([0#?]+)", bare)
    places = min(len(decimals[1]), 10) if decimals else 0
    if "E" in bare.upper() or "/" in bare:
        return _plain(value)
    bracketed = form is not forms[0] and "(" in bare
    if form is not forms[0] and (bracketed or "-" not in bare):
        value = abs(value)  # the format itself says that it is negative
    text = f"{value:,.{places}f}" if "," in bare else f"{value:.{places}f}"
    whole = re.sub(r"\..*", "", bare).count("0")
    if whole > 1 and "," not in bare and value >= 0:
        text = text.zfill(whole + (places + 1 if places else 0))
    if decimals and "0" not in decimals[1]:
        text = text.rstrip("0").rstrip(".")
    before, after = _affixes(form)
    shown = f"{before}{text}{'%' if percent else ''}{after}"
    return f"({shown})" if bracketed else shown


def _affixes(form: str) -> tuple[str, str]:
    """What a format writes before and after the number: a currency, a unit."""
    digits = re.search(r"[0#]", form)
    at = digits.start() if digits else len(form)
    before = after = ""
    for match in _CURRENCY.finditer(form):
        sign = match["code"] or match["quoted"] or match["sign"] or ""
        if match.start() < at:
            before += sign
        else:
            apart = sign[:1].isalpha() or form[match.start() - 1] == " "
            after += f" {sign.strip()}" if apart else sign
    spaced = before and before[-1].isalpha()
    return f"{before} " if spaced else before, after


_DATE_PARTS = re.compile(r"[Yy]+|[Mm]+|[Dd]+")
_DATE_SHOWN = {"yyyy": "%Y", "yy": "%y", "mmmm": "%B", "mmm": "%b", "mm": "%m", "dddd": "%A", "ddd": "%a", "dd": "%d"}  # fmt: skip


def _date(value: dt.datetime | dt.date | dt.time, number_format: str) -> str:
    """A date as its format shows it where that leaves no doubt which day it is, else as in ISO 8601.

    Months in figures ("03/04/2025") are written otherwise from country to country.
    """
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    form = re.sub(r"\[[^\]]*\]|\\|;.*", "", number_format).replace('"', "")
    if "mmm" in form.lower() and not re.search(r"[hHsS]", form):
        return _DATE_PARTS.sub(lambda m: _date_part(value, m[0].lower()), form).strip()
    if re.fullmatch(r"[Yy]{4}", form):
        return str(value.year)
    if isinstance(value, dt.datetime) and value.time() != dt.time():
        return value.isoformat(" ", "minutes")
    return value.strftime("%Y-%m-%d")


def _date_part(value: dt.date, part: str) -> str:
    if part in _DATE_SHOWN:
        return value.strftime(_DATE_SHOWN[part])
    return str(value.month if part == "m" else value.day if part == "d" else value.year)


def _plain(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)
