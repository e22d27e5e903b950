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
from rag.conversation.carry import Weights, carried
from rag.conversation.compound import pieces
from rag.conversation.facets import (
    FACETS,
    Find,
    along_the_ladder,
    component_spans,
    first,
    in_a_noun,
    in_place,
    is_off_the_ladder,
    is_pay,
    level_spans,
    named_places,
    names_facets,
    names_whom,
    own_terms,
    person_spans,
    place_spans,
    role_spans,
    stem_of,
    step_named,
    subject,
    swapped,
    values,
    with_open_facets,
    year_spans,
)
from rag.conversation.personal import back_question, heard, with_profile
from rag.conversation.references import (
    PRONOUN,
    Antecedent,
    antecedents,
    chosen,
    listed,
    options,
    with_pronouns_resolved,
)
from rag.conversation.signs import (
    EXPLETIVE,
    asks_of_sources,
    asks_which_part,
    compares_on,
    correction,
    elliptic_part,
    is_clause,
    is_complement,
    is_follow_up,
    is_partial,
    is_question,
    leaves_out,
    opens_ellipsis,
    points_back,
    supposes,
    without_new_subject,
    without_opener,
)
from rag.lexical import terms, words
from rag.salary.question import compares, read_question
from rag.smalltalk import is_smalltalk
from rag.types import Corrections, Trait, TraitKind

LONGEST_JOIN = 14
"""Words of a question that is said again in whole before a follow-up; of a longer one only
what it is about is."""


LONGEST_OF_OTHERS = 4
"""The same before a follow-up of another subject than pay that says something itself: what is said
again leads back to the last answer. Chosen on CAsT's retrieval and rewrites, among 4 and 7."""


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


@dataclass(frozen=True, slots=True)
class _Past:
    """An earlier question standing alone; ``core`` is what of it a follow-up may say again."""

    question: str
    core: str
    answer: str = ""
    turn: str = ""


@dataclass(slots=True)
class _Thread:
    """The questions so far, latest last, and what is known of the user."""

    weights: Weights | None = None
    past: list[_Past] = field(default_factory=list)
    profile: tuple[Trait, ...] = ()
    told: bool = False
    statement: str = ""

    @property
    def last(self) -> _Past | None:
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
        if not is_last and (is_smalltalk(turn) or _is_reaction(turn)):
            continue
        answer = answers[position] if position < len(answers) else ""
        found = []
        for piece in _pieces(thread, turn, corrections):
            result = _take(thread, piece, corrections, asked=asked)
            asked = asked or (is_question(piece) and not result.needs)
            if is_question(piece) or thread.told is False:
                core = _core(thread, piece, result.question)
                thread.past.append(_Past(result.question, core, answer, piece))
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
    question = " ".join(_as_question(p) for p in parts)
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
    if not thread.told and not asked and (needs := back_question(question, thread.profile)):
        return Standalone(turn, profile=thread.profile, needs=needs)
    about_user = me.is_about_user(turn) or bool(statement and points_back(turn))
    about_user = about_user or (_asks_bare_pay(turn) and question == turn)
    if not about_user and is_question(turn):
        return Standalone(question, profile=thread.profile)
    question, used, needs = with_profile(question, thread.profile, said_now)
    if is_off_the_ladder(question):
        needs = OFF_THE_LADDER
    return Standalone(question, used=used, profile=thread.profile, needs=needs)


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
    if not thread.last or me.asks_too(turn):
        return turn
    core = thread.last.core
    if not is_pay(core):
        if not me.is_about_user(core):
            return turn
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


# --- follow-ups -----------------------------------------------------------------------


_THERE = re.compile(r"\b(?:there|here)\b", re.I)


def _of_statement(turn: str, statement: str) -> str:
    """A question on what the user has just said ("I know Rust." "Is that worth anything?")."""
    facets = [
        statement[a:b]
        for find in (place_spans, level_spans, year_spans)
        for a, b in find(statement)
    ]
    if _THERE.search(turn):
        return turn  # The profile says where.
    said = [
        a for a in antecedents([statement]) if not any(a.text in f or f in a.text for f in facets)
    ]
    return _with_topic(turn, said[:3])


