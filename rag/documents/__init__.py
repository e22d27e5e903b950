"""Files -> documents: text, title, date, and blocks that know their place.

One module a format; each is a function from a file's text or bytes to its blocks. Offsets of every
block hold in ``Document.text``.
"""

from __future__ import annotations

import codecs
import hashlib
import importlib
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from rag.documents.parsed import Parsed
from rag.errors import DocumentError
from rag.settings import require_corpus
from rag.types import Document

TEXTS = {
    ".md": "markdown.parse_markdown",
    ".markdown": "markdown.parse_markdown",
    ".txt": "plain.parse_plain",
    ".html": "html.parse_html",
    ".htm": "html.parse_html",
    ".xhtml": "html.parse_html",
    ".csv": "delimited.parse_delimited",
    ".tsv": "delimited.parse_delimited",
}
"""Kinds of file that are text, and the function that parses it."""

BINARIES = {
    ".pdf": "pdf.parse_pdf",
    ".docx": "word.parse_word",
    ".docm": "word.parse_word",
    ".xlsx": "sheet.parse_sheet",
    ".xlsm": "sheet.parse_sheet",
}
"""Kinds of file that are not, and the function that parses its bytes."""

UNREAD = {
    ".doc": "save it as .docx",
    ".rtf": "save it as .docx",
    ".odt": "save it as .docx",
    ".pages": "save it as .docx or PDF",
    ".xls": "save it as .xlsx",
    ".ods": "save it as .xlsx",
    ".numbers": "save it as .xlsx",
    ".ppt": "save it as PDF",
    ".pptx": "save it as PDF",
    ".odp": "save it as PDF",
    ".epub": "save it as PDF or HTML",
    ".mht": "save it as HTML",
    ".mhtml": "save it as HTML",
}
"""Kinds of document that people have and no parser reads, and what to do."""

MAX_FILE_BYTES = 50 * 1024 * 1024

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
"""Byte order marks; the longer first."""
_SAMPLE_BYTES = 100_000
_CHARACTER_SETS = (
    "utf", "ascii", "iso", "cp", "koi8", "mac", "shift", "euc", "gb", "big5", "hz", "johab", "tis", "ptcp", "kz",
)  # fmt: skip


def corpus_files(corpus: Path) -> Iterator[Path]:
    """The documents below a folder, sorted, without hidden ones, and the links among them, also
    those that are not followed (see :func:`why_not_followed`).

    :raises CorpusError: the folder is missing or not a folder.
    """
    require_corpus(corpus)
    known = {*TEXTS, *BINARIES, *UNREAD}
    for path in sorted(corpus.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(corpus).parts)
        if hidden:
            continue
        named = path.suffix.lower() in known
        if (named and path.is_file()) or (path.is_symlink() and _is_missed(path, corpus, named)):
            yield path


def _is_missed(link: Path, corpus: Path, named: bool) -> bool:
    """Whether someone would miss what a link leads to that is no file: a document that is gone, or
    a folder that lies elsewhere."""
    return (named and not link.exists()) or (link.is_dir() and _leads_out(link, corpus))


def _leads_out(link: Path, corpus: Path) -> bool:
    return not link.resolve().is_relative_to(corpus.resolve())


def why_not_followed(path: Path, *, corpus: Path) -> str | None:
    """Why a link in the corpus folder is not followed; None for one that is, and for a file."""
    if not path.is_symlink():
        return None
    if not path.exists():
        return "a link to a file that is not there: mend or remove it"
    if not _leads_out(path, corpus):
        return None
    kind = "folder" if path.is_dir() else "file"
    return f"a link out of the folder, which is not followed: copy the {kind} into it"


def content_hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_document(path: Path, *, corpus: Path, data: bytes) -> Document:
    """One file as a document.

    :param data: the file's bytes (read once by the caller, who has hashed them already).
    :raises DocumentError: the file is of no kind that is read, too large, damaged, or empty.
    """
    suffix = path.suffix.lower()
    if suffix in UNREAD:
        raise DocumentError(f"{suffix} is not read: {UNREAD[suffix]}")
    if len(data) > MAX_FILE_BYTES:
        raise DocumentError(f"larger than {MAX_FILE_BYTES // 1024 // 1024} MB: split it")
    parsed = _parse(suffix, data)
    if not parsed.blocks:
        raise DocumentError("no text in it")
    return Document(
        path=path.relative_to(corpus).as_posix(),
        title=parsed.title or path.stem.replace("-", " ").replace("_", " "),
        text=parsed.text,
        blocks=parsed.blocks,
        content_hash=content_hash(data),
        date=parsed.date or _date_of_name(path.stem),
    )


def _date_of_name(stem: str) -> str | None:
    """The day that a file's name begins with, as those of many blogs do."""
    found = re.match(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d)", stem)
    return found[0] if found else None


def _parse(suffix: str, data: bytes) -> Parsed:
    """The parser's module is imported when the first file of its kind is read."""
    module, function = (TEXTS.get(suffix) or BINARIES[suffix]).split(".")
    parse = getattr(importlib.import_module(f"rag.documents.{module}"), function)
    if suffix in BINARIES:
        return parse(data)  # type: ignore[no-any-return]
    encoding = None
    if module == "html":
        from rag.documents.html import declared_encoding

        encoding = declared_encoding(data)
    return parse(decode(data, declared=encoding))  # type: ignore[no-any-return]


def decode(data: bytes, *, declared: str | None = None) -> str:
    """Text with Python's universal newlines, so that offsets agree with ``Path.read_text``.

    A byte order mark decides, then UTF-8 where it is valid, then what the file declares, then what
    its bytes look like.

    :raises DocumentError: the bytes are no text.
    """
    text = _decoded(data, declared)
    if text is None or _looks_binary(text):
        raise DocumentError("not a text file: its ending is of another kind, or it is damaged")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, declared: str | None) -> str | None:
    if marked := next((e for mark, e in _MARKS if data.startswith(mark)), None):
        return _strictly(data, marked)
    for encoding in (_unmarked_utf_16(data), "utf-8", declared):
        if encoding and (text := _strictly(data, encoding)) is not None:
            return text
    if b"\0" in data:
        return None
    from charset_normalizer import from_bytes  # few files need it

    guess = from_bytes(data[:_SAMPLE_BYTES]).best()
    if guess and _is_of_other_letters(str(guess)):
        return data.decode(guess.encoding, "replace")
    return _strictly(data, "cp1252") or (data.decode(guess.encoding, "replace") if guess else None)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        if not codecs.lookup(encoding).name.startswith(_CHARACTER_SETS):
            return None  # a page may name "punycode" or "unicode_escape"
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _is_of_other_letters(text: str) -> bool:
    """Whether most letters are of a script that Western encodings do not have."""
    letters = [c for c in text[:5000] if c.isalpha()]
    return sum(c > "\u024f" for c in letters) > len(letters) / 2


def _unmarked_utf_16(data: bytes) -> str | None:
    """UTF-16 without its mark: of Western text every other byte is zero."""
    sample = data[:2000]
    if len(sample) < 4 or len(data) % 2:
        return None
    for encoding, zeros, letters in (("utf-16-le", 1, 0), ("utf-16-be", 0, 1)):
        if sample[zeros::2].count(0) > 0.4 * len(sample) / 2 and not sample[letters::2].count(0):
            return encoding
    return None


def _looks_binary(text: str) -> bool:
    if "\0" in text:
        return True
    sample = text[:4096]
    control = sum(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f" for c in sample)
    return control > len(sample) / 100
