"""How the index does on large folders: ``python -m eval.corpus_scale --files 1000``.

Makes a folder of documents about the pay of made-up occupations, no two alike, and times, each in
a process of its own with the real embedder: the full build, the update after one file is edited,
the start of an assistant on the finished store, and answers. Memory is the most that the process
and its workers held together (the sum of their resident sets, looked at ten times a second), so
what they share counts twice. ``--large`` takes one file of 50 MB of each kind of text instead.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]
from rich.console import Console
from rich.table import Table

from rag.documents import MAX_FILE_BYTES
from rag.lexical import known_words

SAMPLE_SECONDS = 0.1
PLACES = ("Ohio", "Texas", "Berlin", "Toronto", "Singapore", "Lyon", "Oslo", "Madrid")
LEVELS = ("Junior", "Mid-level", "Senior", "Principal")
QUESTIONS = (
    "What does a senior engineer earn in Berlin?",
    "Which documents speak of the market and of history?",
    "How long does it take to become a principal?",
)

_BUILD = """
import dataclasses, json, sys
from pathlib import Path
from rag import build_index
report = build_index(sys.argv[1], sys.argv[2])
again = None
if len(sys.argv) > 3:  # as a program does that runs on and follows the folder
    edited = Path(sys.argv[3])
    edited.write_text(edited.read_text(encoding="utf-8") + "\\nOne more line.\\n", encoding="utf-8")
    again = build_index(sys.argv[1], sys.argv[2]).seconds
print(json.dumps({"again": again, "chunks": report.chunks, "facts": report.facts, "seconds": report.seconds,
                  "embedded": report.embedded, "rate": report.chunks_per_second,
                  "failed": [f"{f.path}: {f.reason}" for f in report.failed]}))
"""
_ASK = """
import json, sys, time
began = time.perf_counter()
from rag import open_assistant
assistant = open_assistant(sys.argv[1], sys.argv[2])
opened = time.perf_counter() - began
times = []
for question in json.loads(sys.argv[3]):
    began = time.perf_counter()
    assistant.answer([{"role": "user", "content": question}])
    times.append(time.perf_counter() - began)
print(json.dumps({"opened": opened, "answers": times}))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """What a process printed, how long it took, also on the processor, and the most memory that it
    and its children held."""

    said: dict[str, Any]
    seconds: float
    cpu_seconds: float
    peak_bytes: int


def run(code: str, *arguments: str) -> Run:
    """Run Python code in a process of its own.

    :raises RuntimeError: it failed; with the last of what it printed.
    """
    began, used = time.perf_counter(), _cpu_seconds()
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        peak = _peak_of_tree(process)
        said = process.stdout.read() if process.stdout else ""
        errors.seek(0)
        if process.returncode:
            raise RuntimeError(errors.read()[-2000:])
    seconds = time.perf_counter() - began
    return Run(json.loads(said.splitlines()[-1]), seconds, _cpu_seconds() - used, peak)


def _cpu_seconds() -> float:
    """Of the processes that this one started and that have ended, and those that they did."""
    times = os.times()
    return times.children_user + times.children_system


def _peak_of_tree(process: subprocess.Popen[str]) -> int:
    """Wait for a process to end; the most that it and its children held, in bytes."""
    whole = psutil.Process(process.pid)
    peak = 0
    while process.poll() is None:
        held = 0
        try:
            for one in [whole, *whole.children(recursive=True)]:
                held += one.memory_info().rss
        except psutil.NoSuchProcess:
            pass  # ended while it was looked at: counted up to then
        peak = max(peak, held)
        time.sleep(SAMPLE_SECONDS)
    return peak


# --- made documents -------------------------------------------------------------------


class Prose:
    """Sentences of common English words, the frequent ones more often; the same for a seed."""

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        words = sorted(w for w in known_words() if w.isascii())
        self._random.shuffle(words)
        shares = 1 / np.arange(1, len(words) + 1)
        self._words, self._shares = np.array(words), shares / shares.sum()

    def number(self, low: int, high: int) -> int:
        return int(self._random.integers(low, high))

    def sentences(self, words: int) -> str:
        """Text of about so many words."""
        drawn = self._random.choice(self._words, size=words, p=self._shares).tolist()
        ends = [*range(14, words, 14), words]
        starts = [0, *ends[:-1]]
        return " ".join(
            f"{' '.join(drawn[a:b]).capitalize()}." for a, b in zip(starts, ends, strict=True)
        )