def rewritten(turn: str, past: Sequence[_Past], weights: Weights | None = None) -> str:
    """A turn in the light of the questions before it; a turn that stands alone as it is."""
    fresh = without_new_subject(turn)
    if fresh and not points_back(fresh):
        return fresh
    if not past:
        return step_named(turn)
    meant = correction(turn)
    text = step_named(meant or fresh or turn)
    at, text, returned = _anchor(text, past)
    before = past[at]
    if not (meant or returned or is_follow_up(text, before.core)):
        return without_opener(text) if text == turn and not opens_ellipsis(turn) else text
    question = (
        _sources(text, before)
        or _kind_of_pay(text, before)
        or _choice(text, before)
        or along_the_ladder(before.core, elliptic_part(text))
        or _others(text, before)
        or _joined_complement(text, before.core)
        or _of_other_people(text, before.core)
        or _comparison(text, before, past)
        or _facets(text, before)
    )
    if question is not None:
        return _as_question(question)
    return _as_question(_in_general(text, past[: at + 1], weights))


def _as_question(text: str) -> str:
    text = re.sub(r"\s{2,}", " ", text).strip()
    return text if text[-1:] in ".?!" else f"{text}?"


_BACK = re.compile(
    r"^\W*(?:(?:and|ok(?:ay)?|so|now|but|well)\b[\s,]*)*(?:back\s+(?:to|in)|(?:going\s+|coming\s+)?back\s+to|returning\s+to|again\s+(?:about|on)|about|on)\s+(?P<what>(?:the\s+|my\s+)?[\w\s'-]{2,40}?)(?:\s+again)?(?P<end>\s*[:,–—-]\s*|\s+again\b\s*)",
    re.I,
)
_EARLIER = re.compile(
    r"\b(?:that|this|the|those)\s+(?P<what>range|salary|salaries|pay|figure|number|level|city|country|place|bonus|base|equity|role)s?\b(?=\s*(?:,|\?|$|i\s+asked|we\s+|you\s+|again|from|earlier|what))",
    re.I,
)
_KINDS = {
    "level": level_spans, "city": named_places, "country": named_places, "place": named_places, "role": role_spans,
    "bonus": component_spans, "base": component_spans, "equity": component_spans,
}  # fmt: skip


def _anchor(text: str, past: Sequence[_Past]) -> tuple[int, str, bool]:
    """Which question a turn goes on from, the turn without the words that say so, and whether
    it named one ("back to the salaries: and seniors?")."""
    last = len(past) - 1
    if back := _BACK.match(text):
        what, rest = back["what"], text[back.end() :].strip()
        at = _about(what, past)
        if at is not None and rest:
            # A place that is named anew ("back in Europe, but entry level?") counts too.
            keep = names_facets(what) and not any(w in past[at].core.lower() for w in words(what))
            return at, f"{what}, {rest}" if keep else rest, True
    if earlier := _EARLIER.search(text):
        at = _about(earlier["what"], past)
        if at is not None:
            return at, text, at != last
    return last, text, False


def _about(what: str, past: Sequence[_Past]) -> int | None:
    """The latest question about something: that names it, or asks for that kind of thing."""
    wanted = set(terms(what))
    kind = next(
        (k for w in words(what) for k in (_KINDS.get(w) or _KINDS.get(w.rstrip("s")),) if k), None
    )
    money = {"salari", "pay", "money", "rang", "figur", "number", "wage"} & wanted
    for at in range(len(past) - 1, -1, -1):
        core = past[at].core
        if wanted & set(terms(core)) or (kind and kind(core)) or (money and is_pay(_as_said(core))):
            return at
    places = [v.lower() for v in values(what, place_spans)]
    if places:
        return next(
            (i for i in range(len(past) - 1, -1, -1) if first(past[i].core, place_spans)), None
        )
    return None


_SOURCES = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|hm+)\b\W*)*(?:says\s+who|who\s+says(?:\s+(?:so|that|this))?|sources?|citations?|are\s+you\s+sure(?:\s+about\s+(?:that|this|it))?"
    r"|(?:which|what)(?:'s|\s+is)?\s+(?:the\s+|your\s+)?(?:source|document|article|report|study|file)s?(?:\s+(?:for\s+|is\s+|says?\s+|are\s+)?(?:so|that|this|it|those|these)(?:\s+from)?)?"
    r"|where\s+(?:is|are|does|do|did)\s+(?:that|this|it|those|these|they)\s+(?:come\s+)?from|where\s+did\s+you\s+(?:get|find|read)\s+(?:that|this|it|those|these))\W*$",
    re.I,
)


