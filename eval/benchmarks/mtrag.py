"""Measure what is found for the turns of a conversation: ``python -m eval.benchmarks.mtrag --data FOLDER``.

MTRAG's development tasks (Katsis et al., MTRAG: A Multi-Turn Conversational Benchmark for Evaluating
Retrieval-Augmented Generation Systems, 2025), ``tasks.jsonl`` and ``passages.jsonl``: each passage of
the pool is a document of its own, and the passages that annotators answered from are relevant.
Printed is nDCG@5, by the last turn alone and by the conversation as the program reads it.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.metrics import bootstrap_interval, ndcg_at
from rag.answer.gather import find
from rag.errors import CareerChatError, InputError
from rag.index.library import Library
from rag.index.store import update
from rag.models.embedder import MiniLM
from rag.types import Corrections
from rag.understand.query import understand

CUT = 5


@dataclass(frozen=True, slots=True)
class Task:
    """The user's turns, and the ids of the passages that answer the last one."""

    turns: tuple[str, ...]
    relevant: frozenset[str]


def load(folder: Path) -> tuple[dict[str, str], list[Task]]:
    """The text of every passage by its id, and the tasks that have any.

    :raises InputError: the folder does not hold MTRAG's files.
    """
    try:
        pool = {str(row["_id"]): str(row["text"]) for row in _rows(folder / "passages.jsonl")}
        tasks = [
            Task(
                tuple(turn["text"] for turn in row["turns"] if turn["role"] == "user"),
                frozenset(str(passage["id"]) for passage in row["passages"]),
            )
            for row in _rows(folder / "tasks.jsonl")
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"cannot read {folder} as MTRAG's tasks ({error!r})") from None
    return pool, [task for task in tasks if task.relevant & pool.keys()]


def _rows(file: Path) -> list[dict[str, list[dict[str, str]]]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]


def measure(folder: Path, console: Console) -> None:
    """:raises InputError: the folder does not hold MTRAG's files."""
    pool, tasks = load(folder)
    embedder = MiniLM.load()
    with tempfile.TemporaryDirectory() as place:
        corpus = Path(place) / "corpus"
        corpus.mkdir()
        names = {}
        for number, (key, text) in enumerate(pool.items()):
            names[key] = f"{number}.txt"
            (corpus / names[key]).write_text(text, encoding="utf-8")
        _, generation = update(corpus, store=Path(place) / "store", embedder=embedder)
        library = Library(generation)
        table = Table("query", "tasks", f"nDCG@{CUT}")
        for name, kept in (("the last turn", 1), ("the conversation", 0)):
            values = []
            for task in track(tasks, name, console=Console(stderr=True), transient=True):
                query = understand(task.turns[-kept:], Corrections(), library, embedder)
                hits = find(query, library=library, embedder=embedder)
                order = list(dict.fromkeys(hit.chunk.document for hit in hits))
                relevant = {names[key] for key in task.relevant if key in names}
                ranks = [rank for rank, path in enumerate(order, 1) if path in relevant]
                values.append(ndcg_at(ranks, relevant=len(relevant), k=CUT))
            interval = bootstrap_interval(values)
            mean = sum(values) / len(values)
            table.add_row(
                name, str(len(tasks)), f"{mean:.3f} [{interval.low:.2f}–{interval.high:.2f}]"
            )
    console.print(table)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.benchmarks.mtrag", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="MTRAG's files")
    options = parser.parse_args(arguments)
    try:
        measure(options.data, Console())
    except CareerChatError as error:
        print(f"eval.benchmarks.mtrag: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
