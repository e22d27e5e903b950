"""The index on disk: a folder of generations, and a manifest written last that names the live one.

    store/
      manifest.json              format, embedder, pipeline, live generation, hash of each document
      generations/<name>/        documents.json: what the generation is made of
      documents/<key>-<hash>.json    one document: its digest, facts, text, blocks, chunks
      vectors/<embedder>/<hash>.npy  vectors by the hash of their text (rag/index/vectors.py)
      lock                       one writer at a time

A generation becomes live by one atomic rename of the manifest: a reader never sees half of one, and
a killed build leaves the old one serving. The files of documents and vectors never change once they
are written and are named by the hash of their bytes, so generations share them, and what a killed
build had done is not done again. JSON and npy only; nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Self

import numpy as np
from filelock import FileLock, Timeout

from rag.documents import MAX_FILE_BYTES, corpus_files, why_not_followed
from rag.errors import CorpusError, StoreError
from rag.index.chunks import split_document
from rag.index.generation import (
    FORMAT,
    Entry,
    Generation,
    Manifest,
    Stamp,
    encode_entries,
    load,
    read_entries,
    read_manifest,
)
from rag.index.ingest import File, Reading, read_all
from rag.index.memory import peak_memory_bytes
from rag.index.passages import Part, PartFile
from rag.index.vectors import Key, VectorCache, key_of, write_whole
from rag.models.embedder import MiniLM
from rag.settings import default_store, require_corpus
from rag.types import Chunk, Embedder, FailedDocument, Matrix, SalaryFact

LOCK_TIMEOUT_SECONDS = 600
SETTLED_SECONDS = 2.0
"""A file written again within one tick of the disk's clock keeps its times (FAT's tick, the longest)."""
EMBED_WINDOW = 2048
"""Texts that are embedded at once: many, to be sorted by length; few enough to hold in memory."""
EMBED_STEP = 256
"""So many take some seconds, after which progress shows."""

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What an update of the store did, by document path.

    ``embedded`` counts the texts that had to be embedded, ``embed_seconds`` the time it took;
    ``peak_memory_bytes`` is the most memory that this process has held so far.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]
    failed: tuple[FailedDocument, ...]
    chunks: int
    facts: int
    seconds: float
    store: Path
    generation: str = ""
    embedded: int = 0
    embed_seconds: float = 0.0
    peak_memory_bytes: int = 0

    @property
    def chunks_per_second(self) -> float | None:
        """Texts embedded a second; None where none had to be."""
        return self.embedded / self.embed_seconds if self.embedded and self.embed_seconds else None


_PIPELINE = ("chunks", "ingest", "passages", "spellings")


@cache
def pipeline_fingerprint() -> str:
    """Hash of the code that turns files into chunks and facts: other code, other parts."""
    package = Path(__file__).parents[1]
    sources = sorted(
        [
            package / "types.py",
            *package.glob("documents/*.py"),
            *package.glob("facts/*.py"),
            *(package / "index" / f"{name}.py" for name in _PIPELINE),
        ]
    )
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()[:16]


def build(
    corpus: Path,
    *,
    store: Path | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
) -> IndexReport:
    """Bring the store up to date with the corpus folder; its memory does not grow with it.

    Files whose bytes are unchanged are not read again, and no text is embedded twice.

    :raises CorpusError: no such folder, or nothing readable in it.
    :raises StoreError: the store cannot be read or written, or another build holds it.
    """
    work = _Update.of(corpus, store, embedder, progress)
    with _locked(work.store, work.tick), _disk_errors(work.store):
        return work.run()


def update(
    corpus: Path,
    *,
    store: Path | None = None,
    embedder: Embedder | None = None,
    progress: Progress | None = None,
    loaded: Generation | None = None,
) -> tuple[IndexReport, Generation]:
    """Bring the store up to date as :func:`build` does, and open it.

    :param loaded: a generation opened before; what is the same in the new one is taken from it,
        and it is given back itself where nothing has changed.
    """
    work = _Update.of(corpus, store, embedder, progress)
    with _locked(work.store, work.tick), _disk_errors(work.store):
        report = work.run()
        if loaded is not None and loaded.name == report.generation:
            return report, loaded
        try:
            return report, _load_live(work.store, loaded)
        except StoreError:
            # Damaged files of our own making are made again from the documents, the truth.
            report = work.run(trusting=False)
            return report, _load_live(work.store, loaded)


# --- bringing up to date --------------------------------------------------------------


@dataclass(slots=True)
class _Update:
    corpus: Path
    store: Path
    given_embedder: Embedder | None
    tick: Progress

    @classmethod
    def of(
        cls,
        corpus: Path,
        store: Path | None,
        embedder: Embedder | None,
        progress: Progress | None,
    ) -> Self:
        return cls(
            corpus=corpus,
            store=store or default_store(corpus),
            given_embedder=embedder,
            tick=progress or (lambda _what, _done, _total: None),
        )

    def run(self, *, trusting: bool = True) -> IndexReport:
        """:param trusting: take the live generation's files for whole, unless they are missing."""
        started = time.perf_counter()
        embedder = self.given_embedder or MiniLM.when_needed()
        before = self._usable(embedder)
        found = _Found.of(self.corpus, before)
        vectors = VectorCache.open(
            self.store, embedder=embedder.fingerprint, dimension=embedder.dimension
        )
        build = _Build(self.store, embedder, vectors, found.hashes, self.tick)
        old = _live_entries(self.store, before) if before else {}
        build.reuse(old if trusting else {}, before)
        failed = found.failed | build.known_failures(before)
        self._read(found, build, failed)
        require_corpus(self.corpus)  # a folder that went away meanwhile is not an emptied one
        if not build.entries:
            reasons = "; ".join(f"{path}: {reason}" for path, reason in list(failed.items())[:3])
            raise CorpusError(f"no document in {self.corpus} could be read ({reasons})")
        generation = self._publish(build, found.stamps, failed, before, old)
        documents = {path: found.hashes[path] for path in sorted(build.entries)}
        past = before.documents if before else {}
        return IndexReport(
            added=tuple(p for p in documents if p not in past),
            changed=tuple(p for p in documents if p in past and past[p] != documents[p]),
            removed=tuple(p for p in past if p not in documents),
            unchanged=tuple(p for p in documents if past.get(p) == documents[p]),
            failed=tuple(FailedDocument(p, failed[p]) for p in sorted(failed)),
            chunks=sum(len(e.keys) for e in build.entries.values()),
            facts=sum(e.facts for e in build.entries.values()),
            seconds=round(time.perf_counter() - started, 3),
            store=self.store,
            generation=generation,
            embedded=build.embedded,
            embed_seconds=round(build.embed_seconds, 3),
            peak_memory_bytes=peak_memory_bytes(),
        )

    def _usable(self, embedder: Embedder) -> Manifest | None:
        """The manifest, where its generation was made by this embedder and this program."""
        manifest = read_manifest(self.store)
        if manifest is None or manifest.embedder != embedder.fingerprint:
            return None
        return manifest if manifest.pipeline == pipeline_fingerprint() else None

    def _read(self, found: _Found, build: _Build, failed: dict[str, str]) -> None:
        files = [f for f in found.files if f.name not in build.entries and f.name not in failed]
        done = len(build.entries) + len(failed)
        total = done + len(files)
        self.tick("reading", done, total)
        for result in read_all(files, corpus=self.corpus):
            if isinstance(result, Reading):
                build.take(result)
            elif (self.corpus / result.path).exists():
                failed[result.path] = result.reason
            done += 1
            self.tick("reading", done, total)
        build.flush()

    def _publish(
        self,
        build: _Build,
        stamps: dict[str, Stamp],
        failed: dict[str, str],
        before: Manifest | None,
        old: Mapping[str, Entry],
    ) -> str:
        """Make what was built live, unless it is what is live already; the generation's name."""
        entries = {path: build.entries[path] for path in sorted(build.entries)}
        documents = {path: build.hashes[path] for path in entries}
        same = old == entries and before is not None and before.documents == documents
        files = {entry.file for entry in entries.values()}
        if same and before is not None and before.failed == failed:
            _remove_others(self.store, before.generation, files)  # what a killed build left
            return before.generation
        name = uuid.uuid4().hex[:12]
        data = encode_entries(entries.values())
        write_whole(self.store / "generations" / name / "documents.json", data)
        manifest = Manifest(
            format=FORMAT,
            embedder=build.embedder.fingerprint,
            dimension=build.embedder.dimension,
            pipeline=pipeline_fingerprint(),
            generation=name,
            files={"documents.json": hashlib.sha256(data).hexdigest()},
            documents=documents,
            failed=dict(sorted(failed.items())),
            failed_hashes={p: build.hashes[p] for p in sorted(failed) if p in build.hashes},
            stamps=stamps,
        )
        write_whole(self.store / "manifest.json", manifest.model_dump_json(indent=1).encode())
        _remove_others(self.store, name, files)
        return name


