"""Two rankings fused by reciprocal rank; each hit says why it ranks."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.library import Library
from rag.index.store import update
from rag.models.embedder import MiniLM
from rag.retrieve.hybrid import RRF_K, mend, retrieve
from rag.types import Hit
from tests.rag.fakes import WordsEmbedder

TEXTS = {
    "cloud.md": "# Cloud computing\n\nKubernetes schedules containers on many machines.\n\n"
    "Training large models takes significant computing power.\n",
    "pay.md": "# Pay\n\nSenior engineers earn $200,000 in Austin.\n\nJuniors earn less.\n",
    "law.md": "# Privacy\n\nPersonal data needs consent under European rules.\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM) -> Library:
    folder: Path = tmp_path_factory.mktemp("retrieve")
    (folder / "corpus").mkdir()
    for name, text in TEXTS.items():
        (folder / "corpus" / name).write_text(text, encoding="utf-8")
    _, generation = update(folder / "corpus", store=folder / "store", embedder=minilm)
    return Library(generation)


def hits_of(library: Library, minilm: MiniLM, query: str, *, k: int = 10) -> tuple[Hit, ...]:
    return retrieve(query, library=library, embedder=minilm, k=k)[0]


@pytest.mark.parametrize(
    ("query", "document"),
    [
        ("Kubernetes", "cloud.md"),
        ("how is software run on a cluster of servers", "cloud.md"),
        ("salary of experienced staff", "pay.md"),
        ("GDPR permission of users", "law.md"),
    ],
)
def test_words_and_meanings_find_their_document(
    library: Library, minilm: MiniLM, query: str, document: str
) -> None:
    assert hits_of(library, minilm, query)[0].chunk.document == document


@pytest.mark.parametrize("k", [1, 2, 50])
def test_at_most_k_best_first_each_chunk_once(library: Library, minilm: MiniLM, k: int) -> None:
    hits = hits_of(library, minilm, "engineers and data", k=k)
    assert len(hits) == min(k, len(library.chunks))
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    spans = [(h.chunk.document, h.chunk.span) for h in hits]
    assert len(set(spans)) == len(spans)


def test_the_first_of_few_is_the_first_of_many(library: Library, minilm: MiniLM) -> None:
    many = hits_of(library, minilm, "pay of seniors", k=50)
    assert hits_of(library, minilm, "pay of seniors", k=2) == many[:2]


def test_the_score_is_the_reciprocal_ranks_that_the_signals_give(
    library: Library, minilm: MiniLM
) -> None:
    for hit in hits_of(library, minilm, "Kubernetes containers in Austin"):
        ranks = [v for name, v in hit.signals.items() if name.endswith("_rank")]
        assert hit.score == pytest.approx(sum(1 / (RRF_K + rank) for rank in ranks))
        assert min(ranks) >= 1


def test_the_signals_are_the_cosine_and_the_querys_vector_is_given(
    library: Library, minilm: MiniLM
) -> None:
    hits, vector = retrieve("Austin", library=library, embedder=minilm, k=10)
    assert vector.shape == (1, minilm.dimension)
    for hit in hits:
        own = minilm.embed([hit.chunk.embedding_text])
        assert hit.signals["cosine"] == pytest.approx(float((own @ vector.T)[0, 0]), abs=0.02)


def test_a_query_of_no_known_word_ranks_by_meaning_alone(library: Library, minilm: MiniLM) -> None:
    hits = hits_of(library, minilm, "zzzqqq")
    assert len(hits) == len(library.chunks)
    assert all("bm25" not in h.signals for h in hits)


def test_a_typing_error_is_mended_towards_the_corpus(library: Library) -> None:
    assert mend("a senoir in Austin", library) == "a senior in Austin"
    assert mend("What do seniors earn?", library) == "What do seniors earn?"


def test_a_typing_error_is_mended_towards_a_rare_word_of_the_corpus(library: Library) -> None:
    assert mend("kubernettes and Austin", library) == "kubernetes and Austin"


def test_another_embedder_works_as_well(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "pay.md").write_text(TEXTS["pay.md"], encoding="utf-8")
    embedder = WordsEmbedder()
    _, generation = update(corpus, store=tmp_path / "store", embedder=embedder)
    hits, _ = retrieve("Austin", library=Library(generation), embedder=embedder, k=3)
    assert hits[0].chunk.document == "pay.md"
