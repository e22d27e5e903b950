"""FAISS gives what a plain matrix product gives."""

from __future__ import annotations

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.index.nearest import FlatIndex
from rag.types import Matrix


def unit_rows(n: int, *, seed: int, dimension: int = 16) -> Matrix:
    matrix = np.random.default_rng(seed).normal(size=(n, dimension)).astype(np.float32)
    return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)


def index_of(vectors: Matrix) -> FlatIndex:
    return FlatIndex.build([vectors], dimension=vectors.shape[1])


@given(
    n=st.integers(1, 200), k=st.integers(1, 250), queries=st.integers(1, 5), seed=st.integers(0, 99)
)
def test_search_is_brute_force(n: int, k: int, queries: int, seed: int) -> None:
    vectors, query = unit_rows(n, seed=seed), unit_rows(queries, seed=seed + 1000)
    ids, scores = index_of(vectors).search(query, k=k)
    expected = query @ vectors.T
    assert ids.shape == scores.shape == (queries, min(k, n))
    np.testing.assert_allclose(scores, -np.sort(-expected, axis=1)[:, :k], atol=1e-5)
    np.testing.assert_allclose(scores, np.take_along_axis(expected, ids, 1), atol=1e-5)
    assert all(len(set(row)) == len(row) for row in ids.tolist())


def test_ties_are_by_the_lower_id() -> None:
    same = np.repeat(unit_rows(1, seed=1), 10, axis=0)
    ids, scores = index_of(same).search(same[:1], k=10)
    assert ids.tolist() == [list(range(10))]
    np.testing.assert_allclose(scores, 1.0, atol=1e-6)


@pytest.mark.parametrize("sizes", [[50], [20, 30], [1] * 50, [0, 50]])
def test_batches_make_the_index_that_all_at_once_make(sizes: list[int]) -> None:
    vectors = unit_rows(50, seed=2)
    ends = np.cumsum(sizes)
    batches = [vectors[end - size : end] for end, size in zip(ends, sizes, strict=True)]
    index = FlatIndex.build(batches, dimension=16)
    np.testing.assert_array_equal(index.vectors(), vectors)
    query = unit_rows(5, seed=3)
    for one, other in zip(
        index.search(query, k=7), index_of(vectors).search(query, k=7), strict=True
    ):
        np.testing.assert_array_equal(one, other)


def test_an_empty_index_finds_nothing() -> None:
    index = FlatIndex.build([], dimension=16)
    ids, scores = index.search(unit_rows(2, seed=4), k=5)
    assert ids.shape == scores.shape == (2, 0)
    assert len(index) == 0
    assert index.vectors().shape == (0, 16)


@pytest.mark.parametrize(
    "vectors",
    [
        np.full((2, 4), np.nan, dtype=np.float32),
        np.full((2, 4), np.inf, dtype=np.float32),
        np.ones((2, 4), dtype=np.float64),
        np.ones(4, dtype=np.float32),
    ],
)
def test_what_is_no_finite_float32_matrix_is_refused(vectors: Matrix) -> None:
    with pytest.raises(ValueError, match="finite float32 matri"):
        FlatIndex.build([vectors], dimension=4)


@pytest.mark.parametrize("k", [1, 10, 50])
def test_a_coarse_search_finds_what_the_whole_one_does(k: int) -> None:
    vectors = unit_rows(5_000, seed=5, dimension=384)
    index = faiss.IndexFlatIP(384)
    index.add(vectors)
    # Questions near something, as those that have an answer are.
    near = vectors[:40] + 0.4 * unit_rows(40, seed=6, dimension=384)
    query = np.asarray(near / np.linalg.norm(near, axis=1, keepdims=True), dtype=np.float32)
    whole, scores = FlatIndex(index).search(query, k=k)
    coarse, coarse_scores = FlatIndex(index, coarse_from=1).search(query, k=k)
    assert (whole[:, 0] == coarse[:, 0]).all()
    np.testing.assert_allclose(
        coarse_scores, np.take_along_axis(query @ vectors.T, coarse, 1), atol=1e-5
    )
    assert (np.diff(coarse_scores, axis=1) <= 0).all()
    assert coarse.shape == scores.shape
