"""What each document gives to the index, as a file of the store: an array in JSON, an item a line.

The first is the digest: what look-ups over all documents need (title, words of each passage). The
second is the facts about pay, the third the document without its blocks; these and the passages
follow, some at a time, since JSON takes ten times its size while it is decoded. The file is kept
as it is read and its items are decoded when someone asks for them, so that a store of many
documents opens quickly and is not held in memory as objects.
"""

from __future__ import annotations

import hashlib
import io
import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, islice
from pathlib import Path
from typing import TypeVar, overload

from pydantic import TypeAdapter, ValidationError

from rag.documents.words import terms, words
from rag.errors import StoreError
from rag.index.spellings import Spellings
from rag.types import Block, Chunk, Document, SalaryFact

T = TypeVar("T")

BLOCKS_AN_ITEM = 5000
CHUNKS_AN_ITEM = 500
MAX_DECODED = 2048
"""Documents that are kept decoded; those asked for last."""


@dataclass(frozen=True, slots=True)
class Digest:
    """What look-ups need of a document without its text: ``terms`` has the stems of each passage,
    in order, apart by spaces; ``words`` those that a typing error may be mended to; ``lower`` and
    ``names`` are its :class:`Spellings`."""

    title: str
    date: str | None
    terms: tuple[str, ...]
    words: tuple[str, ...]
    lower: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, document: Document, chunks: Sequence[Chunk]) -> Digest:
        spellings = Spellings.of(chunks)
        return cls(
            title=document.title,
            date=document.date,
            terms=tuple(" ".join(terms(_searched_text(c))) for c in chunks),
            words=tuple(
                sorted(
                    {
                        w
                        for c in chunks
                        for w in words(c.embedding_text)
                        if w.isalpha() and len(w) > 2
                    }
                )
            ),
            lower=tuple(sorted(spellings.lower)),
            names=tuple(sorted(spellings.names)),
        )


def _searched_text(chunk: Chunk) -> str:
    """What was embedded, and the end of a sentence too long for the embedder's window."""
    last = chunk.sentences[-1].plain
    text = chunk.embedding_text
    return text if text.endswith(last) else f"{text}\n{last}"


@dataclass(frozen=True, slots=True)
class Part:
    """A document and its passages."""

    document: Document
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class _Head:
    """A document without its blocks, and how many items of the file hold these."""

    document: Document
    items_of_blocks: int


_DIGEST = TypeAdapter(Digest)
_FACTS = TypeAdapter(tuple[SalaryFact, ...])
_HEAD = TypeAdapter(_Head)
_BLOCKS = TypeAdapter(tuple[Block, ...])
_CHUNKS = TypeAdapter(tuple[Chunk, ...])


@dataclass(frozen=True, slots=True)
class PartFile:
    """The bytes of a part's file."""

    name: str
    data: bytes

    @classmethod
    def encode(cls, key: str, part: Part, facts: Sequence[SalaryFact]) -> PartFile:
        """:param key: what the name begins with; the hash of the bytes follows."""
        digest = _DIGEST.dump_json(Digest.of(part.document, part.chunks))
        blocks = [_BLOCKS.dump_json(b) for b in _batches(part.document.blocks, BLOCKS_AN_ITEM)]
        chunks = [_CHUNKS.dump_json(c) for c in _batches(part.chunks, CHUNKS_AN_ITEM)]
        head = _HEAD.dump_json(_Head(replace(part.document, blocks=()), len(blocks)))
        items = [digest, _FACTS.dump_json(tuple(facts)), head, *blocks, *chunks]
        data = b"[\n" + b",\n".join(items) + b"\n]\n"
        return cls(f"{key}-{hashlib.sha256(data).hexdigest()[:32]}.json", data)

    @classmethod
    def read(cls, folder: Path, name: str) -> PartFile:
        """:raises StoreError: the file is missing or its bytes are not those its name tells."""
        path = folder / name
        try:
            data = path.read_bytes()
        except OSError as error:
            raise damaged(path) from error
        if not name.endswith(f"-{hashlib.sha256(data).hexdigest()[:32]}.json"):
            raise damaged(path)
        return cls(name, data)

    def digest(self) -> Digest:
        return self._decode(_DIGEST, next(self._items()))

    def facts(self) -> tuple[SalaryFact, ...]:
        return self._decode(_FACTS, next(islice(self._items(), 1, None)))

    def part(self) -> Part:
        items = islice(self._items(), 2, None)
        head = self._decode(_HEAD, next(items))
        of_blocks = islice(items, head.items_of_blocks)
        blocks = tuple(b for item in of_blocks for b in self._decode(_BLOCKS, item))
        chunks = tuple(c for item in items for c in self._decode(_CHUNKS, item))
        return Part(replace(head.document, blocks=blocks), chunks)

    def _items(self) -> Iterator[bytes]:
        for line in io.BytesIO(self.data):
            if line not in {b"[\n", b"]\n"}:
                yield line.rstrip(b",\n")

    def _decode(self, adapter: TypeAdapter[T], item: bytes) -> T:
        try:
            return adapter.validate_json(item)
        except ValidationError as error:
            raise StoreError(f"{self.name} is of another program: index again") from error


