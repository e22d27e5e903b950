"""Does a turn stand by itself? The general signs that it does not."""

from __future__ import annotations

import re

from rag.conversation.facets import (
    asks_along_the_ladder,
    is_complete,
    is_pay,
    names_facets,
    names_pay,
    names_whom,
    own_terms,
)
from rag.conversation.phrases import noun_phrases
from rag.lexical import rarity, terms, words
from rag.salary.money import find_period
from rag.types import Period

_QUESTION = re.compile(
    r"\?|^\s*(?:and\s+|but\s+|so\s+|ok,?\s+)?(?:who|whom|what|whats|what's|which|when|where|why|how|is|are|am|was|were|do|does|did|can|could|would|will|should|shall|may|might|has|have|tell|show|give|list|compare|explain|rank|check|add)\b"
    r"|^\W*(?:i'd|i\s+would|i|we)\s+(?:like|want|need|wish)\s+to\s+(?:know|learn|hear|understand|see|ask|find\s+out)\b|^\W*(?:i'm|i\s+am|im)\s+(?:curious|wondering|interested\s+in)\b|^\W*i\s+(?:was\s+wondering|wonder)\b",
    re.I,
)
_OWN_STATEMENT = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok|so|well)\b\W*)*(?:i|i'm|im|i've|ive|i'd|we|we're|we've|my(?!\s+(?:friend|brother|sister|cousin|wife|husband|partner|colleague|boss)))\b",
    re.I,
)
_CLAUSE = re.compile(
    r"^\s*(?:who|whom|what|whats|what's|which|when|where|why|how|is|are|was|were|do|does|did|can|could|would|will|should|has|have|tell|show|give|list|explain)\b",
    re.I,
)
_NEW_SUBJECT = re.compile(
    r"^\W*(?:(?:and|ok(?:ay)?|so|now|but|well|thanks|right)\b[\s,.!]*)*"
    r"(?:by\s+the\s+way|btw|(?:a\s+)?(?:completely\s+|totally\s+|something\s+)?different(?:\s+(?:question|topic|subject|thing))?|(?:new|next|another|other|change\s+of)\s+(?:topic|subject|question)|on\s+another\s+note|unrelated|forget\s+(?:that|it|about\s+(?:that|it))|never\s+mind|nevermind|moving\s+on|something\s+else)\b[\s,.:;!–—-]*",
    re.I,
)
_CORRECTION = re.compile(
    r"^\W*(?:(?:no|nope|sorry|oops|wait|ah|oh|actually|well|hm+|not\s+(?:that|those))\b[\s,.!–—-]*)*(?:(?:i\s+(?:meant|mean|was\s+asking\s+(?:about|for)|wanted|want)|make\s+(?:that|it)|rather|correction)\b[\s,:]*(?:for\s+|about\s+)?(?:the\s+(?=\w+\s*$))?)",
    re.I,
)
_MEANT_LAST = re.compile(
    r"^(?:[^?]*[.,!;:–—-]\s+)?(?P<rest>[^.,!?;:]{2,40}?),?\s+(?:is\s+what\s+)?i\s+(?:mean|meant|wanted)\W*$",
    re.I,
)
_NO = re.compile(r"^\W*(?:no|nope|sorry|oops|wait|actually)\b[\s,.!–—-]+", re.I)
_OPENER = re.compile(
    r"^\s*(?:(?:and|but|or|so|ok(?:ay)?|also|then|hm+|now|instead|well|right|thanks|thank\s+you|great|cool|interesting|i\s+see|only|just)\b[\s,:.!]*)+"
    r"|^\s*(?:what|how)\s+(?:about|of)\b[\s,]*|^\s*what\s+if\b[\s,]*|^\s*(?:and\s+)?(?:the\s+)?same\s+(?:for|in|with|at|question\s+for)?\s*",
    re.I,
)
_WHAT_IF = re.compile(r"^\W*(?:(?:and|but|so|ok(?:ay)?)\b\W*)*what\s+if\b", re.I)
_PHRASAL = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?|also|then|well)\b[\s,:.!]*)*(?:what|how)\s+(?:about|of)\b[\s,]*",
    re.I,
)
_LEADING = re.compile(
    r"^\s*(?:(?:and|but|or|so|ok(?:ay)?|also|then|hm+|well|oh|ah|now|thanks|thank\s+you|great|cool|right)\b[\s,:.!–—-]*)+",
    re.I,
)

