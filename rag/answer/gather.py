"""Passages -> candidates: every sentence, list item and table row that may answer, with features.

Nothing is left out here and nothing is decided: each passage is read by the cross-encoder, the
likeliest sentences of all passages are read once more side by side, each sentence becomes a
candidate, and what retrieval, reading and the words say of it are the numbers that
:mod:`rag.answer.choose` weighs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answer.scope import untied
from rag.documents.words import terms
from rag.facts.money import PERCENT, find_mentions
from rag.index.library import Library
from rag.models.cross_encoder import SHORTLIST, SHORTLIST_WORDS, heading_of, in_context
from rag.models.logistic import log_odds, probability_of
from rag.retrieve.hybrid import UNSEEN_WORDS, fuse_hits, retrieve
from rag.retrieve.reader import (
    Reader,
    asked_words,
    coverage,
    heading_match,
    heading_text,
    sentence_text,
    unknown_share,
)
from rag.types import BlockKind, Chunk, Embedder, Evidence, Hit, Matrix, Sentence
from rag.understand.query import Query
from rag.understand.tagger import OF_QUESTION

PASSAGES = 16
"""Passages that are read."""
LOWEST, HIGHEST = -8.0, 8.0
"""Margins beyond say the same more loudly."""

TIES = ("place", "date", "name", "role")
"""What a question may be tied to and the best sentences are not (:mod:`rag.answer.scope`)."""
TIED = 8
"""Sentences, from the best, that are looked at for it."""

SENTENCE_FEATURES = (
    "margin", "margin below the best", "passage log-odds", "passage log-odds below the best",
    "margin before", "margin after", "sentence cosine", "sentence cosine below the best",
    "passage cosine", "heading match", "overlap", "BM25 share", "passage rank", "table row",
    "list item", "words", "figures", "same passage as the best", "same document as the best",
    "margin rank", "probability", "money", "question", "lead-in", "positive margin",
    "margin of the best", "figures, figure asked", "row, pay asked", "money, pay asked",
    "row, comparison asked", "shortlist margin", "shortlist margin below the best",
    "shortlist rank", "shortlist probability", "not in the shortlist",
)  # fmt: skip
QUESTION_FEATURES = (
    "best margin", "second margin", "third margin", "best log-odds", "log-odds of all",
    "best sentence cosine", "best passage cosine", "best overlap", "best heading", "unknown words",
    "words asked", "turns", "overlap of the best", "cosine of the best", "best BM25 share",
    "shortlist log-odds", "best of the shortlist", "second of the shortlist",
    *(f"no {facet} of the question" for facet in TIES),
    *(f"asks: {tag}" for tag in OF_QUESTION),
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


def find(query: Query, *, library: Library, embedder: Embedder, k: int) -> tuple[Hit, ...]:
    """The passages for the last turn, by itself and after the turns before, best first."""
    last = _retrieve(query.last, query.vector, library, embedder, k)
    if len(query.turns) < 2:
        return last
    joined = _retrieve(query.together, query.vector_together, library, embedder, k)
    return fuse_hits([last, joined])[:k]


def _retrieve(
    text: str, vector: Matrix, library: Library, embedder: Embedder, k: int
) -> tuple[Hit, ...]:
    return retrieve(text, library=library, embedder=embedder, k=k, vector=vector)[0]


def gather(query: Query, hits: Sequence[Hit], *, library: Library, reader: Reader) -> Gathered:
    """Read the first passages and describe each of their sentences.

    :param hits: the passages, best first.
    """
    turns, tags, read = query.turns, query.tags, tuple(hits[:PASSAGES])
    vector = query.vector_together
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
    beside = _shortlist(in_context(turns), units, every, reader)
    listed = np.sort([*beside.values(), LOWEST, LOWEST])[::-1]
    places = {i: place for place, i in enumerate(sorted(beside, key=lambda i: -beside[i]), 1)}
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
            probability_of(margin),
            money,
            float(sentence.plain.rstrip().endswith("?")),
            float(sentence.plain.rstrip().endswith(":")),
            max(0.0, margin),
            margin / float(ranks[number]),
            figures * tags["figure"],
            row * tags["pay"],
            money * tags["pay"],
            row * tags["comparison"],
            beside.get(number, LOWEST),
            beside.get(number, LOWEST) - float(listed[0]),
            1 / places[number] if number in places else 0.0,
            probability_of(beside[number]) if number in beside else 0.0,
            float(number not in beside),
        ]
        candidates.append(Candidate(chunk, sentence, n, i, margin, np.array(features)))
    nearest = [Evidence(units[i][2], units[i][3], 0.0) for i in map(int, order[:TIED])]
    tie = untied(turns[-1], nearest, library=library)
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
        float(np.clip(np.logaddexp.reduce(listed), LOWEST, HIGHEST)),
        float(listed[0]),
        float(listed[1]),
        *(float(tie is not None and tie.facet == facet) for facet in TIES),
        *(log_odds(tags[tag]) for tag in OF_QUESTION),
    ]
    return Gathered(read, tuple(candidates), np.array(signs))


def _shortlist(
    question: str,
    units: Sequence[tuple[int, int, Chunk, Sentence]],
    margins: NDArray[np.float32],
    reader: Reader,
) -> dict[int, float]:
    """The margins of the likeliest sentences when they are read side by side, by their indices.

    :param units: passage, position, chunk and sentence of each sentence; ``margins`` are those of
        its own passage's reading, shape (sentences,).
    """
    chosen: dict[str, int] = {}
    words = 0
    for i in map(int, np.argsort(-margins, kind="stable")):
        _, _, chunk, sentence = units[i]
        if sentence.plain in chosen:
            continue
        words += len(f"{heading_of(chunk.title, sentence.context)} {sentence.plain}".split())
        if len(chosen) == SHORTLIST or (chosen and words > SHORTLIST_WORDS):
            break
        chosen[sentence.plain] = i
    order = sorted(chosen.values())
    listed = [
        (heading_of(units[i][2].title, units[i][3].context), units[i][3].plain) for i in order
    ]
    own = np.clip(reader.side_by_side(question, listed), LOWEST, HIGHEST)
    return dict(zip(order, map(float, own), strict=True))
