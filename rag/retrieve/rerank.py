"""Passages -> their order by their best sentence, and what cosines and words say of a sentence.

Every sentence of the passages worth ranking gets one score, in log-odds: the cosines of the
sentence and of its passage, how nearly the heading is the question, the share of the question's
informative words that the sentence holds, and the passage's share of the best BM25 score. A passage
is as good as its best sentence. The cross-encoder has no part in this order; what it says of each
sentence is weighed in :mod:`rag.answer`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rag.documents.sentences import plain_text
from rag.documents.words import terms
from rag.index.library import Library
from rag.models.cross_encoder import VERDICTS, CrossEncoder, Passage, Reading, side_by_side
from rag.models.logistic import probability_of
from rag.retrieve.hybrid import UNSEEN_WORDS
from rag.types import Chunk, Embedder, Hit, Matrix, Sentence

MAX_RANKED = 12
"""Passages of the fused ranking whose sentences are scored; and of each single ranking:"""
MAX_RANKED_OF_EACH = 4
CACHE_SIZE = 20_000
MOST_ODDS = 8.0

WEIGHTS = np.array([5.5, 3.7, 6.0, 4.5, 4.0])
"""Of a sentence's cosine, its passage's, the match of its heading, the words it holds, and its
passage's share of BM25. Fitted on questions of encyclopedia paragraphs, but for the heading's, which
they have none of."""
LEAST_HEADING_COSINE = 0.65
"""Below it a heading is about something near the question."""
SCORE_SLOPE, SCORE_BIAS = 0.38, -3.5
"""A sentence's score -> log-odds that it belongs to the answer."""


