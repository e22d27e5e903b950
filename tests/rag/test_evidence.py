"""Sentences read and picked: the best first, none twice, each with its marker."""

from __future__ import annotations

import re

import pytest

from rag.draft import Draft
from rag.evidence import MAX_POINTS, answer_from_evidence, pick, repeats
from rag.library import Library
from rag.read import Reader, answerability, coverage, inverse_document_frequency
from rag.retrieve import retrieve
from rag.types import Evidence
from tests.rag.fakes import WordsEmbedder, library_of

TEXT = """# Skills of AI engineers

AI engineers need Python above all. Kubernetes runs their models in production.

What else helps:

- Statistics explains what models do.
- Writing convinces colleagues of a plan.
- Curiosity keeps an engineer up to date.
- AI engineers above all need Python.

| Tool | Use |
|---|---|
| Docker | packs software |
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("evidence"), {"skills.md": TEXT})


@pytest.fixture(scope="module")
def every(library: Library) -> list[Evidence]:
    """Each sentence of the document, with scores that fall from 0.9."""
    units = [(c, s) for c in library.chunks for s in c.sentences]
    return [Evidence(c, s, 0.9 - 0.001 * i) for i, (c, s) in enumerate(units)]


def plain(evidence: list[Evidence]) -> list[str]:
    return [e.sentence.plain for e in evidence]


def test_picked_are_the_best_in_order_at_most_the_limit(every: list[Evidence]) -> None:
    for limit in (1, 2, 4):
        picked = pick(every, limit=limit)
        assert len(picked) == limit
        assert picked[0] == every[0]
        scores = [e.score for e in picked]
        assert scores == sorted(scores, reverse=True)


def test_no_two_that_are_picked_say_the_same(every: list[Evidence]) -> None:
    picked = pick(every, limit=50)
    assert not any(repeats(a, b) for i, a in enumerate(picked) for b in picked[:i])
    assert sum("Python" in text for text in plain(picked)) == 1


def test_a_lead_in_is_no_answer(every: list[Evidence]) -> None:
    assert "What else helps:" in plain(every)
    assert "What else helps:" not in plain(pick(every, limit=50))


def test_what_is_far_behind_the_best_is_no_part_of_the_answer(every: list[Evidence]) -> None:
    far = [Evidence(e.chunk, e.sentence, 0.2) for e in every[1:]]
    assert pick([every[0], *far], limit=5) == [every[0]]
    assert pick([], limit=5) == []


def test_repeating_is_mutual(every: list[Evidence]) -> None:
    for a in every:
        assert repeats(a, a) or not re.search(r"\w{3}", a.sentence.plain)
        for b in every:
            assert repeats(a, b) == repeats(b, a)


def test_points_where_several_are_asked_for(library: Library, every: list[Evidence]) -> None:
    draft = Draft(library)
    answer_from_evidence("What skills do AI engineers need?", every, draft)
    lines = draft.text.split("\n")
    assert 3 <= len(lines) <= MAX_POINTS
    assert all(re.fullmatch(r"- .+ \[\d+\]", line) for line in lines)


def test_sentences_where_one_thing_is_asked_for(library: Library, every: list[Evidence]) -> None:
    draft = Draft(library)
    answer_from_evidence("Do AI engineers need Python?", every, draft)
    assert draft.text.startswith("AI engineers need Python above all. [1]")
    assert len(draft.citations) <= 2


def test_each_citation_quotes_its_document(library: Library, every: list[Evidence]) -> None:
    draft = Draft(library)
    answer_from_evidence("Which skills and tools?", every, draft)
    for number, citation in enumerate(draft.citations, 1):
        text = library.documents[citation.document].text
        assert citation.marker == number
        assert citation.quote == text[citation.start : citation.end]
        assert f"[{number}]" in draft.text


def test_the_same_span_keeps_its_marker(library: Library, every: list[Evidence]) -> None:
    draft = Draft(library)
    spans = [(e.chunk.document, e.sentence.span) for e in every[:3]]
    assert [draft.cite(*s) for s in spans + spans] == [1, 2, 3, 1, 2, 3]


# --- reading --------------------------------------------------------------------------


def test_sentences_are_scored_once_best_first_and_kept(library: Library) -> None:
    embedder = WordsEmbedder()
    reader = Reader(embedder)
    question = "Do AI engineers need Python?"
    hits, vector = retrieve(question, library=library, embedder=embedder, k=5)
    first = reader.read(question, vector, hits, library=library)
    assert "Python" in first[0].sentence.plain
    assert [e.score for e in first] == sorted((e.score for e in first), reverse=True)
    assert all(0 <= e.score <= 1 for e in first)
    embedded = len(embedder.embedded)
    assert reader.read(question, vector, hits, library=library) == first
    assert len(embedder.embedded) == embedded


def test_no_hits_no_evidence_no_confidence(library: Library) -> None:
    embedder = WordsEmbedder()
    vector = embedder.embed(["nothing"])
    assert Reader(embedder).read("nothing", vector, (), library=library) == []
    assert answerability((), []) == 0.0


def test_rare_words_weigh_more_and_coverage_is_their_share(library: Library) -> None:
    weights = inverse_document_frequency("Kubernetes engineers unheardof", library)
    assert weights["unheardof"] >= max(weights.values())
    assert all(w > 0 for w in weights.values())
    assert coverage(weights, "Kubernetes for engineers") < 1.0
    assert coverage(weights, "Kubernetes engineers unheardof") == pytest.approx(1.0)
    assert coverage(weights, "fish") == 0.0
    assert coverage({}, "anything") == 0.0
