"""What a part of a turn tells of the asker: read by the grammars of years, levels, places and roles
where the tagger takes it for something about them."""

from __future__ import annotations

import pytest

from rag.models.embedder import MiniLM
from rag.types import Trait, TraitCorrection
from rag.understand.profile import (
    TELLS,
    added,
    corrected,
    in_words,
    is_told,
    parts_of,
    traits_of,
    updated,
)
from rag.understand.tagger import installed, tells_tag

FACT = {"fact": 0.9, "goal": 0.1}
NOTHING = {"fact": 0.2, "goal": 0.1}


def test_a_turn_is_cut_at_its_clauses() -> None:
    assert parts_of("I'm a nurse, 6 years in. What do I get?") == [
        "I'm a nurse",
        "6 years in.",
        "What do I get?",
    ]


def test_values_are_read_from_what_tells_of_the_asker() -> None:
    found = set(traits_of("senior data engineer with 6 years in Berlin", FACT))
    assert {(t.kind, t.text) for t in found} >= {("years", "6 years"), ("place", "Berlin")}
    assert list(traits_of("senior data engineer with 6 years in Berlin", NOTHING)) == []


def test_a_goal_is_kept_in_their_own_words() -> None:
    (goal,) = traits_of("I want to lead a team.", {"fact": 0.1, "goal": 0.8})
    assert goal == Trait("goal", "I want to lead a team")
    assert in_words(goal) == "“I want to lead a team”"


@pytest.mark.parametrize(
    ("part", "tells"),
    [
        ("I've been a beekeeper in Wales for 9 years", True),
        ("im a trainee glassblower", True),
        ("we moved to Lisbon last spring and I work nights", True),
        ("how long is the training of a glassblower", False),
        ("what do glassblowers in Lisbon get", False),
        ("do they pay for the tools", False),
    ],
)
def test_what_tells_of_the_asker_is_told_apart(minilm: MiniLM, part: str, tells: bool) -> None:
    tags = installed().tag(minilm.embed([part]))
    assert is_told({t: tags[tells_tag(t)] for t in TELLS}) is tells


def test_a_later_rung_takes_the_place_of_an_earlier_one() -> None:
    profile = updated(
        (Trait("level", "junior"), Trait("place", "Berlin")), (Trait("years", "6 years"),)
    )
    assert profile == (Trait("place", "Berlin"), Trait("years", "6 years"))


def test_what_was_put_right_by_hand_is_taken_instead() -> None:
    corrections = (
        TraitCorrection("level", "senior", "junior"),
        TraitCorrection("years", "", "3 years"),
    )
    assert corrected((Trait("level", "Senior"),), corrections) == (Trait("level", "junior"),)
    assert corrected((Trait("place", "Rome"),), corrections) == (Trait("place", "Rome"),)
    assert added(corrections) == (Trait("years", "3 years"),)