_ANAPHORA = re.compile(
    r"\b(?:they|them|their|theirs|these|those|he|she|him|his|her|hers|both|neither|either|its|itself|themselves)\b"
    r"|\b(?:is|was|does|did|do|has|have|are|were|for|of|with|than|about|like|after|before|to|in|on|why|how|by|from|much|over|into|at|can|could|would|will|should|get|use|make|made|mean|means|need|stop|fix|avoid|prevent|because)\s+(?:that|this|it)\b(?!\s+(?:the|a|an|my|your|our|i|you|we|people|there)\b)"
    r"|\b(?:it|this|that)\W*$|^\s*(?:that|this|it)\b|(?<=,\s)(?:that|this|it)\b|\b(?:that|this|these|those)\s+(?:\w+)\s*\??$"
    r"|\b(?:that|this)\s+(?:range|figure|number|level|role|place|city|country|salary|pay|table|article|source|report|one|kind|case|way|field|area|point|reason|row)s?\b"
    r"|\bthe\s+(?:first|second|third|fourth|last|former|latter|two|rest|others)\b(?=\s*(?:[?.,!]|$)|\s+(?:one|ones|two|step|option|is|was|does|do|did|are)\b)|\bthe\s+(?:other|same)\b"
    r"|\b(?:the\s+|an?\s+|which\s+|\w+er\s+|this\s+|that\s+)(?:\w+\s+)?ones?\b(?!\s+(?:of\s+the\s+most|day|year|month|hour|person))|\bone\s+of\s+(?:them|these|those)\b|\bof\s+(?:us|them|these|those|it)\b"
    r"|(?<!\bis\s)(?<!\bare\s)(?<!\bwas\s)\bthere\s*\??$|\b(?:in|over|from|out)\s+there\b|\bthere\s+(?:than|too|as\s+well|with|in)\b",
    re.I,
)
# "Is it worth it?", "it takes", "is it possible to": nothing is meant by the word.
EXPLETIVE = re.compile(
    r"\b(?:is|was|isn't|would|will|does|did|can|could)\s+it\s+(?:be\s+)?(?:possible|necessary|true|important|better|best|hard|difficult|easy|easier|harder|common|normal|legal|safe|worth(?=\s+\w+ing)|likely|good|bad|wise|smart|ok(?:ay)?|allowed|too\s+late|take|takes|make\s+sense|matter|help|pay|hurt)\b"
    r"(?=\s+(?:\w+\s+){0,2}(?:to|that|if|when|whether|\w+ing)\b)|\b(?:it's|it\s+is)\s+(?:\w+\s+){1,2}(?:to|that)\b|\bmake\s+it\b|\bfor\s+this\s+job\b",
    re.I,
)
_PARTIAL = re.compile(
    r"^\s*(?:why|how\s+(?:so|come|often|long|old|much|many)|really|since\s+when|says\s+who|who|whom|when|where|which|what\s+else|who\s+else|anything\s+else|for\s+example|such\s+as|by\s+how\s+much|over\s+whom|of\s+what|than\s+(?:what|whom)|(?:less|more)\s+than\s+what|until\s+(?:when|which\s+year)|per\s+(?:month|hour|year|week|day)|a\s+(?:month|year|week|day)|go\s+on|tell\s+me\s+more|more)\b[\s\w,]{0,22}\??\s*$",
    re.I,
)
_PARTIAL_TERMS = frozenset(
    terms(
        "anything something since per month hour week day year monthly hourly weekly daily yearly often long old less more much many exactly people usually usual reported particular countries country specifically detail details example examples come else say tell"
    )
)
_IN_PARTICULAR = re.compile(
    r"\b(?:in\s+particular|specifically|exactly|instead|in\s+that\s+case|in\s+general|compared|then|otherwise|too|as\s+well|afterwards?|after\s+that|before\s+that|back\s+then|at\s+that\s+(?:point|level|stage))\s*\??$",
    re.I,
)
_COMPARATIVE = re.compile(
    r"^\s*(?:so\s+|and\s+)?(?:which|who|what|where)(?:\s+(?:is|are|was|one|ones|pays?|has|would|gets?|earns?|makes?|document|source|article|report|firms?|the))*\s+(?:\w+er|\w+est|more|less|most|least|best|better|worse|those|says?|matters?)\b",
    re.I,
)
_THAN = re.compile(
    r"^\W*(?:(?:and|or|so|but|also|is|are|that|this|it|they|much|even|still)\b\s*)*(?:more|less|\w+er|worse)?\s*\bthan\b",
    re.I,
)
_WHICH_PART = re.compile(
    r"^\W*(?:which|what)(?:'s)?\s+(?:(?:is|are|was|were)\s+)?(?:the\s+)?(?:\w+est\s+)?(?:parts?|ones?|bits?|sides?|kinds?|types?|sorts?|groups?|factors?|pieces?|reasons?|aspects?|steps?|options?)\b(?!\s+of\b)",
    re.I,
)
# "Which universities?", "what kind of projects?": no verb, so another question's.
_WHICH_ONES = re.compile(
    r"^\W*(?:(?:and|but|so|ok(?:ay)?)\b\W*)*(?:which|what)\s+(?:(?:kinds?|types?|sorts?)\s+of\s+|other\s+)?"
    r"(?!(?:is|are|was|were|do|does|did|can|could|should|would|will|about|if|else|of|next|now|for|then)\b)[\w-]{3,}s\W*$",
    re.I,
)
_COMPLEMENT_ALONE = re.compile(
    r"^\W*(?:(?:in|by|for|at|with|to|from|of|on|under|until|since|about|against|as)\s+(?:which|what|whom|how)\b|in\s+(?:\w+\s+){0,2}\w+\W*$)",
    re.I,
)
# "For lifestyle", "at a startup?": a preposition and its noun.
_NO_VERB = re.compile(
    r"^\W*(?:in|for|at|with|on|under|without|during|as)\s+(?:terms\s+of\s+)?(?:(?:an?|the|my|our|other|small|big|large|bigger|smaller)\s+)*[\w-]+(?:\s+[\w-]+)?\W*$",
    re.I,
)
_ELSE = re.compile(
    r"^\W*(?:(?:is|are)\s+there\s+)?(?:(?:any(?:thing)?|some(?:thing)?)\s+(?:else|more|others?)|what(?:\s+else|\s+more|\s+other\s+\w+)|tell\s+me\s+more|(?:some\s+|any\s+)?(?:more|others?)|another(?:\s+one)?|go\s+on|continue)(?:\s+\w+)?\W*$",
    re.I,
)
_SO = re.compile(r"^\W*(?:(?:ok(?:ay)?|hm+|well)\b\W*)*(?:so|then)\b", re.I)
_MORE = re.compile(
    r"^\W*(?:any|some|more|other|others|another|the\s+(?:next|second|third)|second|third|next)\b(?!.*\b(?:is|are|do|does|can|could|should|would|will|has|have)\b)",
    re.I,
)
_SOURCES = frozenset(terms("document source article report say says lowest highest"))
_SAME = re.compile(
    r"\bthe\s+same\s+(?:level|experience|role|job|place|city|country|years|title|seniority|company|thing)\b|\bat\s+the\s+level\s+i\b|\bi\s+asked\s+about\b|\b(?:you|we)\s+(?:just\s+)?(?:mentioned|said|talked\s+about|discussed)\b",
    re.I,
)
_DEFINITE = re.compile(
    r"\bthe\s+(?:(?!of\b|for\b|in\b|to\b|that\b|who\b|which\b|between\b|about\b|on\b|from\b|with\b|at\b|behind\b)[\w'-]+\s*){1,4}(?=\?|$|,)|\bthe\s+\d+\b",
    re.I,
)
_GIVEN = re.compile(
    r"\bthe\s+(?:(?:ai|job|labou?r|tech|us|uk|global|world)\s+)*(?:job|jobs|work|field|market|industry|profession|career|documents?|sources?|world|us|usa|uk|eu|internet|states|web|weather|economy|future|future\s+of.*|past|moment|year|day|country|same|best|most|bay\s+area|netherlands|subject|career)\b",
    re.I,
)


