"""What a question asks of pay, and whether a figure would answer it at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts.spans import facet_spans
from rag.understand.pay import percent_asked, read_question


def test_all_facets_at_once() -> None:
    asked = read_question(
        "median base salary of senior data engineers in Berlin in 2024 per month?"
    )
    assert asked.levels == ("senior",)
    assert [p.name for p in asked.places] == ["Berlin"]
    assert asked.components == ("base",)
    assert asked.roles == ("data engineer",)
    assert (asked.median, asked.dates, asked.period) == (True, ("2024",), "month")


def test_what_is_not_named_is_left_open() -> None:
    asked = read_question("What do they earn?")
    facets = (asked.levels, asked.years, asked.places, asked.roles, asked.components)
    assert not any(facets)
    assert (asked.remote, asked.dates, asked.period) == (False, (), None)


@pytest.mark.parametrize("text", ["2080 hours", "$2,024", "2026k"])
def test_a_number_that_is_no_year_is_no_date(text: str) -> None:
    assert read_question(f"What do seniors earn with {text}?").dates == ()


def test_a_percentage_of_the_questions_own() -> None:
    mention = percent_asked(read_question("What would a 20% raise on the senior base give?"))
    assert mention is not None
    assert mention.low == 20
    assert percent_asked(read_question("What is the senior base?")) is None


@given(st.text(max_size=100))
def test_any_text_is_a_question_whose_spans_hold(text: str) -> None:
    asked = read_question(text)
    assert asked.text == text
    assert all(0 <= start < end <= len(text) for start, end in facet_spans(text))


@pytest.mark.parametrize(
    "text", ["What do I get including stock?", "senior pay, bonus included", "all of it counting equity"]
)  # fmt: skip
def test_what_includes_the_parts_is_the_total(text: str) -> None:
    assert read_question(text).components == ("total",)
