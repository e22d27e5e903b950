"""HTML -> blocks, through selectolax (lexbor's HTML5 parser).

What a page repeats on every page of its site is left out: navigation, banners, footers, cookie
notices, advertising, lists of other posts. It is known by its element, role, class or id, and by
being made of links; the page's own part is known by ``main``, ``article`` and their like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode

from rag.documents.builder import Builder, Table, fold, header_rows
from rag.documents.frontmatter import front_matter, front_matter_date
from rag.documents.parsed import Parsed, find_date

MAX_DEPTH = 200
MAX_SPAN = 64
"""Of a cell over rows or columns: a page may ask for 65,534."""

_NO_TEXT = frozenset(
    "script style noscript template svg math canvas iframe object embed audio video map head link"
    " meta input select textarea option datalist progress meter img nav footer dialog"
    " -comment -doctype -undef".split()
)
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption"
    " figure form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol p pre search"
    " section summary table ul tr td th tbody thead tfoot caption".split()
)
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo search complementary menu menubar toolbar dialog alertdialog"
    " tablist tooltip".split()
)
# Whole words of a class or id ("site-nav", "cookieBanner"); a word of a heading proves nothing.
_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:nav(?:bar|igation|igator)?|menus?|submenu|breadcrumbs?|crumbs|cookies?|consent|gdpr|onetrust"
    r"|adverts?|advertisements?|advertising|ads?|adsbygoogle|sponsor(?:ed)?|promos?|promoted|share|sharing|social|addthis|sharethis"
    r"|newsletter|subscribe|subscription|signup|related(?:-?(?:posts|articles|links|content|stories))?|recommended|recommendations"
    r"|(?:latest|recent|popular|trending|more|other|next|prev(?:ious)?)-?(?:posts?|news|articles|stories|page)|pagination|pager|paginator"
    r"|skip(?:-?(?:link|nav|to))?|sidebar|footer|site-?header|page-?footer|masthead|topbar|modals?|popups?|overlay|tooltips?"
    r"|comments?|disqus|back-?to-?top|print-?only|visually-?hidden|sr-?only|screen-?reader(?:-?text)?|search-?(?:form|box|bar)"
    r"|usa-banner|gov-?banner|toolbar|byline-?share|widget-?area|login|tags?-?(?:list|cloud)|toc|table-?of-?contents)(?:$|[-_\s])",
)
_MAIN = (
    "main, [role=main], article, [itemprop=articleBody], #main-content, #maincontent, #content,"
    " #main, .main-content, .article-body, .post-content, .entry-content, .page-content"
)
_MAIN_SHARE = 0.4
"""An element that holds less of the page's prose is not its main part (a teaser of a list)."""

