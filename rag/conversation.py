"""A conversation -> the question to search for, standing alone.

Without a language model. Each turn is read in the light of the question before it: a turn that
leaves things open takes them from there, what it names takes the place of what was named, and
a turn that stands by itself is left alone. What the user says of themselves is kept beside, and
used where a question is about them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rag.errors import QuestionError
from rag.lexical import terms
from rag.salary.facets import STRONG_PAY_CUE, find_components, find_levels, find_years
from rag.salary.places import find_places
from rag.salary.question import asks_for_pay, compares, other_terms, read_question
from rag.salary.roles import find_roles
from rag.settings import MAX_QUESTION_CHARS, MAX_TURNS
from rag.smalltalk import is_smalltalk
from rag.types import Corrections, Message

Spans = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Profile:
    """What the user said of themselves, in their words; "" where they said nothing."""

    years: str = ""
    place: str = ""
    level: str = ""

    def __bool__(self) -> bool:
        return bool(self.years or self.place or self.level)

    def updated(self, other: Profile) -> Profile:
        rung = bool(other.years or other.level)
        return Profile(
            years=other.years if rung else self.years,
            place=other.place or self.place,
            level=other.level if rung else self.level,
        )


@dataclass(frozen=True, slots=True)
class Standalone:
    """The question to search for; ``used`` lists what was taken from the user's profile."""

    question: str
    used: tuple[str, ...] = ()
    needs: str = ""


@dataclass(slots=True)
class _Thread:
    """The questions so far, standing alone, latest last, and the profile."""

    questions: list[str] = field(default_factory=list)
    profile: Profile = field(default_factory=Profile)

    @property
    def last(self) -> str:
        return self.questions[-1] if self.questions else ""


def user_turns(messages: Sequence[Message]) -> list[str]:
    """The user's messages, checked.

    :raises QuestionError: there is none, or the last is empty or too long.
    """
    turns = [str(m.get("content", "")).strip() for m in messages if m.get("role") == "user"][
        -MAX_TURNS:
    ]
    if not turns or not turns[-1]:
        raise QuestionError("the question is empty: type one")
    if len(turns[-1]) > MAX_QUESTION_CHARS:
        raise QuestionError(
            f"the question has {len(turns[-1]):,} characters; the most is {MAX_QUESTION_CHARS:,}: shorten it"
        )
    return turns


def standalone(turns: Sequence[str], corrections: Corrections | None = None) -> Standalone:
    """The last turn as a question that stands alone, each earlier turn taken in the same way."""
    if corrections and turns[-1] in corrections.verbatim:
        return Standalone(turns[-1])
    thread = _Thread()
    result = Standalone("")
    for turn in turns:
        if is_smalltalk(turn) and turn is not turns[-1]:
            continue
        result = _take(thread, turn)
        if is_question(turn) or not _profile_of(turn):
            thread.questions.append(result.question)
    return result


def _take(thread: _Thread, turn: str) -> Standalone:
    about_another = bool(_SOMEONE_ELSE.search(turn))
    own = _profile_of(turn)
    if own and not about_another:
        thread.profile = thread.profile.updated(own)
    if (not thread.last or not is_question(thread.last)) and _is_vague(turn, thread.profile):
        return Standalone(turn, needs=VAGUE)
    question = _follow(thread, turn) if thread.last and is_follow_up(turn, thread.last) else turn
    if about_another or not _about_me(turn):
        return Standalone(question)
    return _with_profile(question, thread.profile, said_now=own)


# --- who the user is ------------------------------------------------------------------

_STATEMENT = re.compile(
    r"\b(?:i\s*am|i'm|im|i\s*have|i've|ive|i\s+live|i\s+work|i\s+got|we're|my\s+(?:years|experience)|living|based|years?['’]?\s+experience|as\s+an?\s+\w+\s+in)\b",
    re.I,
)
_SOMEONE_ELSE = re.compile(
    r"\b(?:friend|brother|sister|cousin|colleague|daughter|son|wife|husband|partner|boyfriend|girlfriend|mother|father|mom|dad|uncle|aunt|someone|somebody|roommate|neighbou?r|teammate|coworker|he|she|he's|she's|his|her)\b",
    re.I,
)
_ABOUT_ME = re.compile(r"\b(?:i|me|my|mine|here|we|our)\b", re.I)


