"""Passages -> evidence: the sentences that answer, and the probability that any does.

Every sentence of the passages worth reading gets one score, in log-odds: the reader's margin
over "nothing here answers", the cosines of the sentence and of its passage, how nearly the
heading is the question, the share of the question's informative words that the sentence holds,
and the passage's share of the best BM25 score. No one of them is enough: the reader knows prose
and not lists, cosine knows the subject and not the answer (docs/evidence.md has the figures with
each left out). A passage is as good as its best sentence. The weights are fitted by
``python -m eval.evidence --fit``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from rag.expected import expectation
from rag.intent import focus, listed, seeks_advice
from rag.lexical import stem, terms, words
from rag.library import Library
from rag.reader_model import Passage, ReaderModel, Reading
from rag.retrieve import UNSEEN_WORDS, alternatives, retrieve
from rag.salary.facets import find_components, find_levels
from rag.salary.match import Gap
from rag.salary.money import PERCENT, find_mentions
from rag.salary.question import PayQuestion, Task, other_terms
from rag.sections import Key, Section, heading_texts, keys_of, without_common
from rag.sentences import plain_text
from rag.types import Chunk, Embedder, Evidence, Hit, Matrix, Sentence

MAX_RANKED = 12
"""Passages of the fused ranking whose sentences are scored; and of each single ranking:"""
MAX_RANKED_OF_EACH = 4
MAX_READ = 8
"""Of them, from the best, those that the cross-encoder reads."""
MAX_NEAR = 6
"""Sections that are looked into for their heading alone, none of which need have been read."""
MAX_CHUNKS = 24
"""A section of more passages is no answer to anything."""
MIN_PARTS = 3
"""A section of so many subsections, whose heading is nearer than theirs, is said by one sentence of
each."""
WHOLE_DOCUMENT = 0.2
"""How much less near a heading counts that is over all of its document."""
NAMED = 0.15
"""How much nearer a heading is that names what kinds are asked for ("which tools")."""
CACHE_SIZE = 20_000

FEATURES = (
    "margin", "sentence cosine", "passage cosine", "heading match", "overlap", "BM25 share",
)  # fmt: skip
WEIGHTS = np.array([1.0, 5.5, 3.7, 6.0, 4.5, 4.0])
PASSAGE_WEIGHTS = np.array([0.0, *WEIGHTS[1:]])
"""For the order of passages, which the cross-encoder's margin does not better (docs/evidence.md)."""
LEAST_HEADING_COSINE = 0.65
"""Below it a heading is about something near the question. Its weight is set by hand, with the
share of the points said in our own questions of fact and advice: SQuAD's paragraphs have none."""
NEARLY_THE_QUESTION = 0.8
"""From this cosine of its heading on, a section most likely answers."""
LEAST_MARGIN = -4.0
"""Below it the reader only says no; how loudly tells nothing."""

EVIDENCE_SLOPE, EVIDENCE_BIAS = 0.38, -3.5
"""A sentence's score -> log-odds that it belongs to the answer."""

ANSWERABLE_FEATURES = (
    "log-odds of the passage", "nearest sentence or heading", "unknown words", "advice",
    "other kind", "heading is the question", "nothing known", "nearest heading",
    "nearest heading, advice",
)  # fmt: skip
ANSWERABLE_WEIGHTS = np.array([0.65, 2.9, -0.6, 0.7, -3.0, 30.0, -3.0, 1.6, 4.7])
"""The fifth to the seventh are set by hand, for SQuAD tells nothing of them. Its paragraphs nearly always hold
a number or a date; of our own questions a missing one declines 10 of 41 that have no answer and none
of those that have one. Nor have they headings; of our own 16 questions that nearly are one, 14 are
answered in its section. And all its questions are of its own articles."""
ANSWERABLE_BIAS = -1.7
UNHEADED = 0.5
"""What a passage counts for whose document has no headings: neither for an answer nor against."""
LEAST_ODDS = -6.0
OF_EXPECTED_KIND = 3
"""Sentences, from the best, one of which is to state the kind of thing that is asked for."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that is scored; ``features`` has shape (len(FEATURES),)."""

    chunk: Chunk
    sentence: Sentence
    features: NDArray[np.float64]
    passage: int
    """Index of its passage among the hits."""
    heading_cosine: float = 0.0


