"""Is a claim supported by its evidence? A logistic model over how the claim's tokens are covered.

Every token of the claim is aligned with the most similar token of the evidence, twice: exactly,
and by the cosine of contextual vectors, as BERTScore's recall does (Zhang et al., BERTScore,
2020). What the alignment says of the best sentence, of the best three together and of all
together is weighed by a logistic regression that was fitted on annotated claims
(``python -m eval.benchmarks.support --fit``); its coefficients are in ``models/support.json``.

A number that the evidence does not hold halves the support. This is no natural-language
inference: a claim that uses the evidence's words to say something else is caught only where a
number, a name or a negation differs.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rag.documents.words import STOP_WORDS, terms
from rag.errors import ModelError
from rag.models.embedder import MiniLM, TokenVectors
from rag.models.logistic import probability_of
from rag.types import Matrix
from rag.verify.guard import unsourced_numbers

MODEL = Path(__file__).parents[1] / "models" / "support.json"
MAX_SENTENCES = 16
"""Evidence sentences that are looked at closely: those that hold most of the claim's tokens."""
TOGETHER = 3
"""Sentences that may be needed together."""
MIN_GAIN = 0.04
"""How much more of the claim a further sentence must cover to be named as supporting too."""
MIN_SUPPORT = 0.2
"""Below this no sentence is named as supporting."""

UNSOURCED_NUMBER_FACTOR = 0.5
"""A claim with a number that the evidence lacks is never more likely supported than not."""
DENIED_FACTOR = 0.5
"""Nor is one that affirms what the nearest sentence denies, or denies what it affirms."""
DENIED_COVERAGE = 0.75
"""The share of the claim that this sentence must hold word for word; one of WiCE that holds less
often denies something else (3 of 7)."""

FEATURES = (
    "cosine",
    "soft_best", "soft_together", "soft_all",
    "exact_best", "exact_together", "exact_all",
    "soft_least", "soft_tenth", "soft_quarter", "together_least", "together_tenth",
    "exact_missing", "soft_missing",
    "claim_tokens", "evidence_sentences",
    "numbers_missing", "names_held", "negation_differs",
)  # fmt: skip

