"""Drafts of whole answers, one a proposer, and what tells which of them is right.

Every proposer is asked always: typed pay facts, figures of tables, sentences. None vetoes another;
which draft is taken is a fitted judgement (:mod:`rag.answer.choose`) over what the cross-encoder
thinks of what each cites.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answer.choose import DRAFT_FEATURES, Choice, Chooser, installed
from rag.answer.compute import compute, say_program
from rag.answer.gather import TAGS, Found, Gathered, log_odds
from rag.answer.say import say
from rag.draft import Draft
from rag.library import Library
from rag.read import asked_words, coverage
from rag.retrieve import UNSEEN_WORDS
from rag.salary.compose import answer_pay
from rag.salary.match import Gap
from rag.salary.question import Task, asks_for_pay
from rag.tables import answer_from_tables
from rag.types import Evidence, Hit
from rag.understand.query import Query

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


def propose(
    query: Query,
    found: Found,
    tags: Mapping[str, float],
    gathered: Gathered,
    choice: Choice,
    *,
    library: Library,
) -> tuple[list[Proposal], Gap | None]:
    """Every draft that there is, and what the pay facts lack, if they are asked for."""
    drafts: list[tuple[str, Draft, bool, float]] = []
    if choice.chosen:
        sentences = Draft(library)
        say(choice.chosen, sentences)
        drafts.append(("sentences", sentences, False, 0.0))
    gaps: list[Gap] = []
    for question in query.pay if library.facts else ():
        pay = Draft(library)
        if gap := answer_pay(question, pay):
            gaps.append(gap)
        if pay.citations and all(pay.text != other.text for _, other, _, _ in drafts):
            drafts.append(("pay", pay, gap is not None, 0.0))
    if max(tags["arithmetic"], tags["comparison"]) >= COMPUTED_FROM and choice.chosen:
        computed, likely = _computed(query, found, choice, library)
        if computed is not None:
            drafts.append(("computed", computed, False, likely))
    tables = Draft(library)
    if answer_from_tables(query.last, gathered.hits, tables) and tables.citations:
        drafts.append(("tables", tables, False, 0.0))
    looks = float(bool(library.facts) and any(map(asks_for_pay, query.pay)))
    compares = float(any(q.task not in {Task.AMOUNT, Task.TABLE} for q in query.pay))
    context = [
        looks,
        compares,
        float(len(query.turns) > 1),
        *(log_odds(tags[tag]) for tag in TAGS),
    ]
    proposals = [
        Proposal(
            kind,
            draft,
            np.array(
                [
                    *_features(draft, gathered, choice),
                    *_coverage(draft, query, library),
                    float(gap),
                    program,
                    *context,
                ]
            ),
        )
        for kind, draft, gap, program in drafts
    ]
    return proposals, next(iter(gaps), None)


def _computed(
    query: Query, found: Found, choice: Choice, library: Library
) -> tuple[Draft | None, float]:
    """The likeliest result of the best candidates' figures with what was chosen beside it, and the
    log-odds that it is asked for."""
    reckoned = compute(query.last, choice.candidates, choice.weighed, found.last, library=library)
    if reckoned is None:
        return None, 0.0
    program, probability = reckoned
    draft = Draft(library)
    say_program(program, draft)
    beside = [
        c for c in choice.chosen[:BESIDE] if not draft.cites(c.chunk.document, c.sentence.span)
    ]
    say(beside, draft)
    return draft, log_odds(probability)


def _features(draft: Draft, gathered: Gathered, choice: Choice) -> list[float]:
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
    return [
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
        log_odds(float(own.max())) - log_odds(most),
    ]


def _coverage(draft: Draft, query: Query, library: Library) -> list[float]:
    """The share of the question's telling words that what is cited holds, with its headings; of
    the turn before the same; and how many facts are cited."""
    held = " ".join([*draft.heads, *(f"{c.title} {c.section} {c.quote}" for c in draft.citations)])
    shares = [
        coverage(asked_words(turn, library), held, unseen=UNSEEN_WORDS)
        for turn in query.turns[-1:-3:-1]
    ]
    return [*shares, *([shares[0]] if len(shares) == 1 else []), math.log(1 + len(draft.facts))]


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
