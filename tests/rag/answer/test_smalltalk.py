"""Turns that ask nothing of the documents get a short, true reply; all others get none."""

from __future__ import annotations

import pytest

from rag.answer.smalltalk import is_foreign, is_gibberish, reply_to


def reply(turn: str) -> str | None:
    return reply_to(turn, documents=3, subjects="nurses")


@pytest.mark.parametrize(
    "turn",
    ["hi", "Good evening!", "how are you?", "thanks a lot", "Merci beaucoup", "bye", "lol ok nice", "you are useless", "you suck", "what a load of garbage", "you're an idiot, answer me"],
)  # fmt: skip
def test_pleasantries_get_a_reply(turn: str) -> None:
    assert reply(turn)


@pytest.mark.parametrize(
    "turn",
    ["What can you do?", "which documents do you know?", "Who made you, and do you share my data?", "are you a robot?", "hello, what can you tell me?", "can I trust you?", "do you make things up?"],
)  # fmt: skip
def test_questions_about_the_program_are_answered_truly(turn: str) -> None:
    answer = reply(turn)
    assert answer is not None
    assert "three documents" in answer
    assert "nurses" in answer


@pytest.mark.parametrize("turn", ["What can you do?", "Do you store what I say?"])
def test_where_questions_go_is_told_as_it_is(turn: str) -> None:
    assert "Nothing you type leaves the machine" in (reply(turn) or "")
    answer = reply_to(turn, documents=3, subjects="nurses", servers=["gpu.example:8000"])
    assert answer is not None
    assert "goes with the passages found for it to gpu.example:8000" in answer
    assert "Nothing you type" not in answer


@pytest.mark.parametrize(
    "turn",
    [
        "What do seniors earn?",
        "How do you become a nurse?",
        "Can you tell me what juniors get in Asia?",
        "why?",
        "and Austin?",
        "no, I meant base",
        "thanks, and what about seniors?",
        "What should I learn?",
        "MLOps?",
        "Do you know what a principal earns?",
        "ok, and Berlin?",
        "what can you tell me about seniors?",
        "what do you know about equity?",
        "What does a bad manager do?",
        "what a terrible job market",
        "bad pay?",
        "hi, what do seniors earn?",
        "help me decide",
    ],
)
def test_what_asks_something_is_left_to_the_documents(turn: str) -> None:
    assert reply(turn) is None


@pytest.mark.parametrize("turn", ["Was verdient ein Senior?", "combien gagne un ingénieur ?", "给我工资", "Сколько платят?"])  # fmt: skip
def test_another_language(turn: str) -> None:
    assert is_foreign(turn)
    assert "English" in (reply(turn) or "")


@pytest.mark.parametrize("turn", ["pay in Den Haag", "El Paso salary", "what is la dolce vita", "naïve Bayes?"])  # fmt: skip
def test_foreign_names_are_not_another_language(turn: str) -> None:
    assert not is_foreign(turn)


def test_gibberish() -> None:
    assert is_gibberish("asdf ghjk qwer")
    for turn in ("kubernetes terraform", "Initech Globex", "senior pay", "asdf"):
        assert not is_gibberish(turn)