def _sources(turn: str, before: _Past) -> str | None:
    """ "Says who?", "does another document say otherwise?": the question before, whose answer names
    its sources."""
    asks_which = _OF_SOURCES.search(turn) and not own_terms(turn) - _OF_SOURCES_TERMS
    asks_which = asks_which and not _OF_SOURCES.search(before.core)
    return before.question if _SOURCES.match(turn) or asks_which else None


_OF_SOURCES = re.compile(
    r"\b(?:documents?|sources?|articles?|reports?|guides?|studies|files?)\b", re.I
)
_OF_SOURCES_TERMS = frozenset(
    terms(
        "document source article report guide study studies file say says said otherwise another other different"
        " differ disagree agree agrees confirm confirms contradict contradicts lowest highest less more higher lower"
        " state states give gives claim claims anything else same true right any newest latest"
    )
)


_IS_THAT = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|hm+)\b\W*)*(?:is|are|was|were|does|do)\s+(?:that|this|it|those|these|they)\b(?!.*\b(?:more|less|than|higher|lower)\b)",
    re.I,
)


def _kind_of_pay(turn: str, before: _Past) -> str | None:
    """ "Is that base?": which kind of pay the figures just given are."""
    named = set(read_question(turn).components) & {"base", "total", "equity", "bonus"}
    named -= set(read_question(before.core).components)
    if not named or not _IS_THAT.match(turn) or not is_pay(before.core) or names_whom(turn):
        return None
    return f"{stem_of(before.core)}, base or total?"


def _as_said(question: str) -> str:
    """Without the words in brackets that were carried over to it."""
    return re.sub(r"\s*\([^()]*\)\??$", "", question)


_OTHERS = re.compile(
    r"^\W*(?:(?:and|what|how|about|for)\b\s*)*(?:the\s+)?(?:other|rest\s+of\s+the|all|remaining)\s+(?P<what>level|place|cit(?:y|ies)|countr(?:y|ies)|region)s?\W*$",
    re.I,
)


def _others(turn: str, before: _Past) -> str | None:
    """ "And the other levels?": the same figure, by level."""
    match = _OTHERS.match(turn)
    if not match or not is_pay(before.core):
        return None
    by_level = match["what"].lower() == "level"
    part = first(before.core, component_spans) or "pay"
    role = first(before.core, role_spans)
    place = "" if not by_level else first(before.core, place_spans)
    level = "" if by_level else first(before.core, level_spans)
    whose = f" of {role}" if role else ""
    kept = f" {in_place(place)}" if place else f" for {level}" if level else ""
    return f"What is the {part}{whose}{kept} by {'level' if by_level else 'place'}?"


def _choice(turn: str, before: _Past) -> str | None:
    offered = options(before.core)
    if len(offered) < 2 and before.answer:
        offered = listed(before.answer)
    resolved = chosen(without_opener(turn), offered)
    if resolved and not own_terms(resolved) - {t for o in offered for t in terms(o)}:
        # "What about the first?": what it was compared in still matters.
        others = {t for o in offered for t in terms(o)}
        topics = [a for a in antecedents([before.core]) if not set(terms(a.text)) & others]
        resolved = _with_topic(resolved, topics[:2])
        if is_pay(before.core) and not is_pay(resolved):
            return f"{stem_of(resolved)} (pay)?"
    return resolved


_APART = re.compile(
    r"\b(?:gap|difference|apart)\b|\bwhich\s+(?:one|of)\b.{0,30}\b(?:more|better|less|higher|lower)\b",
    re.I,
)


def _comparison(turn: str, before: _Past, past: Sequence[_Past]) -> str | None:
    """A comparison with what was asked before: both sides are named."""
    if not (compares(turn) or compares_on(turn) or _APART.search(turn)):
        return None
    core = before.core
    plain = _APART.sub(" ", turn)
    for find in FACETS:
        new, old = values(plain, find), values(core, find)
        if len(new) >= 2:
            return with_open_facets(core, turn)
        if new and old and is_pay(core):
            if new[0].lower() == old[0].lower():
                return None
            return swapped(core, find, f"{old[0]} versus {new[0]}")
    rest = own_terms(plain) - _COMPARING
    extra = f", {without_opener(turn)}" if rest else ""
    for earlier in reversed(past[:-1]):
        for find in FACETS:
            old, new = values(earlier.core, find), values(core, find)
            if old and new and old[0].lower() != new[0].lower():
                return f"{stem_of(swapped(core, find, f'{old[0]} versus {new[0]}'))}{extra}"
    return None


