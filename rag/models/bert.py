"""BERT's encoder on the CPU in plain torch: token ids -> hidden states.

BERT as in Devlin et al., 2019, with the three projections of attention as one product. The models
here are small and start-up counts: importing transformers' BERT takes several times as long as
loading these weights. Where the processor computes in bf16 it is done in bf16, in fp32 elsewhere.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor, dtype

LAYERS = 6
HEADS = 12
WORKERS = min(4, os.cpu_count() or 1)
_EPSILON = 1e-12


def load_tokenizer(folder: Path) -> Tokenizer:
    """The base model's, without padding or truncation."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def load_weights(folder: Path, *, precision: dtype) -> dict[str, Tensor]:
    """The encoder of a BERT model of six layers, read from its ``model.safetensors``."""
    import torch
    from safetensors.torch import load_file

    base = load_file(folder / "model.safetensors")
    weights = {
        "embeddings.word": base["embeddings.word_embeddings.weight"],
        "embeddings.position": base["embeddings.position_embeddings.weight"],
        "embeddings.type": base["embeddings.token_type_embeddings.weight"],
    }
    for part in ("weight", "bias"):
        weights[f"embeddings.norm.{part}"] = base[f"embeddings.LayerNorm.{part}"]
        for layer in range(LAYERS):
            old, new = f"encoder.layer.{layer}", f"layer.{layer}"
            attention = [
                base[f"{old}.attention.self.{p}.{part}"] for p in ("query", "key", "value")
            ]
            weights[f"{new}.qkv.{part}"] = torch.cat(attention)
            weights[f"{new}.out.{part}"] = base[f"{old}.attention.output.dense.{part}"]
            weights[f"{new}.norm1.{part}"] = base[f"{old}.attention.output.LayerNorm.{part}"]
            weights[f"{new}.up.{part}"] = base[f"{old}.intermediate.dense.{part}"]
            weights[f"{new}.down.{part}"] = base[f"{old}.output.dense.{part}"]
            weights[f"{new}.norm2.{part}"] = base[f"{old}.output.LayerNorm.{part}"]
    return {name: tensor.to(precision) for name, tensor in weights.items()}


def mean_of_tokens(weights: Mapping[str, Tensor], texts: Sequence[Sequence[int]]) -> Tensor:
    """The mean of each text's last hidden states (Reimers & Gurevych, Sentence-BERT, 2019).

    :param texts: token ids of each, special tokens included; none is empty.
    :returns: shape (len(texts), width), float32.
    """
    hidden, mask = _states(weights, texts)
    kept = mask.unsqueeze(-1)
    return (hidden * kept).sum(dim=1) / kept.sum(dim=1)


def states_of_tokens(weights: Mapping[str, Tensor], texts: Sequence[Sequence[int]]) -> list[Tensor]:
    """Each text's last hidden states, shape (number of its tokens, width), float32.

    :param texts: token ids of each, special tokens included; none is empty.
    """
    hidden, _ = _states(weights, texts)
    return [hidden[row, : len(text)] for row, text in enumerate(texts)]


def _states(weights: Mapping[str, Tensor], texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Hidden states, shape (texts, longest, width), float32, and which of them are of tokens."""
    import torch

    width = max(map(len, texts))
    ids = torch.zeros((len(texts), width), dtype=torch.long)
    mask = torch.zeros((len(texts), width), dtype=torch.bool)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = True
    with torch.inference_mode():
        return _encode(weights, ids, mask).float(), mask


def _encode(weights: Mapping[str, Tensor], ids: Tensor, mask: Tensor) -> Tensor:
    """Hidden states of the last layer, shape (texts, length, width)."""
    from torch.nn import functional as nn

    hidden = nn.embedding(ids, weights["embeddings.word"])
    hidden = hidden + weights["embeddings.position"][: ids.shape[1]] + weights["embeddings.type"][0]
    hidden = norm(hidden, weights, "embeddings.norm")
    for number in range(LAYERS):
        hidden = layer(weights, hidden, mask, number)
    return hidden


def layer(
    weights: Mapping[str, Tensor],
    hidden: Tensor,
    mask: Tensor,
    number: int,
    *,
    dropout: float = 0.0,
) -> Tensor:
    """Hidden states after one more layer, shape (texts, length, width).

    :param mask: which of them are of tokens, shape (texts, length).
    """
    import torch
    from torch.nn import functional as nn

    padding = None
    if not mask.all():
        padding = torch.zeros(mask.shape, dtype=hidden.dtype)
        padding = padding.masked_fill(~mask, -1e4)[:, None, None, :]
    texts, length, width = hidden.shape
    name = f"layer.{number}"
    projected = linear(hidden, weights, f"{name}.qkv")
    query, key, value = projected.view(texts, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
    mixed = nn.scaled_dot_product_attention(query, key, value, attn_mask=padding)
    mixed = linear(mixed.transpose(1, 2).reshape(texts, length, width), weights, f"{name}.out")
    if dropout:
        mixed = nn.dropout(mixed, dropout)
    hidden = norm(hidden + mixed, weights, f"{name}.norm1")
    inner = nn.gelu(linear(hidden, weights, f"{name}.up"))
    inner = linear(inner, weights, f"{name}.down")
    if dropout:
        inner = nn.dropout(inner, dropout)
    return norm(hidden + inner, weights, f"{name}.norm2")


def linear(hidden: Tensor, weights: Mapping[str, Tensor], name: str) -> Tensor:
    """The affine layer of that name."""
    from torch.nn import functional as nn

    return nn.linear(hidden, weights[f"{name}.weight"], weights[f"{name}.bias"])


def norm(hidden: Tensor, weights: Mapping[str, Tensor], name: str) -> Tensor:
    """The layer normalisation of that name."""
    from torch.nn import functional as nn

    weight, bias = weights[f"{name}.weight"], weights[f"{name}.bias"]
    return nn.layer_norm(hidden, weight.shape, weight, bias, _EPSILON)


# --- how it is run --------------------------------------------------------------------


def batches_of(lengths: Sequence[int], *, max_tokens: int) -> list[list[int]]:
    """Indices in batches of like lengths, each of at most ``max_tokens`` with its padding."""
    batches: list[list[int]] = []
    for i in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        if not batches or (len(batches[-1]) + 1) * lengths[i] > max_tokens:
            batches.append([])
        batches[-1].append(i)
    return batches


def single_threaded_workers(count: int, name: str) -> ThreadPoolExecutor:
    """Threads in each of which torch computes alone.

    OpenMP's threads wait for one another after every product, which on processors that are
    busy with other work too took 1,900 ms where such workers took 300 (10 passages, 2 cores).
    """
    import torch

    before = torch.get_num_threads()
    started = threading.Barrier(count + 1)
    one: Callable[[int], None] = torch.set_num_threads
    workers = ThreadPoolExecutor(count, name, initializer=one, initargs=(1,))
    for _ in range(count):
        workers.submit(started.wait)
    started.wait()
    # The setting is a thread's own once the thread has made it; new threads take the last one.
    torch.set_num_threads(before)
    return workers


def fast_precision() -> dtype:
    """bf16 where the processor computes in it, else fp32."""
    import torch

    bf16 = torch.backends.cpu.get_cpu_capability() == "AVX512" and has_bf16()
    return torch.bfloat16 if bf16 else torch.float32


def has_bf16() -> bool:
    """Whether the processor has AVX-512's instructions for bf16 (told on Linux alone)."""
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.exists() and "avx512_bf16" in cpuinfo.read_text(
        encoding="utf-8", errors="replace"
    )