def _batches(items: tuple[T, ...], size: int) -> Iterator[tuple[T, ...]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def damaged(path: Path) -> StoreError:
    return StoreError(f"{path} is damaged: delete the store and index again")


class Parts:
    """The parts of a generation by the path of their document, decoded when asked for.

    Safe to use from several threads.
    """

    def __init__(self, files: Mapping[str, PartFile], *, before: Parts | None = None) -> None:
        """:param before: what is decoded there already is not decoded again."""
        self.files = files
        self._lock: threading.Lock = before._lock if before else threading.Lock()
        self._decoded: OrderedDict[str, Part] = before._decoded if before else OrderedDict()

    def __getitem__(self, path: str) -> Part:
        """:raises KeyError: there is no document of that path."""
        file = self.files[path]
        with self._lock:
            part = self._decoded.pop(file.name, None)
            if part is not None:
                self._decoded[file.name] = part
                return part
        part = file.part()
        with self._lock:
            part = self._decoded.setdefault(file.name, part)
            while len(self._decoded) > MAX_DECODED:
                self._decoded.popitem(last=False)
        return part


class Documents(Mapping[str, Document]):
    """Documents by path."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def __getitem__(self, path: str) -> Document:
        return self._parts[path].document

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts.files)

    def __len__(self) -> int:
        return len(self._parts.files)


class Passages(Sequence[Chunk]):
    """The chunks of all documents, in the order of these."""

    def __init__(self, parts: Parts, counts: Mapping[str, int]) -> None:
        """:param counts: how many chunks each document has."""
        self._parts = parts
        self._paths = list(counts)
        self._ends = list(accumulate(counts.values()))
        self._numbers = {path: number for number, path in enumerate(self._paths)}

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    @overload
    def __getitem__(self, index: int) -> Chunk: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[Chunk, ...]: ...

    def __getitem__(self, index: int | slice) -> Chunk | tuple[Chunk, ...]:
        if isinstance(index, slice):
            return tuple(self[i] for i in range(*index.indices(len(self))))
        at = index + len(self) if index < 0 else index
        if not 0 <= at < len(self):
            raise IndexError(index)
        number = bisect_right(self._ends, at)
        start = self._ends[number - 1] if number else 0
        return self._parts[self._paths[number]].chunks[at - start]

    def __iter__(self) -> Iterator[Chunk]:
        for path in self._paths:
            yield from self._parts[path].chunks

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def document_at(self, index: int) -> str:
        """The path of the document that a chunk is of."""
        return self._paths[bisect_right(self._ends, index)]

    def places_of(self, path: str) -> range:
        """Where the chunks of one document are among all."""
        number = self._numbers[path]
        return range(self._ends[number - 1] if number else 0, self._ends[number])

    def of(self, path: str) -> tuple[Chunk, ...]:
        """The chunks of one document."""
        return self._parts[path].chunks
