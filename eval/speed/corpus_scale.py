"""How the index does on large folders: ``python -m eval.speed.corpus_scale --files 1000``.

Makes a folder of documents about the pay of made-up occupations, no two alike, and measures, each
as a command of its own with the real embedder: the full build, the update after one file is edited,
the start of an assistant on the finished store, and answers. ``--large`` takes one file of 50 MB of
each kind instead. A line is printed as soon as it is measured.

``wall`` is all that the command took, its start included, and ``processor`` what it and its workers
computed, which says more on a machine that does other things too. Memory is the most that was held,
looked at ten times a second: of the command itself, and of its workers together.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import json
import os
import subprocess
import sys
import tempfile
import textwrap
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import psutil  # type: ignore[import-untyped]
from rich.console import Console

from rag.documents import MAX_FILE_BYTES
from rag.models.vocabulary import known_words

SAMPLE_SECONDS = 0.1
WORDS_DRAWN = 2_000
PLACES = ("Ohio", "Texas", "Berlin", "Toronto", "Singapore", "Lyon", "Oslo", "Madrid")
LEVELS = ("Junior", "Mid-level", "Senior", "Principal")
QUESTIONS = (
    "What does a senior engineer earn in Berlin?",
    "Which documents speak of the market and of history?",
    "How long does it take to become a principal?",
)

_INDEX = ("-m", "ui.commands.cli", "index", "--json", "--corpus")
_FOLLOW = """
import json, sys, time
from pathlib import Path
from rag.models.embedder import MiniLM
from rag.index.store import build
corpus, store, edited, embedder = *map(Path, sys.argv[1:]), MiniLM.when_needed()
for words in ("One more line.", "And one more."):
    edited.write_text(edited.read_text(encoding="utf-8") + f"\\n{words}\\n", encoding="utf-8")
    began, used = time.perf_counter(), time.process_time()
    build(corpus, store=store, embedder=embedder)
    print(json.dumps({"wall": time.perf_counter() - began, "processor": time.process_time() - used}))
"""
_READ = """
import json, sys, time
from pathlib import Path
from rag.index.ingest import File, Reading, read_all
path = Path(sys.argv[1])
began, found = time.perf_counter(), {"blocks": 0, "facts": 0, "failed": []}
for one in read_all([File(path, path.name, path.stat().st_size)], corpus=path.parent):
    if isinstance(one, Reading):
        found |= {"blocks": len(one.document.blocks), "facts": len(one.facts)}
    else:
        found["failed"].append(one.reason)
print(json.dumps({**found, "seconds": time.perf_counter() - began}))
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
    """What a process printed last, how long it took, also on the processor, and the most memory that
    it held and that its children held together."""

    said: dict[str, Any]
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    workers_peak_bytes: int


def run(*arguments: str) -> Run:
    """Run Python with these arguments; it prints JSON.

    :raises RuntimeError: it failed; with the last of what it printed.
    """
    began, used = time.perf_counter(), _cpu_seconds()
    # Not a pipe: who prints more than that holds would wait for somebody to read it.
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen([sys.executable, *arguments], stdout=printed, stderr=errors)
        peaks = _peaks(process)
        errors.seek(0)
        printed.seek(0)
        said = printed.read()
        if process.returncode:
            raise RuntimeError(errors.read()[-2000:])
    seconds = time.perf_counter() - began
    return Run(json.loads(said.splitlines()[-1]), seconds, _cpu_seconds() - used, *peaks)


def _cpu_seconds() -> float:
    """Of the processes that this one started and that have ended, and those that they did."""
    times = os.times()
    return times.children_user + times.children_system