def _profile_of(turn: str) -> Profile:
    """Years, place and level that a statement about the user names."""
    if not _STATEMENT.search(turn) and is_question(turn):
        return Profile()
    if not (_STATEMENT.search(turn) or re.search(r"\b(?:year|yrs?|yoe)\w*\b", turn, re.I)):
        return Profile()
    said = re.split(r"(?<=[.!;])\s+", turn)
    told = " ".join(s for s in said if not s.rstrip().endswith("?")) or turn
    return Profile(
        years=_first(told, _year_spans),
        place=_last(told, _place_spans),
        level=_first(told, _level_spans),
    )


def _first(text: str, find: Callable[[str], Spans]) -> str:
    return next((text[a:b] for a, b in find(text)), "")


def _last(text: str, find: Callable[[str], Spans]) -> str:
    return next((text[a:b] for a, b in reversed(find(text))), "")


def _about_me(turn: str) -> bool:
    return bool(_ABOUT_ME.search(turn)) or is_question(turn) is False


_ASKS_OWN_FIGURE = re.compile(
    r"\b(?:ask\s+for|expect|salary|pay|range|earn|make|get|worth|how\s+much|and\s+me|for\s+me|middle)\b",
    re.I,
)


def _with_profile(question: str, profile: Profile, *, said_now: Profile) -> Standalone:
    """The question with the level, years and place of the user where it names none."""
    asked = read_question(question)
    if not asks_for_pay(asked) and not (profile and _ASKS_OWN_FIGURE.search(question)):
        return Standalone(question)
    used: list[str] = []
    if profile.place and not asked.places and not asked.remote:
        question = _append(question, f"in {profile.place}")
        used.append(profile.place)
    if not asked.levels and not asked.years:
        rung = profile.years or profile.level
        if rung:
            question = _append(question, f"with {rung}" if profile.years else f"as {rung}")
            used.append(f"{rung} of experience" if profile.years else rung)
    named = (
        asked.levels
        or asked.years
        or asked.places
        or asked.components
        or asked.remote
        or asked.roles
    )
    if not used and not profile and not named and len(other_terms(question)) <= 1:
        return Standalone(question, needs=VAGUE)
    told = [
        v
        for v in (
            said_now.years and f"{said_now.years} of experience",
            said_now.place,
            said_now.level,
        )
        if v
    ]
    return Standalone(question, used=tuple(dict.fromkeys([*told, *used])))


VAGUE = (
    "That depends on your level and place. How many years of experience do you have, and where do you work, "
    "or want to? Name a role, a level or a place and I'll look it up."
)


def _is_vague(turn: str, profile: Profile) -> bool:
    """Whether a first question gives nothing to search by: no facet, no subject of its own."""
    asked = read_question(turn)
    if (
        asked.levels
        or asked.years
        or asked.places
        or asked.remote
        or asked.roles
        or asked.components
        or profile
    ):
        return False
    own = other_terms(turn) - _PAY_TERMS
    return len(own) == 0 or (len(own) <= 2 and bool(_UNRESOLVED.search(turn)))


_PAY_TERMS = frozenset(
    terms(
        "pay salary earn make good bad low high fair normal range career feel better take offer advice money"
    )
)
_UNRESOLVED = re.compile(r"\b(?:it|this|that|them)\b|\bwhich\s+(?:is|one)\b", re.I)


# --- does it stand alone? -------------------------------------------------------------

