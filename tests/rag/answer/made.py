"""Candidates of small documents, as gathering makes them, with features that the test gives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from rag.answer.gather import SENTENCE_FEATURES, Candidate
from rag.index.library import Library


def candidates_of(library: Library) -> list[Candidate]:
    """Every sentence of a library, in order, all features 0."""
    return [
        Candidate(chunk, sentence, number, position, np.zeros(len(SENTENCE_FEATURES)))
        for number, chunk in enumerate(library.chunks)
        for position, sentence in enumerate(chunk.sentences)
    ]


def holding(candidates: Sequence[Candidate], *texts: str) -> list[Candidate]:
    """Of each text the first candidate that holds it."""
    return [next(c for c in candidates if text in c.sentence.plain) for text in texts]
