"""Measure how documents and turns are read beside libraries made for it: ``python -m eval.benchmarks.documents --data FOLDER``.

The tables of PDFs beside pdfplumber, the own text of web pages beside trafilatura, the language of a
turn beside py3langid. The folder holds the files that ``data/pdf-tables.json`` and
``data/web-pages.json`` name; what these and ``data/turns.json`` say was written down by people who
looked at the pages, not at what any parser made of them. A library that is not installed is named.
"""

from __future__ import annotations

import argparse
import importlib
import io
import json
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from rich.console import Console
from rich.table import Table

from rag.answer.smalltalk import is_foreign
from rag.documents import read_document
from rag.documents.parsed import strip_markup
from rag.documents.pdf import parse_pdf
from rag.errors import CareerChatError, InputError
from rag.types import BlockKind, Document

TRUTH = Path(__file__).with_name("data")
PLUMBER = {
    "default": {},
    "text": {"vertical_strategy": "text", "horizontal_strategy": "text"},
    "columns by text, rows by rules": {"vertical_strategy": "text"},
    "columns by rules, rows by text": {"horizontal_strategy": "text"},
}
"""The settings of pdfplumber's ``extract_tables`` that are measured, the best of them for each page."""
MOST_HEAD_ROWS = 4
"""Of pdfplumber's tables, which do not tell their head from their body: it may be any of the rows up to
this one, whichever finds a cell."""
SURE = 0.5
"""The least probability of a language for a program that had rather read a turn as English."""

Grid = Sequence[Sequence[str | None]]


def library(name: str) -> Any | None:
    """A module that the program does not need; None where it cannot be imported."""
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def plain(text: str) -> str:
    """A text without what parsers may set otherwise: white space, ligatures, letter case, quotes."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\xad", "")
    return "".join(text.translate(_QUOTES).split())


_QUOTES = str.maketrans("’‘“”", "''\"\"")


# --- tables of PDFs -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cell as somebody reads it on the page; a row without a head has ""."""

    row: str
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class TableTruth:
    """Some cells of one table, the heads of all its columns, and what it looks like."""

    file: str
    page: int
    layout: str
    columns: tuple[str, ...]
    cells: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A cell as a parser gives it: its text, what is said to stand above it, the texts of its row."""

    row: tuple[str, ...]
    column: str
    value: str


def load_tables(file: Path) -> list[TableTruth]:
    return [
        TableTruth(
            row["file"],
            row["page"],
            row["layout"],
            tuple(row["columns"]),
            tuple(Wanted(*cell) for cell in row["cells"]),
        )
        for row in _rows(file)
    ]


def is_read(wanted: Wanted, columns: Sequence[str], read: Iterable[Read]) -> bool:
    """Whether a cell was read: alone, in one row with the row's head, under its own column's head and
    under no other's."""
    row, column, value = plain(wanted.row), plain(wanted.column), plain(wanted.value)
    others = [other for c in columns if (other := plain(c)) not in column]
    for cell in read:
        head = plain(cell.column)
        if (
            plain(cell.value) == value
            and column in head
            and not any(other in head for other in others)
            and (not row or row in map(plain, cell.row))
        ):
            return True
    return False


def cells_of_document(document: Document, page: int) -> Iterator[Read]:
    """The cells that the program reads on a page."""
    for block in document.blocks:
        if block.kind is not BlockKind.TABLE_ROW or block.page != page:
            continue
        texts = [strip_markup(cell.span.of(document.text)) for cell in block.cells]
        for cell, text in zip(block.cells, texts, strict=True):
            yield Read((*texts, *cell.row.split(" > ")), strip_markup(cell.column), text)


def cells_of_grid(grid: Grid) -> Iterator[Read]:
    """The cells of a table of pdfplumber's, under every few rows that may be its head.

    A cell that reaches over several rows or columns has its text in the first of them and None in the
    others: of the first column it is taken from above, of a head from the left.
    """
    down, right = _filled_down(grid), [_filled_right(row) for row in grid]
    for end in range(1, min(MOST_HEAD_ROWS, len(grid) - 1) + 1):
        for first in range(end):
            heads = right[first:end]
            for row in down[end:]:
                texts = tuple(text or "" for text in row)
                for i, text in enumerate(texts):
                    yield Read(texts, " ".join(head[i] for head in heads), text)


def _filled_down(grid: Grid) -> list[list[str | None]]:
    rows: list[list[str | None]] = []
    for row in grid:
        first = rows[-1][0] if rows and row[0] is None else row[0]
        rows.append([first, *row[1:]])
    return rows


def _filled_right(row: Sequence[str | None]) -> list[str]:
    filled: list[str] = []
    for text in row:
        filled.append((filled[-1] if filled else "") if text is None else text)
    return filled


@dataclass(frozen=True, slots=True)
class Found:
    """How many cells of each table were read, and the seconds for a page."""

    tables: tuple[int, ...]
    seconds: float


Page = tuple[str, int]
"""A file's name and a page's number in it."""


