"""Blocks become sentences that cover them, each at its place."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents.sentences import (
    MAX_LEAD_IN_CHARS,
    MAX_SENTENCE_CHARS,
    block_sentences,
    normalise,
    plain_text,
    split_sentences,
)
from rag.types import Sentence, Span
from tests.rag.fakes import document_of

PIECES = ("Dr. A. Smith", "isn't", "e.g.", "U.S.", "$1.5k", "(0–2 years)", "…", "...", "?!", "”", "- ", "a_b-c_", "İ", "ß", "\u200b", "\u00ad")  # fmt: skip
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(PIECES), max_size=20).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=20).map("".join),
)


def pieces(text: str) -> list[str]:
    return [s.of(text) for s in split_sentences(text, Span(0, len(text)))]


def sentences(text: str, *, name: str = "a.md") -> list[Sentence]:
    document = document_of(text, name=name)
    return [s for b in document.blocks for s in block_sentences(document, b)]


@given(text=texts, start=st.integers(0, 20), end=st.integers(0, 20))
def test_sentences_are_in_order_and_together_hold_every_character(
    text: str, start: int, end: int
) -> None:
    span = Span(min(start, len(text)), max(min(start, len(text)), len(text) - end))
    found = list(split_sentences(text, span))
    for sentence in found:
        assert span.start <= sentence.start < sentence.end <= span.end
        assert sentence.of(text) == sentence.of(text).strip()
    for earlier, later in pairwise(found):
        assert earlier.end <= later.start
    assert "".join("".join(s.of(text).split()) for s in found) == "".join(span.of(text).split())


@given(st.text(max_size=100))
def test_normalising_moves_no_offset(text: str) -> None:
    assert len(normalise(text)) == len(text)


@pytest.mark.parametrize(
    ("printed", "typed"),
    [
        ("70\u202f000\u00a0€", "70 000 €"),
        ("mid\u2011career, 3\u22125", "mid-career, 3-5"),
        ("bene\ufb01ts of o\ufb03cers", "benefits of officers"),
        ("com\u00adpen\u00adsa\u00adtion", "compensation"),
        ("Zu\u0308rich", "Zürich"),
        ("\uff11\uff10\uff10\uff0c\uff10\uff10\uff10", "100,000"),
        ("\ufeffpay\u200bslip \u2018x\u2019", "payslip 'x'"),
    ],
)
def test_printers_characters_are_read_as_those_that_people_type(printed: str, typed: str) -> None:
    assert plain_text(printed) == typed
    (sentence,) = sentences(f"Pay: {printed}.")
    assert sentence.plain == f"Pay: {typed}."
    assert sentence.span.of(f"Pay: {printed}.") == f"Pay: {printed}."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Pay is $1.5k, e.g. for Dr. Smith. He can't say.", ["Pay is $1.5k, e.g. for Dr. Smith.", "He can't say."]),
        ("In the U.S. it rose. \u201cWhy?\u201d she asked.", ["In the U.S. it rose.", "\u201cWhy?\u201d she asked."]),
        ("**Bold.** Then *more*. **So:** last.", ["**Bold.**", "Then *more*.", "**So:** last."]),
        ("no end in sight", ["no end in sight"]),
        ("", []),
        (" \n ", []),
    ],
)  # fmt: skip
def test_sentences_end_where_they_end(text: str, expected: list[str]) -> None:
    assert pieces(text) == expected


def test_an_endless_sentence_is_cut_at_spaces() -> None:
    text = "word " * 1000
    found = pieces(text)
    assert max(map(len, found)) <= MAX_SENTENCE_CHARS
    assert all(set(p.split()) == {"word"} for p in found)
    assert max(map(len, pieces("a" * 5000))) == MAX_SENTENCE_CHARS


@pytest.mark.parametrize(
    "text", ["( " * 50_000, "[a](" * 25_000, "Mr. A. B. " * 10_000, "a" * 100_000, "\n\n" * 50_000]
)
def test_evil_text_is_split_in_linear_time(text: str) -> None:
    started = time.process_time()
    pieces(text)
    assert time.process_time() - started < 30


def test_plain_text_has_no_marks_and_usual_dashes_spaces_and_quotes() -> None:
    (sentence,) = sentences(
        "**Mid\u2011career:** \u201c\u20ac70\u202f000\u201d in [Berlin](https://x.org)."
    )
    assert sentence.plain == 'Mid-career: "\u20ac70 000" in Berlin.'


def test_the_context_is_headings_and_lead_in_but_not_the_title() -> None:
    text = "# Title\n\n## Europe\n\nMore first. On average, **by level**:\n\n- Junior: 5k\n"
    paragraph, _, item = sentences(text)
    assert paragraph.context == "Europe"
    assert item.context == "Europe > On average, by level:"


def test_a_long_lead_in_is_kept_short() -> None:
    text = f"{'very ' * 100}long:\n\n- item\n"
    assert len(sentences(text)[-1].context) <= MAX_LEAD_IN_CHARS


def test_a_row_is_one_sentence_with_the_names_of_its_columns() -> None:
    text = "| Level | **Base** | Note |\n|---|---|---|\n| Senior. Yes! | $1 \\| 2 |  | extra |\n"
    (row,) = sentences(text)
    assert row.plain == "Level: Senior. Yes!; Base: $1 | 2; extra"
    assert row.span.of(text) == "| Senior. Yes! | $1 \\| 2 |  | extra |"
