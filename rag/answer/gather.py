"""Passages -> candidates: every sentence, list item and table row that may answer, with features.

Nothing is left out here and nothing is decided: each passage is read by the cross-encoder, the
likeliest sentences of all passages are read once more side by side, each sentence becomes a
candidate, and what retrieval, reading and the words say of it are the numbers that
:mod:`rag.answer.choose` weighs.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answer.scope import on_subject, pages_about, untied
from rag.documents.words import terms
from rag.facts.money import PERCENT, find_mentions
from rag.index.library import Library
from rag.models.cross_encoder import heading_of, in_context, within_words
from rag.models.logistic import log_odds, probability_of
from rag.retrieve.hybrid import UNSEEN_WORDS, fuse_hits, retrieve
from rag.retrieve.rerank import (
    Reranker,
    asked_words,
    coverage,
    heading_match,
    heading_text,
    in_full,
    sentence_text,
    unknown_share,
)
from rag.types import BlockKind, Chunk, Embedder, Evidence, Hit, Matrix, Sentence
from rag.understand.query import Query
from rag.understand.tagger import OF_QUESTION

RETRIEVED = 24
"""Passages that are found; of these are read:"""
PASSAGES = 16
OWN_PAGES = 8
"""Passages that are retrieved of the pages about the question's occupation alone."""
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
    features: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gathered:
    """All candidates of a question; ``signs`` has shape (len(QUESTION_FEATURES),). ``verdicts`` are
    the margins of a yes and a no, as read beside the likeliest."""

    hits: tuple[Hit, ...]
    candidates: tuple[Candidate, ...]
    signs: NDArray[np.float64]
    verdicts: tuple[float, ...] = (LOWEST, LOWEST)


def find(
    query: Query, *, library: Library, embedder: Embedder, k: int = RETRIEVED
) -> tuple[Hit, ...]:
    """The passages for the last turn, by itself and after the turns before, best first; those of
    pages about its occupation, where there are any, among them, and none of pages about others."""

    def search(
        text: str, vector: Matrix, *, k: int = k, within: Collection[str] = ()
    ) -> tuple[Hit, ...]:
        found, _ = retrieve(
            text, library=library, embedder=embedder, k=k, within=within, vector=vector
        )
        return found

    hits = search(query.last, query.vector)
    if len(query.turns) > 1:
        hits = fuse_hits([hits, search(query.together, query.vector_together)])[:k]
    if own := pages_about(query.last, library=library):
        hits = fuse_hits([hits, search(query.last, query.vector, k=OWN_PAGES, within=own)])
    return on_subject(query.last, hits, library=library)


