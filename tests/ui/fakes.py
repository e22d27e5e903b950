"""A small assistant that answers from a script: quick, and exactly known."""

from __future__ import annotations

import asyncio
import hashlib
import os
import re
import threading
import time
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import CorpusError, QuestionError
from rag.settings import MAX_QUESTION_CHARS
from rag.types import (
    Answer,
    Block,
    BlockKind,
    Cell,
    Chunk,
    Citation,
    CitedFact,
    Conflict,
    Corrections,
    Document,
    Done,
    Embedded,
    Event,
    FailedDocument,
    Hit,
    Message,
    ModelRun,
    Retrieved,
    Rewritten,
    SalaryFact,
    Sentence,
    Span,
    Token,
    Trait,
)

PAY_TEXT = """---
title: Pay by stage
---

# Pay by stage

## Europe

The figures are for people who build AI systems. They are before tax.

By years of experience, on average:

- **Entry level (0–2 years):** €45,000–€70,000 a year.
- **Mid-career (3–6 years):** €70,000–€120,000 a year, and *more* in [Zurich](https://example.org/z).
- **Senior (7 years and more):** €100,000–€180,000 and above.

## Levels

Median pay, June 2026.

| Level | Base | Total |
|---|---|---|
| Junior | $130k | $160k |
| Senior | $210k | $307k |
| Principal | $300k | $560k |

A level is not a title. Companies differ.
"""

HOSTILE_TEXT = """# <script>window.pwned = 1</script>

The pay is <img src=x onerror="window.pwned = 1"> 10 & <b>bold</b>.

[Click me](javascript:window.pwned=1) or ![](https://evil.example/p.png) <svg onload=window.pwned=1>

</div></details><script>window.pwned = 1</script><iframe src="https://evil.example/"></iframe>
"""


Result = TypeVar("Result")


