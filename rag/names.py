"""Names of employers in questions, told from other words by how the documents write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.lexical import STOP_WORDS
from rag.salary.places import find_place
from rag.salary.question import facet_spans
from rag.types import BlockKind, Chunk

_WORD = re.compile(r"[^\W\d_]{3,}")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*|\S+\.(?:com|org|net|io|edu|gov)\b\S*", re.I)
_EMPLOYER_BEFORE = re.compile(r"\b(?:at|for|by|with|does|do|from)\s+$", re.I)
_IN = re.compile(r"\b(?:in|inside|within)\s+$", re.I)
_EMPLOYER_AFTER = re.compile(
    r"(?:'s)?\s+(?:pays?|offers?|gives?|salar\w+|comp\b|compensation|ai\s+engineers?|engineers?|bonus\w*)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Spellings:
    """The words that the documents write in lower case, and those they write with a capital
    within a sentence (both in lower case here)."""

    lower: frozenset[str]
    names: frozenset[str]

    @classmethod
    def of(cls, chunks: Iterable[Chunk]) -> Spellings:
        lower: set[str] = set()
        names: set[str] = set()
        for chunk in chunks:
            for sentence in chunk.sentences:
                in_table = sentence.kind is BlockKind.TABLE_ROW
                plain = _ADDRESS.sub(" ", sentence.plain)  # where all names are in lower case
                for match in _WORD.finditer(plain):
                    word = match[0]
                    if word[0].islower():
                        lower.add(word)
                    elif (
                        not in_table
                        and not word.isupper()
                        and plain[match.start() - 1 : match.start()] == " "
                    ):
                        names.add(word.lower())
        return cls(frozenset(lower), frozenset(names))

    def writes_as_name(self, word: str) -> bool:
        """Whether the documents write a word with a capital within sentences, and never without."""
        return word.lower() in self.names - self.lower

    def employers_in(self, text: str) -> list[str]:
        """Names of employers in a text ("at Google", "Google pays"): words that the documents, or
        the text itself, write with a capital."""
        inside_facets = [text[start:end].lower() for start, end in facet_spans(text)]
        return [
            match[0]
            for match in _WORD.finditer(text)
            if self._is_name(match[0])
            and (
                _is_placed_as_employer(text, match)
                # "In Amazon", but not "in Berlin".
                or (
                    _IN.search(text[: match.start()]) and self._is_no_place(match[0], inside_facets)
                )
            )
            and (
                # "Amazon" in "Amazon AI engineers" is no part of the occupation.
                self.writes_as_name(match[0])
                or not any(match[0].lower() in facet for facet in inside_facets)
            )
        ]

    def _is_no_place(self, word: str, facets: Iterable[str]) -> bool:
        named = self.writes_as_name(word) and find_place(word) is None
        return named and not any(word.lower() in facet for facet in facets)

    def _is_name(self, word: str) -> bool:
        low = word.lower()
        if low in STOP_WORDS or low in self.lower:
            return False
        return low in self.names or (word[0].isupper() and not word.isupper())


def _is_placed_as_employer(text: str, match: re.Match[str]) -> bool:
    before = _EMPLOYER_BEFORE.search(text[: match.start()])
    return bool(before or _EMPLOYER_AFTER.match(text, match.end()))
