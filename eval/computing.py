"""Fit which operation on which figures a question asks for: ``python -m eval.computing``.

Labels are found, not written: of a question whose answer states a figure that stands nowhere in
its evidence, every operation on two figures that gives it is right, all others are wrong.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from eval.choice import folders_of, label
from rag.answer.choose import installed as chooser
from rag.answer.compute import (
    FEATURES,
    MODEL,
    OPERATIONS,
    Program,
    figures_of,
    of_question,
    programs,
)
from rag.embeddings import MiniLM
from rag.read import Reader
from rag.reader_model import FOLDER, ReaderModel
from rag.training.careers import Item, items_of
from rag.types import Embedder
from rag.understand.tagger import installed as tagger

OPERATIONS_C, PROGRAMS_C = 3.0, 0.3
NEGATIVES = 80
"""Wrong programs of a question that are learned from, at random."""
NEITHER = dict.fromkeys(OPERATIONS, 0.0)


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A question, its programs, and which of them give an expected figure."""

    item: Item
    programs: tuple[Program, ...]
    right: NDArray[np.bool_]


def is_computed(item: Item) -> bool:
    """Whether an expected figure stands in none of the evidence."""
    said = {f.value for _, quote in item.evidence for f in of_question(quote)}
    return bool(item.evidence) and any(
        not any(abs(v - float(f["value"])) < 0.011 for v in said)
        for f in item.labels.get("figures") or []
    )


def gives(program: Program, item: Item) -> bool:
    wanted = [float(f["value"]) for f in item.labels.get("figures") or []]
    given = {program.a.value, program.b.value}
    return any(abs(program.value - v) <= max(0.011, 5e-4 * v) and v not in given for v in wanted)


def reckon(folder: Path, reader: Reader) -> list[Reckoned]:
    """The questions of a corpus whose answers are computed, with every program."""
    judge, found = chooser(), []
    wanted = {i.id for i in items_of(folder) if is_computed(i)}
    for row in label(folder, reader, tagger(), only=wanted):
        if not row.gathered.candidates:
            continue
        weighed = judge.weigh(row.gathered)
        figures = [
            *figures_of(row.gathered.candidates, weighed, row.library),
            *of_question(row.item.turns[-1]),
        ]
        tried = tuple(programs(row.item.turns[-1], figures, NEITHER))
        right = np.array([gives(p, row.item) for p in tried], dtype=bool)
        found.append(Reckoned(row.item, tried, right))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.computing", description=__doc__)
    parser.add_argument("--data", type=Path, action="append", required=True, help="corpora to fit on; may be named again")  # fmt: skip
    parser.add_argument("--dev", type=Path, required=True, help="corpora to measure on")
    parser.add_argument("--reader", type=Path, default=FOLDER, help="folder of the cross-encoder")
    options = parser.parse_args(arguments)
    embedder = MiniLM.begin()
    embedder.ready()
    reader = Reader(embedder, ReaderModel.load(options.reader))
    folders = folders_of(options.data)
    fit(folders, reader, options.dev)
    return 0


def fit(folders: Sequence[Path], reader: Reader, dev: Path | None) -> None:
    """Writes the model; says how often the likeliest program is right."""
    embedder = reader.embedder
    rows = [r for f in track(folders, console=Console(stderr=True)) for r in reckon(f, reader)]
    items = [i for f in folders for i in items_of(f) if i.answerable]
    weights, bias = fit_operations(items, rows, embedder)
    fitted, constant = fit_programs(rows, weights, bias, embedder)
    model = {
        "operations": OPERATIONS, "features": FEATURES,
        "operation_weights": [[round(float(w), 4) for w in row] for row in weights],
        "operation_bias": [round(float(b), 4) for b in bias],
        "weights": [round(float(w), 4) for w in fitted], "bias": round(constant, 4),
    }  # fmt: skip
    MODEL.write_text(json.dumps(model) + "\n", encoding="utf-8")
    unseen = [r for f in folders_of([dev]) for r in reckon(f, reader)] if dev else []
    for name, judged in (("fitted on", rows), ("dev", unseen)):
        first = [top_is_right(r, weights, bias, fitted, embedder) for r in judged]
        possible = [bool(r.right.any()) for r in judged]
        sys.stdout.write(
            f"{name}: {sum(first)} right first of {sum(possible)} possible of {len(judged)}\n"
        )


def fit_operations(
    items: Sequence[Item], rows: Sequence[Reckoned], embedder: Embedder
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    from sklearn.linear_model import LogisticRegression

    used = {
        r.item.id: {p.operation for p, ok in zip(r.programs, r.right, strict=True) if ok}
        for r in rows
    }
    vectors = embedder.embed([i.turns[-1] for i in items])
    weights, bias = [], []
    for operation in OPERATIONS:
        truth = np.array([operation in used.get(i.id, ()) for i in items])
        model = LogisticRegression(C=OPERATIONS_C, max_iter=3000)
        model.fit(vectors, truth)
        weights.append(model.coef_[0])
        bias.append(float(model.intercept_[0]))
    return np.array(weights), np.array(bias)


def with_likely(
    row: Reckoned, weights: NDArray[np.float64], bias: NDArray[np.float64], embedder: Embedder
) -> NDArray[np.float64]:
    """The features of a question's programs, shape (programs, len(FEATURES))."""
    odds = weights @ embedder.embed([row.item.turns[-1]])[0].astype(np.float64) + bias
    likely = dict(zip(OPERATIONS, odds, strict=True))
    features = np.stack([p.features for p in row.programs])
    features[:, FEATURES.index("operation")] = [likely[p.operation] for p in row.programs]
    return features


def fit_programs(
    rows: Sequence[Reckoned],
    weights: NDArray[np.float64],
    bias: NDArray[np.float64],
    embedder: Embedder,
) -> tuple[NDArray[np.float64], float]:
    from eval.choice import fit_logistic

    rng = np.random.default_rng(0)
    features, truth = [], []
    for row in rows:
        if not row.right.any():
            continue
        every = with_likely(row, weights, bias, embedder)
        wrong = np.flatnonzero(~row.right)
        kept = np.concatenate([np.flatnonzero(row.right), rng.permutation(wrong)[:NEGATIVES]])
        features.append(every[kept])
        truth.append(row.right[kept])
    fitted = fit_logistic(np.concatenate(features), np.concatenate(truth), strength=PROGRAMS_C)
    return fitted.weights, fitted.bias


def top_is_right(
    row: Reckoned,
    weights: NDArray[np.float64],
    bias: NDArray[np.float64],
    fitted: NDArray[np.float64],
    embedder: Embedder,
) -> bool:
    if not row.programs:
        return False
    return bool(row.right[int(np.argmax(with_likely(row, weights, bias, embedder) @ fitted))])


if __name__ == "__main__":
    sys.exit(main())
