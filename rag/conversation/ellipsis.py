"""A follow-up of any subject: the question before is said again, or what the turn leaves out is added."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.conversation import profile as me
from rag.conversation.carry import Weights, carried
from rag.conversation.facets import (
    component_spans,
    is_pay,
    level_spans,
    names_facets,
    names_whom,
    own_terms,
    person_spans,
    place_spans,
    role_spans,
    stem_of,
    subject,
    with_open_facets,
)
from rag.conversation.past import Past, lowered, with_topic
from rag.conversation.phrases import noun_phrases
from rag.conversation.references import (
    PRONOUN,
    Antecedent,
    antecedents,
    options,
    with_pronouns_resolved,
)
from rag.conversation.signs import (
    EXPLETIVE,
    asked_period,
    asks_for_more,
    asks_of_sources,
    asks_which_part,
    continues,
    elliptic_part,
    is_clause,
    is_complement,
    is_consequence,
    is_partial,
    is_question,
    leaves_out,
    opens_ellipsis,
    points_back,
    says_nothing_itself,
    supposes,
    without_opener,
)
from rag.lexical import terms, words
from rag.salary.question import read_question
from rag.salary.roles import is_person

LONGEST_JOIN = 14
"""Words of a question that is said again in whole before a follow-up; of a longer one only
what it is about is."""


LONGEST_OF_OTHERS = 4
"""The same before a follow-up of another subject than pay that says something itself: what is said
again leads back to the last answer. Chosen on CAsT's retrieval and rewrites, among 4 and 7."""


def in_general(turn: str, past: Sequence[Past], weights: Weights | None) -> str:
    """A follow-up of any subject: the question is said again, or what it leaves out is added."""
    text = without_opener(turn)
    core = past[-1].core
    ellipsis = elliptic_part(turn)
    if tail := _other_complement(ellipsis, core):
        return tail
    if asks_for_more(text) and not is_pay(core):
        return core  # What was told is left out of the answer.
    if _WHY.match(text) and len(words(core)) <= 2 * LONGEST_JOIN:
        return _why(core, text)
    if is_complement(text) and len(words(core)) <= LONGEST_JOIN and is_question(core):
        return f"{stem_of(core)} {lowered(text)}"
    longest = LONGEST_JOIN if is_pay(core) else LONGEST_JOIN // 2
    told = not is_question(core) and me.speaks_of_me(core)
    longest_before = longest if points_back(text) else LONGEST_JOIN
    if is_partial(text) and len(words(core)) <= longest_before and not told:
        return f"{stem_of(_joined_last(text, past[-1]))}, and {lowered(text)}"
    if is_pay(core):
        return _of_pay(text, past)
    open_to_all = is_pay(text) and not names_whom(text) and not me.is_about_user(text)
    if open_to_all and names_whom(core) and not points_back(text):
        return with_open_facets(core, text)
    if other := _other_subject(turn, core):
        return other
    short = len(words(ellipsis)) <= 4 and opens_ellipsis(turn) and ellipsis != turn
    if (says_nothing_itself(text) and not points_back(text)) or continues(text):
        longest = LONGEST_JOIN
    leaves = (leaves_out, asks_which_part, says_nothing_itself, continues)
    joins = any(test(text) for test in leaves)
    joins = joins or bool(_OF_THE_ANSWER.search(text)) or is_consequence(turn)
    if not joins:
        longest = min(longest, LONGEST_OF_OTHERS)
        joins = short or _points_at_an_answer(text)
    if joins and len(words(core)) <= longest and is_question(core):
        return f"{stem_of(core)}, and {lowered(text)}"
    return _with_carried(text, [p.turn for p in past], weights)


def _other_subject(turn: str, core: str) -> str | None:
    """ "And Rust?" after "How important is Python?": the one subject in the other's place."""
    named = elliptic_part(turn)
    new, old = noun_phrases(named), [p for p in noun_phrases(core) if not p.light]
    if named == turn or len(new) != 1 or len(old) != 1 or not is_clause(core):
        return None
    bare = re.sub(r"^(?:an?|the|some|any)\s+", "", named.strip(" ?.!"), flags=re.I)
    if new[0].text != bare.removesuffix("'s") or new[0].stems & old[0].stems:
        return None
    if is_person(words(old[0].text)[-1]) and not is_person(words(bare)[-1]):
        return None  # "What do employers look for?" "And soft skills?"
    ends = not words(core[old[0].end :])
    if ends and re.search(r"\b(?:do|does|did)\s+(?:the\s+|an?\s+)?$", core[: old[0].start], re.I):
        return None  # Its last word is the verb.
    before = _BE.sub("are " if new[0].plural else "is ", core[: old[0].start])
    before = re.sub(r"\ban?\s+$", "" if new[0].plural else r"\g<0>", before, flags=re.I)
    return f"{before}{bare}{core[old[0].end :]}"


_BE = re.compile(r"\b(?:is|are)\s+(?=(?:(?:the|an?)\s+)?$)", re.I)


