"""Drafts of whole answers, one a proposer, and what tells which of them is right.

Every proposer is asked always: typed pay facts, figures of tables, sentences. None vetoes another;
which draft is taken is a fitted judgement (:mod:`rag.answer.choose`) over what the cross-encoder
thinks of what each cites.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from rag.answer.choose import Choice, Chooser, installed
from rag.answer.compute import compute, say_program
from rag.answer.draft import Draft
from rag.answer.gather import Gathered, gather
from rag.answer.pay.compose import answer_pay
from rag.answer.pay.match import Gap
from rag.answer.say import say
from rag.answer.tables import answer_from_tables
from rag.documents.parsed import strip_markup
from rag.index.library import Library
from rag.messages import MARKER
from rag.models.cross_encoder import in_context
from rag.models.logistic import log_odds
from rag.retrieve.hybrid import UNSEEN_WORDS
from rag.retrieve.rerank import Reranker, asked_words, coverage
from rag.types import Evidence, Hit
from rag.understand.pay import PayQuestion, Task
from rag.understand.query import Query
from rag.understand.tagger import OF_QUESTION, task_tag

COMPUTED_FROM = 0.1
"""How likely a question must be to compare or reckon for figures to be reckoned with; it spares
the others the time."""
MARKERS = re.compile(rf"\s*{MARKER.pattern}")
BESIDE = 2
"""Chosen candidates that are said after a result."""
PAY = 0.5
"""How likely it must be that pay is asked for, for a decline to say which is missing."""
NEAREST = 8
"""Sentences, from the best, that a decline looks at."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft of an answer. ``features`` has shape (len(DRAFT_FEATURES),)."""

    kind: str
    draft: Draft
    features: NDArray[np.float64]
    pay: PayQuestion | None = None
    """What it was looked up for."""


def propose(
    query: Query, gathered: Gathered, choice: Choice, *, library: Library, reranker: Reranker
) -> tuple[list[Proposal], Gap | None]:
    """Every draft that there is, and what the pay facts lack, if they are asked for."""
    found = list(_drafts(query, gathered, choice, library, reranker))
    lacks = next((own.gap for own in found if own.gap), None)
    drafts = list({own.draft.text: own for own in reversed(found) if own.draft.citations}.values())
    drafts.reverse()  # of those that say the same, the first
    read = reranker.texts(in_context(query.turns), [_plain(own.draft) for own in drafts])
    best = max(read, default=0.0)
    asked = [asked_words(turn, library) for turn in query.turns[-1:-3:-1]]
    context = [float(len(query.turns) > 1), *(log_odds(query.tags[tag]) for tag in OF_QUESTION)]
    proposals = []
    for own, odds in zip(drafts, read, strict=True):
        features = [
            *_features(own.draft, gathered, choice),
            *_coverage(own.draft, asked),
            *(float(own.gap is not None), own.program_likely, own.task_likely, odds, odds - best),
            *context,
        ]
        proposals.append(Proposal(own.kind, own.draft, np.array(features), own.pay))
    return proposals, lacks


def _drafts(
    query: Query, gathered: Gathered, choice: Choice, library: Library, reranker: Reranker
) -> Iterator[_Drafted]:
    """What each proposer drafts; without a citation where it only says what the pay facts lack."""
    if choice.chosen:
        sentences = Draft(library)
        say(choice.chosen, sentences, verdict=choice.verdict)
        yield _Drafted("sentences", sentences)
    for question in query.pay if library.facts else ():
        pay = Draft(library)
        gap = answer_pay(question, pay)
        task = Task.HIGHEST if question.task is Task.LOWEST else question.task
        tag = task_tag(task)
        likely = log_odds(query.tags[tag]) if tag in query.tags else 0.0
        yield _Drafted("pay", pay, gap, task_likely=likely, pay=question)
    if choice.chosen and "computed" in installed().drafts:
        yield from _computed(query, choice, library, reranker)
    tables = Draft(library)
    if answer_from_tables(query.last, gathered.hits, tables) and tables.citations:
        yield _Drafted("tables", tables)


def _plain(draft: Draft) -> list[str]:
    """A draft's paragraphs as the cross-encoder takes sentences: without markers and markup."""
    return [strip_markup(MARKERS.sub("", paragraph)) for paragraph in draft.paragraphs]


@dataclass(frozen=True, slots=True)
class _Drafted:
    """A draft and what its proposer knows of it: what the pay facts lack that is asked for, and the
    log-odds that what was reckoned, or done with the figures, is asked for."""

    kind: str
    draft: Draft
    gap: Gap | None = None
    program_likely: float = 0.0
    task_likely: float = 0.0
    pay: PayQuestion | None = None


def _computed(
    query: Query, choice: Choice, library: Library, reranker: Reranker
) -> Iterator[_Drafted]:
    """The likeliest result of the best candidates' figures with what was chosen beside it."""
    if max(query.tags["arithmetic"], query.tags["comparison"]) < COMPUTED_FROM:
        return
    reckoned = compute(query, choice.candidates, choice.weighed, library=library, reranker=reranker)
    if reckoned is None:
        return
    program, probability = reckoned
    draft = Draft(library)
    say_program(program, draft)
    beside = [
        c for c in choice.chosen[:BESIDE] if not draft.cites(c.chunk.document, c.sentence.span)
    ]
    say(beside, draft)
    yield _Drafted("computed", draft, program_likely=log_odds(probability))


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


def _coverage(draft: Draft, asked: Sequence[Mapping[str, float]]) -> list[float]:
    """The share of the question's telling words that what is cited holds, with its headings; of
    the turn before the same; and how many facts are cited.

    :param asked: the words of the last turn, and of the one before it where there is one.
    """
    held = " ".join([*draft.heads, *(f"{c.title} {c.section} {c.quote}" for c in draft.citations)])
    shares = [coverage(words, held, unseen=UNSEEN_WORDS) for words in asked]
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
    pay: PayQuestion | None = None
    """What the draft's figures were looked up for."""


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
        return Taken("", Draft(library), 0.0, gap, hits, evidence)
    certain = choice.probability
    if best.kind != "sentences":
        certain = max(certain, right)
    return Taken(best.kind, best.draft, certain, gap, hits, evidence, best.pay)


def best_draft(
    query: Query, hits: tuple[Hit, ...], *, library: Library, reranker: Reranker
) -> Taken:
    """The draft that is likeliest to be right, of all that are proposed.

    :param hits: the passages, best first.
    """
    gathered = gather(query, hits, library=library, reranker=reranker)
    choice = installed().choose(gathered)
    proposals, gap = propose(query, gathered, choice, library=library, reranker=reranker)
    gap = gap if query.tags["pay"] >= PAY else None
    return take(proposals, choice, gap, gathered.hits or hits, library)
