"""A question about the user, with what is known of them; and what to ask where that is nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conversation import profile as me
from rag.conversation.facets import (
    appended,
    component_spans,
    first,
    in_a_noun,
    in_place,
    is_pay,
    next_step,
    person_spans,
    place_spans,
    stem_of,
    swapped,
)
from rag.conversation.signs import points_back
from rag.lexical import terms
from rag.salary.question import (
    PayQuestion,
    Task,
    asks_for_pay,
    compares,
    other_terms,
    read_question,
)
from rag.salary.wording import joined
from rag.types import Citation, Trait, TraitKind

_ASKS_OWN_FIGURE = re.compile(
    r"\b(?:ask\s+for|expect|salary|salaries|pay|range|earn|make|get|worth|package|how\s+much|and\s+me|for\s+me|middle|offer)\b",
    re.I,
)
_ASKS_THE_WAY = re.compile(
    r"\b(?:advance|progress|promot\w+|career|path|grow|next\s+(?:step|move|level)|recommend|become|move\s+up|get\s+ahead|succeed|should\s+i\s+(?:do|go|aim|become|specialise|specialize|choose))\b",
    re.I,
)
_ASKS_SKILLS = re.compile(
    r"\b(?:learn|skills?|study|certif\w+|train(?:ing)?|prepare|improve|need\s+to\s+know)\b", re.I
)
_MOVES = re.compile(
    r"\b(?:switch\w*|mov(?:e|ing)\s+(?:in)?to|get\s+into|becom\w+|transition\w*|chang(?:e|ing))\b",
    re.I,
)

VAGUE = (
    "That depends on your level and place. How many years of experience do you have, and where do you work, "
    "or want to? Name a role, a level or a place and I'll look it up."
)


def with_profile(
    question: str, profile: Sequence[Trait], said_now: Sequence[Trait]
) -> tuple[str, tuple[Trait, ...], str]:
    """The question with what it leaves open of the user, what of them was used, and what to ask
    back where it is about them and nothing is known."""
    question = _AT_FIRST.sub(" starting out", _IF_THERE.sub("in", question))
    asked = read_question(question)
    about_pay = asks_for_pay(asked) or (
        bool(profile)
        and bool(_ASKS_OWN_FIGURE.search(question))
        and not _ASKS_THE_WAY.search(question)
        and not _ASKS_SKILLS.search(question)
        and _no_topic(question)
    )
    if not about_pay:
        return *_for_advice(question, profile), ""
    used: list[Trait] = []
    known = {t.kind: t for t in profile}
    level = known.get("level")
    step = next_step(level.text, question) if level and not asked.levels else ""
    if level and step:
        question = _of_rung(step, question)
        asked = read_question(question)
        used.append(level)
    place = known.get("place")
    other = first(question, place_spans)
    elsewhere = len(asked.places) == 1 and place and other.lower() != place.text.lower()
    if place and elsewhere and compares(question) and _I.search(question):
        question = swapped(question, place_spans, f"{place.text} versus {other}")
        used.append(place)
    elif place and not asked.places and not asked.remote:
        question = _in_place_of_there(question, place.text)
        used.append(place)
    aim = next((t for t in profile if _aimed_at(t)), None)
    if aim and not asked.roles:
        question = appended(question, _as(_aimed_at(aim)))
        used.append(aim)
    rung = known.get("years") or known.get("level")
    if rung and not asked.levels and not asked.years:
        question = appended(
            question, f"with {me.in_words(rung)}" if rung.kind == "years" else _as(rung.text)
        )
        used.append(rung)
    bare = (
        not used
        and not profile
        and not _says_what(asked)
        and not other_terms(question) - _PAY_TERMS
    )
    if bare and not _ASKS_TO_KNOW.search(question):
        return question, (), VAGUE
    told = [t for t in said_now if t.kind in {"years", "place", "level"}]
    return question, tuple(dict.fromkeys([*told, *used])), ""


def _aimed_at(trait: Trait) -> str:
    """The occupation that somebody wants to have ("become a data architect"); "" for none."""
    return first(trait.text, person_spans) if trait.kind == "goal" else ""


def _of_rung(rung: str, question: str) -> str:
    """ "What would the next step bring me in total?" as a question of the pay of that rung."""
    part = first(question, component_spans)
    where = first(question, place_spans)
    article = "" if rung.startswith("the ") else "an " if rung[0] in "aeiou" else "a "
    who = f"{article}{rung}{f' {in_place(where)}' if where else ''}"
    return f"What is the {in_a_noun(part)} of {who}?" if part else f"What does {who} earn?"


_ASKS_TO_KNOW = re.compile(
    r"\b(?:(?:know|learn|read|hear)\s+(?:about|of)|explain)\s+(?!(?:it|this|that|them|me|us|pay|money|salar\w+)\b)\w",
    re.I,
)
_IF_THERE = re.compile(
    r"\bif\s+(?:i|we)\s+(?:(?:did|do|were\s+to|would)\s+)?(?:move[ds]?|went|go|relocate[ds]?)\s+to\b",
    re.I,
)
_AT_FIRST = re.compile(
    r"\s+(?:at\s+first|initially|to\s+begin\s+with|at\s+the\s+(?:start|beginning))(?=\W*$)", re.I
)
_I = re.compile(r"\b(?:do|would|could|can|will|should)\s+i\b", re.I)


def _as(level: str) -> str:
    plain = level.strip()
    return (
        f"as {plain}"
        if plain.endswith("s")
        else f"as {'an' if plain[0].lower() in 'aeiou' else 'a'} {plain}"
    )


def _in_place_of_there(question: str, place: str) -> str:
    """ "there" and "here" become the place; without either it is added."""
    phrase = in_place(place)
    replaced = re.sub(
        r"\b(?:over\s+)?(?:there|here)\b(?!\s+(?:is|are|a|an)\b)",
        phrase,
        question,
        count=1,
        flags=re.I,
    )
    return replaced if replaced != question else appended(question, phrase)


def _no_topic(question: str) -> bool:
    """Whether a question is of pay alone: nothing else is asked about."""
    return len(other_terms(question)) <= 2 or is_pay(question)


def _for_advice(question: str, profile: Sequence[Trait]) -> tuple[str, tuple[Trait, ...]]:
    """A question for advice, with the user's goals, and what they would rather not do."""
    used: list[Trait] = []
    own = set(terms(question))
    phrases = []
    for trait in sorted(profile, key=lambda t: t.kind == "dislike"):
        if set(terms(trait.text)) <= own:
            continue
        if trait.kind == "dislike" and _ASKS_THE_WAY.search(question):
            phrases.append(f"but not {_gerund(trait.text)}")
        elif (
            trait.kind == "goal"
            and (_ASKS_SKILLS.search(question) or _ASKS_THE_WAY.search(question))
            and not is_pay(f"to {trait.text}")
        ):
            phrases.append(f"to {trait.text}")
        elif trait.kind == "role" and _MOVES.search(question):
            phrases.append(_as(trait.text))
        else:
            continue
        used.append(trait)
    if phrases:
        question = f"{stem_of(question)} {' '.join(phrases)}?"
    return question, tuple(used)


