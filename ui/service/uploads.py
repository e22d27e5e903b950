"""Documents that come in through the page, and those that go.

A file's name and size come from a stranger: the name is cleaned, the kind, size and number are
limited, and nothing is written outside the corpus folder. What is removed is moved into the
store, so that nobody's document is lost by a click.
"""

from __future__ import annotations

import os
import re
import shutil
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath, PureWindowsPath
from uuid import uuid4

from rag.documents import BINARIES, MAX_FILE_BYTES, TEXTS
from rag.errors import CorpusError, InputError

MAX_FILES_AT_ONCE = 50
MAX_UPLOAD_BYTES = min(MAX_FILE_BYTES, 50 * 2**20)
MAX_CORPUS_BYTES = 2 * 2**30
REMOVED = "removed"
_MAX_NAME_CHARS = 100
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
_DEVICES = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that was not taken in, and why, in words for whoever sent it."""

    name: str
    reason: str


def accepted_kinds() -> tuple[str, ...]:
    """The endings of files that can be read, with their dots."""
    return tuple(sorted({*TEXTS, *BINARIES}))


def clean_name(name: str) -> str:
    """A file name that is harmless on any system and keeps its words and ending.

    :raises InputError: nothing is left of it.
    """
    last = PureWindowsPath(PurePosixPath(unicodedata.normalize("NFC", name)).name).name
    printable = "".join(c for c in last if unicodedata.category(c)[0] != "C")
    plain = " ".join(_UNSAFE.sub(" ", printable).split()).lstrip(". ").rstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot or not stem.strip():
        raise InputError(f"{name[:60]!r} is no file name that can be kept: rename the file.")
    stem = stem.strip()[: _MAX_NAME_CHARS - len(ending) - 1]
    safe = f"{stem}.{ending.lower()}"
    return f"_{safe}" if _DEVICES.match(safe) else safe


def take_in(files: Sequence[tuple[str, Path]], corpus: Path) -> tuple[list[str], list[Refused]]:
    """Copy uploaded files into the corpus folder; a file of the same name is replaced.

    :param files: each file's name as sent, and where it lies now.
    :returns: the names taken in, and the files refused.
    """
    taken: list[str] = []
    refused = [
        Refused(name, f"more than {MAX_FILES_AT_ONCE} files at once")
        for name, _ in files[MAX_FILES_AT_ONCE:]
    ]
    room = MAX_CORPUS_BYTES - _total_bytes(corpus)
    for name, path in files[:MAX_FILES_AT_ONCE]:
        try:
            safe = clean_name(name)
            size = path.stat().st_size
            _require_acceptable(safe, size, room)
            _put(path, corpus / safe)
        except (InputError, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            refused.append(Refused(name, reason or "cannot be written"))
        else:
            room -= size
            taken.append(safe)
    return taken, refused


def remove(document: str, corpus: Path, store: Path) -> Path:
    """Move a document out of the corpus folder; gives where it lies now.

    :param document: its path relative to the corpus folder.
    :raises CorpusError: there is no such document, or it cannot be moved.
    """
    path = corpus / document
    inside = path.resolve().is_relative_to(corpus.resolve())
    hidden = any(part.startswith(".") for part in PurePosixPath(document).parts)
    if not inside or hidden or path.suffix.lower() not in accepted_kinds() or not path.is_file():
        raise CorpusError(f"there is no document {document} to remove.")
    folder = store / REMOVED / f"{datetime.now():%Y-%m-%d-%H%M%S}-{uuid4().hex[:6]}"
    try:
        folder.mkdir(parents=True)
        return Path(shutil.move(path, folder / path.name))
    except OSError as error:
        raise CorpusError(f"cannot remove {document} ({error.strerror}).") from error


def _require_acceptable(name: str, size: int, room: int) -> None:
    kinds = accepted_kinds()
    if Path(name).suffix.lower() not in kinds:
        raise InputError(f"not a kind that can be read ({', '.join(kinds)})")
    if size > MAX_UPLOAD_BYTES:
        raise InputError(f"larger than {MAX_UPLOAD_BYTES // 2**20} MB")
    if size == 0:
        raise InputError("empty")
    if size > room:
        raise InputError(f"the folder would hold more than {MAX_CORPUS_BYTES // 2**30} GB")


def _put(source: Path, target: Path) -> None:
    """Copy under a hidden name, then rename: an index under way never reads half a file."""
    beside = target.with_name(f".{uuid4().hex}.part")
    try:
        shutil.copyfile(source, beside)
        os.replace(beside, target)
    finally:
        beside.unlink(missing_ok=True)


def _total_bytes(corpus: Path) -> int:
    return sum(path.stat().st_size for path in corpus.rglob("*") if path.is_file())
