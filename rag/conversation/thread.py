"""A conversation -> the question to search for, standing alone.

Without a language model. Each turn is read in the light of the questions before it: a turn that
leaves things open takes them from there, what it names takes the place of what was named, and
a turn that stands by itself is left alone. What the user says of themselves is kept beside, and
used where a question is about them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.conversation import profile as me
from rag.conversation.carry import Weights
from rag.conversation.compound import pieces
from rag.conversation.facets import (
    Find,
    component_spans,
    first,
    is_off_the_ladder,
    is_pay,
    level_spans,
    names_facets,
    own_terms,
    place_spans,
    role_spans,
    stem_of,
    swapped,
    values,
    year_spans,
)
from rag.conversation.followups import rewritten
from rag.conversation.past import Past, as_question, with_topic
from rag.conversation.personal import back_question, heard, with_profile
from rag.conversation.references import (
    antecedents,
    options,
)
from rag.conversation.signs import (
    correction,
    is_clause,
    is_partial,
    is_question,
    points_back,
)
from rag.lexical import terms
from rag.smalltalk import is_smalltalk
from rag.types import Corrections, Trait, TraitKind


@dataclass(frozen=True, slots=True)
class Standalone:
    """The question to search for, and what of the user's profile it uses.

    ``needs`` is what to ask back where the question is too vague to search for, else "".
    ``parts`` are the questions where several were asked at once, each to be answered by itself.
    """

    question: str
    used: tuple[Trait, ...] = ()
    profile: tuple[Trait, ...] = ()
    needs: str = ""
    parts: tuple[str, ...] = ()


@dataclass(slots=True)
class _Thread:
    """The questions so far, latest last, and what is known of the user."""

    weights: Weights | None = None
    past: list[Past] = field(default_factory=list)
    profile: tuple[Trait, ...] = ()
    told: bool = False
    statement: str = ""

    @property
    def last(self) -> Past | None:
        return self.past[-1] if self.past else None


def standalone(
    turns: Sequence[str],
    corrections: Corrections | None = None,
    *,
    answers: Sequence[str] = (),
    weights: Weights | None = None,
) -> Standalone:
    """The last turn as a question that stands alone, each earlier turn taken in the same way.

    :param corrections: what the user put right by hand.
    :param answers: what was answered to each turn; "" or missing where that is not known.
    :param weights: by which a follow-up's topic is found; by default the installed ones.
    """
    corrections = corrections or Corrections()
    thread = _Thread(weights, profile=me.added(corrections.traits))
    asked = False
    result = Standalone("")
    for position, turn in enumerate(turns):
        is_last = position == len(turns) - 1
        if not is_last and (is_smalltalk(turn) or _is_reaction(turn) or is_verdict(turn)):
            continue
        answer = answers[position] if position < len(answers) else ""
        found = []
        for piece in _pieces(thread, turn, corrections):
            result = _take(thread, piece, corrections, asked=asked)
            asked = asked or (is_question(piece) and not result.needs)
            if is_question(piece) or thread.told is False:
                core = _core(thread, piece, result.question)
                of_user = me.is_about_user(piece) or bool(result.used)
                thread.past.append(Past(result.question, core, answer, piece, of_user))
            found.append(result)
        result = _together(found)
    return result


def _pieces(thread: _Thread, turn: str, corrections: Corrections) -> list[str]:
    if turn in corrections.verbatim:
        return [turn]
    return pieces(turn, follows=bool(thread.past))


def _together(found: Sequence[Standalone]) -> Standalone:
    """The questions of one turn as one."""
    asked = [s for s in found if not s.needs]
    if len(found) == 1 or not asked:
        return found[-1]
    parts = tuple(dict.fromkeys(s.question for s in asked))
    used = tuple(dict.fromkeys(t for s in asked for t in s.used))
    question = " ".join(as_question(p) for p in parts)
    return Standalone(question, used, found[-1].profile, parts=parts if len(parts) > 1 else ())


def _take(thread: _Thread, turn: str, corrections: Corrections, *, asked: bool) -> Standalone:
    """One turn. ``asked`` says whether any turn before it asked something."""
    said_now = me.corrected(_said(thread, turn), corrections.traits)
    thread.profile = me.updated(thread.profile, said_now)
    bare = thread.last is not None and not me.speaks_of_me(turn)  # "3 years", "senior, Berlin"
    thread.told, statement = bool(said_now) and not is_question(turn) and not bare, thread.statement
    thread.statement = turn if thread.told else ""
    if turn in corrections.verbatim:
        return Standalone(turn, profile=thread.profile)
    later = me.with_years_to_come(turn, thread.profile)
    looks_ahead, turn = later != turn, later
    last = thread.last.turn if thread.last else ""
    stated = statement or ("" if is_question(last) else last)
    if stated and _WHICH_OF_THEM.match(turn) and len(options(stated)) < 2:
        return Standalone(turn, profile=thread.profile, needs=UNNAMED)
    if of_me := _of_me(turn, thread):
        question = of_me
    elif statement and points_back(turn):
        question = _of_statement(turn, statement)
    elif thread.told:
        if not thread.last and (needs := heard(turn, said_now)):
            return Standalone(turn, profile=thread.profile, needs=needs)
        question = _asked_again(turn, said_now, thread)
    else:
        question = rewritten(turn, thread.past, thread.weights)
    if is_off_the_ladder(question) and is_pay(question):
        return Standalone(question, profile=thread.profile, needs=OFF_THE_LADDER)
    on_statement = bool(statement) and points_back(turn)
    if not (thread.told or asked or on_statement) and (
        needs := back_question(question, thread.profile)
    ):
        return Standalone(turn, profile=thread.profile, needs=needs)
    if is_verdict(turn) and thread.last:
        return Standalone(turn, profile=thread.profile, needs=VERDICT)
    about_user = me.is_about_user(turn) or on_statement or _goes_on_of_user(turn, question, thread)
    about_user = about_user or looks_ahead or (_asks_bare_pay(turn) and question == turn)
    if not about_user and is_question(turn):
        return Standalone(question, profile=thread.profile)
    question, used, needs = with_profile(question, thread.profile, said_now)
    if is_off_the_ladder(question):
        needs = OFF_THE_LADDER
    return Standalone(question, used=used, profile=thread.profile, needs=needs)


def _goes_on_of_user(turn: str, question: str, thread: _Thread) -> bool:
    """ "What would that pay?" or "so?" after a question of the user's own."""
    if thread.last is None or not thread.last.about_user or me.SOMEONE_ELSE.search(turn):
        return False
    return question == thread.last.question or (is_pay(turn) and points_back(turn))


