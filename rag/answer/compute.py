"""Figures of the best candidates -> a difference, sum, share or product of them, with its working.

Every pair of figures that the best candidates hold, and those of the question, is tried with every
operation; which of these *programs* the question asks for is a fitted judgement, by the operation
that the question's wording suggests (a logistic regression on its embedding) and by whose figures
they are, and for the likeliest by the cross-encoder, which reads each as a sentence with what it was
made of. Enumerating programs and scoring them is how numerical questions over text and tables are
answered since Zhu et al., "TAT-QA" (2021).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import permutations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.answer.draft import Draft
from rag.answer.gather import Candidate
from rag.documents.sentences import plain_text
from rag.documents.words import STOP_WORDS, stem, words
from rag.facts.money import PERCENT, find_mentions, find_period, parse_number
from rag.index.library import Library
from rag.models.cross_encoder import heading_of, in_context
from rag.models.logistic import FOLDER, log_odds, probability_of, read_model
from rag.retrieve.rerank import Reranker
from rag.types import BlockKind, Matrix, Period, Span
from rag.understand.query import Query

MODEL = FOLDER / "compute.json"
OPERATIONS = (
    "difference", "sum", "product", "percent of", "raised by", "lowered by", "ratio", "mean",
    "per year", "per month", "difference per year", "sum per year",
)  # fmt: skip
MONTHS = 12
CONSIDERED = 8
"""Candidates, from the best, whose figures are reckoned with,"""
MAX_FIGURES = 18
"""and so many of their figures, those nearest to the question's words first."""
READ = 12
"""Programs, from the likeliest, that the cross-encoder reads."""
MAX_VALUE = 1e12
_NUMBER = re.compile(r"(?<![\w.,])\d[\d,.'\u00a0\u202f]*\d|(?<![\w.,])\d")

