"""Files -> readings (document, sentences, facts), each file within limits, several at once.

Files come from anyone, and their parsers are large: a file may hang one, exhaust memory or crash
it. So all but a few small texts are read in worker processes (``python -m rag.index.ingest``), which
take paths and give back JSON over pipes; one that takes too long or dies is replaced, and its file
is reported. A worker loads no model and ends with its parent, however that ended, also in the
middle of a file.
"""

from __future__ import annotations

import math
import os
import queue
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, takewhile
from pathlib import Path
from typing import IO

from pydantic import BaseModel, TypeAdapter, ValidationError

from rag.documents import MAX_FILE_BYTES, read_document
from rag.documents.sentences import block_sentences
from rag.errors import DocumentError
from rag.facts.extract import extract_facts
from rag.types import Block, Document, FailedDocument, SalaryFact, Sentence

SMALL_BYTES = 512 * 1024
"""Texts that are no more than this together are read without a worker."""
SECONDS_PER_FILE = 120.0
SECONDS_PER_MEGABYTE = 20.0
MAX_BLOCKS_FOR_FACTS = 10_000
"""Figures of pay are looked for in so many blocks of a document: the rows of a larger data set are
found by search, as all text is, but would take hours to understand one by one."""
MAX_CHARS_FOR_FACTS = 4_000_000
"""And in blocks that are no longer than this together."""
MAX_WORKER_BYTES = 4 * 1024**3
MAX_WORKERS = 8
_WAITING = 4
"""Readings that may wait to be taken; with those under way they bound the memory in use."""
_PLAIN_TEXTS = frozenset({".md", ".markdown", ".txt", ".csv", ".tsv"})


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: where it is, its path within the corpus, its size."""

    path: Path
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Reading:
    """What is read of one file; ``sentences`` has a tuple a block of the document."""

    document: Document
    sentences: tuple[tuple[Sentence, ...], ...]
    facts: tuple[SalaryFact, ...]


def read_all(
    files: Sequence[File], *, corpus: Path, seconds_per_file: float = SECONDS_PER_FILE
) -> Iterator[Reading | FailedDocument]:
    """Every file once, as it gets done; in no certain order."""
    small = sum(f.size_bytes for f in files) <= SMALL_BYTES
    if small and all(f.path.suffix.lower() in _PLAIN_TEXTS for f in files):
        for file in files:
            yield read_file(file.path, corpus=corpus, name=file.name)
        return
    yield from _Workers(files, corpus, seconds_per_file).results()


def read_file(path: Path, *, corpus: Path, name: str) -> Reading | FailedDocument:
    """One file, or why it cannot be read."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise DocumentError(f"larger than {MAX_FILE_BYTES // 1024 // 1024} MB: split it")
        document = read_document(path, corpus=corpus, data=path.read_bytes())
        sentences = tuple(tuple(block_sentences(document, b)) for b in document.blocks)
        return Reading(document, sentences, tuple(extract_facts(_beginning(document))))
    except DocumentError as error:
        return FailedDocument(name, str(error))
    except OSError as error:
        return FailedDocument(name, error.strerror or "cannot be opened")
    except MemoryError:
        return FailedDocument(name, "needs too much memory to be read: split it")
    except Exception as error:
        # Parsers of others' formats fail in ways that nobody lists; one file must not stop the rest.
        return FailedDocument(
            name, f"damaged, or not of its kind ({type(error).__name__}): save it again"
        )


def _beginning(document: Document) -> Document:
    """The first blocks, as many as figures of pay are looked for in."""
    blocks = document.blocks[:MAX_BLOCKS_FOR_FACTS]
    ends = accumulate(b.span.end - b.span.start for b in blocks)
    count = sum(1 for _ in takewhile(lambda chars: chars <= MAX_CHARS_FOR_FACTS, ends))
    return replace(document, blocks=blocks[:count])


# --- worker processes -----------------------------------------------------------------


class _Request(BaseModel):
    path: Path
    corpus: Path
    name: str
    limit_seconds: float


@dataclass(frozen=True, slots=True)
class _Head:
    """A reading without its blocks and their sentences, and how many messages with these follow."""

    document: Document
    facts: tuple[SalaryFact, ...]
    messages: int


_HEAD: TypeAdapter[_Head | FailedDocument] = TypeAdapter(_Head | FailedDocument)
_BLOCKS = TypeAdapter(list[tuple[Block, tuple[Sentence, ...]]])
_BLOCKS_A_MESSAGE = 5000
"""JSON takes ten times its size while it is decoded: large documents come in several messages."""
_LENGTH = struct.Struct(">Q")


class _Workers:
    """A thread a worker process: takes the next file, has it read, puts the result in a queue."""

    def __init__(self, files: Sequence[File], corpus: Path, seconds_per_file: float) -> None:
        # The large ones first, so that the last worker does not end long after the others.
        self._files = iter(sorted(files, key=lambda f: -f.size_bytes))
        self._count = len(files)
        self._corpus = corpus
        self._seconds = seconds_per_file
        self._next = threading.Lock()
        self._done: queue.Queue[Reading | FailedDocument] = queue.Queue(_WAITING)
        self._stopped = threading.Event()

    def results(self) -> Iterator[Reading | FailedDocument]:
        number = min(os.cpu_count() or 1, self._count, MAX_WORKERS)
        threads = [threading.Thread(target=self._work, daemon=True) for _ in range(number)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(self._count):
                yield self._done.get()
        finally:
            self._stopped.set()
            while any(t.is_alive() for t in threads):
                _drain(self._done)
                for thread in threads:
                    thread.join(0.05)

    def _work(self) -> None:
        worker = _Worker()
        try:
            while not self._stopped.is_set():
                with self._next:
                    file = next(self._files, None)
                if file is None:
                    return
                limit = self._seconds + SECONDS_PER_MEGABYTE * file.size_bytes / 1e6
                self._done.put(worker.read(file, corpus=self._corpus, limit_seconds=limit))
        finally:
            worker.close()


def _drain(results: queue.Queue[Reading | FailedDocument]) -> None:
    while True:
        try:
            results.get_nowait()
        except queue.Empty:
            return


class _Worker:
    """One process at a time, started when it is needed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def read(self, file: File, *, corpus: Path, limit_seconds: float) -> Reading | FailedDocument:
        process = self._process or _start()
        self._process = process
        assert process.stdin
        assert process.stdout
        late = threading.Event()

        def stop() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(limit_seconds, stop)
        timer.start()
        try:
            request = _Request(
                path=file.path.absolute(),
                corpus=corpus.absolute(),
                name=file.name,
                limit_seconds=limit_seconds,
            )
            _send(process.stdin, request.model_dump_json().encode())
            return _received(process.stdout)
        except (OSError, EOFError, ValidationError):  # of a worker of another version, say
            self.close()
            if late.is_set():
                reason = f"takes longer than {limit_seconds:.0f} s to read: split it"
            else:
                reason = (
                    "damaged: its parser crashed or ran out of memory; save it again, or split it"
                )
            return FailedDocument(file.name, reason)
        finally:
            timer.cancel()

    def close(self) -> None:
        if self._process is None:
            return
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                try:
                    pipe.close()
                except OSError:
                    continue  # what was left to send has no reader
        self._process.wait()
        self._process = None


def _start() -> subprocess.Popen[bytes]:
    root = str(Path(__file__).resolve().parents[2])
    paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    return subprocess.Popen(
        [sys.executable, "-m", "rag.index.ingest", str(os.getpid())],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        # A Ctrl-C in the terminal is the parent's to handle.
        start_new_session=True,
    )


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(_LENGTH.pack(len(data)))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """:raises EOFError: the other end closed."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data


def _answer(pipe: IO[bytes], result: Reading | FailedDocument) -> None:
    if isinstance(result, FailedDocument):
        _send(pipe, _HEAD.dump_json(result))
        return
    pairs = list(zip(result.document.blocks, result.sentences, strict=True))
    starts = range(0, len(pairs), _BLOCKS_A_MESSAGE)
    head = _Head(replace(result.document, blocks=()), result.facts, len(starts))
    _send(pipe, _HEAD.dump_json(head))
    for start in starts:
        _send(pipe, _BLOCKS.dump_json(pairs[start : start + _BLOCKS_A_MESSAGE]))


def _received(pipe: IO[bytes]) -> Reading | FailedDocument:
    """:raises EOFError: the other end closed."""
    head = _HEAD.validate_json(_receive(pipe))
    if isinstance(head, FailedDocument):
        return head
    pairs = [pair for _ in range(head.messages) for pair in _BLOCKS.validate_json(_receive(pipe))]
    return Reading(
        document=replace(head.document, blocks=tuple(block for block, _ in pairs)),
        sentences=tuple(sentences for _, sentences in pairs),
        facts=head.facts,
    )


def main() -> None:
    """A worker: reads what it is asked to until its input ends, or its parent does."""
    _limit_memory()
    threading.Thread(target=_end_after, args=[int(sys.argv[1])], daemon=True).start()
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a parser prints must not mix with the answers
    while True:
        try:
            request = _Request.model_validate_json(_receive(requests))
        except EOFError:
            return
        _limit_time(request.limit_seconds)
        result = read_file(request.path, corpus=request.corpus, name=request.name)
        _answer(answers, result)


def _end_after(parent: int) -> None:
    """End this process once its parent has ended."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _limit_time(seconds: float) -> None:
    """Have the system end this process when it has worked so long on one file: a parser that lets
    no other thread run could not be ended by one."""
    try:
        import resource
    except ImportError:  # not on this system
        return
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    limit = math.ceil(used + seconds)
    if hard == resource.RLIM_INFINITY or limit < hard:
        resource.setrlimit(resource.RLIMIT_CPU, (limit, hard))


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # not on this system
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MAX_WORKER_BYTES if hard == resource.RLIM_INFINITY else min(hard, MAX_WORKER_BYTES)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    main()
