"""Is a claim supported by its evidence? For now by the nearest evidence sentence's embedding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.embeddings import MiniLM
from rag.ground import unsourced_numbers
from rag.types import Embedder

SUPPORTING = 0.55
"""Cosine from which an evidence sentence counts as supporting."""

UNSOURCED_NUMBER_FACTOR = 0.4
"""A claim with a number that no evidence sentence holds is hardly supported."""


@dataclass(frozen=True, slots=True)
class Support:
    """``support`` is in 0..1; ``supporting`` are indices of the evidence, in order."""

    support: float
    supporting: tuple[int, ...]


class Checker:
    """Judges claims by cosine to each evidence sentence, and by whether their numbers stand there."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    @classmethod
    def open(cls) -> Checker:
        """:raises ModelError: the embedding model is missing or altered."""
        return cls(MiniLM.load())

    def check(self, claim: str, evidence: Sequence[str]) -> Support:
        """How far the evidence supports the claim, and which of it does."""
        if not claim.strip() or not evidence:
            return Support(0.0, ())
        vectors = self._embedder.embed([claim, *evidence])
        cosines = vectors[1:] @ vectors[0]
        best = float(max(0.0, cosines.max()))
        if unsourced_numbers(claim, quotes=evidence):
            best *= UNSOURCED_NUMBER_FACTOR
        supporting = tuple(int(i) for i, c in enumerate(cosines) if c >= SUPPORTING)
        return Support(round(min(best, 1.0), 4), supporting)