NEITHER = dict.fromkeys(OPERATIONS, 0.0)
"""No operation is likelier than another."""
FEATURES = (
    *(f"is {o}" for o in OPERATIONS), "operation", "weight of a", "weight of b", "lesser weight",
    "same candidate", "same column", "same row", "same unit", "money", "per cent", "a asked",
    "b asked", "asked by both", "column asked", "rows asked", "small", "size", "both written",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Figure:
    """One number and whose it is. ``unit`` is an ISO currency, "%" or "" (unknown); ``text`` is how
    it is written; ``weight`` the log-odds of its candidate. ``asked`` ones the question gives."""

    value: float
    unit: str
    text: str
    row: str
    column: str
    weight: float
    candidate: Candidate | None
    period: Period | None = None
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """An operation on two figures; ``features`` has shape (len(FEATURES),)."""

    operation: str
    a: Figure
    b: Figure
    value: float
    features: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Computer:
    """``operations`` has a row of weights on the question's vector for each of ``OPERATIONS``,
    shape (len(OPERATIONS), dimension); ``programs`` weighs ``FEATURES``."""

    operations: NDArray[np.float64]
    operations_bias: NDArray[np.float64]
    programs: NDArray[np.float64]
    bias: float

    def likely(self, vector: Matrix) -> Mapping[str, float]:
        """The log-odds of each operation."""
        odds = self.operations @ np.asarray(vector[0], dtype=np.float64) + self.operations_bias
        return dict(zip(OPERATIONS, map(float, odds), strict=True))


def figures_of(
    candidates: Sequence[Candidate],
    weighed: NDArray[np.float64],
    library: Library,
    *,
    most: int = CONSIDERED,
) -> Iterator[Figure]:
    """Every number of the best candidates, with its row and column."""
    for i in np.argsort(-weighed, kind="stable")[:most]:
        candidate, weight = candidates[int(i)], log_odds(float(weighed[int(i)]))
        block = library.block_at(candidate.chunk.document, candidate.sentence.span)
        if candidate.sentence.kind is BlockKind.TABLE_ROW and block.cells:
            text = library.documents[candidate.chunk.document].text
            cells = [(plain_text(c.column), plain_text(c.span.of(text))) for c in block.cells]
            row = next((value for _, value in cells if value and not _numbers(value)), cells[0][1])
            for column, cell in cells:
                for value, unit, written, period in _read(cell, head=column):
                    yield Figure(value, unit, written, row, column, weight, candidate, period)
        else:
            for value, unit, written, period in _read(candidate.sentence.plain):
                yield Figure(value, unit, written, "", "", weight, candidate, period)


def of_question(text: str) -> Iterator[Figure]:
    """The numbers that the question itself gives."""
    for value, unit, written, period in _read(text):
        yield Figure(value, unit, written, "", "", 0.0, None, period, asked=True)


def _read(text: str, *, head: str = "") -> Iterator[tuple[float, str, str, Period | None]]:
    """(value, unit, as written, period) of every number, money and per cent with their unit."""
    taken: list[tuple[int, int]] = []
    for mention in find_mentions(text):
        written = text[mention.start : mention.end]
        taken.append((mention.start, mention.end))
        values = [v for v in (mention.low, mention.high) if v is not None]
        for value in dict.fromkeys(values):
            own = written if len(set(values)) == 1 else _written(value, mention.currency)
            yield value, mention.currency, own, mention.period or find_period(head)
    unit = next((m.currency for m in find_mentions(f"{head} 1000")), "")
    for match in _NUMBER.finditer(text):
        if any(start < match.end() and match.start() < end for start, end in taken):
            continue
        number = parse_number(match[0].rstrip(".,'"))
        if number is not None and 0 < number < MAX_VALUE:
            yield number, unit, match[0].rstrip(".,'"), find_period(head) if unit else None


def _numbers(text: str) -> bool:
    return bool(_NUMBER.search(text))


def programs(
    question: str, figures: Sequence[Figure], likely: Mapping[str, float]
) -> Iterator[Program]:
    """Every operation on every two figures that makes sense of it."""
    asked = frozenset(stem(w) for w in words(question) if w not in STOP_WORDS)
    known = [_Known.of(figure, asked) for figure in figures]
    known.sort(key=lambda k: -(k.figure.weight + 2 * k.share + 3 * k.figure.asked))
    near = known[:MAX_FIGURES]
    for (i, a), (j, b) in permutations(enumerate(near), 2):
        if a.figure.asked and b.figure.asked:
            continue
        results = list(_results(a.figure, b.figure, once=i < j))
        of_pair = _of_pair(a, b, asked) if results else ()
        for operation, value in results:
            features = _features(operation, of_pair, likely, value)
            yield Program(operation, a.figure, b.figure, value, features)
    for a in near:
        if a.figure.asked or a.figure.unit in {"", PERCENT}:
            continue
        year = _Known.of(Figure(MONTHS, "", str(MONTHS), "", "", a.figure.weight, None), asked)
        of_pair = _of_pair(a, year, asked)
        for operation, value in _other_periods(a.figure):
            features = _features(operation, of_pair, likely, value)
            yield Program(operation, a.figure, year.figure, value, features)


@dataclass(frozen=True, slots=True)
class _Known:
    """A figure with those of the question's stems that are said of it: in all, by its row and by its
    column; ``share`` of the question's."""

    figure: Figure
    said: frozenset[str]
    row: frozenset[str]
    column: frozenset[str]
    share: float

    @classmethod
    def of(cls, figure: Figure, asked: frozenset[str]) -> _Known:
        row, column = _stems(figure.row) & asked, _stems(figure.column) & asked
        said = row | column
        if figure.candidate and not figure.row:
            said = _stems(figure.candidate.sentence.plain) & asked
        return cls(figure, said, row, column, len(said) / max(1, len(asked)))


def _results(a: Figure, b: Figure, *, once: bool) -> Iterator[tuple[str, float]]:
    """What can be made of two figures; ``once`` a pair where their order tells nothing."""
    same = a.unit == b.unit and (a.period == b.period or None in {a.period, b.period})
    by_month = {a.period, b.period} <= {None, "month"}
    if same and a.value > b.value:
        yield "difference", a.value - b.value
        if a.unit not in {"", PERCENT} and by_month:
            yield "difference per year", (a.value - b.value) * MONTHS
        if b.value and a.value / b.value < 1000:
            yield "ratio", a.value / b.value
    if same and a.unit != PERCENT and once:
        yield "sum", a.value + b.value
        yield "mean", (a.value + b.value) / 2
        if a.unit and by_month:
            yield "sum per year", (a.value + b.value) * MONTHS
    if b.unit == PERCENT and a.unit != PERCENT:
        yield "percent of", a.value * b.value / 100
        yield "raised by", a.value * (1 + b.value / 100)
        if b.value < 100:
            yield "lowered by", a.value * (1 - b.value / 100)
    if b.unit == "" and a.unit not in {"", PERCENT} and b.value < 400:
        yield "product", a.value * b.value


def _other_periods(a: Figure) -> Iterator[tuple[str, float]]:
    """A month's pay for a year, a year's for a month."""
    if a.period in {None, "month"}:
        yield "per year", a.value * MONTHS
    if a.period in {None, "year"}:
        yield "per month", a.value / MONTHS


def _of_pair(a: _Known, b: _Known, asked: frozenset[str]) -> tuple[float, ...]:
    """The features of two figures, whatever is done with them, in the order of ``FEATURES``."""
    own, other = a.figure, b.figure
    most = max(1, len(asked))
    return (
        own.weight,
        other.weight,
        min(own.weight, other.weight),
        float(own.candidate is not None and own.candidate is other.candidate),
        float(bool(own.column) and own.column == other.column),
        float(bool(own.row) and own.row == other.row),
        float(own.unit == other.unit),
        float(own.unit not in {"", PERCENT}),
        float(other.unit == PERCENT),
        a.share,
        b.share,
        len(a.said | b.said) / most,
        len(a.column | b.column) / most,
        len(a.row | b.row) / most,
        float(own.value < 100 and own.unit == ""),
        float(not own.asked and not other.asked),
    )


def _features(
    operation: str, of_pair: Sequence[float], likely: Mapping[str, float], value: float
) -> NDArray[np.float64]:
    is_operation = [float(operation == o) for o in OPERATIONS]
    *of_figures, written = of_pair
    size = math.log10(max(1e-3, value))
    return np.array([*is_operation, likely[operation], *of_figures, size, written])


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(w) for w in words(text))


