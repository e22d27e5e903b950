"""A query with its typing errors mended towards the words of a corpus."""

from __future__ import annotations

import re
from collections.abc import Collection

from rapidfuzz.distance import OSA

from rag.documents.words import stem
from rag.models.vocabulary import is_formed


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