@dataclass(frozen=True, slots=True)
class Findings:
    """What reading found.

    ``hits`` are the passages in their new order. ``evidence`` is best first, scores in 0..1. ``answerable`` is the probability, 0..1,
    that the evidence answers the question. ``sections`` are those that the passages are of, and
    the ones around them, where an answer of several points is due.
    """

    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    answerable: float
    sections: tuple[Section, ...] = ()


@dataclass(slots=True)
class Reader:
    """Scores sentences against a question. Sentence vectors are kept between questions.

    :param model: None leaves the cross-encoder out (its margin counts as 0 everywhere), to
        measure what it brings.
    """

    embedder: Embedder
    model: ReaderModel | None = None
    _cache: dict[str, Matrix] = field(default_factory=dict)

    def forget(self) -> None:
        """Drop the vectors kept so far. A vector's last digits depend on the texts that it was
        embedded with; from here on no answer depends on the questions before it."""
        self._cache.clear()

    def rank(
        self, question: str, vector: Matrix, hits: Sequence[Hit], *, library: Library
    ) -> tuple[Hit, ...]:
        """The hits by their best sentence, without the cross-encoder.

        :param vector: the question's, shape (1, dimension).
        """
        chosen = worth_ranking(hits)
        candidates = self.candidates(question, vector, chosen, library=library)
        if not candidates:
            return tuple(hits)
        scores = np.stack([c.features for c in candidates]) @ PASSAGE_WEIGHTS
        return _reordered(hits, chosen, [c.passage for c in candidates], scores)

    def read(
        self, question: str, vector: Matrix, hits: Sequence[Hit], *, library: Library
    ) -> Findings:
        """Ranks the hits and reads the best.

        :param vector: the question's, shape (1, dimension).
        """
        question = focus(question)
        ranked = self.rank(question, vector, hits, library=library)
        best = ranked[:MAX_READ]
        readings = self.readings(question, best)
        candidates = with_margins(
            self.candidates(question, vector, best, library=library), readings
        )
        if not candidates:
            return Findings(ranked, (), 0.0)
        scores = np.stack([c.features for c in candidates]) @ WEIGHTS
        order = sorted(range(len(candidates)), key=lambda i: (-scores[i], i))
        evidence = tuple(
            Evidence(
                candidates[i].chunk,
                candidates[i].sentence,
                round(logistic(EVIDENCE_SLOPE * scores[i] + EVIDENCE_BIAS), 4),
            )
            for i in order
        )
        matches = self.matches(question, vector, ranked, library=library)
        signs = answerable_signs(
            question, candidates, readings, scores, matches=matches, library=library
        )
        answerable = logistic(float(signs @ ANSWERABLE_WEIGHTS) + ANSWERABLE_BIAS)
        sections = self.sections(question, vector, matches, evidence, library=library)
        return Findings(ranked, evidence, answerable, sections)

    def sections(
        self,
        question: str,
        vector: Matrix,
        matches: Mapping[Key, float],
        evidence: Sequence[Evidence],
        *,
        library: Library,
    ) -> tuple[Section, ...]:
        """The sections whose headings are nearest to the question, and those that were read.

        :param vector: the question's, shape (1, dimension).
        :param matches: how near each section's heading is to the question.
        """
        known = {(e.chunk.document, e.sentence.span): e for e in evidence}
        read = {(e.chunk.document, e.chunk.headings) for e in evidence}
        order = sorted(matches, key=lambda key: -matches[key])
        found = []
        for key in (k for rank, k in enumerate(order) if rank < MAX_NEAR or k in read):
            document, headings = key
            chunks = [
                c
                for c in library.chunks.of(document)
                if c.headings[: len(headings)] == headings and c.sentences
            ]
            parts = {c.headings[: len(headings) + 1] for c in chunks} - {headings}
            outline = len(parts) >= MIN_PARTS and all(
                matches.get((document, part), 0.0) <= matches[key] for part in parts
            )
            if not outline:
                chunks = [c for c in chunks if c.headings == headings]
            if len(chunks) > MAX_CHUNKS:
                continue
            unread = [
                Hit(c, 0.0, {}) for c in chunks if (document, c.sentences[0].span) not in known
            ]
            for e in self._unread(question, vector, unread, library=library):
                known[document, e.sentence.span] = e
            sentences = tuple(known[document, s.span] for c in chunks for s in c.sentences)
            if outline:
                sentences = _best_of_each(sentences, depth=len(headings) + 1)
            if sentences:
                found.append(Section(document, headings, matches[key], sentences, outline))
        return tuple(found)

    def matches(
        self, question: str, vector: Matrix, hits: Sequence[Hit], *, library: Library
    ) -> dict[Key, float]:
        """How near to the question the headings over the hits are, by themselves or with the one
        above: at most 1, and a little more where they name the kinds that are asked for.

        Of a question for kinds of something ("what tools do I need?"), also the headings over
        those passages of the same documents that are nearest to that word alone.

        :param vector: the question's, shape (1, dimension).
        """
        kinds = listed(question)
        if kinds and hits:
            named, _ = retrieve(
                " ".join(kinds),
                library=library,
                embedder=self.embedder,
                k=MAX_RANKED,
                within={h.chunk.document for h in hits},
            )
            hits = [*hits, *named]
        keys = keys_of(h.chunk for h in hits)
        if not keys:
            return {}
        size, common = len(library.chunks), library.common
        asked = without_common(vector, common, passages=size)[0]
        own, joined = zip(*map(heading_texts, keys), strict=True)
        near = np.maximum(
            *(
                without_common(self._vectors(texts), common, passages=size) @ asked
                for texts in (own, joined)
            )
        )
        stems = {stem(word) for word in kinds}
        return {
            key: float(cosine)
            + (NAMED if stems & set(terms(text)) else 0.0)
            - (WHOLE_DOCUMENT if _is_whole(key, library) else 0.0)
            for key, cosine, text in zip(keys, near, joined, strict=True)
        }

    def _unread(
        self, question: str, vector: Matrix, hits: Sequence[Hit], *, library: Library
    ) -> Iterator[Evidence]:
        """The sentences of passages that the cross-encoder has not read, as if it said no."""
        for c in self.candidates(question, vector, hits, library=library):
            score = float(c.features @ WEIGHTS) + LEAST_MARGIN
            yield Evidence(
                c.chunk, c.sentence, round(logistic(EVIDENCE_SLOPE * score + EVIDENCE_BIAS), 4)
            )

    def readings(self, question: str, hits: Sequence[Hit]) -> list[Reading]:
        """What the cross-encoder says of each hit; nothing without one."""
        passages = [_passage(h.chunk) for h in hits]
        return self.model.score(question, passages) if self.model else []

    def candidates(
        self, question: str, vector: Matrix, hits: Sequence[Hit], *, library: Library
    ) -> list[Candidate]:
        """Every sentence of the hits with its features, the margin 0."""
        units = [(n, h.chunk, s) for n, h in enumerate(hits) for s in h.chunk.sentences]
        if not units:
            return []
        cosines = self.cosines([sentence_text(c, s) for _, c, s in units], vector)
        headings = self.cosines([heading_text(h.chunk) for h in hits], vector)
        asked = asked_words(question, library)
        return [
            Candidate(
                chunk,
                sentence,
                np.array(
                    [
                        0.0,
                        float(cosine),
                        hits[n].signals.get("cosine", 0.0),
                        heading_match(float(headings[n])),
                        coverage(
                            asked,
                            f"{chunk.title} {sentence.context} {sentence.plain}",
                            unseen=UNSEEN_WORDS,
                        ),
                        hits[n].signals.get("bm25_share", 0.0),
                    ]
                ),
                n,
                float(headings[n]),
            )
            for (n, chunk, sentence), cosine in zip(units, cosines, strict=True)
        ]

    def cosines(self, texts: Sequence[str], vector: Matrix) -> Matrix:
        """Of each text with a question's vector, shape (len(texts),)."""
        cosines: Matrix = self._vectors(texts) @ vector[0]
        return cosines

    def _vectors(self, texts: Sequence[str]) -> Matrix:
        new = sorted({t for t in texts if t not in self._cache}, key=len)
        if len(self._cache) + len(new) > CACHE_SIZE:
            self._cache.clear()
            new = sorted(set(texts), key=len)
        self._cache.update(zip(new, self.embedder.embed(new), strict=True))
        return np.stack([self._cache[t] for t in texts])


