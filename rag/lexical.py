"""Passages -> BM25 ranks: the words themselves, stemmed, with typing errors mended.

BM25 as in Robertson & Zaragoza, "The Probabilistic Relevance Framework" (2009), in the variant
of Lucene (Kamphuis et al., "Which BM25 Do You Mean?", 2020). The weights of all terms in all
passages are worked out once, as bm25s does, here from terms that are kept with each document, so
that 100,000 passages are indexed in seconds.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Collection, Iterable, Sequence, Set
from functools import cache, lru_cache

import numpy as np
import Stemmer
from numpy.typing import NDArray
from rapidfuzz.distance import OSA

from rag.embeddings import model_folder
from rag.sentences import normalise

_WORD = re.compile(r"[a-z0-9]+(?:[.'+#&/][a-z0-9]+)*[+#]*")
_ABBREVIATION = re.compile(r"(?:[a-z]{1,2}\.)+[a-z]{1,2}")

K1 = 1.2
B = 0.75
"""Lucene's: how soon more of a term says no more, how much longer passages count less."""

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

FIRST_WORD = 1_996
"""BERT's vocabulary holds its whole words by falling frequency from here."""
COMMON = 8_000
"""Of the embedder's vocabulary, which is in order of frequency, the words that others are made of.
With these 2 of 100 typing errors in the words of the corpus pass for words."""


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


class LexicalIndex:
    """BM25 over passages; ids are their positions."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._build(terms(text) for text in texts)

    @classmethod
    def of_terms(cls, passages: Iterable[Sequence[str]]) -> LexicalIndex:
        """From the terms of each passage."""
        index = cls.__new__(cls)
        index._build(passages)
        return index

    def _build(self, passages: Iterable[Sequence[str]]) -> None:
        self._ids: dict[str, int] = {}
        found, lengths = array("q"), array("q")
        for tokens in passages:
            lengths.append(len(tokens))
            for term in tokens:
                found.append(self._ids.setdefault(term, len(self._ids)))
        self._size: int = len(lengths)
        length = np.frombuffer(lengths, dtype=np.int64)
        # One number for a term in a passage; sorted, each term's passages are a run.
        keys = np.frombuffer(found, dtype=np.int64) * max(self._size, 1)
        keys = keys + np.repeat(np.arange(self._size), length)
        keys, counts = np.unique(keys, return_counts=True)
        of_term, self._passages = np.divmod(keys, max(self._size, 1))
        self._starts = np.searchsorted(of_term, np.arange(len(self._ids) + 1))
        mean = length.mean() if self._size else 1.0
        norm = K1 * (1 - B + B * length[self._passages] / max(mean, 1e-9))
        weights = np.array([self._idf(n) for n in np.diff(self._starts)])
        self._weights = (weights[of_term] * counts / (counts + norm)).astype(np.float32)

    @property
    def vocabulary(self) -> Set[str]:
        return self._ids.keys()

    def holding(self, term: str) -> int:
        """How many passages hold a term."""
        run = self._run(term)
        return len(self._passages[run])

    def idf(self, term: str) -> float:
        """Inverse document frequency as BM25 weighs it; most for a term that no passage holds.

        No passage's score is above the sum of the query's.
        """
        return self._idf(self.holding(term))

    def _idf(self, holding: int) -> float:
        return math.log(1 + (self._size - holding + 0.5) / (holding + 0.5))

    def _run(self, term: str) -> slice:
        """Where the passages that hold a term lie."""
        number = self._ids.get(term)
        if number is None:
            return slice(0, 0)
        return slice(int(self._starts[number]), int(self._starts[number + 1]))

    def scores(self, query_terms: Sequence[str]) -> NDArray[np.float32]:
        """BM25 score of every passage, shape (n,)."""
        scores = np.zeros(self._size, dtype=np.float32)
        for term in query_terms:
            run = self._run(term)
            scores[self._passages[run]] += self._weights[run]
        return scores


@cache
def known_words() -> frozenset[str]:
    """Common words of English and names, from the embedder's own vocabulary."""
    return frozenset(w for w in _vocabulary() if w.isalpha() and len(w) > 2)


@cache
def _vocabulary() -> tuple[str, ...]:
    """The embedder's vocabulary, the commonest words first."""
    return tuple((model_folder() / "vocab.txt").read_text(encoding="utf-8").split("\n"))


@cache
def _commonest() -> frozenset[str]:
    return frozenset(w for w in _vocabulary()[:COMMON] if w.isalpha() and len(w) > 2)


@cache
def _ranks() -> dict[str, int]:
    return {word: rank for rank, word in enumerate(_vocabulary())}


def rarity(word: str) -> float:
    """How rare a word is in English, 0 (common) to 1 (rare) and above for one not listed."""
    rank = _ranks().get(word.lower())
    if rank is None:
        return 1.3
    return math.log(max(rank, FIRST_WORD) / FIRST_WORD) / math.log(len(_ranks()) / FIRST_WORD)


def is_formed(word: str) -> bool:
    """Whether a word is made of common ones, so that nobody mistyped it: "backend", "bootcamps",
    "freelancing"."""
    endings = ("s", "r", "st", "er", "est", "ers", "ing", "ed")
    bases = {word.removesuffix(e) for e in endings} - {word}
    if any(len(b) > 3 and {b, f"{b}e"} & known_words() for b in bases):
        return True
    return any(
        b[:cut] in _commonest() and b[cut:] in _commonest()
        for b in {word, *bases}
        for cut in range(3, len(b) - 2)
    )


def mend_typos(text: str, *, vocabulary: Collection[str], known_words: Collection[str]) -> str:
    """Words that no one uses, as the nearest word of the corpus.

    A word is left alone where it is in ``known_words`` (any language's common words, in lower
    case), is made of common words, or its stem is in the corpus: a rare word is not a typing
    error. Distance is optimal
    string alignment: one edit for words of 5 letters and more, two from 8 on.
    """

    def mend(match: re.Match[str]) -> str:
        word = match[0]
        low = word.lower()
        if len(low) < 5 or low in known_words:
            return word
        cut = next((low + e for e in "esy" if low + e in known_words and stem(low + e) == low), "")
        if cut and low in vocabulary:
            return cut  # "europ" is no word, though it is the stem of one
        if stem(low) in vocabulary or is_formed(low):
            return word
        limit = 1 if len(low) < 8 else 2
        best = min(
            (
                (OSA.distance(low, known, score_cutoff=limit), known)
                for known in known_words
                if abs(len(known) - len(low)) <= limit
                and known[0] == low[0]
                and stem(known) in vocabulary
            ),
            default=(limit + 1, ""),
        )
        return best[1] if best[0] <= limit else word

    return re.sub(r"[A-Za-z]+", mend, text)