_OF_SOMETHING = re.compile(r"\b(?:my|our|you|your|they|them|he|she|people|one|an?|the)\b", re.I)
_I = re.compile(r"\b(?:i|we)\b", re.I)
EVERYDAY = 0.17
"""Up to this rarity a word says nothing of a subject ("long", "take", "usual", "left")."""


def is_question(turn: str) -> bool:
    """Whether a turn asks, rather than tells."""
    return bool(_QUESTION.search(turn))


def is_clause(turn: str) -> bool:
    """Whether a turn begins as a whole question does ("when do", "is it")."""
    return bool(_CLAUSE.match(turn))


def without_opener(turn: str) -> str:
    """The turn without "and", "ok so", "thanks," and the like at its beginning."""
    return _LEADING.sub("", turn, count=1).strip() or turn


def without_new_subject(turn: str) -> str | None:
    """What follows words that open a new subject ("by the way,"); None where there are none."""
    match = _NEW_SUBJECT.match(turn)
    rest = turn[match.end() :].strip() if match else ""
    return rest if len(words(rest)) >= 2 else None


def correction(turn: str) -> str | None:
    """What follows "no, I meant"; None where the turn corrects nothing."""
    if (match := _MEANT_LAST.match(turn)) and len(words(match["rest"])) <= 5:
        return match["rest"].strip()
    match = _CORRECTION.match(turn)
    if match and match.end() > 2:
        rest = turn[match.end() :].strip()
        if rest and len(words(rest)) <= 8 and not re.match(r"to\b", rest):
            return rest
    match = _NO.match(turn)
    rest = turn[match.end() :].strip() if match else ""
    if rest and len(words(rest)) <= 3 and names_facets(rest):
        return rest
    return None


