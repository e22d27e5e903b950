"""Which phrases of a conversation a follow-up leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.lexical import terms
from rag.understand.carry import MOST, Weights, carried, installed, log_odds, standalone

FERNS = "Why do ferns in the rainforest need shade?"
EVERYTHING = Weights(scale=0.0, bias=5.0)


def test_weighed_are_the_words_that_the_turn_lacks() -> None:
    assert set(log_odds("how much shade?", [FERNS])) == set(terms("ferns rainforest need"))


def test_the_weights_keep_the_order_of_the_log_odds() -> None:
    weights = installed()
    assert 0 < weights.probability(-4.0) < weights.probability(0.0) < weights.probability(4.0) < 1


@pytest.mark.parametrize(
    ("turns", "carries"),
    [
        (["What is the history of steroid use in sport?", "Why are they banned?"], "steroid"),
        (["How do I look after Monstera plants?", "How often do they need water?"], "Monstera"),
        (["Tell me about the Bronze Age collapse", "When did it happen?"], "Bronze Age"),
    ],
)  # fmt: skip
def test_the_topic_is_carried_over(turns: list[str], carries: str) -> None:
    assert carries.lower() in standalone(turns).lower()


def test_the_topic_is_likelier_than_what_was_asked_of_it() -> None:
    odds = log_odds("How often do they need water?", ["How do I look after Monstera plants?"])
    assert odds["monstera"] > odds["look"]


def test_beside_one_another_words_are_a_phrase() -> None:
    found = carried("why?", ["Do garage door openers from Denmark last?"], EVERYTHING)
    assert "garage door openers" in found
    assert len(found) <= MOST


def test_what_is_left_out_stands_in_brackets() -> None:
    assert standalone(["Do ferns need shade?", "why?"], EVERYTHING).startswith("why (")
    assert standalone(["Do ferns need shade?"]) == "Do ferns need shade?"


def test_with_nothing_said_before_there_is_nothing() -> None:
    assert carried("why?", []) == []


_said = st.lists(
    st.sampled_from("why do ferns need shade Rome was it built they the old and how ? , 3".split()),
    min_size=1,
    max_size=8,
).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(_said, st.lists(_said, min_size=1, max_size=4))
def test_what_is_carried_was_said_and_is_likely(turn: str, past: list[str]) -> None:
    for found in carried(turn, past):
        assert any(found in text for text in past)
        assert not set(terms(found)) <= set(terms(turn))
