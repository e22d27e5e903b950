"""Which series of the tables a question names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from rag.answer.tables.question import Operation, TableQuestion, is_telling
from rag.documents.words import terms
from rag.facts.series import Series, read_series
from rag.index.library import Library
from rag.types import Block, BlockKind, Document, Hit

MAX_TABLES = 12
"""Of those in the retrieved passages, from the best passage."""
LEAST_OF_ROW = 0.7
"""The share of a row's (or column's) words that the question must hold to name it."""
LEAST_OF_QUESTION = 0.7
"""The share of the question's words that the cell's row, column and surroundings must hold."""
LEAST_OF_CELL = 0.6
"""And the share that its row, column and section alone must hold."""
MISSING_OF_ROW, MISSING_OF_COLUMN, NOT_ASKED_SHARE = 0.7, 0.3, 1.0
"""What a word of the row or column that the question lacks costs, beside one that it has; and
what being a percentage costs where none is asked for."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table's series, and the words around it: its document's title, headings, lead-in, heads.

    ``title`` holds the first two of these alone, ``subject`` the stems of the first.
    """

    series: tuple[Series, ...]
    subject: frozenset[str]
    around: frozenset[str]
    title: str
    columns: int


@dataclass(frozen=True, slots=True)
class Matched:
    """The series that a question names, in its order, and what it asks of them.

    ``years`` are those asked for, none for no particular ones; ``text`` is the question.
    """

    text: str
    series: tuple[Series, ...]
    operation: Operation
    years: tuple[int, ...]


def match_tables(question: TableQuestion, hits: Sequence[Hit], library: Library) -> Matched | None:
    """The series that the question names best; None where it names none clearly."""
    own = [term for term in question.terms if is_telling(term)]
    if not own or any(library.lexical.holding(term) == 0 for term in own):
        return None
    scored = [
        (score, table, series)
        for table in _tables(hits, library)
        for series, score in _scores(question, own, table)
    ]
    most = max((score for score, _, _ in scored), default=0.0)
    # Where the row named best lacks the year, another row is no answer.
    best = (
        (table, series)
        for score, table, series in scored
        if score == most and _has_years(question, series, table)
    )
    table, first = next(best, (None, None))
    if table is None or first is None:
        return None
    series = _all_named(question, first, table)
    operation = question.operation({term for each in series for term in each.words})
    if operation is None:
        return None
    years = question.years_for(operation)
    if operation is Operation.SHARE and len(series) < 2:
        return None
    return Matched(
        question.text, series if _takes_rows(operation, years) else (first,), operation, years
    )


def _takes_rows(operation: Operation, years: Sequence[int]) -> bool:
    """Whether several rows of one year are meant rather than several years of one row."""
    if operation is Operation.SHARE:
        return True
    several = {Operation.CHANGE, Operation.AVERAGE, Operation.SUM, Operation.VALUE}
    return operation in several and len(years) < 2


def _tables(hits: Sequence[Hit], library: Library) -> Iterator[Table]:
    """Those of the retrieved passages, from the best, but for tables of pay."""
    seen: set[tuple[str, int]] = set()
    for hit in hits:
        document = library.documents[hit.chunk.document]
        for group in _groups(document, hit):
            if (document.path, group) in seen:
                continue
            seen.add((document.path, group))
            if len(seen) > MAX_TABLES:
                return
            rows = [
                b for b in document.blocks if b.kind is BlockKind.TABLE_ROW and b.group == group
            ]
            if len(rows[0].cells) > 1 and not _holds_pay(rows, document, library):
                yield _table(document, rows)


def _groups(document: Document, hit: Hit) -> list[int]:
    span = hit.chunk.span
    inside = (
        block.group
        for block in document.blocks
        if block.kind is BlockKind.TABLE_ROW
        and block.span.start < span.end
        and block.span.end > span.start
    )
    return list(dict.fromkeys(inside))


def _holds_pay(rows: Sequence[Block], document: Document, library: Library) -> bool:
    """Whether somebody's pay was read from it: such tables are answered from as pay alone.

    Sums of money that are nobody's by role or level are an employer's accounts as well.
    """
    first, last = rows[0].span.start, rows[-1].span.end
    return any(
        fact.document == document.path
        and first <= fact.evidence.start < last
        and (fact.role or fact.level)
        for fact in library.facts
    )


def _table(document: Document, rows: Sequence[Block]) -> Table:
    title = " ".join([document.title, *rows[0].headings])
    lead_in = rows[0].lead_in.of(document.text) if rows[0].lead_in else ""
    heads = " ".join(cell.column for cell in rows[0].cells)
    around = frozenset(terms(f"{title} {lead_in} {heads}"))
    subject = frozenset(terms(document.title))
    return Table(read_series(document, rows), subject, around, title, len(rows[0].cells) - 1)


# --- scoring --------------------------------------------------------------------------


def _scores(
    question: TableQuestion, own: Sequence[str], table: Table
) -> Iterator[tuple[Series, float]]:
    """The series that the question names, and how well, years aside.

    :param own: the question's telling words.
    """
    if table.subject.issuperset(own):
        return  # of the document's subject nothing is asked that a row could be for
    in_full = _in_full(question, table)
    dated = {series.row for series in table.series if series.years}
    asked = frozenset(question.terms)
    wants_share = "%" in question.text or "percent" in question.text
    for series in table.series:
        row, column = series.row_terms, series.column_terms
        if not series.words or _share(row, asked) < LEAST_OF_ROW:
            continue
        told = {term for term in column if is_telling(term)}
        if series.row in dated and not series.years and not told & asked:
            continue  # the column of changes beside those of years
        if table.columns > 1 and not series.years and _share(column, asked) < LEAST_OF_ROW:
            continue
        held = series.words | series.section_terms | in_full
        if any(is_telling(name) for name in question.names - held - table.around):
            continue
        nearly = _share(own, held | table.around)
        if _share(own, held) < LEAST_OF_CELL or nearly < LEAST_OF_QUESTION:
            continue
        missing = MISSING_OF_ROW * len(row - asked) + MISSING_OF_COLUMN * len(column - asked)
        unasked = NOT_ASKED_SHARE if series.is_share and not wants_share else 0.0
        yield series, len(asked & (series.words | series.section_terms)) - missing - unasked


def _in_full(question: TableQuestion, table: Table) -> frozenset[str]:
    """The words of the rows whose whole names stand in the question."""
    return frozenset(
        term
        for series in table.series
        if series.row_words and next(_places(series.row_words, question.terms), None) is not None
        for term in series.row_words
    )


def _share(words: Collection[str], by: Collection[str]) -> float:
    """The share of the words that are there; 1 for no words."""
    return sum(word in by for word in words) / len(words) if words else 1.0


def _has_years(question: TableQuestion, series: Series, table: Table) -> bool:
    """Whether the series has the years that are asked for, or its document is of the one."""
    if series.years or not question.years:
        return all(year in series.values for year in question.years)
    return len(question.years) == 1 and str(question.years[0]) in table.title


# --- several rows ---------------------------------------------------------------------


def _all_named(question: TableQuestion, first: Series, table: Table) -> tuple[Series, ...]:
    """The rows whose whole names stand in the question, apart from one another, in its order.

    ``first``, the one that it names best, is always among them.
    """
    rivals = [
        series
        for series in table.series
        if series.row_terms
        and series.column == first.column
        and _has_years(question, series, table)
    ]
    places: list[tuple[int, int, Series]] = []
    for series in sorted(rivals, key=lambda s: (-len(s.row_words), s is not first)):
        found = _places(series.row_words, question.terms)
        free = (
            at
            for at in found
            if all(at >= end or at + len(series.row_words) <= start for start, end, _ in places)
        )
        at = next(free, None)
        if at is not None and any(map(is_telling, series.row_words)):
            places.append((at, at + len(series.row_words), series))
    named = tuple(series for _, _, series in sorted(places, key=lambda place: place[0]))
    return named if first in named else (first,)


def _places(words: Sequence[str], within: Sequence[str]) -> Iterator[int]:
    """Where the words stand one after the other."""
    size = len(words)
    return (
        at for at in range(len(within) - size + 1) if tuple(within[at : at + size]) == tuple(words)
    )
