"""The source behind a marker: the quoted words highlighted within what stands around them.

Pure functions from a document and a range of its characters to HTML. Everything is escaped:
a document may hold any text at all, and none of it may run in the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.types import Block, BlockKind, Document, Span
from ui.show.bidi import without_overrides

# How many blocks of the same section are shown on each side of the quoted ones. A row or a
# list item needs more of its neighbours to be read than a paragraph does.
_REACH = {BlockKind.PARAGRAPH: 2, BlockKind.LIST_ITEM: 5, BlockKind.TABLE_ROW: 12}
_BARE_CONTEXT_CHARS = 200

# Private-use characters stand for the ends of the highlight while Markdown is parsed.
_OPEN, _CLOSE = "\ue000", "\ue001"
_PRIVATE_USE = re.compile(f"[{_OPEN}-\ue00f]")
_LIST_MARK = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s+")
_INLINE = MarkdownIt("commonmark", {"html": False}).enable("strikethrough")
_INLINE_TAGS = frozenset({"strong", "em", "s"})


def excerpt_html(document: Document, quote: Span, figures: Sequence[Span] = ()) -> str:
    """The blocks around a quote, the quote marked; tables as tables, lists as lists.

    :param figures: spans whose table cells are marked more strongly than their row.
    """
    hits = [index for index, block in enumerate(document.blocks) if _overlap(block.span, quote)]
    if not hits:
        return _bare_excerpt(document.text, quote)
    shown = _surroundings(document.blocks, hits[0], hits[-1])
    runs = groupby(shown, key=lambda block: (block.kind, block.group))
    text = document.text
    return "".join(_run_html(text, list(run), shown, quote, figures) for _, run in runs)


def inline_html(text: str, mark: Span | None = None) -> str:
    """One block's Markdown as inline HTML, with the characters of ``mark`` highlighted.

    Links and images become their text: a source is read here, not left.
    """
    clean = _PRIVATE_USE.sub("\ufffd", text)
    if mark is None or mark.start >= mark.end:
        return "".join(_pieces(_INLINE.parseInline(clean)[0].children or []))
    before, quoted, after = clean[: mark.start], clean[mark.start : mark.end], clean[mark.end :]
    tokens = _INLINE.parseInline(before + _OPEN + quoted + _CLOSE + after)[0].children or []
    text_shown = "".join(token.content for token in tokens if token.type in {"text", "code_inline"})
    if text_shown.count(_OPEN) == 1 and text_shown.count(_CLOSE) == 1:
        return "".join(_pieces(tokens))
    # An end of the quote fell inside a link's address: parse the three parts apart.
    return f"{inline_html(before)}<mark>{inline_html(quoted)}</mark>{inline_html(after)}"


def _pieces(tokens: Sequence[Token]) -> Iterator[str]:
    """HTML of inline tokens; each stretch of marked text has a <mark> of its own.

    So the highlight never crosses a tag, however emphasis and quote overlap.
    """
    marked = False
    for token in tokens:
        if token.type in {"text", "code_inline"}:
            for part in re.split(f"([{_OPEN}{_CLOSE}])", token.content):
                if part in {_OPEN, _CLOSE}:
                    marked = part == _OPEN
                elif part:
                    yield (
                        f"<mark>{escape(without_overrides(part))}</mark>"
                        if marked
                        else escape(without_overrides(part))
                    )
        elif token.type == "softbreak":
            yield "<mark> </mark>" if marked else " "
        elif token.type == "hardbreak":
            yield "<br>"
        elif token.type == "image":
            yield escape(without_overrides(_PRIVATE_USE.sub("", token.content)))
        elif token.tag in _INLINE_TAGS:
            yield f"<{'/' if token.nesting < 0 else ''}{token.tag}>"


def _overlap(one: Span, other: Span) -> bool:
    return one.start < other.end and one.end > other.start


def _surroundings(blocks: Sequence[Block], first: int, last: int) -> list[Block]:
    """The quoted blocks and their neighbours in the same section."""
    before = _neighbours(blocks[first], reversed(blocks[:first]))
    after = _neighbours(blocks[last], iter(blocks[last + 1 :]))
    return [*reversed(before), *blocks[first : last + 1], *after]


def _neighbours(origin: Block, outwards: Iterator[Block]) -> list[Block]:
    found: list[Block] = []
    for block in outwards:
        if block.headings != origin.headings or len(found) == _REACH[origin.kind]:
            break
        if block.group != origin.group:
            # One paragraph beside a table or list explains it; another table does not.
            return [*found, block] if block.kind is BlockKind.PARAGRAPH else found
        found.append(block)
    return found


def _run_html(
    text: str, run: list[Block], shown: Sequence[Block], quote: Span, figures: Sequence[Span]
) -> str:
    """Consecutive blocks of one paragraph, list or table."""
    kind = run[0].kind
    if kind is BlockKind.PARAGRAPH:
        return "".join(f"<p>{_span_html(text, block.span, quote)}</p>" for block in run)
    lead = run[0].lead_in
    covered = lead is None or any(
        block.span.start <= lead.start and lead.end <= block.span.end for block in shown
    )
    lead_html = "" if covered or lead is None else f"<p>{_span_html(text, lead, quote)}</p>"
    if kind is BlockKind.LIST_ITEM:
        items = "".join(
            f"<li>{_span_html(text, item_span(text, block.span), quote)}</li>" for block in run
        )
        return f"{lead_html}<ul>{items}</ul>"
    return lead_html + _table_html(text, run, quote, figures)


def _table_html(text: str, rows: list[Block], quote: Span, figures: Sequence[Span]) -> str:
    if not rows[0].cells:
        return "".join(f"<p>{_span_html(text, row.span, quote)}</p>" for row in rows)
    columns = "".join(f'<th scope="col">{inline_html(cell.column)}</th>' for cell in rows[0].cells)
    body = "".join(_row_html(text, row, quote, figures) for row in rows)
    return (
        f'<div class="scroll"><table><thead><tr>{columns}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row_html(text: str, row: Block, quote: Span, figures: Sequence[Span]) -> str:
    cells = "".join(
        ("<td class='figure'>" if any(_overlap(cell.span, f) for f in figures) else "<td>")
        + f"{_span_html(text, cell.span, quote)}</td>"
        for cell in row.cells
    )
    hit = _overlap(row.span, quote)
    return f'<tr class="hit">{cells}</tr>' if hit else f"<tr>{cells}</tr>"


def item_span(text: str, span: Span) -> Span:
    """A list item without its bullet or number: the page draws its own."""
    list_mark = _LIST_MARK.match(text, span.start, span.end)
    return Span(list_mark.end() if list_mark else span.start, span.end)


def _span_html(text: str, span: Span, quote: Span) -> str:
    """One span of the document as inline HTML."""
    raw = span.of(text).rstrip()
    start = max(quote.start - span.start, 0)
    return inline_html(raw, Span(start, max(start, min(quote.end - span.start, len(raw)))))


def _bare_excerpt(text: str, quote: Span) -> str:
    """For a quote that lies in no block (a heading, front matter): the text around it."""
    start = max(0, quote.start - _BARE_CONTEXT_CHARS)
    end = min(len(text), quote.end + _BARE_CONTEXT_CHARS)
    before, quoted, after = (
        escape(without_overrides(part))
        for part in (text[start : quote.start], quote.of(text), text[quote.end : end])
    )
    return f'<p class="bare">{before}<mark>{quoted}</mark>{after}</p>'
