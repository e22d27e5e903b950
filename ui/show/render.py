"""Questions and answers as HTML for the page. Pure functions; everything is escaped.

An answer's text is Markdown from documents and models, neither of which is trusted: raw HTML,
links and images in it come out as text. The result is one line of HTML that opens with a
``<div>``: the chat component reads messages as Markdown, and leaves such a block alone. Its
sanitizer drops ``aria-`` and ``data-`` attributes, so what a script needs stands in ``class``,
``value`` and ``title``; page.js makes the labels for screen readers of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.errors import CareerChatError
from rag.messages import MARKER
from rag.types import Answer, Citation, Conflict, Document, ModelRun, Span
from ui.show.bidi import without_overrides
from ui.show.excerpt import excerpt_html
from ui.show.pay_chart import pay_html

FindDocument = Callable[[str], Document]
"""A document by its path; raises CareerChatError for one that is gone."""
MarkerHtml = Callable[[int], str | None]
"""What stands for a marker, by its number; None where it stands for nothing."""

_OPEN, _CLOSE = "\ue002", "\ue003"
_PRIVATE_USE = re.compile("[\ue000-\ue00f]")
_HELD_MARKER = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_UNFINISHED_MARKER = re.compile(r"\[\d{0,3}$")
_MARKS = re.compile(r"[*`#|]+|^\s*[-+]\s|^\s*\d{1,9}[.)]\s", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_MAX_QUOTE_PREVIEW_CHARS = 220
_SOURCES_SHOWN = 6  # page.css hides the others until they are asked for
_STAGES = {"rewrite": "understanding", "retrieve": "searching", "read": "reading",
           "generate": "writing"}  # fmt: skip


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
    """What the visitor typed, as typed, with a button to edit it."""
    lines = "<br>".join(escape(without_overrides(question.strip())).splitlines())
    edit = _tool("edit", "Edit this question")
    return f'<div class="question"><span class="asked">{lines}</span>{edit}</div>'


def notice_html(message: str) -> str:
    """A calm line in place of an answer; errors are written to follow a command's name."""
    sentence = message[:1].upper() + message[1:]
    return _one_line(
        f'<div class="notice" role="status">{escape(without_overrides(sentence))}</div>'
    )


def prose_html(text: str, marker_html: MarkerHtml) -> str:
    """Markdown as HTML, each ``[1]`` replaced by what ``marker_html(1)`` gives.

    Where it gives None the marker stays text: it stands for nothing.
    """

    def hold(match: re.Match[str]) -> str:
        number = int(match[1])
        return match[0] if marker_html(number) is None else f"{_OPEN}{number}{_CLOSE}"

    # Markers wait as private-use characters, so that Markdown cannot read them as links.
    held = MARKER.sub(hold, _PRIVATE_USE.sub("\ufffd", without_overrides(text)))
    html = _MARKDOWN.render(held)
    return _HELD_MARKER.sub(lambda match: marker_html(int(match[1])) or match[0], html)


# --- answers --------------------------------------------------------------------------


def waiting_html(place: int) -> str:
    """An answer whose turn has not come; place 1 is next."""
    others = "You are next" if place == 1 else f"{place - 1} before you"
    return (
        '<div class="answer writing"><p class="thinking" role="status">'
        f'<span class="place">In line: {others}…</span></p></div>'
    )


def partial_html(text: str, searched_for: str | None = None) -> str:
    """An answer while it is being written; its markers do not open anything yet."""
    complete = _UNFINISHED_MARKER.sub("", text)
    prose = prose_html(complete, _waiting_marker)
    body = prose or '<p class="thinking">Reading the documents…</p>'
    return _one_line(
        f'<div class="answer writing">{_searched_html(searched_for)}'
        f'<div class="prose">{body}</div></div>'
    )


def stopped_html(text: str) -> str:
    """What was written before the visitor stopped the answer."""
    prose = prose_html(_UNFINISHED_MARKER.sub("", text), _waiting_marker)
    return _one_line(
        f'<div class="answer stopped"><div class="prose">{prose}</div>'
        f'<p class="note">Stopped.</p><div class="tools">{_tool("retry", "Answer again")}</div></div>'
    )


def answer_html(
    answer: Answer,
    find_document: FindDocument,
    *,
    asked: str,
    rating: bool | None = None,
) -> str:
    """A finished answer: text with markers, the pay behind it, its sources, and its tools.

    :param asked: what was typed; the standalone question is shown where it differs.
    :param rating: whether the visitor liked it; None before they said.
    """
    kind = "answer abstained" if answer.abstained else "answer"
    notice = answer.generation.notice if answer.generation else ""
    parts = [
        _said_html(answer, asked=asked),
        f'<p class="note checked">{escape(without_overrides(notice))}</p>' if notice else "",
        _grounds_html(answer, find_document),
        _tools_html(answer, rating),
    ]
    return _one_line(f'<div class="{kind}">{"".join(parts)}</div>')


