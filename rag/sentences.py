"""Blocks -> sentences, the units of evidence, with exact offsets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from syntok import segmenter
from syntok.tokenizer import Tokenizer

from rag.documents.parsed import strip_markup, trim
from rag.types import Block, BlockKind, Document, Sentence, Span

MAX_SENTENCE_CHARS = 1000
MAX_LEAD_IN_CHARS = 200

# Every one-character space and hyphen that sources use, as the plain one; one for one, so that
# offsets hold.
_PLAIN = str.maketrans(
    dict.fromkeys(
        "\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\u2004\u2005\u2006\u2008\u205f\u3000", " "
    )
    | dict.fromkeys("\u2010\u2011\u2012\u2212", "-")
    | {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00ad": "-", "\u200b": " "}
)
# Bounded, since syntok's time grows with the square of a text full of brackets.
_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?![ \t]*\n)){0,3999}(?!\S)|\S{4000}")
_tokenizer = Tokenizer(replace_not_contraction=False)


def normalise(text: str) -> str:
    """Unusual spaces, hyphens and quotes as the usual ones; same length, same offsets."""
    return text.translate(_PLAIN)


def block_sentences(document: Document, block: Block) -> Iterator[Sentence]:
    """The sentences of one block; a table row is one."""
    context = block_context(document, block)
    if block.kind is BlockKind.TABLE_ROW:
        yield Sentence(
            block.span, block.kind, row_as_text(document.text, block), context, block.page
        )
        return
    for span in split_sentences(document.text, block.span):
        plain = strip_markup(normalise(span.of(document.text)))
        if plain:
            yield Sentence(span, block.kind, plain, context, block.page)


def block_context(document: Document, block: Block) -> str:
    """What a sentence of this block belongs to: headings, then the lead-in of its list."""
    parts = [h for h in block.headings if h != document.title]
    if block.lead_in and block.kind is not BlockKind.PARAGRAPH:
        parts.append(lead_in_text(document.text, block.lead_in))
    return " > ".join(parts)


def lead_in_text(text: str, lead_in: Span) -> str:
    """The last sentence of the paragraph before a list or table, kept short."""
    last = list(split_sentences(text, lead_in) or [lead_in])[-1]
    return strip_markup(normalise(last.of(text)))[-MAX_LEAD_IN_CHARS:]


def row_as_text(text: str, block: Block) -> str:
    """A table row as "column: cell; column: cell", so that it can be understood alone."""
    cells = []
    for cell in block.cells:
        value = strip_markup(normalise(cell.span.of(text)))
        if value:
            cells.append(f"{cell.column}: {value}" if cell.column else value)
    return "; ".join(cells)


def split_sentences(text: str, span: Span) -> Iterator[Span]:
    """Sentence spans within a span (syntok); one without an end in sight is cut at a space.

    Together they hold every character that is no space: a sentence ends where the next begins.
    """
    for paragraph in _PARAGRAPH.finditer(text, span.start, span.end):
        # syntok sees no end of sentence in ".**", and one before every "(30 %)".
        plain = normalise(paragraph[0]).replace("*", " ").replace("%", "p")
        sentences = segmenter.segment(_tokenizer.tokenize(plain))
        starts = [len(paragraph[0][: s[0].offset].rstrip("*")) for s in sentences if s][1:]
        bounds = [paragraph.start(), *(paragraph.start() + s for s in starts), paragraph.end()]
        for start, end in pairwise(bounds):
            yield from _bounded(text, trim(text, start, end))


def _bounded(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while span.end - start > MAX_SENTENCE_CHARS:
        window = text[start : start + MAX_SENTENCE_CHARS]
        last_space = max((m.start() for m in re.finditer(r"\s", window)), default=0)
        end = start + (last_space or MAX_SENTENCE_CHARS)
        yield trim(text, start, end)
        start = trim(text, end, span.end).start
    rest = trim(text, start, span.end)
    if rest.start < rest.end:
        yield rest
