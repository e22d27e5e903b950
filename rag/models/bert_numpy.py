"""BERT's encoder in numpy, for a few texts: token ids -> the mean of their hidden states.

The same network as ``encoder.py``, in fp32. Importing torch and loading the weights into it takes
several seconds, embedding what one edited file adds takes a tenth of one: so an update of a few
passages needs no torch at all.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LAYERS = 6
HEADS = 12
_EPSILON = 1e-12

Array = NDArray[np.float32]
Weights = Mapping[str, Array]


def load_weights(folder: Path) -> dict[str, Array]:
    """The weights in a BERT model's ``model.safetensors``, by the names that they have there.

    They are mapped, not copied: of the words' vectors, half of the file, few are ever looked at.
    (The format: https://huggingface.co/docs/safetensors, a length, a header in JSON, the numbers.)
    """
    mapped = np.memmap(folder / "model.safetensors", dtype=np.uint8, mode="r")
    start = 8 + int.from_bytes(mapped[:8].tobytes(), "little")
    header = json.loads(mapped[8:start].tobytes())
    return {
        name: np.frombuffer(mapped, np.float32, math.prod(its["shape"]), start + its["data_offsets"][0]).reshape(its["shape"])
        for name, its in header.items()
        if its.get("dtype") == "F32"
    }  # fmt: skip


def means_of_tokens(weights: Weights, texts: Sequence[Sequence[int]]) -> Array:
    """The mean of each text's last hidden states, shape (len(texts), width).

    :param texts: token ids of each, special tokens included; none is empty.
    """
    from threadpoolctl import threadpool_limits

    means = np.empty((len(texts), weights["embeddings.LayerNorm.bias"].shape[0]), dtype=np.float32)
    # Products this small gain little from threads that, on a busy processor, wait for one another:
    # 1.6 s for a passage where one thread took 0.1.
    with threadpool_limits(1, "blas"):
        for row, ids in enumerate(texts):
            means[row] = _mean_of_tokens(weights, ids)
    return means


def _mean_of_tokens(weights: Weights, ids: Sequence[int]) -> Array:
    hidden = (
        weights["embeddings.word_embeddings.weight"][list(ids)]
        + weights["embeddings.position_embeddings.weight"][: len(ids)]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    hidden = _norm(hidden, weights, "embeddings.LayerNorm")
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        mixed = _attention(hidden, weights, f"{layer}.attention.self")
        mixed = _linear(mixed, weights, f"{layer}.attention.output.dense")
        hidden = _norm(hidden + mixed, weights, f"{layer}.attention.output.LayerNorm")
        inner = _gelu(_linear(hidden, weights, f"{layer}.intermediate.dense"))
        inner = _linear(inner, weights, f"{layer}.output.dense")
        hidden = _norm(hidden + inner, weights, f"{layer}.output.LayerNorm")
    mean: Array = hidden.mean(axis=0)
    return mean


def _attention(hidden: Array, weights: Weights, name: str) -> Array:
    """Each token's mix of the values of all, shape (tokens, width)."""
    tokens, width = hidden.shape
    query, key, value = (
        _linear(hidden, weights, f"{name}.{part}").reshape(tokens, HEADS, -1).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    scores = query @ key.transpose(0, 2, 1) / np.float32((width / HEADS) ** 0.5)
    shares = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares /= shares.sum(axis=-1, keepdims=True)
    mixed: Array = (shares @ value).transpose(1, 0, 2).reshape(tokens, width)
    return mixed


def _linear(hidden: Array, weights: Weights, name: str) -> Array:
    return hidden @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]


def _norm(hidden: Array, weights: Weights, name: str) -> Array:
    centred = hidden - hidden.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + np.float32(_EPSILON))
    normed: Array = centred / spread * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return normed


def _gelu(values: Array) -> Array:
    """x * Phi(x) with the error function as in Abramowitz & Stegun, 7.1.26 (to 1.5e-7)."""
    size = np.abs(values) * np.float32(0.5**0.5)
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))  # fmt: skip
    erf = np.sign(values) * (1 - series * np.exp(-size * size))
    result: Array = np.float32(0.5) * values * (1 + erf)
    return result