def score_tables(truth: Sequence[TableTruth], read: Mapping[Page, Sequence[Read]]) -> list[int]:
    """How many cells of each table were read.

    :param read: all that was read of each page.
    """
    return [
        sum(is_read(cell, table.columns, read[table.file, table.page]) for cell in table.cells)
        for table in truth
    ]


def _best(several: Sequence[Found], truth: Sequence[TableTruth]) -> list[int]:
    """The cells of each table by the settings that read the most of its page."""
    places = [(table.file, table.page) for table in truth]
    best = {
        place: max(
            (found.tables for found in several),
            key=lambda counts: sum(n for n, at in zip(counts, places, strict=True) if at == place),
        )
        for place in set(places)
    }
    return [best[place][i] for i, place in enumerate(places)]


def ours_of_tables(folder: Path, truth: Sequence[TableTruth]) -> Found:
    """What is found in the files as the program reads them, whole; timed are the pages alone."""
    pages = dict.fromkeys((table.file, table.page) for table in truth)
    documents = {file: _document(folder / file) for file, _ in pages}
    read = {(file, page): list(cells_of_document(documents[file], page)) for file, page in pages}
    excerpts = [
        _excerpt(folder / file, [page for name, page in pages if name == file])
        for file in documents
    ]
    start = time.perf_counter()
    for data in excerpts:
        parse_pdf(data)
    seconds = time.perf_counter() - start
    return Found(tuple(score_tables(truth, read)), seconds / len(pages))


def _excerpt(file: Path, pages: Sequence[int]) -> bytes:
    out = io.BytesIO()
    with pdfium.PdfDocument(file) as whole, pdfium.PdfDocument.new() as part:
        part.import_pages(whole, [page - 1 for page in pages])
        part.save(out)
    return out.getvalue()


def plumber_of_tables(
    plumber: Any, folder: Path, truth: Sequence[TableTruth], settings: Mapping[str, str]
) -> Found:
    grids = {}
    pages = dict.fromkeys((table.file, table.page) for table in truth)
    start = time.perf_counter()
    for file, page in pages:
        with plumber.open(folder / file, pages=[page]) as pdf:
            grids[file, page] = pdf.pages[0].extract_tables(dict(settings))
    seconds = time.perf_counter() - start
    read = {page: [cell for grid in grids[page] for cell in cells_of_grid(grid)] for page in pages}
    return Found(tuple(score_tables(truth, read)), seconds / len(pages))


def measure_tables(folder: Path, console: Console) -> None:
    truth = load_tables(TRUTH / "pdf-tables.json")
    columns = {"career-chat": ours_of_tables(folder, truth)}
    if (plumber := library("pdfplumber")) is not None:
        several = {
            name: plumber_of_tables(plumber, folder, truth, settings)
            for name, settings in PLUMBER.items()
        }
        best = tuple(_best(list(several.values()), truth))
        columns["pdfplumber (default)"] = several["default"]
        columns["pdfplumber (text)"] = several["text"]
        columns["pdfplumber (the best for each page)"] = Found(best, 0.0)
    missing = [] if plumber is not None else ["pdfplumber"]
    out = Table("cells of PDF tables", "tables", "cells", *columns, *missing)
    filler = [_missing(name) for name in missing]
    for layout in [*dict.fromkeys(table.layout for table in truth), ""]:
        chosen = [i for i, table in enumerate(truth) if layout in ("", table.layout)]
        cells = sum(len(truth[i].cells) for i in chosen)
        shares = [sum(found.tables[i] for i in chosen) / cells for found in columns.values()]
        out.add_row(
            layout or "all", str(len(chosen)), str(cells), *(f"{s:.1%}" for s in shares), *filler
        )
    seconds = [f"{found.seconds:.3f}" if found.seconds else "" for found in columns.values()]
    out.add_row("seconds a page", "", "", *seconds, *filler)
    console.print(out)


# --- web pages ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PageTruth:
    """Phrases of a web page's own text, and of what its site puts around it."""

    file: str
    content: tuple[str, ...]
    boilerplate: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """How many phrases of the page's own stayed, and how many of the others went."""

    content: int
    dropped: int


def load_pages(file: Path) -> list[PageTruth]:
    return [
        PageTruth(row["file"], tuple(row["content"]), tuple(row["boilerplate"]))
        for row in _rows(file)
    ]


def score_page(truth: PageTruth, text: str) -> Kept:
    """:param text: what was taken from the page."""
    text = plain(text)
    return Kept(
        sum(plain(phrase) in text for phrase in truth.content),
        sum(plain(phrase) not in text for phrase in truth.boilerplate),
    )


def text_of_document(file: Path) -> str:
    """All that the program reads of a page: its title, headings and text."""
    document = _document(file)
    headings = dict.fromkeys(h for block in document.blocks for h in block.headings)
    return "\n".join([document.title, *headings, document.text])


def _trafilatura_text(trafilatura: Any, file: Path, *, favor_recall: bool) -> str:
    page = file.read_text(encoding="utf-8")
    return trafilatura.extract(page, include_tables=True, favor_recall=favor_recall) or ""


