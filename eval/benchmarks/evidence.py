"""Measure how evidence is found: ``python -m eval.benchmarks.evidence --squad DIR``.

The questions of one turn without pay that come with the program, on its own corpus; and, where
``--squad`` names the folder of squad2-dev-half.{dev,train}.jsonl.gz, those of SQuAD's development
articles on all its paragraphs as one corpus. Everything goes through the program's own search,
reader and fitted choice. Intervals are bootstraps of 95 % over questions.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import track
from rich.table import Table

from eval.metrics import auc, bootstrap_interval
from eval.questions import Kind, load_questions
from eval.text import comparable
from rag.answer.choose import installed as chooser
from rag.answer.gather import RETRIEVED, find, gather
from rag.index.library import Library
from rag.index.store import update
from rag.models.cross_encoder import FOLDER, CrossEncoder
from rag.models.embedder import MiniLM
from rag.retrieve.hybrid import retrieve
from rag.retrieve.rerank import Reranker
from rag.settings import DEFAULT_CORPUS
from rag.types import Corrections, Hit
from rag.understand.query import Query, understand

OWN_KINDS = (Kind.FACT, Kind.ADVICE, Kind.UNANSWERABLE)
FIRST = 5
RESAMPLES = 500


@dataclass(frozen=True, slots=True)
class Gold:
    """A question, the sentences that answer (none: unanswerable) and, of SQuAD, its document."""

    question: str
    kind: str
    answers: tuple[str, ...]
    document: str | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """What the choice makes of a question: whether each candidate answers, best first, and how
    probable an answer is, 0..1."""

    gold: Gold
    answers: tuple[bool, ...]
    probability: float

    @property
    def first(self) -> float:
        return float(any(self.answers[:1]))

    @property
    def in_five(self) -> float:
        """Of the candidates that answer (five at most), those among the best five."""
        return sum(self.answers[:FIRST]) / min(FIRST, sum(self.answers))


def own_gold() -> list[Gold]:
    return [
        Gold(q.turns[0], str(q.kind), tuple(e.quote for e in q.evidence))
        for q in load_questions()
        if q.kind in OWN_KINDS and len(q.turns) == 1 and (q.evidence or q.kind is Kind.UNANSWERABLE)
    ]


def squad_gold(folder: Path, corpus: Path) -> list[Gold]:
    """Writes every paragraph of the half as a document; the development articles' questions."""
    names: dict[str, str] = {}
    gold = []
    for split in ("dev", "train"):
        file = folder / f"squad2-dev-half.{split}.jsonl.gz"
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["group"] not in names:
                    names[row["group"]] = f"{len(names):04}.md"
                    text = f"# {row['title']}\n\n{' '.join(row['sentences'])}\n"
                    (corpus / names[row["group"]]).write_text(text, encoding="utf-8")
                answers = tuple(row["sentences"][i] for i in row["answer_sentences"])
                if split == "dev":
                    gold.append(Gold(row["question"], "squad", answers, names[row["group"]]))
    return gold


def says(sentence: str, answers: Iterable[str]) -> bool:
    """Whether a sentence is, holds or is part of one that answers."""
    plain = comparable(sentence)
    return bool(plain) and any(plain in a or a in plain for a in map(comparable, answers))


class Bench:
    """A corpus, open, with the parts of the program at hand."""

    def __init__(self, corpus: Path, store: Path, *, cross_encoder: Path) -> None:
        self.embedder = MiniLM.load()
        _, generation = update(corpus, store=store, embedder=self.embedder)
        self.library = Library(generation)
        self.reranker = Reranker(self.embedder, CrossEncoder.load(cross_encoder))

    def query(self, gold: Gold) -> Query:
        return understand([gold.question], Corrections(), self.library, self.embedder)

    def found(self, gold: Gold) -> tuple[Hit, ...]:
        """In the whole corpus."""
        return find(self.query(gold), library=self.library, embedder=self.embedder)

    def given(self, gold: Gold) -> tuple[Hit, ...]:
        """In the question's own document."""
        query = self.query(gold)
        return retrieve(
            query.last,
            library=self.library,
            embedder=self.embedder,
            k=RETRIEVED,
            within={gold.document or ""},
            vector=query.vector,
        )[0]

    def judge(self, gold: Gold, hits: Sequence[Hit]) -> Judged:
        gathered = gather(self.query(gold), hits, library=self.library, reranker=self.reranker)
        choice = chooser().choose(gathered)
        order = np.argsort(-choice.weighed, kind="stable")
        ordered = [choice.candidates[int(i)] for i in order]
        answers = tuple(
            gold.document in {None, c.chunk.document} and says(c.sentence.plain, gold.answers)
            for c in ordered
        )
        return Judged(gold, answers, choice.probability)

    def ranked(self, gold: Gold, hits: Sequence[Hit]) -> list[float]:
        """Whether the right document is first, and among the first five."""
        query = self.query(gold)
        order = self.reranker.rank(query.last, query.vector, hits, library=self.library)
        documents = list(dict.fromkeys(h.chunk.document for h in order))
        return [float(gold.document in documents[:n]) for n in (1, FIRST)]


