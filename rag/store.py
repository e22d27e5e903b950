"""The index on disk: a folder of generations, and a manifest written last that names the live one.

    store/
      manifest.json              format, embedder, pipeline, live generation, hash of each document
      generations/<name>/        documents.json, chunks.json, facts.json, index.faiss
      lock                       one writer at a time

A generation is written beside the live one and becomes live by one atomic rename of the
manifest: a reader never sees half of one, and a killed build leaves the old one serving. JSON
and FAISS's own format only; nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout
from pydantic import BaseModel, TypeAdapter, ValidationError

from rag.chunks import split_document
from rag.documents import content_hash, corpus_files, read_document
from rag.embeddings import FINGERPRINT, MiniLM
from rag.errors import CorpusError, DocumentError, StoreError
from rag.index import FlatIndex
from rag.salary.extract import extract_facts
from rag.settings import default_store
from rag.types import Chunk, Document, Embedder, FailedDocument, Matrix, SalaryFact

FORMAT = 1
FILES = ("chunks.json", "documents.json", "facts.json", "index.faiss")
LOCK_TIMEOUT_SECONDS = 600
EMBED_BATCH = 256

Progress = Callable[[str, int, int], None]

_DOCUMENTS = TypeAdapter(list[Document])
_CHUNKS = TypeAdapter(list[Chunk])
_FACTS = TypeAdapter(list[SalaryFact])


class Manifest(BaseModel):
    """What the store holds; the last file written. ``files`` has the hash of each file of the
    live generation, ``documents`` that of each document."""

    format: int
    embedder: str
    pipeline: str
    generation: str
    files: dict[str, str]
    documents: dict[str, str]
    failed: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Generation:
    """Everything read from the documents, in memory. ``vectors`` has a row a chunk."""

    documents: tuple[Document, ...]
    chunks: tuple[Chunk, ...]
    facts: tuple[SalaryFact, ...]
    failed: tuple[FailedDocument, ...]
    vectors: Matrix
    index: FlatIndex


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an update of the store did, by document path."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[FailedDocument, ...]
    chunks: int
    facts: int
    seconds: float
    store: Path


@cache
def pipeline_fingerprint() -> str:
    """Hash of the code that turns files into chunks and facts: other code, other store."""
    package = Path(__file__).parent
    sources = sorted(
        [
            *package.glob("documents/*.py"),
            *package.glob("salary/*.py"),
            package / "sentences.py",
            package / "chunks.py",
        ]
    )
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def update(
    corpus: Path,
    *,
    store: Path | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> tuple[IndexReport, Generation]:
    """Bring the store up to date with the corpus folder, and open it.

    Documents whose bytes are unchanged are not read again, and no text is embedded twice.

    :raises CorpusError: no such folder, or nothing readable in it.
    :raises StoreError: the store cannot be read or written, or another build holds it.
    """
    started = time.perf_counter()
    store = store or default_store(corpus)
    tick = progress or (lambda _what, _done, _total: None)
    files = {path.relative_to(corpus).as_posix(): path for path in corpus_files(corpus)}
    if not files:
        raise CorpusError(f"no readable documents in {corpus}: put .md or .txt files there")
    with _locked(store), _disk_errors(store):
        old_manifest, old = _open_old(store, embedder)
        build = _read_all(corpus, files, old_manifest, old, tick)
        if not build.documents:
            reasons = "; ".join(f"{f.path}: {f.reason}" for f in build.failed[:3])
            raise CorpusError(f"no document in {corpus} could be read ({reasons})")
        hashes = {d.path: d.content_hash for d in build.documents}
        before = old_manifest.documents if old_manifest else {}
        same_failures = old is not None and {f.path: f.reason for f in old.failed} == {
            f.path: f.reason for f in build.failed
        }
        if old is not None and hashes == before and same_failures:
            generation = old
        else:
            generation = _build(store, build, old, embedder or MiniLM.load(), tick)
    report = IndexReport(
        added=tuple(p for p in hashes if p not in before),
        changed=tuple(p for p in hashes if p in before and before[p] != hashes[p]),
        removed=tuple(p for p in before if p not in hashes),
        unchanged=tuple(p for p in hashes if before.get(p) == hashes[p]),
        failed=build.failed,
        chunks=len(generation.chunks),
        facts=len(generation.facts),
        seconds=round(time.perf_counter() - started, 3),
        store=store,
    )
    return report, generation


@dataclass(frozen=True, slots=True)
class _Build:
    documents: tuple[Document, ...]
    failed: tuple[FailedDocument, ...]
    reused: frozenset[str]


def _read_all(
    corpus: Path,
    files: dict[str, Path],
    manifest: Manifest | None,
    old: Generation | None,
    tick: Progress,
) -> _Build:
    known = {d.path: d for d in old.documents} if old and manifest else {}
    documents: list[Document] = []
    failed: list[FailedDocument] = []
    reused: set[str] = set()
    for done, (name, path) in enumerate(files.items()):
        tick("reading", done, len(files))
        try:
            data = path.read_bytes()
            if name in known and known[name].content_hash == content_hash(data):
                documents.append(known[name])
                reused.add(name)
            else:
                documents.append(read_document(path, corpus=corpus, data=data))
        except DocumentError as error:
            failed.append(FailedDocument(name, str(error)))
        except OSError as error:
            failed.append(FailedDocument(name, error.strerror or "cannot be opened"))
    tick("reading", len(files), len(files))
    return _Build(tuple(documents), tuple(failed), frozenset(reused))


def _build(
    store: Path, build: _Build, old: Generation | None, embedder: Embedder, tick: Progress
) -> Generation:
    chunks: list[Chunk] = []
    facts: list[SalaryFact] = []
    for document in build.documents:
        if old and document.path in build.reused:
            chunks.extend(c for c in old.chunks if c.document == document.path)
            facts.extend(f for f in old.facts if f.document == document.path)
            continue
        chunks.extend(
            split_document(
                document, max_tokens=embedder.max_tokens, count_tokens=embedder.count_tokens
            )
        )
        facts.extend(extract_facts(document))
    vectors = _embed(chunks, old, embedder, tick)
    generation = Generation(
        documents=build.documents,
        chunks=tuple(chunks),
        facts=tuple(facts),
        failed=build.failed,
        vectors=vectors,
        index=FlatIndex.build(vectors),
    )
    _write(store, generation, embedder.fingerprint)
    return generation


def _embed(
    chunks: Sequence[Chunk], old: Generation | None, embedder: Embedder, tick: Progress
) -> Matrix:
    """A row a chunk; texts that the old generation embedded keep their vectors."""
    known = (
        {c.embedding_text: v for c, v in zip(old.chunks, old.vectors, strict=True)} if old else {}
    )
    new = sorted({c.embedding_text for c in chunks} - known.keys(), key=len)
    for start in range(0, len(new), EMBED_BATCH):
        tick("embedding", start, len(new))
        batch = new[start : start + EMBED_BATCH]
        known.update(zip(batch, embedder.embed(batch), strict=True))
    tick("embedding", len(new), len(new))
    if not chunks:
        return np.empty((0, embedder.dimension), dtype=np.float32)
    return np.ascontiguousarray(
        np.stack([known[c.embedding_text] for c in chunks]), dtype=np.float32
    )


def _write(store: Path, generation: Generation, embedder: str) -> None:
    name = uuid.uuid4().hex[:12]
    folder = store / "generations" / name
    folder.mkdir(parents=True)
    try:
        _write_file(folder / "documents.json", _DOCUMENTS.dump_json(list(generation.documents)))
        _write_file(folder / "chunks.json", _CHUNKS.dump_json(list(generation.chunks)))
        _write_file(folder / "facts.json", _FACTS.dump_json(list(generation.facts)))
        generation.index.save(folder / "index.faiss")
        _sync(folder / "index.faiss")
        manifest = Manifest(
            format=FORMAT,
            embedder=embedder,
            pipeline=pipeline_fingerprint(),
            generation=name,
            files={p.name: content_hash(p.read_bytes()) for p in sorted(folder.iterdir())},
            documents={d.path: d.content_hash for d in generation.documents},
            failed={f.path: f.reason for f in generation.failed},
        )
        beside = store / "manifest.json.new"
        _write_file(beside, manifest.model_dump_json(indent=1).encode())
        os.replace(beside, store / "manifest.json")
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    for other in (store / "generations").iterdir():
        if other.name != name:
            shutil.rmtree(other, ignore_errors=True)


def _write_file(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _open_old(store: Path, embedder: Embedder | None) -> tuple[Manifest | None, Generation | None]:
    """The live generation, or nothing where there is none that this program can use."""
    manifest = read_manifest(store)
    if manifest is None:
        return None, None
    fingerprint = embedder.fingerprint if embedder else FINGERPRINT
    if manifest.embedder != fingerprint or manifest.pipeline != pipeline_fingerprint():
        return None, None
    try:
        return manifest, load(store, manifest)
    except StoreError:
        # Damaged files of our own making are rebuilt from the documents, which are the truth.
        return None, None


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
        manifest = Manifest.model_validate(raw)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return manifest if manifest.format == FORMAT else None


def load(store: Path, manifest: Manifest) -> Generation:
    """:raises StoreError: files of the generation are missing or damaged."""
    folder = store / "generations" / manifest.generation
    try:
        data = {name: (folder / name).read_bytes() for name in FILES}
        if {name: content_hash(d) for name, d in data.items()} != manifest.files:
            raise StoreError(f"{folder} is damaged: delete the store and index again")
        documents = _DOCUMENTS.validate_json(data["documents.json"])
        chunks = _CHUNKS.validate_json(data["chunks.json"])
        facts = _FACTS.validate_json(data["facts.json"])
    except (OSError, ValidationError) as error:
        raise StoreError(f"{folder} is damaged: delete the store and index again") from error
    index = FlatIndex.load(folder / "index.faiss")
    return Generation(
        documents=tuple(documents),
        chunks=tuple(chunks),
        facts=tuple(facts),
        failed=tuple(FailedDocument(p, r) for p, r in manifest.failed.items()),
        vectors=index.vectors(),
        index=index,
    )


@contextmanager
def _locked(store: Path) -> Iterator[None]:
    try:
        store.mkdir(parents=True, exist_ok=True)
        with FileLock(store / "lock", timeout=LOCK_TIMEOUT_SECONDS):
            yield
    except Timeout:
        raise StoreError(
            f"another career-chat is indexing into {store}: wait for it to end"
        ) from None
    except OSError as error:
        raise StoreError(
            f"cannot write to {store} ({error.strerror}): choose another --store"
        ) from error


@contextmanager
def _disk_errors(store: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"cannot write to {store} ({error.strerror}): the old index is untouched"
        ) from error
    finally:
        with suppress(OSError):
            (store / "manifest.json.new").unlink()