def elliptic_part(turn: str) -> str:
    """The turn without "what about" and other words that open an ellipsis."""
    return _OPENER.sub("", _PHRASAL.sub("", turn, count=1), count=1).strip()


def opens_ellipsis(turn: str) -> bool:
    """Whether a turn begins as only a continuation does ("what about", "and")."""
    return bool(
        _PHRASAL.match(turn)
        or re.match(
            r"^\s*(?:(?:ok(?:ay)?|so|well|hm+|cool|great|thanks)\b[\s,.!]*)*(?:and|or|but|also|then|same|only|just)\b",
            turn,
            re.I,
        )
    )


def asks_which_part(turn: str) -> bool:
    """Whether a turn asks for one of several things that only the question before names ("which
    part weighs most?")."""
    if _WHICH_PART.match(turn) and len(own_terms(turn)) <= 3:
        return True
    return bool(_WHICH_ONES.match(turn)) and not names_facets(turn)


def says_nothing_itself(turn: str) -> bool:
    """Whether a question holds everyday words alone, of nobody and nothing ("how long does that
    usually take?", "what is left?")."""
    own = own_terms(turn)
    everyday = all(rarity(w) <= EVERYDAY for w in words(turn) if set(terms(w)) & own)
    return (
        bool(own)
        and len(own) <= 2
        and everyday
        and is_clause(without_opener(turn))
        and not _OF_SOMETHING.search(turn)
        and not (len(own) > 1 and _I.search(turn))
        and not (is_pay(turn) or names_facets(turn))
    )


def is_complement(turn: str) -> bool:
    """Whether a turn is only what another question could end on ("in which roles?", "in dollars?")."""
    rest = without_opener(turn)
    if _NO_VERB.match(rest) and not is_clause(rest) and len(words(rest)) <= 5:
        return True
    return bool(_COMPLEMENT_ALONE.match(rest)) and len(words(rest)) <= 7


def continues(turn: str) -> bool:
    """Whether a turn without a verb asks for more of the same ("any tips?", "second best?")."""
    rest = without_opener(turn)
    return bool(_MORE.match(rest)) and len(words(rest)) <= 4 and not names_facets(rest)


def asks_for_more(turn: str) -> bool:
    """Whether a turn asks for nothing but what was not said yet ("anything else?")."""
    return bool(_ELSE.match(without_opener(turn))) and not names_facets(turn)


def is_consequence(turn: str) -> bool:
    """Whether a short question draws on what was said ("so should I worry?")."""
    rest = elliptic_part(turn)
    short = is_clause(rest) and len(own_terms(rest)) <= 1
    return bool(_SO.match(turn)) and short and not (is_pay(turn) or names_facets(turn))


def tells(turn: str) -> bool:
    """Whether a turn tells of the user and asks nothing ("I'm a nurse who codes")."""
    return bool(_OWN_STATEMENT.match(turn)) and not is_question(turn)


def supposes(turn: str) -> bool:
    """Whether a turn supposes something else of what was asked ("what if I don't?")."""
    return bool(_WHAT_IF.match(turn)) and len(words(turn)) <= 10


