"""Saying that the documents don't say: why, and what nearby they do cover. Never a sum of money."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.answer.draft import Draft
from rag.answer.pay.match import Gap
from rag.answer.propose import Taken
from rag.answer.say import as_sentence
from rag.answer.scope import untied
from rag.documents.sentences import plain_text
from rag.facts import wording
from rag.facts.ledger import Ledger
from rag.facts.money import PERCENT, find_mentions, find_period
from rag.index.library import Library
from rag.messages import DECLINES
from rag.types import BlockKind, Evidence, Hit
from rag.verify.guard import numbers

_COMPONENTS = {
    "unspecified": "pay",
    "base": "base salary",
    "total": "total compensation",
    "bonus": "bonuses",
}


MAX_COVERED = 6
NEAR = 0.1
"""How probable a sentence must be to belong to an answer, for a decline to quote it."""
LOOKED_AT = 3
LEAST_SUM = 1000
"""A number from here on may be a sum of money without its sign."""
LEAST_WORDS, MOST_WORDS = 5, 40


def decline_pay(gap: Gap) -> str:
    """The reason that a pay question has no answer, and what the corpus has instead."""
    covered = wording.joined([_covered(gap.facet, c) for c in gap.covered[:MAX_COVERED]])
    own = _LACKING.get(gap.facet, _lacks_other)(gap, covered)
    return f"{DECLINES} cover {own.asked}: {own.have}. {own.back}"


@dataclass(frozen=True, slots=True)
class _Lack:
    """What is asked for, what the documents have instead, and what can be done."""

    asked: str
    have: str
    back: str


_ONE_OF_THOSE = "Ask me about one of those, or add a document that covers it."


def _lacks_place(gap: Gap, covered: str) -> _Lack:
    remote = gap.asked == "remote work"
    asked = "pay for remote work" if remote else f"pay in {wording.the(gap.asked)}"
    if covered:
        return _Lack(asked, f"they give pay for {covered} only", _ONE_OF_THOSE)
    without = "Ask me without it, or add a document that covers it."
    return _Lack(asked, "their figures are tied to no place", without)


def _lacks_role(gap: Gap, covered: str) -> _Lack:
    more = ", among others" if len(gap.covered) > MAX_COVERED else ""
    have = f"they give it for {covered}{more}" if covered else "they name no occupation"
    return _Lack(f"pay for {wording.plural(gap.asked)}", have, _ONE_OF_THOSE)


def _lacks_level(gap: Gap, covered: str) -> _Lack:
    asked = f"pay at that level ({gap.asked})" if gap.asked else "pay at that level"
    if covered:
        return _Lack(asked, f"they give {covered}", "Ask me about one of those.")
    return _Lack(asked, "their figures here are for all levels together", "Ask me about those.")


def _lacks_group(gap: Gap, covered: str) -> _Lack:
    asked = f"this pay for “{gap.asked}”"
    if covered:
        return _Lack(asked, f"here they tell apart {covered}", "Ask me about one of those.")
    return _Lack(asked, "their figures here are for all together", "Ask me for those.")


def _lacks_date(gap: Gap, covered: str) -> _Lack:
    have = f"their figures are from {covered}" if covered else "their figures are undated"
    return _Lack(f"pay in {gap.asked}", have, "Ask me for those, or add a document of that date.")


def _lacks_other(gap: Gap, covered: str) -> _Lack:
    have = f"for this they give {covered}" if covered else "they give no pay"
    return _Lack(gap.asked or "that", have, "Ask me about that instead.")


_LACKING = {
    "place": _lacks_place, "role": _lacks_role, "level": _lacks_level, "group": _lacks_group,
    "date": _lacks_date,
}  # fmt: skip


def _covered(facet: str, value: str) -> str:
    if facet == "role":
        return wording.joined([wording.plural(r) for r in value.split("/")])
    if facet == "place":
        return wording.the(value)
    if facet == "date":
        return wording.date(value)
    return _COMPONENTS.get(value, value) if facet == "component" else value


def decline_tie(gap: Gap) -> str:
    """The right subject, but not for the place, year, employer or occupation asked about."""
    named = wording.joined([_covered(gap.facet, c) for c in gap.covered])
    match gap.facet:
        case "place":
            missing, have = f"say that about {wording.the(gap.asked)}", f"they only name {named}"
        case "role":
            missing, have = f"cover {wording.plural(gap.asked)}", f"they are about {named}"
        case "date":
            missing, have = f"say that for {gap.asked}", f"what they have is from {named}"
        case _:
            missing, have = f"mention {gap.asked}", ""
    rest = f"; {have}" if have and named else ""
    return f"{DECLINES} {missing}{rest}. A document that does can be added."


def decline_topic(subjects: str, *, nearest: Sequence[Hit] = ()) -> str:
    """The documents say nothing of it; what comes nearest, in their own headings.

    :param subjects: whom the documents are about, in words.
    :param nearest: the passages that came nearest, best first.
    """
    headings = [plain_text(h.chunk.headings[-1]) for h in nearest if h.chunk.headings]
    near = [f"“{name}”" for name in dict.fromkeys(headings) if not re.search(r"\d", name)]
    if near:
        return f"{DECLINES} say that. The nearest thing in them is {wording.joined(near[:2], word='or')}."
    return f"{DECLINES} say that: they are about {subjects}."


def decline(taken: Taken, question: str, library: Library) -> Draft:
    """What is missing, and what comes nearest."""
    draft = Draft(library)
    tie = untied(question, taken.evidence, library=library)
    if taken.gap and taken.gap.asked:
        draft.say(decline_pay(_nearest_first(taken.gap, taken.hits, library.ledger)))
    elif tie:
        draft.say(decline_tie(tie))
    elif near := _nearest_sentence(taken.evidence):
        marker = draft.cite(near.chunk.document, near.sentence.span)
        draft.say(
            f"{DECLINES} say that. The nearest that they have: {as_sentence(near.sentence.plain)} [{marker}]"
        )
    else:
        draft.say(decline_topic(library.subjects, nearest=taken.hits[:3]))
    return draft


def _nearest_sentence(evidence: Sequence[Evidence]) -> Evidence | None:
    """The likeliest sentence, where it is near, short and no sum of money, which a decline never
    names."""
    for found in evidence[:LOOKED_AT]:
        if found.score < NEAR:
            return None
        plain = found.sentence.plain
        prose = found.sentence.kind is not BlockKind.TABLE_ROW and not plain.endswith((":", "?"))
        of_money = any(m.currency != PERCENT for m in find_mentions(plain))
        of_money |= find_period(plain) is not None or any(n >= LEAST_SUM for n in numbers(plain))
        if prose and not of_money and LEAST_WORDS <= len(plain.split()) <= MOST_WORDS:
            return found
    return None


def _nearest_first(gap: Gap, hits: Sequence[Hit], ledger: Ledger) -> Gap:
    """Of the occupations that a corpus has, first those of the passages nearest to the question."""
    if gap.facet != "role":
        return gap
    near = [ledger.subjects.get(h.chunk.document) for h in hits]
    ordered = dict.fromkeys(r for r in (*near, *gap.covered) if r in gap.covered)
    return replace(gap, covered=tuple(r for r in ordered if r))
