"""Vectors -> nearest neighbours by cosine, with FAISS.

Vectors are of unit norm, so the inner product is the cosine: FAISS's flat inner-product index
is exact (https://github.com/facebookresearch/faiss/wiki/MetricType-and-distances). From
``COARSE_FROM`` vectors on, the nearest by Hamming distance of their sign bits are scored, not
all: two to three per cent of the time, and the same fifty in 100 of 100 trials on 100,000
(``python -m eval.speed.retrieval``). Charikar, "Similarity estimation techniques from rounding
algorithms" (2002), is why the signs say enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.types import Matrix

COARSE_FROM = 20_000
COARSE_PER_RESULT = 20
"""Vectors that are scored for each that is asked for, where not all are."""


class FlatIndex:
    """Search by cosine; ids are the rows of the matrix it was made of."""

    def __init__(self, index: faiss.IndexFlatIP, *, coarse_from: int = COARSE_FROM) -> None:
        self._index = index
        self._signs = _sign_index(self._view()) if index.ntotal >= coarse_from else None

    @classmethod
    def build(cls, batches: Iterable[Matrix], *, dimension: int) -> FlatIndex:
        """:param batches: each of shape (n, dimension), float32, unit norm, finite."""
        index = faiss.IndexFlatIP(dimension)
        for vectors in batches:
            if vectors.dtype != np.float32 or vectors.ndim != 2 or not np.isfinite(vectors).all():
                raise ValueError("vectors must be finite float32 matrices")
            index.add(vectors)
        return cls(index)

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def vectors(self) -> Matrix:
        """All vectors, shape (n, dimension)."""
        matrix: Matrix = self._index.reconstruct_n(0, len(self))
        return matrix

    def _view(self) -> Matrix:
        """All vectors without a copy; valid while the index lives and does not grow."""
        size = self._index.ntotal * self._index.d
        flat: Matrix = faiss.rev_swig_ptr(self._index.get_xb(), size)
        return flat.reshape(self._index.ntotal, self._index.d)

    def cosines(self, query: Matrix, ids: Sequence[int]) -> Matrix:
        """Of some of the vectors, shape (len(query), len(ids))."""
        found: Matrix = np.asarray(query, dtype=np.float32) @ self._view()[list(ids)].T
        return found

    def search(self, query: Matrix, *, k: int) -> tuple[NDArray[np.int64], Matrix]:
        """Ids and cosines, shape (len(query), min(k, n)); ties by lower id."""
        k = min(k, len(self))
        if k == 0:
            empty = (len(query), 0)
            return np.empty(empty, dtype=np.int64), np.empty(empty, dtype=np.float32)
        query = np.ascontiguousarray(query, dtype=np.float32)
        if self._signs is None:
            scores, ids = self._index.search(query, k)
        else:
            _, ids = self._signs.search(_sign_bits(query), min(k * COARSE_PER_RESULT, len(self)))
            scores = np.einsum("qcd,qd->qc", self._view()[ids], query)
            best = np.argpartition(-scores, k - 1, axis=1)[:, :k]
            ids, scores = np.take_along_axis(ids, best, 1), np.take_along_axis(scores, best, 1)
        order = np.lexsort((ids, -scores), axis=1)
        return np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)


def _sign_bits(vectors: Matrix) -> NDArray[np.uint8]:
    """Shape (n, dimension / 8): one bit a number, set where it is above 0."""
    return np.packbits(vectors > 0, axis=1)


def _sign_index(vectors: Matrix, *, step: int = 50_000) -> faiss.IndexBinaryFlat:
    index = faiss.IndexBinaryFlat(vectors.shape[1])
    for start in range(0, len(vectors), step):
        index.add(_sign_bits(vectors[start : start + step]))
    return index
