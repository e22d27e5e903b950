"""A turn and what was said before it -> how likely the turn leaves out each word that was said.

A token classifier in the manner of QuReTeC (Voskarides et al., Query Resolution for Conversational
Search with Limited Supervision, SIGIR 2020), fine-tuned from all-MiniLM-L6-v2
(:mod:`rag.training.carry`). It reads

    [CLS] turn [SEP] turn before [SEP] turn before that [SEP] ...

and gives one logit a word said before, the mean over the word's pieces. The embeddings and the
lower layers are the installed package's as they are; the artifact holds the last layers and the
head.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rag.embeddings import WEIGHTS_SHA256, file_sha256, model_folder, verify_weights
from rag.encoder import (
    LAYERS,
    fast_precision,
    layer,
    linear,
    load_tokenizer,
    load_weights,
    norm,
    single_threaded_workers,
)
from rag.errors import ModelError
from rag.lexical import terms

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor, dtype

FOLDER = Path(__file__).parent / "models" / "carry"
WEIGHTS = "model.safetensors"
CONFIG = "config.json"
FORMAT = 1
FROZEN_LAYERS = 4
"""Of six. Training all six gained a point of average precision where it was tried (docs/follow-ups.md)."""
MAX_TURN_TOKENS = 80
MAX_TOKENS = 200
"""Of a window: the latest turns that fit. One in a hundred of CAsT and MTRAG is longer than 160."""
REMEMBERED = 4096
"""Windows whose logits are kept: a conversation is read again with each of its turns."""

_WORD = re.compile(r"[^\W_]+(?:[.'’+#-][^\W_]+)*[+#]*")


@dataclass(frozen=True, slots=True)
class Window:
    """One sequence for the model: token ids, how many of them are the turn's, and for each word
    said before that the turn lacks its stems and the positions of its pieces."""

    ids: list[int]
    turn_tokens: int
    stems: list[frozenset[str]]
    pieces: list[list[int]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded windows as tensors. ``rows`` and ``columns`` point at every piece in turn, ``owners``
    says which of the ``words`` words it is part of."""

    ids: Tensor
    segments: Tensor
    mask: Tensor
    rows: Tensor
    columns: Tensor
    owners: Tensor
    words: int


def build_window(tokenizer: Tokenizer, turn: str, past: Sequence[str]) -> Window:
    """A turn and those before it -> one sequence.

    :param past: the user's turns before, latest last.
    :raises ModelError: the tokenizer is not the base model's.
    """
    start, separator = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    if start is None or separator is None:
        raise ModelError(f"the embedding model has not BERT's vocabulary: {_MEND}")
    encoded = tokenizer.encode(turn, add_special_tokens=False)
    ids = [start, *encoded.ids[:MAX_TURN_TOKENS], separator]
    turn_tokens = len(ids)
    own = frozenset(terms(turn))
    stems, pieces = [], []
    for text in reversed(past):
        encoded = tokenizer.encode(text, add_special_tokens=False)
        room = min(MAX_TURN_TOKENS, MAX_TOKENS - len(ids) - 1)
        if room <= 0:
            break
        spans = encoded.offsets[:room]
        for match in _WORD.finditer(text):
            of_word = [n for n, (a, b) in enumerate(spans) if a < match.end() and b > match.start()]
            new = frozenset(terms(match[0])) - own
            if of_word and new:
                stems.append(new)
                pieces.append([len(ids) + n for n in of_word])
        ids += [*encoded.ids[:room], separator]
    return Window(ids, turn_tokens, stems, pieces)


def collate(windows: Sequence[Window]) -> Batch:
    """Windows -> padded tensors."""
    import torch

    width = max(len(w.ids) for w in windows)
    ids = torch.zeros((len(windows), width), dtype=torch.long)
    segments = torch.ones((len(windows), width), dtype=torch.long)
    mask = torch.zeros((len(windows), width), dtype=torch.bool)
    rows, columns, owners, words = [], [], [], 0
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        segments[row, : window.turn_tokens] = 0
        mask[row, : len(window.ids)] = True
        for positions in window.pieces:
            rows += [row] * len(positions)
            columns += positions
            owners += [words] * len(positions)
            words += 1
    return Batch(
        ids=ids,
        segments=segments,
        mask=mask,
        rows=torch.tensor(rows, dtype=torch.long),
        columns=torch.tensor(columns, dtype=torch.long),
        owners=torch.tensor(owners, dtype=torch.long),
        words=words,
    )


def lower_states(weights: Mapping[str, Tensor], batch: Batch) -> Tensor:
    """Hidden states after the frozen layers, shape (windows, length, width)."""
    from torch.nn import functional as nn

    hidden = nn.embedding(batch.ids, weights["embeddings.word"])
    hidden = hidden + weights["embeddings.position"][: batch.ids.shape[1]]
    hidden = hidden + nn.embedding(batch.segments, weights["embeddings.type"])
    hidden = norm(hidden, weights, "embeddings.norm")
    for number in range(FROZEN_LAYERS):
        hidden = layer(weights, hidden, batch.mask, number)
    return hidden


