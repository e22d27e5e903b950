"""A question tied to what the documents lack is told apart from one that they cover."""

from __future__ import annotations

import pytest

from rag.answer.pay.match import Gap
from rag.answer.scope import on_subject, pages_about, untied
from rag.index.library import Library
from rag.retrieve.hybrid import retrieve
from rag.retrieve.rerank import Reranker
from rag.types import Evidence
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
    ranked = Reranker(embedder).rank(question, vector, hits, library=library)
    evidence = [Evidence(hit.chunk, s, hit.score) for hit in ranked for s in hit.chunk.sentences]
    return untied(question, evidence, library=library)


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


TRADE = """# {title}

The median wage for {plural} was ${pay} in May 2024.

## {heading}

{said}

## Similar jobs

| Job | Median pay |
|---|---|
| Glaziers | $55,440 |
"""


@pytest.fixture(scope="module")
def handbook(tmp_path_factory: pytest.TempPathFactory) -> Library:
    injuries = "{} often fall, and many are injured at work."
    texts = {
        f"{plural}.md": TRADE.format(
            title=plural.title(), plural=plural, pay=pay, heading=heading, said=said
        )
        for plural, pay, heading, said in (
            ("roofers", "50,970", "Training", "Roofers learn at work."),
            ("carpenters", "59,310", "Injuries", injuries.format("Carpenters")),
            ("bakers", "36,650", "Injuries", injuries.format("Bakers")),
        )
    }
    return library_of(tmp_path_factory.mktemp("handbook"), texts)


def test_pages_about_the_occupation_asked_for(handbook: Library) -> None:
    def asked(question: str) -> frozenset[str]:
        return pages_about(question, library=handbook)

    assert asked("Are roofers often injured?") == {"roofers.md"}
    assert asked("Who falls more often, a baker or a carpenter?") == {"bakers.md", "carpenters.md"}
    assert asked("Who falls at work?") == frozenset()


def test_what_other_pages_say_of_their_own_occupation_is_left_out(handbook: Library) -> None:
    embedder = WordsEmbedder()
    question = "Are roofers often injured at work?"
    hits, _ = retrieve(question, library=handbook, embedder=embedder, k=20)
    kept = on_subject(question, hits, library=handbook)
    assert {hit.chunk.document for hit in kept} == {"roofers.md"}
    other = "Who is often injured at work?"
    assert on_subject(other, hits, library=handbook) == hits


def test_passages_of_some_documents_alone(handbook: Library) -> None:
    embedder = WordsEmbedder()
    everywhere, _ = retrieve("often injured", library=handbook, embedder=embedder, k=20)
    hits, _ = retrieve(
        "often injured", library=handbook, embedder=embedder, k=20, within={"roofers.md"}
    )
    assert {h.chunk.document for h in hits} == {"roofers.md"}
    cosines = {h.chunk.span: h.signals["cosine"] for h in everywhere if h.chunk.document == "roofers.md"}  # fmt: skip
    assert {h.chunk.span: h.signals["cosine"] for h in hits} == cosines
