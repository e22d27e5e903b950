"""Measure the answers on labelled corpora about careers: ``python -m eval.careers --data DIR``.

DIR holds a folder for each corpus: ``docs/``, ``questions.jsonl`` (:mod:`eval.questions`), and
``replies.jsonl``, by the same ids the ``answer`` that a well-informed person would give, the
``evidence`` it rests on and what would support it too (``also``), both lists of ``{"document":
"x.md", "quote": "verbatim"}``; one without evidence declines. Each corpus is indexed by itself,
and each question put in a conversation of its own.

An answer is **right** when it declines exactly where the documents hold no answer (with no sum of
money then), says every expected figure, and of every key point one alternative. What it cites is
measured beside that.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.asking import Assistant, replay
from eval.judge import Criterion, judge
from eval.metrics import Interval, auc, percentile, share, wilson_interval
from eval.questions import Kind, Question, Quote, load_questions
from eval.summary import Count
from eval.text import comparable
from eval.trace import expectations
from rag.errors import CareerChatError, InputError
from rag.types import Answer, Citation

JUDGED = frozenset(
    {
        Criterion.COMPLETED,
        Criterion.ABSTENTION,
        Criterion.FIGURES,
        Criterion.NO_MONEY,
        Criterion.POINTS,
    }
)
"""What makes an answer right here: what it says, whatever it cites."""

HELD = 0.6
"""A quote holds evidence where the two share so much of the words of the shorter one."""

Opener = Callable[[Path, Path], Assistant]
"""Opens an assistant on (documents, store)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The answer that a question's author gives."""

    answer: str
    evidence: tuple[Quote, ...] = ()
    also: tuple[Quote, ...] = ()

    def as_answer(self) -> Answer:
        """Each piece of evidence is the citation of its place."""
        quotes = enumerate(self.evidence, start=1)
        return as_answer(
            self.answer,
            abstained=not self.evidence,
            citations=tuple(Citation(n, q.document, "", "", q.quote, 0, 0) for n, q in quotes),
        )


@dataclass(frozen=True, slots=True)
class Corpus:
    """``documents`` is the folder of its documents; ``references`` are by the questions' ids."""

    name: str
    documents: Path
    questions: tuple[Question, ...]
    references: dict[str, Reference]


@dataclass(frozen=True, slots=True)
class Asked:
    """What came of one question. ``answer`` is None where ``error`` says why there is none.

    ``latency_ms`` is the time of the last turn; None where it would not be typical: of the first
    question of a corpus, which waits for what is loaded on first use.
    """

    corpus: str
    question: Question
    reference: Reference
    answer: Answer | None
    error: str = ""
    latency_ms: float | None = None

    @property
    def faults(self) -> tuple[str, ...]:
        return faults(self.question, self.answer, error=self.error)

    @property
    def right(self) -> bool:
        return not self.faults

    @property
    def declined(self) -> bool:
        return self.answer is not None and self.answer.abstained


# --- reading --------------------------------------------------------------------------


def load_corpora(data: Path, names: Sequence[str] = ()) -> tuple[Corpus, ...]:
    """The corpora of a folder, in the order of their names.

    :param names: those that are wanted; all by default.
    :raises InputError: there is none, one that is named is missing, or its files cannot be read.
    """
    found = sorted(file.parent for file in data.glob("*/questions.jsonl"))
    if not found:
        raise InputError(f"there is no corpus in {data}; a corpus is a folder with questions.jsonl")
    if missing := set(names) - {folder.name for folder in found}:
        raise InputError(f"there is no corpus {min(missing)!r} in {data}")
    return tuple(_corpus(folder) for folder in found if not names or folder.name in names)


def _corpus(folder: Path) -> Corpus:
    questions = load_questions(folder / "questions.jsonl")
    file = folder / "replies.jsonl"
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
        records = [json.loads(line) for line in lines if line.strip()]
        references = {record["id"]: _reference(record) for record in records}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"cannot read {file} as replies ({error!r})") from None
    for question in questions:
        if question.id not in references:
            raise InputError(f"{file} has no reply to {question.id!r}; add one, or drop it")
    return Corpus(folder.name, folder / "docs", questions, references)


