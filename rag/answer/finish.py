"""A draft -> the answer: guarded, its citations numbered as they stand in the text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.answer.decline import decline, decline_topic
from rag.answer.draft import Draft
from rag.answer.propose import Taken
from rag.answer.suggest import readings, suggestions
from rag.facts.money import HOURS_PER_YEAR
from rag.index.library import Library
from rag.messages import MARKER
from rag.settings import EMBEDDED
from rag.types import Answer
from rag.understand.profile import in_words
from rag.understand.query import Query
from rag.verify.guard import Cited, guard, numbers

YEARS = range(1900, 2101)
MAX_OWN_NUMBER = 100
"""Numbers up to this in the user's own words (years, percentages) may be said back to them."""


def finish(
    taken: Taken, query: Query, library: Library, *, abstained: bool
) -> tuple[Answer, Draft]:
    """The answer, or where ``abstained`` the decline, with the draft that it was made of."""
    used = () if abstained else query.used_by(taken.pay)
    draft = decline(taken, query.last, library) if abstained else taken.draft
    if used:
        draft.say(f"*I took from what you said: {', '.join(map(in_words, used))}.*")
    answer = guarded(
        query.standalone, query.written, draft, confidence=taken.confidence, abstained=abstained
    )
    answer = replace(
        answer,
        profile=query.profile,
        used=used,
        choices=readings(query.written[-1], library) if abstained else (),
        suggestions=suggestions(answer, taken.hits, library),
    )
    return answer, draft


def guarded(
    question: str,
    turns: Sequence[str],
    draft: Draft,
    *,
    confidence: float = 1.0,
    abstained: bool = False,
) -> Answer:
    """Guard what was written, and number what is left of it."""
    paragraphs, _ = guard(
        draft.paragraphs,
        Cited(draft.citations, draft.facts, draft.readings),
        workings=draft.workings,
        allowed=_unquoted_numbers(draft, [*turns, question], abstained=abstained),
        given=numbers(" ".join(turns)),
    )
    text = "\n\n".join(paragraphs)
    used = {int(m) for m in MARKER.findall(text)}
    if not text or not (abstained or used or draft.workings):
        # Nothing that was written stood up to the guard.
        abstained, text = True, decline_topic(draft.library.subjects)
    return Answer(
        text=text,
        abstained=abstained,
        confidence=round(min(1.0, max(0.0, confidence)), 3),
        standalone_question=question,
        model=EMBEDDED,
        citations=tuple(c for c in draft.citations if c.marker in used),
        facts=tuple(f for f in draft.facts if f.marker in used),
        conflicts=tuple(draft.conflicts),
    )


def _unquoted_numbers(draft: Draft, turns: Sequence[str], *, abstained: bool) -> list[float]:
    """The numbers that an answer may hold without quoting them: the user's own years, the dates of
    the documents and facts, those in the heads of cited columns, and in a decline what stands in
    the documents' titles."""
    documents = draft.library.heads
    dates = [d.date or "" for d in documents] + [c.fact.as_of or "" for c in draft.facts]
    own = [n for n in numbers(" ".join(turns)) if n <= MAX_OWN_NUMBER or n == HOURS_PER_YEAR]
    titles: list[float] = []
    if abstained:
        # Of money a decline says nothing; it may say which year it was asked for, and has.
        titles = numbers(" ".join(d.title for d in documents))
        own += [n for n in numbers(" ".join(turns)) if n in YEARS]
        dates += draft.library.ledger.dates
    heads = numbers(" ".join(draft.heads))
    return [*own, *heads, *numbers(" ".join(d.replace("-", " ") for d in dates)), *titles]
