"""Fit which operation on which figures a question asks for; a part of :mod:`eval.fitting.choice`.

Labels are found, not written: of a question whose answer states a figure that stands nowhere in
its evidence, every operation on figures of the evidence, or of the question, that gives it is
right, all others are wrong. Which operation a question's wording asks for is learned from every
labelled corpus; whose figures it is done on, from candidates of corpora that the cross-encoder has
not seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from eval.fitting.labelled import Labelled, fit_logistic
from rag.answer.choose import Chooser
from rag.answer.compute import (
    FEATURES,
    NEITHER,
    OPERATIONS,
    READ,
    Computer,
    Program,
    as_read,
    figures_of,
    first_of_each,
    of_question,
    programs,
)
from rag.models.cross_encoder import in_context
from rag.retrieve.rerank import Reranker
from rag.training.careers import RECKONED, Item, near, wanted_of
from rag.types import Embedder

OPERATIONS_C, PROGRAMS_C = 3.0, 0.3
NEGATIVES = 80
"""Wrong programs of a question that are learned from, at random."""


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A question, its programs, and which of them give an expected figure."""

    item: Item
    programs: tuple[Program, ...]
    right: NDArray[np.bool_]


def operations_of(item: Item) -> set[str]:
    """Which operations on the figures of its evidence give what a question expects."""
    question = item.turns[-1]
    quoted = [f for _, quote in item.evidence for f in of_question(quote)]
    wanted = wanted_of(item, {f.value for f in (*quoted, *of_question(question))})
    if not wanted:
        return set()
    figures = [*(replace(f, asked=False) for f in quoted), *of_question(question)]
    return {
        p.operation
        for p in programs(question, figures, NEITHER)
        if any(near(p.value, v) for v in wanted)
    }


def reckoned(rows: Sequence[Labelled], chooser: Chooser) -> Iterator[Reckoned]:
    """Those of the questions whose answers are computed, with every program."""
    for row in rows:
        candidates, question = row.gathered.candidates, row.item.turns[-1]
        holding = [c for c, holds in zip(candidates, row.answers, strict=True) if holds]
        if row.item.kind not in RECKONED or not holding:
            continue
        own = [*of_question(question)]
        read = [*figures_of(holding, np.ones(len(holding)), row.library, most=len(holding)), *own]
        wanted = wanted_of(row.item, {f.value for f in read})
        if not wanted:
            continue
        figures = [*figures_of(candidates, chooser.weigh(row.gathered), row.library), *own]
        tried = tuple(programs(question, figures, NEITHER))
        evidence = {id(c) for c in holding}
        right = [
            any(near(p.value, v) for v in wanted)
            and all(f.candidate is None or id(f.candidate) in evidence for f in (p.a, p.b))
            for p in tried
        ]
        yield Reckoned(row.item, tried, np.array(right, dtype=bool))


def fit_computer(
    items: Sequence[Item], rows: Sequence[Labelled], chooser: Chooser, embedder: Embedder
) -> Computer:
    """
    :param items: answerable questions, for the operations; ``rows`` for whose figures.
    """
    weights, bias = fit_operations(items, embedder)
    fitted = fit_programs(list(reckoned(rows, chooser)), weights, bias, embedder)
    return Computer(weights, bias, *fitted)


def encode(computer: Computer) -> str:
    model = {
        "operations": OPERATIONS, "features": FEATURES,
        "operation_weights": [[round(float(w), 4) for w in row] for row in computer.operations],
        "operation_bias": [round(float(b), 4) for b in computer.operations_bias],
        "weights": [round(float(w), 4) for w in computer.programs],
        "bias": round(computer.bias, 4),
    }  # fmt: skip
    return json.dumps(model) + "\n"


def first_is_right(
    computer: Computer, rows: Sequence[Labelled], chooser: Chooser, reranker: Reranker
) -> str:
    """How often the program that the cross-encoder takes for the likeliest is right, in words."""
    judged = list(reckoned(rows, chooser))
    possible = [r for r in judged if r.right.any()]
    first = read = 0
    for row in possible:
        weights, bias = computer.operations, computer.operations_bias
        odds = with_likely(row, weights, bias, reranker.embedder) @ computer.programs
        likeliest = first_of_each(row.programs, odds)
        said = [as_read(row.programs[i]) for i in likeliest]
        margins = reranker.texts(in_context(row.item.turns), said)
        first += bool(row.right[likeliest[int(np.argmax(margins))]])
        read += any(row.right[i] for i in likeliest)
    return f"{first} right first, {read} among {READ}, of {len(possible)} possible of {len(judged)}"


def fit_operations(
    items: Sequence[Item], embedder: Embedder
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A logistic regression an operation, on the vectors of last turns."""
    from sklearn.linear_model import LogisticRegression

    used = [operations_of(item) if item.kind in RECKONED else set() for item in items]
    vectors = embedder.embed([i.turns[-1] for i in items])
    weights, bias = [], []
    for operation in OPERATIONS:
        truth = np.array([operation in own for own in used])
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
