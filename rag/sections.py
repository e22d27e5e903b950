"""Passages -> the sections of the documents that a question asks for.

Where advice or several points are asked for, the answer is more often a section, or the parts of
one, than the best sentences from here and there. How near a heading is to a question is told by
the cosine of what is left of both when what all passages have in common is taken away: in
documents on one subject, each heading that names the subject is near each question that does
(Arora, Liang & Ma, "A simple but tough-to-beat baseline for sentence embeddings", ICLR 2017,
remove the common component so).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from rag.sentences import plain_text
from rag.types import Chunk, Evidence, Matrix

FEW_PASSAGES = 10
"""With so many passages, half of what they have in common is taken away: a few have all in common."""

Key = tuple[str, tuple[str, ...]]
"""A document and the path of headings within it."""


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading, in the document's order, scored.

    ``match`` is how near the heading is to the question, at most 1. ``evidence`` is every sentence
    before the next heading; of a section that ``is_outline``, the best sentence of each
    subsection.
    """

    document: str
    headings: tuple[str, ...]
    match: float
    evidence: tuple[Evidence, ...]
    is_outline: bool = False

    @property
    def key(self) -> Key:
        return self.document, self.headings


def keys_of(chunks: Iterable[Chunk]) -> list[Key]:
    """The sections that passages are of, and those around them, each once; a document's title
    heads no section."""
    return list(
        dict.fromkeys(
            (c.document, c.headings[:depth])
            for c in chunks
            for depth in range(len(c.headings), 0, -1)
            if c.headings[:depth] != (c.title,)
        )
    )


def heading_texts(key: Key) -> tuple[str, str]:
    """A section's heading, and with the one above it."""
    names = [plain_text(h) for h in key[1]]
    return names[-1], " > ".join(names[-2:])


def without_common(vectors: Matrix, common: Matrix, *, passages: int) -> Matrix:
    """Vectors of unit norm, shape (n, dimension), without their part along what is common.

    :param common: the mean of the passages' vectors, shape (dimension,).
    """
    length = float(np.linalg.norm(common))
    if not passages or not length:
        return vectors
    along = common / length
    share = passages / (passages + FEW_PASSAGES)
    left = vectors - share * np.outer(vectors @ along, along)
    unit: Matrix = left / np.maximum(np.linalg.norm(left, axis=1, keepdims=True), 1e-6)
    return unit
