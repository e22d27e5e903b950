"""One generation of the index, with the look-ups that answering needs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from rag.lexical import STOP_WORDS, LexicalIndex, known_words, words
from rag.salary.question import facet_spans
from rag.salary.roles import main_role
from rag.salary.wording import joined, plural
from rag.store import Generation
from rag.types import Block, BlockKind, Chunk, Document, SalaryFact, Span


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What is known of one document, for lists."""

    path: str
    title: str
    date: str | None
    chunks: int
    facts: int


def _searched_text(chunk: Chunk) -> str:
    """What was embedded, and the end of a sentence too long for the embedder's window."""
    last = chunk.sentences[-1].plain
    text = chunk.embedding_text
    return text if text.endswith(last) else f"{text}\n{last}"


_WORD = re.compile(r"[^\W\d_]{3,}")
_EMPLOYER_BEFORE = re.compile(r"\b(?:at|for|by|with|does|do|from)\s+$", re.I)
_EMPLOYER_AFTER = re.compile(
    r"(?:'s)?\s+(?:pays?|offers?|gives?|salar\w+|comp\b|compensation|ai\s+engineers?|engineers?|bonus\w*)",
    re.I,
)


def _spellings(generation: Generation) -> tuple[frozenset[str], frozenset[str]]:
    """The words that the documents write in lower case, and those they write with a capital
    within a sentence (both in lower case here)."""
    lower: set[str] = set()
    names: set[str] = set()
    for chunk in generation.chunks:
        for sentence in chunk.sentences:
            in_table = sentence.kind is BlockKind.TABLE_ROW
            for match in _WORD.finditer(sentence.plain):
                word = match[0]
                if word[0].islower():
                    lower.add(word)
                elif (
                    not in_table
                    and not word.isupper()
                    and sentence.plain[match.start() - 1 : match.start()] == " "
                ):
                    names.add(word.lower())
    return frozenset(lower), frozenset(names)


class Library:
    """Documents, chunks and facts in memory; made once a generation, shared by all questions."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.documents: dict[str, Document] = {d.path: d for d in generation.documents}
        self.lexical = LexicalIndex([_searched_text(c) for c in generation.chunks])
        self._lower, self._names = _spellings(generation)
        self.dictionary = known_words() | {
            w
            for c in generation.chunks
            for w in words(c.embedding_text)
            if w.isalpha() and len(w) > 2
        }
        self._starts = {d.path: [b.span.start for b in d.blocks] for d in generation.documents}

    @cached_property
    def subjects(self) -> str:
        """Whom the documents are about, in words ("AI engineers")."""
        roles = [main_role(d.title, d.text[:4000]) for d in self.generation.documents[:20]]
        named = [plural(r) for r in dict.fromkeys(roles) if r]
        return joined(named[:3]) or "the subjects of the documents"

    @property
    def chunks(self) -> tuple[Chunk, ...]:
        return self.generation.chunks

    @property
    def facts(self) -> tuple[SalaryFact, ...]:
        return self.generation.facts

    def block_at(self, document: str, span: Span) -> Block:
        """The block that holds a span."""
        position = bisect_right(self._starts[document], span.start) - 1
        return self.documents[document].blocks[max(position, 0)]

    def names_in(self, text: str) -> list[str]:
        """Names of employers in a text ("at Google", "Google pays"): words that the documents, or
        the text itself, write with a capital."""
        found = []
        for match in _WORD.finditer(text):
            word = match[0]
            low = word.lower()
            employer = bool(
                _EMPLOYER_BEFORE.search(text[: match.start()])
                or _EMPLOYER_AFTER.match(text, match.end())
            )
            unknown = word[0].isupper() and not word.isupper() and low not in self._lower
            if (
                low not in STOP_WORDS
                and employer
                and (unknown or (low in self._names and low not in self._lower))
            ):
                found.append(word)
        inside_facets = [text[start:end].lower() for start, end in facet_spans(text)]
        return [w for w in found if not any(w.lower() in f for f in inside_facets)]

    def summaries(self) -> tuple[DocumentSummary, ...]:
        chunks = Counter(c.document for c in self.chunks)
        facts = Counter(f.document for f in self.facts)
        return tuple(
            DocumentSummary(d.path, d.title, d.date, chunks[d.path], facts[d.path])
            for d in self.generation.documents
        )
