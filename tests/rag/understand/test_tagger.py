"""The tagger: a probability a tag, and what it learned shows on questions it never saw."""

from __future__ import annotations

import numpy as np

from rag.models.embedder import MiniLM
from rag.understand.tagger import TAGS, Tagger, installed


def test_every_tag_is_a_probability() -> None:
    tagger = Tagger(("a", "b"), np.array([[1.0, 0.0], [0.0, -40.0]]), np.array([0.0, 1.0]))
    tags = tagger.tag(np.array([[0.0, 1.0]], dtype=np.float32))
    assert tags["a"] == 0.5
    assert 0.0 <= tags["b"] < 1e-9


def test_the_installed_tagger_has_the_tags_that_gathering_takes() -> None:
    assert installed().tags == TAGS


def test_wording_that_no_list_holds_is_told_apart(minilm: MiniLM) -> None:
    tagger = installed()

    def tag(question: str, name: str) -> float:
        return tagger.tag(minilm.embed([question]))[name]

    assert tag("who gets more, a beekeeper or a falconer", "comparison") > tag(
        "what does a beekeeper wear", "comparison"
    )
    assert tag("base and bonus of a beekeeper together", "arithmetic") > tag(
        "is a beekeeper's day long", "arithmetic"
    )
    assert tag("beekeeper wages in spring", "pay") > tag("do bees sting", "pay")
