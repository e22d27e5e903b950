"""Passages in the order of their best sentence; words weighed by how rare they are."""

from __future__ import annotations

import pytest

from rag.index.library import Library
from rag.retrieve.hybrid import retrieve
from rag.retrieve.rerank import (
    MAX_RANKED,
    MAX_RANKED_OF_EACH,
    Reranker,
    asked_words,
    coverage,
    unknown_share,
    worth_ranking,
)
from rag.types import Hit
from tests.rag.fakes import WordsEmbedder, library_of

TEXT = """# Skills of AI engineers

AI engineers need Python above all. Kubernetes runs their models in production.

## Tools

| Tool | Use |
|---|---|
| Docker | packs software |
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("read"), {"skills.md": TEXT})


def test_passages_are_reordered_and_none_is_lost(library: Library) -> None:
    embedder = WordsEmbedder()
    hits, vector = retrieve("Docker software", library=library, embedder=embedder, k=50)
    ranked = Reranker(embedder).rank("Docker software", vector, hits, library=library)
    assert {id(h.chunk) for h in ranked} == {id(h.chunk) for h in hits}
    assert any("Docker" in s.plain for s in ranked[0].chunk.sentences)
    scores = [h.score for h in ranked]
    assert scores == sorted(scores, reverse=True)


def test_sentences_are_embedded_once_until_forgotten(library: Library) -> None:
    embedder = WordsEmbedder()
    reranker = Reranker(embedder)
    hits, vector = retrieve("Python", library=library, embedder=embedder, k=5)
    first = reranker.rank("Python", vector, hits, library=library)
    embedded = len(embedder.embedded)
    assert reranker.rank("Python", vector, hits, library=library) == first
    assert len(embedder.embedded) == embedded
    reranker.forget()
    assert reranker.rank("Python", vector, hits, library=library) == first
    assert len(embedder.embedded) > embedded


def test_no_hits_nothing_to_rank_or_read(library: Library) -> None:
    embedder = WordsEmbedder()
    reranker = Reranker(embedder)
    assert reranker.rank("nothing", embedder.embed(["nothing"]), (), library=library) == ()
    assert reranker.readings("nothing", ()) == []


def test_a_passage_worth_ranking_leads_some_ranking(library: Library) -> None:
    chunk = library.chunks[0]
    fused = [Hit(chunk, 1.0, {}) for _ in range(MAX_RANKED)]
    late = {
        "dense": Hit(chunk, 0.1, {"dense_rank": 1.0}),
        "lexical": Hit(chunk, 0.1, {"lexical_rank": float(MAX_RANKED_OF_EACH)}),
        "neither": Hit(chunk, 0.1, {"dense_rank": 9.0, "lexical_rank": MAX_RANKED_OF_EACH + 1.0}),
    }
    assert worth_ranking([*fused, *late.values()]) == [*fused, late["dense"], late["lexical"]]


def test_rare_words_weigh_more_and_coverage_is_their_share(library: Library) -> None:
    asked = asked_words("Kubernetes engineers unheardof", library)
    assert min(asked.values()) > 0
    assert list(asked.values())[-1] == max(asked.values())
    assert coverage(asked, "Kubernetes for engineers") < 1.0
    assert coverage(asked, "Kubernetes engineers unheardof") == pytest.approx(1.0)
    assert coverage(asked, "Kubernetes engineers unheardof", unseen=1.0) < 1.0
    assert coverage(asked, "fish") == 0.0
    assert coverage({}, "anything") == 0.0


def test_words_that_no_document_holds_are_unknown(library: Library) -> None:
    assert unknown_share(asked_words("Kubernetes engineers", library), library) == 0.0
    assert unknown_share(asked_words("unheardof", library), library) == 1.0