def _is_whole(key: Key, library: Library) -> bool:
    """Whether a heading is over all of its document."""
    document, headings = key
    return len(headings) == 1 and all(
        library.chunks.of(document)[end].headings[:1] == headings for end in (0, -1)
    )


def _best_of_each(evidence: Sequence[Evidence], *, depth: int) -> tuple[Evidence, ...]:
    """The best sentence of each subsection, by headings of so many levels."""
    best: dict[tuple[str, ...], Evidence] = {}
    for e in evidence:
        part = e.chunk.headings[:depth]
        if len(part) == depth and (part not in best or e.score > best[part].score):
            best[part] = e
    return tuple(best.values())


def with_margins(candidates: Sequence[Candidate], readings: Sequence[Reading]) -> list[Candidate]:
    """The candidates of all hits with the reader's margin; as they are without readings."""
    if not readings:
        return list(candidates)
    margins = np.maximum(np.concatenate([r.margins for r in readings]), LEAST_MARGIN)
    return [
        replace(c, features=np.array([margin, *c.features[1:]]))
        for c, margin in zip(candidates, margins, strict=True)
    ]


def worth_ranking(hits: Sequence[Hit]) -> list[Hit]:
    """The first of the fused ranking, and the first of each ranking by itself."""
    last = float(MAX_RANKED_OF_EACH)
    return [
        h
        for rank, h in enumerate(hits)
        if rank < MAX_RANKED
        or h.signals.get("dense_rank", last + 1) <= last
        or h.signals.get("lexical_rank", last + 1) <= last
    ]


