"""Passages -> evidence: the sentences that answer, and how sure it is that any does.

The score of a sentence blends the cosine of its embedding (with its context) with the share of
the question's informative words that it holds. Weights and thresholds were set on the
development questions in eval/questions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from rag.lexical import terms
from rag.library import Library
from rag.salary.match import Gap
from rag.salary.money import find_mentions
from rag.salary.question import PayQuestion, Task
from rag.types import Chunk, Embedder, Evidence, Hit, Matrix, Sentence

MAX_CHUNKS = 8
MAX_SENTENCES = 50
SENTENCE_WEIGHT, PASSAGE_WEIGHT, OVERLAP_WEIGHT = 0.45, 0.25, 0.3
CACHE_SIZE = 20_000


@dataclass(slots=True)
class Reader:
    """Scores sentences against a question. Sentence vectors are kept between questions."""

    embedder: Embedder
    _cache: dict[str, Matrix] = field(default_factory=dict)

    def read(
        self, question: str, vector: Matrix, hits: Sequence[Hit], *, library: Library
    ) -> list[Evidence]:
        """Sentences of the hits, best first; scores in 0..1."""
        best = hits[:MAX_CHUNKS]
        passages = [h.signals.get("cosine", 0.0) for h in best for _ in h.chunk.sentences]
        units = [(h.chunk, s) for h in best for s in h.chunk.sentences][:MAX_SENTENCES]
        if not units:
            return []
        cosines = self._cosines([sentence_text(c, s) for c, s in units], vector)
        idf = inverse_document_frequency(question, library)
        scored = []
        for (chunk, sentence), cosine, passage in zip(units, cosines, passages, strict=False):
            overlap = coverage(idf, f"{chunk.title} {sentence.context} {sentence.plain}")
            score = (
                SENTENCE_WEIGHT * max(0.0, float(cosine))
                + PASSAGE_WEIGHT * max(0.0, passage)
                + OVERLAP_WEIGHT * overlap
            )
            scored.append(Evidence(chunk, sentence, round(min(score, 1.0), 4)))
        order = sorted(range(len(scored)), key=lambda i: (-scored[i].score, i))
        return [scored[i] for i in order]

    def _cosines(self, texts: Sequence[str], vector: Matrix) -> Matrix:
        new = sorted({t for t in texts if t not in self._cache}, key=len)
        if len(self._cache) + len(new) > CACHE_SIZE:
            self._cache.clear()
            new = sorted(set(texts), key=len)
        self._cache.update(zip(new, self.embedder.embed(new), strict=True))
        matrix = np.stack([self._cache[t] for t in texts])
        cosines: Matrix = matrix @ vector[0]
        return cosines


def sentence_text(chunk: Chunk, sentence: Sentence) -> str:
    """A sentence with what it needs to be understood: its headings, its list's lead-in."""
    context = sentence.context or chunk.title
    return f"{context}: {sentence.plain}" if context else sentence.plain


def inverse_document_frequency(question: str, library: Library) -> dict[str, float]:
    """Weight of each of the question's words: rare ones tell more; unknown ones most."""
    total = max(1, len(library.chunks))
    weights = {}
    for term in dict.fromkeys(terms(question)):
        holding = int((library.lexical.scores([term]) > 0).sum())
        weights[term] = math.log(1 + (total - holding + 0.5) / (holding + 0.5))
    return weights


def coverage(weights: dict[str, float], text: str) -> float:
    """The share of the weighted words that a text holds, 0..1."""
    total = sum(weights.values())
    if not total:
        return 0.0
    held = set(terms(text))
    return sum(w for t, w in weights.items() if t in held) / total


def answerability(hits: Sequence[Hit], evidence: Sequence[Evidence]) -> float:
    """How sure it is that the documents hold an answer, 0..1.

    A logistic curve over the best passage's cosine and the best sentence's score; its
    coefficients were set on the development questions in eval/questions.
    """
    if not hits or not evidence:
        return 0.0
    cosine = max(h.signals.get("cosine", 0.0) for h in hits)
    return 1 / (1 + math.exp(-(12 * cosine + 8 * evidence[0].score - 5.2)))


def fills(gap: Gap, question: PayQuestion, evidence: Sequence[Evidence]) -> bool:
    """Whether sentences near the top answer what the pay facts lack.

    For an amount they must speak of it and hold a figure; for anything else ("do LLM engineers
    earn more?") speaking of it will do.
    """
    if gap.facet in {"comparison", "component"} and not question.kinds:
        return True
    wanted = set(terms(gap.asked))
    if gap.facet not in {"role", "level"} or not wanted or question.places:
        return False
    about = [
        e for e in evidence[:5] if wanted <= set(terms(f"{e.sentence.context} {e.sentence.plain}"))
    ]
    if question.task is Task.AMOUNT:
        return any(next(find_mentions(e.sentence.plain), None) for e in about)
    return bool(about)
