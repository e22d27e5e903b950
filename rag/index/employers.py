"""Names of employers in questions, told from other words by how the documents write them."""

from __future__ import annotations

import re

from rag.documents.words import STOP_WORDS
from rag.facts.places import find_place
from rag.facts.spans import facet_spans
from rag.index.spellings import Spellings

_WORD = re.compile(r"[^\W\d_]{3,}")
_EMPLOYER_BEFORE = re.compile(r"\b(?:at|for|by|with|does|do|from)\s+$", re.I)
_IN = re.compile(r"\b(?:in|inside|within)\s+$", re.I)
_EMPLOYER_AFTER = re.compile(
    r"(?:'s)?\s+(?:pays?|offers?|gives?|salar\w+|comp\b|compensation|ai\s+engineers?|engineers?|bonus\w*)",
    re.I,
)


def employers_in(text: str, spellings: Spellings) -> list[str]:
    """Names of employers in a text ("at Google", "Google pays"): words that the documents, or the
    text itself, write with a capital."""
    inside_facets = [text[start:end].lower() for start, end in facet_spans(text)]

    def is_named_employer(match: re.Match[str]) -> bool:
        word = match[0]
        known = spellings.writes_as_name(word)
        within = any(word.lower() in facet for facet in inside_facets)
        # "Amazon" in "Amazon AI engineers" is no part of the occupation.
        if not _is_name(word, spellings) or not (known or not within):
            return False
        # "In Amazon", but not "in Berlin".
        is_no_place = known and not within and find_place(word) is None
        after_in = _IN.search(text[: match.start()])
        return _is_placed_as_employer(text, match) or bool(after_in and is_no_place)

    return [match[0] for match in _WORD.finditer(text) if is_named_employer(match)]


def _is_name(word: str, spellings: Spellings) -> bool:
    low = word.lower()
    if low in STOP_WORDS or low in spellings.lower:
        return False
    return low in spellings.names or (word[0].isupper() and not word.isupper())


def _is_placed_as_employer(text: str, match: re.Match[str]) -> bool:
    before = _EMPLOYER_BEFORE.search(text[: match.start()])
    return bool(before or _EMPLOYER_AFTER.match(text, match.end()))
