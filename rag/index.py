"""Vectors -> nearest neighbours by cosine, with FAISS.

Vectors are of unit norm, so the inner product is the cosine: FAISS's flat inner-product index
is exact (https://github.com/facebookresearch/faiss/wiki/MetricType-and-distances).
"""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.types import Matrix


class FlatIndex:
    """Exact search; ids are the rows of the matrix it was made of."""

    def __init__(self, index: faiss.IndexFlatIP) -> None:
        self._index = index

    @classmethod
    def build(cls, vectors: Matrix) -> FlatIndex:
        """:param vectors: shape (n, dimension), float32, unit norm, finite."""
        if vectors.dtype != np.float32 or vectors.ndim != 2 or not np.isfinite(vectors).all():
            raise ValueError("vectors must be a finite float32 matrix")
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    @classmethod
    def load(cls, path: Path) -> FlatIndex:
        """:raises StoreError: the file is no FAISS index."""
        try:
            index = faiss.read_index(str(path))
            if not isinstance(index, faiss.IndexFlatIP):
                raise RuntimeError(f"{type(index).__name__}, not IndexFlatIP")
            return cls(index)
        except (RuntimeError, MemoryError) as error:
            raise StoreError(
                f"{path} cannot be read: delete the store folder and index again"
            ) from error

    def save(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def vectors(self) -> Matrix:
        """All vectors, shape (n, dimension)."""
        matrix: Matrix = self._index.reconstruct_n(0, len(self))
        return matrix

    def search(self, query: Matrix, *, k: int) -> tuple[NDArray[np.int64], Matrix]:
        """Ids and cosines, shape (len(query), min(k, n)); ties by lower id."""
        k = min(k, len(self))
        if k == 0:
            empty = (len(query), 0)
            return np.empty(empty, dtype=np.int64), np.empty(empty, dtype=np.float32)
        scores, ids = self._index.search(np.ascontiguousarray(query, dtype=np.float32), k)
        order = np.lexsort((ids, -scores), axis=1)
        return np.take_along_axis(ids, order, 1), np.take_along_axis(scores, order, 1)