def gather(query: Query, hits: Sequence[Hit], *, library: Library, reranker: Reranker) -> Gathered:
    """Read the first passages and describe each of their sentences.

    :param hits: the passages, best first.
    """
    read = tuple(hits[:PASSAGES])
    view = _look(query, read, library, reranker)
    if view is None:
        return Gathered(read, (), np.zeros(len(QUESTION_FEATURES)))
    candidates = tuple(
        Candidate(u.chunk, u.sentence, u.passage, u.position,
                  _vector(_of_sentence(view, n), SENTENCE_FEATURES))
        for n, u in enumerate(view.units)
    )  # fmt: skip
    signs = _vector(_of_question(view, library), QUESTION_FEATURES)
    return Gathered(read, candidates, signs, view.verdicts)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence in its passage."""

    passage: int
    position: int
    chunk: Chunk
    sentence: Sentence

    @property
    def heading(self) -> str:
        return heading_of(self.chunk.title, self.sentence.context)


@dataclass(frozen=True, slots=True)
class _View:
    """What is known of the sentences of the passages that were read; arrays are parallel to
    ``units``, but for those of passages. ``order`` has the units from the best, ``ranks`` their
    places in it from 1, ``beside`` the margins of the likeliest read side by side, by unit,
    ``verdicts`` those of a yes and a no."""

    query: Query
    hits: tuple[Hit, ...]
    asked: Mapping[str, float]
    units: tuple[_Unit, ...]
    margins: NDArray[np.float32]
    order: NDArray[np.int64]
    ranks: NDArray[np.int64]
    cosines: Matrix
    overlaps: Sequence[float]
    passage_odds: Sequence[float]
    all_odds: float
    passage_headings: Sequence[float]
    beside: Mapping[int, float]
    beside_ranks: Mapping[int, int]
    verdicts: tuple[float, ...]

    @property
    def first(self) -> int:
        """The best unit."""
        return int(self.order[0])

    @property
    def listed(self) -> NDArray[np.float64]:
        """The margins of those that were read side by side, from the best; at least two."""
        return np.sort([*self.beside.values(), LOWEST, LOWEST])[::-1]


def _look(
    query: Query, read: tuple[Hit, ...], library: Library, reranker: Reranker
) -> _View | None:
    """None where nothing was read."""
    readings = reranker.readings(in_context(query.turns), read)
    if not readings:
        return None
    units = _units(read)
    asked = asked_words(query.last, library)
    margins = np.concatenate([np.clip(r.margins, LOWEST, HIGHEST) for r in readings])
    order = np.argsort(-margins, kind="stable")
    ranks = np.empty(len(margins), dtype=np.int64)
    ranks[order] = np.arange(1, len(margins) + 1)
    vector = query.vector_together
    headings = reranker.cosines([heading_text(h.chunk) for h in read], vector)
    beside, verdicts = _side_by_side(in_context(query.turns), units, order, reranker)
    return _View(
        query=query,
        hits=read,
        asked=asked,
        units=units,
        margins=margins,
        order=order,
        ranks=ranks,
        cosines=reranker.cosines([sentence_text(u.chunk, u.sentence) for u in units], vector),
        overlaps=[
            coverage(asked, in_full(u.chunk, u.sentence), unseen=UNSEEN_WORDS) for u in units
        ],
        passage_odds=[_bounded(r.log_odds) for r in readings],
        all_odds=_bounded(float(np.logaddexp.reduce([r.log_odds for r in readings]))),
        passage_headings=[heading_match(float(h)) for h in headings],
        beside=beside,
        verdicts=verdicts,
        beside_ranks={i: n for n, i in enumerate(sorted(beside, key=lambda i: -beside[i]), 1)},
    )


def _units(hits: Sequence[Hit]) -> tuple[_Unit, ...]:
    """Every sentence of the passages, in order."""
    return tuple(
        _Unit(n, i, hit.chunk, sentence)
        for n, hit in enumerate(hits)
        for i, sentence in enumerate(hit.chunk.sentences)
    )


def _of_sentence(view: _View, number: int) -> dict[str, float]:
    """The features of a sentence by their names."""
    unit, best = view.units[number], view.units[view.first]
    margin, rank = float(view.margins[number]), float(view.ranks[number])
    cosine = float(view.cosines[number])
    signals, tags = view.hits[unit.passage].signals, view.query.tags
    own = _of_text(unit.sentence)
    return {
        **own,
        "margin": margin,
        "margin below the best": margin - float(view.margins.max()),
        "passage log-odds": view.passage_odds[unit.passage],
        "passage log-odds below the best": view.passage_odds[unit.passage] - max(view.passage_odds),
        "margin before": _neighbour(view, number, -1),
        "margin after": _neighbour(view, number, 1),
        "sentence cosine": cosine,
        "sentence cosine below the best": cosine - float(view.cosines.max()),
        "passage cosine": signals.get("cosine", 0.0),
        "heading match": view.passage_headings[unit.passage],
        "overlap": view.overlaps[number],
        "BM25 share": signals.get("bm25_share", 0.0),
        "passage rank": 1 / (unit.passage + 1),
        "same passage as the best": float(unit.passage == best.passage),
        "same document as the best": float(unit.chunk.document == best.chunk.document),
        "margin rank": 1 / rank,
        "probability": probability_of(margin),
        "positive margin": max(0.0, margin),
        "margin of the best": margin / rank,
        "figures, figure asked": own["figures"] * tags["figure"],
        "row, pay asked": own["table row"] * tags["pay"],
        "money, pay asked": own["money"] * tags["pay"],
        "row, comparison asked": own["table row"] * tags["comparison"],
        **_of_shortlist(view, number),
    }


def _of_text(sentence: Sentence) -> dict[str, float]:
    """What a sentence is, by the features' names."""
    plain = sentence.plain
    return {
        "table row": float(sentence.kind is BlockKind.TABLE_ROW),
        "list item": float(sentence.kind is BlockKind.LIST_ITEM),
        "words": math.log(1 + len(plain.split())),
        "figures": float(any(c.isdigit() for c in plain)),
        "money": float(any(m.currency != PERCENT for m in find_mentions(plain))),
        "question": float(plain.rstrip().endswith("?")),
        "lead-in": float(plain.rstrip().endswith(":")),
    }


