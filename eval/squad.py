"""Measure the reader on SQuAD: ``python -m eval.squad --data ../shared/data/reader``.

Two parts, each with percentile bootstrap intervals of 95 % over questions:

1. Given the paragraph, on the articles that training never saw (squad2-dev-half.dev): is the
   sentence ranked first one that answers, and does the score tell answerable questions from
   unanswerable ones (AUC)? Beside cosine, and the reader's network before training.
2. All paragraphs of the half (training and development articles) as one corpus: is the right
   one first, is it among five? For dense, BM25, their fusion, and the fusion reranked by the
   reader. Questions of the development articles are the measure; questions of the training
   articles, which the reader was trained on, are reported apart (``--seen``).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from eval.metrics import Interval, bootstrap_interval, percentile
from rag.embeddings import MiniLM, model_folder
from rag.lexical import LexicalIndex, terms
from rag.reader_model import (
    FOLDER,
    Passage,
    ReaderModel,
    Reading,
    fast_precision,
)
from rag.retrieve import RRF_K
from rag.train_reader import auc, untrained
from rag.types import Matrix

DEPTH = 50
RESAMPLES = 2000
COSINE_WEIGHT = 10.0
BM25_WEIGHT = 0.3
"""Of the blend; set by eye on 150 of the development articles' questions."""


@dataclass(frozen=True, slots=True)
class Item:
    """A question on paragraph ``paragraph`` (an index); ``answers`` empty where none answers."""

    question: str
    paragraph: int
    answers: frozenset[int]
    seen: bool


@dataclass(frozen=True, slots=True)
class Half:
    """Every paragraph of the half as a passage, and the questions."""

    paragraphs: list[Passage]
    items: list[Item]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One paragraph's sentences, scored: shape (n,); and how likely it is that any answers."""

    scores: NDArray[np.float32]
    answerable: float


Scorer = Callable[[Sequence[Item]], list[Judgement]]


def load_half(folder: Path) -> Half:
    """Both files of the half; a paragraph is what records of one group share."""
    paragraphs: dict[str, int] = {}
    passages: list[Passage] = []
    items = []
    for split in ("dev", "train"):
        path = folder / f"squad2-dev-half.{split}.jsonl.gz"
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                if row["group"] not in paragraphs:
                    paragraphs[row["group"]] = len(passages)
                    passages.append(Passage(row["title"], "", row["sentences"]))
                answers = frozenset(row["answer_sentences"])
                number = paragraphs[row["group"]]
                items.append(Item(row["question"], number, answers, split == "train"))
    return Half(passages, items)


# --- part 1: given the paragraph ------------------------------------------------------


def with_cosine(half: Half, embedder: MiniLM) -> Scorer:
    """A sentence's score is its embedding's cosine with the question's."""

    def judge(items: Sequence[Item]) -> list[Judgement]:
        texts = {s for i in items for s in half.paragraphs[i.paragraph].sentences}
        texts |= {i.question for i in items}
        ordered = sorted(texts)
        vectors = dict(zip(ordered, embedder.embed(ordered), strict=True))
        judged = []
        for item in items:
            sentences = half.paragraphs[item.paragraph].sentences
            scores = np.stack([vectors[s] for s in sentences]) @ vectors[item.question]
            judged.append(Judgement(scores, float(scores.max())))
        return judged

    return judge


def with_reader(half: Half, reader: ReaderModel) -> Scorer:
    """A sentence's score is its logit; a paragraph's, its log-odds against null."""

    def judge(items: Sequence[Item]) -> list[Judgement]:
        readings = [reader.score(i.question, [half.paragraphs[i.paragraph]])[0] for i in items]
        return [Judgement(r.sentence_logits, r.log_odds) for r in readings]

    return judge


def untrained_reader(*, seed: int = 0) -> ReaderModel:
    """The reader's network with the base model's weights and a random head."""
    base = model_folder()
    return ReaderModel(untrained(base, seed=seed), base=base, precision=fast_precision())


