"""Files from anyone: each is a document or refused in one line; none crashes, hangs or leads out."""

from __future__ import annotations

import io
import os
import random
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.documents import BINARIES, TEXTS, UNREAD, archive, read_document
from rag.errors import DocumentError
from rag.index import ingest as reading
from rag.index.ingest import File, Reading, read_all, read_file
from rag.types import Document, FailedDocument
from tests.rag.documents.files import Print, pdf_file, read, sheet_file, word_file


def word() -> bytes:
    return word_file(lambda document: document.add_paragraph("Nurses earn $5 an hour."))


def sheet() -> bytes:
    return sheet_file(lambda book: book.active.append(["Nurses", "$5"]))


def pdf() -> bytes:
    return pdf_file([Print("Nurses earn $5 an hour.", 72, 700)])


SAMPLES: dict[str, Callable[[], bytes]] = {
    ".docx": cache(word),
    ".xlsx": cache(sheet),
    ".pdf": cache(pdf),
    ".html": lambda: b"<h1>Nurses</h1><table><tr><th>a<td>1<tr><td>b</table><p>earn $5",
    ".csv": lambda: b'Job,Pay\nNurse,"5"\n',
    ".md": lambda: b"# Nurses\n\n- earn $5\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    ".txt": lambda: b"Nurses\n\nThey earn $5.\n",
}


def assert_whole(document: Document) -> None:
    assert document.blocks
    for block in document.blocks:
        assert 0 <= block.span.start < block.span.end <= len(document.text)
        assert block.span.of(document.text) == block.span.of(document.text).strip()
        for cell in block.cells:
            assert block.span.start <= cell.span.start <= cell.span.end <= block.span.end
    for earlier, later in pairwise(document.blocks):
        assert earlier.span.end <= later.span.start
        assert earlier.group <= later.group


def assert_read_or_refused(path: Path) -> None:
    result = read_file(path, corpus=path.parent, name=path.name)
    if isinstance(result, Reading):
        assert_whole(result.document)
    else:
        assert result.reason
        assert "\n" not in result.reason


@pytest.mark.parametrize("suffix", sorted(SAMPLES))
def test_the_samples_themselves_are_read(suffix: str) -> None:
    assert_whole(read(SAMPLES[suffix](), f"a{suffix}"))


