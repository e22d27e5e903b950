"""Files become documents whose spans hold in the text that anyone else reads from the file."""

from __future__ import annotations

import os
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.documents import MAX_FILE_BYTES, TEXTS, corpus_files, read_document, why_not_followed
from rag.errors import CorpusError, DocumentError
from rag.types import Document

PIECES = (
    "# Heading", "## Löhne & Gehälter", "---", "- item one", "  - nested", "1. first", "> quoted", "```", "| a | b |",
    "|---|---|", "| 1 | 2 \\| 3 |", "|", "Q: How much?", "A: A lot.", "A:", "Plain text. And more.", "", "   ", "\t",
    "<div>", "<!-- note", "-->", "[a]: b", "title: x", "**Bold:** $5k", "…", "\u2003wide", "\x0b", "\x0c", "\u2028", "\x85", "- - x",
    "*", "+", "•  dot", "===", "\\", "&amp;",
)  # fmt: skip
texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=25).map("\n".join),
)


def read(text: str | bytes, name: str = "a.md") -> Document:
    data = text if isinstance(text, bytes) else text.encode()
    return read_document(Path(name), corpus=Path("."), data=data)


def write(folder: Path, name: str, text: str | bytes = "Some words.") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def assert_spans_hold(document: Document) -> None:
    for block in document.blocks:
        assert 0 <= block.span.start < block.span.end <= len(document.text)
        piece = block.span.of(document.text)
        assert piece == piece.strip()
        for cell in block.cells:
            assert block.span.start <= cell.span.start <= cell.span.end <= block.span.end
        for before, after in pairwise(block.cells):
            assert before.span.end <= after.span.start
    for earlier, later in pairwise(document.blocks):
        assert earlier.span.end <= later.span.start
        assert earlier.group <= later.group


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@given(text=texts)
def test_any_text_gives_ordered_blocks_whose_spans_hold(name: str, text: str) -> None:
    try:
        document = read(text.encode("utf-8", "replace"), name)
    except DocumentError:
        return
    assert_spans_hold(document)


@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@given(data=st.binary(max_size=200))
def test_any_bytes_are_a_document_or_refused_with_a_reason(name: str, data: bytes) -> None:
    try:
        assert_spans_hold(read(data, name))
    except DocumentError as refused:
        reason = str(refused)
        assert reason
        assert "\n" not in reason


@pytest.mark.parametrize(
    "text", ["[(" * 50_000, "- > " * 25_000, "<a" * 50_000, "| a | b |\n" * 10_000, "![[" * 33_000]
)
@pytest.mark.parametrize("suffix", sorted(TEXTS))
def test_a_long_evil_text_is_read_at_once(suffix: str, text: str) -> None:
    try:
        document = read(text, f"a{suffix}")
    except DocumentError:
        # Nested deeper than Markdown's parser goes, or tags alone.
        assert text.startswith(("- > ", "<a"))
    else:
        assert_spans_hold(document)


