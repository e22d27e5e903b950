"""Passages -> BM25 scores of their stemmed words.

BM25 as in Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), in the variant
of Lucene (Kamphuis et al., "Which BM25 Do You Mean?", 2020). The weights of all terms in all
passages are worked out once, as bm25s does, here from terms that are kept with each document, so
that 100,000 passages are indexed in seconds.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from rag.documents.words import terms

K1 = 1.2
B = 0.75
"""Lucene's: how soon more of a term says no more, how much longer passages count less."""


class LexicalIndex:
    """BM25 over passages; ids are their positions."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._build(terms(text) for text in texts)

    @classmethod
    def of_terms(cls, passages: Iterable[Sequence[str]]) -> LexicalIndex:
        """From the terms of each passage."""
        index = cls.__new__(cls)
        index._build(passages)
        return index

    def _build(self, passages: Iterable[Sequence[str]]) -> None:
        self._ids: dict[str, int] = {}
        found, lengths = array("q"), array("q")
        for tokens in passages:
            lengths.append(len(tokens))
            for term in tokens:
                found.append(self._ids.setdefault(term, len(self._ids)))
        self._size: int = len(lengths)
        length = np.frombuffer(lengths, dtype=np.int64)
        # One number for a term in a passage; sorted, each term's passages are a run.
        keys = np.frombuffer(found, dtype=np.int64) * max(self._size, 1)
        keys = keys + np.repeat(np.arange(self._size), length)
        keys, counts = np.unique(keys, return_counts=True)
        of_term, self._passages = np.divmod(keys, max(self._size, 1))
        self._starts = np.searchsorted(of_term, np.arange(len(self._ids) + 1))
        mean = length.mean() if self._size else 1.0
        norm = K1 * (1 - B + B * length[self._passages] / max(mean, 1e-9))
        weights = np.array([self._idf(n) for n in np.diff(self._starts)])
        self._weights = (weights[of_term] * counts / (counts + norm)).astype(np.float32)

    @property
    def vocabulary(self) -> Set[str]:
        return self._ids.keys()

    def holding(self, term: str) -> int:
        """How many passages hold a term."""
        run = self._run(term)
        return len(self._passages[run])

    def idf(self, term: str) -> float:
        """Inverse document frequency as BM25 weighs it; most for a term that no passage holds.

        No passage's score is above the sum of the query's.
        """
        return self._idf(self.holding(term))

    def _idf(self, holding: int) -> float:
        return math.log(1 + (self._size - holding + 0.5) / (holding + 0.5))

    def _run(self, term: str) -> slice:
        """Where the passages that hold a term lie."""
        number = self._ids.get(term)
        if number is None:
            return slice(0, 0)
        return slice(int(self._starts[number]), int(self._starts[number + 1]))

    def scores(self, query_terms: Sequence[str]) -> NDArray[np.float32]:
        """BM25 score of every passage, shape (n,)."""
        scores = np.zeros(self._size, dtype=np.float32)
        for term in query_terms:
            run = self._run(term)
            scores[self._passages[run]] += self._weights[run]
        return scores
