"""The library finds blocks by place and counts what each document gives."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from rag.documents.words import terms, words
from rag.index import passages as parts
from rag.index.bm25 import LexicalIndex
from rag.index.library import Library
from rag.index.spellings import Spellings
from rag.index.store import update
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
    summaries = {s.path: s for s in library.heads}
    assert (summaries["a.md"].title, summaries["a.md"].date) == ("Pay in 2026", "2026")
    assert sum(s.chunks for s in summaries.values()) == len(library.chunks)
    assert summaries["a.md"].facts == len(library.facts) > 0


def test_words_beyond_the_embedders_window_are_still_found(library: Library) -> None:
    assert all("lastword" not in c.embedding_text for c in library.chunks)
    assert library.lexical.scores(terms("lastword")).max() > 0


def test_nothing_is_decoded_before_it_is_asked_for(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(5):
        (corpus / f"{number}.md").write_text(f"# Job {number}\n\nIt pays ${number}0,000 a year.\n")
    _, generation = update(corpus, store=tmp_path / "store", embedder=WordsEmbedder())
    library = Library(generation)
    decoded = generation.parts._decoded
    assert [h.title for h in library.heads] == [f"Job {n}" for n in range(5)]
    assert library.lexical.scores(terms("job")).all()
    assert len(decoded) == 0
    assert library.chunks[3].document == "3.md"
    assert [part.document.path for part in decoded.values()] == ["3.md"]
    assert "pays" in library.dictionary


def test_the_digests_say_what_the_passages_do(library: Library) -> None:
    whole = LexicalIndex([f"{c.embedding_text}\n{c.sentences[-1].plain}" for c in library.chunks])
    assert set(library.lexical.vocabulary) == set(whole.vocabulary)
    assert library.spellings == Spellings.of(library.chunks)
    assert {w for c in library.chunks for w in words(c.embedding_text) if w.isalpha() and len(w) > 2} <= library.dictionary  # fmt: skip


def test_passages_are_a_sequence(library: Library) -> None:
    chunks = tuple(library.chunks)
    assert library.chunks == chunks
    assert library.chunks[-1] == chunks[-1]
    assert library.chunks[1:] == chunks[1:]
    assert [library.chunks.document_at(i) for i in range(len(chunks))] == [c.document for c in chunks]  # fmt: skip
    assert library.chunks.of("long.md") == tuple(c for c in chunks if c.document == "long.md")
    with pytest.raises(IndexError):
        library.chunks[len(chunks)]


def test_decoded_documents_are_kept_within_bounds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "MAX_DECODED", 2)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(5):
        (corpus / f"{number}.md").write_text(f"# Job {number}\n\nIt is number {number}.\n")
    _, generation = update(corpus, store=tmp_path / "store", embedder=WordsEmbedder())
    assert len(tuple(generation.chunks)) == 5
    assert [p.document.path for p in generation.parts._decoded.values()] == ["3.md", "4.md"]


def test_a_large_document_is_kept_in_items(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parts, "BLOCKS_AN_ITEM", 2)
    monkeypatch.setattr(parts, "CHUNKS_AN_ITEM", 1)
    for path in library.documents:
        part = library.generation.parts[path]
        file = parts.PartFile.encode("key", part, library.facts)
        assert file.part() == part
        assert file.facts() == library.facts
        items = json.loads(file.data)
        assert len(items) == 3 + -(-len(part.document.blocks) // 2) + len(part.chunks)
