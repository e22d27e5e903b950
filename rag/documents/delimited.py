"""CSV and TSV -> one table, through the csv module."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice

from rag.documents.builder import Builder, Table, header_rows
from rag.documents.parsed import Parsed
from rag.errors import DocumentError

_DELIMITERS = ",;\t|"
_SAMPLE_CHARS = 5_000
"""In which the delimiter is looked for."""
_SAMPLE_ROWS = 200
MAX_TITLE_CHARS = 120


def parse_delimited(text: str) -> Parsed:
    """The rows of a file of separated values; rows may have fewer or more cells than the head.

    :raises DocumentError: the quoting makes no sense.
    """
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    builder = Builder()
    try:
        _write(_rows(text), builder)
    except csv.Error as error:
        raise DocumentError(f"not a file of separated values ({error})") from None
    return builder.finish()


def _rows(text: str) -> Iterator[list[str]]:
    for row in _parted(text, _delimiter(text)):
        cells = [" ".join(cell.split()) for cell in row]
        if any(cells):
            yield cells


def _write(rows: Iterator[list[str]], builder: Builder) -> None:
    first = list(islice(rows, _SAMPLE_ROWS))
    lines = 0
    # Titles and notes above the table fill one cell of a row.
    while len(first) > lines + 1 and len([c for c in first[lines] if c]) == 1 < len(first[-1]):
        text = next(c for c in first[lines] if c)
        builder.title = builder.title or text[:MAX_TITLE_CHARS]
        builder.paragraph(text)
        lines += 1
    first = first[lines:]
    head = max(header_rows(first), _names_alone(first))
    builder.table(Table(first[:head], chain(first[head:], rows)))


def _names_alone(rows: list[list[str]]) -> int:
    """1 where the first row is all names that differ: in such files it is the head."""
    first = rows[0] if rows else []
    named = len(first) > 1 and all(first) and len(set(first)) == len(first)
    return int(named and len(rows) > 1 and not any(c[:1].isdigit() for c in first))


def _delimiter(text: str) -> str:
    """The sign that parts most rows of a sample into as many cells as each other, two or more; of
    several, into the most. Commas within figures part only some rows."""
    lines = _whole_lines(text)

    def evenness(delimiter: str) -> tuple[float, int]:
        rows = [r for r in islice(_parted(lines, delimiter), _SAMPLE_ROWS) if any(r)]
        width, times = Counter(map(len, rows)).most_common(1)[0] if rows else (1, 0)
        return (times / len(rows), width) if width > 1 else (0.0, 0)

    return max(_DELIMITERS, key=evenness)


def _parted(text: str, delimiter: str) -> Iterator[list[str]]:
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)


def _whole_lines(text: str) -> str:
    sample = text[:_SAMPLE_CHARS]
    return sample[: sample.rfind("\n") + 1] or sample
