"""CSV and TSV -> one table, through the csv module."""

from __future__ import annotations

import csv
import io
import sys

from rag.documents.builder import Builder, Table, header_rows
from rag.documents.parsed import Parsed
from rag.errors import DocumentError

_DELIMITERS = ",;\t|"
_SAMPLE_CHARS = 20_000


def parse_delimited(text: str) -> Parsed:
    """The rows of a file of separated values; rows may have fewer or more cells than the head.

    :raises DocumentError: the quoting makes no sense.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    try:
        rows = [
            [" ".join(cell.split()) for cell in row]
            for row in csv.reader(io.StringIO(text, newline=""), dialect=_dialect(text))
        ]
    except csv.Error as error:
        raise DocumentError(f"not a file of separated values ({error})") from None
    rows = [row for row in rows if any(row)]
    builder = Builder()
    lines = 0
    # Titles and notes above the table fill one cell of a row.
    while len(rows) > lines + 1 and len([c for c in rows[lines] if c]) == 1 < len(rows[-1]):
        builder.paragraph(next(c for c in rows[lines] if c))
        lines += 1
    rows = rows[lines:]
    head = max(header_rows(rows), _names_alone(rows))
    builder.table(Table(rows[:head], rows[head:]))
    return builder.finish()


def _names_alone(rows: list[list[str]]) -> int:
    """1 where the first row is all names that differ: in such files it is the head."""
    first = rows[0] if rows else []
    named = len(first) > 1 and all(first) and len(set(first)) == len(first)
    return int(named and len(rows) > 1 and not any(c[:1].isdigit() for c in first))


def _dialect(text: str) -> type[csv.Dialect]:
    try:
        return csv.Sniffer().sniff(_whole_lines(text), _DELIMITERS)
    except csv.Error:
        return csv.excel


def _whole_lines(text: str) -> str:
    sample = text[:_SAMPLE_CHARS]
    return sample[: sample.rfind("\n") + 1] or sample
