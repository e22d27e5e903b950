"""A conversation -> the question to search for, standing alone.

Without a language model: a turn that leaves things open takes them from the question before;
what it names replaces what was named there. A question that stands by itself is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.errors import QuestionError
from rag.lexical import terms
from rag.salary.facets import find_components, find_levels, find_years
from rag.salary.places import find_places
from rag.salary.roles import find_roles
from rag.settings import MAX_QUESTION_CHARS, MAX_TURNS
from rag.types import Message

_OPENERS = re.compile(
    r"^\s*(?:and|but|or|so|ok(?:ay)?|also|then|what\s+about|how\s+about|what\s+if|same|the\s+same|now|instead|for|in|with|as)\b[\s,]*(?:what\s+about|how\s+about|for|in|what\s+if)?",
    re.I,
)
_REFERS_BACK = re.compile(
    r"\b(?:that|this|these|those|they|them|their|it|its|there|one|ones|the\s+(?:first|second|last|other|former|latter|same)|both|either|two|same|he|she|her|his)\b",
    re.I,
)
_BARE = re.compile(r"^\s*(?:why|how\s+(?:so|come)|really|since\s+when|says\s+who|how\s+much|how\s+often|who|when|where|which)\b[\s\w]{0,14}\??\s*$", re.I)
MAX_FOLLOW_UP_TERMS = 5


@dataclass(frozen=True, slots=True)
class Standalone:
    """The question to search for, and whether the conversation changed it."""

    question: str
    rewritten: bool


def user_turns(messages: Sequence[Message]) -> list[str]:
    """The user's messages, checked.

    :raises QuestionError: there is none, or the last is empty or too long.
    """
    turns = [str(m.get("content", "")).strip() for m in messages if m.get("role") == "user"][-MAX_TURNS:]
    if not turns or not turns[-1]:
        raise QuestionError("the question is empty: type one")
    if len(turns[-1]) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(turns[-1]):,} characters; the most is {MAX_QUESTION_CHARS:,}: shorten it"
        )
    return turns


def standalone(turns: Sequence[str]) -> Standalone:
    """The last turn as a question that stands alone, each earlier turn taken in the same way."""
    question = ""
    rewritten = False
    for turn in turns:
        before = question
        question = _follow(before, turn) if before and is_follow_up(turn) else turn
        rewritten = question != turn
    return Standalone(question, rewritten)


def is_follow_up(turn: str) -> bool:
    """Whether a turn leans on what came before: short, opened by "and", or pointing back."""
    if _BARE.match(turn):
        return True
    opened = bool(_OPENERS.match(turn))
    count = len(terms(turn))
    if opened and count <= MAX_FOLLOW_UP_TERMS:
        return True
    if _REFERS_BACK.search(turn) and count <= MAX_FOLLOW_UP_TERMS:
        return True
    return count <= 2 and not _stands_alone(turn)


def _stands_alone(turn: str) -> bool:
    """Short, but whole: a level or role with a word of pay, or a verb and its subject."""
    facets = sum(bool(list(find(turn))) for find in (find_levels, find_roles))
    return facets > 0 and bool(re.search(r"\b(?:pay|salar\w+|earn\w*|bonus|comp|tc|make|skills?)\b", turn, re.I))


def _follow(before: str, turn: str) -> str:
    """The earlier question with the facets that the turn names in place of its own."""
    question, replaced = before, False
    for find in (_level_spans, _year_spans, _place_spans, _component_spans, _date_spans, _role_spans):
        new = find(turn)
        if not new:
            continue
        text = " and ".join(turn[a:b] for a, b in new)
        old = find(question)
        if find in {_level_spans, _year_spans} and not old:
            # "with 8 years" takes the place of "seniors", and the other way round.
            old = _year_spans(question) if find is _level_spans else _level_spans(question)
        question = _replace(question, old, text) if old else _append(question, find, text)
        replaced = True
    if replaced and not _adds_words(turn):
        return question
    return f"{question.rstrip(' ?.!')} - {turn}" if not replaced else f"{question.rstrip(' ?.!')}? {turn}"


Spans = list[tuple[int, int]]


def _level_spans(text: str) -> Spans:
    return [(t.start, t.end) for t in find_levels(text)]


def _year_spans(text: str) -> Spans:
    spans = [(y.start, y.end) for y in find_years(text)]
    bare = re.search(r"\bwith\s+(\d{1,2})(?=\s*\??$)", text)
    return spans or ([(bare.start(1), bare.end(1))] if bare else [])


def _place_spans(text: str) -> Spans:
    places = [(p.start, p.end) for p in find_places(text, lenient=True)]
    return places or [(m.start(), m.end()) for m in re.finditer(r"\bremote(?:ly)?\b", text, re.I)]


def _component_spans(text: str) -> Spans:
    return [(t.start, t.end) for t in find_components(text) if t.value != "premium"]


def _role_spans(text: str) -> Spans:
    return [(r.start, r.end) for r in find_roles(text) if " " in r.name]


def _date_spans(text: str) -> Spans:
    return [(m.start(), m.end()) for m in re.finditer(r"\b(?:19|20)\d\d\b", text)]


def _replace(question: str, old: Spans, new: str) -> str:
    """The spans from the first to the last one, and what joins them, give way to the new text."""
    near = [old[0]]
    for span in old[1:]:
        if span[0] - near[-1][1] <= 6:
            near.append(span)
    return question[: near[0][0]] + new + question[near[-1][1] :]


def _append(question: str, find: object, text: str) -> str:
    preposition = {
        _place_spans: "in ", _year_spans: "with ", _level_spans: "for ", _date_spans: "in ", _component_spans: ", ",
    }.get(find, "for ")  # type: ignore[call-overload]
    if find is _year_spans and text.isdigit():
        text = f"{text} years"
    return f"{question.rstrip(' ?.!')} {preposition}{text}?"


def _adds_words(turn: str) -> bool:
    """Whether a turn says more than the facets it names."""
    rest = turn
    for find in (_level_spans, _year_spans, _place_spans, _component_spans, _date_spans, _role_spans):
        for start, end in reversed(find(rest)):
            rest = rest[:start] + " " + rest[end:]
    rest = _OPENERS.sub(" ", rest)
    return bool(set(terms(rest)) - {"onli", "just", "same", "instead", "year", "experi"})