def measure_pages(folder: Path, console: Console) -> None:
    truth = load_pages(TRUTH / "web-pages.json")
    out = Table("web pages", "own text kept", "the rest dropped", "seconds a page")

    def add(name: str, extract: Callable[[Path], str]) -> None:
        extract(folder / truth[0].file)  # what is loaded at first is not timed
        start = time.perf_counter()
        texts = [extract(folder / page.file) for page in truth]
        seconds = (time.perf_counter() - start) / len(truth)
        kept = [score_page(page, text) for page, text in zip(truth, texts, strict=True)]
        content = _share(sum(k.content for k in kept), sum(len(p.content) for p in truth))
        dropped = _share(sum(k.dropped for k in kept), sum(len(p.boilerplate) for p in truth))
        out.add_row(name, content, dropped, f"{seconds:.3f}")

    add("career-chat", text_of_document)
    if (trafilatura := library("trafilatura")) is None:
        out.add_row("trafilatura", _missing("trafilatura"))
    else:
        add("trafilatura", partial(_trafilatura_text, trafilatura, favor_recall=False))
        add("trafilatura, favor_recall", partial(_trafilatura_text, trafilatura, favor_recall=True))
    console.print(out)


# --- the language of a turn -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Turn:
    text: str
    language: str

    @property
    def is_foreign(self) -> bool:
        return self.language != "English"


def load_turns(file: Path) -> list[Turn]:
    return [Turn(row["text"], row["language"]) for row in _rows(file)]


def score_turns(turns: Sequence[Turn], judge: Callable[[str], bool]) -> tuple[int, int]:
    """How many English turns are judged English, and how many others foreign."""
    right = [turn for turn in turns if judge(turn.text) == turn.is_foreign]
    return sum(not turn.is_foreign for turn in right), sum(turn.is_foreign for turn in right)


def own_turns(folder: Path) -> list[str]:
    """The turns of the project's question files, each once; all but a handful are English."""
    lines = [
        json.loads(line)
        for file in sorted(folder.rglob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    return list(dict.fromkeys(turn for row in lines for turn in row.get("turns", ())))


def _langid_judges(langid: Any) -> Iterator[tuple[str, Callable[[str], bool]]]:
    """By py3langid's likeliest language, and by that where it is likelier than all the others."""
    module = langid.langid
    identifier = module.LanguageIdentifier.from_model_file(module.MODEL_FILE, norm_probs=True)

    def likeliest(turn: str) -> bool:
        return bool(identifier.classify(turn)[0] != "en")

    def surely(turn: str) -> bool:
        language, probability = identifier.classify(turn)
        return bool(language != "en" and probability >= SURE)

    yield "py3langid", likeliest
    yield f"py3langid, foreign where p ≥ {SURE}", surely


def measure_turns(console: Console) -> None:
    turns = load_turns(TRUTH / "turns.json")
    foreign = sum(turn.is_foreign for turn in turns)
    own = own_turns(Path(__file__).parents[1])
    called = f"of {len(own)} own questions called foreign"
    out = Table("language of a turn", "English known", "others known", called, "ms a turn")

    def add(name: str, judge: Callable[[str], bool]) -> None:
        start = time.perf_counter()
        english_right, foreign_right = score_turns(turns, judge)
        milliseconds = (time.perf_counter() - start) * 1000 / len(turns)
        out.add_row(
            name,
            _share(english_right, len(turns) - foreign),
            _share(foreign_right, foreign),
            str(sum(map(judge, own))),
            f"{milliseconds:.3f}",
        )

    add("career-chat", is_foreign)
    if (langid := library("py3langid")) is None:
        out.add_row("py3langid", _missing("py3langid"))
    else:
        for name, judge in _langid_judges(langid):
            add(name, judge)
    console.print(out)


# --- what all share -------------------------------------------------------------------


def _rows(file: Path) -> list[dict[str, Any]]:
    return json.loads(file.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _document(file: Path) -> Document:
    return read_document(file, corpus=file.parent, data=file.read_bytes())


def _share(right: int, of: int) -> str:
    return f"{right} of {of} ({right / of:.1%})"


def _missing(name: str) -> str:
    return f"not installed: pip install {name}"


def measure(folder: Path, console: Console) -> None:
    """:raises InputError: the folder lacks a file that is measured on."""
    files = {row["file"] for name in ("pdf-tables", "web-pages") for row in _truth(name)}
    if missing := sorted(name for name in files if not (folder / name).is_file()):
        raise InputError(f"{folder} lacks {', '.join(missing)}")
    measure_tables(folder, console)
    measure_pages(folder, console)
    measure_turns(console)


def _truth(name: str) -> list[dict[str, Any]]:
    return _rows(TRUTH / f"{name}.json")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.benchmarks.documents", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="the documents that are read")
    options = parser.parse_args(arguments)
    try:
        measure(options.data, Console())
    except CareerChatError as error:
        print(f"eval.benchmarks.documents: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
