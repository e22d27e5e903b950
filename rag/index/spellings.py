"""How the documents write their words: with a capital within a sentence, or without."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from rag.types import BlockKind, Chunk

_WORD = re.compile(r"[^\W\d_]{3,}")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@)\S*|\S+\.(?:com|org|net|io|edu|gov)\b\S*", re.I)


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
        low = word.lower()
        return low in self.names and low not in self.lower