def sentence_first(items: Sequence[Item], judged: Sequence[Judgement]) -> list[float]:
    """For each answerable question, 1.0 if its best sentence answers."""
    return [
        float(int(np.argmax(j.scores)) in item.answers)
        for item, j in zip(items, judged, strict=True)
        if item.answers
    ]


def auc_interval(scores: NDArray[np.float64], positive: NDArray[np.bool_]) -> Interval:
    """Percentile bootstrap interval over questions, answerable and not drawn apart."""
    rng = np.random.default_rng(0)
    yes, no = scores[positive], scores[~positive]
    drawn = [auc(rng.choice(yes, len(yes)), rng.choice(no, len(no))) for _ in range(RESAMPLES)]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(float(low), float(high))


def given_the_paragraph(half: Half, scorers: dict[str, Scorer], console: Console) -> None:
    items = [i for i in half.items if not i.seen]
    answerable = np.array([bool(i.answers) for i in items])
    title = f"given the paragraph: {len(items)} questions, {answerable.sum()} answerable"
    table = Table("", "answering sentence first", "answerability AUC", title=title)
    for name, scorer in scorers.items():
        judged = scorer(items)
        first = sentence_first(items, judged)
        scores = np.array([j.answerable for j in judged])
        area = auc(scores[answerable], scores[~answerable])
        interval = auc_interval(scores, answerable)
        table.add_row(name, as_percent(first), f"{area:.3f} {interval_text(interval)}")
    console.print(table)


# --- part 2: the right paragraph ------------------------------------------------------


def text_of(passage: Passage) -> str:
    return f"{passage.title}: {' '.join(passage.sentences)}"


class Corpus:
    """The paragraphs, searchable by embedding and by words."""

    def __init__(self, paragraphs: Sequence[Passage], embedder: MiniLM) -> None:
        self.paragraphs = paragraphs
        self._embedder = embedder
        texts = [" ".join(p.sentences) for p in paragraphs]
        self._vectors: Matrix = embedder.embed(texts)
        self._lexical = LexicalIndex([text_of(p) for p in paragraphs])

    def scores(self, question: str) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Every paragraph's cosine and BM25 score, shape (paragraphs,) each."""
        cosines = self._vectors @ self._embedder.embed([question])[0]
        return cosines, self._lexical.scores(terms(question))

    def dense(self, question: str) -> list[int]:
        return ranked(self.scores(question)[0])

    def bm25(self, question: str) -> list[int]:
        scores = self._lexical.scores(terms(question))
        return [i for i in ranked(scores) if scores[i] > 0]

    def fused(self, question: str) -> list[int]:
        """Reciprocal rank fusion of both (Cormack, Clarke & Büttcher, 2009)."""
        return fuse([self.dense(question), self.bm25(question)])


def ranked(scores: NDArray[np.float32]) -> list[int]:
    """Ids of the ``DEPTH`` highest, best first, ties by id."""
    return [int(i) for i in np.argsort(-scores, kind="stable")[:DEPTH]]