@dataclass(frozen=True, slots=True)
class _Found:
    """The files of the corpus folder, the hash of each one's bytes, the stamps of those that have
    not changed of late, and what could not be opened."""

    files: tuple[File, ...]
    hashes: dict[str, str]
    stamps: dict[str, Stamp]
    failed: dict[str, str]

    @classmethod
    def of(cls, corpus: Path, before: Manifest | None) -> Self:
        """:param before: knows the hashes of files that it has seen as they are now.
        :raises CorpusError: no such folder, or nothing readable in it.
        """
        known = before.failed_hashes | before.documents if before else {}
        files: list[File] = []
        hashes: dict[str, str] = {}
        stamps: dict[str, Stamp] = {}
        failed: dict[str, str] = {}
        for path in _listed(corpus):
            name = path.relative_to(corpus).as_posix()
            try:
                name.encode()
                if reason := why_not_followed(path, corpus=corpus):
                    failed[name] = reason
                    continue
                stamp, settled = _stamp_of(path)
                if stamp[0] > MAX_FILE_BYTES:
                    failed[name] = f"larger than {MAX_FILE_BYTES // 1024 // 1024} MB: split it"
                    continue
                seen = before is not None and before.stamps.get(name) == stamp
                hashes[name] = known[name] if seen and name in known else _hash_of(path)
                if settled:
                    stamps[name] = stamp
            except UnicodeEncodeError:
                shown = name.encode("utf-8", "replace").decode()
                failed[shown] = "its name is not valid text: rename it"
            except FileNotFoundError:
                continue  # removed since the folder was listed
            except OSError as error:
                failed[name] = error.strerror or "cannot be opened"
            else:
                files.append(File(path, name, stamp[0]))
        if not files and not failed:
            raise CorpusError(
                f"no readable documents in {corpus}: put .md, .txt, .html, .pdf, .docx, .xlsx or"
                " .csv files there"
            )
        return cls(tuple(files), hashes, stamps, failed)


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _listed(corpus: Path) -> list[Path]:
    """:raises CorpusError: no such folder, or it goes away while it is listed."""
    try:
        return list(corpus_files(corpus))
    except OSError as error:
        raise CorpusError(
            f"cannot list {corpus} ({error.strerror}): index again when it is there"
        ) from error


