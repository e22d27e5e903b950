"""A query -> the passages nearest to it: dense and lexical rankings fused by reciprocal rank.

Reciprocal rank fusion: Cormack, Clarke & Büttcher, SIGIR 2009; ranks count from 1, k = 60.
"""

from __future__ import annotations

import re

import numpy as np

from rag.lexical import mend_typos, terms
from rag.library import Library
from rag.types import Embedder, Hit, Matrix

RRF_K = 60
DEPTH = 50

# Everyday words and abbreviations of work and pay, with the words that documents use for them.
_EXPANSIONS: tuple[tuple[str, str], ...] = (
    (r"tc|total\s+comp", "total compensation"),
    (
        r"comp|pay|paid|earns?|earnings?|makes?|making|wages?|income|salary|salaries",
        "pay salary compensation earn",
    ),
    (r"yoe", "years of experience"),
    (
        r"fresh\s+grads?|new\s+grads?|freshers?|juniors?|entry[\s-]level",
        "entry-level junior associate",
    ),
    (r"mids?|mid[\s-]level", "mid-level mid-career"),
    (r"jobs?\s+hunt(?:ing)?", "job search hiring"),
    (r"ml", "machine learning"),
    (r"llms?", "large language model"),
    (r"nlp", "natural language processing"),
    (r"wfh|home\s+office", "remote work"),
    (r"ics?", "individual contributor"),
    (r"phd|doctorate", "Ph.D. degree doctorate"),
    (r"certs?|certificates?", "certification"),
    (r"rsus?|shares|stocks?|options", "equity stock"),
    (r"perks?", "benefits"),
    (r"devs?|coders?|programmers?", "developer engineer"),
    (r"resumes?|cvs?", "resume CV"),
    (r"uni|college", "university degree"),
    (r"boss(?:es)?", "manager"),
)
_EXPANSION_PATTERNS = tuple((re.compile(rf"\b(?:{p})\b", re.I), words) for p, words in _EXPANSIONS)


def mend(query: str, library: Library) -> str:
    """The query with typing errors mended towards the corpus's words."""
    return mend_typos(query, vocabulary=library.lexical.vocabulary, known_words=library.dictionary)


def expand(query: str) -> list[str]:
    """Search terms: the query's own, then those of the words documents use instead."""
    found = terms(query)
    for pattern, words in _EXPANSION_PATTERNS:
        if pattern.search(query):
            found += [t for t in terms(words) if t not in found]
    return found


def retrieve(
    query: str, *, library: Library, embedder: Embedder, k: int
) -> tuple[tuple[Hit, ...], Matrix]:
    """At most ``k`` hits, best first, and the query's vector of shape (1, dimension).

    Each hit's ``signals`` say why it ranks: its cosine and BM25 scores and its ranks by both.
    """
    vector = embedder.embed([query])
    if not library.chunks:
        return (), vector
    depth = max(DEPTH, k)
    ids, cosines = library.generation.index.search(vector, k=depth)
    dense = {
        int(i): (rank, float(s))
        for rank, (i, s) in enumerate(zip(ids[0], cosines[0], strict=True), 1)
        if i >= 0
    }
    bm25 = library.lexical.scores(expand(query))
    best = np.argsort(-bm25, kind="stable")[:depth]
    lexical = {int(i): (rank, float(bm25[i])) for rank, i in enumerate(best, 1) if bm25[i] > 0}
    fused = {
        i: sum(1.0 / (RRF_K + ranking[i][0]) for ranking in (dense, lexical) if i in ranking)
        for i in dense.keys() | lexical.keys()
    }
    ranked = sorted(fused, key=lambda i: (-fused[i], i))[:k]
    hits = tuple(
        Hit(chunk=library.chunks[i], score=fused[i], signals=_signals(i, dense, lexical))
        for i in ranked
    )
    return hits, vector


def _signals(
    i: int, dense: dict[int, tuple[int, float]], lexical: dict[int, tuple[int, float]]
) -> dict[str, float]:
    signals: dict[str, float] = {}
    if i in dense:
        signals |= {"dense_rank": dense[i][0], "cosine": round(dense[i][1], 4)}
    if i in lexical:
        signals |= {"lexical_rank": lexical[i][0], "bm25": round(lexical[i][1], 4)}
    return signals