def _gerund(text: str) -> str:
    """ "manage people" -> "managing people"."""
    verb, _, rest = text.partition(" ")
    if verb.endswith("ing"):
        return text
    base = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
    if verb in {"be", "do", "go"}:
        base = verb
    return f"{base}ing {rest}".strip()


def known_already(
    question: str, profile: Sequence[Trait], citations: Sequence[Citation]
) -> tuple[str, tuple[Trait, ...]]:
    """What the user said they know of what an answer on skills names, and those skills; "" where
    the question is of no skills, or none is named."""
    if not (me.is_about_user(question) and _ASKS_SKILLS.search(question)):
        return "", ()
    named = [
        (trait, next((c for c in citations if _names(c.quote, trait.text)), None))
        for trait in profile
        if trait.kind == "skill"
    ]
    held = [(trait, citation.marker) for trait, citation in named if citation]
    if not held:
        return "", ()
    listed = joined([f"{trait.text} [{marker}]" for trait, marker in held])
    return f"Of what these name you know {listed} already.", tuple(t for t, _ in held)


def _names(text: str, skill: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(skill)}(?!\w)", text, re.I) is not None


_NEGOTIATES = re.compile(r"\b(?:negotiat\w*|counter[\s-]?offer|ask\s+for\s+more|raise)\b", re.I)
_STANDS: tuple[TraitKind, ...] = ("level", "years")