def as_percent(values: Sequence[float]) -> str:
    if not values:
        return "–"
    interval = bootstrap_interval(values)
    mean = 100 * float(np.mean(values))
    return f"{mean:.1f} % [{100 * interval.low:.0f}–{100 * interval.high:.0f}]"


def as_auc(judged: Sequence[Judged]) -> str:
    """How well the probability tells answerable from unanswerable."""
    yes = [j.probability for j in judged if j.gold.answers]
    no = [j.probability for j in judged if not j.gold.answers]
    marks = [True] * len(yes) + [False] * len(no)
    value = auc([*yes, *no], marks)
    if value is None:
        return "–"
    rng = np.random.default_rng(0)
    drawn = [
        auc([*rng.choice(yes, len(yes)), *rng.choice(no, len(no))], marks) or 0.0
        for _ in range(RESAMPLES)
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return f"{value:.3f} [{low:.3f}–{high:.3f}]"


def measure_own(bench: Bench, table: Table) -> None:
    judged = [bench.judge(g, bench.found(g)) for g in track(own_gold(), "own questions")]
    # Where no passage that was read holds the answer, no order of sentences is to blame.
    read = [j for j in judged if any(j.answers)]
    for kind in (Kind.FACT, Kind.ADVICE):
        due = [j.first for j in read if j.gold.kind == kind]
        table.add_row(f"own, {kind}: best sentence answers", as_percent(due), str(len(due)))
    table.add_row("own: answering among five", as_percent([j.in_five for j in read]), str(len(read)))  # fmt: skip
    table.add_row("own: answerable, AUC", as_auc(judged), str(len(judged)))


def measure_squad(bench: Bench, gold: Sequence[Gold], table: Table) -> None:
    ranks, whole, given = [], [], []
    for g in track(gold, "SQuAD"):
        found = bench.found(g)
        ranks.append(bench.ranked(g, found))
        whole.append(bench.judge(g, found))
        given.append(bench.judge(g, bench.given(g)))
    first = [j.first for j in given if j.gold.answers]
    for name, values in (
        ("SQuAD: right paragraph first", [r[0] for r in ranks]),
        ("SQuAD: right paragraph in five", [r[1] for r in ranks]),
        ("SQuAD, given the paragraph: best sentence answers", first),
    ):
        table.add_row(name, as_percent(values), str(len(values)))
    table.add_row("SQuAD, given the paragraph: answerable, AUC", as_auc(given), str(len(given)))
    table.add_row("SQuAD, whole corpus: answerable, AUC", as_auc(whole), str(len(whole)))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.benchmarks.evidence", description=__doc__)
    parser.add_argument("--squad", type=Path, help="folder of squad2-dev-half.*.jsonl.gz")
    parser.add_argument("--most", type=int, default=10_000, help="at most so many SQuAD questions")
    parser.add_argument(
        "--cross-encoder", type=Path, default=FOLDER, help="folder of the cross-encoder"
    )
    options = parser.parse_args(arguments)
    table = Table("", "", "questions", title="Evidence")
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        measure_own(Bench(DEFAULT_CORPUS, work / "own", cross_encoder=options.cross_encoder), table)
        if options.squad:
            (work / "corpus").mkdir()
            gold = squad_gold(options.squad, work / "corpus")
            chosen = gold if len(gold) <= options.most else random.Random(0).sample(gold, options.most)  # fmt: skip
            bench = Bench(work / "corpus", work / "squad", cross_encoder=options.cross_encoder)
            measure_squad(bench, chosen, table)
    Console(width=110).print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
