"""A turn that asks two things is taken apart; one that asks one is left whole."""

from __future__ import annotations

import pytest

from rag.conversation import standalone
from rag.conversation.compound import pieces
from rag.types import Corrections


@pytest.mark.parametrize(
    "turn",
    [
        "What do seniors earn in Europe and how does that compare with Asia?",
        "Do welders earn more than plumbers and why?",
        "What is a kiln and how does it work?",
        "Is it safe to weld at home, and what helps?",
        "How much do juniors earn? And is that base?",
        "What do seniors and juniors earn?",
        "Should I worry about robots, and how do I make mine safer?",
    ],
)
def test_one_question_is_left_whole(turn: str) -> None:
    assert pieces(turn, follows=True) == [turn]
    assert standalone([turn]).parts == ()


@pytest.mark.parametrize(
    ("turns", "parts"),
    [
        (
            ["what do juniors get in Kenya and how do I become a foreman?"],
            ("what do juniors get in Kenya?", "how do I become a foreman?"),
        ),
        (
            ["what is MLOps and will it get me paid more?"],
            ("what is MLOps?", "will MLOps get me paid more?"),
        ),
        (
            ["mid level pay in Europe?", "and in the US, and what about seniors there?"],
            ("mid level pay in the US?", "seniors pay in the US?"),
        ),
        (
            ["What do juniors earn in Asia and what do seniors earn in Europe?"],
            ("What do juniors earn in Asia?", "what do seniors earn in Europe?"),
        ),
        (
            ["I'm a junior in Rome. What salary can I expect and which certificates help most?"],
            None,
        ),
    ],
)
def test_each_is_a_question_by_itself(turns: list[str], parts: tuple[str, ...] | None) -> None:
    alone = standalone(turns)
    if parts is None:
        assert len(alone.parts) == 2
        assert "certificates" in alone.parts[1]
    else:
        assert alone.parts == parts


def test_what_was_edited_by_hand_is_not_taken_apart() -> None:
    turn = "what do juniors get in Kenya and how do I become a foreman?"
    alone = standalone([turn], Corrections(verbatim=frozenset({turn})))
    assert (alone.question, alone.parts) == (turn, ())


def test_a_follow_up_goes_on_from_the_last_piece() -> None:
    turns = ["mid level pay in Europe?", "and in the US, and what about seniors there?", "juniors?"]
    assert standalone(turns).question == "juniors pay in the US?"
