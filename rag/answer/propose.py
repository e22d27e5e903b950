"""Drafts of whole answers, one a proposer, and what tells which of them is right.

Every proposer is asked always: typed pay facts, figures of tables, sentences. None vetoes another;
which draft is taken is a fitted judgement (:mod:`rag.answer.choose`) over what the cross-encoder
thinks of what each cites.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from rag.answer.choose import DRAFT_FEATURES, Choice, Chooser, installed
from rag.answer.compute import compute, say_program
from rag.answer.gather import TAGS, Gathered, log_odds
from rag.answer.say import as_sentence, say
from rag.draft import Draft
from rag.library import Library
from rag.salary.compose import answer_pay
from rag.salary.match import Gap, resolved
from rag.salary.question import Task, asks_for_pay, read_question
from rag.tables import answer_from_tables
from rag.types import Evidence, Hit, Matrix

COMPUTED_FROM = 0.1
"""How likely a question must be to compare or reckon for figures to be reckoned with; it spares
the others the time."""
BESIDE = 2
"""Chosen candidates that are said after a result."""
NEAREST = 8
"""Sentences, from the best, that a decline looks at."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft of an answer. ``features`` has shape (len(DRAFT_FEATURES),)."""

    kind: str
    draft: Draft
    features: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the proposers take it: ``parts`` are the questions where several were asked,
    ``vector`` is the last turn's, shape (1, dimension)."""

    parts: tuple[str, ...]
    tags: Mapping[str, float]
    vector: Matrix
    turns: int


def propose(
    asked: Asked, gathered: Gathered, choice: Choice, *, library: Library
) -> tuple[list[Proposal], Gap | None]:
    """Every draft that there is, that of sentences first; and what the pay facts lack, if they are
    asked for."""
    sentences = Draft(library)
    if choice.chosen:
        say(choice.chosen, sentences)
    drafts: list[tuple[str, Draft, int]] = [("sentences", sentences, 0)] if choice.chosen else []
    pay, gap, gaps = _of_pay(asked.parts, library)
    if pay.citations:
        drafts.append(("pay", pay, gaps))
    likely = max(asked.tags["arithmetic"], asked.tags["comparison"])
    program = 0.0
    if likely >= COMPUTED_FROM and choice.chosen:
        computed = Draft(library)
        reckoned = compute(
            asked.parts[-1], choice.candidates, choice.weighed, asked.vector, library=library
        )
        if reckoned:
            program = log_odds(reckoned[1])
            say_program(reckoned[0], computed)
            beside = [c for c in choice.chosen[:BESIDE] if not computed.cites(c.chunk.document, c.sentence.span)]  # fmt: skip
            say(beside, computed)
            drafts.append(("computed", computed, 0))
    tables = Draft(library)
    answered = [answer_from_tables(part, gathered.hits, tables) for part in asked.parts]
    if any(answered) and tables.citations:
        drafts.append(("tables", tables, answered.count(False)))
    looks = float(any(asks_for_pay(resolved(read_question(p), library.ledger)) for p in asked.parts)) if library.facts else 0.0  # fmt: skip
    return [
        Proposal(
            kind,
            draft,
            features_of(draft, asked, gathered, choice, gaps=g, looks=looks, program=program),
        )
        for kind, draft, g in drafts
    ], gap


def _of_pay(parts: Sequence[str], library: Library) -> tuple[Draft, Gap | None, int]:
    draft, gap, gaps = Draft(library), None, 0
    if not library.facts:
        return draft, None, 0
    for part in parts:
        found = answer_pay(resolved(read_question(part), library.ledger), draft)
        gap = gap or found
        gaps += found is not None
    return draft, gap, gaps


def features_of(
    draft: Draft,
    asked: Asked,
    gathered: Gathered,
    choice: Choice,
    *,
    gaps: int,
    looks: float,
    program: float,
) -> NDArray[np.float64]:
    """What a draft cites, weighed as the candidates are."""
    cited = {
        i
        for i, c in enumerate(gathered.candidates)
        if any(
            k.document == c.chunk.document
            and k.start < c.sentence.span.end
            and c.sentence.span.start < k.end
            for k in draft.citations
        )
    }
    weighed = choice.weighed
    own = np.array([weighed[i] for i in cited] or [0.0])
    order = [int(i) for i in np.argsort(-weighed, kind="stable")[:3]]
    most = float(weighed.max()) if len(weighed) else 0.0
    compares = any(read_question(p).task not in {Task.AMOUNT, Task.TABLE} for p in asked.parts)
    return np.array(
        [
            float(own.max()),
            float(own.mean()),
            float(own.sum()) / max(1e-6, float(weighed.sum())) if len(weighed) else 0.0,
            float(bool(order) and order[0] in cited),
            sum(i in cited for i in order) / 3,
            math.log(1 + len(draft.citations)),
            math.log(1 + len(draft.text.split())),
            float(bool(draft.workings)),
            most,
            log_odds(choice.probability),
            looks,
            float(compares),
            program,
            float(gaps),
            float(asked.turns > 1),
            log_odds(float(own.max())) - log_odds(most),
            *(log_odds(asked.tags[tag]) for tag in TAGS),
        ]
    )


@dataclass(frozen=True, slots=True)
class Taken:
    """The draft that was taken. ``confidence`` is the probability, 0..1, that the documents
    answer; ``gap`` is what the pay facts lack, ``evidence`` the best sentences."""

    kind: str
    draft: Draft
    confidence: float
    gap: Gap | None
    hits: tuple[Hit, ...]
    evidence: tuple[Evidence, ...]
    asks_for_pay: bool


def take(
    proposals: Sequence[Proposal],
    choice: Choice,
    gap: Gap | None,
    hits: tuple[Hit, ...],
    library: Library,
    chooser: Chooser | None = None,
) -> Taken:
    """The proposal likeliest to be right, with the confidence in it."""
    chooser = chooser or installed()
    rated = [(chooser.rightness(p.kind, p.features), p) for p in proposals]
    right, best = max(rated, key=lambda pair: pair[0], default=(0.0, None))
    evidence = tuple(
        Evidence(c.chunk, c.sentence, round(float(w), 4))
        for w, c in sorted(
            zip(choice.weighed, choice.candidates, strict=True), key=lambda pair: -float(pair[0])
        )[:NEAREST]
    )
    if best is None:
        return Taken("", Draft(library), 0.0, gap, hits, evidence, False)
    certain = choice.probability
    if best.kind != "sentences":
        certain = max(certain, right)
    looks = bool(best.features[DRAFT_FEATURES.index("looks like pay")])
    return Taken(best.kind, best.draft, certain, gap, hits, evidence, looks)


def untold(gathered: Gathered, answer: str) -> Gathered:
    """Without the candidates that an earlier answer has said."""
    left = tuple(c for c in gathered.candidates if as_sentence(c.sentence.plain) not in answer)
    return replace(gathered, candidates=left)
