"""Question tables: CSV and XLSX files -> the fields that a JSON line would have.

The first row holds the headings, which are the names of the fields in any order and case;
columns that are not needed may be left out. A cell of several values has one a line, or
separates them by " | ":

=================  =====================================================================
turns              the user's messages, in order
answerable         yes, no, or either (where an answer may or may not decline)
figures            as one writes them: €70,000 | 8 % | 5 years
points             alternatives of one point are separated by " / "
evidence           the document's path, a colon, and the words, one a line:
                   pay.md: Seniors earn …
conflict, draft    yes or no (empty: no)
=================  =====================================================================
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.figures import parse_figures
from rag.errors import InputError

TABLES = frozenset({".csv", ".xlsx"})
MAX_ROWS = 100_000
"""A sheet may claim a million empty rows."""

_YES = frozenset({"yes", "true", "1", "y"})
_NO = frozenset({"no", "false", "0", "n"})
_LISTS = ("turns", "documents", "forbidden_points")
HEADINGS = (
    "id", "kind", "turns", "answerable", "figures", "points", "documents", "evidence",
    "forbidden_figures", "forbidden_points", "conflict", "draft", "note",
)  # fmt: skip

Record = dict[str, Any]


def read_table(file: Path) -> Iterator[tuple[str, Record]]:
    """Each row that is not empty: where it stands, and its fields.

    :raises InputError: the file cannot be read, or a cell is not of its form; the message names
        the file, the row and the column.
    """
    rows = _read_sheet(file) if file.suffix.lower() == ".xlsx" else _read_csv(file)
    headings = [str(heading or "").strip().lower() for heading in rows[0]] if rows else []
    if "id" not in headings or "turns" not in headings:
        raise InputError(
            f"{file}: the first row must hold the headings, among them 'id' and 'turns'; it holds "
            f"{', '.join(filter(None, headings)) or 'nothing'}"
        )
    for number, row in enumerate(rows[1:], start=2):
        where = f"{file}, row {number}"
        cells = {h: v for h, v in zip(headings, row, strict=False) if h and _text(v)}
        if cells:
            yield where, _record(cells, where=where)


def write_table(records: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Question records as a table that :func:`read_table` reads back."""
    rows = [
        list(HEADINGS),
        *([_cell(record, heading) for heading in HEADINGS] for record in records),
    ]
    if file.suffix.lower() == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("questions")
        for row in rows:
            sheet.append([_no_formula(cell) for cell in row])
        book.save(file)
    else:
        with file.open("w", encoding="utf-8-sig", newline="") as opened:
            csv.writer(opened).writerows([_no_formula(cell) for cell in row] for row in rows)


def _cell(record: Mapping[str, Any], heading: str) -> str:
    """What :func:`_record` makes a field's value of."""
    value = record.get(heading)
    match heading:
        case "answerable":
            return "either" if value is None else "yes" if value else "no"
        case "conflict" | "draft":
            return "yes" if value else ""
        case "figures" | "forbidden_figures":
            return "\n".join(_shown_figure(each) for each in value or [])
        case "points":
            return "\n".join(" / ".join(alternatives) for alternatives in value or [])
        case "evidence":
            quotes = [f"{each['document']}: {each['quote']}" for each in value or []]
            return "\n".join(" ".join(quote.split()) for quote in quotes)
        case "turns" | "documents" | "forbidden_points":
            return "\n".join(" ".join(each.split()) for each in value or [])
        case _:
            return str(value or "")


def _shown_figure(figure: Mapping[str, Any]) -> str:
    number = f"{figure['value']:.10f}".rstrip("0").rstrip(".")
    return number if figure["unit"] == "count" else f"{number} {figure['unit']}"


def _no_formula(cell: str) -> str:
    """A text that a spreadsheet would take for a formula begins with a space instead."""
    return f" {cell}" if cell[:1] in ("=", "+", "-", "@") else cell


def _record(cells: Mapping[str, object], *, where: str) -> Record:
    record: Record = {}
    for heading, value in cells.items():
        text = _text(value)
        if heading in _LISTS:
            record[heading] = _several(text)
        elif heading in {"figures", "forbidden_figures"}:
            record[heading] = [_figure(each, f"{where}, {heading}") for each in _several(text)]
        elif heading == "points":
            record[heading] = [_alternatives(each) for each in _several(text)]
        elif heading == "evidence":
            record[heading] = [_quote(each, where) for each in _lines(text)]
        elif heading in {"answerable", "conflict", "draft"}:
            record[heading] = _yes_or_no(text, f"{where}, {heading}")
        elif heading == "kind":
            record[heading] = text.lower()  # spreadsheets like to begin a cell with a capital
        else:
            record[heading] = text
    return record


def _text(value: object) -> str:
    """A cell's text; a whole number has no decimal point, as the sheet shows it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _several(text: str) -> list[str]:
    parts = [part.strip() for line in text.splitlines() for part in line.split(" | ")]
    return [part for part in parts if part]


def _lines(text: str) -> list[str]:
    """Quotes stand one a line, since a table row's quote holds " | " itself."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _alternatives(text: str) -> list[str]:
    return [part.strip() for part in text.split(" / ") if part.strip()]


def _figure(text: str, where: str) -> Record:
    figures = parse_figures(text)
    if len(figures) != 1:
        raise InputError(
            f"{where}: {text!r} is not one figure; write each as €70,000, 8 % or 5 years, one a "
            "line or separated by ' | '"
        )
    return {"value": figures[0].value, "unit": figures[0].unit}


def _quote(text: str, where: str) -> Record:
    document, colon, quote = text.partition(": ")
    if not colon:
        raise InputError(
            f"{where}, evidence: {text!r} names no document; write 'pay.md: the words'"
        )
    return {"document": document.strip(), "quote": quote.strip()}


def _yes_or_no(text: str, where: str) -> bool | None:
    word = text.lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if word == "either" and where.endswith("answerable"):
        return None
    raise InputError(f"{where}: {text!r} is neither yes nor no")


def _read_csv(file: Path) -> list[list[object]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"there is no question file {file}; check the path") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read {file} ({error}); save it as CSV in UTF-8") from None
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        return [list(row) for row in csv.reader(io.StringIO(text), delimiter=separator)]
    except csv.Error as error:
        raise InputError(f"{file} is not a CSV file ({error}); save it again as CSV") from None


def _read_sheet(file: Path) -> list[list[object]]:
    """The first sheet, values and not formulas."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
    except FileNotFoundError:
        raise InputError(f"there is no question file {file}; check the path") from None
    except (OSError, KeyError, ValueError, zipfile.BadZipFile, InvalidFileException) as error:
        raise InputError(f"cannot read {file} ({error}); save it as XLSX again") from None
    try:
        sheet = book.worksheets[0]
        return [list(row) for row in sheet.iter_rows(max_row=MAX_ROWS, values_only=True)]
    finally:
        book.close()
