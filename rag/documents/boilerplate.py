"""What of a web page is its own text: the parts of a page that its site repeats are found here.

Navigation, banners, footers, cookie notices, advertising, lists of other pages are known by their
element, role, class or id, and by being made of links; the page's own part is known by ``main``,
``article`` and their like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from selectolax.lexbor import LexborNode

from rag.documents.builder import fold

DROPPED = "data-furniture"
"""The attribute that :func:`mark_furniture` sets."""
NO_TEXT = frozenset(
    "script style noscript template svg math canvas iframe object embed audio video map head link"
    " meta input select textarea option datalist progress meter img nav footer dialog"
    " -comment -doctype -undef".split()
)
BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption"
    " figure form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu ol p pre search"
    " section summary table ul tr td th tbody thead tfoot caption".split()
)
HEADINGS = {f"h{n}": n for n in range(1, 7)}
_FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo search complementary menu menubar toolbar dialog alertdialog"
    " tablist tooltip".split()
)
# Whole words of a class or id ("site-nav", "cookieBanner"); a word of a heading proves nothing.
_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:nav(?:bar|igation|igator)?|menus?|submenu|breadcrumbs?|crumbs|cookies?|cookie-?[a-z]+|[a-z]+-?cookie[a-z]*|consent|gdpr|onetrust"
    r"|adverts?|advertisements?|advertising|ads?|adsbygoogle|sponsor(?:ed)?|promos?|promoted|share|sharing|shar(?:e|ing)-?(?:buttons?|links?|bar|tools?)|social|social-?(?:share|links?|media|icons?)|addthis|sharethis"
    r"|newsletter|subscribe|subscription|signup|related(?:-?(?:posts|articles|links|content|stories))?|recommended|recommendations"
    r"|(?:latest|recent|popular|trending|more|other|next|prev(?:ious)?)-?(?:posts?|news|articles|stories|page)|pagination|pager|paginator"
    r"|skip(?:-?(?:link|nav|to))?|sidebar|footer|site-?header|page-?footer|masthead|topbar|modals?|popups?|overlay|tooltips?"
    r"|comments?|disqus|(?:back|go|scroll)?-?to-?top|go-?top|site-?info|colophon|copyright|print-?only|visually-?hidden|sr-?only|screen-?reader(?:-?text)?|search-?(?:form|box|bar)"
    r"|usa-banner|gov-?banner|toolbar|mw-?editsection|headerlink|byline-?share|widget-?area|login|tags?-?(?:list|cloud)|toc|table-?of-?contents)(?:$|[-_\s])",
)
_MAIN = (
    "main, [role=main], article, [itemprop=articleBody], #main-content, #maincontent, #content,"
    " #main, .main-content, .article-body, .post-content, .entry-content, .page-content"
)
_MAIN_SHARE = 0.4
"""An element that holds less of the page's prose is not its main part (a teaser of a list)."""
_TITLED_MAIN_SHARE = 0.1
"""The page's one ``main`` with its title and a paragraph may be short beside the site's own parts."""

