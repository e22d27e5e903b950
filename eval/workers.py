"""Questions put to several processes at once, each with an assistant of its own.

One question keeps one core busy for most of its time, so a process a core answers about as many
times as fast. Results do not depend on which process answers which question.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from eval.asking import Bench, ask
from eval.judge import Outcome
from eval.questions import Question
from rag.errors import InputError

QUESTIONS_WORTH_A_PROCESS = 20
"""Opening an assistant takes as long as about so many answers."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What each process opens."""

    corpus: Path
    store: Path | None
    model: str


@dataclass(frozen=True, slots=True)
class Answered:
    """The outcome of the question at ``position``, and its process's memory, in megabytes."""

    position: int
    outcome: Outcome
    memory_mb: float


def processes(questions: int) -> int:
    """How many are worth starting: at most one a core."""
    return max(1, min(os.cpu_count() or 1, questions // QUESTIONS_WORTH_A_PROCESS))


def open_bench(setting: Setting) -> Bench:
    """:raises CareerChatError: the assistant or the check cannot be opened."""
    from rag import open_assistant
    from rag.verify.support import Checker

    return Bench.of(open_assistant(setting.corpus, setting.store, setting.model), Checker.open())


def answer_with(bench: Bench, todo: Sequence[tuple[int, Question]]) -> Iterator[Answered]:
    """One after the other, in this process."""
    for position, question in todo:
        yield Answered(position, ask(bench, question), memory_mb())


def answer_in_processes(
    setting: Setting, todo: Sequence[tuple[int, Question]], *, count: int
) -> Iterator[Answered]:
    """As they come, ``count`` at a time.

    :raises InputError: a process died, of too little memory as a rule.
    """
    pool = ProcessPoolExecutor(
        count,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start,
        initargs=(setting,),
    )
    try:
        waiting = [pool.submit(_answer, position, question) for position, question in todo]
        for future in as_completed(waiting):
            yield future.result()
    except BrokenProcessPool as error:
        raise InputError(
            "a process that answered questions died, most likely of too little memory: go on with "
            "--resume --workers 1"
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def memory_mb() -> float:
    """This process's resident memory."""
    return float(psutil.Process().memory_info().rss) / 1e6


_bench: Bench | None = None


def end_with_parent() -> None:
    """Let this process end when the one that started it is killed: else it would wait for work, and
    hold its memory, for good."""
    parent = multiprocessing.parent_process()
    assert parent is not None

    def watch() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _start(setting: Setting) -> None:
    """As many threads as a process alone has: their number decides the last digits of sums."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asked
    global _bench
    _bench = open_bench(setting)


def _answer(position: int, question: Question) -> Answered:
    assert _bench is not None
    return Answered(position, ask(_bench, question), memory_mb())