def _reference(record: dict[str, Any]) -> Reference:
    evidence, also = (
        tuple(Quote(each["document"], each["quote"]) for each in record.get(key) or ())
        for key in ("evidence", "also")
    )
    return Reference(record["answer"], evidence, also)


# --- asking ---------------------------------------------------------------------------


def ask_corpus(corpus: Corpus, *, opener: Opener) -> Iterator[Asked]:
    """Index the corpus in a temporary folder and put every question to it.

    An exception counts against its question, like any other failure.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as store:
        assistant = opener(corpus.documents, Path(store))
        for number, question in enumerate(corpus.questions):
            reference = corpus.references[question.id]
            try:
                reply = replay(assistant, question.turns)
            except Exception as exception:
                error = f"{type(exception).__name__}: {exception}"
                yield Asked(corpus.name, question, reference, None, error)
            else:
                latency_ms = reply.latency_ms if number else None
                yield Asked(corpus.name, question, reference, reply.answer, "", latency_ms)


def quote_references(corpus: Corpus) -> Iterator[Asked]:
    """The references in the place of answers: what nobody can do better than."""
    for question in corpus.questions:
        reference = corpus.references[question.id]
        yield Asked(corpus.name, question, reference, reference.as_answer())


def _open(documents: Path, store: Path) -> Assistant:
    from rag import open_assistant

    return open_assistant(documents, store=store)


# --- judging --------------------------------------------------------------------------


def right(question: Question, text: str, *, abstained: bool) -> bool:
    """Whether a text would be the right answer to a question.

    :param abstained: whether it is a decline.
    """
    return not faults(question, as_answer(text, abstained=abstained))


def faults(question: Question, answer: Answer | None, *, error: str = "") -> tuple[str, ...]:
    """Why an answer is not right; empty where it is.

    :param answer: None where the assistant failed, with ``error``.
    """
    verdicts = judge(question, answer, error=error)
    judged = (verdict for verdict in verdicts if verdict.criterion in JUDGED)
    return tuple(dict.fromkeys(verdict.reason for verdict in judged if not verdict.passed))


def as_answer(text: str, *, abstained: bool, citations: tuple[Citation, ...] = ()) -> Answer:
    """An answer of which no more is known; its confidence says no more than whether it declines."""
    return Answer(text, abstained, 0.0 if abstained else 1.0, "", "", citations)


def content_said(question: Question, text: str) -> float | None:
    """The share of the expected figures and points that a text says; None where none is expected."""
    return share(test(text) for test in expectations(question))


def holds_evidence(citation: Citation, quotes: Iterable[Quote]) -> bool:
    """Whether what is cited is one of the quotes, a part of it or more than it."""
    cited = _words(citation.quote)
    own = (_words(q.quote) for q in quotes if Path(citation.document).name == q.document)
    return any(len(cited & words) >= HELD * max(1, min(len(cited), len(words))) for words in own)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", comparable(text)))


# --- measuring ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """How many of a kind or corpus are right, with a 95 % interval."""

    name: str
    right: Count
    interval: Interval


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some values, and what nearly all of them lie under; None for no values."""

    median: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Measures:
    """All that is measured. Shares are 0..1; None where there is nothing to measure.

    ``confidence_auc`` is how often an answerable question has the higher confidence of two;
    ``content`` the mean share of what is expected that was said; ``cited`` how many citations in
    answers to answerable questions hold evidence; ``words`` those of answers that do not decline,
    with their 90th percentile; ``latency_ms`` with its 95th.
    """

    overall: Row
    kinds: tuple[Row, ...]
    corpora: tuple[Row, ...]
    wrongly_declined: Count
    declined_where_due: Count
    confidence_auc: float | None
    content: float | None
    cited: Count
    words: Spread
    latency_ms: Spread
    errors: int


