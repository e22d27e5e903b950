"""HTML -> blocks, through selectolax (lexbor's HTML5 parser).

What of a page is its own text is found in ``boilerplate.py``, its tables in ``html_tables.py``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.documents.boilerplate import (
    BLOCKS,
    DROPPED,
    HEADINGS,
    NO_TEXT,
    is_link_list,
    is_trail,
    leads_elsewhere,
    main_part,
    mark_furniture,
    other_pages,
)
from rag.documents.builder import Builder, Table, fold
from rag.documents.frontmatter import front_matter, front_matter_date
from rag.documents.html_tables import (
    is_data_table,
    is_reference,
    table_of,
    table_of_boxes,
    text_of,
)
from rag.documents.parsed import Parsed, find_date

MAX_DEPTH = 200
MAX_NESTED_BOXES = 1000
"""Boxes within boxes beyond these are no pages that anyone has written, and HTML's rules for them
take time that grows with the square of their depth; browsers stop at 512."""
_CHARTS = "dl, table, figure, img, svg, canvas"

_BOX_TAG = re.compile(
    r"<(?P<end>/)?(?:div|section|article|aside|main|header|footer|nav|blockquote|center|details"
    r"|dialog|dir|dl|fieldset|figure|figcaption|form|hgroup|menu|ol|pre|search|summary|ul)\b"
    r"[^<>]{0,2000}>",
    re.I,
)
_TEMPLATE = re.compile(r"\{%.{0,2000}?%\}|\{\{.{0,2000}?\}\}|\{#.{0,2000}?#\}", re.S)
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.I)
_SITE_NAME = re.compile(r"\s+(?:\||[-–—·»:]{1,2})\s+")


def declared_encoding(data: bytes) -> str | None:
    """The encoding that the page itself names, if it does."""
    found = _CHARSET.search(data[:4096])
    return found[1].decode("ascii", "replace") if found else None


def parse_html(text: str) -> Parsed:
    """Blocks of a page; its title is its first heading of level 1, else that of its head."""
    meta, body = front_matter(text)
    tree = LexborHTMLParser(_without_depths(_TEMPLATE.sub(" ", body)))
    head = _Head.of(tree)
    root = tree.body or tree.root
    builder = Builder()
    if root is not None:
        mark_furniture(root)
        main = main_part(root)
        title = meta.get("title") or _own_title(main, head)
        builder.title = fold(title)
        _Walk(builder, titled=main.css_first("h1") is not None).run(main)
    return builder.finish(date=front_matter_date(meta) or head.date)


def _without_depths(text: str) -> str:
    """A page without the tags of boxes that are nested too deep; their text stays."""
    if text.count("<") <= MAX_NESTED_BOXES:
        return text
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        depth = max(depth - 1, 0) if tag["end"] else depth + 1
        outer = depth if tag["end"] else depth - 1
        return tag[0] if outer < MAX_NESTED_BOXES else " "

    return _BOX_TAG.sub(kept, text)


@dataclass(frozen=True, slots=True)
class _Head:
    title: str
    date: str | None

    @classmethod
    def of(cls, tree: LexborHTMLParser) -> _Head:
        title = tree.css_first("title")
        og = tree.css_first("meta[property='og:title']")
        named = (og.attributes.get("content") if og else "") or (title.text() if title else "")
        return cls(fold(named or ""), _head_date(tree))


_MODIFIED = re.compile(r"modif|updated|revised|reviewed|dc(?:terms)?\.date\.modified", re.I)
_TIME = re.compile(r"(?<=\d)T\d.*")
_DATED = re.compile(r"(?:19|20)\d\d|[A-Z]")
_PUBLISHED = re.compile(r"publi|issued|created|^(?:dc(?:terms)?\.)?date$|pubdate", re.I)


def _head_date(tree: LexborHTMLParser) -> str | None:
    """The day that the page's head (meta elements, JSON-LD) says it was changed, else published."""
    said: list[tuple[str, str]] = []
    for node in tree.css("meta[content]")[:200]:
        a = node.attributes
        name = a.get("property") or a.get("name") or a.get("itemprop") or ""
        said.append((name, a.get("content") or ""))
    for node in tree.css("script[type='application/ld+json']")[:5]:
        said += _json_dates(node.text()[:100_000])
    said = [(name, value) for name, value in said if len(name) < 60 and _DATED.match(value)]
    for pattern in (_MODIFIED, _PUBLISHED):
        for name, value in said:
            if pattern.search(name) and (date := find_date(_TIME.sub("", value[:40]))):
                return date[:10]
    return None


def _json_dates(text: str) -> list[tuple[str, str]]:
    return re.findall(r'"(date(?:Modified|Published))"\s*:\s*"([^"]{4,40})"', text)


def _own_title(main: LexborNode, head: _Head) -> str:
    """The main part's first heading of level 1, unless that is the site's name; else the head's
    title without the site's name.

    A heading is the site's name where it is one part of the head's title ("Help Center | What is
    GS?") and another part of it is a heading below.
    """
    headings = [_heading_text(node) for node in main.css("h1, h2, h3")[:40]]
    parts = [p for p in _SITE_NAME.split(head.title) if p]
    first = next((h for n in main.css("h1") if (h := _heading_text(n))), "")
    if first and first in head.title:
        own = next((h for h in headings if h != first and h in parts), "")
        return own or first
    if first:
        return first
    return max(parts, key=len) if len(parts) > 1 else head.title