_COMPARING = frozenset(
    terms("compare compared difference gap more less how much pays pay better higher which one two")
)


def _facets(turn: str, before: _Past) -> str | None:
    """The pay question before, with what the turn names in place of what it named."""
    core = before.core
    turn = _same_said(turn, core)
    about_another = me.SOMEONE_ELSE.search(turn) and (
        _WHAT_ABOUT.search(turn) or opens_ellipsis(turn)
    )
    if about_another:
        core = _of_them(core)
    if is_question(turn) and (one := _one(turn, core)):
        return one
    named = [(find, new) for find in FACETS if (new := values(turn, find))]
    rest = own_terms(elliptic_part(turn)) - set(terms(core)) - _COMPARING
    if not named:
        return None
    asks_itself = is_clause(text := without_opener(turn)) and is_pay(text) and names_whom(text)
    if asks_itself and not about_another and not points_back(text) and not compares(text):
        return with_open_facets(core, text) if is_pay(core) else text
    if (not rest or about_another) and (
        is_pay(core) or not is_question(turn) or opens_ellipsis(turn)
    ):
        question = core
        for find, new in named:
            question = swapped(question, find, " and ".join(dict.fromkeys(map(in_a_noun, new))))
        return question
    if is_pay(core) and is_pay(turn) and not points_back(re.sub(r"\bthere\b", "", turn)):
        # It says itself what is asked; only the facets that it leaves open carry over.
        return with_open_facets(core, without_opener(turn))
    if (
        is_pay(core)
        and rest
        and not is_pay(turn)
        and not points_back(turn)
        and not opens_ellipsis(turn)
    ):
        return turn if len(rest) > 3 else f"{stem_of(turn)} ({subject(core)})?"
    return None


_OF_THEM = (
    ("am i", "are they"),
    ("i'm", "they're"),
    ("i've", "they've"),
    ("i", "they"),
    ("me", "them"),
    ("my", "their"),
)


def _of_them(question: str) -> str:
    """A question of the user's own as one of somebody else's."""
    for own, other in _OF_THEM:
        question = re.sub(rf"\b{own}\b", other, question, flags=re.I)
    return question


_WHAT_ABOUT = re.compile(r"\b(?:what|how)\s+about\s+(?:her|him|them|there|that|it)\b", re.I)
_SAME = re.compile(
    r"\b(?:at|with|in|for|of)\s+the\s+same\s+(?P<what>level|seniority|experience|years|role|job|place|city|country)\b(?:\s+of\s+experience)?",
    re.I,
)


def _same_said(turn: str, core: str) -> str:
    """ "at the same level" as "for seniors"."""
    match = _SAME.search(turn)
    if not match:
        return turn
    what = match["what"].lower()
    if what in {"place", "city", "country"}:
        said = in_place(first(core, place_spans)) if first(core, place_spans) else ""
    elif what in {"role", "job"}:
        said = f"as {first(core, role_spans)}" if first(core, role_spans) else ""
    else:
        years, level = first(core, year_spans), first(core, level_spans)
        said = f"with {years}" if years else f"for {level}" if level else ""
    return f"{turn[: match.start()]}{said}{turn[match.end() :]}" if said else turn


_ONE = re.compile(r"\bones?\b", re.I)


def _one(turn: str, core: str) -> str | None:
    """ "a senior one": the role that was asked about."""
    role = first(core, role_spans)
    if role and _ONE.search(turn) and level_spans(turn):
        return with_open_facets(core, _ONE.sub(role.rstrip("s"), turn, count=1))
    return None