def measure(asked: Sequence[Asked]) -> Measures:
    """
    :param asked: at least one question.
    """
    answerable = [each for each in asked if each.question.answerable]
    due = [each for each in asked if each.question.answerable is False]
    stated = [each.answer for each in asked if each.answer and not each.answer.abstained]
    known = [
        (each.answer.confidence, bool(each.question.answerable)) for each in asked if each.answer
    ]
    said = [s for each in answerable if (s := _said(each)) is not None]
    return Measures(
        overall=_row("all", asked),
        kinds=_rows(sorted(asked, key=_place), lambda each: each.question.kind),
        corpora=_rows(asked, lambda each: each.corpus),
        wrongly_declined=_count(each.declined for each in answerable),
        declined_where_due=_count(each.declined for each in due),
        confidence_auc=auc([value for value, _ in known], [label for _, label in known]),
        content=sum(said) / len(said) if said else None,
        cited=_count(held for each in answerable for held in _held(each)),
        words=_spread([len(answer.text.split()) for answer in stated], 90),
        latency_ms=_spread([a.latency_ms for a in asked if a.latency_ms is not None], 95),
        errors=sum(each.answer is None for each in asked),
    )


def _place(asked: Asked) -> int:
    return list(Kind).index(asked.question.kind)


def _said(asked: Asked) -> float | None:
    return content_said(asked.question, asked.answer.text if asked.answer else "")


def _held(asked: Asked) -> Iterator[bool]:
    """For each citation of an answer whether it holds evidence."""
    if asked.answer and not asked.answer.abstained:
        quotes = (*asked.reference.evidence, *asked.reference.also)
        for citation in asked.answer.citations:
            yield holds_evidence(citation, quotes)


def _rows(asked: Sequence[Asked], name: Callable[[Asked], str]) -> tuple[Row, ...]:
    names = dict.fromkeys(name(each) for each in asked)
    return tuple(_row(key, [each for each in asked if name(each) == key]) for key in names)


def _row(name: str, asked: Sequence[Asked]) -> Row:
    count = _count(each.right for each in asked)
    return Row(name, count, wilson_interval(count.passed, count.total))


def _count(values: Iterable[bool]) -> Count:
    known = list(values)
    return Count(sum(known), len(known))


def _spread(values: Sequence[float], high: float) -> Spread:
    return Spread(percentile(values, 50), percentile(values, high))


# --- reporting ------------------------------------------------------------------------


def print_measures(measures: Measures, console: Console) -> None:
    table = Table("", "right", "questions", "share", "95 % interval")
    for rows in (measures.kinds, measures.corpora, (measures.overall,)):
        for row in rows:
            interval = f"{100 * row.interval.low:.0f}–{100 * row.interval.high:.0f}"
            numbers = (str(row.right.passed), str(row.right.total), _percent(row.right.share))
            table.add_row(row.name, *numbers, interval)
        table.add_section()
    console.print(table)
    for line in _lines(measures):
        console.print(line, highlight=False, markup=False)


def _lines(measures: Measures) -> Iterator[str]:
    yield f"wrongly declined {_of(measures.wrongly_declined)}"
    yield f"declined where due {_of(measures.declined_where_due)}"
    yield f"AUC of the confidence {_number(measures.confidence_auc, 3)}"
    yield f"expected content said {_percent(measures.content)}"
    yield f"citations that hold evidence {_of(measures.cited)}"
    words, time = measures.words, measures.latency_ms
    yield f"words an answer {_number(words.median)}, 90 % under {_number(words.high)}"
    yield f"milliseconds an answer {_number(time.median)}, 95 % under {_number(time.high)}"
    if measures.errors:
        yield f"failed with an error: {measures.errors}"


def _of(count: Count) -> str:
    return f"{count.passed} of {count.total} ({_percent(count.share)})"


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.1f} %"


def _number(value: float | None, digits: int = 0) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def print_failures(asked: Iterable[Asked], console: Console) -> None:
    """Every answer that is not right: what was asked, what was said, what was wanted."""
    for each in asked:
        if each.right:
            continue
        said = " ".join(each.answer.text.split()) if each.answer else each.error
        lines = (
            f"\n{each.question.id} ({each.question.kind}): {' || '.join(each.question.turns)}",
            f"  said:   {said[:200]}",
            f"  wanted: {_wanted(each.question)}",
            f"  wrong:  {'; '.join(each.faults)}",
        )
        console.print("\n".join(lines), highlight=False, markup=False, soft_wrap=True)