_FIRST_WORD_ID = 1900
"""BERT's vocabulary holds its whole words by falling frequency from about here."""
_STOP_WEIGHT = 0.3
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w'’-]+")
NEGATED_TERMS = 3
"""Words that a negation speaks of."""
_NEGATION = re.compile(r"\b(?:not|no|never|none|without|neither|nor)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Support:
    """``support`` is in 0..1; ``supporting`` are indices of the evidence, in order."""

    support: float
    supporting: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Alignment:
    """How evidence covers a claim of n tokens.

    ``sentences`` are the indices of the s sentences looked at; ``soft`` and ``exact`` have shape
    (s, n), in −1..1 and 0..1; ``cosines`` shape (s,); ``weights`` shape (n,), positive.
    """

    sentences: tuple[int, ...]
    soft: Matrix
    exact: Matrix
    cosines: NDArray[np.float32]
    weights: NDArray[np.float32]

    def coverage(self, matrix: Matrix) -> NDArray[np.float32]:
        """The weighted share of the claim that each sentence covers, shape (s,)."""
        return np.asarray(matrix @ self.weights / self.weights.sum(), dtype=np.float32)

    @property
    def best(self) -> list[int]:
        """Rows of the sentences that cover most, best first."""
        return [int(i) for i in np.argsort(-self.coverage(self.soft), kind="stable")]


@dataclass(frozen=True, slots=True)
class SupportModel:
    """Logistic regression over standardised features, in the order of :data:`FEATURES`."""

    means: NDArray[np.float64]
    scales: NDArray[np.float64]
    coefficients: NDArray[np.float64]
    intercept: float

    @classmethod
    def load(cls, file: Path = MODEL) -> SupportModel:
        """:raises ModelError: the coefficients are missing or not of these features."""
        try:
            stored = json.loads(file.read_text(encoding="utf-8"))
            known = tuple(stored["features"])
            columns = [
                np.array([float(stored["features"][name][part]) for name in FEATURES])
                for part in ("mean", "scale", "coefficient")
            ]
            intercept = float(stored["intercept"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ModelError(f"the support check's {file} cannot be read: {_MEND}") from error
        if known != FEATURES or not all(np.isfinite(column).all() for column in columns):
            raise ModelError(f"the support check's {file} is of another version: {_MEND}")
        return cls(columns[0], columns[1], columns[2], intercept)

    def probability(self, features: NDArray[np.float64]) -> float:
        standardised = (features - self.means) / self.scales
        return probability_of(float(standardised @ self.coefficients + self.intercept))


_MEND = "install career-chat again, or fit it again with python -m eval.benchmarks.support --fit"


class Checker:
    """Judges claims. Safe to use from several threads at once."""

    def __init__(self, embedder: MiniLM, model: SupportModel) -> None:
        self._embedder = embedder
        self._model = model

    @classmethod
    def open(cls, embedder: MiniLM | None = None) -> Checker:
        """:param embedder: the one that is loaded already, if there is one.
        :raises ModelError: the embedding model or the coefficients are missing or altered.
        """
        return cls(embedder or MiniLM.load(), SupportModel.load())

    def check(self, claim: str, evidence: Sequence[str]) -> Support:
        """How far the evidence supports the claim, and which of it does."""
        alignment = align(claim, evidence, self._embedder)
        if alignment is None:
            return Support(0.0, ())
        values = features(claim, evidence, alignment)
        nearest = evidence[alignment.sentences[alignment.best[0]]]
        same_words = values[FEATURES.index("exact_best")] >= DENIED_COVERAGE
        factor = DENIED_FACTOR if same_words and denied(claim, nearest) else 1.0
        support = round(factor * support_of(values, self._model), 4)
        return Support(support, supporting(alignment) if support >= MIN_SUPPORT else ())


def support_of(values: NDArray[np.float64], model: SupportModel) -> float:
    """The support that these features speak of, 0..1; a number that is not there halves it."""
    missing = values[FEATURES.index("numbers_missing")] > 0
    return model.probability(values) * (UNSOURCED_NUMBER_FACTOR if missing else 1.0)


# --- alignment ------------------------------------------------------------------------


def align(claim: str, evidence: Sequence[str], embedder: MiniLM) -> Alignment | None:
    """The claim's tokens against those of the sentences that share most with it.

    None where there is no claim or no evidence to speak of.
    """
    pieces = embedder.tokenize([claim, *evidence])
    weights = np.array([token_weight(*token) for token in pieces[0]], dtype=np.float32)
    shared = dict(zip(pieces[0], weights, strict=True))
    if not weights.sum() > 0:
        return None
    overlap = [sum(shared.get(token, 0.0) for token in set(each)) for each in pieces[1:]]
    order = sorted((i for i, each in enumerate(pieces[1:]) if each), key=lambda i: (-overlap[i], i))
    chosen = sorted(order[:MAX_SENTENCES])
    if not chosen:
        return None
    claimed, *sentences = embedder.embed_tokens([claim, *(evidence[i] for i in chosen)])
    n = len(claimed.ids)
    return Alignment(
        sentences=tuple(chosen),
        soft=np.stack([(claimed.vectors @ s.vectors.T).max(axis=1) for s in sentences]),
        exact=np.stack([np.isin(claimed.ids, s.ids).astype(np.float32) for s in sentences]),
        cosines=np.array([_cosine(claimed, s) for s in sentences], dtype=np.float32),
        weights=weights[:n],
    )


def token_weight(piece: str, number: int) -> float:
    """How much a token tells: its rank among words by frequency, as a logarithm (Zipf's law
    makes that a stand-in for its inverse document frequency); 0 for punctuation.

    :param number: the token's place in the vocabulary.
    """
    if not re.search(r"\w", piece):
        return 0.0
    if piece in STOP_WORDS:
        return _STOP_WEIGHT
    return math.log(max(number - _FIRST_WORD_ID, 30)) / 8


def _cosine(a: TokenVectors, b: TokenVectors) -> float:
    return float(a.mean @ b.mean)


def supporting(alignment: Alignment) -> tuple[int, ...]:
    """The sentence that covers most of the claim, and those that add to it."""
    total = float(alignment.weights.sum())
    first, *others = alignment.best
    chosen, covered = [first], alignment.soft[first]
    for row in others:
        joint = np.maximum(covered, alignment.soft[row])
        if float((joint - covered) @ alignment.weights) / total >= MIN_GAIN:
            chosen.append(row)
            covered = joint
        if len(chosen) == TOGETHER:
            break
    return tuple(sorted(alignment.sentences[row] for row in chosen))


# --- features -------------------------------------------------------------------------


def features(claim: str, evidence: Sequence[str], alignment: Alignment) -> NDArray[np.float64]:
    """The values of :data:`FEATURES`, shape (len(FEATURES),)."""
    soft, exact, weights = alignment.soft, alignment.exact, alignment.weights
    best = alignment.best
    together = soft[best[:TOGETHER]].max(axis=0)
    together_exact = exact[np.argsort(-alignment.coverage(exact), kind="stable")[:TOGETHER]]
    joint, joint_exact = soft.max(axis=0), exact.max(axis=0)
    telling = weights > _STOP_WEIGHT if (weights > _STOP_WEIGHT).any() else weights > 0
    total = weights.sum()
    text = " ".join(evidence)
    nearest = evidence[alignment.sentences[best[0]]]
    values = (
        alignment.cosines.max(),
        alignment.coverage(soft).max(), together @ weights / total, joint @ weights / total,
        alignment.coverage(exact).max(), together_exact.max(axis=0) @ weights / total,
        joint_exact @ weights / total,
        joint[telling].min(), *np.quantile(joint[telling], [0.1, 0.25]),
        together[telling].min(), np.quantile(together[telling], 0.1),
        (1 - joint_exact) @ weights, (1 - joint) @ weights,
        math.log(len(weights)), math.log(len(evidence)),
        len(unsourced_numbers(_scaled(claim), quotes=[_scaled(text), _spelled(text)])), _names_held(claim, text),
        bool(_NEGATION.search(claim)) != bool(_NEGATION.search(nearest)),
    )  # fmt: skip
    return np.array([float(value) for value in values])


_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9}
_SCALED = re.compile(rf"(?<![\w.,$€£])(\d+(?:\.\d+)?)\s+({'|'.join(_SCALES)})\b", re.IGNORECASE)
_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")  # fmt: skip
_SPELLED = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)


def _scaled(text: str) -> str:
    """ "2.3 million" as 2300000, so that a number is the same however it is written."""
    return _SCALED.sub(lambda m: f"{float(m[1]) * _SCALES[m[2].lower()]:.0f}", text)


def _spelled(text: str) -> str:
    """The numbers that stand in a text as words, in digits."""
    return " ".join(str(_WORDS.index(word.lower()) + 1) for word in _SPELLED.findall(text))


def denied(claim: str, sentence: str) -> bool:
    """Whether one of them negates what both speak of: "made no profit", "made a profit"."""
    of_claim, of_sentence = _negated(claim), _negated(sentence)
    if of_claim & of_sentence:
        return False
    return bool(of_sentence & set(terms(claim)) or of_claim & set(terms(sentence)))


_CLAUSE = re.compile(
    r"[,;:.!?]|\b(?:and|but|or|because|although|while|which|that)\b", re.IGNORECASE
)


def _negated(text: str) -> set[str]:
    """The stems of what follows each negation within its clause."""
    found: set[str] = set()
    for match in _NEGATION.finditer(text):
        clause = _CLAUSE.split(text[match.end() :], maxsplit=1)[0]
        found |= set(terms(clause)[:NEGATED_TERMS])
    return found


def _names_held(claim: str, evidence: str) -> float:
    """The share of the claim's names that stand in the evidence, 1 for no names."""
    names = set(_NAME.findall(claim))
    return sum(name in evidence for name in names) / len(names) if names else 1.0
