"""What "it", "they", "the first", "which of the two" and "one" stand for.

Antecedents are the noun phrases of the questions before. As in the classic accounts (Lappin &
Leass, An Algorithm for Pronominal Anaphora Resolution, 1994) the nearest weigh most, what has
been talked about for longer weighs more, and number must agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.conversation.facets import FACETS, stem_of, values
from rag.conversation.phrases import Phrase, noun_phrases
from rag.lexical import terms

RECENCY = 0.6
"""The weight of a phrase one question further back."""
CONTINUED = 0.35
"""What each further question that names a phrase adds, up to three."""
PROPER = 0.3
INNER = 0.25
"""For the phrase that "of" or "about" leads to: "the role of Co-Extra" is about Co-Extra."""
SUBJECT = 0.15
LONGER = 0.1
DISAGREES = 0.5

PRONOUN = re.compile(
    r"\b(?P<possessive>its|their|his(?=\s+\w)|her(?=\s+(?!\?)\w))\b(?!\s*\?)|\b(?P<personal>it|they|them|he|she|him)\b",
    re.I,
)
_PLURAL = frozenset({"they", "them", "their", "theirs", "these", "those"})
_PEOPLE = frozenset({"he", "she", "him", "his", "her"})


@dataclass(frozen=True, slots=True)
class Antecedent:
    """A phrase that a pronoun may stand for; the higher the score, the likelier."""

    phrase: Phrase
    score: float

    @property
    def text(self) -> str:
        return self.phrase.text


def antecedents(questions: Sequence[str]) -> list[Antecedent]:
    """The noun phrases of earlier questions (latest last), likeliest first."""
    found: dict[frozenset[str], Antecedent] = {}
    said = [set(terms(q)) for q in questions]
    for back, question in enumerate(reversed(questions)):
        for position, phrase in enumerate(p for p in noun_phrases(question) if p.stems):
            if phrase.light:
                continue
            earlier = sum(phrase.stems <= s for s in said[: len(said) - 1 - back])
            score = (
                RECENCY**back
                + CONTINUED * min(earlier, 3)
                + LONGER * (len(phrase.text.split()) > 1)
            )
            score += (
                PROPER * _is_proper(phrase) + INNER * phrase.complement + SUBJECT * (position == 0)
            )
            key = phrase.stems
            if key not in found or found[key].score < score:
                found[key] = Antecedent(phrase, score)
    return sorted(found.values(), key=lambda a: -a.score)


def _is_proper(phrase: Phrase) -> bool:
    return any(w[0].isupper() for w in phrase.text.split()) and phrase.start > 0


def with_pronouns_resolved(
    turn: str, candidates: Sequence[Antecedent], *, skip: re.Pattern[str]
) -> str | None:
    """The turn with its pronouns replaced; None where it has none or nothing fits."""
    own = frozenset(terms(turn))
    spared = [m.span() for m in skip.finditer(turn)]
    matches = [m for m in PRONOUN.finditer(turn) if not any(a <= m.start() < b for a, b in spared)]
    kinds = {_number(m[0]) for m in matches}
    free = [c for c in candidates if not c.phrase.stems <= own]
    if len(kinds) == 2:
        # "What can they spend it on?": each must have a phrase of its own number.
        fits = {
            k: next((c for c in free if ("plural" if c.phrase.plural else "singular") == k), None)
            for k in kinds
        }
    else:
        fits = {k: _fitting(k, free) for k in kinds}
    question, shift = turn, 0
    best: Antecedent | None = None
    for match in matches:
        found = fits[_number(match[0])]
        if found is None:
            continue
        best = found
        text = _possessive(best.text) if match["possessive"] else best.text
        text = _determined(text, best.phrase)
        question = question[: match.start() + shift] + text + question[match.end() + shift :]
        shift += len(text) - len(match[0])
    return question if best else None


def _number(pronoun: str) -> str:
    low = pronoun.lower()
    return "person" if low in _PEOPLE else "plural" if low in _PLURAL else "singular"


def _fitting(number: str, candidates: Sequence[Antecedent]) -> Antecedent | None:
    def score(candidate: Antecedent) -> float:
        if number == "person":
            return candidate.score - DISAGREES * (not _is_proper(candidate.phrase))
        agrees = candidate.phrase.plural == (number == "plural")
        return candidate.score - DISAGREES * (not agrees)

    return max(candidates, key=score, default=None)


def _possessive(text: str) -> str:
    return f"{text}'" if text.endswith("s") else f"{text}'s"


def _determined(text: str, phrase: Phrase) -> str:
    """With "the" where a common noun in the singular needs it."""
    words = text.split()
    common = words[-1][0].islower() and len(words) <= 3
    return (
        f"the {text}" if common and not phrase.plural and not phrase.text.endswith("ing") else text
    )


# --- one of several -------------------------------------------------------------------

_ORDINAL = re.compile(
    r"\bthe\s+(?P<which>first|former|second|latter|last|third|other)(?:\s+(?:one|option|of\s+(?:them|these|those|the\s+two)))?(?=\s*(?:[?.,!]|$)|\s+(?:is|was|does|do|did|are|in|for|have|has|pay|pays))",
    re.I,
)
_OF_BOTH = re.compile(
    r"\bof\s+(?:the\s+two|them|these|those|these\s+two|both)\b|\b(?:one|the\s+two|both|them)\b",
    re.I,
)
_OR = re.compile(
    r"\s*(?:,?\s+\bor\b|\bversus\b|\bvs\b\.?|,?\s+\bcompared\s+(?:to|with)\b)\s+", re.I
)
# "Which pays better?": nothing but the comparison.
_WHICH_IS = re.compile(
    r"^\W*(?:so\s+|and\s+)?(?:which|who)\s+(?:is|are|pays?|earns?|gets?|makes?|gives?|has|grows?|would|should|do\s+(?:i|you))\b[\w\s]{0,40}\W*$",
    re.I,
)


def asks_which_of(turn: str, offered: Sequence[str]) -> bool:
    """Whether a turn asks nothing but which of two things that were offered."""
    return len(offered) == 2 and bool(_WHICH_IS.match(turn))


MOST_SAID_AGAIN = 3
"""Of more than so many things that were offered, "which of them" says none again."""
_POSITION = {"first": 0, "former": 0, "second": 1, "latter": -1, "last": -1, "third": 2, "other": 1}


def options(question: str) -> list[str]:
    """What a question offers to choose from: "Austin or remote?" gives both."""
    parts = _OR.split(question)
    if len(parts) < 2:
        for find in FACETS:
            if len(named := list(dict.fromkeys(values(question, find)))) >= 2:
                return named
        between = re.search(r"\bbetween\s+(.+?)\s+and\s+(.+?)(?:[?.,]|$)", question, re.I)
        return [between[1], between[2]] if between else []
    listed = [p.strip() for p in parts[0].split(",")]
    left = (
        [*listed[1:-1], _last_phrase(listed[-1])] if len(listed) > 2 else [_last_phrase(listed[-1])]
    )
    right = [re.split(r"[?.,;]", p)[0].strip() for p in parts[1:]]
    return [_bare(o) for o in [*left, *right] if _bare(o)]


def _last_phrase(text: str) -> str:
    phrases = noun_phrases(text)
    if phrases and text[phrases[-1].end :].strip(" ,:") == "":
        return phrases[-1].text
    found = values_at_end(text)
    return found or (text.split()[-1] if text.split() else "")


def values_at_end(text: str) -> str:
    for find in FACETS:
        for start, end in find(text):
            if end == len(text.rstrip()):
                return text[start:end]
    return ""


def _bare(option: str) -> str:
    return re.sub(
        r"^(?:(?:being|in|at|is|are|should\s+i)\s+)?(?:(?:an?|the)\s+)?",
        "",
        option.strip(" ?.,"),
        flags=re.I,
    )


def chosen(turn: str, offered: Sequence[str]) -> str | None:
    """The turn with "the first one" or "which of the two" said in words; None where it has
    neither, or nothing was offered."""
    if len(offered) < 2:
        return None
    few = len(offered) <= MOST_SAID_AGAIN
    ordinal = _ORDINAL.search(turn)
    if ordinal:
        position = _POSITION[ordinal["which"].lower()]
        if position >= len(offered):
            return None
        return f"{turn[: ordinal.start()]}{offered[position]}{turn[ordinal.end() :]}"
    if _WHICH_IS.match(turn) and len(offered) == 2:
        return f"{stem_of(turn)}, {' or '.join(offered)}?"
    if re.match(
        r"^\W*(?:so\s+|and\s+)?(?:which|what|who|is\s+one|do\s+both|are\s+both)\b", turn, re.I
    ) and (few and _OF_BOTH.search(turn)):
        plain = re.sub(r"\s{2,}", " ", _OF_BOTH.sub("", turn))
        return f"{stem_of(plain)}, {' or '.join(offered)}?"
    return None


_LISTED = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+(?P<item>.+)$", re.M)
_FIRST_CELL = re.compile(r"^\|\s*(?P<item>[^|]+?)\s*\|", re.M)
LONGEST_NAME = 8
"""Words of what a list or a table names; more are a sentence."""


def listed(answer: str) -> list[str]:
    """What an answer names one after another: the rows of its table, or the items of its list."""
    rows = [m["item"] for m in _FIRST_CELL.finditer(answer)]
    items = rows[2:] or [m["item"] for m in _LISTED.finditer(answer)]  # Head and rule come first.
    heads = [re.split(r"[:.;(–—]", re.sub(r"\[\d+\]|[*_`]", "", i))[0].strip() for i in items]
    return heads if all(h and len(h.split()) <= LONGEST_NAME for h in heads) else []
