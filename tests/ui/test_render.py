"""Nothing that comes from a visitor, a document or a model is ever markup."""

from __future__ import annotations

from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from rag.errors import CorpusError
from rag.types import Answer, Document, Span
from tests.ui.fakes import HOSTILE, HOSTILE_ANSWER, MID_EUROPE, PAY, FakeAssistant, parse
from ui.show.excerpt import excerpt_html, inline_html
from ui.show.render import (
    answer_html,
    differs,
    notice_html,
    partial_html,
    prose_html,
    question_html,
)

ALLOWED = {
    "div", "p", "q", "br", "hr", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "blockquote",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
    "section", "details", "summary", "span", "button", "mark", "dl", "dt", "dd", "form", "input",
    "figure", "svg", "rect", "line", "circle", "text",
}  # fmt: skip
ALLOWED_ATTRIBUTES = {
    "class",
    "title",
    "aria-label",
    "type",
    "tabindex",
    "role",
    "scope",
    "style",
    "start",
    "value",
    "hidden",
    "placeholder",
    "maxlength",
    *"x x1 x2 y y1 y2 cx cy r rx width height text-anchor".split(),
}

hostile_text = st.text(max_size=200) | st.lists(
    st.sampled_from([
        "<script>", "</details>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "![](http://e)",
        '"', "'", "&", "<", ">", "**", "_", "`", "```\n", "|", "\n", "\n\n", "[1]", "[2]", "[1]: http://e",
        "- ", "# ",
        "\ue000", "\ue001", "\ue002", "\ue003", "<!--", "<a href=http://e>", "http://e.example",
        "1. ", "text",
    ]),
    max_size=12,
).map("".join)  # fmt: skip


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.extend(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def tags(html: str) -> Tags:
    parser = Tags()
    parser.feed(html)
    parser.close()
    return parser


def assert_inert(html: str) -> None:
    found = tags(html)
    assert set(found.tags) <= ALLOWED
    assert {name for name, _ in found.attributes} <= ALLOWED_ATTRIBUTES
    for name, value in found.attributes:
        if name == "style":  # Markdown tables align their columns
            assert value in {"text-align:left", "text-align:right", "text-align:center"}
    assert "\n" not in html
    assert "\r" not in html


@given(hostile_text)
def test_any_text_is_inert(text: str) -> None:
    assert_inert(question_html(text))
    assert_inert(notice_html(text))
    assert_inert(partial_html(text, text))
    document = Document("d.md", text, text, (), "h")
    citations = (replace(HOSTILE_ANSWER.citations[0], title=text, section=text, document=text,
                         quote=text, start=0, end=len(text)),)  # fmt: skip
    answer = Answer(text, False, 1.0, text, text, citations)
    assert_inert(answer_html(answer, lambda _: document, asked=""))


@given(hostile_text, st.data())
def test_any_document_is_inert_and_keeps_its_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = tags(inline_html(text, Span(start, end)))
    assert set(found.tags) <= ALLOWED
    assert not found.attributes
    assert set(tags(excerpt_html(parse("d.md", text), Span(start, end))).tags) <= ALLOWED


@given(st.text(alphabet="abc é€–1,.", min_size=1, max_size=80), st.data())
def test_the_highlight_is_the_quote(text: str, data: st.DataObject) -> None:
    text = text.strip() or "a"
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    html = inline_html(text, Span(start, end))
    assert unescape(html) == f"{text[:start]}<mark>{text[start:end]}</mark>{text[end:]}"


def marked(html: str) -> str:
    return unescape("".join(part.split("</mark>")[0] for part in html.split("<mark>")[1:]))


def test_a_list_item_is_marked_within_its_list() -> None:
    citation = MID_EUROPE.citations[0]
    html = excerpt_html(PAY, Span(citation.start, citation.end))
    assert marked(html) == "Mid-career (3–6 years): €70,000–€120,000 a year, and more in Zurich."
    assert "By years of experience" in html
    assert html.count("<li>") == 3
    assert "example.org" not in html
    assert "Median pay" not in html  # another section's


def test_a_row_is_marked_within_its_table() -> None:
    citation = MID_EUROPE.citations[1]
    html = excerpt_html(PAY, Span(citation.start, citation.end))
    assert '<tr class="hit"><td><mark>Principal</mark></td><td><mark>$300k</mark></td>' in html
    assert html.count("<tr") == 4
    assert '<th scope="col">Total</th>' in html


def test_half_a_cell_is_marked_alone() -> None:
    start = PAY.text.index("$560k")
    html = excerpt_html(PAY, Span(start, start + 5))
    assert "<td>$300k</td><td><mark>$560k</mark></td>" in html


def test_a_quote_in_no_block_is_shown_in_plain_text() -> None:
    start = PAY.text.index("title: Pay")
    assert marked(excerpt_html(PAY, Span(start, start + 10))) == "title: Pay"


def test_the_highlight_survives_a_quote_that_ends_inside_a_link() -> None:
    text = "see [the page](https://example.org/x) now"
    html = inline_html(text, Span(4, text.index("example")))
    assert html.count("<mark>") == 1
    assert_inert(html)


def test_markers_with_a_source_are_buttons_and_others_are_text() -> None:
    html = prose_html("a [1] b [7] c", lambda number: "<button>" if number == 1 else None)
    assert html == "<p>a <button> b [7] c</p>\n"


def test_a_marker_is_never_a_markdown_link() -> None:
    html = prose_html("so [1](see below)\n\n[1]: http://e\n\nand [1]", lambda n: f"<{n}>")
    assert html.count("<1>") == 3


def test_half_a_marker_waits_for_the_rest() -> None:
    assert "[" not in tags(partial_html("It is €5 [")).text
    assert "[1" not in tags(partial_html("It is €5 [1")).text
    assert 'class="cite waiting"' in partial_html("It is €5 [1]")


def test_an_answer_names_its_sources() -> None:
    html = answer_html(MID_EUROPE, FakeAssistant().library.document, asked="?")
    assert html.count('<li class="source ') == 2
    assert 'title="Source 1: Pay by stage"' in html
    assert "0.2 s · embedded" in html
    assert "searching 9 ms" in html
    assert "2026-06" in html
    assert "searched for" in html
    assert "Sources differ" in html
    assert "undated" in answer_html(HOSTILE_ANSWER, lambda _: HOSTILE, asked="")


def test_a_source_that_is_gone_still_shows_its_quote() -> None:
    def gone(path: str) -> Document:
        raise CorpusError(path)

    assert "Mid-career" in answer_html(MID_EUROPE, gone, asked="?")


def test_a_source_that_changed_shows_what_was_read() -> None:
    changed = parse("pay.md", "# Pay\n\nNothing is left of it.\n", title="Pay")
    html = answer_html(MID_EUROPE, lambda _: changed, asked="?")
    assert "changed since this answer" in html
    assert "Mid-career" in html
    assert "Nothing is left" not in html


def test_overrides_of_the_writing_direction_are_dropped() -> None:
    text = "pays \u202e000,07€\u202c a year"
    for html in (question_html(text), notice_html(text), partial_html(text), inline_html(text)):
        assert "\u202e" not in html
        assert "000,07€" in html


def test_what_is_pressed_shows() -> None:
    html = answer_html(MID_EUROPE, FakeAssistant().library.document, asked="?", rating=False)
    assert 'class="tool pressed tool-dislike"' in html
    assert 'class="tool tool-like"' in html


def test_searched_for_is_quiet_about_spelling_alone() -> None:
    assert not differs("What do seniors earn?", "what do seniors earn")
    assert differs("What do seniors earn in the US?", "And in the US?")
    assert not differs("", "x")
