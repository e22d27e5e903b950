"""Which phrases of a conversation a follow-up leaves out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.conversation import standalone
from rag.conversation.carry import LIKELY, MOST, Weights, candidates, carried, installed
from rag.lexical import terms

FERNS = "Why do ferns in the rainforest need shade?"


def test_the_candidates_are_the_words_that_the_turn_lacks() -> None:
    stems = [c.stem for c in candidates("how much shade?", [FERNS])]
    assert set(stems) == set(terms("ferns rainforest need"))


def test_the_weights_cover_the_features() -> None:
    for candidate in candidates("how deep?", [FERNS, "and in winter?"]):
        assert set(candidate.features) == set(installed().coefficients)
        assert 0 <= installed().probability(candidate) <= 1


@pytest.mark.parametrize(
    ("turns", "carries"),
    [
        (["What is the history of steroid use in sport?", "Why are they banned?"], "steroid"),
        (["How do I look after Monstera plants?", "How often do they need water?"], "Monstera"),
        (["Tell me about the Bronze Age collapse", "When did it happen?"], "Bronze Age"),
    ],
)  # fmt: skip
def test_the_topic_is_carried_over(turns: list[str], carries: str) -> None:
    assert carries in standalone(turns).question


def test_beside_one_another_words_are_a_phrase() -> None:
    everything = Weights({**dict.fromkeys(installed().coefficients, 0.0)}, intercept=5.0)
    found = [
        c.text for c in carried("why?", ["Do garage door openers from Denmark last?"], everything)
    ]
    assert found[0].startswith("garage door openers")
    assert len(found) <= MOST


def test_with_nothing_said_before_there_is_nothing() -> None:
    assert carried("why?", []) == []


_said = st.lists(
    st.sampled_from("why do ferns need shade Rome was it built they the old and how ? , 3".split()),
    min_size=1,
    max_size=8,
).map(" ".join)


@given(_said, st.lists(_said, min_size=1, max_size=4))
def test_what_is_carried_was_said_and_is_likely(turn: str, past: list[str]) -> None:
    for found in carried(turn, past):
        assert any(found.text in text for text in past)
        assert found.probability >= LIKELY
        assert not found.phrase.stems <= set(terms(turn))
