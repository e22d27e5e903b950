"""Train the model of follow-ups: ``python -m rag.training.carry --data DIR --out DIR --seed 0``.

Fine-tunes the last layers of :mod:`rag.carry_model` from all-MiniLM-L6-v2 on conversations that
are made: questions on one subject in a row, of the last of which a phrase that was said before is
left out or becomes a pronoun. What was left out is what the model is to find. ``DIR`` holds the
reader's training files (docs/reader.md); no conversation of people is used.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from rag.carry_model import (
    Window,
    base_weights,
    build_window,
    collate,
    is_trained,
    lower_states,
    save,
    word_logits,
)
from rag.embeddings import model_folder, verify_weights
from rag.encoder import WORKERS, batches_of, load_tokenizer, single_threaded_workers
from rag.lexical import terms
from rag.training.phrases import Phrase, noun_phrases
from rag.training.reader import descend, learning_rate_at

if TYPE_CHECKING:
    from torch import Tensor

FILES = (
    "squad2-dev-half.train", "xquad-en", "qed", "selqa", "fairytaleqa", "covid-qa", "unansq",
    "nqg-squad1", "nq-gold-passages",
)  # fmt: skip
UNTITLED = "nqg-squad1"
"""Its questions stand in the order of their articles; so many neighbours are on one subject:"""
NEIGHBOURS = 8
LONGEST_PAST = 5
STANDS_ALONE = 0.12
"""Share of the turns that leave nothing out."""
LEARNING_RATE = 2e-4
WEIGHT_DECAY = 0.01
DROPOUT = 0.1
BATCH = 16
CACHED_TOKENS = 1500


# --- conversations --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Conversation:
    """Turns before, the turn that follows on them, and that turn as it would stand alone."""

    past: tuple[str, ...]
    turn: str
    whole: str


def load_subjects(folder: Path) -> list[list[str]]:
    """Questions of one subject each, in their order, of subjects with two and more."""
    subjects: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in FILES:
        with gzip.open(folder / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for number, row in enumerate(map(json.loads, lines)):
                subject = row["title"] or row.get("group") or str(number)
                if name == UNTITLED:
                    subject = str(number // NEIGHBOURS)
                if 3 <= len(row["question"].split()) <= 25:
                    subjects[name, subject].append(row["question"].strip())
    unique = (list(dict.fromkeys(questions)) for questions in subjects.values())
    return [questions for questions in unique if len(questions) > 1]


def conversations(
    subjects: Sequence[Sequence[str]], *, count: int, rng: random.Random
) -> list[Conversation]:
    """So many, drawn from the subjects by their number of questions."""
    weights = [min(len(questions), 60) for questions in subjects]
    made: list[Conversation] = []
    while len(made) < count:
        drawn = rng.choices(subjects, weights, k=1000)
        made += [c for questions in drawn if (c := made_of(questions, rng=rng))]
    return made[:count]


def made_of(questions: Sequence[str], *, rng: random.Random) -> Conversation | None:
    """One of the questions after some of those before it; None where they share no phrase."""
    at = rng.randrange(len(questions))
    past = list(questions[max(0, at - LONGEST_PAST) : at][-rng.randint(1, LONGEST_PAST) :])
    if rng.random() < 0.5:
        rng.shuffle(past)
    said = {stem for text in past for stem in terms(text)}
    whole = questions[at]
    shared = [p for p in noun_phrases(whole) if not p.light and _was_said(p, said)]
    if not shared:
        return None
    turn = left_out(whole, rng.choice(shared), rng=rng)
    if not (set(terms(whole)) - set(terms(turn))) & said:
        return None
    if not terms(turn) and rng.random() < 0.7:
        return None
    return Conversation(tuple(past), whole if rng.random() < STANDS_ALONE else turn, whole)


def _was_said(phrase: Phrase, said: set[str]) -> bool:
    """Whether most of its words were."""
    return sum(s in said for s in phrase.stems) >= max(1.0, 0.6 * len(phrase.stems))


_ARTICLE = re.compile(r"\b(?:the|a|an)\s+$", re.I)
_PREPOSITION = re.compile(r"\b(?:of|in|at|on|for|about|by|from|with|to|during)\s+$", re.I)
_POSSESSIVE = re.compile(r"['’]s\b|\s+'s\b")


def left_out(question: str, phrase: Phrase, *, rng: random.Random) -> str:
    """The question without a phrase: gone with its preposition, a pronoun, or "the" and its noun."""
    start, end = phrase.start, phrase.end
    if article := _ARTICLE.search(question[:start]):
        start = article.start()
    owned = _POSSESSIVE.match(question[end:])
    end += owned.end() if owned else 0
    chance, several = rng.random(), len(phrase.text.split()) > 1
    person = phrase.text[:1].isupper() and several
    if owned:
        pronouns = ["his", "her"] if person else ["their"] if phrase.plural else ["its"]
    elif chance < 0.3:
        pronouns = [""]
        if preposition := _PREPOSITION.search(question[:start]):
            start = preposition.start()
    elif chance > 0.85 and several:
        head = phrase.text.split()[-1]
        pronouns = [f"{determiner} {head}" for determiner in ("the", "this", "that", "these")]
    elif person and rng.random() < 0.5:
        pronouns = ["he", "she"]
    elif phrase.plural:
        pronouns = ["they", "them", "those", "these"]
    else:
        pronouns = ["it", "it", "it", "that", "this"]
    text = question[:start] + rng.choice(pronouns) + question[end:]
    return re.sub(r"\s+", " ", text).strip()


# --- training -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Example:
    """A window, for each of its words 1.0 where the turn leaves it out, and the hidden states
    after the frozen layers, shape (length, width)."""

    window: Window
    targets: list[float]
    states: Tensor


class Trainer:
    """The weights and their optimiser; a batch is split over threads as in the reader's training."""

    def __init__(self, base: Path, *, seed: int) -> None:
        import torch

        torch.manual_seed(seed)
        self._tokenizer = load_tokenizer(base)
        self._pool = single_threaded_workers(WORKERS, "trainer")
        torch.set_num_threads(1)
        weights = base_weights(base, precision=torch.float32)
        weights["head.weight"] = torch.randn(weights["head.weight"].shape) * 0.02
        weights["head.bias"] = torch.tensor([-2.0])
        self.trained = {k: v.requires_grad_() for k, v in weights.items() if is_trained(k)}
        self._frozen = {k: v.bfloat16() for k, v in weights.items() if not is_trained(k)}
        decayed = [v for v in self.trained.values() if v.ndim > 1]
        others = [v for v in self.trained.values() if v.ndim <= 1]
        groups = [
            {"params": decayed, "weight_decay": WEIGHT_DECAY},
            {"params": others, "weight_decay": 0.0},
        ]
        self._optimiser = torch.optim.AdamW(groups, lr=LEARNING_RATE, fused=True)

    def examples(self, made: Sequence[Conversation]) -> list[Example]:
        """The frozen layers' work is done once, before training."""
        windows = [build_window(self._tokenizer, c.turn, c.past) for c in made]
        groups = batches_of([len(w.ids) for w in windows], max_tokens=CACHED_TOKENS)
        found: list[Example] = []
        states = self._pool.map(self._lower, ([windows[i] for i in g] for g in groups))
        for group, hidden in zip(groups, states, strict=True):
            for row, i in enumerate(group):
                window, whole = windows[i], set(terms(made[i].whole))
                targets = [float(bool(stems & whole)) for stems in window.stems]
                if targets:
                    found.append(Example(window, targets, hidden[row, : len(window.ids)].clone()))
        return found

    def _lower(self, windows: Sequence[Window]) -> Tensor:
        import torch

        with torch.inference_mode():
            return lower_states(self._frozen, collate(windows))

    def step(self, examples: Sequence[Example], *, learning_rate: float) -> float:
        """One update from one batch; its mean loss a word."""

        for group in self._optimiser.param_groups:
            group["lr"] = learning_rate
        working = {k: v.detach().bfloat16().requires_grad_() for k, v in self.trained.items()}
        count = sum(len(e.targets) for e in examples)
        parts = [p for n in range(WORKERS) if (p := examples[n::WORKERS])]
        found = self._pool.map(lambda p: _gradients(working, p, count), parts)
        return descend(list(self.trained.values()), self._optimiser, found)