@pytest.mark.parametrize("suffix", sorted({*TEXTS, *BINARIES}))
@settings(max_examples=60)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(
    suffix: str, data: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(data)
    assert_read_or_refused(path)


@pytest.mark.parametrize("suffix", sorted(SAMPLES))
@settings(max_examples=60)
@given(seed=st.integers(0, 2**32), changes=st.integers(1, 30), cut=st.booleans())
def test_a_damaged_file_is_read_or_refused(
    suffix: str, seed: int, changes: int, cut: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    chance = random.Random(seed)
    data = bytearray(SAMPLES[suffix]())
    for _ in range(changes):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path = tmp_path_factory.getbasetemp() / f"damaged{suffix}"
    path.write_bytes(data[: chance.randrange(len(data))] if cut else data)
    assert_read_or_refused(path)


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
@settings(max_examples=40)
@given(seed=st.integers(0, 2**32))
def test_an_archive_with_a_damaged_part_is_read_or_refused(
    suffix: str, seed: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Damage within a part that its checksum does not tell, since it was packed so."""
    chance = random.Random(seed)
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(SAMPLES[suffix]())) as whole,
        zipfile.ZipFile(buffer, "w") as damaged,
    ):
        for name in whole.namelist():
            part = bytearray(whole.read(name))
            if chance.random() < 0.3 and part:
                for _ in range(chance.randrange(1, 20)):
                    part[chance.randrange(len(part))] = chance.randrange(32, 127)
            if chance.random() < 0.95:
                damaged.writestr(name, bytes(part))
    path = tmp_path_factory.getbasetemp() / f"part{suffix}"
    path.write_bytes(buffer.getvalue())
    assert_read_or_refused(path)


# --- what each is refused for ---------------------------------------------------------


def bomb(must_hold: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive_file:
        archive_file.writestr(must_hold, b"<a>" + b" " * 60_000_000)
    return buffer.getvalue()


def flagged(data: bytes) -> bytes:
    """An archive whose parts say that they are encrypted."""
    changed = bytearray(data)
    at = 0
    while (at := changed.find(b"PK\x01\x02", at)) >= 0:
        changed[at + 8] |= 1
        at += 4
    return bytes(changed)


def without_letters() -> bytes:
    return pdf_file([])


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.pdf", lambda: pdf()[: len(pdf()) // 3], "damaged: it cannot be opened as a PDF"),
        ("a.pdf", lambda: b"no PDF at all", "damaged: it cannot be opened as a PDF"),
        ("a.pdf", without_letters, r"no text in it: scanned pages need .*OCR"),
        ("a.docx", lambda: word()[:1000], "damaged: its archive"),
        ("a.docx", sheet, "word/document.xml is not in it"),
        ("a.docx", lambda: bomb("word/document.xml"), "unpacks to far more"),
        ("a.docx", lambda: flagged(word()), "encrypted: save it again without password"),
        ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "encrypted, or of the format before 2007"),
        ("a.xlsx", lambda: bomb("xl/workbook.xml"), "unpacks to far more"),
        ("a.xlsx", lambda: b"PK\x03\x04", "damaged: its archive"),
        ("a.xlsx", word, "xl/workbook.xml is not in it"),
        ("a.xlsx", lambda: sheet_file(lambda _: None), "no text in it"),
        ("a.txt", lambda: random.Random(1).randbytes(3000), "not a text file"),
        ("a.txt", lambda: b"\x7fELF\x02\x01\x01" + bytes(100), "not a text file"),
        ("a.csv", lambda: b"\n,,\n", "no text in it"),
        ("a.html", lambda: b"<html><body><script>x()</script></body>", "no text in it"),
        ("a.doc", lambda: b"x", r"\.doc is not read: save it as \.docx"),
        ("a.xls", lambda: b"x", r"\.xls is not read: save it as \.xlsx"),
        ("a.pptx", lambda: b"x", r"\.pptx is not read: save it as PDF"),
    ],
)  # fmt: skip
def test_the_reason_says_what_is_wrong(name: str, data: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(DocumentError, match=reason) as caught:
        read(data(), name)
    assert "\n" not in str(caught.value)


def test_an_encrypted_pdf_is_refused_with_what_to_do() -> None:
    # The smallest that says it is encrypted: PDFium asks for a password that nobody has.
    plain = pdf()
    trailer = b"/Encrypt << /Filter /Standard /V 1 /R 2 /O <" + b"00" * 32 + b"> /U <" + b"11" * 32
    trailer += b"> /P -4 >> /ID [<00> <00>] "
    at = plain.rindex(b"trailer")
    at = plain.index(b"<<", at) + 2
    with pytest.raises(DocumentError, match="encrypted: save it again without password"):
        read(plain[:at] + trailer + plain[at:], "a.pdf")


def test_every_kind_that_is_not_read_says_what_to_do() -> None:
    for suffix in UNREAD:
        with pytest.raises(DocumentError, match=f"^\\{suffix} is not read: save it as "):
            read_document(Path(f"a{suffix}"), corpus=Path("."), data=b"anything")


def test_a_bomb_that_lies_about_its_size_unpacks_to_no_more_than_it_says() -> None:
    honest = bomb("word/document.xml")
    lying = bytearray(honest)
    at = lying.find(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    with pytest.raises(DocumentError):
        read(bytes(lying), "a.docx")
    assert archive.MAX_UNPACKED_BYTES < 10**9


# --- in worker processes --------------------------------------------------------------


def read_in_workers(corpus: Path, *, seconds: float = 60.0) -> Iterator[Reading | FailedDocument]:
    files = [
        File(path, path.relative_to(corpus).as_posix(), path.stat().st_size)
        for path in sorted(corpus.iterdir())
    ]
    return read_all(files, corpus=corpus, seconds_per_file=seconds)


def test_workers_read_what_this_process_reads(tmp_path: Path) -> None:
    for number, (suffix, sample) in enumerate(SAMPLES.items()):
        (tmp_path / f"{number}{suffix}").write_bytes(sample())
    (tmp_path / "名前 – ärger 'x'.html").write_bytes(SAMPLES[".html"]())
    (tmp_path / "bad.pdf").write_bytes(b"no PDF at all")
    results = {
        r.document.path if isinstance(r, Reading) else r.path: r for r in read_in_workers(tmp_path)
    }
    assert len(results) == len(SAMPLES) + 2
    for path in tmp_path.iterdir():
        assert results[path.name] == read_file(path, corpus=tmp_path, name=path.name)
    assert isinstance(results["bad.pdf"], FailedDocument)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_file_that_never_ends_is_given_up_and_the_rest_is_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "endless.pdf")  # a parser that hangs, as far as anyone can tell
    (tmp_path / "good.html").write_bytes(SAMPLES[".html"]())
    (tmp_path / "other.docx").write_bytes(SAMPLES[".docx"]())
    started = time.monotonic()
    results = list(read_in_workers(tmp_path, seconds=15.0))
    failed = [r for r in results if isinstance(r, FailedDocument)]
    assert [(f.path, f.reason) for f in failed] == [
        ("endless.pdf", "takes longer than 15 s to read: split it")
    ]
    assert len(results) == 3
    assert time.monotonic() - started >= 15


def test_readings_left_untaken_leave_no_worker_behind(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number}.html").write_bytes(SAMPLES[".html"]())
    results = read_in_workers(tmp_path)
    next(results)
    results.close()  # type: ignore[attr-defined]
    assert [t.name for t in threading.enumerate() if "_work" in t.name] == []


def test_a_large_document_comes_in_several_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "_BLOCKS_A_MESSAGE", 2)
    (tmp_path / "a.html").write_bytes(SAMPLES[".html"]())
    whole = read_file(tmp_path / "a.html", corpus=tmp_path, name="a.html")
    assert isinstance(whole, Reading)
    pipe = io.BytesIO()
    reading._answer(pipe, whole)
    pipe.seek(0)
    assert reading._received(pipe) == whole
    assert pipe.read() == b""
    cut = io.BytesIO(pipe.getvalue()[:-5])
    with pytest.raises(EOFError):
        reading._received(cut)
