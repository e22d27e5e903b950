"""The query: made once of the turns and of what the user put right by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.library import Library
from rag.models.embedder import MiniLM
from rag.types import Corrections, Trait, TraitCorrection
from rag.understand.query import understand
from tests.rag.fakes import library_of

PAY = """# Pay of AI engineers

Senior AI engineers with 7 years earn €100,000 in Europe, and juniors €50,000. Negotiation helps.
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(tmp_path, {"pay.md": PAY})


def test_typing_errors_are_mended(library: Library, minilm: MiniLM) -> None:
    assert (
        understand(["does negotation help?"], Corrections(), library, minilm).last
        == "does negotiation help?"
    )


def test_a_question_alone_is_shown_as_it_is(library: Library, minilm: MiniLM) -> None:
    assert (
        understand(["Does negotiation help?"], Corrections(), library, minilm).standalone
        == "Does negotiation help?"
    )


def test_a_follow_up_is_shown_with_what_it_leans_on(library: Library, minilm: MiniLM) -> None:
    query = understand(
        ["Does negotiation help juniors?", "why does it?"], Corrections(), library, minilm
    )
    assert query.standalone == "why does it? (after: Does negotiation help juniors?)"


def test_an_edited_question_stands_alone(library: Library, minilm: MiniLM) -> None:
    corrections = Corrections(verbatim=frozenset({"what do juniors earn?"}))
    query = understand(["Does it help?", "what do juniors earn?"], corrections, library, minilm)
    assert query.turns == ("what do juniors earn?",)
    assert all(q.text == query.last for q in query.pay)


def test_what_the_person_told_is_kept(library: Library, minilm: MiniLM) -> None:
    query = understand(
        ["I'm a senior in Paris.", "what could I earn?"], Corrections(), library, minilm
    )
    assert {t.kind for t in query.profile} == {"level", "place"}
    assert any(q.levels == ("senior",) for q in query.pay)


def test_what_the_person_put_right_is_read_instead(library: Library, minilm: MiniLM) -> None:
    corrections = Corrections(traits=(TraitCorrection("level", "senior", "junior"),))
    query = understand(["I'm a senior.", "what could I earn?"], corrections, library, minilm)
    assert query.profile == (Trait("level", "junior"),)
    assert any(q.levels == ("entry",) for q in query.pay)


def test_what_the_person_added_is_read_too(library: Library, minilm: MiniLM) -> None:
    corrections = Corrections(traits=(TraitCorrection("years", "", "8 years"),))
    query = understand(["what could I earn?"], corrections, library, minilm)
    assert query.profile == (Trait("years", "8 years"),)
    assert [y.low for y in query.pay[-1].years] == [8]
