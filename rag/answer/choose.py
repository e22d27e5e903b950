"""Candidates -> which of them answer, and how probable it is that any does.

Two logistic regressions, fitted on labelled corpora that the cross-encoder has not seen
(``python -m eval.fitting.choice --fit``): one over the candidates of a question, one over the question as a
whole with the best candidates in view. Their weights, and how many candidates are said, are in
``models/choice.json``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.answer.gather import (
    QUESTION_FEATURES,
    SENTENCE_FEATURES,
    Candidate,
    Gathered,
)
from rag.models.logistic import FOLDER, Logistic, log_odds, read_model
from rag.understand.tagger import OF_QUESTION

MODEL = FOLDER / "choice.json"
DRAFT_FEATURES = (
    "best cited", "mean cited", "share of all", "best is cited", "of the best three",
    "citations", "words", "workings", "best of all", "answerable", "distance from the best",
    "words covered", "words covered before", "facts", "gap",
    "program", "task likely", "read", "read, below the best", "turns", *(f"asks: {tag}" for tag in OF_QUESTION),
)  # fmt: skip
LEAST_WORDS = 4
"""A shorter sentence says nothing beside another."""
VERDICT_FEATURES = (
    "yes", "no", "best of the shortlist", "best", "answerable",
    *(f"asks: {tag}" for tag in OF_QUESTION),
)  # fmt: skip
SURE = 0.5
"""How likely it must be that an answer begins with a yes or a no, for that to be said; the judgement is
rather too careful than too sure."""
CHOSEN_FEATURES = ("first", "second", "third", "all", "log-odds of the first")
"""What the choice itself tells of whether there is an answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is said: candidates as probable as ``least`` and as this ``share`` of the best one,
    in so many ``words``."""

    least: float
    share: float
    words: int


@dataclass(frozen=True, slots=True)
class Choice:
    """``chosen`` are best first. ``probability`` is that the documents answer, 0..1; ``weighed``
    has each of the ``candidates``' own, shape (candidates,)."""

    candidates: tuple[Candidate, ...]
    chosen: tuple[Candidate, ...]
    probability: float
    weighed: NDArray[np.float64]
    verdict: str = ""
    """"Yes." or "No." where that is sure to be the answer."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """The fitted judgements. ``verdicts`` has for a yes and a no how probable it is that the answer
    begins so. ``drafts`` has for each proposer how probable its draft is to be
    right; a proposer without one is never taken."""

    sentences: Logistic
    question: Logistic
    limits: Limits
    drafts: Mapping[str, Logistic]
    verdicts: Mapping[str, Logistic] = field(default_factory=dict)

    def choose(self, gathered: Gathered) -> Choice:
        if not gathered.candidates:
            return Choice((), (), 0.0, np.zeros(0))
        weighed = self.weigh(gathered)
        signs = signs_of(gathered, weighed)
        probability = float(self.question.probability(signs[None])[0])
        picked = pick(gathered.candidates, weighed, limits=self.limits)
        chosen = tuple(gathered.candidates[i] for i in picked)
        verdict = self.verdict(verdict_signs(gathered, weighed, probability))
        return Choice(gathered.candidates, chosen, probability, weighed, verdict)

    def verdict(self, signs: NDArray[np.float64]) -> str:
        """:param signs: shape (len(VERDICT_FEATURES),)."""
        rated = {v: float(own.probability(signs[None])[0]) for v, own in self.verdicts.items()}
        likeliest = max(rated, key=lambda v: rated[v], default="")
        return likeliest if likeliest and rated[likeliest] >= SURE else ""

    def rightness(self, kind: str, features: NDArray[np.float64]) -> float:
        """How probable a proposer's draft is to be right, 0..1.

        :param features: shape (len(DRAFT_FEATURES),).
        """
        fitted = self.drafts.get(kind)
        return float(fitted.probability(features[None])[0]) if fitted else 0.0

    def weigh(self, gathered: Gathered) -> NDArray[np.float64]:
        """How probable each candidate is to belong to the answer, shape (candidates,)."""
        return self.sentences.probability(np.stack([c.features for c in gathered.candidates]))


def signs_of(gathered: Gathered, weighed: NDArray[np.float64]) -> NDArray[np.float64]:
    """The question's features with those of the choice,
    shape (len(QUESTION_FEATURES) + len(CHOSEN_FEATURES),)."""
    best = [*np.sort(weighed)[::-1][:3], 0.0, 0.0][:3]
    own = [*best, float(weighed.sum()), log_odds(float(best[0]))]
    return np.concatenate([gathered.signs, own])


def verdict_signs(
    gathered: Gathered, weighed: NDArray[np.float64], probability: float
) -> NDArray[np.float64]:
    """What tells whether a yes or a no answers, shape (len(VERDICT_FEATURES),).

    :param probability: that the documents answer.
    """
    named = dict(zip(QUESTION_FEATURES, map(float, gathered.signs), strict=True))
    own = [named["best of the shortlist"], log_odds(float(weighed.max())), log_odds(probability)]
    return np.array([*gathered.verdicts, *own, *(named[f"asks: {tag}"] for tag in OF_QUESTION)])


def pick(
    candidates: Sequence[Candidate], weighed: NDArray[np.float64], *, limits: Limits
) -> list[int]:
    """Indices of the candidates to say, best first, at least one."""
    order = np.argsort(-weighed, kind="stable")
    picked: list[int] = []
    words = 0
    for i in map(int, order):
        length = len(candidates[i].sentence.plain.split())
        if picked and length < LEAST_WORDS:
            continue
        if picked and weighed[i] < max(limits.least, limits.share * weighed[order[0]]):
            break
        if picked and words + length > limits.words:
            continue
        picked.append(i)
        words += length
    return picked


@cache
def installed() -> Chooser:
    """The judgement that comes with the program. :raises ModelError: it is missing or altered."""
    return read_model(MODEL, decode)


def decode(model: dict[str, Any]) -> Chooser:
    """:raises ValueError: it is of other features."""
    return Chooser(
        _logistic(model["sentences"], SENTENCE_FEATURES),
        _logistic(model["question"], (*QUESTION_FEATURES, *CHOSEN_FEATURES)),
        Limits(**model["limits"]),
        {kind: _logistic(own, DRAFT_FEATURES) for kind, own in model["drafts"].items()},
        {v: _logistic(own, VERDICT_FEATURES) for v, own in model["verdicts"].items()},
    )


def encode(chooser: Chooser, *, cross_encoder: str) -> str:
    """As JSON, each weight beside the name of its feature.

    :param cross_encoder: the fingerprint of the cross-encoder that it was fitted with.
    """
    model: dict[str, object] = {
        "cross-encoder": cross_encoder,
        "sentences": _named(chooser.sentences, SENTENCE_FEATURES),
        "question": _named(chooser.question, (*QUESTION_FEATURES, *CHOSEN_FEATURES)),
    }
    limits = chooser.limits
    model["drafts"] = {kind: _named(own, DRAFT_FEATURES) for kind, own in chooser.drafts.items()}
    model["verdicts"] = {v: _named(own, VERDICT_FEATURES) for v, own in chooser.verdicts.items()}
    model["limits"] = {"least": limits.least, "share": limits.share, "words": limits.words}
    return json.dumps(model, indent=2) + "\n"


def _named(own: Logistic, features: Sequence[str]) -> dict[str, object]:
    weights = {f: round(float(w), 5) for f, w in zip(features, own.weights, strict=True)}
    return {"weights": weights, "bias": round(own.bias, 5)}


def _logistic(model: dict[str, object], features: Sequence[str]) -> Logistic:
    weights, bias = model["weights"], model["bias"]
    if not isinstance(weights, dict) or list(weights) != list(features):
        raise ValueError("it is of other features")
    if not isinstance(bias, float) or not math.isfinite(bias):
        raise ValueError("it has no bias")
    return Logistic(np.array(list(weights.values()), dtype=np.float64), bias)
