"""An answer while it is written: text, numbered citations, and the numbers it may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rag.index.library import Library
from rag.types import Citation, CitedFact, Conflict, SalaryFact, Span


@dataclass(slots=True)
class Draft:
    """Collects an answer's paragraphs. Each span cited twice keeps its marker.

    ``heads`` are the column heads that are said beside cited cells; ``readings`` are, by marker,
    cited rows as they are read with their columns' units.
    """

    library: Library
    paragraphs: list[str] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    facts: list[CitedFact] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    workings: list[str] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    readings: dict[int, str] = field(default_factory=dict)

    def say(self, paragraph: str) -> None:
        self.paragraphs.append(paragraph)

    def cite(self, document: str, span: Span) -> int:
        """The marker's number for a span of a document."""
        if citation := self._citation(document, span):
            return citation.marker
        source = self.library.documents[document]
        block = self.library.block_at(document, span)
        marker = len(self.citations) + 1
        self.citations.append(
            Citation(
                marker=marker,
                document=document,
                title=source.title,
                section=" > ".join(block.headings),
                quote=span.of(source.text),
                start=span.start,
                end=span.end,
                page=block.page,
            )
        )
        return marker

    def cites(self, document: str, span: Span) -> bool:
        """Whether the span has been cited."""
        return self._citation(document, span) is not None

    def _citation(self, document: str, span: Span) -> Citation | None:
        wanted = (document, span.start, span.end)
        found = (c for c in self.citations if (c.document, c.start, c.end) == wanted)
        return next(found, None)

    def cite_fact(self, fact: SalaryFact) -> int:
        """Cite a fact's sentence or row, and list the fact with the answer."""
        marker = self.cite(fact.document, fact.evidence)
        if fact.in_table:
            self.heads.append(self.library.ledger.column_of(fact))
        cited = CitedFact(fact, marker)
        if cited not in self.facts:
            self.facts.append(cited)
        return marker

    def conflict(self, about: str, markers: Sequence[int]) -> None:
        self.conflicts.append(Conflict(about, tuple(dict.fromkeys(markers))))

    def working(self, text: str) -> str:
        """Note a computation that is shown, so that the guard knows its result."""
        self.workings.append(text)
        return text

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)