def fuse(rankings: Sequence[Sequence[int]]) -> list[int]:
    """Reciprocal rank fusion, ranks from 1; ties by id."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, i in enumerate(ranking, 1):
            scores[i] = scores.get(i, 0.0) + 1 / (RRF_K + rank)
    return sorted(scores, key=lambda i: (-scores[i], i))


def reranked(
    question: str, corpus: Corpus, reader: ReaderModel, *, depth: int, blended: bool
) -> list[int]:
    """The fused ranking's first ``depth`` in the order of their best sentence's margin.

    :param blended: add retrieval's scores. Answerability is learned from people's trick
        questions, so that the margin alone ranks worse than fusion does.
    """
    ranking = corpus.fused(question)
    top = ranking[:depth]
    readings = reader.score(question, [corpus.paragraphs[i] for i in top])
    scores = np.array([best_margin(r) for r in readings])
    if blended:
        cosines, bm25 = corpus.scores(question)
        scores = scores + COSINE_WEIGHT * cosines[top] + BM25_WEIGHT * bm25[top]
    return [top[n] for n in np.argsort(-scores, kind="stable")] + ranking[depth:]


def best_margin(reading: Reading) -> float:
    return float(reading.margins.max()) if len(reading.margins) else -np.inf


Ranker = Callable[[str], list[int]]


def among_paragraphs(
    items: Sequence[Item], rankers: dict[str, Ranker], console: Console, *, title: str
) -> None:
    table = Table("", "first", "in five", "ms a question, median (95 %)", title=title)
    for name, ranker in rankers.items():
        ranks, times = [], []
        for item in items:
            start = time.perf_counter()
            ranking = ranker(item.question)
            times.append(1000 * (time.perf_counter() - start))
            found = item.paragraph in ranking
            ranks.append(ranking.index(item.paragraph) + 1 if found else DEPTH * 2)
        table.add_row(
            name,
            as_percent([float(r == 1) for r in ranks]),
            as_percent([float(r <= 5) for r in ranks]),
            f"{percentile(times, 50):.0f} ({percentile(times, 95):.0f})",
        )
    console.print(table)


# --- text -----------------------------------------------------------------------------


def as_percent(values: Sequence[float]) -> str:
    interval = bootstrap_interval(values)
    scaled = Interval(100 * interval.low, 100 * interval.high)
    return f"{100 * float(np.mean(values)):.1f} % {interval_text(scaled, digits=1)}"


def interval_text(interval: Interval, *, digits: int = 3) -> str:
    return f"[{interval.low:.{digits}f}–{interval.high:.{digits}f}]"


def sample(items: Sequence[Item], most: int | None) -> list[Item]:
    """All, or ``most`` of them drawn with a fixed seed."""
    if most is None or most >= len(items):
        return list(items)
    return random.Random(0).sample(list(items), most)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.squad", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the reader's data")
    parser.add_argument("--reader", type=Path, default=FOLDER, help="folder of the artifact")
    parser.add_argument("--depth", type=int, default=20, help="passages that are reranked")
    parser.add_argument("--most", type=int, help="draw at most so many questions for part 2")
    parser.add_argument("--seen", action="store_true", help="training articles' questions too")
    options = parser.parse_args(arguments)
    console = Console(width=110)
    half = load_half(options.data)
    embedder, reader = MiniLM.load(), ReaderModel.load(options.reader)
    given_the_paragraph(
        half,
        {
            "cosine": with_cosine(half, embedder),
            "untrained": with_reader(half, untrained_reader()),
            "reader": with_reader(half, reader),
        },
        console,
    )
    corpus = Corpus(half.paragraphs, embedder)
    rankers: dict[str, Ranker] = {
        "dense": corpus.dense,
        "BM25": corpus.bm25,
        "RRF": corpus.fused,
        f"reader over RRF's {options.depth}": partial(
            reranked, corpus=corpus, reader=reader, depth=options.depth, blended=False
        ),
        f"blend over RRF's {options.depth}": partial(
            reranked, corpus=corpus, reader=reader, depth=options.depth, blended=True
        ),
    }
    for seen in (False, True) if options.seen else (False,):
        for kind in ("answerable", "all"):
            wanted = [i for i in half.items if i.seen == seen and (kind == "all" or i.answers)]
            chosen = sample(wanted, options.most)
            where = "training articles (seen)" if seen else "development articles"
            title = (
                f"{len(chosen)} of {len(wanted)} {kind} questions of {where}, "
                f"{len(half.paragraphs)} paragraphs"
            )
            among_paragraphs(chosen, rankers, console, title=title)
    return 0


if __name__ == "__main__":
    sys.exit(main())