_QUESTION = re.compile(
    r"\?|^\s*(?:and\s+|but\s+|so\s+|ok,?\s+)?(?:who|whom|what|whats|what's|which|when|where|why|how|is|are|am|was|were|do|does|did|can|could|would|will|should|shall|may|might|has|have|tell|show|give|list|compare|explain|rank|check|add)\b",
    re.I,
)
_OPENER = re.compile(
    r"^\s*(?:(?:and|but|or|so|ok(?:ay)?|also|then|hm+|now|instead|same|the\s+same|just|only|back\s+to\s+the\s+\w+)\b[\s,:]*)+"
    r"|^\s*(?:what|how)\s+about\b[\s,]*|^\s*what\s+if\b[\s,]*",
    re.I,
)
_REFERENCE = re.compile(
    r"\b(?:is|was|does|did|do|has|have|are|were|for|of|with|than|about|like|after|before|to|in|on|why|how|by|from)\s+(?:that|this|it|they|those|these|them|there)\b"
    r"|^\s*(?:and\s+)?(?:that|this|it|they|those|these|there|both|neither)\b|\b(?:that|this|those|these)\s+(?:range|figure|number|level|one|ones|two|role|place|city|country|salary|pay|table|article|source|report)s?\b"
    r"|\bthe\s+(?:first|second|third|last|other|former|latter|same|two)\b(?=\s*(?:one|ones|two|[?.,]|$))|\b(?:it|them|there|their|its|the\s+gap|the\s+difference|the\s+level|one\s+level|either)\b",
    re.I,
)
_BARE = re.compile(
    r"^\s*(?:and\s+|but\s+|so\s+)?(?:why|how\s+(?:so|come|often|long|old|much|many)|really|since\s+when|says\s+who|who|when|where|which(?:\s+one)?|by\s+how\s+much|until\s+(?:when|which\s+year)|per\s+(?:month|hour|year|week|day))\b[\s\w,]{0,22}\??\s*$",
    re.I,
)


def is_question(turn: str) -> bool:
    """Whether a turn asks, rather than tells."""
    return bool(_QUESTION.search(turn))


def is_follow_up(turn: str, before: str) -> bool:
    """Whether a turn leans on the question before it.

    It does where it is bare ("why?"), opens like a follow-up, points back without a subject of
    its own, or names nothing but facets.
    """
    rest = _OPENER.sub("", turn, count=1)
    own = _own_terms(rest)
    if _BARE.match(turn) and (not own - _BARE_TERMS or _REFERENCE.search(turn)):
        return True
    new = own - set(terms(before))
    if rest != turn and len(new) <= 3:
        return True
    if _REFERENCE.search(turn) and len(new) <= 4:
        return True
    return not own and not (_complete(turn) and is_question(turn))


_BARE_TERMS = frozenset(
    terms(
        "per month hour week day year often long old less more much many exactly people usually reported"
    )
)


def _own_terms(turn: str) -> set[str]:
    """The words of a turn that are neither facets nor bare numbers."""
    return {t for t in other_terms(turn) if not t.isdigit()}


def _complete(turn: str) -> bool:
    """A pay question with its own level, years or role, and a word of pay."""
    asked = read_question(turn)
    named = bool(asked.levels or asked.years or asked.roles)
    return named and bool(STRONG_PAY_CUE.search(turn)) and bool(asked.places)


# --- taking over ----------------------------------------------------------------------

_LADDER = ("entry", "mid", "senior", "staff", "principal")
_LADDER_WORDS = {
    "entry": "entry-level",
    "mid": "mid-level",
    "senior": "senior",
    "staff": "staff",
    "principal": "principal",
}
_UP = re.compile(
    r"\b(?:one|a|the)?\s*(?:level|step|rung)\s+(?:up|above|higher|after)|\bnext\s+(?:level|step)|\blevel\s+above\b",
    re.I,
)
_DOWN = re.compile(
    r"\b(?:one|a|the)?\s*(?:level|step|rung)\s+(?:down|below|lower|before)|\blevel\s+below\b", re.I
)


def _follow(thread: _Thread, turn: str) -> str:
    """The question before, with what the turn names in place of what it named."""
    before = thread.last
    if (moved := _along_the_ladder(before, turn)) is not None:
        return moved
    if compares(turn):
        return _compared(thread, turn)
    question, replaced = before, False
    for find in _FACETS:
        new = find(turn)
        if new:
            question = _swap(question, find, " and ".join(turn[a:b] for a, b in new))
            replaced = True
    rest = _own_terms(_OPENER.sub("", turn, count=1)) - set(terms(before))
    if replaced and not rest:
        return question
    if replaced and not is_pay(before):
        return f"{_stem(question)}: {turn}"
    if replaced:
        # It has words of its own, so it says itself what is asked; only open facets carry over.
        return _open_facets(before, turn)
    if is_pay(before) and rest and not is_pay(turn):
        return f"{turn.rstrip(' ?')} ({_subject(before)})?"
    return f"{_stem(before)} - {turn}"


def is_pay(text: str) -> bool:
    return asks_for_pay(read_question(text))