def _joined_last(text: str, before: Past) -> str:
    """What "by how much?" is about: what was joined on last ("Do I earn less then?")."""
    last = before.question
    return last if _HOW.match(text) and len(words(last)) <= LONGEST_JOIN else before.core


_OF_THE_ANSWER = re.compile(
    r"\bwhich\s+of\s+(?:these|those|them|us)\b|\b(?:is|are|was|were)\s+(?:that|this|it|those)\W*$"
    r"|\bthe\s+(?:first|second|third|last|other)\s+one\b",
    re.I,
)
_ASKS_WHICH = re.compile(r"\b(?:which|what|whom|how)\b", re.I)


def joined_complement(turn: str, before: Past) -> str | None:
    """ "In which roles?", "what if I don't?": nothing without the question before."""
    text = without_opener(turn)
    core = _joined_last(text, before)
    asks = (is_complement(text) and _ASKS_WHICH.search(text)) or supposes(text)
    if not asks or len(words(core)) > LONGEST_JOIN or not is_question(core):
        return None
    return f"{stem_of(core)}, and {lowered(text)}"


def of_other_people(turn: str, core: str) -> str | None:
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


def _of_pay(text: str, past: Sequence[Past]) -> str:
    """A follow-up of a question of pay that names no facet of it."""
    core = past[-1].core
    if is_partial(text) or not is_question(text):
        return f"{stem_of(_joined_last(text, past[-1]))}, and {lowered(text)}"
    if points_back(text) and (period := asked_period(text)):
        return f"{stem_of(core)} per {period}"
    judges = _YES_NO.match(text) and (me.is_about_user(text) or len(own_terms(text)) <= 1)
    if points_back(text) and judges and read_question(past[-1].question).amounts:
        return past[-1].question  # "They offered 85k." "Should I take it?", "is that normal?"
    new = own_terms(text) - set(terms(core))
    if new and _asks_beside_pay(text) and me.is_about_user(text) and not points_back(text):
        return text  # "How do I get there faster?" after pay of anyone's.
    beside = new and _asks_beside_pay(text) and names_facets(core)
    if (len(new) >= 3 and not points_back(text)) or beside:
        return f"{stem_of(text)} ({subject(core)})?"
    candidates = antecedents([p.question for p in past])
    if _PLURAL.search(text):
        resolved = with_pronouns_resolved(text, candidates, skip=EXPLETIVE)
        if resolved is not None:
            return with_topic(resolved, candidates[:1])
    if len(words(core)) <= LONGEST_JOIN and is_question(core):
        return f"{stem_of(core)}, and {lowered(text)}"
    return with_topic(text, candidates[:2])


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
_PLURAL = re.compile(r"\b(?:they|them|their)\b", re.I)


def _with_carried(text: str, past: Sequence[str], weights: Weights | None) -> str:
    """A follow-up with the phrases that it leaves out, likeliest first."""
    found = carried(text, past, weights)
    pronoun = bool(PRONOUN.search(EXPLETIVE.sub(" ", text)))
    says_enough = len(set(terms(text))) > MOST_OWN
    if says_enough and not pronoun:
        return text
    several = _PLURAL.search(text)
    sure = [
        Antecedent(c.phrase, c.probability)
        for c in found
        if c.probability >= SURE and (c.phrase.plural or not several)
    ]
    resolved = with_pronouns_resolved(text, sure, skip=EXPLETIVE)
    return with_topic(resolved or text, found[: 1 if says_enough else 2])


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
        return f"Why {lowered(core)}"
    if not is_question(core.rstrip(" ?")):
        statement = re.sub(r",?\s*(?:right|correct|no|isn't\s+it)\s*\??$", "", core, flags=re.I)
        return f"Why {lowered(stem_of(_inverted(statement)))}?"
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
        return f"is it that {lowered(statement)}"
    return f"{match['be'].lower()} {lowered(match['who'])}{statement[match.end() :]}"


_COMPLEMENT = re.compile(
    r"^(?P<preposition>at|in|for|on|with|from|by|about|as|to|under)\s+(?P<rest>.+?)[?.]*$", re.I
)


_UNIT = re.compile(
    r"(?:per\s?cent(?:ages?)?|%|dollars?|euros?|pounds?|usd|eur|gbp|figures|numbers|total|general|short|detail|words)",
    re.I,
)


def _other_complement(ellipsis: str, core: str) -> str | None:
    """ "and at startups?" after "Are roles growing at banks?": the one in the other's place."""
    match = _COMPLEMENT.match(ellipsis)
    if match and _UNIT.fullmatch(match["rest"]):
        return f"{stem_of(core)} {ellipsis}"
    if not match or len(words(ellipsis)) > 6 or is_question(ellipsis.rstrip(" ?")):
        return None
    old = re.search(
        rf"\b{match['preposition']}\s+(?:(?!\bof\b)[\w'-]+\s*){{1,4}}(?=[?.,]|$)", core, re.I
    )
    return f"{core[: old.start()]}{ellipsis}" if old else None