_OTHER_PAGES = re.compile(
    r"(?:related|recommended|latest|recent|popular|trending|more|other|similar|further)\s+"
    r"(?:posts?|articles?|stories|news|links|content|from|in|on|reads?|reading|topics|jobs)\b"
    r"|you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested)|share\s+this|read\s+next|see\s+also|up\s+next"
    r"|follow\s+us|subscribe|newsletter|sign\s+up|categories|tags|archives?|leave\s+a\s+(?:comment|reply)|comments?$",
    re.I,
)
_TEASERS = re.compile(
    r"(?:related|recommended|latest|recent|popular|trending)\s+(?:posts?|articles?|stories|news|reads?)\b"
    r"|you\s+(?:may|might)\s+(?:also\s+)?(?:like|be\s+interested)|read\s+next|up\s+next",
    re.I,
)
_COOKIES = re.compile(r"\bcookies?\b", re.I)
_CONSENT = re.compile(
    r"\b(?:accept|agree|allow|consent|reject|decline|preferences|settings|got\s+it|ok)\b", re.I
)
_TO_TOP = re.compile(
    r"(?:(?:go|back|return)\s+)?to\s+(?:the\s+)?top(?:\s+of\s+(?:the\s+)?page)?", re.I
)
_CRUMB = re.compile(r"[>»›/|→·•\\\s]*")
MAX_NOTICE_CHARS = 1500
_TO_CITE = re.compile(
    r"(?:suggested|recommended|preferred)\s+citation\b|(?:how\s+to\s+)?cite\s+(?:as\s*:|this\s+(?:page|article|report|document|profile|entry|work)\b)"
    r"|citation\s*:",
    re.I,
)
MAX_CITATION_CHARS = 600
MAX_CONTROL_CHARS = 40
_HIDING = frozenset("div section aside p ul ol dl span table".split())
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_FOLDED = re.compile(r"tab|pane|collaps|accordion|toggle|expand|slide|step|fold", re.I)
_HIDDEN_SHARE = 0.3
_CHANGED = re.compile(
    r"(?:(?:this|the)\s+page\s+(?:was\s+)?)?(?:(?:date\s+)?last\s+(?:updated?|modified|revised|reviewed|edited|changed)"
    r"|(?:page|content)\s+(?:last\s+)?(?:updated|modified|reviewed)|modified)(?:\s+date)?(?:\s+on)?\s*:?\s*.{0,24}?\d{1,4}.{0,24}",
    re.I,
)
MAX_DATED_CHARS = 80
_END_SHARE = 0.3
_NAMED = frozenset("td th dt dd caption h1 h2 h3 h4 h5 h6".split())


def mark_furniture(root: LexborNode) -> None:
    """Mark the elements to leave out; never one that holds most of the page's text."""
    weights = _weights(root)
    whole = weights[root.mem_id]
    for node in root.css("[role], [class], [id], header, aside, form"):
        if node.tag in {"body", "html", "main", "article", *HEADINGS} or node.mem_id not in weights:
            continue
        if _is_furniture(node) and (node.tag == "form" or weights[node.mem_id] <= whole / 2):
            node.attrs[DROPPED] = "1"
    for node in _outermost(root):
        if _is_cookie_notice(node) and weights.get(node.mem_id, 0) <= whole / 2:
            node.attrs[DROPPED] = "1"
    others = (_citations, _hidden, _below_the_end)
    for node in [*_controls(root), *(n for find in others for n in find(root, weights))]:
        node.attrs[DROPPED] = "1"


def _outermost(root: LexborNode) -> Iterator[LexborNode]:
    """The elements of a page's body, and those within them."""
    for node in root.iter():
        yield node
        yield from node.iter()


def _is_cookie_notice(node: LexborNode) -> bool:
    """A short text about cookies with something to press."""
    if node.tag in NO_TEXT or node.tag in HEADINGS or node.css_first("button, a, input") is None:
        return False
    pressed = [fold(n.text()) for n in node.css("button, a")[:20]]
    if not any(len(text) < 40 and _CONSENT.search(text) for text in pressed):
        return False
    text = node.text()
    return len(text) <= MAX_NOTICE_CHARS and _COOKIES.search(text) is not None


def _controls(root: LexborNode) -> Iterator[LexborNode]:
    """Links alone in their paragraph that only do something on the page ("About this section"):
    they lead to no part of it."""
    links = root.css("p > a[href^='#'], p > a[href^='javascript:'], div > a[href^='javascript:']")
    if not links:
        return
    parts = {node.attributes.get(name) for name in ("id", "name") for node in root.css(f"[{name}]")}
    for link in links:
        text = fold(link.text())
        leads = (link.attributes.get("href") or "")[1:] in parts
        alone = link.parent is not None and text == fold(link.parent.text())
        if alone and not leads and len(text) <= MAX_CONTROL_CHARS and not text.endswith("?"):
            yield link