def _of_shortlist(view: _View, number: int) -> dict[str, float]:
    """What reading the likeliest side by side says of a sentence, by the features' names."""
    beside = view.beside.get(number)
    margin = LOWEST if beside is None else beside
    return {
        "shortlist margin": margin,
        "shortlist margin below the best": margin - float(view.listed[0]),
        "shortlist rank": 0.0 if beside is None else 1 / view.beside_ranks[number],
        "shortlist probability": 0.0 if beside is None else probability_of(beside),
        "not in the shortlist": float(beside is None),
    }


def _neighbour(view: _View, number: int, step: int) -> float:
    """The margin of the sentence before or after one in its passage."""
    other = number + step
    if not 0 <= other < len(view.units):
        return LOWEST
    same = view.units[other].passage == view.units[number].passage
    return float(view.margins[other]) if same else LOWEST


def _of_question(view: _View, library: Library) -> dict[str, float]:
    """The features of the question by their names."""
    query, hits = view.query, view.hits
    top = [*view.margins[view.order[:3]], LOWEST, LOWEST]
    nearest = [view.units[int(i)] for i in view.order[:TIED]]
    evidence = [Evidence(u.chunk, u.sentence, 0.0) for u in nearest]
    tie = untied(query.last, evidence, library=library)
    return {
        "best margin": float(top[0]),
        "second margin": float(top[1]),
        "third margin": float(top[2]),
        "best log-odds": max(view.passage_odds),
        "log-odds of all": view.all_odds,
        "best sentence cosine": float(view.cosines.max()),
        "best passage cosine": max(h.signals.get("cosine", 0.0) for h in hits),
        "best overlap": max(view.overlaps),
        "best heading": max(view.passage_headings),
        "unknown words": unknown_share(view.asked, library),
        "words asked": math.log(1 + len(terms(query.last))),
        "turns": float(len(query.turns) > 1),
        "overlap of the best": view.overlaps[view.first],
        "cosine of the best": float(view.cosines[view.first]),
        "best BM25 share": max(h.signals.get("bm25_share", 0.0) for h in hits),
        "shortlist log-odds": _bounded(float(np.logaddexp.reduce(view.listed))),
        "best of the shortlist": float(view.listed[0]),
        "second of the shortlist": float(view.listed[1]),
        **{f"no {facet} of the question": float(tie is not None and tie.facet == facet)
           for facet in TIES},
        **{f"asks: {tag}": log_odds(query.tags[tag]) for tag in OF_QUESTION},
    }  # fmt: skip


def _vector(features: Mapping[str, float], names: Sequence[str]) -> NDArray[np.float64]:
    """Features in the order of their names."""
    return np.array([features[name] for name in names])


def _bounded(odds: float) -> float:
    return float(np.clip(odds, LOWEST, HIGHEST))


def _side_by_side(
    question: str, units: Sequence[_Unit], order: NDArray[np.int64], reranker: Reranker
) -> tuple[dict[int, float], tuple[float, ...]]:
    """The margins of the likeliest sentences when they are read in one window, by their indices,
    and those of ``VERDICTS``.

    :param order: the units, likeliest first.
    """
    once: dict[str, int] = {}
    for i in map(int, order):
        once.setdefault(units[i].sentence.plain, i)
    likeliest = list(once.values())
    fit = within_words([(units[i].heading, units[i].sentence.plain) for i in likeliest])
    listed = sorted(likeliest[n] for n in fit)
    pairs = [(units[i].heading, units[i].sentence.plain) for i in listed]
    verdicts, own = reranker.side_by_side(question, pairs)
    beside = dict(zip(listed, map(_bounded, map(float, own)), strict=True))
    return beside, tuple(_bounded(float(v)) for v in verdicts)