def compute(
    query: Query,
    candidates: Sequence[Candidate],
    weighed: NDArray[np.float64],
    *,
    library: Library,
    reranker: Reranker,
) -> tuple[Program, float] | None:
    """The likeliest program and how probable it is; None where there are no two figures."""
    figures = [*figures_of(candidates, weighed, library), *of_question(query.last)]
    likeliest = likeliest_of(query.last, figures, query.vector)
    if not likeliest:
        return None
    read = reranker.texts(in_context(query.turns), [as_read(p) for p in likeliest])
    best = int(np.argmax(read))
    return likeliest[best], probability_of(read[best])


def likeliest_of(question: str, figures: Sequence[Figure], vector: Matrix) -> list[Program]:
    """The ``READ`` likeliest programs before any is read, best first, of one result each.

    :param vector: the question's, shape (1, dimension).
    """
    computer = installed()
    tried = list(programs(question, figures, computer.likely(vector)))
    if not tried:
        return []
    odds = np.stack([p.features for p in tried]) @ computer.programs
    return [tried[i] for i in first_of_each(tried, odds)]


def first_of_each(tried: Sequence[Program], odds: NDArray[np.float64]) -> list[int]:
    """Indices of the ``READ`` likeliest programs, of one result each, best first.

    :param odds: of each program, shape (len(tried),).
    """
    found: dict[tuple[str, float], int] = {}
    for i in map(int, np.argsort(-odds, kind="stable")):
        found.setdefault((tried[i].operation, round(tried[i].value, 2)), i)
        if len(found) == READ:
            break
    return list(found.values())