VERDICT = (
    "It is what the documents give. Another level, place or kind of pay may look different: name one, and I'll "
    "look it up."
)
UNNAMED = "Which ones do you mean? Name them, and I'll compare what the documents say of each."
_WHICH_OF_THEM = re.compile(
    r"^\W*(?:so\s+|and\s+)?(?:which|what)(?:\s+(?:one|of\s+(?:them|the\s+two|these|those)))?\s+(?:is|would\s+be|are|should\s+i\s+(?:take|choose|pick))\s*(?:the\s+)?(?:better|best|right|wiser|smarter|preferable)?(?:\s+one)?(?:\s+for\s+me)?\W*$",
    re.I,
)
OFF_THE_LADDER = (
    "I know no level above or below that: the ladder I go by runs from entry level over mid-level, senior and "
    "staff to principal, the highest. Which of those would you like the figures for?"
)


def _said(thread: _Thread, turn: str) -> tuple[Trait, ...]:
    """What a turn says of the user; "sorry, I meant seven" puts right what was said before."""
    meant = correction(turn)
    if meant and thread.told:
        return me.read_traits(f"I'm {meant}")
    return me.read_traits(turn) if not meant else ()


def _asked_again(turn: str, said_now: Sequence[Trait], thread: _Thread) -> str:
    """The question before, where what the user says of themselves bears on it; else the turn."""
    goal = me.value(said_now, "goal")
    way = turn if me.asks_too(turn) or not goal else _way_to(goal)
    if not thread.last or me.asks_too(turn):
        return way
    core = thread.last.core
    if not is_pay(core):
        if not me.is_about_user(core):
            return way
        # Where they stand was asked back after advice: the figures for it are what is missing.
        stands = all(t.kind in {"level", "years", "place"} for t in said_now)
        return "What would I earn?" if stands else core
    kinds: tuple[tuple[TraitKind, Find], ...] = (
        ("level", level_spans), ("years", year_spans), ("place", place_spans),
    )  # fmt: skip
    for kind, find in kinds:
        if text := me.value(said_now, kind):
            core = swapped(core, find, text)
    return core