def _citations(root: LexborNode, weights: Mapping[int, int]) -> Iterator[LexborNode]:
    """The boxes that say how the page is to be cited."""
    for node in root.css("p, div, section, aside"):
        short = 0 < weights.get(node.mem_id, 0) <= MAX_CITATION_CHARS
        if short and not _only_holds_another(node, weights) and _TO_CITE.match(fold(node.text())):
            yield node


def _only_holds_another(node: LexborNode, weights: Mapping[int, int]) -> bool:
    """Whether all text of an element is in one within it, so that asking that one is enough: boxes
    may be nested a thousand deep."""
    return any(weights.get(child.mem_id) == weights[node.mem_id] for child in node.iter() if child.tag in BLOCKS)  # fmt: skip


def _hidden(root: LexborNode, weights: Mapping[int, int]) -> list[LexborNode]:
    """What a page does not show until something is pressed ("About this section"): explanations,
    where it is little of the page and no tab or fold of its text."""
    found = [
        node
        for node in root.css("[style], [hidden]")
        if node.tag in _HIDING
        and weights.get(node.mem_id)
        and ("hidden" in node.attributes or _NOT_SHOWN.search(node.attributes.get("style") or ""))
    ]
    names = " ".join(
        f"{n.attributes.get('class') or ''} {n.attributes.get('id') or ''} {n.attributes.get('role') or ''}"
        for n in found
    )
    little = sum(weights[n.mem_id] for n in found) <= weights[root.mem_id] * _HIDDEN_SHARE
    return found if little and not _FOLDED.search(names) else []


def _below_the_end(root: LexborNode, weights: Mapping[int, int]) -> Iterator[LexborNode]:
    """What follows the line near the end of a page that says when it was changed: the site's own."""
    lines = [
        node
        for node in root.css("p, div, li, dl")
        if 0 < weights.get(node.mem_id, 0) <= MAX_DATED_CHARS
        and not _only_holds_another(node, weights)
        and len(node.css("p, div, li, dl")) == 1  # itself
        and _CHANGED.fullmatch(fold(node.text()))
    ]
    if len(lines) != 1:
        return
    last, own, below = lines[0], list[LexborNode](), 0
    while (parent := last.parent) is not None and parent.tag not in {"body", "html", "-undef"}:
        following = last.next
        while following is not None:
            if following.tag not in {"-text", *NO_TEXT} and DROPPED not in following.attributes:
                own.append(following)
                below += weights.get(following.mem_id, 0)
            following = following.next
        last = parent
    if below <= weights[root.mem_id] * _END_SHARE:
        yield from own


def _is_furniture(node: LexborNode) -> bool:
    a = node.attributes
    if (a.get("role") or "").lower() in _FURNITURE_ROLES:
        return not _names_a_cell(node)
    if node.tag == "header" and _within(node, {"main", "article", "section"}) is False:
        return node.css_first("h1") is None
    if node.tag == "aside" and link_share(node) > 0.5:
        return True
    if node.tag == "form":
        return _asks_only(node)
    if node.tag in {"table", "tr", "td", "th", "tbody", "p", "span", "strong", "em"}:
        return False
    names = f"{a.get('class') or ''} {a.get('id') or ''}"[:500]
    names = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", names).lower()
    return _FURNITURE.search(names) is not None and not _names_a_cell(node)


def _names_a_cell(node: LexborNode) -> bool:
    """Whether an element within a line is all that a cell, term or heading says, however it is
    styled: a word that shows a tip when it is pointed at."""
    parent = node.parent
    if node.tag in BLOCKS or parent is None or parent.tag not in _NAMED:
        return False
    return bool(text := fold(node.text())) and text == fold(parent.text())


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


