"""The library finds blocks by place and counts what each document gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.lexical import terms
from rag.library import Library
from rag.store import update
from rag.types import Span
from tests.rag.fakes import WordsEmbedder


@pytest.fixture
def library(tmp_path: Path) -> Library:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.md").write_text(
        "# Pay in 2026\n\nSeniors earn $200,000 a year.\n\n- one\n- two\n", encoding="utf-8"
    )
    (corpus / "long.md").write_text("word " * 150 + "lastword.\n", encoding="utf-8")
    _, generation = update(corpus, store=tmp_path / "store", embedder=WordsEmbedder())
    return Library(generation)


def test_the_block_at_each_of_its_characters_is_the_block(library: Library) -> None:
    for document in library.documents.values():
        for block in document.blocks:
            for start in range(block.span.start, block.span.end):
                assert library.block_at(document.path, Span(start, start + 1)) is block


def test_every_chunk_sentence_is_in_a_block(library: Library) -> None:
    for chunk in library.chunks:
        for sentence in chunk.sentences:
            block = library.block_at(chunk.document, sentence.span)
            assert block.span.start <= sentence.span.start < sentence.span.end <= block.span.end


def test_summaries_count_chunks_and_facts(library: Library) -> None:
    summaries = {s.path: s for s in library.summaries()}
    assert (summaries["a.md"].title, summaries["a.md"].date) == ("Pay in 2026", "2026")
    assert sum(s.chunks for s in summaries.values()) == len(library.chunks)
    assert summaries["a.md"].facts == len(library.facts) > 0


def test_words_beyond_the_embedders_window_are_still_found(library: Library) -> None:
    assert all("lastword" not in c.embedding_text for c in library.chunks)
    assert library.lexical.scores(terms("lastword")).max() > 0
