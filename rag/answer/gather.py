"""Passages -> candidates: every sentence, list item and table row that may answer, with features.

Nothing is left out here and nothing is decided: each passage is read by the cross-encoder, each of
its sentences becomes a candidate, and what retrieval, reading and the words say of it are the
numbers that :mod:`rag.answer.choose` weighs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.lexical import terms
from rag.library import Library
from rag.read import (
    Reader,
    asked_words,
    coverage,
    heading_match,
    heading_text,
    sentence_text,
    unknown_share,
)
from rag.reader_model import in_context
from rag.retrieve import UNSEEN_WORDS, fuse_hits, retrieve
from rag.salary.money import PERCENT, find_mentions
from rag.types import BlockKind, Chunk, Embedder, Hit, Matrix, Sentence

PASSAGES = 16
"""Passages that are read."""
TURNS_TOGETHER = 3
LOWEST, HIGHEST = -8.0, 8.0
"""Margins beyond say the same more loudly."""

TAGS = ("answerable", "figure", "arithmetic", "comparison", "pay", "several", "conflict")
"""What :mod:`rag.understand.tagger` says of a question; "answerable" is what the question alone
tells of that, since some things are seldom written down."""

SENTENCE_FEATURES = (
    "margin", "margin below the best", "passage log-odds", "passage log-odds below the best",
    "margin before", "margin after", "sentence cosine", "sentence cosine below the best",
    "passage cosine", "heading match", "overlap", "BM25 share", "passage rank", "table row",
    "list item", "words", "figures", "same passage as the best", "same document as the best",
    "margin rank", "probability", "money", "question", "lead-in", "positive margin",
    "margin of the best", "figures, figure asked", "row, pay asked", "money, pay asked",
    "row, comparison asked",
)  # fmt: skip
QUESTION_FEATURES = (
    "best margin", "second margin", "third margin", "best log-odds", "log-odds of all",
    "best sentence cosine", "best passage cosine", "best overlap", "best heading", "unknown words",
    "words asked", "turns", "overlap of the best", "cosine of the best", "best BM25 share",
    *(f"asks: {tag}" for tag in TAGS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer; ``features`` has shape (len(SENTENCE_FEATURES),)."""

    chunk: Chunk
    sentence: Sentence
    passage: int
    """Index of its passage among those gathered."""
    position: int
    """Index within its passage."""
    margin: float
    features: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gathered:
    """All candidates of a question; ``signs`` has shape (len(QUESTION_FEATURES),)."""

    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    signs: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Found:
    """Passages, best first. ``vector`` is of the question with the turns before it, ``last`` of the
    last turn alone; shape (1, dimension) each."""

    hits: tuple[Hit, ...]
    vector: Matrix
    last: Matrix


def find(turns: Sequence[str], *, library: Library, embedder: Embedder, k: int) -> Found:
    """The passages for the last turn, by itself and after the turns before."""
    hits, last = retrieve(turns[-1], library=library, embedder=embedder, k=k)
    if len(turns) < 2:
        return Found(hits, last, last)
    together = " ".join(turns[-TURNS_TOGETHER:])
    joined, vector = retrieve(together, library=library, embedder=embedder, k=k)
    return Found(fuse_hits([hits, joined])[:k], vector, last)


def gather(
    turns: Sequence[str],
    found: Found,
    tags: Mapping[str, float],
    *,
    library: Library,
    reader: Reader,
) -> Gathered:
    """Read the first passages and describe each of their sentences.

    :param turns: the user's messages, latest last.
    :param tags: what the question asks for, 0..1 each of ``TAGS``.
    """
    vector, read = found.vector, found.hits[:PASSAGES]
    readings = reader.readings(in_context(turns), read)
    if not readings:
        return Gathered(read, (), np.zeros(len(QUESTION_FEATURES)))
    asked = asked_words(turns[-1], library)
    units = [(n, i, h.chunk, s) for n, h in enumerate(read) for i, s in enumerate(h.chunk.sentences)]  # fmt: skip
    cosines = reader.cosines([sentence_text(c, s) for _, _, c, s in units], vector)
    headings = reader.cosines([heading_text(h.chunk) for h in read], vector)
    overlaps = [
        coverage(asked, f"{c.title} {s.context} {s.plain}", unseen=UNSEEN_WORDS)
        for _, _, c, s in units
    ]
    margins = [np.clip(r.margins, LOWEST, HIGHEST) for r in readings]
    every = np.concatenate(margins)
    order = np.argsort(-every, kind="stable")
    ranks = np.empty(len(every))
    ranks[order] = np.arange(1, len(every) + 1)
    odds = [float(np.clip(r.log_odds, LOWEST, HIGHEST)) for r in readings]
    first = units[int(order[0])]
    candidates = []
    for number, ((n, i, chunk, sentence), cosine, overlap) in enumerate(
        zip(units, cosines, overlaps, strict=True)
    ):
        own = margins[n]
        margin = float(own[i])
        signals = read[n].signals
        figures = float(any(c.isdigit() for c in sentence.plain))
        money = float(any(m.currency != PERCENT for m in find_mentions(sentence.plain)))
        row = float(sentence.kind is BlockKind.TABLE_ROW)
        features = [
            margin,
            margin - float(every.max()),
            odds[n],
            odds[n] - max(odds),
            float(own[i - 1]) if i else LOWEST,
            float(own[i + 1]) if i + 1 < len(own) else LOWEST,
            float(cosine),
            float(cosine) - float(cosines.max()),
            signals.get("cosine", 0.0),
            heading_match(float(headings[n])),
            overlap,
            signals.get("bm25_share", 0.0),
            1 / (n + 1),
            row,
            float(sentence.kind is BlockKind.LIST_ITEM),
            math.log(1 + len(sentence.plain.split())),
            figures,
            float(n == first[0]),
            float(chunk.document == first[2].document),
            1 / float(ranks[number]),
            1 / (1 + math.exp(-margin)),
            money,
            float(sentence.plain.rstrip().endswith("?")),
            float(sentence.plain.rstrip().endswith(":")),
            max(0.0, margin),
            margin / float(ranks[number]),
            figures * tags["figure"],
            row * tags["pay"],
            money * tags["pay"],
            row * tags["comparison"],
        ]
        candidates.append(Candidate(chunk, sentence, n, i, margin, np.array(features)))
    top = [*np.sort(every)[::-1][:3], LOWEST, LOWEST][:3]
    best = candidates[int(order[0])].features
    signs = [
        *map(float, top),
        max(odds),
        float(np.clip(np.logaddexp.reduce([r.log_odds for r in readings]), LOWEST, HIGHEST)),
        float(cosines.max()),
        max(h.signals.get("cosine", 0.0) for h in read),
        max(overlaps),
        max(heading_match(float(h)) for h in headings),
        unknown_share(asked, library),
        math.log(1 + len(terms(turns[-1]))),
        float(len(turns) > 1),
        float(best[SENTENCE_FEATURES.index("overlap")]),
        float(best[SENTENCE_FEATURES.index("sentence cosine")]),
        max(h.signals.get("bm25_share", 0.0) for h in read),
        *(log_odds(tags[tag]) for tag in TAGS),
    ]
    return Gathered(read, tuple(candidates), np.array(signs))


def log_odds(probability: float) -> float:
    """Of a probability in 0..1, kept finite."""
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))
