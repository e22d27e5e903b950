"""Measure questions over tables on TAT-QA: ``python -m eval.benchmarks.tatqa --data FILE``.

TAT-QA (Zhu et al., TAT-QA: A Question Answering Benchmark on a Hybrid of Tabular and Textual
Content in Finance, 2021) asks about one table and the paragraphs around it. Each becomes a corpus
of one Markdown document, which the program answers from as from any other.

The program answers in sentences and TAT-QA expects a number or a few words, so that three
measures take the place of its exact match; all are strict on the value and count a decline and
an error as wrong:

said         every expected number or text stands in the answer
with scale   and so does the scale: 1,496.5 million, or "in millions" in the answer or its quote
exact        and no other number does, beside years and those of the question (numbers alone). Of
             an answer that sets what it answers in bold, the bold alone

Percentages may differ by rounding to the places that the expected answer has.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.figures import Figure, parse_figures
from eval.judge import cited
from eval.metrics import bootstrap_interval
from eval.text import comparable
from rag.errors import CareerChatError, InputError
from rag.types import Answer

MEASURED = 60
"""Tables, spread over the file, that are kept for measuring."""
SCALES = {"": 1, "percent": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?|-?\.\d+")


@dataclass(frozen=True, slots=True)
class Item:
    """One question. ``expected`` are numbers as written or texts, all of which are due."""

    question: str
    kind: str
    expected: tuple[str, ...]
    scale: str


@dataclass(frozen=True, slots=True)
class Context:
    """A table with its paragraphs as Markdown, and the questions about it."""

    name: str
    markdown: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Score:
    said: bool
    with_scale: bool
    exact: bool


WRONG = Score(False, False, False)


def load(path: Path) -> list[Context]:
    """:raises InputError: the file is not TAT-QA's."""
    try:
        return [_context(entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"cannot read {path} as TAT-QA's questions ({error!r})") from None


def _context(entry: dict[str, Any]) -> Context:
    rows = entry["table"]["table"]
    ordered = sorted(entry["paragraphs"], key=lambda paragraph: int(paragraph["order"]))
    paragraphs = [paragraph["text"] for paragraph in ordered]
    markdown = "\n\n".join(["# Report", *paragraphs, "\n".join(_table_lines(rows))])
    items = tuple(_item(question) for question in entry["questions"])
    return Context(str(entry["table"]["uid"]), markdown + "\n", items)


def _table_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The rows of headings, which have no first cell, become one."""
    heads = next((n for n, row in enumerate(rows) if n and row[0].strip()), 1)
    head = [" ".join(filter(None, (str(cell).strip() for cell in column)))
            for column in zip(*rows[:heads], strict=True)]  # fmt: skip
    yield _row(head)
    yield f"|{'---|' * len(head)}"
    for row in rows[heads:]:
        yield _row(row)


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(' '.join(str(cell).split()).replace('|', ' ') for cell in cells)} |"


def _item(question: dict[str, Any]) -> Item:
    answer = question["answer"]
    expected = answer if isinstance(answer, list) else [answer]
    return Item(
        question=str(question["question"]),
        kind=str(question["answer_type"]),
        expected=tuple(str(each) for each in expected if str(each).strip()),
        scale=str(question["scale"]),
    )


# --- scoring --------------------------------------------------------------------------


def score(item: Item, answer: Answer) -> Score:
    """What of the expected answer stands in the answer."""
    if answer.abstained or not item.expected:
        return WRONG
    numbers = [_number(each) for each in item.expected]
    if any(number is None for number in numbers):
        text = comparable(answer.text)
        said = all(comparable(each) in text for each in item.expected)
        return Score(said, said, said)
    wanted = [number for number in numbers if number is not None]
    digits = _decimals(item.expected[0]) if item.kind == "arithmetic" else None
    found = parse_figures(answer.text)
    said = all(any(_same(f, w, item, digits) for f in found) for w in wanted)
    if not said:
        return WRONG
    granted = {abs(figure.value) for figure in parse_figures(item.question)}
    answered = " ".join(_BOLD.findall(answer.text)) or answer.text
    others = [
        f
        for f in parse_figures(answered)
        if abs(f.value) not in granted
        and f.unit not in {"years", "months"}
        and not f.is_calendar_year
        and not any(_same(f, w, item, digits) for w in wanted)
    ]
    with_scale = _has_scale(item, answer, found, wanted, digits)
    return Score(said, with_scale, with_scale and not others)


def _number(text: str) -> float | None:
    """A number with at most a currency or a percent sign; brackets are a minus."""
    stripped = text.strip().strip("$€£%").strip()
    bracketed = re.fullmatch(r"\((.*)\)", stripped)
    bare = (bracketed[1] if bracketed else stripped).strip("$€£% ")
    if not _NUMBER.fullmatch(bare):
        return None
    value = float(bare.replace(",", ""))
    return -value if bracketed else value


def _decimals(text: str) -> int:
    return len(text.strip("%) ").partition(".")[2])


def _same(figure: Figure, wanted: float, item: Item, digits: int | None) -> bool:
    """Equal up to sign, which prose says in words, in whole units or in those of the scale."""
    tolerance = 0.5 * 10**-digits + 1e-9 if digits is not None else 1e-9
    scale = SCALES.get(item.scale, 1)
    value, goal = abs(figure.value), abs(wanted)
    return math.isclose(value, goal, rel_tol=1e-9, abs_tol=tolerance) or math.isclose(
        value, goal * scale, rel_tol=1e-9, abs_tol=tolerance * scale
    )


def _has_scale(
    item: Item, answer: Answer, found: Sequence[Figure], wanted: Sequence[float], digits: int | None
) -> bool:
    if not item.scale:
        return True
    if item.scale == "percent":
        return any(f.unit == "%" and _same(f, w, item, digits) for f in found for w in wanted)
    scale = SCALES.get(item.scale, 1)
    if all(any(abs(f.value) >= abs(w) * scale * 0.99 for f in found) for w in wanted if w):
        return True
    shown = " ".join([answer.text, *(citation.quote for citation in cited(answer))])
    return item.scale in shown.lower()


# --- the run --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one question. ``answer`` is the text, or the error that took its place."""

    context: str
    item: Item
    answer: str
    score: Score


def answered(contexts: Sequence[Context], folder: Path) -> Iterator[Result]:
    """Every question, each put to the program with its own table alone."""
    from rag.assistant import Assistant
    from rag.index.library import Library
    from rag.index.store import update
    from rag.models.cross_encoder import CrossEncoder
    from rag.models.embedder import MiniLM

    embedder, cross_encoder = MiniLM.load(), CrossEncoder.load()  # once, for all the small corpora
    for context in track(contexts, "tables", console=Console(stderr=True), transient=True):
        corpus, store = folder / context.name, folder / f"{context.name}.store"
        corpus.mkdir()
        (corpus / "report.md").write_text(context.markdown, encoding="utf-8")
        _, generation = update(corpus, store=store, embedder=embedder)
        assistant = Assistant(
            Library(generation), embedder, cross_encoder, corpus=corpus, store=store
        )
        for item in context.items:
            try:
                answer = assistant.answer([{"role": "user", "content": item.question}])
            except Exception as error:  # counted as wrong, like any other failure
                yield Result(context.name, item, f"{type(error).__name__}: {error}", WRONG)
            else:
                yield Result(context.name, item, answer.text, score(item, answer))


def write_results(results: Sequence[Result], file: Path) -> None:
    """:raises InputError: the file cannot be written."""
    lines = (json.dumps(asdict(result), ensure_ascii=False) + "\n" for result in results)
    try:
        file.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        raise InputError(f"cannot write {file} ({error.strerror}); name another file") from None


def print_report(results: Sequence[Result], console: Console) -> None:
    table = Table("answers", "questions", "said", "with scale", "exact", title="TAT-QA")
    kinds = sorted({result.item.kind for result in results})
    for kind in (*kinds, "all"):
        scores = [result.score for result in results if kind in (result.item.kind, "all")]
        shares = (
            [s.said for s in scores],
            [s.with_scale for s in scores],
            [s.exact for s in scores],
        )
        table.add_row(kind, str(len(scores)), *(_percent(each) for each in shares))
    console.print(table)


def _percent(values: Sequence[bool]) -> str:
    interval = bootstrap_interval([float(value) for value in values])
    mean = sum(values) / len(values)
    return f"{100 * mean:.1f} % [{100 * interval.low:.1f}–{100 * interval.high:.1f}]"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m eval.benchmarks.tatqa", description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--data", type=Path, required=True, help="tatqa_dataset_dev.json")
    parser.add_argument("--tables", type=int, help=f"take so many tables, spread over the file; with {MEASURED} none that the choice of answers is fitted on")  # fmt: skip
    parser.add_argument("--out", type=Path, help="a .jsonl file for every answer and its score")
    options = parser.parse_args(arguments)
    try:
        contexts = load(options.data)
        step = max(1, len(contexts) // options.tables) if options.tables else 1
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            results = list(answered(contexts[::step][: options.tables], Path(folder)))
        if options.out:
            write_results(results, options.out)
        print_report(results, Console(width=100))
    except CareerChatError as error:
        print(f"eval.benchmarks.tatqa: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
