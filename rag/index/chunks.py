"""Documents -> chunks: whole sentences of one section, sized in the embedder's own tokens.

A chunk carries its document's title and heading path into the embedding, and its list's
lead-in where it starts inside a list, so that it can be understood and found alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from rag.documents.sentences import block_sentences, lead_in_text, plain_text
from rag.types import Block, BlockKind, Chunk, Document, Sentence, Span

TARGET_TOKENS = 160
"""Long enough for an argument, short enough that one sentence still moves the embedding."""

CountTokens = Callable[[Sequence[str]], list[int]]


def split_document(
    document: Document,
    *,
    max_tokens: int,
    count_tokens: CountTokens,
    sentences: Sequence[Sequence[Sentence]] | None = None,
) -> Iterator[Chunk]:
    """Chunks of a document, in order.

    :param max_tokens: the embedder's window; no ``embedding_text`` is longer.
    :param count_tokens: tokens of each text, special tokens included.
    :param sentences: those of each block, where they have been split already.
    """
    found = sentences or [list(block_sentences(document, b)) for b in document.blocks]
    of_blocks = zip(document.blocks, found, strict=True)
    for headings, section in groupby(of_blocks, key=lambda pair: pair[0].headings):
        units = [(block, sentence) for block, its_own in section for sentence in its_own]
        lengths = count_tokens([s.plain for _, s in units]) if units else []
        header = _fit(_header(document, headings), max_tokens // 2, count_tokens)
        room = min(TARGET_TOKENS, max_tokens - count_tokens([header])[0] - 8)
        for part in _pack(units, lengths, room=max(room, 32)):
            texts = _embedding_texts(document, part, header=header)
            chosen = next((t for t in texts if count_tokens([t])[0] <= max_tokens), None)
            yield _chunk(
                document,
                headings,
                part,
                embedding_text=chosen or _fit(texts[-1], max_tokens, count_tokens),
            )


Unit = tuple[Block, Sentence]


def _header(document: Document, headings: tuple[str, ...]) -> str:
    names = dict.fromkeys(plain_text(name) for name in [document.title, *headings])
    return " > ".join(names)[-240:]


def _pack(units: list[Unit], lengths: list[int], *, room: int) -> Iterator[list[Unit]]:
    """Consecutive sentences up to ``room`` tokens; a group (list, table) starts afresh if that
    lets it stay whole."""
    part: list[Unit] = []
    used = 0
    groups: dict[int, int] = {}
    for (block, _), length in zip(units, lengths, strict=True):
        groups[block.group] = groups.get(block.group, 0) + length
    previous_group = None
    for unit, length in zip(units, lengths, strict=True):
        group = unit[0].group
        opens_group = group != previous_group
        whole_would_fit = groups[group] <= room
        must_break = used + length > room
        should_break = opens_group and whole_would_fit and used + groups[group] > room
        if part and (must_break or should_break):
            yield part
            part, used = [], 0
        part.append(unit)
        used += length
        previous_group = group
    if part:
        yield part


def _embedding_texts(document: Document, part: list[Unit], *, header: str) -> list[str]:
    """What to embed, the fullest first; where the window is full, the lead-in is left out, then
    headings, so that the sentences themselves are whole."""
    first_block = part[0][0]
    plain = [s.plain for _, s in part]
    nearest = header.rsplit(" > ", 1)[-1]
    texts = ["\n".join([header, *plain]), "\n".join([nearest, *plain]), "\n".join(plain)]
    introduced = []
    if first_block.lead_in and first_block.kind is not BlockKind.PARAGRAPH:
        introduced.append(lead_in_text(document.text, first_block.lead_in))
    if first_block.cells and first_block.cells[0].row:
        introduced.append(plain_text(first_block.cells[0].row))
    if introduced:
        texts.insert(0, "\n".join([header, *introduced, *plain]))
    return texts


def _fit(text: str, max_tokens: int, count_tokens: CountTokens) -> str:
    """The longest beginning of a text within so many tokens (of halves, so it may be shorter)."""
    if count_tokens([text])[0] <= max_tokens:
        return text
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if count_tokens([text[:middle]])[0] <= max_tokens:
            fits = middle
        else:
            too_long = middle
    return text[:fits].rstrip()


def _chunk(
    document: Document, headings: tuple[str, ...], part: list[Unit], *, embedding_text: str
) -> Chunk:
    sentences = tuple(s for _, s in part)
    return Chunk(
        document=document.path,
        title=document.title,
        headings=headings,
        span=Span(sentences[0].span.start, sentences[-1].span.end),
        sentences=sentences,
        embedding_text=embedding_text,
    )