def _along_the_ladder(before: str, turn: str) -> str | None:
    step = 1 if _UP.search(turn) else -1 if _DOWN.search(turn) else 0
    levels = [t for t in find_levels(before) if t.value in _LADDER]
    if not step or not levels:
        return None
    place = _LADDER.index(levels[-1].value) + step
    if not 0 <= place < len(_LADDER):
        return None
    return _swap(before, _level_spans, _LADDER_WORDS[_LADDER[place]])


def _compared(thread: _Thread, turn: str) -> str:
    """A comparison with what was asked before: both sides are named."""
    before = thread.last
    for find in _FACETS:
        new = [turn[a:b] for a, b in find(turn)]
        old = [before[a:b] for a, b in find(before)]
        if len(new) >= 2:
            return _open_facets(before, turn)
        if new and old:
            return f"difference: {_swap(before, find, f'{old[0]} versus {new[0]}')}"
    if len(thread.questions) >= 2:
        earlier = thread.questions[-2]
        for find in _FACETS:
            old = [earlier[a:b] for a, b in find(earlier)]
            new = [before[a:b] for a, b in find(before)]
            if old and new and old[0].lower() != new[0].lower():
                return f"difference: {_swap(before, find, f'{old[0]} versus {new[0]}')} {turn}"
    return f"{_stem(before)} - {turn}"


def _open_facets(before: str, turn: str) -> str:
    """The turn, with the facets of the question before that it leaves open."""
    question = turn
    has_rung = bool(_level_spans(turn) or _year_spans(turn))
    for find in _FACETS:
        if find(turn) or (has_rung and find in {_level_spans, _year_spans}):
            continue
        old = [before[a:b] for a, b in find(before)]
        if old:
            question = _append(question, f"{_PREPOSITIONS[find]}{old[0]}")
    return question


def _subject(before: str) -> str:
    """What a pay question was about, for a question on another side of it."""
    return " ".join(
        dict.fromkeys(before[a:b] for find in _FACETS for a, b in find(before))
    ) or _stem(before)


def _stem(question: str) -> str:
    return question.rstrip(" ?.!")


def _append(question: str, phrase: str) -> str:
    return f"{_stem(question)} {phrase}?"


def _swap(question: str, find: Callable[[str], Spans], text: str) -> str:
    old = find(question)
    if not old and find in {_level_spans, _year_spans}:
        # "with 8 years" takes the place of "seniors", and the other way round.
        old = _year_spans(question) if find is _level_spans else _level_spans(question)
    if not old:
        text = f"{text} years" if find is _year_spans and text.isdigit() else text
        return _append(question, f"{_PREPOSITIONS[find]}{text}")
    if find is _year_spans and text.isdigit():
        text = f"{text} years"
    last = old[0]
    for span in old[1:]:
        if span[0] - last[1] <= 8:
            last = span
    return question[: old[0][0]] + text + question[last[1] :]


def _level_spans(text: str) -> Spans:
    return [(t.start, t.end) for t in find_levels(text)]


def _year_spans(text: str) -> Spans:
    spans = [(y.start, y.end) for y in find_years(text)]
    bare = re.search(r"\b(?:with|for|at|after)\s+(\d{1,2})(?=\s*\??$)", text)
    return spans or ([(bare.start(1), bare.end(1))] if bare else [])


def _place_spans(text: str) -> Spans:
    places = [(p.start, p.end) for p in find_places(text, lenient=True)]
    return places or [
        (m.start(), m.end()) for m in re.finditer(r"\bremote(?:ly)?(?:[\s-]only)?\b", text, re.I)
    ]


def _component_spans(text: str) -> Spans:
    return [(t.start, t.end) for t in find_components(text) if t.value != "premium"]


def _role_spans(text: str) -> Spans:
    return [(r.start, r.end) for r in find_roles(text) if " " in r.name]


def _date_spans(text: str) -> Spans:
    return [
        (m.start(), m.end()) for m in re.finditer(r"(?<![\d$€£,.])\b(?:19|20)\d\d\b(?!\s*h)", text)
    ]


_FACETS: tuple[Callable[[str], Spans], ...] = (
    _level_spans, _year_spans, _place_spans, _component_spans, _date_spans, _role_spans,
)  # fmt: skip
_PREPOSITIONS: dict[Callable[[str], Spans], str] = {
    _level_spans: "for ", _year_spans: "with ", _place_spans: "in ", _component_spans: "", _date_spans: "in ",
    _role_spans: "for ",
}  # fmt: skip