def _peaks(process: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Wait for a process to end; the most that it held and that its children did, in bytes."""
    whole = psutil.Process(process.pid)
    peak = workers_peak = 0
    while process.poll() is None:
        try:
            peak = max(peak, whole.memory_info().rss)
            workers = sum(one.memory_info().rss for one in whole.children(recursive=True))
            workers_peak = max(workers_peak, workers)
        except psutil.NoSuchProcess:
            pass  # ended while it was looked at: counted up to then
        time.sleep(SAMPLE_SECONDS)
    return peak, workers_peak


# --- made documents -------------------------------------------------------------------


class Prose:
    """Sentences of common English words, the frequent ones more often; the same for a seed."""

    def __init__(self, seed: int = 0) -> None:
        self._random = np.random.default_rng(seed)
        words = sorted(w for w in known_words() if w.isascii())
        self._random.shuffle(words)
        shares = 1 / np.arange(1, len(words) + 1)
        self._words, self._shares = np.array(words), shares / shares.sum()
        self._drawn: list[str] = []

    def number(self, low: int, high: int) -> int:
        return int(self._random.integers(low, high))

    def sentences(self, words: int) -> str:
        """Text of about so many words."""
        drawn = self._draw(words)
        ends = [*range(14, words, 14), words]
        starts = [0, *ends[:-1]]
        return " ".join(
            f"{' '.join(drawn[a:b]).capitalize()}." for a, b in zip(starts, ends, strict=True)
        )

    def _draw(self, words: int) -> list[str]:
        if len(self._drawn) < words:
            size = max(words, WORDS_DRAWN)  # a draw of few takes as long as one of many
            self._drawn = self._random.choice(self._words, size=size, p=self._shares).tolist()
        drawn, self._drawn = self._drawn[:words], self._drawn[words:]
        return drawn


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
    for number in itertools.count(1):
        yield f"Section {number}\n\n{prose.sentences(400)}\n\n"


def large_page(prose: Prose) -> Iterator[str]:
    yield "<!doctype html><html><head><title>A large page</title></head><body><main><h1>Large</h1>"
    for number in itertools.count(1):
        row = f"<tr><td>Senior</td><td>${prose.number(40, 200)},000</td></tr>"
        table = f"<table><tr><th>Level</th><th>Base pay</th></tr>{row}</table>"
        yield f"<h2>Part {number}</h2><p>{prose.sentences(400)}</p>{table}"


def large_sheet(prose: Prose) -> Iterator[str]:
    yield "id,title,place,year,base pay,remarks\n"
    for number in itertools.count(1):
        pay = prose.number(40, 200)
        yield f"{number},Engineer {number % 97},{PLACES[number % 8]},2026,\"${pay},000\",{prose.sentences(6)}\n"  # fmt: skip


def large_markdown(prose: Prose) -> Iterator[str]:
    for number in itertools.count():
        yield made_document(number, 400, prose)


TEXTS: dict[str, Callable[[Prose], Iterator[str]]] = {
    "large.txt": large_text,
    "large.md": large_markdown,
    "large.html": large_page,
    "large.csv": large_sheet,
}
LARGE = (*TEXTS, "large.docx", "large.xlsx", "large.pdf")


def make_large(path: Path, *, size_bytes: int) -> None:
    """A file of a little less than so many bytes, of the kind that its name tells."""
    prose = Prose()
    match path.suffix:
        case ".xlsx":
            _make_workbook(path, large_sheet(prose), size_bytes=size_bytes)
        case ".docx":
            _make_word(path, prose, size_bytes=size_bytes)
        case ".pdf":
            _make_pdf(path, prose, size_bytes=size_bytes)
        case _:
            _make_text(path, TEXTS[path.name](prose), size_bytes=size_bytes)


def _make_text(path: Path, pieces: Iterator[str], *, size_bytes: int) -> None:
    written = 0
    with path.open("w", encoding="utf-8") as file:
        for piece in pieces:
            written += len(piece.encode())
            if written > size_bytes:
                return
            file.write(piece)


SHEET_BYTES_A_ROW = 55
"""Of an .xlsx, packed."""
PDF_LINES_A_PAGE = 60
MAX_PDF_PAGES = 4900


def _make_workbook(path: Path, rows: Iterator[str], *, size_bytes: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Pay")
    for row in csv.reader(itertools.islice(rows, size_bytes // SHEET_BYTES_A_ROW)):
        sheet.append(row)
    book.save(path)


_WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_WORD_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="{_WORD_MAIN}"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>',
}  # fmt: skip


def _make_word(path: Path, prose: Prose, *, size_bytes: int) -> None:
    """Paragraphs in as few parts as Word's format can do with."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in _WORD_PARTS.items():
            archive.writestr(name, text)
        with archive.open("word/document.xml", "w") as part:
            part.write(b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>')  # fmt: skip
            while path.stat().st_size < size_bytes - 100_000:
                text = prose.sentences(400)
                part.write(f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>".encode())
            part.write(b"</w:body></w:document>")


def _make_pdf(path: Path, prose: Prose, *, size_bytes: int) -> None:
    """Pages of lines in a font that every reader has; as few objects as a PDF can do with."""
    places: list[int] = []
    with path.open("wb") as file:

        def write(number: int, data: bytes) -> None:
            places.append(file.tell())
            file.write(b"%d 0 obj " % number + data + b" endobj\n")

        file.write(b"%PDF-1.4\n")
        write(1, b"<</Type/Catalog/Pages 2 0 R>>")
        places.append(0)
        write(3, b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
        pages: list[int] = []
        while file.tell() < size_bytes - 100_000 and len(pages) < MAX_PDF_PAGES:
            lines = textwrap.wrap(prose.sentences(PDF_LINES_A_PAGE * 13), 95)
            text = "".join(f"({line}) Tj T*\n" for line in lines).encode("ascii")
            text = b"BT /F 9 Tf 11 TL 60 760 Td\n" + text + b"ET"
            number = len(places) + 1
            write(number, b"<</Length %d>> stream\n" % len(text) + text + b"\nendstream")
            pages.append(number + 1)
            write(number + 1, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F 3 0 R>>>>/Contents %d 0 R>>" % number)  # fmt: skip
        places[1] = file.tell()
        kids = b" ".join(b"%d 0 R" % page for page in pages)
        file.write(b"2 0 obj <</Type/Pages/Count %d/Kids[%s]>> endobj\n" % (len(pages), kids))
        table = file.tell()
        entries = b"".join(b"%010d 00000 n \n" % place for place in places)
        file.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1) + entries)
        file.write(b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, table))  # fmt: skip


# --- measuring ------------------------------------------------------------------------


def measure_folder(files: int, words: int, folder: Path, console: Console) -> None:
    corpus, store = folder / "corpus", folder / "store"
    make_folder(corpus, files=files, words=words)
    _head(console, f"{files:,} files of about {words} words")
    built = _index(corpus, store)
    _show(console, "full build", built, _described(built))
    _show_store(console, store, built.said["chunks"])
    for _ in range(3):
        edited = corpus / "000" / "00000.md"
        text = edited.read_text(encoding="utf-8")
        edited.write_text(f"{text}\nOne more line.\n", encoding="utf-8")
        update = _index(corpus, store)
        _show(console, "one file edited", update, _share(update, built))
    same = _index(corpus, store)
    _show(console, "nothing changed", same, _share(same, built))
    followed = run("-c", _FOLLOW, str(corpus), str(store), str(corpus / "000" / "00001.md"))
    wall, processor = followed.said["wall"], followed.said["processor"]
    share = f"{wall / built.seconds:.1%} of the full build, {processor / built.cpu_seconds:.1%} of its processor time"
    _line(console, "edited, --watch or the page", f"{wall:.2f}", f"{processor:.2f}", "", "", share)
    _show_start(console, corpus, store)


def _index(corpus: Path, store: Path) -> Run:
    return run(*_INDEX, str(corpus), "--store", str(store))


def _share(update: Run, built: Run) -> str:
    wall, processor = update.seconds / built.seconds, update.cpu_seconds / built.cpu_seconds
    return f"{wall:.1%} of the full build, {processor:.1%} of its processor time"


def measure_reading(names: Sequence[str], folder: Path, size_bytes: int, console: Console) -> None:
    """Files read and not indexed: embedding them takes most of the time, but no more memory."""
    _head(console, f"one file of {size_bytes / 1024 / 1024:.0f} MB, read alone")
    for name in names:
        path = folder / "read" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make_large(path, size_bytes=size_bytes)
        read = run("-c", _READ, str(path))
        size = f"{path.stat().st_size / 1024 / 1024:.0f} MB"
        found = f"{read.said['blocks']:,} blocks, {read.said['facts']:,} figures"
        _show(console, name, read, "; ".join([size, found, *read.said["failed"]]))


def measure_large(names: Sequence[str], folder: Path, size_bytes: int, console: Console) -> None:
    _head(console, f"one file of {size_bytes / 1024 / 1024:.0f} MB")
    for name in names:
        corpus, store = folder / name.replace(".", "-"), folder / f"store-{name}"
        corpus.mkdir(parents=True)
        make_large(corpus / name, size_bytes=size_bytes)
        built = _index(corpus, store)
        _show(console, name, built, _described(built))
        _show_store(console, store, built.said["chunks"])
        _show_start(console, corpus, store)


def _described(built: Run) -> str:
    said = built.said
    rate = said["chunks_per_second"]
    speed = f", {rate:.0f} chunks a second" if rate else ""
    failed = [f"{one['path']}: {one['reason']}" for one in said["failed"]]
    return "; ".join([f"{said['chunks']:,} chunks, {said['facts']:,} figures{speed}", *failed])


def _show_store(console: Console, store: Path, chunks: int) -> None:
    size = sum(path.stat().st_size for path in store.rglob("*") if path.is_file()) / 1e6
    held = f"{size:.0f} MB on the disk, {size / chunks * 10_000:.0f} MB for 10,000 chunks"
    _line(console, "the store", "", "", "", "", held)


def _show_start(console: Console, corpus: Path, store: Path) -> None:
    started = run("-c", _ASK, str(corpus), str(store), json.dumps(QUESTIONS))
    answers = ", ".join(f"{s:.2f}" for s in started.said["answers"])
    said = f"open in {started.said['opened']:.1f} s; answers in {answers} s"
    _show(console, "start, and three answers", started, said)


def _head(console: Console, title: str) -> None:
    console.print(title, highlight=False)
    _line(console, "", "wall s", "processor s", "peak MB", "workers MB", "")


def _show(console: Console, name: str, done: Run, remark: str) -> None:
    peaks = (f"{done.peak_bytes / 1e6:.0f}", f"{done.workers_peak_bytes / 1e6:.0f}")
    _line(console, name, f"{done.seconds:.2f}", f"{done.cpu_seconds:.2f}", *peaks, remark)


def _line(console: Console, name: str, *cells: str) -> None:
    *numbers, remark = cells
    columns = "".join(f"{number:>13}" for number in numbers)
    console.print(f"{name:<28}{columns}  {remark}", highlight=False, soft_wrap=True)


@contextmanager
def _folder(given: Path | None) -> Iterator[Path]:
    if given:
        given.mkdir(parents=True)
        yield given
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.speed.corpus_scale", description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--words", type=int, default=200, help="words a file")
    parser.add_argument("--large", action="store_true", help="one file of 50 MB of each kind")
    parser.add_argument("--reading", action="store_true", help="the same files, read alone")
    parser.add_argument(
        "--kind", action="append", choices=LARGE, help="of the large files, only this"
    )
    parser.add_argument("--bytes", type=int, default=MAX_FILE_BYTES, help="size of a large file")
    parser.add_argument("--folder", type=Path, help="a new folder to keep what is made")
    options = parser.parse_args(arguments)
    console = Console()
    with _folder(options.folder) as folder:
        if options.reading:
            measure_reading(options.kind or LARGE, folder, options.bytes, console)
        elif options.large:
            measure_large(options.kind or LARGE, folder, options.bytes, console)
        else:
            measure_folder(options.files, options.words, folder, console)
    return 0


if __name__ == "__main__":
    sys.exit(main())
