"""Files -> documents: text, title, date, and blocks that know their place.

One module a format; each is a function from the file's text to its blocks. Offsets of every
block hold in ``Document.text``.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from rag.documents.markdown import parse_markdown
from rag.documents.parsed import Parsed
from rag.documents.plain import parse_plain
from rag.errors import CorpusError, DocumentError
from rag.types import Document

PARSERS: dict[str, Callable[[str], Parsed]] = {
    ".md": parse_markdown,
    ".markdown": parse_markdown,
    ".txt": parse_plain,
}
MAX_FILE_BYTES = 50 * 1024 * 1024


def corpus_files(corpus: Path) -> Iterator[Path]:
    """The readable kinds of file below a folder, sorted; hidden ones and links out are left out.

    :raises CorpusError: the folder is missing or not a folder.
    """
    if not corpus.exists():
        raise CorpusError(f"there is no corpus folder {corpus}: name one with --corpus")
    if not corpus.is_dir():
        raise CorpusError(f"{corpus} is not a folder: --corpus takes a folder of documents")
    root = corpus.resolve()
    for path in sorted(corpus.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(corpus).parts)
        if hidden or path.suffix.lower() not in PARSERS or not path.is_file():
            continue
        if path.resolve().is_relative_to(root):
            yield path


def content_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_document(path: Path, *, corpus: Path, data: bytes) -> Document:
    """One file as a document.

    :param data: the file's bytes (read once by the caller, who has hashed them already).
    :raises DocumentError: the file is too large, no text, or empty.
    """
    if len(data) > MAX_FILE_BYTES:
        raise DocumentError(f"larger than {MAX_FILE_BYTES // 1024 // 1024} MB")
    text = _decode(data)
    parsed = PARSERS[path.suffix.lower()](text)
    if not parsed.blocks:
        raise DocumentError("no text in it")
    relative = path.relative_to(corpus).as_posix()
    return Document(
        path=relative,
        title=parsed.title or path.stem.replace("-", " ").replace("_", " "),
        text=text,
        blocks=parsed.blocks,
        content_hash=content_hash(data),
        date=parsed.date,
    )


def _decode(data: bytes) -> str:
    """Text with Python's universal newlines, so that offsets agree with ``Path.read_text``."""
    utf_16 = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if utf_16 else ["utf-8-sig", "cp1252"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _looks_binary(text):
            raise DocumentError("not a text file")
        return text.replace("\r\n", "\n").replace("\r", "\n")
    raise DocumentError("not a text file (no known encoding)")


def _looks_binary(text: str) -> bool:
    if "\0" in text:
        return True
    sample = text[:4096]
    control = sum(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in sample)
    return control > len(sample) / 100
