"""Why a figure is what it is: the sentences of the documents that give a reason, or that none does."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.draft import Draft
from rag.evidence import say_sentences
from rag.salary.facets import find_levels
from rag.salary.places import find_places
from rag.salary.question import PayQuestion
from rag.types import Evidence

_ASKS_WHY = re.compile(
    r"^\W*(?:(?:and|but|so)\s+)?(?:why|how\s+come|what\s+explains)\b|\b(?:and|but)\s+why\b", re.I
)
_GIVES_REASON = re.compile(
    r"\b(?:because|since|due\s+to|owing\s+to|thanks\s+to|driven\s+by|caused\s+by|reflects?|reflecting|explains?|explained\s+by"
    r"|as\s+a\s+result|result(?:s|ing)?\s+from|the\s+reason|that\s+is\s+why|which\s+is\s+why|depend(?:s|ing)?\s+(?:up)?on|helped\s+by"
    r"|to\s+(?:handle|reflect|account\s+for|offset|attract|keep\s+up\s+with)|offset\s+by|so\s+(?:that|employers|companies|pay|salaries|wages))\b",
    re.I,
)
MOST = 2
NEAREST = 10
"""Sentences, from the best, among which reasons are looked for."""
LEAST = 0.2
"""How probable it must be that a sentence belongs to the answer."""
NOT_SAID = "I found no reason for it in the documents."


def asks_why(question: str) -> bool:
    return bool(_ASKS_WHY.search(question))


def say_reasons(asked: PayQuestion, evidence: Sequence[Evidence], draft: Draft) -> None:
    """Write the sentences that give reasons after the figures they are to explain.

    :param evidence: best first.
    """
    reasons = [
        e
        for e in evidence[:NEAREST]
        if e.score >= LEAST
        and _GIVES_REASON.search(e.sentence.plain)
        and not _is_of_others(e.sentence.plain, asked)
        and not draft.cites(e.chunk.document, e.sentence.span)
    ][:MOST]
    if reasons:
        say_sentences(reasons, draft)
    elif not draft.conflicts and not any(_GIVES_REASON.search(c.quote) for c in draft.citations):
        draft.say(NOT_SAID)


def _is_of_others(sentence: str, asked: PayQuestion) -> bool:
    """Whether a sentence is of other levels or other places than the question."""
    levels = {t.value for t in find_levels(sentence)}
    other_level = bool(levels and asked.levels) and not levels & set(asked.levels)
    places = [mention.place for mention in find_places(sentence)]
    near = any(p.covers(q) or q.covers(p) for p in places for q in asked.places)
    return other_level or (bool(places and asked.places) and not near)
