"""The run: put every question to the assistant, judge, report; can be stopped and resumed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from eval.asking import Bench
from eval.compare import Comparison, compare_with, load_run
from eval.journal import Journal, run_fingerprint
from eval.judge import Outcome
from eval.model_judge import Opinions, ask_judge, open_judge
from eval.questions import Question, check_documents, load_questions
from eval.report import print_comparison, print_opinions, print_report, write_report
from eval.report_html import Extras
from eval.summary import Summary, Timings, summarise
from eval.workers import (
    Answered,
    Setting,
    answer_in_processes,
    answer_with,
    open_bench,
    processes,
)
from rag.errors import QualityError

BenchOpener = Callable[[Setting], Bench]


@dataclass(frozen=True, slots=True)
class Options:
    """How to run.

    ``out`` is the report's folder, by default ``reports/<name of the questions>`` under the
    current directory; ``compare`` the report's folder of an earlier run; ``workers`` how many
    processes answer, by default one a core where there is enough to answer; ``judge`` a language
    model whose opinion is shown beside the measures, by default none.
    """

    out: Path | None = None
    compare: Path | None = None
    resume: bool = False
    workers: int | None = None
    judge: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """A finished run. ``out`` is the folder of its report."""

    outcomes: tuple[Outcome, ...]
    summary: Summary
    timings: Timings
    out: Path
    comparison: Comparison | None
    opinions: Opinions | None


def run(
    questions: Path | None,
    setting: Setting,
    options: Options = Options(),
    *,
    console: Console,
    opener: BenchOpener | None = None,
) -> Result:
    """Evaluate the assistant on a question file; print and write the report.

    :param questions: a question file or a folder of them; by default the program's own.
    :param console: where the report is printed; progress goes to standard error.
    :param opener: opens what answers, in this process; by default ``setting`` is opened, in as
        many processes as ``options`` say.
    :raises InputError: the questions or the earlier run cannot be read, a question expects a
        document that the corpus lacks, the run to resume was another one, or the report cannot
        be written.
    :raises CareerChatError: the assistant cannot be opened. One that fails on a question does
        not stop the run: the question counts as wrong.
    """
    asked = load_questions(questions)
    earlier = load_run(options.compare) if options.compare else None
    folder = options.out or Path("reports") / (questions.stem if questions else "questions")
    judge = open_judge(options.judge) if options.judge else None
    _bring_index_up_to_date(setting, opener)
    check_documents(asked, setting.corpus)
    answered = _answer_all(asked, setting, options, folder=folder, opener=opener)
    summary = summarise(answered.outcomes)
    comparison = compare_with(earlier, answered.outcomes) if earlier else None
    opinions = ask_judge(judge, answered.outcomes) if judge else None
    print_report(answered.outcomes, summary, answered.timings, console=console)
    if opinions is not None:
        print_opinions(opinions, answered.outcomes, console=console)
    if comparison is not None:
        print_comparison(comparison, answered.outcomes, console=console)
    extras = Extras(comparison, opinions)
    write_report(answered.outcomes, summary, answered.timings, folder, extras=extras)
    answered.journal.finish()
    console.print(f"\nreport: {folder / 'report.html'}", highlight=False, markup=False)
    return Result(answered.outcomes, summary, answered.timings, folder, comparison, opinions)


def require(summary: Summary, *, at_least: Mapping[str, float]) -> None:
    """Make sure that measures reach their limits.

    :param at_least: by key of the measure, in 0..1 (for a measure of which less is better, at
        most).
    :raises QualityError: one does not, or could not be measured.
    """
    missed = []
    for key, limit in at_least.items():
        measure = summary.measure(key)
        value = measure.value
        if value is None:
            missed.append(f"{key} could not be measured")
        elif (value > limit) if measure.lower_is_better else (value < limit):
            missed.append(f"{key} is {value * 100:.1f} %, the limit {limit * 100:.1f} %")
    if missed:
        raise QualityError(f"the quality is not what --fail-under asks for: {'; '.join(missed)}")


def evaluate(bench: Bench, questions: Sequence[Question]) -> list[Outcome]:
    """Ask and judge one question after the other, each in a conversation of its own."""
    return [each.outcome for each in answer_with(bench, list(enumerate(questions)))]


def _bring_index_up_to_date(setting: Setting, opener: BenchOpener | None) -> None:
    """Once, before several processes open it."""
    if opener is None:
        from rag import build_index

        build_index(setting.corpus, setting.store)


# --- answering ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _AllAnswered:
    outcomes: tuple[Outcome, ...]
    timings: Timings
    journal: Journal


def _answer_all(
    questions: Sequence[Question],
    setting: Setting,
    options: Options,
    *,
    folder: Path,
    opener: BenchOpener | None,
) -> _AllAnswered:
    """Every outcome in the order of the questions; what an earlier run left is not asked again."""
    started = time.perf_counter()
    fingerprint = run_fingerprint(questions, setting.corpus, model=setting.model)
    journal = Journal(folder, fingerprint=fingerprint)
    done: dict[int, Outcome] = {}
    if options.resume:
        done = journal.resume()
    else:
        journal.begin()
    todo = [(i, question) for i, question in enumerate(questions) if i not in done]
    count = options.workers or processes(len(todo))
    memory: dict[str, float] = {}
    for answered in _with_progress(
        _answers(todo, setting, count=count, opener=opener), done=done, total=len(questions)
    ):
        journal.add(answered.position, answered.outcome)
        done[answered.position] = answered.outcome
        memory["peak"] = max(memory.get("peak", 0.0), answered.memory_mb)
    outcomes = tuple(done[i] for i in range(len(questions)))
    timings = Timings.of(
        outcomes,
        seconds=time.perf_counter() - started,
        at_once=count,
        peak_memory_mb=memory.get("peak"),
    )
    return _AllAnswered(outcomes, timings, journal)


def _answers(
    todo: Sequence[tuple[int, Question]],
    setting: Setting,
    *,
    count: int,
    opener: BenchOpener | None,
) -> Iterator[Answered]:
    if not todo:
        return iter(())
    if opener is None and count > 1:
        return answer_in_processes(setting, todo, count=count)
    return answer_with((opener or open_bench)(setting), todo)


def _with_progress(
    answers: Iterator[Answered], *, done: Mapping[int, Outcome], total: int
) -> Iterator[Answered]:
    columns = (
        TextColumn("asking"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[right]} right"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        right = sum(outcome.right for outcome in done.values())
        task = progress.add_task("asking", total=total, completed=len(done), right=right)
        for answered in answers:
            right += answered.outcome.right
            progress.update(task, advance=1, right=right)
            yield answered
