"""Texts' vectors on disk: each distinct text is embedded once, ever, for one embedder.

    vectors/<embedder>/<hash>.npy        keys and vectors of one batch of texts

A file is an array of records (128 bits of the text's SHA-256, the vector in float32), written
whole under another name, named by the hash of its bytes, and never changed: a file that a killed
build left half-written, or that was damaged since, is known by its name and left out.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.errors import StoreError
from rag.types import Matrix

KEY_BYTES = 16
MAX_FILES = 24
"""With more, the small ones are merged into one."""
MERGED_ROWS = 50_000
"""A file of so many rows is left as it is when others are merged."""

Key = bytes


def key_of(text: str) -> Key:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:KEY_BYTES]


class VectorCache:
    """The vectors of one embedder. Not for two writers at once (the store's lock sees to that)."""

    def __init__(self, folder: Path, *, dimension: int) -> None:
        self._folder = folder
        self._record = np.dtype([("key", f"V{KEY_BYTES}"), ("vector", np.float32, (dimension,))])
        self._arrays: list[NDArray[np.void]] = []
        self._places: dict[Key, tuple[int, int]] = {}
        self._files: list[Path] = []

    @classmethod
    def open(cls, store: Path, *, embedder: str, dimension: int) -> VectorCache:
        """The cache in a store; damaged files in it are left out."""
        name = hashlib.sha256(embedder.encode()).hexdigest()[:16]
        cache = cls(store / "vectors" / name, dimension=dimension)
        for path in sorted(cache._folder.glob("*.npy")):
            array = cache._read(path)
            if array is not None:
                cache._take(path, array)
        return cache

    def __contains__(self, key: Key) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def add(self, keys: Sequence[Key], vectors: Matrix) -> None:
        """Write vectors of texts that are not in the cache yet; shape (len(keys), dimension).

        :raises OSError: the disk is full, or not writable.
        """
        records = np.empty(len(keys), dtype=self._record)
        records["key"] = np.frombuffer(b"".join(keys), dtype=f"V{KEY_BYTES}")
        records["vector"] = vectors
        self._write(records)
        if len(self._files) > MAX_FILES:
            self._merge()

    def rows(self, keys: Sequence[Key]) -> Iterator[Matrix]:
        """The vectors of keys, in order, in batches of shape (n, dimension).

        :raises StoreError: a key is not in the cache.
        """
        for start in range(0, len(keys), 4096):
            batch = keys[start : start + 4096]
            matrix = np.empty((len(batch), self._record["vector"].shape[0]), dtype=np.float32)
            for row, key in enumerate(batch):
                place = self._places.get(key)
                if place is None:
                    raise StoreError(f"{self._folder} is damaged: index again")
                matrix[row] = self._arrays[place[0]][place[1]]["vector"]
            yield matrix

    def _read(self, path: Path) -> NDArray[np.void] | None:
        try:
            with path.open("rb") as file:
                whole = hashlib.file_digest(file, "sha256").hexdigest()[:32] == path.stem
            if not whole:
                return None
            array: NDArray[np.void] = np.load(path, mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError):
            return None
        return array if array.dtype == self._record and array.ndim == 1 else None

    def _take(self, path: Path, array: NDArray[np.void]) -> None:
        number = len(self._arrays)
        self._arrays.append(array)
        self._files.append(path)
        keys = np.ascontiguousarray(array["key"]).tobytes()
        for row in range(len(array)):
            self._places[keys[row * KEY_BYTES : (row + 1) * KEY_BYTES]] = (number, row)

    def _write(self, records: NDArray[np.void]) -> None:
        buffer = io.BytesIO()
        np.save(buffer, records, allow_pickle=False)
        data = buffer.getbuffer()
        path = self._folder / f"{hashlib.sha256(data).hexdigest()[:32]}.npy"
        write_whole(path, data)
        array = self._read(path)
        if array is None:
            raise OSError(f"{path} was not written as it should be")
        self._take(path, array)

    def _merge(self) -> None:
        """The small files as one; a key is kept once. A crash in between only leaves both."""
        small = [i for i, array in enumerate(self._arrays) if len(array) < MERGED_ROWS]
        kept = {i: [r for n, r in self._places.values() if n == i] for i in small}
        records = np.concatenate([self._arrays[i][kept[i]] for i in small])
        files = [self._files[i] for i in small]
        large = [i for i in range(len(self._arrays)) if i not in kept]
        arrays, paths = [self._arrays[i] for i in large], [self._files[i] for i in large]
        self._arrays, self._files, self._places = [], [], {}
        for path, array in zip(paths, arrays, strict=True):
            self._take(path, array)
        self._write(records)
        for path in files:
            if path not in self._files:
                path.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes | memoryview) -> None:
    """Write a file so that it is there whole or not at all, also after a power cut.

    :raises OSError: the disk is full, or not writable.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.new")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """A rename is on the disk when its folder is."""
    if os.name == "nt":  # folders cannot be opened there
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