def word_logits(
    weights: Mapping[str, Tensor], hidden: Tensor, batch: Batch, *, dropout: float = 0.0
) -> Tensor:
    """States after the frozen layers -> one logit a word, shape (words,), float32."""
    import torch
    from torch.nn import functional as nn

    if dropout:
        hidden = nn.dropout(hidden, dropout)
    for number in range(FROZEN_LAYERS, LAYERS):
        hidden = layer(weights, hidden, batch.mask, number, dropout=dropout)
    logits = linear(hidden[batch.rows, batch.columns], weights, "head").squeeze(-1).float()
    zeros = torch.zeros(batch.words)
    count = zeros.index_add(0, batch.owners, torch.ones(len(batch.owners)))
    return zeros.index_add(0, batch.owners, logits) / count


def is_trained(name: str) -> bool:
    """Whether a weight of that name is trained, and so in the artifact."""
    return name.startswith(("head.", *(f"layer.{n}." for n in range(FROZEN_LAYERS, LAYERS))))


def base_weights(folder: Path, *, precision: dtype) -> dict[str, Tensor]:
    """all-MiniLM-L6-v2 with a head of zeros: untrained."""
    import torch

    weights = load_weights(folder, precision=precision)
    weights["head.weight"] = torch.zeros((1, weights["embeddings.word"].shape[1]), dtype=precision)
    weights["head.bias"] = torch.zeros(1, dtype=precision)
    return weights


def save(folder: Path, trained: Mapping[str, Tensor], *, training: Mapping[str, Any]) -> None:
    """Writes the artifact: the trained weights in fp16, and a config that holds their hash."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / f"{WEIGHTS}.partial"
    save_file({n: t.detach().half().contiguous() for n, t in trained.items()}, partial)
    config = {
        "format": FORMAT,
        "base": WEIGHTS_SHA256,
        "sha256": file_sha256(partial),
        "training": dict(training),
    }
    partial.replace(folder / WEIGHTS)
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def load_trained(folder: Path) -> dict[str, Tensor]:
    """The artifact's weights, fp16.

    :raises ModelError: it is missing, altered, or of another format.
    """
    from safetensors.torch import load_file

    path = folder / CONFIG
    if not path.is_file() or not (folder / WEIGHTS).is_file():
        raise ModelError(f"the model of follow-ups is missing from {folder}: {_MEND}")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        known = (config["format"], config["base"]) == (FORMAT, WEIGHTS_SHA256)
        intact = config["sha256"] == file_sha256(folder / WEIGHTS)
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is not a configuration of this program: {_MEND}") from error
    if not (known and intact):
        raise ModelError(f"{folder / WEIGHTS} was altered or is of another version: {_MEND}")
    return dict(load_file(folder / WEIGHTS))


_MEND = "install career-chat again, or train it again (docs/follow-ups.md)"


class CarryModel:
    """The trained model on the CPU, in bf16 where the processor has it and fp32 elsewhere."""

    def __init__(self, weights: Mapping[str, Tensor], *, base: Path) -> None:
        self._weights = weights
        self._tokenizer = load_tokenizer(base)
        self._worker = single_threaded_workers(1, "carry")
        self._remembered = lru_cache(maxsize=REMEMBERED)(self._read)

    @classmethod
    def load(cls, folder: Path = FOLDER) -> CarryModel:
        """The artifact in ``folder``, on top of the installed base model.

        :raises ModelError: either is missing or altered, or the artifact is of another format.
        """
        trained = load_trained(folder)
        base = model_folder()
        verify_weights(base)
        precision = fast_precision()
        weights = base_weights(base, precision=precision)
        shapes = {name: tensor.shape for name, tensor in weights.items() if is_trained(name)}
        if {name: tensor.shape for name, tensor in trained.items()} != shapes:
            raise ModelError(f"the model in {folder} does not fit its base model: {_MEND}")
        return cls(weights | {n: t.to(precision) for n, t in trained.items()}, base=base)

    def logits(self, turn: str, past: Sequence[str]) -> Mapping[str, float]:
        """The log-odds, not calibrated, that the turn leaves out each word said before that it
        lacks, by the word's stem; the highest of its uses.

        :param past: the user's turns before, latest last.
        """
        return self._remembered(turn, tuple(past))

    def _read(self, turn: str, past: tuple[str, ...]) -> Mapping[str, float]:
        window = build_window(self._tokenizer, turn, past)
        found: dict[str, float] = {}
        if window.stems:
            logits = self._worker.submit(self._forward, window).result()
            for stems, logit in zip(window.stems, logits, strict=True):
                for stem in stems:
                    found[stem] = max(found.get(stem, logit), logit)
        return MappingProxyType(found)

    def _forward(self, window: Window) -> list[float]:
        import torch

        with torch.inference_mode():
            batch = collate([window])
            logits = word_logits(self._weights, lower_states(self._weights, batch), batch)
            return [float(logit) for logit in logits]