def closing_question(question: str, profile: Sequence[Trait]) -> str:
    """What to ask back after advice that hangs on what is not known of the user: their level, or
    where they are; "" where it hangs on neither, or both are known.

    The reply brings the figures for it, so that is what it promises.
    """
    if not me.is_about_user(question) or is_pay(question):
        return ""
    if not any(p.search(question) for p in (_ASKS_THE_WAY, _ASKS_SKILLS, _MOVES, _NEGOTIATES)):
        return ""
    asked = read_question(question)
    stands = bool(asked.levels or asked.years) or any(t.kind in _STANDS for t in profile)
    placed = bool(asked.places or asked.remote) or any(t.kind == "place" for t in profile)
    missing = [*(() if stands else ("at what level are you",)), *(() if placed else ("where",))]
    if not missing:
        return ""
    asks = ", and ".join(missing)
    if missing == ["where"]:
        asks = "where are you, or do you want to be"
    return f"{asks[:1].upper()}{asks[1:]}? Tell me, and I'll add what is paid there."


LISTENING = "I'll keep that in mind. What would you like to know: what you could earn, what to learn, how to get ahead?"
UNREAD = "I didn't get a question there. What would you like to know about careers or pay?"


UNCLEAR = (
    "What do you have in mind there? Name the job, skill, place or document, and I'll look it up."
)
_OF_PAY = re.compile(
    r"\b(?:pay|paid|salar(?:y|ies)|earn|make|money|worth|much|offer|range|good|fair|enough|low|high|bad)\b",
    re.I,
)


def back_question(turn: str, profile: Sequence[Trait]) -> str:
    """What to ask back where nothing was asked before and a turn is too vague; "" where it is not."""
    if len(re.findall(r"[^\W\d_]", turn)) < 2:
        return UNREAD
    if not is_vague(turn, profile):
        return ""
    return VAGUE if _OF_PAY.search(turn) or not points_back(turn) else UNCLEAR


def heard(turn: str, said_now: Sequence[Trait]) -> str:
    """What to reply to a first turn that only says who the user is; "" for any other turn.

    Goals and dislikes are no such thing: advice can be given on them at once.
    """
    plain = all(t.kind in me.SINGLE or t.kind == "skill" for t in said_now)
    if not plain or not me.speaks_of_me(turn) or me.asks_too(turn):
        return ""
    asked = read_question(turn)
    if (asked.components or asked.period) and not asked.amounts:
        return ""  # "staff total comp per hour, if I work 2,080 hours": a figure is asked for
    known = ", ".join(me.in_words(t) for t in said_now)
    return f"I'll keep in mind: {known}. What would you like to know: what you could earn, what to learn, how to get ahead?"


def _says_what(asked: PayQuestion) -> bool:
    """Whether a question says whose pay, or which figure of it, it asks for."""
    named = asked.levels or asked.years or asked.places or asked.components or asked.roles
    ranks = asked.median or asked.task in {Task.HIGHEST, Task.LOWEST}
    return bool(named) or asked.remote or ranks


def is_vague(turn: str, profile: Sequence[Trait]) -> bool:
    """Whether a first question gives nothing to search by: no facet, no subject of its own."""
    asked = read_question(turn)
    profile = [t for t in profile if t.kind in {"years", "level", "place"} or _aimed_at(t)]
    if _says_what(asked) or profile or _ASKS_TO_KNOW.search(turn):
        return False
    own = other_terms(turn) - _PAY_TERMS
    return not own or (len(own) <= 1 and bool(_UNRESOLVED.search(turn)) and points_back(turn))


_PAY_TERMS = frozenset(
    terms(
        "pay salary earn make good bad low high fair normal range career feel better take offer advice money number"
        " worth help decide choose know tell say think get ask start switch move change right realistic enough"
    )
)
_UNRESOLVED = re.compile(r"(?<!\bworth\s)\b(?:it|this|that|them)\b|\bwhich\s+(?:is|one)\b", re.I)
