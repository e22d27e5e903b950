"""A turn that asks two things -> each by itself, so that neither is answered for both."""

from __future__ import annotations

import re

from rag.conversation.facets import is_pay, names_facets, names_pay, own_terms
from rag.conversation.signs import compares_on, is_partial, is_question, opens_ellipsis, points_back
from rag.lexical import terms, words
from rag.salary.question import compares

MOST_PARTS = 3

_DEFINES = re.compile(
    r"^\W*(?:what(?:'s|\s+is|\s+are|\s+does)|explain|who\s+(?:is|are)|tell\s+me\s+(?:what|about))\b(?!.*\b(?:pay|salary|earn|make|paid)\b)",
    re.I,
)

_MINE = re.compile(r"\b(?:mine|yours|theirs|ours)\b", re.I)

_JOINT = re.compile(
    r"(?:\?\s+(?:and\s+)?|[,;]?\s+(?:and|but|plus|also)\s+(?:also\s+)?)"
    r"(?=(?:what|whats|what's|how|which|who|when|where|why|is|are|do|does|did|can|could|should|would|will)\b)",
    re.I,
)


def pieces(turn: str, *, follows: bool) -> list[str]:
    """The questions of a turn in their order; the turn alone where it asks one thing.

    :param follows: whether anything was asked before, so that a piece may be an ellipsis.
    """
    found: list[str] = []
    rest = turn
    while len(found) < MOST_PARTS - 1 and (cut := _cut(rest, follows=follows or bool(found))):
        found.append(cut[0])
        rest = cut[1]
    return [*found, rest]


def _cut(turn: str, *, follows: bool) -> tuple[str, str] | None:
    for joint in _JOINT.finditer(turn):
        left, right = turn[: joint.start()].strip(), turn[joint.end() :].strip()
        by_itself = not joint[0].startswith("?") or names_facets(right) or len(own_terms(right)) > 2
        if (
            by_itself
            and _asks(left, follows=follows)
            and _asks(right, follows=True)
            and (_differ(left, right) or (_DEFINES.match(left) and names_pay(right)))
        ):
            return (left if left.endswith("?") else f"{left}?"), right
    return None


def _asks(piece: str, *, follows: bool) -> bool:
    """Whether a piece asks something by itself, or names what to ask the last question of."""
    asked = re.split(r"(?<=[.!?])\s+", piece)[-1]
    if len(words(asked)) < 2 or is_partial(asked):
        return False
    if names_facets(asked):
        return is_question(asked) or (follows and not own_terms(asked))
    return is_question(asked) and (is_pay(asked) or names_pay(asked) or bool(own_terms(asked)))


def _differ(left: str, right: str) -> bool:
    """Whether two questions want different answers: one of pay and one of something else, pay of
    different people, or subjects with no word in common."""
    if compares_on(right) or (compares(right) and (is_pay(right) or _leans(right))):
        return False
    if is_pay(left) or is_pay(right) or names_facets(right):
        anew = is_pay(left) != is_pay(right) or opens_ellipsis(right)
        return (anew or (names_facets(left) and names_facets(right))) and not _leans(right)
    # "Should I worry, and what helps?": one word more is of the same subject.
    return not _leans(right) and len(own_terms(right) - set(terms(left))) > 1


def _leans(right: str) -> bool:
    """Whether the second question is of the first one's answer ("and is that base?")."""
    return points_back(re.sub(r"\bthere\b", " ", right)) or bool(_MINE.search(right))
