"""A question tied to what the documents lack is told apart from one that they cover."""

from __future__ import annotations

import pytest

from rag.library import Library
from rag.read import Reader
from rag.retrieve import retrieve
from rag.salary.match import Gap
from rag.scope import untied
from tests.rag.fakes import WordsEmbedder, library_of

TEXT = """# Nurses in Portugal and Spain

Hospitals in Lisbon hired many nurses in 2021. In Spain they work 36 hours a week.

Natural language processing engineers build software for the hospital Clínica Azul.
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("scope"), {"nurses.md": TEXT})


def tie_of(question: str, library: Library) -> Gap | None:
    embedder = WordsEmbedder()
    hits, vector = retrieve(question, library=library, embedder=embedder, k=5)
    found = Reader(embedder).read(question, vector, hits, library=library)
    return untied(question, found.evidence, library=library)


@pytest.mark.parametrize(
    ("question", "facet", "asked"),
    [
        ("Do hospitals in Brazil hire nurses?", "place", "Brazil"),
        ("Did hospitals hire nurses in 1998?", "date", "1998"),
        ("What do dental hygienists do?", "role", "dental hygienist"),
        ("Does Globex pay for training? I asked at Globex.", "name", "Globex"),
    ],
)
def test_what_the_documents_lack(question: str, facet: str, asked: str, library: Library) -> None:
    tie = tie_of(question, library)
    assert tie is not None
    assert (tie.facet, tie.asked) == (facet, asked)


@pytest.mark.parametrize(
    "question",
    [
        "Do hospitals hire nurses?",
        "Do hospitals in Europe hire nurses?",
        "Did hospitals in Lisbon hire nurses in 2021?",
        "What do NLP engineers do?",
        "I live in Brazil, how many hours do nurses work?",
        "how do nurses work in spain",
    ],
)
def test_what_they_cover(question: str, library: Library) -> None:
    assert tie_of(question, library) is None


def test_what_is_named_instead(library: Library) -> None:
    tie = tie_of("Do hospitals in Brazil hire nurses?", library)
    assert tie is not None
    assert {"Portugal", "Spain"} <= set(tie.covered)