def _in_general(turn: str, past: Sequence[_Past], weights: Weights | None) -> str:
    """A follow-up of any subject: the question is said again, or what it leaves out is added."""
    text = without_opener(turn)
    core = past[-1].core
    ellipsis = elliptic_part(turn)
    if tail := _other_complement(ellipsis, core):
        return tail
    if _WHY.match(text) and len(words(core)) <= 2 * LONGEST_JOIN:
        return _why(core, text)
    if is_complement(text) and len(words(core)) <= LONGEST_JOIN and is_question(core):
        return f"{stem_of(core)} {_lowered(text)}"
    longest = LONGEST_JOIN if is_pay(core) else LONGEST_JOIN // 2
    if is_partial(text) and len(words(core)) <= longest and is_question(core):
        # "Do I earn less then?", "by how much?": what was joined on last is what it is about.
        last = past[-1].question
        joined = last if _HOW.match(text) and len(words(last)) <= LONGEST_JOIN else core
        return f"{stem_of(joined)}, and {_lowered(text)}"
    if is_pay(core):
        return _of_pay(text, past)
    short = len(words(ellipsis)) <= 4 and opens_ellipsis(turn) and ellipsis != turn
    joins = leaves_out(text) or asks_which_part(text) or bool(_OF_THE_ANSWER.search(text))
    if not joins:
        longest = min(longest, LONGEST_OF_OTHERS)
        joins = short or _points_at_an_answer(text)
    if joins and len(words(core)) <= longest and is_question(core):
        return f"{stem_of(core)}, and {_lowered(text)}"
    return _with_carried(text, [p.turn for p in past], weights)


_OF_THE_ANSWER = re.compile(
    r"\bwhich\s+of\s+(?:these|those|them|us)\b|\b(?:is|are|was|were)\s+(?:that|this|it|those)\W*$"
    r"|\bthe\s+(?:first|second|third|last|other)\s+one\b",
    re.I,
)
_ASKS_WHICH = re.compile(r"\b(?:which|what|whom|how)\b", re.I)


def _joined_complement(turn: str, core: str) -> str | None:
    """ "In which roles?", "what if I don't?": nothing without the question before."""
    text = without_opener(turn)
    asks = (is_complement(text) and _ASKS_WHICH.search(text)) or supposes(text)
    if not asks or len(words(core)) > LONGEST_JOIN or not is_question(core):
        return None
    return f"{stem_of(core)}, and {_lowered(text)}"


def _of_other_people(turn: str, core: str) -> str | None:
    """ "And a master?" after "What do journeymen earn?": the same of the people named now."""
    named = elliptic_part(turn).rstrip(" ?.!")
    new, old = person_spans(named), person_spans(core)
    bare = re.sub(r"^(?:an?|the)\s+", "", named, flags=re.I)
    if len(new) != 1 or len(old) != 1 or named[slice(*new[0])] != bare:
        return None
    if level_spans(named) or role_spans(core):
        return None
    start, end = old[0]
    return f"{core[:start]}{bare}{core[end:]}"


def _of_pay(text: str, past: Sequence[_Past]) -> str:
    """A follow-up of a question of pay that names no facet of it."""
    core = past[-1].core
    if is_partial(text) or not is_question(text):
        return f"{stem_of(core)}, and {_lowered(text)}"
    new = own_terms(text) - set(terms(core))
    if new and _asks_beside_pay(text) and me.is_about_user(text) and not points_back(text):
        return text  # "How do I get there faster?" after pay of anyone's.
    beside = new and _asks_beside_pay(text) and names_facets(core)
    if (len(new) >= 3 and not points_back(text)) or beside:
        return f"{stem_of(text)} ({subject(core)})?"
    candidates = antecedents([p.question for p in past])
    if re.search(r"\b(?:they|them|their)\b", text, re.I):
        resolved = with_pronouns_resolved(text, candidates, skip=EXPLETIVE)
        if resolved is not None:
            return _with_topic(resolved, candidates[:1])
    if len(words(core)) <= LONGEST_JOIN and is_question(core):
        return f"{stem_of(core)}, and {_lowered(text)}"
    return _with_topic(text, candidates[:2])


def _points_at_an_answer(text: str) -> bool:
    """Whether a short turn points back at more than a thing ("does that raise pay?")."""
    a_thing = PRONOUN.search(EXPLETIVE.sub(" ", text))
    return points_back(text) and not a_thing and len(own_terms(text)) <= MOST_OWN + 1


def _asks_beside_pay(text: str) -> bool:
    """Whether a turn asks something else about what a question of pay was about."""
    return (
        is_clause(text)
        and not is_pay(text)
        and not component_spans(text)
        and not asks_of_sources(text)
    )


MOST_OWN = 2
"""A follow-up with more words of its own than this finds its answer by them: what else was talked
about would lead to the rest of the conversation instead. Chosen on CAsT, among 1 … 4."""
SURE = 0.4
"""How likely a phrase must be to take the place of a pronoun."""