@dataclass(frozen=True, slots=True)
class Beside:
    """An embedded answer in two parts, between which a language model's words grow."""

    above: str
    below: str

    @classmethod
    def of(cls, answer: Answer, find_document: FindDocument, *, asked: str) -> Beside:
        """:param asked: as for :func:`answer_html`."""
        return cls(_said_html(answer, asked=asked), _grounds_html(answer, find_document))

    def html(self, words: str, *, model: str, place: int = 0) -> str:
        """The answer with what the model wrote so far.

        :param model: its name for people.
        :param place: the model's place in the line; 0 where it is writing.
        """
        name = escape(without_overrides(model))
        doing = f"In line: {place}" if place else "Reading the sources…"
        body = (
            prose_html(_UNFINISHED_MARKER.sub("", words), _waiting_marker)
            or f'<p class="thinking">{doing}</p>'
        )
        return _one_line(
            f'<div class="answer writing">{self.above}<div class="words">'
            f'<p class="label">In the words of {name}</p>{body}</div>{self.below}</div>'
        )


def _said_html(answer: Answer, *, asked: str) -> str:
    """What was searched for, where that says more than what was asked, and the text."""
    standalone = answer.standalone_question
    searched_for = standalone if differs(standalone, asked) else None
    prose = prose_html(answer.text, _marker_html(answer))
    return f'{_searched_html(searched_for, editable=True)}<div class="prose">{prose}</div>'


def _grounds_html(answer: Answer, find_document: FindDocument) -> str:
    """What the text rests on: conflicts, the pay behind it, its sources."""
    marker_html = _marker_html(answer)
    return (
        _conflicts_html(answer.conflicts, marker_html)
        + pay_html(answer, lambda number: marker_html(number) or "")
        + _sources_html(answer, find_document)
    )


def _marker_html(answer: Answer) -> MarkerHtml:
    sources = {citation.marker: citation for citation in answer.citations}
    return lambda number: _marker_button(sources[number]) if number in sources else None


def _waiting_marker(number: int) -> str:
    return f'<span class="cite waiting">{_bracketed(number)}</span>'


def differs(standalone: str, asked: str) -> bool:
    """Whether what was searched for says more than what was typed."""
    return _bare_words(standalone) != _bare_words(asked) and bool(standalone.strip())


def seconds_note(timings_ms: Mapping[str, int], model: str) -> str:
    """ "0.2 s · embedded", or the model alone where nothing was timed."""
    total = timings_ms.get("total")
    name = model.rstrip("/").rpartition("/")[2] or model  # a path's or hub name's last part
    return name if total is None else f"{total / 1000:.1f} s · {name}"


def generation_note(generation: ModelRun) -> str:
    """ "first word after 2.1 s, 11.4 tokens a second, 640 prompt tokens (312 of them kept from
    before), 96 written, this program at most 2,310 MB of memory"; without what is not known."""
    parts = []
    if generation.seconds_to_first_token is not None:
        parts.append(f"first word after {generation.seconds_to_first_token:.1f} s")
    if generation.tokens_per_second is not None:
        parts.append(f"{generation.tokens_per_second:g} tokens a second")
    if generation.prompt_tokens:
        reused = generation.reused_prompt_tokens
        kept = f" ({reused:,} of them kept from before)" if reused else ""
        parts.append(f"{generation.prompt_tokens:,} prompt tokens{kept}")
    if generation.tokens:
        parts.append(f"{generation.tokens:,} written")
    if generation.peak_memory_mb:
        parts.append(f"this program at most {generation.peak_memory_mb:,} MB of memory")
    return ", ".join(parts)


def stages_note(timings_ms: Mapping[str, int]) -> str:
    """ "searching 9 ms, reading 210 ms": what each stage cost; "" where nothing was timed."""
    return ", ".join(
        f"{word} {timings_ms[stage]} ms" for stage, word in _STAGES.items() if stage in timings_ms
    )


def _bare_words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _searched_html(searched_for: str | None, *, editable: bool = False) -> str:
    if not searched_for:
        return ""
    edit = _tool("search", "Edit what is searched for") if editable else ""
    return f'<p class="searched">searched for: <q>{escape(without_overrides(searched_for))}</q>{edit}</p>'


def _marker_button(citation: Citation) -> str:
    """A chip that opens its source: page.js finds it by number within the same answer."""
    label = escape(without_overrides(f"Source {citation.marker}: {citation.title}"))
    return (
        f'<button type="button" class="cite" value="{citation.marker}" title="{label}">'
        f"{_bracketed(citation.marker)}</button>"
    )


def _bracketed(number: int) -> str:
    """A number on a chip, whose brackets show only where the text is copied."""
    return f'<span class="bracket">[</span>{number}<span class="bracket">]</span>'


