"""What every format's parser returns, and what they share: dates, tables, list marks."""

from __future__ import annotations

import html
import itertools
import re
from dataclasses import dataclass

from rag.types import Block, Cell, Span


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed file: its title ("" where it has none), its date, its blocks in order, and the text
    that their spans count in."""

    title: str
    date: str | None
    blocks: tuple[Block, ...]
    text: str


_MONTHS = (
    "january february march april may june july august september october november december"
).split()
_MONTH = "|".join([*(f"{m}|{m[:3]}" for m in _MONTHS), "sept"])
_MONTH_YEAR = re.compile(
    rf"\b(?P<month>{_MONTH})\.?\s+(?:\d{{1,2}},?\s+)?(?P<year>(?:19|20)\d\d)\b", re.I
)
_ISO = re.compile(
    r"(?<![\w$€£¥₹.,])(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?(?![\w%]|[.,]\d)"
)
_STATED = re.compile(
    r"\b(?:last\s+)?(?:updated?|modified|published|revised|posted|reviewed|as\s+of|dated?|effective(?:\s+from)?|(?:year|quarter)\s+ended)\b"
    r"(?:\s+date\b)?[:\s]+(?:on\s+|in\s+)?(?P<rest>.{4,36})",
    re.I,
)


def find_date(text: str) -> str | None:
    """The first date in a text, as "YYYY-MM" or what ISO 8601 form it has; a bare year last."""
    if match := _MONTH_YEAR.search(text):
        month = next(
            i for i, m in enumerate(_MONTHS, 1) if m.startswith(match["month"].lower()[:3])
        )
        return f"{match['year']}-{month:02d}"
    if match := _ISO.search(text):
        return match[0]
    return None


def stated_date(text: str) -> str | None:
    """The date that a text gives itself ("Updated June 2026"), if it does."""
    for match in _STATED.finditer(text):
        if date := find_date(match["rest"]):
            return date
    return None


def split_row(line: str, *, offset: int) -> list[Span]:
    """The cells' spans of a pipe-table row; ``offset`` is where ``line`` starts in the text."""
    bars = [m.start() for m in re.finditer(r"(?<!\\)\|", line)]
    if not line.lstrip().startswith("|"):
        bars.insert(0, -1)
    if not bars or line[bars[-1] + 1 :].strip():
        bars.append(len(line))
    spans = []
    for left, right in itertools.pairwise(bars):
        cell = line[left + 1 : right]
        start = offset + left + 1 + len(cell) - len(cell.lstrip())
        spans.append(Span(start, max(start, start + len(cell.strip()))))
    return spans


def table_cells(text: str, row: list[Span], columns: list[str]) -> tuple[Cell, ...]:
    """Cells with the headings of their columns and row; ragged rows keep what they have."""
    label = strip_markup(row[0].of(text)) if len(row) > 1 else ""
    if re.fullmatch(r"[\W\d]*", label):
        label = ""
    return tuple(
        Cell(span, columns[i] if i < len(columns) else "", label if i else "")
        for i, span in enumerate(row)
    )


def trim(text: str, start: int, end: int) -> Span:
    """The span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


_MAY_BE_MARKUP = re.compile(r"[\\\[*_~`<&{>]")
"""Without one of these there is none; most cells of tables have none."""
_IMAGE = re.compile(r"!\[(?P<alt>[^\[\]]{0,500})\]\([^()\s]{0,500}(?:\s[^()]{0,200})?\)")
_MARKUP = re.compile(
    r"\\(?P<escaped>[\\`*_{}\[\]()#+\-.!|$<>~])"
    r"|\[(?P<label>[^\[\]]{0,500})\]\([^()\s]{0,500}"  # link
    r"(?:\([^()\s]{0,200}\)[^()\s]{0,200})?(?:\s[^()]{0,200})?\)"
    r"|(?P<marks>\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|~~|`+)"
    r"|<(?P<url>https?://[^<>\s]{1,500})>"
    r"|(?P<space><br ?/?>|</?(?:p|div|li|td|th|tr|ul|ol|dl|dt|dd|table|tbody|thead|section|aside|details|summary|figure|figcaption)(?:\s[^<>]{0,300})?>|\{%[^{}]{0,500}%\}|<!--(?:(?!<!--).){0,2000}?-->|\n[ \t]*(?:>[ \t]?)+)"
    r"|(?P<tag></?[A-Za-z](?:[^<>\n]{0,300}[\w\"'/ ])?>)"
    r"|(?P<entity>&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z]\w{1,30});)",
    re.S,
)


def strip_markup(text: str) -> str:
    """Markdown's inline marks taken off and white space folded, for readers and models."""

    def replace(match: re.Match[str]) -> str:
        if match["space"]:
            return " "
        if match["entity"]:
            return html.unescape(match[0])
        return match["label"] or match["url"] or match["escaped"] or ""

    if _MAY_BE_MARKUP.search(text):
        text = _MARKUP.sub(replace, _IMAGE.sub(r"\g<alt>", text))
    return " ".join(text.split())
