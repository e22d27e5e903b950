"""The documents tab: what is in the corpus, what failed, and any document as the program sees it.

Pure functions to HTML; everything is escaped.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from rag.types import Block, BlockKind, Chunk, Document, FailedDocument, SalaryFact, Span
from ui.show.bidi import without_overrides
from ui.show.excerpt import inline_html, item_span

if TYPE_CHECKING:
    from rag.index.library import DocumentSummary

MAX_ROWS = 1000
BLOCKS_A_PAGE = 300


@dataclass(frozen=True, slots=True)
class Preview:
    """A document and what was read out of it; ``page`` counts from 0."""

    document: Document
    chunks: Sequence[Chunk]
    facts: Sequence[SalaryFact]
    page: int = 0

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.document.blocks) // BLOCKS_A_PAGE))


# --- the list -------------------------------------------------------------------------


def documents_html(
    documents: Sequence[DocumentSummary],
    failed: Sequence[FailedDocument],
    corpus: Path,
    *,
    may_change: bool,
) -> str:
    """A table of the documents, and before it the files that could not be read and why."""
    rows = "".join(_row(each, corpus, may_change=may_change) for each in documents[:MAX_ROWS])
    more = (
        f'<p class="note">The first {MAX_ROWS:,} of {len(documents):,} documents.</p>'
        if len(documents) > MAX_ROWS
        else ""
    )
    passages, facts = sum(d.chunks for d in documents), sum(d.facts for d in documents)
    summary = ", ".join(
        [count(len(documents), "document"), count(passages, "passage"), count(facts, "pay figure")]
    )
    heads = ("Document", "Kind", "Date", "Size", "Passages", "Pay figures", "State")
    columns = "".join(f'<th scope="col">{head}</th>' for head in heads)
    return (
        f'<p class="summary" role="status">{summary}</p>{_failed_html(failed)}'
        f'<div class="scroll" tabindex="0" role="region" aria-label="Documents">'
        f'<table class="documents"><thead><tr>{columns}'
        f'<th scope="col"><span class="bracket">Actions</span></th></tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{more}"
    )


def count(number: int, noun: str) -> str:
    """ "1 document", "2,000 documents"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _row(document: DocumentSummary, corpus: Path, *, may_change: bool) -> str:
    path = escape(document.path)
    title = escape(without_overrides(document.title))
    file = escape(without_overrides(document.path))
    kind = escape(Path(document.path).suffix.lstrip(".").upper())
    # A document stays answerable until the next update after its file went or changed.
    size = _size(corpus / document.path)
    state = '<span class="state ready">Ready</span>' if size else (
        '<span class="state gone">File gone</span>'
    )  # fmt: skip
    remove = (
        f'<button type="button" class="row-action remove" value="{path}" '
        f'aria-label="Remove {title}">Remove</button>'
        if may_change
        else ""
    )
    return (
        f'<tr><th scope="row"><button type="button" class="row-action preview" value="{path}">'
        f'{title}</button><span class="file">{file}</span></th><td>{kind}</td>'
        f"<td>{escape(document.date or '–')}</td><td>{size or '–'}</td>"
        f"<td>{document.chunks:,}</td><td>{document.facts:,}</td><td>{state}</td>"
        f"<td>{remove}</td></tr>"
    )


def _failed_html(failed: Sequence[FailedDocument]) -> str:
    if not failed:
        return ""
    items = "".join(
        f"<li><strong>{escape(without_overrides(file.path))}</strong>: "
        f"{escape(without_overrides(file.reason))}</li>"
        for file in failed[:MAX_ROWS]
    )
    return (
        f'<div class="failed" role="status"><p>{count(len(failed), "file")} could not be read</p>'
        f"<ul>{items}</ul></div>"
    )


def _size(path: Path) -> str:
    """ "12 kB"; "" where there is no such file any more."""
    try:
        size = path.stat().st_size
    except OSError:
        return ""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1e3:,.0f} kB" if size < 1e6 else f"{size / 1e6:,.1f} MB"


# --- one document ---------------------------------------------------------------------


