"""Blocks -> sentences, the units of evidence, with exact offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from syntok import segmenter
from syntok.tokenizer import Tokenizer

from rag.documents.parsed import strip_markup, trim
from rag.types import Block, BlockKind, Document, Sentence, Span

MAX_SENTENCE_CHARS = 1000
MAX_LEAD_IN_CHARS = 200

# Every one-character space, hyphen and quote that sources use, and full-width letters and figures,
# as the plain one; one for one, so that offsets hold.
_PLAIN = str.maketrans(
    dict.fromkeys("\u00a0\u1680\u180e\u200b\u202f\u205f\u2060\u3000\ufeff", " ")
    | {chr(code): " " for code in range(0x2000, 0x200B)}
    | dict.fromkeys("\u2010\u2011\u2012\u2212\ufe58\ufe63\u00ad", "-")
    | {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"'}
    | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
)
# Ligatures are letters joined in print; the rest are hints for breaking lines or joining letters.
_LETTERS = str.maketrans(
    {"\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st",
     "\ufb06": "st", "\u00ad": None, "\u200b": None, "\u200c": None, "\u2060": None, "\ufeff": None}
)  # fmt: skip
# Bounded, since syntok's time grows with the square of a text full of brackets.
_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?![ \t]*\n)){0,3999}(?!\S)|\S{4000}")
_tokenizer = Tokenizer(replace_not_contraction=False)


def normalise(text: str) -> str:
    """Unusual spaces, hyphens and quotes as the usual ones; same length, same offsets."""
    return text.translate(_PLAIN)


def plain_text(text: str) -> str:
    """A text as it is matched and read: no markup, usual characters, letters each on their own.

    Lengths change: soft hyphens go, ligatures and combining accents become letters.
    """
    return strip_markup(normalise(unicodedata.normalize("NFC", text.translate(_LETTERS))))


def block_sentences(document: Document, block: Block) -> Iterator[Sentence]:
    """The sentences of one block; a table row is one."""
    context = block_context(document, block)
    if block.kind is BlockKind.TABLE_ROW:
        yield Sentence(
            block.span, block.kind, row_as_text(document.text, block), context, block.page
        )
        return
    for span in split_sentences(document.text, block.span):
        plain = plain_text(span.of(document.text))
        if plain:
            yield Sentence(span, block.kind, plain, context, block.page)


def block_context(document: Document, block: Block) -> str:
    """What a sentence of this block belongs to: headings, the lead-in of its list or table, the
    section of the table."""
    parts = [h for h in block.headings if h != document.title]
    if block.lead_in and block.kind is not BlockKind.PARAGRAPH:
        parts.append(lead_in_text(document.text, block.lead_in))
    if block.cells and block.cells[0].row:
        parts.append(block.cells[0].row)
    return " > ".join(parts)


def lead_in_text(text: str, lead_in: Span) -> str:
    """The last sentence of the paragraph before a list or table, kept short."""
    last = list(split_sentences(text, lead_in) or [lead_in])[-1]
    return plain_text(last.of(text))[-MAX_LEAD_IN_CHARS:]


def row_as_text(text: str, block: Block) -> str:
    """A table row as "column: cell; column: cell", so that it can be understood alone.

    Without headings above the columns, the row's first cell is what the others are of.
    """
    if not block.cells:  # of a data set so large that its rows were written so
        return plain_text(block.span.of(text))
    values = [plain_text(cell.span.of(text)) for cell in block.cells]
    named = any(cell.column for cell in block.cells)
    if not named and len(values) > 1 and values[0] and block.cells[1].row:
        rest = "; ".join(v for v in values[1:] if v)
        return f"{values[0]}: {rest}" if rest else values[0]
    pairs = zip(block.cells, values, strict=True)
    return "; ".join(
        f"{plain_text(cell.column)}: {value}" if cell.column else value
        for cell, value in pairs
        if value
    )


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
