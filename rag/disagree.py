"""Do two sentences judge the same thing differently? "X help", "X are of secondary importance".

By a small lexicon of English words of judgement with their sign, turned over by negation, in
sentences that open with what the question names. It knows general words only, none of any
document's subject; where it finds nothing, nothing is said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from rag.lexical import stem, words
from rag.types import Evidence

OPENING = 3
"""A sentence is about what is named in so many of its first words."""

_FOR = frozenset(
    stem(w)
    for w in (
        "help helps valuable value essential important crucial key vital necessary required recommended recommend"
        " worthwhile worth boost boosts strengthen strengthens improve improves matter matters advantage beneficial"
        " benefit benefits favour favor prefer preferred raise raises must advisable useful effective decisive"
        " indispensable prized sought rewarded rewards pays strong strongly gains"
    ).split()
)
_AGAINST = frozenset(
    stem(w)
    for w in (
        "secondary peripheral marginal optional unnecessary overrated useless pointless irrelevant superfluous"
        " rarely seldom hardly barely insufficient limited minor redundant worthless discouraged outdated obsolete"
        " negligible misleading harmful hurts hurt drawback disadvantage"
    ).split()
)
_NEGATIONS = frozenset(
    "not no never without cannot can't don't doesn't isn't aren't won't nor less neither".split()
)
_AGENTS = frozenset(
    stem(w)
    for w in (
        "employers companies firms employees workers engineers managers candidates recruiters people students"
        " organisations organizations teams leaders bosses"
    ).split()
)
"""Who judges, and is not judged."""
_REACH = 3
"""Words before a judgement in which a negation turns it over."""


def disagreement(
    asked: Iterable[str], picked: Sequence[Evidence]
) -> tuple[Evidence, Evidence] | None:
    """The first two of different documents that judge a thing differently.

    :param asked: the things that the question names, stemmed.
    :returns: what speaks for it, what against.
    """
    for term in asked:
        if term in _AGENTS:
            continue
        signs = [(e, judgement(e.sentence.plain, term)) for e in picked]
        for a in (e for e, sign in signs if sign > 0):
            for b in (e for e, sign in signs if sign < 0):
                if a.chunk.document != b.chunk.document:
                    return a, b
    return None


def judgement(sentence: str, term: str) -> int:
    """+1 where a sentence about the thing speaks for it, -1 where against, 0 where neither or both.

    :param term: the thing, stemmed.
    """
    found = words(sentence)
    stems = [stem(w) for w in found]
    if term not in stems[:OPENING]:
        return 0
    after = range(stems.index(term) + 1, len(stems))
    against = {n for n in after if stems[n] in _AGAINST}
    # "Of secondary importance" is no praise.
    praise = {n for n in after if stems[n] in _FOR and not {n - 1, n - 2} & against}
    signs = {_turned(found, n) for n in praise} | {-_turned(found, n) for n in against}
    return signs.pop() if len(signs) == 1 else 0


def _turned(found: Sequence[str], at: int) -> int:
    before: Collection[str] = found[max(0, at - _REACH) : at]
    merely = {"merely", "only", "just"} & set(before)
    return -1 if _NEGATIONS & set(before) and not merely else 1
