"""A turn in the light of the questions before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conversation import profile as me
from rag.conversation.carry import Weights
from rag.conversation.ellipsis import in_general, joined_complement, of_other_people
from rag.conversation.facets import (
    FACETS,
    along_the_ladder,
    component_spans,
    first,
    in_a_noun,
    in_place,
    is_pay,
    level_spans,
    named_places,
    names_facets,
    names_whom,
    own_terms,
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
from rag.conversation.past import Past, as_question, with_topic
from rag.conversation.references import antecedents, asks_which_of, chosen, listed, options
from rag.conversation.signs import (
    compares_on,
    correction,
    elliptic_part,
    is_clause,
    is_follow_up,
    is_question,
    opens_ellipsis,
    points_back,
    without_new_subject,
    without_opener,
)
from rag.lexical import terms, words
from rag.messages import is_decline
from rag.salary.question import compares, read_question


def rewritten(turn: str, past: Sequence[Past], weights: Weights | None = None) -> str:
    """A turn in the light of the questions before it; a turn that stands alone as it is."""
    fresh = without_new_subject(turn)
    if fresh and not points_back(fresh):
        return fresh
    if not past:
        return step_named(turn)
    meant = correction(turn)
    text = step_named(meant or fresh or turn)
    if not words(without_opener(text)) or not re.search(r"\w", elliptic_part(text)):
        return past[-1].question  # "So?"
    if _REPEAT.match(text):
        return past[-1].question
    if not is_question(past[-1].turn) and _TAG.match(text):
        return past[-1].core  # "It's too late to switch." "Is it?"
    at, text, returned = _anchor(text, past)
    before = past[at]
    if not is_pay(before.core) and (place := first(before.core, named_places)):
        text = _THERE.sub(in_place(place), text)
    # Turns that are nothing but that are told by it: no other sign is needed.
    if plain := _sources(text, before) or _broken_down(text, before) or _other_end(text, before):
        return as_question(plain)
    leans = is_follow_up(text, before.core) or asks_which_of(text, options(before.core))
    if not (meant or returned or leans):
        return without_opener(text) if text == turn and not opens_ellipsis(turn) else text
    question = (
        _kind_of_pay(text, before)
        or _choice(text, before)
        or along_the_ladder(before.core, elliptic_part(text))
        or _others(text, before)
        or joined_complement(text, before)
        or of_other_people(text, before.core)
        or _comparison(text, before, past)
        or _facets(text, before)
    )
    if question is not None:
        return as_question(question)
    return as_question(in_general(text, past[: at + 1], weights))


_REPEAT = re.compile(
    r"^\W*(?:(?:can|could)\s+you\s+|please\s+)*(?:repeat|say)\s+(?:it|that|this|your\s+(?:last\s+)?answer|the\s+(?:last\s+)?answer)(?:\s+again|\s+please)*\W*$|^\W*(?:come\s+again|again\s+please|once\s+more)\W*$",
    re.I,
)
_THERE = re.compile(
    r"(?<!\bis\s)(?<!\bare\s)\b(?:over\s+)?there\b(?!\s+(?:is|are|a|an|any)\b)", re.I
)
_TAG = re.compile(
    r"^\W*(?:(?:and|but|so|well)\b\W*)*(?:is|are|was|were|do|does|did|can|could|will|would|should|am)(?:n['’]?t)?\s+(?:it|they|that|this|i|we|he|she|there)\W*$",
    re.I,
)
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


def _anchor(text: str, past: Sequence[Past]) -> tuple[int, str, bool]:
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
    if (
        is_decline(past[last].answer)
        and not _names_pay_of(past[last].core)
        and _names_only_facets(text)
    ):
        # "Tell me a joke." "Ok, and in Asia?"
        at = next((i for i in range(last, -1, -1) if _names_pay_of(past[i].core)), last)
        return at, text, at != last
    return last, text, False


def _names_pay_of(core: str) -> bool:
    return is_pay(core) or names_facets(core)


def _names_only_facets(text: str) -> bool:
    return names_facets(text) and not own_terms(elliptic_part(text))


def _about(what: str, past: Sequence[Past]) -> int | None:
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


def _sources(turn: str, before: Past) -> str | None:
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


def _kind_of_pay(turn: str, before: Past) -> str | None:
    """ "Is that base?": which kind of pay the figures just given are."""
    named = set(read_question(turn).components) & {"base", "total", "equity", "bonus"}
    named -= set(read_question(before.core).components)
    if not named or not _IS_THAT.match(turn) or not is_pay(before.core) or names_whom(turn):
        return None
    return f"{stem_of(before.core)}, base or total?"


def _as_said(question: str) -> str:
    """Without the words in brackets that were carried over to it."""
    return re.sub(r"\s*\([^()]*\)\??$", "", question)


_BREAK_DOWN = re.compile(
    r"^\W*(?:(?:please|can\s+you|could\s+you|and|ok(?:ay)?)\b\W*)*(?:break\s+(?:it|that|this|them)\s+down|split\s+(?:it|that)(?:\s+up)?|(?:give\s+me\s+)?(?:a|the)\s+breakdown|breakdown)\b",
    re.I,
)


def _broken_down(turn: str, before: Past) -> str | None:
    """ "Break it down": the parts of the pay that was asked for."""
    if not _BREAK_DOWN.match(turn) or not is_pay(before.core):
        return None
    return swapped(before.core, component_spans, "base, bonus and equity")


_END = r"\b(?:highest|lowest|most|least|best|worst|biggest|smallest|top|bottom)\b"
_OTHER_END = re.compile(rf"^\W*(?:the\s+)?(?P<end>{_END})(?:[\s-](?:paid|paying|ones?))?\W*$", re.I)


def _other_end(turn: str, before: Past) -> str | None:
    """ "And the lowest?" after "Which regions pay most?": the other end of the same ranking."""
    match = _OTHER_END.match(elliptic_part(turn))
    old = re.search(_END, before.core, re.I)
    if not match or not old:
        return None
    end = match["end"]
    if old[0].lower() in {"most", "least"} and end.lower() not in {"most", "least"}:
        end = "least" if end.lower() in {"lowest", "worst", "smallest", "bottom"} else "most"
    return f"{before.core[: old.start()]}{end}{before.core[old.end() :]}"


_OTHERS = re.compile(
    r"^\W*(?:(?:and|what|how|about|for)\b\s*)*(?:the\s+)?(?:other|rest\s+of\s+the|all|remaining)\s+(?P<what>level|place|cit(?:y|ies)|countr(?:y|ies)|region)s?\W*$",
    re.I,
)


def _others(turn: str, before: Past) -> str | None:
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


def _choice(turn: str, before: Past) -> str | None:
    offered = options(before.core)
    if len(offered) < 2 and before.answer and not is_pay(before.core):
        offered = listed(before.answer)
    resolved = chosen(without_opener(turn), offered)
    if resolved and not own_terms(resolved) - {t for o in offered for t in terms(o)}:
        # "What about the first?": what it was compared in still matters.
        others = {t for o in offered for t in terms(o)}
        topics = [a for a in antecedents([before.core]) if not set(terms(a.text)) & others]
        resolved = with_topic(resolved, topics[:2])
        if is_pay(before.core) and not is_pay(resolved):
            return f"{stem_of(resolved)} (pay)?"
    return resolved


_APART = re.compile(
    r"\b(?:gap|difference|apart)\b|\bwhich\s+(?:one|of)\b.{0,30}\b(?:more|better|less|higher|lower)\b",
    re.I,
)


def _comparison(turn: str, before: Past, past: Sequence[Past]) -> str | None:
    """A comparison with what was asked before: both sides are named."""
    if not any(test(turn) for test in (compares, compares_on, _APART.search, _DIFFERS.search)):
        return None
    core = before.core
    if _DIFFERS.search(turn) and (known := first(core, role_spans)) and role_spans(turn):
        named = _IT.sub(f"{_article(known)}{known}", without_opener(turn), count=1)
        return named if known.lower() in named.lower() else None
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


_DIFFERS = re.compile(
    r"\b(?:that|it|this|they|those|these)\b.*\b(?:differs?|different|similar|compares?|the\s+same\s+as|like)\b",
    re.I,
)
_IT = re.compile(r"\b(?:that|it|this|they|those|these)\b", re.I)


def _article(role: str) -> str:
    """ "an " or "a " before an occupation in the singular."""
    letters = "AEFHILMNORSX" if role[:2].isupper() else "aeiouAEIOU"  # as they are said
    return "" if role.endswith("s") else "an " if role[0] in letters else "a "


_COMPARING = frozenset(
    terms("compare compared difference gap more less how much pays pay better higher which one two")
)


def _facets(turn: str, before: Past) -> str | None:
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