def _wanted(question: Question) -> str:
    if not question.answerable:
        return "a decline"
    points = (" / ".join(alternatives) for alternatives in question.points)
    return "; ".join([*map(str, question.figures), *points])


def write_answers(asked: Sequence[Asked], folder: Path) -> None:
    """The answers to one corpus, one a line with the keys of ``career-chat ask --batch``.

    :raises InputError: they cannot be written.
    """
    lines = [json.dumps(_record(each), ensure_ascii=False) + "\n" for each in asked]
    _write(folder / f"{asked[0].corpus}.jsonl", "".join(lines))


def write_summary(measures: Measures, folder: Path) -> None:
    """:raises InputError: it cannot be written."""
    text = json.dumps(asdict(measures), ensure_ascii=False, indent=2)
    _write(folder / "summary.json", text + "\n")


def _record(asked: Asked) -> dict[str, Any]:
    answer = asked.answer
    if answer is None:
        return {"id": asked.question.id, "error": asked.error}
    return {
        "id": asked.question.id,
        "answer": answer.text,
        "abstained": answer.abstained,
        "confidence": answer.confidence,
        "standalone_question": answer.standalone_question,
        "model": answer.model,
        "citations": [asdict(citation) for citation in answer.citations],
        "timings_ms": answer.timings_ms,
    }


def _write(file: Path, text: str) -> None:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {file} ({error}); name another folder with --out") from None


# --- the command ----------------------------------------------------------------------


def ask_all(
    corpora: Sequence[Corpus], *, ask: Callable[[Corpus], Iterator[Asked]], out: Path | None = None
) -> list[Asked]:
    """Every question of every corpus; what is answered of a corpus is written once it is done.

    :param ask: what answers the questions of one corpus.
    :raises InputError: the answers cannot be written.
    """
    done: list[Asked] = []
    progress = Console(stderr=True)
    for number, corpus in enumerate(corpora, start=1):
        what = f"{number} of {len(corpora)}: {corpus.name}"
        asked = list(
            track(ask(corpus), what, len(corpus.questions), console=progress, transient=True)
        )
        count = _count(each.right for each in asked)
        progress.print(f"{what}: {count.passed} of {count.total} right", highlight=False)
        if out:
            write_answers(asked, out)
        done += asked
    return done


def main(arguments: Sequence[str] | None = None, *, opener: Opener = _open) -> int:
    """
    :param opener: opens what is measured; by default the program's own assistant.
    """
    parser = argparse.ArgumentParser(
        prog="python -m eval.careers", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="a folder of corpora")
    parser.add_argument("--corpus", nargs="+", default=[], metavar="NAME", help="these alone")
    parser.add_argument("--out", type=Path, help="a folder for the answers and summary.json")
    parser.add_argument("--failures", action="store_true", help="list what is not right")
    parser.add_argument(
        "--replies", action="store_true", help="judge the reference replies instead of asking"
    )
    parser.add_argument(
        "--fail-under", type=float, default=0.0, metavar="PERCENT",
        help="exit with 1 where fewer are right",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    console = Console(width=100)
    try:
        corpora = load_corpora(options.data, options.corpus)
        ask = quote_references if options.replies else lambda each: ask_corpus(each, opener=opener)
        asked = ask_all(corpora, ask=ask, out=options.out)
        measures = measure(asked)
        if options.out:
            write_summary(measures, options.out)
    except CareerChatError as error:
        print(f"eval.careers: {error}", file=sys.stderr)
        return 1
    if options.failures:
        print_failures(asked, console)
    print_measures(measures, console)
    right = 100 * (measures.overall.right.share or 0.0)
    if right < options.fail_under:
        print(f"eval.careers: {right:.1f} % right, under {options.fail_under:g} %", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
