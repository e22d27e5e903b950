"""A small embedder whose vectors are known by hand (a bag of hashed words), and small libraries."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from rag.answer.draft import Draft
from rag.answer.pay.compose import answer_pay
from rag.answer.pay.match import Gap
from rag.documents import read_document
from rag.index.library import Library
from rag.index.store import update
from rag.types import Document, Embedder, Matrix, SalaryFact, Span
from rag.understand.pay import Task, read_question, resolved


class WordsEmbedder:
    """Each word adds to one of 64 dimensions; counts what it was asked to embed."""

    dimension = 64

    def __init__(self, *, fingerprint: str = "words/1", max_tokens: int = 64) -> None:
        self.fingerprint = fingerprint
        self.max_tokens = max_tokens
        self.embedded: list[str] = []

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [2 + len(t.split()) for t in texts]

    def embed(self, texts: Sequence[str]) -> Matrix:
        self.embedded.extend(texts)
        matrix = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                matrix[row, hashlib.sha256(word.encode()).digest()[0] % self.dimension] += 1
        norms = np.linalg.norm(matrix, axis=1, keepdims=True)
        return np.asarray(matrix / np.maximum(norms, 1e-9), dtype=np.float32)


def document_of(text: str, *, name: str = "a.md") -> Document:
    """A document of that text, as if read from a file of that name."""
    return read_document(Path(name), corpus=Path("."), data=text.encode())


def library_of(folder: Path, texts: dict[str, str], *, embedder: Embedder | None = None) -> Library:
    """A library of small documents, given as file name -> text, indexed under ``folder``."""
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in texts.items():
        (corpus / name).write_text(text, encoding="utf-8")
    _, generation = update(corpus, store=folder / "store", embedder=embedder or WordsEmbedder())
    return Library(generation)


def pay_draft(
    library: Library, question: str, task: Task = Task.AMOUNT
) -> tuple[Draft, Gap | None]:
    """The pay answer to a question, as the assistant writes it: the draft, or what is lacking."""
    draft = Draft(library)
    asked = resolved(read_question(question, task), library.ledger)
    return draft, answer_pay(asked, draft)


def salary_fact(*, start: int = 0, end: int = 4, **facets: Any) -> SalaryFact:
    """A fact made by hand: 100,000 dollars, but for the facets given; its evidence starts at
    ``start``, so that two facts of different starts stand in different sentences."""
    plain: dict[str, Any] = {
        "document": "a.md",
        "span": Span(start, start + end),
        "evidence": Span(start, start + end),
        "low": 100_000.0,
        "high": 100_000.0,
        "currency": "USD",
    }
    return SalaryFact(**{**plain, **facets})
