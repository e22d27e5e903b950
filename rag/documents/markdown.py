"""Markdown (CommonMark with tables) -> blocks, through markdown-it-py.

markdown-it gives the line range of each block; spans are found within those lines, so they
hold in the file's own text.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.documents.frontmatter import front_matter, front_matter_date
from rag.documents.parsed import (
    Parsed,
    find_date,
    split_row,
    stated_date,
    strip_markup,
    table_cells,
    trim,
)
from rag.types import Block, BlockKind, Cell, Span

_BLOCKS_ONLY = MarkdownIt("commonmark").enable("table").disable(["inline", "text_join"])
_LIST_MARK = re.compile(
    r"\s*(?:>[ \t]*)*(?:(?:[-*+]|\d{1,9}[.)])[ \t]+(?:>[ \t]*)*)+(?:\[[ xX]\][ \t]+)?"
)
_QUOTE_MARK = re.compile(r"\s*(?:>[ \t]?)+")
_HTML = re.compile(r"<!--.*?(?:-->|\Z)|<[^<>]{0,1000}>", re.S)


def parse_markdown(text: str) -> Parsed:
    """Blocks of a Markdown text; front matter gives title and date where it is there."""
    meta, body = front_matter(text)
    # The tokens' line numbers count in `body`, whose lines are those of `text`.
    walk = _Walk(text)
    walk.run(_BLOCKS_ONLY.parse(body))
    title = str(meta.get("title") or walk.title).strip()
    return Parsed(title=title, date=_date(meta, title, walk), blocks=tuple(walk.blocks), text=text)


def _date(meta: dict[str, str], title: str, walk: _Walk) -> str | None:
    if date := front_matter_date(meta):
        return date
    opening = walk.text[walk.blocks[0].span.start :][:600] if walk.blocks else ""
    return stated_date(opening) or find_date(title)


class _Walk:
    """One pass over markdown-it's tokens, keeping the open headings and the last lead-in."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.title = ""
        self.blocks: list[Block] = []
        self._starts = [0, *(m.end() for m in re.finditer("\n", text)), len(text)]
        self._headings: list[tuple[int, str]] = []
        self._group = 0
        self._list_lead_ins: list[Span | None] = []  # one a list that is open
        self._lead_in: Span | None = None

    def run(self, tokens: list[Token]) -> None:
        columns: list[str] = []
        for i, token in enumerate(tokens):
            match token.type:
                case "heading_open":
                    self._heading(int(token.tag[1]), strip_markup(tokens[i + 1].content))
                case "bullet_list_open" | "ordered_list_open":
                    # A nested list is introduced by the item that holds it.
                    nested = bool(self._list_lead_ins) and bool(self.blocks)
                    self._list_lead_ins.append(self.blocks[-1].span if nested else self._lead_in)
                    self._group += len(self._list_lead_ins) == 1
                case "bullet_list_close" | "ordered_list_close":
                    self._list_lead_ins.pop()
                case "table_open":
                    self._group += 1
                    columns = []
                case "tr_open" if token.map:
                    cells = [t for t in _until(tokens, i, "tr_close") if t.type == "inline"]
                    if tokens[i + 1].type == "th_open":
                        columns = [strip_markup(t.content) for t in cells]
                    else:
                        self._row(token.map, columns)
                case "paragraph_open" if token.map:
                    self._paragraph(token.map)
                case "fence" | "code_block" if token.map:
                    self._group += 1
                    self._add(BlockKind.PARAGRAPH, self._lines(token.map))
                case "html_block" if token.map and _HTML.sub("", token.content).strip():
                    self._group += 1
                    self._add(BlockKind.PARAGRAPH, self._lines(token.map))

    def _heading(self, level: int, heading: str) -> None:
        self._headings = [h for h in self._headings if h[0] < level]
        self._headings.append((level, heading))
        self._lead_in = None
        self.title = self.title or heading

    def _paragraph(self, lines: list[int]) -> None:
        span = self._unmarked(lines)
        if self._list_lead_ins:
            self._add(BlockKind.LIST_ITEM, span, lead_in=self._list_lead_ins[-1])
            return
        self._group += 1
        self._add(BlockKind.PARAGRAPH, span)
        self._lead_in = span

    def _row(self, lines: list[int], columns: list[str]) -> None:
        span = self._unmarked(lines)
        cells = table_cells(self.text, split_row(span.of(self.text), offset=span.start), columns)
        self._add(BlockKind.TABLE_ROW, span, lead_in=self._lead_in, cells=cells)

    def _add(
        self,
        kind: BlockKind,
        span: Span,
        *,
        lead_in: Span | None = None,
        cells: tuple[Cell, ...] = (),
    ) -> None:
        if span.start >= span.end:
            return
        headings = tuple(h for _, h in self._headings)
        self.blocks.append(
            Block(
                kind=kind,
                span=span,
                headings=headings,
                group=self._group,
                lead_in=lead_in,
                cells=cells,
            )
        )

    def _unmarked(self, lines: list[int]) -> Span:
        """The lines without the list and quote marks before their first word."""
        span = self._lines(lines)
        mark = _LIST_MARK.match(self.text, span.start) if self._list_lead_ins else None
        mark = mark or _QUOTE_MARK.match(self.text, span.start)
        return trim(self.text, min(mark.end(), span.end) if mark else span.start, span.end)

    def _lines(self, lines: list[int]) -> Span:
        return trim(self.text, self._starts[lines[0]], self._starts[lines[1]])


def _until(tokens: list[Token], start: int, closing: str) -> list[Token]:
    end = next(i for i in range(start, len(tokens)) if tokens[i].type == closing)
    return tokens[start:end]