def as_read(program: Program) -> list[str]:
    """A program as the cross-encoder reads it: the result in a sentence, then what it is made of."""
    sources = dict.fromkeys(_source(f) for f in (program.a, program.b) if f.candidate)
    return [sentence_of(program).replace("**", ""), *sources]


def _source(figure: Figure) -> str:
    candidate = figure.candidate
    if candidate is None:
        return ""
    heading = heading_of(candidate.chunk.title, candidate.sentence.context)
    said = _named(figure) if figure.row else candidate.sentence.plain
    return f"{heading}: {said}"


# --- saying ---------------------------------------------------------------------------


def say_program(program: Program, draft: Draft) -> None:
    """The result first, then what it was made of, each figure with its marker."""
    marks = "".join(dict.fromkeys(_mark(f, draft) for f in (program.a, program.b)))
    draft.say(draft.working(f"{sentence_of(program)} {marks}".rstrip() + "."))


def sentence_of(program: Program) -> str:
    """The result, and what it was made of."""
    a, b = program.a, program.b
    money = a.unit if a.unit not in {"", PERCENT} else ""
    result = _written(program.value, money, like=a)
    said_a, said_b = _named(a), _named(b)
    match program.operation:
        case "difference":
            return f"The difference is **{result}**: {said_a} against {said_b}"
        case "difference per year":
            month = _written(a.value - b.value, money, like=a)
            return f"**{result}** a year: {said_a} less {said_b} is {month} a month, times {MONTHS}"
        case "ratio":
            return f"About **{program.value:.2g} times** as much: {said_a} against {said_b}"
        case "sum":
            return f"Together that is **{result}**: {said_a} and {said_b}"
        case "sum per year":
            month = _written(a.value + b.value, money, like=a)
            return f"**{result}** a year: {said_a} and {said_b} are {month} a month, times {MONTHS}"
        case "mean":
            return f"**{result}** lies halfway between {said_a} and {said_b}"
        case "percent of":
            return f"That comes to **{result}**: {b.text} of {said_a}"
        case "raised by":
            return f"With {said_b} more it comes to **{result}**, from {said_a}"
        case "lowered by":
            return f"Less {said_b} that leaves **{result}**, of {said_a}"
        case "per year":
            return f"**{result}** a year: {MONTHS} months of {said_a}"
        case "per month":
            return f"About **{result}** a month: {said_a} over {MONTHS} months"
        case _:
            return f"That makes **{result}**: {b.text} times {said_a}"


def _named(figure: Figure) -> str:
    """A figure with the row and column that it is of."""
    own = ", ".join(dict.fromkeys(n for n in (figure.row, figure.column) if n))
    return f"{figure.text} ({own})" if own and figure.row != figure.text else figure.text


def _mark(figure: Figure, draft: Draft) -> str:
    if figure.candidate is None:
        return ""
    span: Span = figure.candidate.sentence.span
    return f"[{draft.cite(figure.candidate.chunk.document, span)}]"


def _written(value: float, currency: str, *, like: Figure | None = None) -> str:
    """A value as the figure ``like`` is written, its sign before or after; with its currency's code
    where that one is written in thousands or lakh."""
    whole = abs(value - round(value)) < 0.005
    number = f"{value:,.0f}" if whole else f"{value:,.2f}"
    match = _NUMBER.search(like.text) if like else None
    if like and match and parse_number(match[0]) == like.value:
        return f"{like.text[: match.start()]}{number}{like.text[match.end() :]}"
    return f"{currency} {number}".strip()


@cache
def installed() -> Computer:
    """The judgement that comes with the program. :raises ModelError: it is missing or altered."""
    return read_model(MODEL, decode)


def decode(model: dict[str, Any]) -> Computer:
    """:raises ValueError: it is of other features."""
    if tuple(model["features"]) != FEATURES or tuple(model["operations"]) != OPERATIONS:
        raise ValueError("it is of other features")
    return Computer(
        np.array(model["operation_weights"]),
        np.array(model["operation_bias"]),
        np.array(model["weights"]),
        float(model["bias"]),
    )
