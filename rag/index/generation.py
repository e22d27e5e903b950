"""A generation of the index on disk, opened: the manifest that names it, what it is made of.

Nothing is written here; see ``store.py`` for how a generation comes about.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel, TypeAdapter, ValidationError

from rag.errors import StoreError
from rag.index.passages import Digest, Documents, PartFile, Parts, Passages, damaged
from rag.index.vectors import VectorCache
from rag.types import Document, FailedDocument, Matrix, SalaryFact

if TYPE_CHECKING:
    from rag.index.nearest import FlatIndex

FORMAT = 4

Stamp = tuple[int, int, int, int]
"""A file's size, its times of modification and change in nanoseconds, its number on the disk."""


class Manifest(BaseModel):
    """What the store holds; the last file written. ``files`` has the hash of each file of the
    live generation, ``documents`` that of each document's bytes, ``failed`` why a file is not
    served and ``failed_hashes`` the hash of its bytes. A file that still has its stamp of
    ``stamps`` has the bytes that were hashed."""

    format: int
    embedder: str
    dimension: int
    pipeline: str
    generation: str
    files: dict[str, str]
    documents: dict[str, str]
    failed: dict[str, str] = {}
    failed_hashes: dict[str, str] = {}
    stamps: dict[str, Stamp] = {}


@dataclass(frozen=True, slots=True)
class Entry:
    """A part in the store: the name of its file, the keys of its chunks' vectors, in hex."""

    path: str
    file: str
    keys: tuple[str, ...]
    facts: int


_ENTRIES = TypeAdapter(tuple[Entry, ...])


class Generation:
    """Everything read from the documents. The index has a row a chunk.

    All of it is in memory, as bytes at first: documents, chunks and facts are decoded when they
    are asked for.
    """

    def __init__(
        self,
        manifest: Manifest,
        entries: Iterable[Entry],
        parts: Parts,
        index: FlatIndex,
    ) -> None:
        self.name = manifest.generation
        self.failed = tuple(FailedDocument(p, r) for p, r in manifest.failed.items())
        self.entries = tuple(entries)
        self.parts = parts
        self.index = index
        self.by_path = Documents(parts)
        self.chunks = Passages(parts, {e.path: len(e.keys) for e in self.entries})

    @cached_property
    def digests(self) -> dict[str, Digest]:
        """By the path of the document."""
        return {e.path: self.parts.files[e.path].digest() for e in self.entries}

    @cached_property
    def facts(self) -> tuple[SalaryFact, ...]:
        return tuple(f for e in self.entries if e.facts for f in self.parts.files[e.path].facts())

    @property
    def documents(self) -> tuple[Document, ...]:
        """All documents, each decoded."""
        return tuple(self.by_path.values())

    @property
    def vectors(self) -> Matrix:
        """A row a chunk, shape (len(chunks), dimension)."""
        return self.index.vectors()


def read_manifest(store: Path) -> Manifest | None:
    """The manifest, or None where there is none of this format.

    :raises StoreError: a newer program wrote this store.
    """
    try:
        raw = json.loads((store / "manifest.json").read_bytes())
        written = raw["format"]
        if isinstance(written, int) and written > FORMAT:
            raise StoreError(
                f"{store} was written by a newer career-chat: update, or choose another --store"
            )
        manifest = Manifest.model_validate(raw) if written == FORMAT else None
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return manifest


def load(store: Path, manifest: Manifest, *, previous: Generation | None = None) -> Generation:
    """The live generation in memory.

    :param previous: parts that are in it already are not read again.
    :raises StoreError: files of the generation are missing or damaged.
    """
    from rag.index.nearest import FlatIndex  # FAISS is needed to search, and not to build

    entries = read_entries(store, manifest)
    before = previous.parts.files if previous else {}
    kept = {file.name: file for file in before.values()}
    folder = store / "documents"
    files = {e.path: kept.get(e.file) or PartFile.read(folder, e.file) for e in entries}
    vectors = VectorCache.open(store, embedder=manifest.embedder, dimension=manifest.dimension)
    keys = [bytes.fromhex(key) for e in entries for key in e.keys]
    return Generation(
        manifest,
        entries,
        Parts(files, before=previous.parts if previous else None),
        FlatIndex.build(vectors.rows(keys), dimension=manifest.dimension),
    )


def read_entries(store: Path, manifest: Manifest) -> tuple[Entry, ...]:
    """:raises StoreError: the generation's list is missing or damaged."""
    path = store / "generations" / manifest.generation / "documents.json"
    try:
        data = path.read_bytes()
        if {"documents.json": hashlib.sha256(data).hexdigest()} != manifest.files:
            raise damaged(path)
        return _ENTRIES.validate_json(data)
    except (OSError, ValidationError) as error:
        raise damaged(path) from error


def encode_entries(entries: Iterable[Entry]) -> bytes:
    return _ENTRIES.dump_json(tuple(entries))