def _with_carried(text: str, past: Sequence[str], weights: Weights | None) -> str:
    """A follow-up with the phrases that it leaves out, likeliest first."""
    found = carried(text, past, weights)
    pronoun = bool(PRONOUN.search(EXPLETIVE.sub(" ", text)))
    says_enough = len(set(terms(text))) > MOST_OWN
    if says_enough and not pronoun:
        return text
    sure = [Antecedent(c.phrase, c.probability) for c in found if c.probability >= SURE]
    resolved = with_pronouns_resolved(text, sure, skip=EXPLETIVE)
    return _with_topic(resolved or text, found[: 1 if says_enough else 2])


_HOW = re.compile(r"^\W*(?:by\s+how\s+much|how|when|where|who|since\s+when)\b", re.I)
_WHY = re.compile(
    r"^\W*why(?:\s+(?:so|not|is|was|does|do|are)?\s*(?:that|this|it|so|there\s+a\s+difference)?(?:\s+(?:so|the\s+case|at\s+all|then|exactly))?)?\W*$",
    re.I,
)
_YES_NO = re.compile(
    r"^(?:do|does|did|is|are|was|were|can|could|will|would|should|has|have)\b", re.I
)


def _why(core: str, text: str) -> str:
    """ "Why?" or "why not?", with what is to be explained."""
    if re.match(r"\W*why\s+not\b", text, re.I):
        return f"{stem_of(core)}, and why not?"
    sides = _sides(core)
    if _DIFFERS.search(text) and sides:
        return f"Why is there a difference between {sides}?"
    if _YES_NO.match(core):
        return f"Why {_lowered(core)}"
    if not is_question(core.rstrip(" ?")):
        statement = re.sub(r",?\s*(?:right|correct|no|isn't\s+it)\s*\??$", "", core, flags=re.I)
        return f"Why {_lowered(stem_of(_inverted(statement)))}?"
    return f"{stem_of(core)}, and why?"


_DIFFERS = re.compile(r"\bdiffer(?:s|ent|ence)?\b", re.I)


def _sides(core: str) -> str:
    """The two that a question compares, with what they are compared in where it is pay."""
    offered = options(core)
    if len(offered) != 2:
        return ""
    both = " and ".join(offered)
    return f"pay in {both}" if place_spans(core) else f"{both} in pay" if is_pay(core) else both


_BE_AFTER = re.compile(
    r"^(?P<who>(?:[\w'’&/+-]+\s+){1,6}?)(?P<be>is|are|was|were|will|can|has|have)\s+(?!not\b)", re.I
)


def _inverted(statement: str) -> str:
    """ "Jobs are getting rarer" -> "are jobs getting rarer"; what cannot be turned, "is it that ..."."""
    match = _BE_AFTER.match(statement)
    if not match or re.match(r"(?:i|we|you|there|it|this|that)\b", statement, re.I):
        return f"is it that {_lowered(statement)}"
    return f"{match['be'].lower()} {_lowered(match['who'])}{statement[match.end() :]}"


_COMPLEMENT = re.compile(
    r"^(?P<preposition>at|in|for|on|with|from|by|about|as|to|under)\s+(?P<rest>.+?)[?.]*$", re.I
)


def _other_complement(ellipsis: str, core: str) -> str | None:
    """ "and at startups?" after "Are roles growing at banks?": the one in the other's place."""
    match = _COMPLEMENT.match(ellipsis)
    if not match or len(words(ellipsis)) > 6 or is_question(ellipsis.rstrip(" ?")):
        return None
    old = re.search(
        rf"\b{match['preposition']}\s+(?:(?!\bof\b)[\w'-]+\s*){{1,4}}(?=[?.,]|$)", core, re.I
    )
    return f"{core[: old.start()]}{ellipsis}" if old else None


def _with_topic(text: str, topics: Sequence[object]) -> str:
    own = set(terms(text))
    missing = [t.text for t in topics if not set(terms(t.text)) <= own]  # type: ignore[attr-defined]
    return f"{stem_of(text)} ({', '.join(missing)})?" if missing else text


def _lowered(text: str) -> str:
    """With a small first letter, unless the word is written so anywhere ("AI", "I")."""
    head = text.split(" ", 1)[0]
    return text if head == "I" or head[1:] != head[1:].lower() else text[:1].lower() + text[1:]