def run_apart(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine in a thread of its own: Playwright keeps an event loop in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def parse(path: str, text: str, *, title: str = "Untitled", date: str | None = None) -> Document:
    """Enough of Markdown for these tests: headings, paragraphs, lists, tables."""
    blocks: list[Block] = []
    headings: list[str] = []
    columns: list[str] = []
    group, last_kind, lead_in = 0, None, None
    for line in re.finditer(r"[^\n]+", text):
        raw, span = line[0], Span(line.start(), line.end())
        if raw.startswith("#"):
            depth = len(raw) - len(raw.lstrip("#"))
            headings = [*headings[: depth - 1], raw.strip("# ")]
            last_kind, columns = None, []
            continue
        if raw == "---" or raw.startswith("title:"):
            continue
        kind = BlockKind.PARAGRAPH
        if raw.startswith("- "):
            kind = BlockKind.LIST_ITEM
        if raw.startswith("|"):
            kind = BlockKind.TABLE_ROW
            cells = [
                Span(span.start + m.start(1), span.start + m.end(1))
                for m in re.finditer(r"\|\s*([^|]+?)\s*(?=\|)", raw)
            ]
            if not columns or raw.startswith("|---"):
                columns = columns or [cell.of(text) for cell in cells]
                continue
        if kind is BlockKind.PARAGRAPH or kind is not last_kind:
            group += 1
            lead_in = blocks[-1].span if blocks and kind is not BlockKind.PARAGRAPH else None
        last_kind = kind
        row = (
            tuple(Cell(c, columns[i]) for i, c in enumerate(cells))
            if kind is BlockKind.TABLE_ROW
            else ()
        )
        blocks.append(Block(kind, span, tuple(headings), group, lead_in, row))
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Document(path, title, text, tuple(blocks), digest, date)


PAY = parse("pay.md", PAY_TEXT, title="Pay by stage", date="2026-06")
HOSTILE = parse("hostile.md", HOSTILE_TEXT, title="<script>window.pwned = 1</script>")


def cite(document: Document, quote: str, marker: int, section: str = "") -> Citation:
    start = document.text.index(quote)
    return Citation(
        marker, document.path, document.title, section, quote, start, start + len(quote)
    )


MID_CAREER = "**Mid-career (3–6 years):** €70,000–€120,000 a year, and *more* in [Zurich](https://example.org/z)."
PRINCIPAL_ROW = "| Principal | $300k | $560k |"


def fact(
    quote: str, figure: str, low: float, high: float, currency: str, *,
    level: str, region: str | None = None, total: bool = False,
) -> SalaryFact:  # fmt: skip
    start = PAY_TEXT.index(quote)
    at = start + quote.index(figure)
    return SalaryFact(
        "pay.md", Span(at, at + len(figure)), Span(start, start + len(quote)), low, high, currency,
        component="total" if total else "base", statistic="range" if low < high else "median",
        role="AI engineer", level=level, region=region, as_of="2026-06",
    )  # fmt: skip


MID_EUROPE = Answer(
    text="Mid-career AI engineers (3–6 years) in Europe earn **€70,000–€120,000** a year [1]. "
    "In the US a principal's median total is **$560k** [2].",
    abstained=False,
    confidence=0.93,
    standalone_question="What does a mid-level AI engineer earn in Europe?",
    model="embedded",
    citations=(
        cite(PAY, MID_CAREER, 1, "Pay by stage > Europe"),
        cite(PAY, PRINCIPAL_ROW, 2, "Pay by stage > Levels"),
    ),
    facts=(
        CitedFact(
            fact(
                MID_CAREER, "€70,000–€120,000", 70000, 120000, "EUR", level="mid", region="Europe"
            ),
            1,
        ),
        CitedFact(fact(PRINCIPAL_ROW, "$300k", 300000, 300000, "USD", level="principal"), 2),
        CitedFact(
            fact(PRINCIPAL_ROW, "$560k", 560000, 560000, "USD", level="principal", total=True), 2
        ),
    ),
    conflicts=(Conflict("the pay of a principal", (1, 2)),),
    suggestions=("And in the US?", "What about seniors?"),
    profile=(Trait("years", "4 years"), Trait("place", "Berlin")),
    timings_ms={"retrieve": 9, "total": 223},
)
HOSTILE_ANSWER = Answer(
    text="<script>window.pwned = 1</script> [x](javascript:window.pwned=1) "
    '<img src=x onerror="window.pwned=1"> '
    "![](https://evil.example/pixel.png) holds [1].\n\n[1]: javascript:window.pwned=1",
    abstained=False,
    confidence=0.5,
    standalone_question='"><img src=x onerror=window.pwned=1>',
    model="<b>embedded</b>",
    citations=(
        cite(HOSTILE, HOSTILE_TEXT.splitlines()[2], 1, "<script>window.pwned = 1</script>"),
    ),
    suggestions=("<img src=x onerror=window.pwned=1>",),
)
NO_CORRECTIONS = Corrections()
DECLINE = Answer("The documents don't cover that.", True, 0.1, "nurse pay", "embedded")


def worded(answer: Answer, model: str) -> Answer:
    """An answer in the words of a scripted language model, with one sentence removed."""
    text = f"In plain words: {answer.text}"
    figures = ModelRun(
        model, True, "1 sentence without support removed.", removed=1, prompt_tokens=640,
        reused_prompt_tokens=312, tokens=96, seconds_to_first_token=2.14, tokens_per_second=11.4,
        peak_memory_mb=2310,
    )  # fmt: skip
    return replace(answer, text=text, model=model, generation=figures)


NOWHERE = Path(os.devnull) / "nowhere"
"""A folder in which nothing can be written: whatever a test keeps needs a place of its own."""

EXAMPLES = ("What does a mid-level AI engineer earn in Europe?", "What about nurses?")

PAUSES = {"held": 0.1, "slow": 0.2, "crawling": 1.5}
"""Seconds between the tokens of the answer to a question that begins so."""


@dataclass(frozen=True)
class Summary:
    path: str
    title: str
    date: str | None
    chunks: int
    facts: int


class FakePassages(tuple[Chunk, ...]):
    """Every passage, and those of one document."""

    __slots__ = ()

    def of(self, path: str) -> tuple[Chunk, ...]:
        return tuple(chunk for chunk in self if chunk.document == path)


@dataclass(frozen=True)
class FakeLibrary:
    documents: tuple[Document, ...] = (PAY, HOSTILE)
    failed: tuple[FailedDocument, ...] = ()
    subjects: str = "AI engineers"

    @property
    def heads(self) -> tuple[Summary, ...]:
        return tuple(Summary(d.path, d.title, d.date, 3, 2) for d in self.documents)

    @property
    def chunks(self) -> FakePassages:
        return FakePassages(
            Chunk(d.path, d.title, b.headings, b.span, (), b.span.of(d.text))
            for d in self.documents
            for b in d.blocks
        )

    @property
    def facts(self) -> tuple[SalaryFact, ...]:
        return tuple(cited.fact for cited in MID_EUROPE.facts)

    def document(self, path: str) -> Document:
        for document in self.documents:
            if document.path == path:
                return document
        raise CorpusError(f"{path} is not a document of this corpus.")


@dataclass(frozen=True)
class FakeWriters:
    default: str = "embedded"
    names: tuple[str, ...] = ("embedded",)
    servers: tuple[str, ...] = ()

    def title(self, name: str) -> str:
        title = re.split("[/#]", name)[-1]
        return f"{title} (gpu.example:8000)" if "://" in name else title


@dataclass
class FakeAssistant:
    """Answers by the first key that the last question contains."""

    answers: dict[str, Answer] = field(
        default_factory=lambda: {"earn": MID_EUROPE, "hostile": HOSTILE_ANSWER, "": DECLINE}
    )
    library: FakeLibrary = FakeLibrary()
    writers: FakeWriters = FakeWriters()
    chosen: list[str] = field(default_factory=list)
    corpus: Path = NOWHERE
    store: Path = NOWHERE
    asked: list[list[Message]] = field(default_factory=list)
    corrected: list[Corrections] = field(default_factory=list)
    strictness: list[float] = field(default_factory=list)
    _released: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def holding(self) -> Iterator[None]:
        """Meanwhile an answer to a question that begins with "held" stays half written."""
        self._released.clear()
        try:
            yield
        finally:
            self._released.set()

    @property
    def examples(self) -> tuple[str, ...]:
        return EXAMPLES

    def stream(
        self,
        messages: Sequence[Message],
        corrections: Corrections = NO_CORRECTIONS,
        *,
        strictness: float = 0.5,
        model: str | None = None,
    ) -> Iterator[Event]:
        self.corrected.append(corrections)
        self.strictness.append(strictness)
        self.chosen.append(model or self.writers.default)
        question = messages[-1]["content"]
        if not question.strip():
            raise QuestionError("the question is empty: type one.")
        if len(question) > MAX_QUESTION_CHARS:
            raise QuestionError(
                f"the question has more than {MAX_QUESTION_CHARS} characters: shorten it."
            )
        self.asked.append([*messages])
        answer = next(answer for key, answer in self.answers.items() if key in question.lower())
        yield Rewritten(answer.standalone_question)
        yield Retrieved(self.search(question))
        if self.chosen[-1] != "embedded":
            yield Embedded(answer)
            answer = worded(answer, re.split("[/#]", self.chosen[-1])[-1])
        pieces = re.findall(r".{1,7}", answer.text, re.DOTALL)
        for place, piece in enumerate(pieces):
            if question.startswith("held") and place == len(pieces) // 2:
                self._released.wait(timeout=120)
            time.sleep(next((s for key, s in PAUSES.items() if question.startswith(key)), 0))
            yield Token(piece)
        yield Done(answer)

    def answer(
        self, messages: Sequence[Message], corrections: Corrections = NO_CORRECTIONS
    ) -> Answer:
        *_, done = self.stream(messages, corrections)
        assert isinstance(done, Done)
        return done.answer

    def search(self, query: str, *, k: int = 10) -> tuple[Hit, ...]:  # noqa: ARG002
        span = PAY.blocks[0].span
        plain = span.of(PAY.text)
        chunk = Chunk(
            PAY.path,
            PAY.title,
            ("Pay by stage", "Europe"),
            span,
            (Sentence(span, BlockKind.PARAGRAPH, plain, ""),),
            plain,
        )
        return (Hit(chunk, 0.8, {"dense": 0.8, "lexical": 2.0}),)[:k]