def preview_html(preview: Preview) -> str:
    """A page of a document's blocks, cut into its passages, its pay figures marked."""
    document, page = preview.document, min(max(0, preview.page), preview.pages - 1)
    first = page * BLOCKS_A_PAGE
    blocks = document.blocks[first : first + BLOCKS_A_PAGE]
    passages = _Passages(preview.chunks)
    facts = sorted(preview.facts, key=lambda fact: fact.span.start)
    body = []
    for number, group in groupby(blocks, key=lambda block: passages.number_at(block.span)):
        run = _blocks_html(document.text, list(group), facts)
        label = f"Passage {number}" if number else "Not part of a passage"
        body.append(
            f'<section class="passage{"" if number else " outside"}">'
            f'<p class="passage-label">{label}</p>{run}</section>'
        )
    counts = (
        f"{count(len(preview.chunks), 'passage')}, {count(len(facts), 'pay figure')}"
        f"{f' · page {page + 1} of {preview.pages}' if preview.pages > 1 else ''}"
    )
    title = escape(without_overrides(document.title))
    about = escape(without_overrides(f"{document.path} · {document.date or 'undated'} · {counts}"))
    return (
        f'<article class="preview" aria-label="{title}"><header><h2 tabindex="-1">{title}</h2>'
        f'<p class="note">{about}</p>'
        f'<button type="button" class="row-action close-preview" value="">Close</button></header>'
        f"{''.join(body)}{_paging(document.path, page, preview.pages)}</article>"
    )


class _Passages:
    """Which passage a block belongs to; numbered from 1 in the document's order."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = sorted(chunks, key=lambda chunk: chunk.span.start)
        self._ends = [chunk.span.end for chunk in self._chunks]

    def number_at(self, span: Span) -> int:
        """0 for a block that no passage holds."""
        at = bisect_left(self._ends, span.start + 1)
        inside = at < len(self._chunks) and self._chunks[at].span.start < span.end
        return at + 1 if inside else 0


def _paging(path: str, page: int, pages: int) -> str:
    def button(label: str, target: int) -> str:
        return (
            f'<button type="button" class="row-action page-to" value="{escape(path)}" '
            f'name="{target}">{label}</button>'
        )

    earlier = button("Earlier", page - 1) if page > 0 else ""
    later = button("Later", page + 1) if page < pages - 1 else ""
    return f'<p class="paging">{earlier}{later}</p>' if pages > 1 else ""


def _blocks_html(text: str, blocks: Sequence[Block], facts: Sequence[SalaryFact]) -> str:
    parts = []
    headings: tuple[str, ...] | None = None
    for (above, kind, _), run in groupby(blocks, key=lambda b: (b.headings, b.kind, b.group)):
        if above != headings:
            headings = above
            path = " › ".join(above)
            parts.append(f'<p class="path">{inline_html(path)}</p>' if path else "")
        parts.append(_run_html(text, list(run), kind, facts))
    return "".join(parts)


def _run_html(text: str, run: Sequence[Block], kind: BlockKind, facts: Sequence[SalaryFact]) -> str:
    if kind is BlockKind.TABLE_ROW and run[0].cells:
        heads = "".join(f'<th scope="col">{inline_html(c.column)}</th>' for c in run[0].cells)
        rows = "".join(
            f"<tr>{''.join(f'<td>{_marked_html(text, c.span, facts)}</td>' for c in row.cells)}</tr>"
            for row in run
        )
        return (
            f'<div class="scroll"><table><thead><tr>{heads}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div>"
        )
    if kind is BlockKind.LIST_ITEM:
        items = "".join(
            f"<li>{_marked_html(text, item_span(text, b.span), facts)}</li>" for b in run
        )
        return f"<ul>{items}</ul>"
    return "".join(f"<p>{_marked_html(text, block.span, facts)}</p>" for block in run)


def _marked_html(text: str, span: Span, facts: Sequence[SalaryFact]) -> str:
    """A span of the document with the pay figures in it marked, each saying how it was read."""
    at = bisect_left(facts, span.start, key=lambda fact: fact.span.start)
    parts: list[str] = []
    done = span.start
    for fact in facts[at:]:
        if fact.span.start >= span.end:
            break
        if fact.span.start < done or fact.span.end > span.end:
            continue
        parts.append(inline_html(text[done : fact.span.start]))
        read_as = escape(without_overrides(describe(fact)))
        words = inline_html(fact.span.of(text))
        parts.append(
            f'<mark class="fact" tabindex="0" title="{read_as}">{words}'
            f'<span class="bracket"> ({read_as})</span></mark>'
        )
        done = fact.span.end
    parts.append(inline_html(text[done : span.end].rstrip()))
    return "".join(parts)


def describe(fact: SalaryFact) -> str:
    """How a pay figure was read: "senior, Europe, base, range, EUR a year, 2026-06"."""
    facets = (
        fact.level, fact.role, fact.place or fact.region, fact.component, fact.statistic,
        "per cent" if fact.currency == "%" else f"{fact.currency} a {fact.period}", fact.as_of,
    )  # fmt: skip
    return ", ".join(facet for facet in facets if facet)
