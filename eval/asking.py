"""One question -> one outcome: replay the turns, judge the last answer, trace what it lost."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from eval.figures import Figure, parse_figures, states, without
from eval.judge import JudgedStatement, Outcome, cited, judge
from eval.metrics import alce_statement, compared_percentages, computed_figures
from eval.questions import Question
from eval.statements import Statement, statements
from eval.text import comparable
from eval.trace import Handed, PassageText, lost_at, passage_text, retrieval
from rag.documents.sentences import row_as_text
from rag.types import (
    Answer,
    BlockKind,
    Chunk,
    Citation,
    Document,
    Done,
    Drafted,
    Event,
    Hit,
    Message,
    Retrieved,
)


class Corpus(Protocol):
    """What answers come from; ``rag.index.library.Library`` is one."""

    @property
    def chunks(self) -> Sequence[Chunk]: ...

    def document(self, path: str) -> Document: ...


class Assistant(Protocol):
    """What is evaluated; ``rag.assistant.Assistant`` is one."""

    @property
    def library(self) -> Corpus: ...

    def forget(self) -> None:
        """Let no answer depend on the questions before it, not in the last digit."""
        ...

    def stream(self, messages: Sequence[Message]) -> Iterator[Event]: ...


class Support(Protocol):
    @property
    def support(self) -> float: ...


class Checker(Protocol):
    """Judges whether evidence supports a claim; ``rag.verify.support.Checker`` is one."""

    def check(self, claim: str, evidence: Sequence[str]) -> Support: ...


SUPPORTED = 0.5
"""Support from which a statement counts as supported: the check's probability of an even chance."""

Opener = Callable[[Path, Path | None], Assistant]
"""Opens an assistant on (corpus, store)."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What questions are put to, and what judges the answers; ``titles`` are the documents'."""

    assistant: Assistant
    checker: Checker
    passages: tuple[PassageText, ...]
    titles: tuple[str, ...] = ()

    @classmethod
    def of(cls, assistant: Assistant, checker: Checker) -> Bench:
        library = assistant.library
        passages = tuple(passage_text(c, library.document(c.document)) for c in library.chunks)
        paths = dict.fromkeys(chunk.document for chunk in library.chunks)
        titles = dict.fromkeys(library.document(path).title for path in paths)
        return cls(assistant, checker, passages, tuple(titles))

    def named(self, text: str) -> tuple[str, ...]:
        """The titles of documents that a text names."""
        said = comparable(text)
        return tuple(title for title in self.titles if title and comparable(title) in said)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the last of several turns got. ``latency_ms`` is its wall-clock time alone."""

    answer: Answer
    drafted: Drafted | None
    hits: tuple[Hit, ...]
    latency_ms: float


def ask(bench: Bench, question: Question) -> Outcome:
    """Replay a question's turns with the assistant's own answers between them; judge the last.

    Any exception counts against the question and is kept as its error: a run of an hour must
    not be lost to one crash, nor the crash to the run.
    """
    bench.assistant.forget()
    started = time.perf_counter()
    try:
        reply = replay(bench.assistant, question.turns)
    except Exception as exception:
        error = f"{type(exception).__name__}: {exception}"
        latency_ms = (time.perf_counter() - started) * 1000
        verdicts = judge(question, None, error=error)
        stage = lost_at(question, None, right=False)
        return Outcome(question, None, error, latency_ms, verdicts, stage=stage)
    answer = reply.answer
    verdicts = judge(question, answer)
    hits = [_text_of(hit, bench.assistant) for hit in reply.hits]
    right = all(verdict.passed for verdict in verdicts)
    found = retrieval(question, hits, bench.passages)
    return Outcome(
        question=question,
        answer=answer,
        error="",
        latency_ms=reply.latency_ms,
        verdicts=verdicts,
        retrieval=found if found.relevant else None,
        stage=lost_at(question, Handed(hits, reply.drafted, answer), right=right),
        statements=_judged(answer, bench) if _states_something(question, answer) else (),
        named=bench.named(answer.text),
    )


def replay(assistant: Assistant, turns: Sequence[str]) -> Reply:
    """Put the turns one after the other, with the assistant's own answers between them."""
    messages: list[Message] = []
    for turn in turns:
        messages.append({"role": "user", "content": turn})
        reply = _reply(assistant, messages)
        messages.append({"role": "assistant", "content": reply.answer.text})
    return reply


def _reply(assistant: Assistant, messages: Sequence[Message]) -> Reply:
    started = time.perf_counter()
    hits: tuple[Hit, ...] = ()
    for event in assistant.stream(list(messages)):
        if isinstance(event, Retrieved):
            hits = event.hits
        elif isinstance(event, Done):
            latency_ms = (time.perf_counter() - started) * 1000
            return Reply(event.answer, event.drafted, hits, latency_ms)
    raise RuntimeError("the assistant ended without an answer")


def _text_of(hit: Hit, assistant: Assistant) -> PassageText:
    return passage_text(hit.chunk, assistant.library.document(hit.chunk.document))


def _states_something(question: Question, answer: Answer) -> bool:
    return question.answerable is not None and not answer.abstained


# --- support --------------------------------------------------------------------------


def _judged(answer: Answer, bench: Bench) -> tuple[JudgedStatement, ...]:
    quotes = {
        citation.marker: _read(citation, bench.assistant.library.document(citation.document))
        for citation in cited(answer)
    }
    return tuple(_judge_statement(each, quotes, bench.checker) for each in statements(answer.text))


def _judge_statement(
    statement: Statement, quotes: dict[int, str], checker: Checker
) -> JudgedStatement:
    def entails(markers: Sequence[int]) -> bool:
        evidence = [quotes[marker] for marker in markers if marker in quotes]
        return bool(evidence) and checker.check(claim, evidence).support >= SUPPORTED

    # What a shown working computes stands in no source; figure precision is what judges it.
    sourced = [figure for quote in quotes.values() for figure in parse_figures(quote)]
    claim = without(statement.text, _computed(statement.text, sourced))
    score = alce_statement(statement.markers, entails)
    faithful = score.supported or entails(list(quotes))
    return JudgedStatement(statement, score.supported, score.needed, faithful)


def _computed(text: str, sourced: Sequence[Figure]) -> list[Figure]:
    """The numbers of a statement that its workings compute."""
    shares = compared_percentages(text, sourced=sourced)
    rounded = (each for each in parse_figures(text) if any(states([each], s) for s in shares))
    return [*computed_figures(text, sourced=sourced), *rounded]


def _read(citation: Citation, document: Document) -> str:
    """What a reader of the citation reads: the quote under its document's title, date and headings;
    of a table's row, each cell under the head of its column."""
    dated = f"{citation.title} ({document.date})" if document.date else citation.title
    place = " > ".join(filter(None, [dated, citation.section]))
    quote = _row(citation, document) or citation.quote
    return f"{place}: {quote}" if place else quote


def _row(citation: Citation, document: Document) -> str:
    """The cited row with the heads of its columns; "" for a quote that is none."""
    rows = (
        block
        for block in document.blocks
        if block.kind is BlockKind.TABLE_ROW
        and block.span.start <= citation.start < citation.end <= block.span.end
    )
    row = next(rows, None)
    return row_as_text(document.text, row) if row else ""
