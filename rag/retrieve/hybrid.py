"""A query -> the passages nearest to it: dense and lexical rankings fused by reciprocal rank.

Reciprocal rank fusion: Cormack, Clarke & Büttcher, SIGIR 2009; ranks count from 1, k = 60.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from rag.documents.words import terms
from rag.index.library import Library
from rag.index.typos import mend_typos
from rag.types import Embedder, Hit, Matrix

RRF_K = 60
DEPTH = 50
UNSEEN_WORDS = 4.0
"""Log-odds (as of an idf) of the words that a query is taken to have beside its own, which no
passage holds: a single telling word ("all day") says less than the same share of several."""


def mend(query: str, library: Library) -> str:
    """The query with typing errors mended towards the corpus's words."""
    return mend_typos(query, vocabulary=library.lexical.vocabulary, known_words=library.dictionary)


def retrieve(
    query: str,
    *,
    library: Library,
    embedder: Embedder,
    k: int,
    within: Collection[str] = (),
    vector: Matrix | None = None,
) -> tuple[tuple[Hit, ...], Matrix]:
    """At most ``k`` hits, best first, and the vector of the query, of shape (1, dimension).

    :param within: the documents that hits may be of; of all where there are none.
    :param vector: what an earlier call gave for the same query, so that it is not embedded again.

    Each hit's ``signals`` say why it ranks: its cosine and BM25 scores, its ranks by both, and
    the share (0..1) of the highest BM25 score that any passage could have, were there a few words
    more in the query.
    """
    if vector is None:
        vector = embedder.embed([query])
    if not library.chunks:
        return (), vector
    depth = max(DEPTH, k)
    searched = terms(query)
    bm25 = library.lexical.scores(searched)
    places = [i for path in sorted(within) for i in library.chunks.places_of(path)]
    dense = _dense(library, vector, places if within else None, depth)
    if within:
        elsewhere = np.ones(len(bm25), dtype=bool)
        elsewhere[places] = False
        bm25 = np.where(elsewhere, np.float32(0), bm25)
    most = sum(library.lexical.idf(t) for t in dict.fromkeys(searched)) + UNSEEN_WORDS
    lexical = {i: (rank, float(bm25[i])) for rank, i in enumerate(highest(bm25, depth), 1)}
    fused = fuse([list(dense), list(lexical)])
    ranked = list(fused)[:k]
    hits = tuple(
        Hit(chunk=library.chunks[i], score=fused[i], signals=_signals(i, dense, lexical, most=most))
        for i in ranked
    )
    return hits, vector


def _dense(
    library: Library, vector: Matrix, places: Sequence[int] | None, depth: int
) -> dict[int, tuple[int, float]]:
    """The nearest passages, each with its rank and its cosine.

    :param places: those that are looked at; None for all.
    """
    index = library.generation.index
    if places is None:
        ids, cosines = index.search(vector, k=depth)
        ranked = enumerate(zip(ids[0], cosines[0], strict=True), 1)
        return {int(i): (rank, float(s)) for rank, (i, s) in ranked if i >= 0}
    near = index.cosines(vector, places)[0]
    order = np.argsort(-near, kind="stable")[:depth]
    return {places[at]: (rank, float(near[at])) for rank, at in enumerate(order, 1)}


def highest(scores: NDArray[np.float32], k: int) -> list[int]:
    """Ids of the ``k`` highest scores above 0, best first, ties by the lower id."""
    found = np.flatnonzero(scores > 0)
    if len(found) > k:
        # All that tie with the k-th stay in, so that the order alone decides among them.
        least = np.partition(scores[found], -k)[-k]
        found = found[scores[found] >= least]
    return [int(i) for i in found[np.argsort(-scores[found], kind="stable")][:k]]


def fuse(rankings: Sequence[Sequence[int]]) -> dict[int, float]:
    """Reciprocal rank fusion: id -> score, best first, ties by the lower id."""
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, i in enumerate(ranking, 1):
            scores[i] = scores.get(i, 0.0) + 1.0 / (RRF_K + rank)
    return {i: scores[i] for i in sorted(scores, key=lambda i: (-scores[i], i))}


def fuse_hits(found: Sequence[Sequence[Hit]]) -> tuple[Hit, ...]:
    """Several rankings of passages as one; a passage keeps the signals of the first it is in."""
    known: dict[tuple[str, int], Hit] = {}
    keys = []
    for hits in found:
        keys.append([(h.chunk.document, h.chunk.span.start) for h in hits])
        for key, hit in zip(keys[-1], hits, strict=True):
            known.setdefault(key, hit)
    scores: dict[tuple[str, int], float] = {}
    for ranking in keys:
        for rank, key in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + 1.0 / (RRF_K + rank)
    order = sorted(scores, key=lambda key: (-scores[key], key))
    return tuple(replace(known[key], score=scores[key]) for key in order)


def _signals(
    i: int,
    dense: dict[int, tuple[int, float]],
    lexical: dict[int, tuple[int, float]],
    *,
    most: float,
) -> dict[str, float]:
    signals: dict[str, float] = {}
    if i in dense:
        signals |= {"dense_rank": dense[i][0], "cosine": round(dense[i][1], 4)}
    if i in lexical:
        rank, score = lexical[i]
        signals |= {"lexical_rank": rank, "bm25": round(score, 4)}
        signals["bm25_share"] = round(score / most, 4)
    return signals
