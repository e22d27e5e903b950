"""Blocks -> sentences, the units of evidence, with exact offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, pairwise

from syntok import segmenter
from syntok.tokenizer import Tokenizer

from rag.documents.parsed import strip_markup, trim
from rag.types import Block, BlockKind, Cell, Document, Sentence, Span

MAX_SENTENCE_CHARS = 1000
MAX_SENTENCE_TOKENS = 220
"""By the estimate below; with its headings such a sentence fits the embedder's window of 256."""
MAX_LEAD_IN_CHARS = 200
_TOKEN = re.compile(r"[A-Za-z]{1,6}|\d{1,2}|[^\sA-Za-z\d]")
"""What word-piece vocabularies of English make one token of, or less."""

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
    return text if text.isascii() else text.translate(_PLAIN)


def plain_text(text: str) -> str:
    """A text as it is matched and read: no markup, usual characters, letters each on their own.

    Lengths change: soft hyphens go, ligatures and combining accents become letters.
    """
    if not text.isascii():
        text = normalise(unicodedata.normalize("NFC", text.translate(_LETTERS)))
    return strip_markup(text)


def block_sentences(document: Document, block: Block) -> Iterator[Sentence]:
    """The sentences of one block; a table row is one, unless it is too long for the embedder."""
    context = block_context(document, block)
    if block.kind is BlockKind.TABLE_ROW:
        for span, plain in _row_sentences(document.text, block):
            yield Sentence(span, block.kind, plain, context, block.page)
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


def _row_sentences(text: str, block: Block) -> Iterator[tuple[Span, str]]:
    """A row as one text; one that is too long in several, each after the row's name."""
    whole = row_as_text(text, block)
    if not _is_long(whole):
        yield block.span, whole
        return
    if not block.cells:
        for span in split_sentences(text, block.span):
            yield span, plain_text(span.of(text))
        return
    name = plain_text(block.cells[0].span.of(text))[:MAX_LEAD_IN_CHARS]
    for number, cells in enumerate(_runs(text, block)):
        span = Span(cells[0].span.start, cells[-1].span.end)
        part = replace(block, cells=cells)
        before = f"{name}: " if number and name else ""
        if not _is_long(row_as_text(text, part)):
            yield span, before + row_as_text(text, part)
            continue
        column = plain_text(cells[0].column)
        for piece in split_sentences(text, span):
            plain = plain_text(piece.of(text))
            yield piece, f"{before}{column}: {plain}" if column else f"{before}{plain}"


def _runs(text: str, block: Block) -> Iterator[tuple[Cell, ...]]:
    """The cells of a row in runs that are not too long together, or one cell that is alone."""
    run: list[Cell] = []
    for cell in block.cells:
        if cell.span.start == cell.span.end:
            continue
        if run and _is_long(row_as_text(text, replace(block, cells=(*run, cell))), spare=40):
            yield tuple(run)
            run = []
        run.append(cell)
    if run:
        yield tuple(run)


def _is_long(text: str, *, spare: int = 0) -> bool:
    """Whether a text may have more tokens than a sentence should."""
    most = MAX_SENTENCE_TOKENS - spare
    return len(text) > most and sum(1 for _ in islice(_TOKEN.finditer(text), most + 1)) > most


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


def _longest(text: str, start: int, end: int) -> int:
    """How many characters from a place on are not too long for a sentence."""
    end = min(end, start + MAX_SENTENCE_CHARS)
    if end - start <= MAX_SENTENCE_TOKENS:
        return MAX_SENTENCE_CHARS
    over = next(islice(_TOKEN.finditer(text, start, end), MAX_SENTENCE_TOKENS, None), None)
    return over.start() - start if over else MAX_SENTENCE_CHARS


def _bounded(text: str, span: Span) -> Iterator[Span]:
    start = span.start
    while span.end - start > (most := _longest(text, start, span.end)):
        window = text[start : start + most]
        last_space = max((m.start() for m in re.finditer(r"\s", window)), default=0)
        end = start + (last_space or most)
        yield trim(text, start, end)
        start = trim(text, end, span.end).start
    rest = trim(text, start, span.end)
    if rest.start < rest.end:
        yield rest
