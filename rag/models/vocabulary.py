"""Which words English has and how common they are, by the embedder's own vocabulary."""

from __future__ import annotations

from functools import cache

from rag.models.embedder import model_folder

COMMON = 8_000
"""Of the embedder's vocabulary, which is in order of frequency, the words that others are made of.
With these 2 of 100 typing errors in the words of the corpus pass for words."""


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
