"""Questions and answers as HTML for the page. Pure functions; everything is escaped.

An answer's text is Markdown from documents and models, neither of which is trusted: raw HTML,
links and images in it come out as text. The result is one line of HTML that opens with a
``<div>``: the chat component reads messages as Markdown, and leaves such a block alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.errors import CareerChatError
from rag.types import Answer, Citation, Conflict, Document, Span
from ui.excerpt import excerpt_html

FindDocument = Callable[[str], Document]
"""A document by its path; raises CareerChatError for one that is gone."""

_OPEN, _CLOSE = "\ue002", "\ue003"
_PRIVATE_USE = re.compile("[\ue000-\ue00f]")
_MARKER = re.compile(r"\[(\d{1,3})\]")
_HELD_MARKER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_UNFINISHED_MARKER = re.compile(r"\[\d{0,3}$")
_MARKS = re.compile(r"[*`#|]+|^\s*[-+]\s|^\s*\d{1,9}[.)]\s", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MAX_QUOTE_PREVIEW_CHARS = 220


def _drop(*_: object) -> str:
    return ""


def _image_text(_renderer: object, tokens: Sequence[Token], index: int, *_: object) -> str:
    return escape(tokens[index].content)


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True})
    parser.enable(["table", "strikethrough"])
    # "[1]: …" at the start of a line would define a link that every later [1] becomes.
    parser.disable(["reference", "autolink"])
    parser.add_render_rule("link_open", _drop)
    parser.add_render_rule("link_close", _drop)
    parser.add_render_rule("image", _image_text)
    return parser


_MARKDOWN = _markdown()


# --- text -----------------------------------------------------------------------------


def question_html(question: str) -> str:
    """What the visitor typed, as typed."""
    lines = escape(question.strip()).splitlines()
    return f'<div class="question">{"<br>".join(lines)}</div>'


def notice_html(message: str) -> str:
    """A calm line in place of an answer; errors are written to follow a command's name."""
    sentence = message[:1].upper() + message[1:]
    return _one_line(f'<div class="notice" role="status">{escape(sentence)}</div>')


def prose_html(text: str, marker_html: Callable[[int], str | None]) -> str:
    """Markdown as HTML, each ``[1]`` replaced by what ``marker_html(1)`` gives.

    Where it gives None the marker stays text: it stands for nothing.
    """

    def hold(match: re.Match[str]) -> str:
        number = int(match[1])
        return match[0] if marker_html(number) is None else f"{_OPEN}{number}{_CLOSE}"

    # Markers wait as private-use characters, so that Markdown cannot read them as links.
    held = _MARKER.sub(hold, _PRIVATE_USE.sub("\ufffd", text))
    html = _MARKDOWN.render(held)
    return _HELD_MARKER.sub(lambda match: marker_html(int(match[1])) or match[0], html)


# --- answers --------------------------------------------------------------------------


def partial_html(text: str, searched_for: str | None = None) -> str:
    """An answer while it is being written; its markers do not open anything yet."""
    complete = _UNFINISHED_MARKER.sub("", text)
    prose = prose_html(
        complete, lambda number: f'<span class="cite waiting">{_bracketed(number)}</span>'
    )
    body = prose or '<p class="thinking">Reading the documents…</p>'
    return _one_line(f'<div class="answer writing">{_searched_html(searched_for)}{body}</div>')


def answer_html(answer: Answer, find_document: FindDocument, *, asked: str, note: str = "") -> str:
    """A finished answer: text with markers that open its sources, and the sources below.

    :param asked: what was typed; the standalone question is shown where it differs.
    :param note: a quiet last line, such as how long it took.
    """
    sources = {citation.marker: citation for citation in answer.citations}

    def marker_html(number: int) -> str | None:
        return _marker_button(sources[number]) if number in sources else None

    searched_for = (
        answer.standalone_question if differs(answer.standalone_question, asked) else None
    )
    kind = "answer abstained" if answer.abstained else "answer"
    parts = [
        _searched_html(searched_for),
        f'<div class="prose">{prose_html(answer.text, marker_html)}</div>',
        _conflicts_html(answer.conflicts, marker_html),
        _sources_html(answer.citations, find_document),
        f'<p class="note">{escape(note)}</p>' if note else "",
    ]
    return _one_line(f'<div class="{kind}">{"".join(parts)}</div>')


