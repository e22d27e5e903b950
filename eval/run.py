"""The run: replay every question's turns, judge the last answer, report."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.judge import Outcome, judge
from eval.questions import Question, check_documents, load_questions
from eval.report import (
    Comparison,
    compare_with,
    load_verdicts,
    print_comparison,
    print_report,
    write_report,
)
from eval.summary import Summary, summarise
from rag import open_assistant
from rag.types import Answer, Message


class Assistant(Protocol):
    """What is evaluated; ``rag.answer.Assistant`` is one."""

    def answer(self, messages: list[Message]) -> Answer: ...


Opener = Callable[[Path, Path | None], Assistant]
"""Opens an assistant on (corpus, store)."""


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run. ``out`` is the folder of its report."""

    outcomes: tuple[Outcome, ...]
    summary: Summary
    out: Path
    comparison: Comparison | None


def run(
    questions: Path | None,
    corpus: Path,
    *,
    store: Path | None = None,
    out: Path | None = None,
    compare: Path | None = None,
    console: Console,
    opener: Opener = open_assistant,
) -> Result:
    """Evaluate the assistant on a question file; print and write the report.

    :param questions: a .jsonl file or a folder of them; by default the program's own.
    :param corpus: the documents to answer from.
    :param store: their index; by default in the user's data directory.
    :param out: the report's folder; by default ``reports/<name of the questions>`` under the
        current directory.
    :param compare: the report's folder of an earlier run.
    :param console: where the report is printed; progress goes to standard error.
    :param opener: opens the assistant.
    :raises InputError: the questions or the earlier run cannot be read, a question expects a
        document that the corpus lacks, or the report cannot be written.
    :raises CareerChatError: the assistant cannot be opened. One that fails on a question does
        not stop the run: the question counts as wrong.
    """
    asked = load_questions(questions)
    earlier = load_verdicts(compare) if compare else None
    assistant = opener(corpus, store)
    check_documents(asked, corpus)
    outcomes = tuple(_with_progress(evaluate(assistant, asked), total=len(asked)))
    summary = summarise(outcomes)
    folder = out or Path("reports") / (questions.stem if questions else "questions")
    print_report(outcomes, summary, console=console)
    comparison = None
    if compare and earlier is not None:
        comparison = compare_with(earlier, outcomes, folder=compare)
        print_comparison(comparison, outcomes, console=console)
    write_report(outcomes, summary, folder)
    console.print(f"\nreport: {folder}", highlight=False, markup=False)
    return Result(outcomes, summary, folder, comparison)


def evaluate(assistant: Assistant, questions: Sequence[Question]) -> Iterator[Outcome]:
    """Ask and judge one question after the other, each in a conversation of its own."""
    for question in questions:
        yield ask(assistant, question)


def ask(assistant: Assistant, question: Question) -> Outcome:
    """Replay a question's turns with the assistant's own answers between them; judge the last.

    Any exception counts against the question and is kept as its error: a run of an hour must
    not be lost to one crash, nor the crash to the run.
    """
    messages: list[Message] = []
    answer: Answer | None = None
    error = ""
    started = time.perf_counter()
    try:
        for turn in question.turns:
            if answer is not None:
                messages.append({"role": "assistant", "content": answer.text})
            messages.append({"role": "user", "content": turn})
            started = time.perf_counter()
            answer = assistant.answer(list(messages))
    except Exception as exception:
        answer, error = None, f"{type(exception).__name__}: {exception}"
    latency_ms = (time.perf_counter() - started) * 1000
    return Outcome(
        question=question,
        answer=answer,
        error=error,
        latency_ms=latency_ms,
        verdicts=judge(question, answer, error=error),
    )


def _with_progress(outcomes: Iterator[Outcome], *, total: int) -> Iterator[Outcome]:
    columns = (
        TextColumn("asking"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[right]} right"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("asking", total=total, right=0)
        right = 0
        for outcome in outcomes:
            right += outcome.right
            progress.update(task, advance=1, right=right)
            yield outcome
