"""What a question asks of pay, and whether a figure would answer it at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.draft import Draft
from rag.library import Library
from rag.salary.compose import answer_pay
from rag.salary.question import (
    Task,
    asks_for_pay,
    compares,
    earner,
    facet_spans,
    other_terms,
    percent_asked,
    read_question,
)


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("What do seniors earn in Europe?", Task.AMOUNT),
        ("How much more do seniors earn than juniors?", Task.DIFFERENCE),
        ("Compare senior and staff pay", Task.DIFFERENCE),
        ("What is the ratio of senior to junior pay?", Task.RATIO),
        ("How many times the junior base does a principal get?", Task.RATIO),
        ("What is the highest salary in Europe?", Task.HIGHEST),
        ("Where do seniors earn the least?", Task.LOWEST),
        ("Does the total for seniors add up?", Task.CHECK),
    ],
)
def test_the_task(text: str, task: Task) -> None:
    assert read_question(text).task is task


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


@pytest.mark.parametrize(
    "text",
    [
        "What do seniors earn in Europe?",
        "mid level ai engineers asia salary",
        "median TC in austin?",
        "seniors in Tokyo?",
        "What bonus do juniors get?",
        "What does a nurse in Toronto earn?",
        "remote pay?",
    ],
)
def test_a_figure_would_answer(text: str) -> None:
    assert asks_for_pay(read_question(text))


@pytest.mark.parametrize(
    "text",
    [
        "Why do seniors earn more?",
        "How can I negotiate my salary?",
        "Which skills raise pay?",
        "How many job postings were there in Europe?",
        "What does an AI engineer do?",
        "Who invented the transistor?",
        "What is the weather in Austin?",
        "How much tax do seniors pay?",
    ],
)
def test_a_figure_would_not_answer(text: str) -> None:
    assert not asks_for_pay(read_question(text))


def test_comparisons_are_known_as_such() -> None:
    assert compares("How does that compare with Asia?")
    assert not compares("And in Asia?")


def test_other_terms_are_no_facets() -> None:
    assert other_terms("What do senior AI engineers earn in Berlin with 5 years?") <= {"earn"}
    assert "hospit" in " ".join(other_terms("Do seniors like hospitals in Berlin?"))


@given(st.text(max_size=100))
def test_any_text_is_a_question_whose_spans_hold(text: str) -> None:
    asked = read_question(text)
    assert asked.text == text
    assert isinstance(asks_for_pay(asked), bool)
    assert all(0 <= start < end <= len(text) for start, end in facet_spans(text))


@pytest.mark.parametrize(
    ("text", "pay"),
    [
        ("How do companies set pay for remote staff?", False),
        ("How do senior salaries in the US and Asia compare?", True),
        ("How are bonuses taxed?", False),
        ("What's the percentage difference between Austin and the Bay Area?", True),
        ("What is the premium for LLM skills?", True),
        ("Which skills earn a premium?", False),
        ("How recent are these figures?", True),
        ("Which document says $400k?", True),
        ("What do machine learning engineers earn?", True),
        ("What should I learn to earn more?", False),
        ("Is $170,000 too high for a junior?", True),
    ],
)
def test_what_asks_for_a_figure_of_pay(text: str, pay: bool) -> None:
    assert asks_for_pay(read_question(text)) is pay


@pytest.mark.parametrize(
    "text", ["What do I get including stock?", "senior pay, bonus included", "all of it counting equity"]
)  # fmt: skip
def test_what_includes_the_parts_is_the_total(text: str) -> None:
    assert read_question(text).components == ("total",)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("How much does a beekeeper make?", "beekeeper"),
        ("What do freelancers typically earn?", "freelancers"),
        ("pay for lighthouse keepers", "lighthouse keepers"),
        ("What would a senior in Berlin make?", ""),
        ("What does an experienced lead make in Japan?", ""),
        ("What do people earn?", ""),
        ("What does an AI engineer make?", ""),
        ("What can I earn?", ""),
    ],
)
def test_whose_pay_is_asked_beside_the_facets(text: str, who: str) -> None:
    assert earner(text) == who


def test_pay_of_somebody_unknown_is_not_everybodys(levels: Library) -> None:
    gap = answer_pay(read_question("How much does a beekeeper make?"), Draft(levels))
    assert gap is not None
    assert (gap.facet, gap.asked) == ("role", "beekeeper")