def differs(standalone: str, asked: str) -> bool:
    """Whether what was searched for says more than what was typed."""
    return _bare_words(standalone) != _bare_words(asked) and bool(standalone.strip())


def seconds_note(timings_ms: Mapping[str, int], model: str) -> str:
    """ "0.2 s · embedded", or the model alone where nothing was timed."""
    total = timings_ms.get("total")
    return model if total is None else f"{total / 1000:.1f} s · {model}"


def _bare_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _searched_html(searched_for: str | None) -> str:
    if not searched_for:
        return ""
    return f'<p class="searched">searched for: <q>{escape(searched_for)}</q></p>'


def _marker_button(citation: Citation) -> str:
    """A chip that opens its source: page.js finds it by number within the same answer."""
    label = escape(f"Source {citation.marker}: {citation.title}")
    return (
        f'<button type="button" class="cite" '
        f'aria-label="{label}" title="{label}">{_bracketed(citation.marker)}</button>'
    )


def _bracketed(number: int) -> str:
    """A number on a chip, whose brackets show only where the text is copied."""
    return f'<span class="bracket">[</span>{number}<span class="bracket">]</span>'


def _conflicts_html(conflicts: Sequence[Conflict], marker_html: Callable[[int], str | None]) -> str:
    if not conflicts:
        return ""
    items = []
    for conflict in conflicts:
        markers = " ".join(filter(None, (marker_html(number) for number in conflict.markers)))
        items.append(f"<li>{escape(conflict.about)} {markers}</li>")
    return f'<div class="conflicts"><p>Sources differ</p><ul>{"".join(items)}</ul></div>'


# --- sources --------------------------------------------------------------------------


def _sources_html(citations: Sequence[Citation], find_document: FindDocument) -> str:
    if not citations:
        return ""
    cards = "".join(_source_html(citation, find_document) for citation in citations)
    return f'<section class="sources"><p class="label">Sources</p>{cards}</section>'


def _source_html(citation: Citation, find_document: FindDocument) -> str:
    """One source: closed, a line that names it and its quote; open, the quote in its place."""
    try:
        document = find_document(citation.document)
    except CareerChatError:  # the file was removed since: its quote is still what was read
        date, excerpt = "no longer in the folder", f"<p><mark>{escape(citation.quote)}</mark></p>"
    else:
        date = document.date or "undated"
        excerpt = excerpt_html(document, Span(citation.start, citation.end))
    facts = [citation.section, date]
    if citation.page is not None:
        facts.append(f"page {citation.page}")
    where = " · ".join(escape(fact) for fact in facts if fact)
    preview = escape(_preview(citation.quote))
    return (
        f'<details class="source source-{citation.marker}"><summary>'
        f'<span class="number">{citation.marker}</span>'
        f'<span class="about"><span class="title">{escape(citation.title)}</span>'
        f'<span class="where">{where}</span><span class="quote">{preview}</span></span></summary>'
        f'<div class="excerpt" tabindex="0">'
        f"{excerpt}</div>"
        f'<p class="file">{escape(citation.document)}</p></details>'
    )


def _preview(quote: str) -> str:
    """A quote on one line without its Markdown marks."""
    plain = " ".join(_LINK.sub(r"\1", _MARKS.sub(" ", quote)).split())
    return (
        plain if len(plain) <= _MAX_QUOTE_PREVIEW_CHARS else plain[:_MAX_QUOTE_PREVIEW_CHARS] + "…"
    )


def _one_line(html: str) -> str:
    """No line ends: a blank line would end the HTML block that Markdown leaves alone."""
    return re.sub(r"\r\n|[\r\n]", "&#10;", html)
