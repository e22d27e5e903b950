"""Text -> its words and their stems, as everything here counts and compares them."""

from __future__ import annotations

import re
from functools import lru_cache

import Stemmer

from rag.documents.sentences import normalise

_WORD = re.compile(r"[a-z0-9]+(?:[.'+#&/][a-z0-9]+)*[+#]*")
_ABBREVIATION = re.compile(r"(?:[a-z]{1,2}\.)+[a-z]{1,2}")

STOP_WORDS = frozenset(
    (
        "a about above after again against all am an and any are as at be because been before being below between"
        " both but by can could did do does doing down during each few for from further had has have having he her"
        " here hers him his how i if in into is it its itself just me might more most must my myself no nor not now"
        " of off on once only or other our ours out over own same shall she should so some such than that the their"
        " theirs them then there these they this those through to too under until up very was we were what when"
        " where which while who whom why will with would you your yours i'm i've i'd it's what's that's don't"
        " please tell know get give got"
    ).split()
)

_stemmer = Stemmer.Stemmer("english")


def words(text: str) -> list[str]:
    """Lower-case words in order; "c++" and "a/b" stay whole, "Ph.D." is "phd"."""
    return [
        w.replace(".", "") if "." in w and _ABBREVIATION.fullmatch(w) else w
        for w in _WORD.findall(normalise(text).lower())
    ]


@lru_cache(maxsize=100_000)
def stem(word: str) -> str:
    return str(_stemmer.stemWord(word))


def terms(text: str) -> list[str]:
    """Stems of the words that carry meaning."""
    return [term for word in words(text) for term in _terms_of(word)]


@lru_cache(maxsize=100_000)
def _terms_of(word: str) -> tuple[str, ...]:
    """Of "and/or" words, each part's; of a stop word, none."""
    if word in STOP_WORDS:
        return ()
    return tuple(stem(p) for p in re.split(r"[/&]", word) if p and p not in STOP_WORDS)