def _passage(chunk: Chunk) -> Passage:
    context = chunk.sentences[0].context if chunk.sentences else ""
    return Passage(chunk.title, context, [s.plain for s in chunk.sentences])


def _reordered(
    hits: Sequence[Hit], chosen: Sequence[Hit], passages: Sequence[int], scores: NDArray[np.float64]
) -> tuple[Hit, ...]:
    """The hits that were ranked by their best sentence, then the others as they were.

    :param passages: the passage of each sentence; ``scores`` theirs.
    """
    best: dict[int, float] = {}
    for i in np.argsort(-scores, kind="stable"):
        best.setdefault(passages[i], float(scores[i]))
    first = [
        replace(
            chosen[n],
            score=round(logistic(EVIDENCE_SLOPE * score + EVIDENCE_BIAS), 6),
            signals={**chosen[n].signals, "evidence": round(score, 4)},
        )
        for n, score in best.items()
    ]
    taken = {id(chosen[n].chunk) for n in best}
    rest = [h for h in hits if id(h.chunk) not in taken]
    least = min((h.score for h in first), default=1.0)
    # Scores fall along the list: those of the fused ranking are squeezed in below.
    return (*first, *(replace(h, score=round(least * h.score, 6)) for h in rest))


def sentence_text(chunk: Chunk, sentence: Sentence) -> str:
    """A sentence with what it needs to be understood: its headings, its list's lead-in."""
    context = sentence.context or chunk.title
    return f"{context}: {sentence.plain}" if context else sentence.plain


def heading_text(chunk: Chunk) -> str:
    """The heading nearest to a passage; its document's title where there is none."""
    return plain_text(chunk.headings[-1]) if chunk.headings else chunk.title


def heading_match(cosine: float) -> float:
    """How nearly a heading is the question itself, 0..1: most headings are not at all."""
    return max(0.0, cosine - LEAST_HEADING_COSINE) / (1 - LEAST_HEADING_COSINE)


@dataclass(frozen=True, slots=True)
class AskedWord:
    """A telling word of a question: its weight, and the terms of each way to put it."""

    weight: float
    ways: tuple[frozenset[str], ...]

    def is_in(self, held: Set[str]) -> bool:
        return any(way <= held for way in self.ways)


def asked_words(question: str, library: Library) -> list[AskedWord]:
    """The words of a question by their inverse document frequency: rare ones tell more, unknown
    ones most; each with what documents may say for it."""
    found: dict[str, AskedWord] = {}
    for word in words(question):
        ways = tuple(frozenset(way) for way in alternatives(word) if way)
        for term in terms(word):
            found[term] = AskedWord(library.lexical.idf(term), (frozenset([term]), *ways))
    return list(found.values())


def coverage(asked: Sequence[AskedWord], text: str, *, unseen: float = 0.0) -> float:
    """The share of the weighted words that a text holds, 0..1.

    :param unseen: the weight of words beside them that it is taken not to hold.
    """
    return _share(asked, set(terms(text)), unseen)


def unknown_share(asked: Sequence[AskedWord], library: Library) -> float:
    """The share of the weighted words that no document holds, 0..1."""
    return 1 - _share(asked, library.lexical.vocabulary)


def _share(asked: Sequence[AskedWord], held: Set[str], unseen: float = 0.0) -> float:
    total = sum(w.weight for w in asked) + unseen
    return sum(w.weight for w in asked if w.is_in(held)) / total if total else 0.0


