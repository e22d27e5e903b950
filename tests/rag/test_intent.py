"""What a question asks for, by its form: points or one thing, kinds of what, and of whom."""

from __future__ import annotations

import pytest

from rag.intent import focus, listed, wants_points


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("what soft skills do I need?", ("skills",)),
        ("What are the duties of a nurse?", ("duties",)),
        ("which tools and methods should a welder know?", ("tools", "methods")),
        ("What kinds of companies hire welders?", ("companies",)),
        ("which trade should I pick up first?", ("trade",)),
        ("What should I wear?", ()),
        ("How do I become a welder?", ()),
        ("Do welders need a licence?", ()),
    ],
)
def test_what_kinds_are_asked_for(question: str, kinds: tuple[str, ...]) -> None:
    assert listed(question) == kinds


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("I'm a nurse, how do I switch to teaching?", "how do I switch to teaching?"),
        ("I am a teacher with 6 years of French. How do I become a coach?", "How do I become a coach?"),
        ("How do I move from nursing to teaching?", "How do I move to teaching?"),
        ("What should I learn to get into teaching as a nurse?", "What should I learn to get into teaching?"),
    ],
)  # fmt: skip
def test_what_only_says_who_asks_is_no_part_of_the_question(question: str, asked: str) -> None:
    assert focus(question) == asked


@pytest.mark.parametrize(
    "question",
    [
        "I'm a nurse",
        "I'm a good nurse. Is that enough?",
        "I'm a woman new to nursing. Is there support?",
        "What does a nurse do as a mentor?",
        "What skills do I need as a nurse?",
        "How far is it from Rome to Naples?",
    ],
)
def test_a_question_that_rests_on_who_asks_is_left_alone(question: str) -> None:
    assert focus(question) == question


@pytest.mark.parametrize(
    "question",
    ["Which tools?", "Should I move?", "Is a licence needed?", "is welding a good career?"],
)
def test_points_are_wanted_where_a_list_or_advice_is_asked_for(question: str) -> None:
    assert wants_points(question)


@pytest.mark.parametrize("question", ["Who invented welding?", "Do welders need a licence?"])
def test_one_thing_is_enough_elsewhere(question: str) -> None:
    assert not wants_points(question)