def _stamp_of(path: Path) -> tuple[Stamp, bool]:
    """A file's stamp, and whether no later change can leave it as it is.

    :raises OSError: the file is gone, or may not be looked at.
    """
    found = path.stat()
    latest = max(found.st_mtime_ns, found.st_ctime_ns)
    settled = time.time_ns() - latest > SETTLED_SECONDS * 1e9
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino), settled


@dataclass(slots=True)
class _Build:
    """Entries of the generation that is being made, and the texts that wait to be embedded."""

    store: Path
    embedder: Embedder
    vectors: VectorCache
    hashes: dict[str, str]
    tick: Progress
    entries: dict[str, Entry] = field(default_factory=dict)
    embedded: int = 0
    embed_seconds: float = 0.0
    _waiting: dict[Key, str] = field(default_factory=dict)

    def reuse(self, live: Mapping[str, Entry], before: Manifest | None) -> None:
        """Take over what the store has of the files as they are now: from the live generation, or
        from a build that was killed."""
        there = {path.name for path in (self.store / "documents").glob("*.json")}
        by_key = {name.split("-")[0]: name for name in there}
        for path, digest in self.hashes.items():
            entry = live.get(path)
            if entry and (
                before is None or before.documents[path] != digest or entry.file not in there
            ):
                entry = None
            if entry is None and (name := by_key.get(self._part_key(path))):
                entry = self._whole_entry(name)
            if entry and all(bytes.fromhex(key) in self.vectors for key in entry.keys):
                self.entries[path] = entry

    def known_failures(self, before: Manifest | None) -> dict[str, str]:
        """Files that could not be read as they are now: they are not tried again."""
        if before is None:
            return {}
        return {
            path: reason
            for path, reason in before.failed.items()
            if path in self.hashes and before.failed_hashes.get(path) == self.hashes[path]
        }

    def take(self, reading: Reading) -> None:
        """Cut a document into chunks, write its part, and note what has to be embedded."""
        document = reading.document
        self.hashes[document.path] = document.content_hash  # changed since it was hashed
        chunks = tuple(
            split_document(
                document,
                max_tokens=self.embedder.max_tokens,
                count_tokens=self.embedder.count_tokens,
                sentences=reading.sentences,
            )
        )
        key = self._part_key(document.path)
        file = PartFile.encode(key, Part(document, chunks), reading.facts)
        write_whole(self.store / "documents" / file.name, file.data)
        self.entries[document.path] = _entry(file.name, document.path, chunks, reading.facts)
        for chunk in chunks:
            if (text_key := key_of(chunk.embedding_text)) not in self.vectors:
                self._waiting[text_key] = chunk.embedding_text
        self.flush(least=EMBED_WINDOW)

    def flush(self, *, least: int = 1) -> None:
        """Embed what waits and write it, a window at a time, while there is so much of it."""
        while len(self._waiting) >= least:
            window = islice(self._waiting.items(), EMBED_WINDOW)
            keys, texts = zip(*sorted(window, key=lambda item: len(item[1])), strict=True)
            self.vectors.add(keys, self._embed(texts))
            for key in keys:
                del self._waiting[key]

    def _embed(self, texts: Sequence[str]) -> Matrix:
        """A window's vectors, some at a time, so that progress shows."""
        total = self.embedded + len(self._waiting)
        self.tick("embedding", self.embedded, total)
        started = time.perf_counter()
        parts = []
        for start in range(0, len(texts), EMBED_STEP):
            parts.append(self.embedder.embed(texts[start : start + EMBED_STEP]))
            self.embedded += len(parts[-1])
            self.tick("embedding", self.embedded, total)
        self.embed_seconds += time.perf_counter() - started
        return np.concatenate(parts)

    def _part_key(self, path: str) -> str:
        """Of all that a part is made from."""
        parts = (path, self.hashes[path], pipeline_fingerprint(), self.embedder.fingerprint)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]

    def _whole_entry(self, name: str) -> Entry | None:
        try:
            file = PartFile.read(self.store / "documents", name)
            part = file.part()
            return _entry(name, part.document.path, part.chunks, file.facts())
        except StoreError:
            return None


