"""One generation of the index, with the look-ups that answering needs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from rag.documents.words import terms
from rag.errors import CorpusError
from rag.facts.extract import with_one_dollar
from rag.facts.ledger import Ledger
from rag.facts.roles import main_role, names_of
from rag.facts.wording import joined, plural
from rag.index.bm25 import LexicalIndex
from rag.index.employers import employers_in
from rag.index.generation import Generation
from rag.index.passages import Passages
from rag.index.spellings import Spellings
from rag.models.vocabulary import known_words
from rag.types import Block, Document, FailedDocument, SalaryFact, Span


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """What is known of one document, for lists."""

    path: str
    title: str
    date: str | None
    chunks: int
    facts: int


class Library:
    """Documents, chunks and facts in memory; made once a generation, shared by all questions."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.documents: Mapping[str, Document] = generation.by_path
        digests = generation.digests
        self.heads = tuple(
            DocumentSummary(
                e.path, digests[e.path].title, digests[e.path].date, len(e.keys), e.facts
            )
            for e in generation.entries
        )
        of_passages = (terms for d in digests.values() for terms in d.terms)
        self.lexical = LexicalIndex.of_terms(terms.split() for terms in of_passages)
        self.spellings = Spellings(
            frozenset(w for d in digests.values() for w in d.lower),
            frozenset(w for d in digests.values() for w in d.names),
        )
        self.dictionary = known_words() | {w for d in digests.values() for w in d.words}

    @cached_property
    def ledger(self) -> Ledger:
        """The pay facts with the look-ups that answering needs."""
        return Ledger(self.facts, self.documents)

    @cached_property
    def subjects(self) -> str:
        """Whom the documents are about, in words ("AI engineers")."""
        first = [self.documents[head.path] for head in self.heads[:20]]
        roles = [main_role(d.title, d.text[:4000]) for d in first]
        named = [plural(r) for r in dict.fromkeys(roles) if r]
        return joined(named[:3]) or "the subjects of the documents"

    @cached_property
    def occupations(self) -> Mapping[str, frozenset[str]]:
        """The documents that are about one occupation, by their title and their figures, with the
        names that it goes by."""
        found = {}
        for head in self.heads:
            role = self.ledger.subjects.get(head.path)
            if role and set(terms(role)) <= set(terms(head.title)):
                found[head.path] = frozenset(names_of(role))
        return found

    @property
    def chunks(self) -> Passages:
        return self.generation.chunks

    @cached_property
    def facts(self) -> tuple[SalaryFact, ...]:
        return with_one_dollar(self.generation.facts, self.documents)

    def block_at(self, document: str, span: Span) -> Block:
        """The block that holds a span."""
        blocks = self.documents[document].blocks
        position = bisect_right(blocks, span.start, key=lambda block: block.span.start) - 1
        return blocks[max(position, 0)]

    def names_in(self, text: str) -> list[str]:
        """Names of employers in a text ("at Google", "Google pays")."""
        return employers_in(text, self.spellings)

    def document(self, path: str) -> Document:
        """:raises CorpusError: no document of that path is indexed."""
        try:
            return self.documents[path]
        except KeyError:
            raise CorpusError(f"there is no document {path} in the index") from None

    @property
    def failed(self) -> tuple[FailedDocument, ...]:
        """Files that could not be read."""
        return self.generation.failed
