"""One generation of the index, with the look-ups that answering needs."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from rag.lexical import LexicalIndex, known_words, words
from rag.names import Spellings
from rag.salary.ledger import Ledger
from rag.salary.roles import main_role
from rag.salary.wording import joined, plural
from rag.store import Generation
from rag.types import Block, Chunk, Document, SalaryFact, Span


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


class Library:
    """Documents, chunks and facts in memory; made once a generation, shared by all questions."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.documents: dict[str, Document] = {d.path: d for d in generation.documents}
        self.lexical = LexicalIndex([_searched_text(c) for c in generation.chunks])
        self.spellings = Spellings.of(generation.chunks)
        self.dictionary = known_words() | {
            w
            for c in generation.chunks
            for w in words(c.embedding_text)
            if w.isalpha() and len(w) > 2
        }
        self._starts = {d.path: [b.span.start for b in d.blocks] for d in generation.documents}

    @cached_property
    def ledger(self) -> Ledger:
        """The pay facts with the look-ups that answering needs."""
        return Ledger(self.facts, self.documents)

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
        """Names of employers in a text ("at Google", "Google pays")."""
        return self.spellings.employers_in(text)

    def summaries(self) -> tuple[DocumentSummary, ...]:
        chunks = Counter(c.document for c in self.chunks)
        facts = Counter(f.document for f in self.facts)
        return tuple(
            DocumentSummary(d.path, d.title, d.date, chunks[d.path], facts[d.path])
            for d in self.generation.documents
        )