def _weights(root: LexborNode) -> dict[int, int]:
    """Characters of text below each element, by its ``mem_id``; furniture has none and is not among
    them, nor is what lies within it."""
    above: list[int] = [0]
    own: list[int] = [0]
    ids: list[int] = [root.mem_id]
    stack = [(root, 0)]
    while stack:
        node, place = stack.pop()
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                own[place] += len(" ".join((child.text_content or "").split()))
            elif child.tag not in NO_TEXT and DROPPED not in child.attributes:
                stack.append((child, len(own)))
                above.append(place)
                own.append(0)
                ids.append(child.mem_id)
    # Each element's place is after that of the one it lies in.
    for place in range(len(own) - 1, 0, -1):
        own[above[place]] += own[place]
    return dict(zip(ids, own, strict=True))


def link_share(node: LexborNode) -> float:
    """How much of a node's text is links, 0..1."""
    whole = len(fold(node.text()))
    return sum(len(fold(a.text())) for a in node.css("a")) / whole if whole else 0.0


def main_part(root: LexborNode) -> LexborNode:
    """The innermost element that calls itself the main part and holds enough of the text."""
    weights = _weights(root)
    best, best_weight = root, weights[root.mem_id]
    whole = best_weight
    mains = {n.mem_id: n for n in root.css("main, [role=main]") if n.mem_id in weights}
    for key, main in mains.items():
        titled = len(mains) == 1 and main.css_first("h1") is not None
        if titled and main.css_first("p") and weights[key] >= whole * _TITLED_MAIN_SHARE:
            best, best_weight = main, weights[key]
    for node in root.css(_MAIN):
        weight = weights.get(node.mem_id, 0)
        if weight >= whole * _MAIN_SHARE and weight < best_weight:
            best, best_weight = node, weight
    return best


def other_pages(siblings: list[LexborNode], at: int) -> int:
    """Where a section about other pages ends among its siblings; 0 where the heading opens none."""
    heading = fold(siblings[at].text())
    if not _OTHER_PAGES.match(heading):
        return 0
    end = at + 1
    while end < len(siblings) and siblings[end].tag not in HEADINGS:
        end += 1
    body = [
        n
        for n in siblings[at + 1 : end]
        if n.tag not in {"-text", *NO_TEXT} and DROPPED not in n.attributes
    ]
    linked = sum(link_share(n) * len(fold(n.text())) for n in body)
    whole = sum(len(fold(n.text())) for n in body)
    if linked >= whole / 2:
        return end
    # Teasers: each with its link, and a heading that says so.
    teasers = [t for n in body for t in n.iter() if fold(t.text())]
    all_linked = all(t.tag == "a" or t.css_first("a") is not None for t in teasers)
    return end if teasers and all_linked and _TEASERS.match(heading) else 0


def is_link_list(node: LexborNode) -> bool:
    """Whether a list only leads elsewhere: three items or more, nothing in them but links."""
    items = node.css("li")
    return len(items) >= 3 and link_share(node) > 0.95 and len(fold(node.text())) / len(items) < 60


def is_trail(node: LexborNode) -> bool:
    """Whether a list is the trail to this page: links, the last item perhaps the page itself."""
    items = node.css("li")
    linked = sum(item.css_first("a") is not None for item in items)
    return len(items) >= 2 and linked >= len(items) - 1 and len(fold(node.text())) < 200


def leads_elsewhere(text: str, linked: list[str]) -> bool:
    """Whether a line only leads to other places: links side by side ("Home > Jobs"), "to top".

    :param linked: the texts of the links in it.
    """
    rest = text
    for link in linked:
        rest = rest.replace(link, "", 1)
    if not linked or not _CRUMB.fullmatch(rest):
        return False
    short = sum(map(len, linked)) <= 40 * len(linked)
    return (len(linked) >= 2 and short) or _TO_TOP.fullmatch(linked[0]) is not None
