"""Follow-ups that lean on the question before, and short turns that don't."""

from __future__ import annotations

import pytest

from rag.conversation import VAGUE, in_words, standalone
from rag.conversation.personal import UNCLEAR
from rag.conversation.references import listed
from rag.messages import DECLINES


@pytest.mark.parametrize(
    ("turns", "question"),
    [
        # Everyday words alone ask of the question before.
        (
            ["How do I become a plumber?", "how long does that usually take?"],
            "How do I become a plumber, and how long does that usually take?",
        ),
        (["How do I write a resume?", "what is left?"], "How do I write a resume, and what is left?"),
        # No verb, so another question's.
        (
            ["How do I build a portfolio?", "what kind of projects?"],
            "How do I build a portfolio, and what kind of projects?",
        ),
        # One subject in another's place.
        (["How important is Python?", "and Rust?"], "How important is Rust?"),
        (["Is a degree needed?", "what about a master's?"], "Is a master's needed?"),
        # What was joined on last is what "by how much" is about.
        (
            ["Tell me about remote work", "does it pay less?", "by how much?"],
            "does the remote work pay less, and by how much?",
        ),
        (
            ["Rents went up last year.", "By how much?"],
            "Rents went up last year, and by how much?",
        ),
        # Whose pay is named by the question before, which is not of pay.
        (
            ["How do I get promoted to staff?", "and what changes in pay?"],
            "what changes in pay for staff?",
        ),
        # A unit takes no place's place.
        (
            ["Compare senior pay in Italy and Spain", "in percent?"],
            "Compare senior pay in Italy and Spain in percent?",
        ),
        (
            ["What does a welder earn in Ohio versus Texas?", "which has the better job market?"],
            "which has the better job market, Ohio or Texas?",
        ),
        (
            ["What does a senior engineer earn in Asia?", "and with 8 years?"],
            "What does an engineer with 8 years earn in Asia?",
        ),
        (["Which regions pay the most?", "and the lowest?"], "Which regions pay the least?"),
        (
            ["What is total pay for seniors?", "break it down"],
            "What is base, bonus and equity for seniors?",
        ),
        (
            ["What does an MLOps engineer do?", "how does that differ from a data engineer?"],
            "how does an MLOps engineer differ from a data engineer?",
        ),
        (
            ["Is Oslo better than Rome for nurses?", "for families"],
            "Is Oslo better than Rome for families?",
        ),
        (["What do employers look for?", "anything else?"], "What do employers look for?"),
        (["Is a degree needed?", "repeat that please"], "Is a degree needed?"),
        (
            ["What is a fair offer in Rome?", "they offered 85k", "should I take it?"],
            "What is a fair offer in Rome, and they offered 85k?",
        ),
        (
            ["Could robots replace welders?", "so should I worry?"],
            "Could robots replace welders, and should I worry?",
        ),
        (["Is a degree needed?", "what about bootcamps?"], "Are bootcamps needed?"),
        (
            ["My friend makes 300k as a senior.", "is that normal?"],
            "My friend makes 300k as a senior.",
        ),
        (["What's the weather in Berlin?", "ok and rents there?"], "rents in Berlin (weather)?"),
        (["I'm worried it's too late to switch", "is it?"], "I'm worried it's too late to switch"),
    ],
)  # fmt: skip
def test_follow_ups(turns: list[str], question: str) -> None:
    assert standalone(turns).question.lower() == question.lower()


@pytest.mark.parametrize(
    "turn", ["How long is a degree?", "Where do I start?", "What do people do in the north?"]
)
def test_everyday_words_of_somebody_or_something_stand_alone(turn: str) -> None:
    assert standalone(["What do seniors earn in Italy?", turn]).question == turn


def test_a_place_after_an_aside_goes_on_from_the_question_before_it() -> None:
    turns = ["What do seniors earn in Europe?", "tell me a joke", "ok and in Asia?"]
    answers = ["They earn a lot [1].", f"{DECLINES} say."]
    assert standalone(turns, answers=answers).question == "What do seniors earn in Asia?"
    told = ["They earn a lot [1].", "Here is one [1]."]
    assert "seniors" not in standalone(turns, answers=told).question


def test_a_question_that_goes_on_from_ones_own_is_of_oneself() -> None:
    turns = ["I have 6 years in Munich", "What should I learn next?", "What would that pay?"]
    assert {t.kind for t in standalone(turns).used} == {"years", "place"}
    of_others = ["I have 6 years in Munich", "Is welding hard?", "What would that pay?"]
    assert standalone(of_others).used == ()


def test_a_goal_asks_the_way() -> None:
    assert standalone(["I'd like to be a data architect"]).question == "How do I become a data architect?"  # fmt: skip
    earn = standalone(["I want to be a data architect", "what would I earn?"])
    assert "as a data architect" in earn.question
    assert [in_words(t) for t in earn.used] == ["you want to be a data architect"]


def test_what_the_user_makes_of_an_answer_is_no_question() -> None:
    turns = ["What do juniors earn in Spain?", "hm, that's low"]
    assert standalone(turns).needs
    assert "juniors" in standalone([*turns, "and in Italy?"]).question
    assert not standalone(["What do juniors earn in Spain?", "is that low?"]).needs


def test_years_to_come_are_added_to_those_that_one_has() -> None:
    alone = standalone(["I've 4 years in Denver", "what would I earn in 3 years?"])
    assert "7 years" in alone.question
    assert "Denver" in alone.question
    assert "3 years" in standalone(["what does a nurse earn in 3 years?"]).question


@pytest.mark.parametrize(
    ("turn", "needs"), [("is it stressful?", UNCLEAR), ("is it enough?", VAGUE)]
)
def test_a_first_turn_that_points_at_nothing_is_asked_back(turn: str, needs: str) -> None:
    assert standalone([turn]).needs == needs


def test_so_asks_again() -> None:
    assert standalone(["How do I learn welding?", "so?"]).question == "How do I learn welding?"


def test_what_an_answer_lists() -> None:
    table = "- Some advice that is long enough to be a whole sentence. [1]\n\n| Role | Focus |\n| --- | --- |\n| Nurse | Care |\n| Midwife | Birth |\n"
    assert listed(table) == ["Nurse", "Midwife"]
    assert listed("- **Nurse**: cares [1]\n- **Midwife**: helps at birth [2]") == ["Nurse", "Midwife"]  # fmt: skip
    assert listed("- Nurses work long hours in wards and at night, mostly. [1]") == []