_OTHER_PAGES = re.compile(
    r"(?:related|recommended|latest|recent|popular|trending|more|other|similar|further)\s+"
    r"(?:posts?|articles?|stories|news|links|content|from|in|on|reads?|reading|topics|jobs)\b"
    r"|you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested)|share\s+this|read\s+next|see\s+also|up\s+next"
    r"|follow\s+us|subscribe|newsletter|sign\s+up|categories|tags|archives?|leave\s+a\s+(?:comment|reply)|comments?$",
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
    tree = LexborHTMLParser(_TEMPLATE.sub(" ", body))
    head = _Head.of(tree)
    root = tree.body or tree.root
    builder = Builder()
    if root is not None:
        _mark_furniture(root)
        main = _main_part(root)
        title = meta.get("title") or _own_title(main, head)
        builder.title = fold(title)
        _Walk(builder).run(main)
    return builder.finish(date=front_matter_date(meta) or head.date)


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


# --- the page's own part --------------------------------------------------------------

_DROP = "data-furniture"


def _mark_furniture(root: LexborNode) -> None:
    """Mark the elements to leave out; never one that holds most of the page's text."""
    whole = _weight(root)
    for node in root.css("[role], [class], [id], header, aside, form"):
        if node.tag in {"body", "html", "main", "article", *_HEADINGS}:
            continue
        if _is_furniture(node) and (node.tag == "form" or _weight(node) <= whole / 2):
            node.attrs[_DROP] = "1"


def _is_furniture(node: LexborNode) -> bool:
    a = node.attributes
    if (a.get("role") or "").lower() in _FURNITURE_ROLES:
        return True
    if node.tag == "header" and _within(node, {"main", "article", "section"}) is False:
        return node.css_first("h1") is None
    if node.tag == "aside" and _link_share(node) > 0.5:
        return True
    if node.tag == "form":
        return _asks_only(node)
    if node.tag in {"table", "tr", "td", "th", "tbody", "p", "span", "strong", "em"}:
        return False
    names = f"{a.get('class') or ''} {a.get('id') or ''}"[:500]
    names = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()
    return _FURNITURE.search(names) is not None


def _asks_only(form: LexborNode) -> bool:
    """Whether a form has fields to fill in and no section of text (whole pages stand in one)."""
    fields = form.css("textarea, input:not([type]), input[type=text], input[type=email]")
    return len(fields) >= 2 and form.css_first("h1, h2, h3, table, article, main") is None


def _within(node: LexborNode, tags: set[str]) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.tag in tags:
            return True
        parent = parent.parent
    return False


def _weight(node: LexborNode) -> int:
    """Characters of text below a node, furniture left out."""
    return sum(map(len, _visible(node)))


def _visible(node: LexborNode) -> Iterator[str]:
    """The pieces of text below a node, furniture left out."""
    stack = [node]
    while stack:
        current = stack.pop()
        if current.tag == "-text":
            yield " ".join((current.text_content or "").split())
        elif current.tag not in _NO_TEXT and _DROP not in current.attributes:
            stack.extend(current.iter(include_text=True))


def _link_share(node: LexborNode) -> float:
    """How much of a node's text is links, 0..1."""
    whole = len(fold(node.text()))
    return sum(len(fold(a.text())) for a in node.css("a")) / whole if whole else 0.0


def _main_part(root: LexborNode) -> LexborNode:
    """The innermost element that calls itself the main part and holds enough of the text."""
    whole = _weight(root)
    best, best_weight = root, whole
    for node in root.css(_MAIN):
        if _DROP in node.attributes:
            continue
        weight = _weight(node)
        if weight >= whole * _MAIN_SHARE and weight < best_weight:
            best, best_weight = node, weight
    return best


def _own_title(main: LexborNode, head: _Head) -> str:
    """The main part's first heading of level 1, unless that is the site's name; else the head's
    title without the site's name.

    A heading is the site's name where it is one part of the head's title ("Help Center | What is
    GS?") and another part of it is a heading below.
    """
    headings = [fold(node.text(separator=" ")) for node in main.css("h1, h2, h3")[:40]]
    parts = [p for p in _SITE_NAME.split(head.title) if p]
    first = next((h for n in main.css("h1") if (h := fold(n.text(separator=" ")))), "")
    if first and first in head.title:
        own = next((h for h in headings if h != first and h in parts), "")
        return own or first
    if first:
        return first
    return max(parts, key=len) if len(parts) > 1 else head.title


# --- text in order --------------------------------------------------------------------


class _Walk:
    """One pass over the page's main part, writing blocks."""

    def __init__(self, builder: Builder) -> None:
        self.builder = builder
        self._inline: list[str] = []

    def run(self, node: LexborNode) -> None:
        self._children(node, 0)
        self._flush()

    def _children(self, node: LexborNode, depth: int) -> None:
        children = list(node.iter(include_text=True))
        skip_until = 0
        for i, child in enumerate(children):
            if i < skip_until:
                continue
            if child.tag in _HEADINGS and (end := _other_pages(children, i)):
                skip_until = end
                continue
            self._node(child, depth + 1)

    def _node(self, node: LexborNode, depth: int) -> None:
        tag = node.tag or ""
        if tag == "-text":
            self._inline.append(node.text_content or "")
            return
        if tag in _NO_TEXT or _DROP in node.attributes:
            return
        if tag == "br":
            self._inline.append("\n")
        elif depth > MAX_DEPTH:
            self._inline.append(" " + node.text(separator=" ") + " ")
        elif tag not in _BLOCKS:
            if tag == "button" or (tag in {"i", "span"} and node.attributes.get("aria-hidden")):
                return
            self._children(node, depth)
        else:
            self._flush()
            self._block(node, tag, depth)
            self._flush()

    def _block(self, node: LexborNode, tag: str, depth: int) -> None:
        if tag in _HEADINGS:
            self.builder.heading(_HEADINGS[tag], _text(node))
        elif tag == "summary":
            self.builder.heading(6, _text(node))
        elif tag in {"ul", "ol", "menu"}:
            if not _is_link_list(node):
                self.builder.open_list()
                self._children(node, depth)
                self._flush()
                self.builder.close_list()
        elif tag == "dl":
            self._definitions(node, depth)
        elif tag == "table":
            if _is_data_table(node):
                self._table(node)
            else:
                self._children(node, depth)
        else:
            self._children(node, depth)

    def _flush(self) -> None:
        """Write the inline text that has gathered; a line break within it is a space."""
        text, self._inline = "".join(self._inline), []
        if fold(text):
            self.builder.paragraph(text)

    def _definitions(self, node: LexborNode, depth: int) -> None:
        """Terms and what they mean: a table of two columns where both are short, else prose."""
        pairs: list[list[str]] = []
        for child in node.css("dt, dd"):
            text = _text(child)
            if child.tag == "dt":
                pairs.append([text, ""])
            elif pairs:
                pairs[-1][1] = f"{pairs[-1][1]} {text}".strip()
        if pairs and all(len(a) <= 120 and len(b) <= 200 for a, b in pairs):
            self.builder.table(Table((), pairs))
        else:
            self._children(node, depth)

    def _table(self, node: LexborNode) -> None:
        caption = node.css_first("caption")
        header, rows = _grid(node)
        if not header:
            count = header_rows(rows)
            header, rows = rows[:count], rows[count:]
        title = _text(caption) if caption is not None else ""
        while rows and not title and not header and _fills_the_width(rows):
            title, rows = rows[0][0], rows[1:]
        self.builder.table(Table(header, rows or header, caption=title))


def _fills_the_width(rows: list[list[str]]) -> bool:
    return len(rows) > 1 and len(rows[0]) > 1 and bool(rows[0][0]) and not any(rows[0][1:])


def _text(node: LexborNode) -> str:
    """The text of an element as one line; line breaks and blocks within it are spaces."""
    parts: list[str] = []
    stack = [node]
    while stack:
        current = stack.pop()
        tag = current.tag or ""
        if tag == "-text":
            parts.append(current.text_content or "")
        elif tag == "br" or (tag in _BLOCKS and current is not node):
            parts.append(" ")
            stack.extend(reversed(list(current.iter(include_text=True))))
        elif tag not in _NO_TEXT and _DROP not in current.attributes:
            stack.extend(reversed(list(current.iter(include_text=True))))
    return fold("".join(parts))


def _other_pages(siblings: list[LexborNode], at: int) -> int:
    """Where a section about other pages ends among its siblings; 0 where the heading opens none."""
    heading = siblings[at]
    if not _OTHER_PAGES.match(fold(heading.text())):
        return 0
    end = at + 1
    while end < len(siblings) and siblings[end].tag not in _HEADINGS:
        end += 1
    body = [n for n in siblings[at + 1 : end] if n.tag not in {"-text", *_NO_TEXT}]
    linked = sum(_link_share(n) * len(fold(n.text())) for n in body)
    whole = sum(len(fold(n.text())) for n in body)
    return end if linked >= whole / 2 else 0


def _is_link_list(node: LexborNode) -> bool:
    """Whether a list only leads elsewhere: three items or more, nothing in them but links."""
    items = node.css("li")
    return len(items) >= 3 and _link_share(node) > 0.95 and len(fold(node.text())) / len(items) < 60


def _is_data_table(node: LexborNode) -> bool:
    """A table of data, not one that lays out a page."""
    if node.css_first("table table") is not None or node.attributes.get("role") in {
        "presentation",
        "none",
    }:
        return False
    if node.css_first("th, caption, thead") is not None:
        return True
    cells = node.css("td")
    rows = node.css("tr")
    blocky = any(
        c.css_first("p + p, ul, ol, h1, h2, h3, h4, form") is not None for c in cells[:200]
    )
    return len(cells) >= 2 * len(rows) and len(rows) >= 2 and not blocky


def _grid(table: LexborNode) -> tuple[list[list[str]], list[list[str]]]:
    """The head and the other rows of a table, its merged cells spread out.

    A merged cell of the head stands over each of its columns; one of the body is said once, but
    one over several rows is repeated, since each row is read alone.
    """
    header: list[list[str]] = []
    rows: list[list[str]] = []
    above: dict[int, tuple[int, str]] = {}
    for row in table.css("tr"):
        cells = [c for c in row.iter() if c.tag in {"td", "th"}]
        in_head = row.parent is not None and row.parent.tag == "thead"
        heads = in_head or (
            len(cells) > 1
            and all(c.tag == "th" for c in cells)
            and cells[0].attributes.get("scope") != "row"
        )
        line: list[str] = []
        for cell in cells:
            _from_above(line, above)
            text = _text(cell)
            across, down = _span(cell, "colspan"), _span(cell, "rowspan")
            for i in range(across):
                shown = text if heads or i == 0 else ""
                if down > 1:
                    above[len(line)] = (down - 1, shown)
                line.append(shown)
        _from_above(line, above)
        if not any(line):
            continue
        if heads and not rows:
            header.append(line)
        else:
            rows.append(line)
    return header, rows


def _from_above(line: list[str], above: dict[int, tuple[int, str]]) -> None:
    """Put in the cells that reach down from the rows above into the next places of this one."""
    while (at := len(line)) in above:
        left, text = above.pop(at)
        if left > 1:
            above[at] = (left - 1, text)
        line.append(text)


def _span(cell: LexborNode, name: str) -> int:
    value = cell.attributes.get(name) or "1"
    return min(max(int(value), 1), MAX_SPAN) if value.strip().isdecimal() else 1
