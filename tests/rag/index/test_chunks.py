"""Chunks: whole sentences in order, each once, never longer than the embedder's window."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import corpus_files, read_document
from rag.documents.sentences import block_sentences
from rag.errors import DocumentError
from rag.index.chunks import TARGET_TOKENS, split_document
from rag.models.embedder import MiniLM
from rag.types import Chunk, Document, Sentence
from tests.rag.fakes import WordsEmbedder, document_of

PARTS = (
    "# One heading", "## Another much longer heading of the text", "A sentence. And one more of them.",
    "long " * 50 + "end.", "Introduced:", "- an item", "- " + "item " * 30, "| a | b |\n|---|---|\n| 1 | 2 |", "| 3 | " + "x " * 60 + "|",
)  # fmt: skip


def chunks_of(document: Document, embedder: WordsEmbedder | None = None) -> list[Chunk]:
    embedder = embedder or WordsEmbedder()
    return list(
        split_document(document, max_tokens=embedder.max_tokens, count_tokens=embedder.count_tokens)
    )


def all_sentences(document: Document) -> list[Sentence]:
    return [s for b in document.blocks for s in block_sentences(document, b)]


def assert_laws(document: Document, chunks: list[Chunk]) -> None:
    assert [s for c in chunks for s in c.sentences] == all_sentences(document)
    for chunk in chunks:
        assert (chunk.document, chunk.title) == (document.path, document.title)
        first, last = chunk.sentences[0], chunk.sentences[-1]
        assert (chunk.span.start, chunk.span.end) == (first.span.start, last.span.end)
        for earlier, later in pairwise(chunk.sentences):
            assert earlier.span.end <= later.span.start
    for before, after in pairwise(chunks):
        assert before.span.end <= after.span.start


@given(
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=25).map("\n\n".join), st.integers(8, 80)
)
def test_every_sentence_is_in_one_chunk_and_no_chunk_outgrows_the_window(
    text: str, window: int
) -> None:
    embedder = WordsEmbedder(max_tokens=window)
    try:
        document = document_of(text)
    except DocumentError:
        return
    chunks = chunks_of(document, embedder)
    assert_laws(document, chunks)
    for chunk in chunks:
        assert chunk.embedding_text
        assert embedder.count_tokens([chunk.embedding_text])[0] <= window


def test_the_laws_hold_on_the_projects_corpus_with_the_real_tokenizer(minilm: MiniLM) -> None:
    corpus = Path(__file__).parents[3] / "corpus"
    for path in corpus_files(corpus):
        document = read_document(path, corpus=corpus, data=path.read_bytes())
        chunks = list(
            split_document(document, max_tokens=minilm.max_tokens, count_tokens=minilm.count_tokens)
        )
        assert_laws(document, chunks)
        assert max(minilm.count_tokens([c.embedding_text for c in chunks])) <= minilm.max_tokens


@pytest.mark.parametrize(
    "text",
    [
        "# " + "標題" * 300 + "\n\n" + "工程師的薪水很高。" * 200,
        "| " + " | ".join(f"column {i}" for i in range(90)) + " |\n|" + "---|" * 90 + "\n| " + " | ".join(f"${i}k" for i in range(90)) + " |\n",
        "Intro " + "word " * 190 + ":\n\n- " + "antidisestablishmentarianism " * 200,
        "a" * 30_000,
        "1 " * 5000,
    ],
)  # fmt: skip
def test_what_is_too_long_for_the_real_window_is_cut(minilm: MiniLM, text: str) -> None:
    document = document_of(text)
    chunks = list(
        split_document(document, max_tokens=minilm.max_tokens, count_tokens=minilm.count_tokens)
    )
    assert_laws(document, chunks)
    assert max(minilm.count_tokens([c.embedding_text for c in chunks])) <= minilm.max_tokens


def test_a_chunk_stays_in_its_section_and_carries_its_headings() -> None:
    chunks = chunks_of(document_of("# T\n\none\n\n## A\n\ntwo\n\n## B\n\nthree\n"))
    assert [c.embedding_text for c in chunks] == ["T\none", "T > A\ntwo", "T > B\nthree"]
    assert [c.section for c in chunks] == ["T", "T > A", "T > B"]


def test_rows_are_embedded_with_the_names_of_their_columns() -> None:
    (chunk,) = chunks_of(document_of("Pay:\n\n| Level | Pay |\n|---|---|\n| Senior | $5k |\n"))
    assert "Level: Senior; Pay: $5k" in chunk.embedding_text


def test_a_chunk_that_starts_inside_a_list_repeats_what_introduces_it() -> None:
    items = "\n".join(f"- item {i} " + "word " * 12 for i in range(12))
    chunks = chunks_of(document_of(f"# T\n\nOn average:\n\n{items}\n"))
    assert len(chunks) > 2
    for chunk in chunks:
        assert chunk.embedding_text.count("On average:") == 1


def test_a_list_that_fits_is_kept_whole() -> None:
    items = "\n".join(f"- item {i}" for i in range(8))
    chunks = chunks_of(document_of(f"# T\n\n{'word ' * 40}end.\n\n{items}\n"))
    assert [len(c.sentences) for c in chunks] == [1, 8]


def test_short_paragraphs_are_packed_up_to_the_target() -> None:
    embedder = WordsEmbedder(max_tokens=10_000)
    text = "# T\n\n" + "\n\n".join("Eight words are in this one sentence, yes." for _ in range(100))
    chunks = chunks_of(document_of(text), embedder)
    sizes = [sum(embedder.count_tokens([s.plain for s in c.sentences])) for c in chunks]
    assert all(TARGET_TOKENS - 10 <= s <= TARGET_TOKENS for s in sizes[:-1])


@pytest.mark.parametrize(
    "text",
    [
        "# Pay and the path of engineers\n\n" + "A sentence that goes on about pay, " * 40 + "ends here.",
        "# Títulos\n\n" + "工程師的薪水很高、" * 200,
        "# Numbers\n\n" + "1,250 and 3,117 or " * 80,
    ],
)  # fmt: skip
def test_long_sentences_are_embedded_whole(minilm: MiniLM, text: str) -> None:
    document = document_of(text)
    chunks = list(
        split_document(document, max_tokens=minilm.max_tokens, count_tokens=minilm.count_tokens)
    )
    assert_laws(document, chunks)
    for chunk in chunks:
        assert chunk.embedding_text.endswith(chunk.sentences[-1].plain)
        assert minilm.count_tokens([chunk.embedding_text])[0] <= minilm.max_tokens


def test_each_piece_of_a_long_table_has_its_caption_and_the_names_of_its_columns(
    minilm: MiniLM,
) -> None:
    rows = "\n".join(f"| Grade {n} | ${n},000 | {n} years |" for n in range(60))
    document = document_of(f"# T\n\nPay in 2026, by grade:\n\n| Grade | Pay | Time |\n|---|---|---|\n{rows}\n")  # fmt: skip
    chunks = list(
        split_document(document, max_tokens=minilm.max_tokens, count_tokens=minilm.count_tokens)
    )
    assert len(chunks) > 5
    for chunk in chunks:
        assert "Pay in 2026, by grade:" in chunk.embedding_text
        assert "Grade: Grade" in chunk.embedding_text
        assert "; Pay: $" in chunk.embedding_text


def test_a_row_of_many_long_cells_is_embedded_whole_under_its_name(minilm: MiniLM) -> None:
    cells = [f"duty {n} " + "of the post and of those who hold it " * 6 for n in range(8)]
    head = " | ".join(["Post", *(f"Part {n}" for n in range(8))])
    document = document_of(f"| {head} |\n|{'---|' * 9}\n| Nurse | {' | '.join(cells)} |\n")
    chunks = list(
        split_document(document, max_tokens=minilm.max_tokens, count_tokens=minilm.count_tokens)
    )
    assert_laws(document, chunks)
    embedded = " ".join(c.embedding_text for c in chunks)
    for number, chunk in enumerate(chunks):
        assert minilm.count_tokens([chunk.embedding_text])[0] <= minilm.max_tokens
        assert chunk.embedding_text.endswith(chunk.sentences[-1].plain)
        assert "Nurse" in chunk.embedding_text, number
    assert all(f"Part {n}: duty {n}" in embedded for n in range(8))
