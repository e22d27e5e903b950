"""Excel (.xlsx) -> one table a block of filled rows, through openpyxl; cells as Excel shows them."""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
from collections.abc import Iterator
from typing import Any

import openpyxl

from rag.documents.archive import check_archive
from rag.documents.builder import MAX_COLUMNS, Builder, Table, header_rows, is_value
from rag.documents.parsed import Parsed
from rag.errors import DocumentError

MAX_CELLS = 5_000_000
MAX_BLANK_ROWS = 10_000
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
        raise DocumentError("damaged: Excel's parts in it cannot be read") from error
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
        if len(sheets) > 1:
            builder.title = kept  # one sheet of several does not name the book
        for rows in _tables(sheet):
            left -= sum(map(len, rows))
            if left < 0:
                raise DocumentError(f"more than {MAX_CELLS // 1_000_000} million cells")
            _table(rows, builder)


def _tables(sheet: Any) -> Iterator[list[list[str]]]:
    """Runs of rows without a blank one between them, blank columns at their sides left out."""
    rows: list[list[str]] = []
    blank = 0
    for row in sheet.iter_rows(max_col=MAX_COLUMNS):
        cells = [_shown(cell) for cell in row]
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


def _table(rows: list[list[str]], builder: Builder) -> None:
    top = 0
    # Titles and notes above a table, and single cells, are paragraphs.
    while top < len(rows) and len([c for c in rows[top] if c]) == 1 and not is_value(rows[top][0]):
        builder.paragraph(next(c for c in rows[top] if c))
        top += 1
        if len(rows[top - 1]) > 1 and top < len(rows):
            continue
    rows = rows[top:]
    if not rows:
        return
    head = header_rows(rows) or _names_alone(rows)
    header = [_spread(row) for row in rows[: max(head - 1, 0)]] + rows[max(head - 1, 0) : head]
    builder.table(Table(header, rows[head:]))


def _names_alone(rows: list[list[str]]) -> int:
    """1 where the first row names every column of a table that is no list of pairs."""
    first, width = rows[0], max(map(len, rows))
    named = len(first) == width > 2 and all(first) and len(set(first)) == width
    return int(named and len(rows) > 1 and not any(is_value(c) for c in first))


def _spread(row: list[str]) -> list[str]:
    """A merged heading over each of its columns (a sheet keeps it in the first)."""
    spread: list[str] = []
    for i, cell in enumerate(row):
        spread.append(cell or (spread[-1] if i > 1 else ""))
    return spread


# --- cells as Excel shows them --------------------------------------------------------


def _shown(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, cell.number_format or "General")
    if isinstance(value, dt.datetime):
        return (
            value.date().isoformat()
            if value.time() == dt.time()
            else value.isoformat(" ", "minutes")
        )
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return " ".join(str(value).split())


_CURRENCY = re.compile(r'\[\$(?P<code>[^\]-]*)[^\]]*\]|"(?P<quoted>[^"]*)"|(?P<sign>[$€£¥₹])')


def _number(value: float, number_format: str) -> str:
    """A number in the main part of its format: per cent, thousands, decimals, currency."""
    form = number_format.split(";")[0]
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
    text = f"{value:,.{places}f}" if "," in bare else f"{value:.{places}f}"
    if decimals and "0" not in decimals[1]:
        text = text.rstrip("0").rstrip(".")
    before, after = _affixes(form)
    return f"{before}{text}{'%' if percent else ''}{after}"


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


def _plain(value: float) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return f"{value:.10g}" if isinstance(value, float) else str(value)