def asks_of_sources(turn: str) -> bool:
    """Whether a turn asks about the documents ("which source says less?")."""
    return bool(_SOURCES & set(terms(turn)) - set(terms("say says lowest highest")))


def compares_on(turn: str) -> bool:
    """Whether a turn says only what to compare with ("less than in Berlin?", "and than staff?")."""
    return bool(_THAN.match(turn))


def points_back(turn: str) -> bool:
    """Whether a turn holds a pronoun, demonstrative or "one" that nothing in it explains."""
    cleared = EXPLETIVE.sub(" ", turn)
    match = _ANAPHORA.search(cleared)
    if not match:
        return bool(_SAME.search(turn))
    # "What is X and how does it work?": the turn itself says what is meant.
    before = cleared[: match.start()]
    said = (
        [p for p in noun_phrases(before) if not p.light]
        if re.search(r"[.?!,]|\b(?:and|if|when|because|so)\b", before)
        else []
    )
    pronoun = bool(re.search(r"\b(?:it|its|they|them|their)\b", match[0], re.I))
    return bool(_SAME.search(turn)) or not (said and pronoun)


def is_partial(turn: str) -> bool:
    """Whether a turn is a question word and little more ("why?", "since when?")."""
    rest = without_opener(turn)
    return bool(_PARTIAL.match(rest)) and not own_terms(rest) - _PARTIAL_TERMS


def asked_period(turn: str) -> Period | None:
    """The period that a turn asks a figure in, where it says nothing else ("what would that be a
    month?")."""
    return None if own_terms(without_opener(turn)) - _PARTIAL_TERMS else find_period(turn)


def leaves_out(turn: str) -> bool:
    """Whether a turn leaves out what it compares, or names "the" thing without saying of what."""
    rest = without_opener(turn)
    own = own_terms(rest)
    if len(own) > 4:
        return False
    if _IN_PARTICULAR.search(rest) and len(own) <= 4:
        return True
    if _COMPARATIVE.match(rest) and len(own - _SOURCES) <= 1:
        return True
    definite = _DEFINITE.search(_GIVEN.sub(" ", rest))
    if not definite:
        return False
    others = [p for p in noun_phrases(rest) if not (definite.start() <= p.start < definite.end())]
    # "The gap" and "the biggest group", not "the usual learning budget".
    named = re.sub(r"\b\w+est\b|\b(?:over|per|by|than|under|above|after)\b.*", " ", definite[0])
    bare = len(own_terms(named)) <= 1 and len(set(terms(named))) <= 2
    return bare and len(own) <= 2 and not others and not is_complete(rest)


def is_follow_up(turn: str, before: str) -> bool:
    """Whether a turn leans on the question before it.

    It does where it is bare ("why?"), opens like a follow-up, points back without a subject of
    its own, leaves out what it compares, or names nothing but facets.
    """
    if (
        is_partial(turn)
        or compares_on(turn)
        or (asks_along_the_ladder(turn) and len(own_terms(turn)) <= 3)
    ):
        return True
    rest = elliptic_part(turn)
    if is_consequence(turn):
        return True
    if any(test(turn) for test in (is_complement, asks_which_part, says_nothing_itself, continues)):
        return True
    if supposes(turn) and not (is_pay(before) or is_pay(turn)):
        return True
    if is_pay(turn) and not is_pay(before) and not opens_ellipsis(turn) and not points_back(turn):
        return not (names_whom(turn) and (is_clause(turn) or names_pay(turn)))
    own = own_terms(rest)
    new = own - set(terms(before))
    if _PHRASAL.match(turn):
        return True
    if opens_ellipsis(turn) and len(new) <= 3 and not is_complete(rest):
        # "And what do employers look at?" after a question of pay asks for something else.
        changes = bool(_CLAUSE.match(rest)) and len(new) >= 2 and is_pay(before) != is_pay(rest)
        changes = changes and not (is_pay(rest) and names_whom(before) and not names_whom(rest))
        return not changes or points_back(turn)
    if points_back(turn):
        return True
    stated = bool(_OWN_STATEMENT.match(before)) and not is_question(before)
    if stated and len(own) <= 2 and not is_pay(turn):
        return True  # What was only stated is what a short question is about.
    if leaves_out(turn):
        return True
    return not own and not (is_complete(turn) and is_question(turn))