def _conflicts_html(conflicts: Sequence[Conflict], marker_html: MarkerHtml) -> str:
    if not conflicts:
        return ""
    items = []
    for conflict in conflicts:
        markers = " ".join(filter(None, (marker_html(number) for number in conflict.markers)))
        items.append(f"<li>{escape(without_overrides(conflict.about))} {markers}</li>")
    return f'<div class="conflicts"><p>Sources differ</p><ul>{"".join(items)}</ul></div>'


# --- tools ----------------------------------------------------------------------------


def _tool(action: str, label: str, *, pressed: bool = False) -> str:
    """A small button; page.js sends its action with the number of the turn it stands in."""
    kind = f"tool {'pressed ' if pressed else ''}tool-{action}"
    return (
        f'<button type="button" class="{kind}" value="{action}" title="{escape(label)}"></button>'
    )


def _tools_html(answer: Answer, rating: bool | None) -> str:
    figures = generation_note(answer.generation) if answer.generation else ""
    stages = "; ".join(filter(None, [stages_note(answer.timings_ms), figures]))
    note = escape(without_overrides(seconds_note(answer.timings_ms, answer.model)))
    cost = (
        f'<details class="cost"><summary class="note">{note}</summary>'
        f'<span class="note">{escape(stages)}</span></details>'
        if stages
        else f'<span class="note">{note}</span>'
    )
    return (
        '<div class="tools">'
        + _tool("copy", "Copy the answer")
        + _tool("retry", "Answer again")
        + _tool("like", "Good answer", pressed=rating is True)
        + _tool("dislike", "Bad answer", pressed=rating is False)
        + '<span class="said" role="status"></span>'
        + cost
        + '<form class="word" hidden><input class="why" maxlength="500" '
        'placeholder="What was right or wrong? (optional, stays here)" title="Your word on it">'
        '<button type="submit" class="send">Send</button></form></div>'
    )


# --- sources --------------------------------------------------------------------------


def _sources_html(answer: Answer, find_document: FindDocument) -> str:
    if not answer.citations:
        return ""
    cards = "".join(
        _source_html(
            citation,
            find_document,
            [cited.fact.span for cited in answer.facts if cited.marker == citation.marker],
        )
        for citation in answer.citations
    )
    more = (
        f'<button type="button" class="show-all">All {len(answer.citations)} sources</button>'
        if len(answer.citations) > _SOURCES_SHOWN
        else ""
    )
    return f'<section class="sources"><p class="label">Sources</p><ol>{cards}</ol>{more}</section>'


def _source_html(citation: Citation, find_document: FindDocument, figures: Sequence[Span]) -> str:
    """One source: a line that names it and its quote; behind it, the quote in its place."""
    quote = Span(citation.start, citation.end)
    try:
        document = find_document(citation.document)
    except CareerChatError:
        document = None
    if document is None:  # the file was removed since: its quote is still what was read
        date, excerpt = "no longer in the folder", _quote_alone(citation)
    elif quote.of(document.text) != citation.quote:
        date, excerpt = "changed since this answer", _quote_alone(citation)
    else:
        date = document.date or "undated"
        excerpt = excerpt_html(document, quote, figures)
    page = f"page {citation.page}" if citation.page is not None else ""
    where = _dotted([_short_path(citation.section), page, date])
    facts = {
        "Section": without_overrides(citation.section.replace(" > ", " › ")),
        "Page": str(citation.page or ""),
        "Date": date,
        "File": without_overrides(citation.document),
    }
    meta = "".join(
        f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>"
        for name, value in facts.items()
        if value
    )
    title = escape(without_overrides(citation.title))
    return (
        f'<li class="source source-{citation.marker}">'
        f'<button type="button" class="open" value="{citation.marker}">'
        f'<span class="number">{citation.marker}</span>'
        f'<span class="about"><span class="title">{title}</span>'
        f'<span class="where">{where}</span></span></button>'
        f'<div class="behind" hidden><p class="preview">{escape(_preview(citation.quote))}</p>'
        f'<dl class="meta">{meta}</dl><div class="excerpt">{excerpt}</div>'
        f'<button type="button" class="whole" value="{escape(citation.document)}">'
        f"Show the whole document</button></div></li>"
    )


def _quote_alone(citation: Citation) -> str:
    return f"<p><mark>{escape(without_overrides(citation.quote))}</mark></p>"


def _short_path(section: str) -> str:
    return section.rpartition(" > ")[2]


def _dotted(facts: Iterable[str]) -> str:
    return " · ".join(escape(without_overrides(fact)) for fact in facts if fact)


def _preview(quote: str) -> str:
    """A quote on one line without its Markdown marks."""
    plain = without_overrides(" ".join(_LINK.sub(r"\1", _MARKS.sub(" ", quote)).split()))
    return (
        plain if len(plain) <= _MAX_QUOTE_PREVIEW_CHARS else plain[:_MAX_QUOTE_PREVIEW_CHARS] + "…"
    )


def _one_line(html: str) -> str:
    """No line ends: a blank line would end the HTML block that Markdown leaves alone."""
    return re.sub(r"\r\n|[\r\n]", "&#10;", html)