def _way_to(goal: str) -> str:
    """Who says where they want to get asks how ("I'd like to move into research")."""
    way = re.sub(r"^be\b", "become", goal)
    return f"How do I {way}?"


_ME = re.compile(
    r"^\W*(?:and|what\s+about|how\s+about|how\s+much|but|so|\s)*\s*(?:for\s+)?(?:me|myself|us)\W*$",
    re.I,
)


def _of_me(turn: str, thread: _Thread) -> str:
    """ "And me?" after a question of somebody else's pay; "" for any other turn."""
    asked = me.asked_part(turn)
    if not thread.last or not _ME.match(asked):
        return ""
    if is_pay(thread.last.core) or "how much" in asked.lower():
        part = first(thread.last.core, component_spans)
        return f"What {part} would I get?" if part else "What would I earn?"
    return ""


def _asks_bare_pay(turn: str) -> bool:
    """ "Salary?": pay, and nobody named whose; from someone who told of themselves it is theirs."""
    return (
        not me.SOMEONE_ELSE.search(turn)
        and not own_terms(turn) - _PAY_WORDS
        and not any(
            values(turn, find)
            for find in (level_spans, year_spans, place_spans, role_spans, component_spans)
        )
    )


_PAY_WORDS = frozenset(
    terms(
        "pay salary salaries earn earnings income money much usual usually typical expect range worth"
    )
)


_REACTION = re.compile(
    r"^\W*(?:hm+|huh|oh|ah+|wow|lol|haha|ok(?:ay)?|nice|cool|great|i\s+see|interesting|really|damn|sure|right|good\s+to\s+know|got\s+it|not\s+(?:much|bad)|makes\s+sense|more\s+than|less\s+than|that'?s)\b[^?]{0,60}$",
    re.I,
)


_VERDICT = re.compile(
    r"^\W*(?:(?:hm+|huh|oh|ah+|wow|ok(?:ay)?|well|but|damn|yikes|ouch)\b[\s,.!…–—-]*)*(?:that|this|it|they|those|these)(?:['’]?(?:s|re)|\s+(?:is|are|was|were|seems?|sounds?|looks?|feels?))"
    r"(?:\s+(?:\w+ly|so|very|pretty|quite|rather|too|a\s+bit|a\s+lot|much|more|less|not|than\s+i\s+(?:thought|expected|hoped)))*"
    r"(?:\s+[\w-]+)?(?:\s+than\s+i\s+(?:thought|expected|hoped))?\W*$",
    re.I,
)


def is_verdict(turn: str) -> bool:
    """Whether a turn says what the user makes of an answer, and asks nothing ("that's low")."""
    return (
        "?" not in turn
        and bool(_VERDICT.match(turn))
        and not names_facets(turn)
        and not is_partial(turn)
    )


def _is_reaction(turn: str) -> bool:
    """Whether a turn only comments on an answer ("hm, not much")."""
    return bool(_REACTION.match(turn)) and not is_question(turn) and not names_facets(turn)


def _core(thread: _Thread, turn: str, question: str) -> str:
    """A follow-up that was joined to its question leaves that question as the core."""
    if (
        question != turn
        and thread.last
        and question.startswith(stem_of(thread.last.core) + ", and ")
    ):
        return thread.last.core
    asked = me.asked_part(question)
    return asked if is_question(asked) and not points_back(asked) else question


_THERE = re.compile(r"(?<!\bis\s)(?<!\bare\s)\b(?:there|here)\b", re.I)


def _of_statement(turn: str, statement: str) -> str:
    """A question on what the user has just said ("I know Rust." "Is that worth anything?")."""
    facets = [
        statement[a:b]
        for find in (place_spans, level_spans, year_spans)
        for a, b in find(statement)
    ]
    if _THERE.search(turn):
        return turn  # The profile says where.
    if is_clause(turn) and not own_terms(turn):
        return statement  # "Is it?", "am I?"
    said = [
        a for a in antecedents([statement]) if not any(a.text in f or f in a.text for f in facets)
    ]
    return with_topic(turn, said[:3])
