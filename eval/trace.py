"""Where an expected thing was lost on its way from the documents into the answer.

What is expected of an answer (a figure, a key point, a quote) is looked for in what each stage
handed on, first to last; the stage that does not hold it any more has lost it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from eval.figures import Figure, parse_figures, says, states
from eval.questions import Question
from eval.text import comparable
from rag.types import Answer, Chunk, Document, Drafted


class Stage(StrEnum):
    """What went wrong with an answer that is not right, in the order of the flow."""

    ERROR = "error"
    NOT_RETRIEVED = "not retrieved"
    NOT_PICKED = "retrieved, not picked"
    NOT_SAID = "picked, not said"
    REMOVED = "removed by the guard"
    WRONGLY_DECLINED = "wrongly declined"
    WRONGLY_ANSWERED = "wrongly answered"
    SAID_TOO_MUCH = "said what is forbidden"
    NOT_CITED = "right, not cited as expected"


@dataclass(frozen=True, slots=True)
class Retrieval:
    """``ranks`` of the relevant passages that were retrieved, from 1, of ``relevant`` in all."""

    relevant: int
    ranks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as it stands in its document, under its headings."""

    document: str
    start: int
    text: str


@dataclass(frozen=True, slots=True)
class Handed:
    """What the stages handed on. ``picked`` and ``drafted`` are None where that is not known."""

    hits: Sequence[PassageText]
    drafted: Drafted | None
    answer: Answer


Test = Callable[[str], bool]
"""Whether a text holds an expected thing."""


def expectations(question: Question) -> tuple[Test, ...]:
    """A test for each thing that an answer to the question must say."""
    return (*(_says(figure) for figure in question.figures), *_points(question))


def lost_at(question: Question, handed: Handed | None, *, right: bool) -> Stage | None:
    """The stage that lost the answer; None where it is right.

    Of several expected things, the one that was lost first counts.
    """
    if right:
        return None
    if handed is None:
        return Stage.ERROR
    answer = handed.answer
    if question.answerable is False and not answer.abstained:
        return Stage.WRONGLY_ANSWERED
    missing = [test for test in expectations(question) if not test(answer.text)]
    retrieved = [_stage(test, question, handed) for test in missing]
    first = min(retrieved, key=list(Stage).index, default=None)
    if question.answerable and answer.abstained:
        return first if first is Stage.NOT_RETRIEVED else Stage.WRONGLY_DECLINED
    if first is not None:
        return first
    if question.answerable is False or question.forbidden_figures or question.forbidden_points:
        return Stage.SAID_TOO_MUCH
    return Stage.NOT_CITED


def _stage(test: Test, question: Question, handed: Handed) -> Stage:
    """Where one thing that the answer lacks was lost."""
    if handed.drafted is not None:
        if test(handed.drafted.text):
            return Stage.REMOVED
        if any(test(citation.quote) for citation in handed.drafted.citations):
            return Stage.NOT_SAID
    of_expected = [
        hit for hit in handed.hits if not question.documents or hit.document in question.documents
    ]
    if any(test(hit.text) for hit in of_expected):
        return Stage.NOT_PICKED
    return Stage.NOT_RETRIEVED


def passage_text(chunk: Chunk, document: Document) -> PassageText:
    """A chunk with the words of its document."""
    text = "\n".join([*chunk.headings, chunk.span.of(document.text)])
    return PassageText(chunk.document, chunk.span.start, text)


def retrieval(
    question: Question, hits: Sequence[PassageText], passages: Iterable[PassageText]
) -> Retrieval:
    """Which of the question's relevant passages were retrieved, and where.

    A passage is relevant where it holds one of the question's evidence quotes; of a question
    without quotes, where it is of an expected document and holds an expected figure or point.
    """
    tests = _relevance(question)
    relevant = {
        passage
        for passage in passages
        if any(document == passage.document and test(passage.text) for document, test in tests)
    }
    ranks = (rank for rank, hit in enumerate(hits, start=1) if hit in relevant)
    return Retrieval(len(relevant), tuple(ranks))


def _relevance(question: Question) -> list[tuple[str, Test]]:
    if question.evidence:
        return [(each.document, _says_any([each.quote])) for each in question.evidence]
    # With its unit: "three" or a bare 3 stands in passages that have nothing to do with it.
    tests = [*(_states(figure) for figure in question.figures), *_points(question)]
    return [(document, test) for document in question.documents for test in tests]


def _points(question: Question) -> list[Test]:
    return [_says_any(alternatives) for alternatives in question.points]


def _says(figure: Figure) -> Test:
    return lambda text: says(text, figure)


def _states(figure: Figure) -> Test:
    return lambda text: states(_figures_of(text, figure.unit), figure)


def _says_any(alternatives: Iterable[str]) -> Test:
    wanted = [comparable(alternative) for alternative in alternatives]

    def test(text: str) -> bool:
        said = _comparable(text)
        return any(each in said for each in wanted)

    return test


@lru_cache(maxsize=20_000)
def _figures_of(text: str, unit: str) -> tuple[Figure, ...]:
    """Kept, since every question looks at the same passages."""
    return parse_figures(text, currencies={unit})


@lru_cache(maxsize=20_000)
def _comparable(text: str) -> str:
    return comparable(text)
