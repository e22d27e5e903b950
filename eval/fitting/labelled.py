"""Labelled corpora as the program gathers candidates for their questions; for what is fitted there.

A corpus has ``docs/``, ``questions.jsonl`` and ``replies.jsonl`` (:mod:`eval.careers`).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from eval.questions import Kind, Question, load_questions
from rag.answer.gather import Gathered, find, gather
from rag.index.library import Library
from rag.index.store import update
from rag.models.logistic import Logistic
from rag.retrieve.rerank import Reranker
from rag.settings import DEFAULT_CORPUS
from rag.training.careers import Item, evidence_of, items_of
from rag.types import Corrections, Embedder
from rag.understand.query import Query, understand
from rag.understand.tagger import Tagger

NOT_ASKED_OF_DOCUMENTS = frozenset({"smalltalk", "clarify"})
OWN_QUESTIONS = Path(__file__).parents[1] / "questions"
EVERY = 3
"""Of the project's own questions one in so many is fitted on."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with its candidates and which of them answer, shape (candidates,)."""

    item: Item
    gathered: Gathered
    answers: NDArray[np.bool_]
    library: Library
    query: Query
    question: Question


def folders_of(data: Sequence[Path]) -> list[Path]:
    return sorted(q.parent for d in data for q in d.glob("*/questions.jsonl"))


def gathered_of(folders: Sequence[Path], reranker: Reranker, tagger: Tagger) -> list[Labelled]:
    rows: list[Labelled] = []
    for folder in track(folders, description="corpora", console=Console(stderr=True)):
        rows += label(folder, reranker, tagger)
    return rows


def label(folder: Path, reranker: Reranker, tagger: Tagger) -> Iterator[Labelled]:
    """The questions of a corpus as the program gathers candidates for them."""
    library = library_of(folder / "docs", reranker.embedder)
    questions = {q.id: q for q in load_questions(folder / "questions.jsonl")}
    for item in items_of(folder):
        yield labelled(item, questions[item.id], library, reranker, tagger)


def own(reranker: Reranker, tagger: Tagger, *, every: int = EVERY) -> Iterator[Labelled]:
    """One in so many questions on the project's own documents; which sentences answer isn't known."""
    library = library_of(DEFAULT_CORPUS, reranker.embedder)
    for file in sorted(OWN_QUESTIONS.glob("*.jsonl")):
        for question in load_questions(file)[::every]:
            if question.kind in NOT_ASKED_OF_DOCUMENTS:
                continue
            item = Item(question.id, str(question.kind), tuple(question.turns), question.turns[-1],
                        bool(question.answerable), (), (), "", {})  # fmt: skip
            yield labelled(item, question, library, reranker, tagger)


def unlabelled(
    name: str, asked: str, library: Library, reranker: Reranker, tagger: Tagger
) -> Labelled:
    """A question of which no more is known than that it has an answer."""
    item = Item(name, Kind.TABLE, (asked,), asked, True, (), (), "", {})
    question = Question(name, Kind.TABLE, (asked,), answerable=True)
    return labelled(item, question, library, reranker, tagger)


def library_of(documents: Path, embedder: Embedder) -> Library:
    with tempfile.TemporaryDirectory() as store:
        _, generation = update(documents, store=Path(store), embedder=embedder)
        library = Library(generation)
        for path in library.documents:  # read while the store is there
            library.chunks.of(path)
        return library


def labelled(
    item: Item, question: Question, library: Library, reranker: Reranker, tagger: Tagger
) -> Labelled:
    query = understand(item.turns, Corrections(), library, reranker.embedder, tagger)
    hits = find(query, library=library, embedder=reranker.embedder)
    gathered = gather(query, hits, library=library, reranker=reranker)
    quotes = (*item.evidence, *item.also)
    answers = set()
    for number, hit in enumerate(gathered.hits):
        text = library.documents[hit.chunk.document].text
        answers |= {(number, i) for i in evidence_of(hit.chunk, text, quotes)}
    truth = [(c.passage, c.position) in answers for c in gathered.candidates]
    return Labelled(item, gathered, np.array(truth, dtype=bool), library, query, question)


def fit_logistic(
    features: NDArray[np.float64], truth: NDArray[np.bool_], *, strength: float
) -> Logistic:
    """Logistic regression on standardised features; the weights are for the features as they are."""
    from sklearn.linear_model import LogisticRegression

    mean, scale = features.mean(axis=0), features.std(axis=0)
    scale[scale == 0] = 1.0
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit((features - mean) / scale, truth)
    weights = model.coef_[0] / scale
    return Logistic(weights, float(model.intercept_[0] - weights @ mean))