def test_the_projects_corpus_agrees_with_what_others_read_from_its_files() -> None:
    corpus = Path(__file__).parents[3] / "corpus"
    paths = list(corpus_files(corpus))
    assert len(paths) >= 4
    for path in paths:
        document = read_document(path, corpus=corpus, data=path.read_bytes())
        assert document.text == path.read_text(encoding="utf-8")
        assert_spans_hold(document)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_offsets_count_as_in_read_text_whatever_the_line_ends(tmp_path: Path, ends: str) -> None:
    path = write(
        tmp_path, "a.md", ends.join(["# Title", "", "First – line.", "Second.", "", "- €5k", ""])
    )
    document = read_document(path, corpus=tmp_path, data=path.read_bytes())
    assert document.text == path.read_text(encoding="utf-8")
    assert [b.span.of(document.text) for b in document.blocks] == ["First – line.\nSecond.", "€5k"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_common_encodings_are_read(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    document = read(mark + "# Pay\n\nSeniors earn €100 – not “little”.\n".encode(encoding))
    assert document.title == "Pay"
    assert document.text == "# Pay\n\nSeniors earn €100 – not “little”.\n"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(4000), "not a text file"),
        (b"words " * 3000 + b"\0" + b"words " * 10, "not a text file"),
        (b"\xff\xfeodd", "not a text file"),
        (b"", "no text in it"),
        (b"  \n\t\n", "no text in it"),
        (b"# Only a heading\n", "no text in it"),
        (b"---\ntitle: x\n---\n", "no text in it"),
        (b"a" * (MAX_FILE_BYTES + 1), "larger than 50 MB"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(DocumentError, match=reason):
        read(data, "picture.md")


def test_a_text_file_without_a_heading_is_titled_by_its_name() -> None:
    assert read("Just words here.", "pay-in_europe.txt").title == "pay in europe"


def test_the_day_that_a_files_name_begins_with_dates_it_unless_it_says_otherwise() -> None:
    assert read(b"Some text.", "2022-07-09-first-job.md").date == "2022-07-09"
    assert read(b"---\ndate: 2023-01-05\n---\nText.", "2022-07-09-a.md").date == "2023-01-05"
    assert read(b"Some text.", "2022-07-0912.md").date is None
    assert read(b"Some text.", "vision-2030.md").date is None


def test_paths_are_relative_with_forward_slashes(tmp_path: Path) -> None:
    path = write(tmp_path, "deep/er/a.md")
    assert read_document(path, corpus=tmp_path, data=path.read_bytes()).path == "deep/er/a.md"


def test_the_hash_is_of_the_bytes() -> None:
    assert read(b"one\r\n").text == read(b"one\n").text
    assert read(b"one\r\n").content_hash != read(b"one\n").content_hash
    assert read(b"one\n", "a.md").content_hash == read(b"one\n", "b.md").content_hash


def test_only_readable_visible_files_are_found_and_links_not_followed_are_told(
    tmp_path: Path,
) -> None:
    corpus = tmp_path / "corpus"
    for name in ("b.md", "a.txt", "sub/C.MD", "sub/.hidden.md", ".git/x.md", "d.exe", "e"):
        write(corpus, name)
    secret = write(tmp_path, "secret.md")
    (corpus / "link.md").symlink_to(secret)
    (corpus / "linked").symlink_to(tmp_path, target_is_directory=True)
    (corpus / "broken.md").symlink_to(tmp_path / "nothing.md")
    (corpus / "inside.md").symlink_to(corpus / "b.md")
    (corpus / "again").symlink_to(corpus / "sub", target_is_directory=True)
    (corpus / "round.md").symlink_to(corpus / "round.md")
    (corpus / "nothing").symlink_to(tmp_path / "nothing")
    (corpus / "folder.md").mkdir()
    names = [p.relative_to(corpus).as_posix() for p in corpus_files(corpus)]
    reasons = {n: why_not_followed(corpus / n, corpus=corpus) for n in names}
    assert [n for n, reason in reasons.items() if not reason] == ["a.txt", "b.md", "inside.md", "sub/C.MD"]  # fmt: skip
    assert {n: reason.split(":")[0] for n, reason in reasons.items() if reason} == {
        "broken.md": "a link to a file that is not there",
        "link.md": "a link out of the folder, which is not followed",
        "linked": "a link out of the folder, which is not followed",
        "round.md": "a link to a file that is not there",
    }


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_named_like_a_document_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    assert list(corpus_files(tmp_path)) == []


def test_a_hidden_folder_above_the_corpus_does_not_hide_it(tmp_path: Path) -> None:
    write(tmp_path / ".home" / "corpus", "a.md")
    assert len(list(corpus_files(tmp_path / ".home" / "corpus"))) == 1


def test_a_missing_corpus_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match=r"^there is no corpus folder .*--corpus$"):
        list(corpus_files(tmp_path / "nowhere"))
    with pytest.raises(CorpusError, match="is not a folder"):
        list(corpus_files(write(tmp_path, "a.md")))
