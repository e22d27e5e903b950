"""A decline quotes the nearest sentence, and never a sum of money."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.decline import decline
from rag.answer.draft import Draft
from rag.answer.propose import Taken
from rag.index.library import Library
from rag.messages import DECLINES
from rag.types import Evidence
from tests.rag.answer.made import candidates_of, holding
from tests.rag.fakes import library_of

GUIDE = """# Lighthouse keepers

Both lighthouses are kept by the harbour office.

Keepers earn £31,000 a year.

Base pay for keepers starts at 42,000 here.

The union rate is 18.40 an hour at night.

The tower has how many steps?
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(tmp_path, {"guide.md": GUIDE})


def declined(library: Library, sentence: str, score: float) -> Draft:
    (candidate,) = holding(candidates_of(library), sentence)
    evidence = (Evidence(candidate.chunk, candidate.sentence, score),)
    taken = Taken("", Draft(library), 0.2, None, (), evidence)
    return decline(taken, "who keeps them at weekends?", library)


def test_the_nearest_sentence_is_quoted_with_its_source(library: Library) -> None:
    draft = declined(library, "harbour office", 0.4)
    assert draft.text == (
        f"{DECLINES} say that. The nearest that they have: "
        "Both lighthouses are kept by the harbour office. [1]"
    )
    assert [c.quote for c in draft.citations] == [
        "Both lighthouses are kept by the harbour office."
    ]


@pytest.mark.parametrize("sentence", ["£31,000", "42,000", "18.40", "how many steps"])
def test_sums_and_questions_are_not_quoted(library: Library, sentence: str) -> None:
    assert declined(library, sentence, 0.4).citations == []


def test_what_is_not_near_is_not_quoted(library: Library) -> None:
    assert declined(library, "harbour office", 0.02).citations == []