def answerable_signs(
    question: str,
    candidates: Sequence[Candidate],
    readings: Sequence[Reading],
    scores: NDArray[np.float64],
    *,
    matches: Mapping[Key, float],
    library: Library,
) -> NDArray[np.float64]:
    """What tells whether the question is answered, shape (len(ANSWERABLE_FEATURES),).

    :param matches: how near the headings of the passages and those above are to the question.

    :param scores: of the candidates, shape (len(candidates),), at least one.
    """
    first = candidates[int(np.argmax(scores))]
    best = first.passage
    order = np.argsort(-scores, kind="stable")[:OF_EXPECTED_KIND]
    holds = expectation(question)
    other_kind = holds is not None and not any(holds(candidates[i].sentence.plain) for i in order)
    heading = max(c.heading_cosine for c in candidates)
    vocabulary = library.lexical.vocabulary
    words_asked = asked_words(question, library)
    match = max(matches.values(), default=0.0)
    if not keys_of([first.chunk]):
        match = max(match, UNHEADED)
    advice = float(seeks_advice(question))
    nearest = max(c.features[FEATURES.index("sentence cosine")] for c in candidates)
    return np.array(
        [
            max(readings[best].log_odds, LEAST_ODDS) if readings else 0.0,
            max(nearest, heading),
            unknown_share(words_asked, library),
            advice,
            float(other_kind),
            max(0.0, heading - NEARLY_THE_QUESTION),
            float(bool(words_asked) and not any(w.is_in(vocabulary) for w in words_asked)),
            match,
            advice * match,
        ]
    )


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -700 else 0.0


SPEAKS_TO = 0.6
"""The share of a question's own words, beside places, levels and pay, that a sentence must hold
to be taken for its answer; and how probable an answer must be then."""


def speaks_to(question: str, found: Findings, gap: Gap | None = None) -> bool:
    """Whether the best sentence answers a question that looks like one about a figure of pay,
    but has words of its own ("what work does a junior get?").

    :param gap: what the figures lack; an employer's name must be in the sentence.
    """
    own = (other_terms(question) - _OF_A_MOVE) | (
        set(terms(gap.asked)) if gap and gap.facet == "name" else set()
    )
    if not own or not found.evidence or found.answerable < SPEAKS_TO:
        return False
    best = found.evidence[0]
    held = set(terms(f"{best.sentence.context} {best.sentence.plain}"))
    if gap and gap.facet == "name" and not set(terms(gap.asked)) <= held:
        return False
    if gap and _ASKS_SUM.search(question) and not _holds_sum(best):
        return False
    return len(own & held) >= SPEAKS_TO * len(own)


_OF_A_MOVE = frozenset(terms("expect move switch go come into ai"))
"""What a question of pay says of the step that it is asked for, not what it is about."""
_ASKS_SUM = re.compile(
    r"\b(?:how\s+much|what(?:'s|\s+(?:is|are|do|does|did|can|could|would|will))?)\b.*\b(?:earn|paid|pay|salar(?:y|ies)|wages?|make|compensation|income)\b",
    re.I,
)


def _holds_sum(evidence: Evidence) -> bool:
    return any(m.currency != PERCENT for m in find_mentions(evidence.sentence.plain))


def fills(gap: Gap, question: PayQuestion, evidence: Sequence[Evidence]) -> bool:
    """Whether sentences near the top answer what the pay facts lack.

    For an amount they must speak of it and hold a sum; for anything else ("do LLM engineers
    earn more?") speaking of it will do.
    """
    if gap.facet == "comparison" and not question.kinds:
        return True
    if gap.facet == "component":
        kind = set(terms(" ".join(question.kinds)))
        near = [e.sentence.plain for e in evidence[:5]]
        said = {c.value for p in near if kind <= set(terms(p)) for c in find_components(p)}
        return not question.components or bool(said & set(question.components))
    if gap.facet == "level" and question.levels:
        asked = set(question.levels)
        evidence = [
            e for e in evidence[:5] if asked & {t.value for t in find_levels(e.sentence.plain)}
        ]
    wanted = set(terms(gap.asked))
    if gap.facet not in {"role", "level"} or not wanted or question.places:
        return False
    about = [
        e for e in evidence[:5] if wanted <= set(terms(f"{e.sentence.context} {e.sentence.plain}"))
    ]
    if question.task is Task.AMOUNT:
        return any(map(_holds_sum, about))
    return bool(about)