@dataclass(slots=True)
class Reranker:
    """Scores sentences against a question. Sentence vectors are kept between questions.

    :param model: the cross-encoder; without it there are no readings.
    """

    embedder: Embedder
    model: CrossEncoder | None = None
    _cache: dict[str, Matrix] = field(default_factory=dict)

    def forget(self) -> None:
        """Drop the vectors kept so far. A vector's last digits depend on the texts that it was
        embedded with; from here on no answer depends on the questions before it."""
        self._cache.clear()

    def rank(
        self, question: str, vector: Matrix, hits: Sequence[Hit], *, library: Library
    ) -> tuple[Hit, ...]:
        """The hits by their best sentence, without the cross-encoder.

        :param vector: the question's, shape (1, dimension).
        """
        chosen = worth_ranking(hits)
        units = [(n, h.chunk, s) for n, h in enumerate(chosen) for s in h.chunk.sentences]
        if not units:
            return tuple(hits)
        cosines = self.cosines([sentence_text(c, s) for _, c, s in units], vector)
        headings = self.cosines([heading_text(h.chunk) for h in chosen], vector)
        asked = asked_words(question, library)
        features = [
            [
                float(cosine),
                chosen[n].signals.get("cosine", 0.0),
                heading_match(float(headings[n])),
                coverage(asked, in_full(chunk, sentence), unseen=UNSEEN_WORDS),
                chosen[n].signals.get("bm25_share", 0.0),
            ]
            for (n, chunk, sentence), cosine in zip(units, cosines, strict=True)
        ]
        return _reordered(hits, chosen, [n for n, _, _ in units], np.array(features) @ WEIGHTS)

    def readings(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """What the cross-encoder says of each hit; nothing without one."""
        passages = [_passage(h.chunk) for h in hits]
        return self.model.score(question, passages) if self.model else []

    def side_by_side(
        self, question: str, listed: Sequence[tuple[str, str]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """The margins of ``VERDICTS``, and those of sentences, each with its heading, that are read
        in one window, shape (len(listed),)."""
        if self.model is None:
            return np.zeros(len(VERDICTS), np.float32), np.zeros(len(listed), np.float32)
        margins = self.model.score(question, [side_by_side(listed)])[0].margins
        return margins[: len(VERDICTS)], margins[len(VERDICTS) :]

    def texts(self, question: str, texts: Sequence[Sequence[str]]) -> list[float]:
        """For each text, of some sentences, the log-odds that it answers, at most ``MOST_ODDS``
        either way."""
        if self.model is None or not texts:
            return [0.0] * len(texts)
        readings = self.model.score(question, [Passage("", "", text) for text in texts])
        return [float(np.clip(r.log_odds, -MOST_ODDS, MOST_ODDS)) for r in readings]

    def cosines(self, texts: Sequence[str], vector: Matrix) -> Matrix:
        """Of each text with a question's vector, shape (len(texts),)."""
        cosines: Matrix = self._vectors(texts) @ vector[0]
        return cosines

    def _vectors(self, texts: Sequence[str]) -> Matrix:
        new = sorted({t for t in texts if t not in self._cache}, key=len)
        if len(self._cache) + len(new) > CACHE_SIZE:
            self._cache.clear()
            new = sorted(set(texts), key=len)
        self._cache.update(zip(new, self.embedder.embed(new), strict=True))
        return np.stack([self._cache[t] for t in texts])


def worth_ranking(hits: Sequence[Hit]) -> list[Hit]:
    """The first of the fused ranking, and the first of each ranking by itself."""
    last = float(MAX_RANKED_OF_EACH)
    return [
        h
        for rank, h in enumerate(hits)
        if rank < MAX_RANKED
        or h.signals.get("dense_rank", last + 1) <= last
        or h.signals.get("lexical_rank", last + 1) <= last
    ]


def _passage(chunk: Chunk) -> Passage:
    context = chunk.sentences[0].context if chunk.sentences else ""
    return Passage(chunk.title, context, [s.plain for s in chunk.sentences])


def _reordered(
    hits: Sequence[Hit], chosen: Sequence[Hit], passages: Sequence[int], scores: NDArray[np.float64]
) -> tuple[Hit, ...]:
    """The hits that were ranked by their best sentence, then the others as they were.

    :param passages: the passage of each sentence; ``scores`` theirs.
    """
    best: dict[int, float] = {}
    for i in np.argsort(-scores, kind="stable"):
        best.setdefault(passages[i], float(scores[i]))
    first = [
        replace(
            chosen[n],
            score=round(probability_of(SCORE_SLOPE * score + SCORE_BIAS), 6),
            signals={**chosen[n].signals, "evidence": round(score, 4)},
        )
        for n, score in best.items()
    ]
    taken = {id(chosen[n].chunk) for n in best}
    rest = [h for h in hits if id(h.chunk) not in taken]
    least = min((h.score for h in first), default=1.0)
    # Scores fall along the list: those of the fused ranking are squeezed in below.
    return (*first, *(replace(h, score=round(least * h.score, 6)) for h in rest))


def sentence_text(chunk: Chunk, sentence: Sentence) -> str:
    """A sentence with what it needs to be understood: its headings, its list's lead-in."""
    context = sentence.context or chunk.title
    return f"{context}: {sentence.plain}" if context else sentence.plain


def in_full(chunk: Chunk, sentence: Sentence) -> str:
    """A sentence with all that stands over it, for its words."""
    return f"{chunk.title} {sentence.context} {sentence.plain}"


def heading_text(chunk: Chunk) -> str:
    """The heading nearest to a passage; its document's title where there is none."""
    return plain_text(chunk.headings[-1]) if chunk.headings else chunk.title


def heading_match(cosine: float) -> float:
    """How nearly a heading is the question itself, 0..1: most headings are not at all."""
    return max(0.0, cosine - LEAST_HEADING_COSINE) / (1 - LEAST_HEADING_COSINE)


def asked_words(question: str, library: Library) -> dict[str, float]:
    """The terms of a question with their inverse document frequency: rare ones tell more, unknown
    ones most."""
    return {term: library.lexical.idf(term) for term in terms(question)}


def coverage(asked: Mapping[str, float], text: str, *, unseen: float = 0.0) -> float:
    """The share of the weighted words that a text holds, 0..1.

    :param unseen: the weight of words beside them that it is taken not to hold.
    """
    return _share(asked, set(terms(text)), unseen)


def unknown_share(asked: Mapping[str, float], library: Library) -> float:
    """The share of the weighted words that no document holds, 0..1."""
    return 1 - _share(asked, library.lexical.vocabulary)


def _share(asked: Mapping[str, float], held: Set[str], unseen: float = 0.0) -> float:
    total = sum(asked.values()) + unseen
    return sum(weight for term, weight in asked.items() if term in held) / total if total else 0.0