def _entry(name: str, path: str, chunks: Sequence[Chunk], facts: Sequence[SalaryFact]) -> Entry:
    keys = tuple(key_of(chunk.embedding_text).hex() for chunk in chunks)
    return Entry(path, name, keys, len(facts))


def _remove_others(store: Path, generation: str, files: set[str]) -> None:
    """Remove what the live generation does not use; vectors stay, for texts that come back."""
    for folder in (store / "generations").iterdir():
        if folder.name != generation:
            shutil.rmtree(folder, ignore_errors=True)
    with os.scandir(store / "documents") as found:
        for item in found:
            if item.name not in files:
                with suppress(OSError):
                    os.unlink(item.path)
    for path in (store / "vectors").glob("*/*.new"):
        with suppress(OSError):
            path.unlink()


def _load_live(store: Path, previous: Generation | None) -> Generation:
    manifest = read_manifest(store)
    if manifest is None:
        raise StoreError(f"{store} holds no index: index again")
    return load(store, manifest, previous=previous)


def _live_entries(store: Path, manifest: Manifest) -> dict[str, Entry]:
    """By document path; none where the generation is damaged, since it is made again then."""
    try:
        return {entry.path: entry for entry in read_entries(store, manifest)}
    except StoreError:
        return {}


# --- the disk -------------------------------------------------------------------------


@contextmanager
def _locked(store: Path, tick: Progress) -> Iterator[None]:
    """Alone in the store; not alone where nobody can write to it, and it is only read."""
    lock = FileLock(store / "lock", timeout=LOCK_TIMEOUT_SECONDS)
    try:
        store.mkdir(parents=True, exist_ok=True)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tick("waiting for another career-chat that is indexing", 0, 1)
            lock.acquire()
    except Timeout:
        raise StoreError(
            f"another career-chat is indexing into {store}: wait for it to end"
        ) from None
    except OSError as error:
        if not (store / "manifest.json").is_file():
            raise StoreError(
                f"cannot write to {store} ({error.strerror}): choose another --store"
            ) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _disk_errors(store: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or error
        raise StoreError(
            f"cannot write to {store} ({reason}): the old index is untouched"
        ) from error