def made_document(number: int, words: int, prose: Prose) -> str:
    """A Markdown document of about so many words: prose, a list and a table of pay."""
    occupation = prose.sentences(2).rstrip(".").lower()
    place = PLACES[number % len(PLACES)]
    pay = prose.number(40, 90)
    rows = [
        f"| {level} | ${pay + 20 * i},000 | ${pay + 25 * i},500 |" for i, level in enumerate(LEVELS)
    ]
    return "\n".join(
        [
            f"# {number}. {occupation.capitalize()} engineers in {place}",
            "",
            prose.sentences(words // 2),
            "",
            "## Pay",
            "",
            f"The median pay of {occupation} engineers in {place} was ${pay + 10},000 a year.",
            "",
            "| Level | Base pay | Total compensation |",
            "|---|---|---|",
            *rows,
            "",
            "## Work",
            "",
            prose.sentences(words // 4),
            "",
            f"- {prose.sentences(words // 8)}",
            f"- {prose.sentences(words // 8)}",
            "",
        ]
    )  # fmt: skip


def make_folder(folder: Path, *, files: int, words: int) -> None:
    """So many documents in folders of a hundred."""
    prose = Prose()
    for number in range(files):
        path = folder / f"{number // 100:03d}" / f"{number:05d}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(made_document(number, words, prose), encoding="utf-8")


def large_text(prose: Prose) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"Section {number}\n\n{prose.sentences(400)}\n\n"


def large_page(prose: Prose) -> Iterator[str]:
    yield "<!doctype html><html><head><title>A large page</title></head><body><main><h1>Large</h1>"
    number = 0
    while True:
        number += 1
        row = f"<tr><td>Senior</td><td>${prose.number(40, 200)},000</td></tr>"
        table = f"<table><tr><th>Level</th><th>Base pay</th></tr>{row}</table>"
        yield f"<h2>Part {number}</h2><p>{prose.sentences(400)}</p>{table}"


def large_sheet(prose: Prose) -> Iterator[str]:
    yield "id,title,place,year,base pay,remarks\n"
    number = 0
    while True:
        number += 1
        pay = prose.number(40, 200)
        yield f"{number},Engineer {number % 97},{PLACES[number % 8]},2026,\"${pay},000\",{prose.sentences(6)}\n"  # fmt: skip


LARGE: dict[str, Callable[[Prose], Iterator[str]]] = {
    "large.txt": large_text,
    "large.html": large_page,
    "large.csv": large_sheet,
}


def make_large(path: Path, pieces: Iterator[str], *, size_bytes: int) -> None:
    """A file of a little less than so many bytes."""
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for piece in pieces:
            written += len(piece.encode())
            if written > size_bytes:
                return
            file.write(piece)


# --- measuring ------------------------------------------------------------------------


def measure_folder(files: int, words: int, folder: Path, console: Console) -> None:
    corpus, store = folder / "corpus", folder / "store"
    make_folder(corpus, files=files, words=words)
    table = _table(f"{files:,} files of about {words} words")
    built = run(_BUILD, str(corpus), str(store), str(corpus / "000" / "00001.md"))
    _show(table, "full build", built, _described(built))
    share = built.said["again"] / built.said["seconds"]
    remark = f"{share:.1%} of the full build, in {built.said['again']:.1f} s"
    _show(table, "one file edited, same process", built, remark, seconds=built.said["again"])
    edited = corpus / "000" / "00000.md"
    edited.write_text(edited.read_text(encoding="utf-8") + "\nOne more line.\n", encoding="utf-8")
    update = run(_BUILD, str(corpus), str(store))
    share = update.said["seconds"] / built.said["seconds"]
    cpu = update.cpu_seconds / built.cpu_seconds
    _show(table, "one file edited, new process", update, f"{share:.1%} of the full build; {cpu:.1%} of its processor time")  # fmt: skip
    same = run(_BUILD, str(corpus), str(store))
    _show(table, "nothing changed", same, _described(same))
    _show_start(table, corpus, store)
    console.print(table)


def measure_large(folder: Path, size_bytes: int, console: Console) -> None:
    table = _table(f"one file of {size_bytes / 1024 / 1024:.0f} MB")
    for name, pieces in LARGE.items():
        corpus, store = folder / name.replace(".", "-"), folder / f"store-{name}"
        corpus.mkdir(parents=True)
        make_large(corpus / name, pieces(Prose()), size_bytes=size_bytes)
        built = run(_BUILD, str(corpus), str(store))
        _show(table, name, built, _described(built))
        _show_start(table, corpus, store)
    console.print(table)


def _described(built: Run) -> str:
    said = built.said
    rate = f", {said['rate']:.0f} chunks a second" if said["rate"] else ""
    return "; ".join(
        [f"{said['chunks']:,} chunks, {said['facts']:,} figures{rate}", *said["failed"]]
    )


def _show_start(table: Table, corpus: Path, store: Path) -> None:
    started = run(_ASK, str(corpus), str(store), json.dumps(QUESTIONS))
    answers = ", ".join(f"{s:.2f}" for s in started.said["answers"])
    _show(table, "start, and three answers", started, f"open in {started.said['opened']:.1f} s; answers in {answers} s")  # fmt: skip


def _table(title: str) -> Table:
    table = Table("", title=title)
    table.add_column("seconds", justify="right")
    table.add_column("on the processor", justify="right")
    table.add_column("peak MB", justify="right")
    table.add_column("")
    return table


def _show(table: Table, name: str, done: Run, remark: str, *, seconds: float | None = None) -> None:
    """:param seconds: where it is a part of the run; else the whole, as the program tells it."""
    if seconds is not None:
        table.add_row(name, f"{seconds:.1f}", "", "", remark)
        return
    seconds = done.said.get("seconds", done.seconds)
    memory = f"{done.peak_bytes / 1e6:.0f}"
    table.add_row(name, f"{seconds:.1f}", f"{done.cpu_seconds:.1f}", memory, remark)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given:
        given.mkdir(parents=True)
        yield given
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.corpus_scale", description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--words", type=int, default=200, help="words a file")
    parser.add_argument("--large", action="store_true", help="one file of 50 MB of each kind")
    parser.add_argument("--bytes", type=int, default=MAX_FILE_BYTES, help="size of a large file")
    parser.add_argument("--folder", type=Path, help="a new folder to keep what is made")
    options = parser.parse_args(arguments)
    console = Console(width=110)
    with _folder(options.folder) as folder:
        if options.large:
            measure_large(folder, options.bytes, console)
        else:
            measure_folder(options.files, options.words, folder, console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