def _heading_text(heading: LexborNode) -> str:
    if not (below := _swallowed(heading)):
        return fold(heading.text(separator=" "))
    own = list(heading.iter(include_text=True))[: -len(below)]
    return fold(" ".join(n.text(separator=" ") for n in own))


def _swallowed(heading: LexborNode) -> list[LexborNode]:
    """What a heading that is never closed has swallowed of the page: from its first paragraph,
    list or table on, where its own text stands before that."""
    children = list(heading.iter(include_text=True))
    first = next((i for i, n in enumerate(children) if n.tag in _NEVER_IN_HEADINGS), None)
    if first is None or not fold("".join(n.text() for n in children[:first])):
        return []
    return children[first:]


_NEVER_IN_HEADINGS = frozenset("p table ul ol dl section article".split())


# --- text in order --------------------------------------------------------------------


class _Walk:
    """One pass over the page's main part, writing blocks."""

    def __init__(self, builder: Builder, *, titled: bool) -> None:
        """:param titled: a heading with the page's title is to come; before it is no text."""
        self.builder = builder
        self._inline: list[str] = []
        self._linked: list[str] = []
        self._before_title = titled

    def run(self, node: LexborNode) -> None:
        self._children(node, 0)
        self._flush()

    def _children(self, node: LexborNode, depth: int) -> None:
        children = list(node.iter(include_text=True))
        skip_until = 0
        for i, child in enumerate(children):
            if i < skip_until:
                continue
            if child.tag in HEADINGS and (end := other_pages(children, i)):
                skip_until = end
                continue
            self._node(child, depth + 1)

    def _node(self, node: LexborNode, depth: int) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._inline.append(node.text_content or "")
            return
        if tag in NO_TEXT or DROPPED in node.attributes:
            return
        if tag == "br":
            self._inline.append("\n")
        elif depth > MAX_DEPTH:
            self._inline.append(" " + node.text(separator=" ") + " ")
        elif tag not in BLOCKS:
            if tag == "button" or (tag in {"i", "span"} and node.attributes.get("aria-hidden")):
                return
            if is_reference(node):
                return
            if tag == "a":
                self._linked.append(fold(node.text()))
            self._children(node, depth)
        else:
            self._flush()
            self._block(node, tag, depth)
            self._flush()

    def _block(self, node: LexborNode, tag: str, depth: int) -> None:
        if tag in HEADINGS and (below := _swallowed(node)):
            text = _heading_text(node)
            self._before_title = self._before_title and tag != "h1"
            self.builder.heading(HEADINGS[tag], text)
            for child in below:
                self._node(child, depth + 1)
        elif tag in HEADINGS:
            self._heading(node, tag)
        elif tag == "summary":
            self.builder.heading(6, text_of(node))
        elif tag in {"ul", "ol", "menu"}:
            self._list(node, depth)
        elif tag == "dl":
            self._definitions(node, depth)
        elif tag == "table":
            if is_data_table(node):
                self._table(*table_of(node))
            else:
                self._children(node, depth)
        elif (table := table_of_boxes(node)) is not None:
            self._table(table, [])
        else:
            self._part(node, depth)

    def _heading(self, node: LexborNode, tag: str) -> None:
        whole = text_of(node)
        for link in node.css("a[href^='#']"):
            if fold(link.text()) != whole:
                link.attrs[DROPPED] = "1"  # to the section itself, for those who hear the page
        text = text_of(node)
        if tag == "h1" or text == self.builder.title:
            self._before_title = False
        elif self._before_title and fold("".join(a.text() for a in node.css("a"))) == text:
            return  # of the site's navigation
        self.builder.heading(HEADINGS[tag], text)

    def _part(self, node: LexborNode, depth: int) -> None:
        """A part of the page; the small heading of a chart does not reach beyond its box."""
        above = self.builder.headings
        self._children(node, depth)
        self._flush()
        if self.builder.headings == above:
            return
        first = node.css_first("h1, h2, h3, h4, h5, h6")
        small = first is not None and HEADINGS[first.tag or "h1"] >= 4
        if small and node.css_first(_CHARTS) is not None:
            self.builder.headings = above

    def _list(self, node: LexborNode, depth: int) -> None:
        if is_link_list(node) or (self._before_title and is_trail(node)):
            return
        if (table := table_of_boxes(node)) is not None:
            self._table(table, [])
            return
        self.builder.open_list()
        self._children(node, depth)
        self._flush()
        self.builder.close_list()

    def _flush(self) -> None:
        """Write the inline text that has gathered; a line break within it is a space."""
        text, self._inline = fold("".join(self._inline)), []
        linked, self._linked = [link for link in self._linked if link], []
        before = self._before_title and sum(map(len, linked)) > len(text) / 2
        if text and not before and not leads_elsewhere(text, linked):
            self.builder.paragraph(text)

    def _definitions(self, node: LexborNode, depth: int) -> None:
        """Terms and what they mean: a table of two columns where both are short, else prose."""
        pairs: list[list[str]] = []
        for child in node.css("dt, dd"):
            text = text_of(child)
            if child.tag == "dt":
                pairs.append([text, ""])
            elif pairs:
                pairs[-1][1] = f"{pairs[-1][1]} {text}".strip()
        if pairs and all(len(a) <= 120 and len(b) <= 200 for a, b in pairs):
            self.builder.table(Table((), pairs))
        else:
            self._children(node, depth)

    def _table(self, table: Table, notes: list[str]) -> None:
        self.builder.table(table)
        for note in notes:
            self.builder.paragraph(note)
