"""What an answer cites, as the checks and the prompt read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.documents.parsed import strip_markup
from rag.documents.sentences import block_context, normalise, row_as_text
from rag.index.library import Library
from rag.types import BlockKind, Citation, SalaryFact, Span


@dataclass(frozen=True, slots=True)
class Source:
    """One citation: its text without markup, where it stands, and every pay fact in it.

    ``context`` is the title, headings and lead-in above it; ``date`` the document's.
    """

    marker: int
    text: str
    heading: str
    context: str
    date: str
    facts: tuple[SalaryFact, ...]
    document_text: str

    @property
    def everything(self) -> str:
        """All that the source says, with what it is said under."""
        return f"{self.context}. {self.text}"


def read_sources(citations: Sequence[Citation], library: Library) -> list[Source]:
    """One source a citation, in their order."""
    return [_source(citation, library) for citation in citations]


def _source(citation: Citation, library: Library) -> Source:
    document = library.documents[citation.document]
    span = Span(citation.start, citation.end)
    block = library.block_at(citation.document, span)
    row = block.kind is BlockKind.TABLE_ROW
    text = (
        row_as_text(document.text, block) if row else strip_markup(normalise(span.of(document.text)))
    )  # fmt: skip
    heading = block.headings[-1] if block.headings else ""
    context = [document.title, *block.headings, block_context(document, block)]
    return Source(
        marker=citation.marker,
        text=text,
        heading=" > ".join(dict.fromkeys(part for part in (document.title, heading) if part)),
        context=strip_markup(
            normalise(" > ".join(dict.fromkeys(part for part in context if part)))
        ),
        date=document.date or "",
        facts=tuple(
            fact
            for fact in library.facts
            if fact.document == citation.document
            and fact.span.start >= span.start
            and fact.span.end <= span.end
        ),
        document_text=document.text,
    )