def _gradients(
    working: Mapping[str, Tensor], examples: Sequence[Example], count: int
) -> tuple[float, tuple[Tensor, ...]]:
    """Sum of the words' binary cross-entropies over ``count``, and its gradients."""
    import torch
    from torch.nn import functional as nn

    batch = collate([e.window for e in examples])
    hidden = torch.zeros((*batch.ids.shape, examples[0].states.shape[1]), dtype=torch.bfloat16)
    for row, example in enumerate(examples):
        hidden[row, : len(example.states)] = example.states
    logits = word_logits(working, hidden, batch, dropout=DROPOUT)
    targets = torch.tensor([t for e in examples for t in e.targets])
    loss = nn.binary_cross_entropy_with_logits(logits, targets, reduction="sum") / count
    return float(loss.detach()), torch.autograd.grad(loss, list(working.values()))


def train(trainer: Trainer, examples: Sequence[Example], *, rng: random.Random) -> None:
    """One pass over the examples, in batches of like lengths."""
    ordered = sorted(examples, key=lambda e: (len(e.window.ids) // 12, rng.random()))
    batches = [ordered[i : i + BATCH] for i in range(0, len(ordered), BATCH)]
    rng.shuffle(batches)
    losses: list[float] = []
    for number, batch in enumerate(batches):
        rate = learning_rate_at(number / len(batches), peak=LEARNING_RATE)
        losses.append(trainer.step(batch, learning_rate=rate))
        if len(losses) == 50:
            report(f"{number + 1} of {len(batches)} steps, loss {sum(losses) / 50:.4f}")
            losses.clear()


def report(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m rag.training.carry", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the training files")
    parser.add_argument("--out", type=Path, required=True, help="folder for the artifact")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--conversations", type=int, default=6000)
    options = parser.parse_args(arguments)
    base = model_folder()
    verify_weights(base)
    rng = random.Random(options.seed)
    made = conversations(load_subjects(options.data), count=options.conversations, rng=rng)
    trainer = Trainer(base, seed=options.seed)
    examples = trainer.examples(made)
    report(f"{len(examples)} conversations")
    train(trainer, examples, rng=rng)
    save(
        options.out,
        trainer.trained,
        training={"seed": options.seed, "conversations": options.conversations},
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
