"""The metrics: small pure functions, each with its source."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np

from eval.figures import Figure, figures_of_line, holds, parse_figures, states
from eval.text import plain


@dataclass(frozen=True, slots=True)
class Interval:
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Both in 0..1; None where there is nothing to take a share of."""

    precision: float | None
    recall: float | None


def share(passed: Iterable[bool]) -> float | None:
    """The share that is true, in 0..1; None for no values."""
    values = list(passed)
    return sum(values) / len(values) if values else None


def bootstrap_interval(
    values: Sequence[float],
    *,
    confidence: float = 0.95,
    resamples: int = 9999,
    seed: int = 0,
) -> Interval:
    """Percentile bootstrap interval of the mean.

    Efron & Tibshirani, An Introduction to the Bootstrap (1993), section 13.3; the number of
    resamples is the default of ``scipy.stats.bootstrap``, against which this is tested. Where
    all values are equal (every question right) the interval has no width: the data cannot
    show how rare a failure is.

    :param values: at least one, shape (n,).
    :raises ValueError: there are no values.
    """
    if not len(values):
        raise ValueError("an interval needs at least one value")
    sample = np.asarray(values, dtype=np.float64)
    rng = np.random.default_rng(seed)
    # Only how often each value is drawn matters, and that count is multinomial.
    distinct, counts = np.unique(sample, return_counts=True)
    draws = rng.multinomial(len(sample), counts / len(sample), size=resamples)
    means = draws @ distinct / len(sample)
    tail = (1 - confidence) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))


def wilson_interval(passed: int, total: int) -> Interval:
    """95 % score interval of a share; unlike the bootstrap's it has a width at 0 and at 1 too.

    Wilson, Probable Inference, the Law of Succession, and Statistical Inference (1927); without
    continuity correction, as ``scipy.stats.binomtest(...).proportion_ci(method="wilson")``.

    :raises ValueError: there is nothing to take a share of.
    """
    if total < 1:
        raise ValueError("an interval needs at least one value")
    z = NormalDist().inv_cdf(0.975)
    p, spread = passed / total, z * z / total
    middle = (p + spread / 2) / (1 + spread)
    width = math.sqrt(p * (1 - p) * spread + spread * spread / 4) / (1 + spread)
    return Interval(max(0.0, middle - width), min(1.0, middle + width))


def bootstrap_ratio_interval(
    parts: Sequence[float],
    wholes: Sequence[float],
    *,
    confidence: float = 0.95,
    resamples: int = 9999,
    seed: int = 0,
) -> Interval | None:
    """Percentile bootstrap interval of ``sum(parts) / sum(wholes)``, pooled over answers.

    Answers are drawn, not the figures in them, since figures of one answer stand and fall
    together (Efron & Tibshirani, 1993, section 8.3).

    :param parts: shape (n,), each at most its whole.
    :return: None where no whole is above 0.
    """
    part, whole = np.asarray(parts, dtype=np.float64), np.asarray(wholes, dtype=np.float64)
    if not whole.sum() > 0:
        return None
    rng = np.random.default_rng(seed)
    pairs, counts = np.unique(np.stack([part, whole], axis=1), axis=0, return_counts=True)
    draws = rng.multinomial(len(part), counts / len(part), size=resamples)
    sums = draws @ pairs
    ratios = sums[:, 0][sums[:, 1] > 0] / sums[:, 1][sums[:, 1] > 0]
    tail = (1 - confidence) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return Interval(float(low), float(high))


@dataclass(frozen=True, slots=True)
class Difference:
    """Of the means of two runs over the same questions. ``p_value`` is two-sided."""

    mean: float
    interval: Interval
    p_value: float

    @property
    def beyond_chance(self) -> bool:
        """At the level of 5 %."""
        return self.p_value < 0.05


def paired_difference(
    before: Sequence[float], after: Sequence[float], *, resamples: int = 9999, seed: int = 0
) -> Difference:
    """``mean(after) - mean(before)`` with a paired bootstrap over questions.

    Interval: percentile bootstrap of the mean of the pairs' differences, as
    ``scipy.stats.bootstrap(..., paired=True)``. P-value: twice the share of resamples whose
    difference is not on the side of the observed one, both counts raised by one (Koehn,
    Statistical Significance Tests for Machine Translation Evaluation, 2004; Davison & Hinkley,
    Bootstrap Methods and their Application, 1997, section 4.2).

    :param before: at least one value, of the same questions in the same order as ``after``.
    :raises ValueError: there are no values, or not as many of each.
    """
    differences = [b - a for a, b in zip(before, after, strict=True)]
    if not differences:
        raise ValueError("a difference needs at least one question that both runs have")
    rng = np.random.default_rng(seed)
    distinct, counts = np.unique(np.asarray(differences), return_counts=True)
    draws = rng.multinomial(len(differences), counts / len(differences), size=resamples)
    means = draws @ distinct / len(differences)
    low, high = np.quantile(means, [0.025, 0.975])
    fewer = min(int((means <= 0).sum()), int((means >= 0).sum()))
    p_value = min(1.0, 2 * (fewer + 1) / (resamples + 1))
    return Difference(float(np.mean(differences)), Interval(float(low), float(high)), p_value)


def percentile(values: Sequence[float], rank: float) -> float | None:
    """The ``rank``-th percentile (0..100), interpolated linearly; None for no values.

    Hyndman & Fan, Sample Quantiles in Statistical Packages (1996), definition 7.
    """
    return float(np.percentile(np.asarray(values), rank)) if len(values) else None


def abstention_precision_recall(
    *, abstained: Sequence[bool], answerable: Sequence[bool]
) -> PrecisionRecall:
    """Declining as detection of the questions that the documents do not answer.

    Precision is the share of declines that were due, recall the share of unanswerable
    questions that were declined: Manning, Raghavan & Schütze, Introduction to Information
    Retrieval (2008), section 8.3, with the unanswerable questions as the relevant set.
    """
    pairs = list(zip(abstained, answerable, strict=True))
    return PrecisionRecall(
        precision=share(not answerable for abstained, answerable in pairs if abstained),
        recall=share(abstained for abstained, answerable in pairs if not answerable),
    )


def unsourced_figures(
    text: str, *, quotes: Iterable[str], said_by_user: Iterable[str] = (), dates: Iterable[str] = ()
) -> tuple[Figure, ...]:
    """The numbers of an answer that nothing vouches for, in order.

    A number is vouched for when it is, with its unit, in a quote or computed in a working
    (:func:`computed_figures`). A number that is no money, percentage or multiple ("4 years")
    may also be the user's own, and a calendar year the date of a source.

    Our measure for design.md's first promise: the precision of ALCE (Gao et al., Enabling
    Large Language Models to Generate Text with Citations, 2023), with numbers in the place
    of statements and equality in the place of entailment.

    :param text: the answer, Markdown.
    :param quotes: the passages that its markers stand for.
    :param said_by_user: the user's messages.
    :param dates: dates of the facts that the answer used ("2026-06"), and titles of documents
        that it names ("Pay survey 2025").
    """
    own = _figures_of(said_by_user)
    sourced = [*_figures_of(quotes), *_figures_of(dates)]
    sourced += computed_figures(text, sourced=[*sourced, *own])
    sourced += [figure for figure in own if figure.unit in {"years", "months", "count"}]
    shares = compared_percentages(text, sourced=[*sourced, *own])
    return tuple(
        figure
        for figure in parse_figures(text)
        if not holds(sourced, figure) and not any(states([figure], share) for share in shares)
    )


def _figures_of(texts: Iterable[str]) -> list[Figure]:
    return [figure for text in texts for figure in parse_figures(text)]


WORKING_CONSTANTS = tuple(Figure(value, "count") for value in (2.0, 12.0, 52.0, 100.0))
"""What pay is divided by without a source: 2 ends of a range, months, weeks, per cent."""


def computed_figures(text: str, *, sourced: Sequence[Figure]) -> tuple[Figure, ...]:
    """The results of workings (the first number after each "=" of a line) and the
    :data:`WORKING_CONSTANTS` that they use.

    A working is accepted where at least two numbers other than the result stand in the term
    before the "=" and each of them is sourced, the result of an earlier working, or a
    constant. Whether the sum is done right is for the expected figures to say.
    """
    computed: list[Figure] = []
    for operands, result in _workings(text):
        known = [*sourced, *computed, *WORKING_CONSTANTS]
        if len(operands) >= 2 and all(holds(known, each) for each in operands):
            computed += [figure for figure in operands if figure in WORKING_CONSTANTS]
            computed.append(result)
    return tuple(computed)


def compared_percentages(text: str, *, sourced: Sequence[Figure]) -> tuple[Figure, ...]:
    """How much more or less, in per cent, one of the two sourced numbers of a working is than the
    other: what "82.4 % more" may say beside "$560k ÷ $307k = 1.82 times". Not rounded."""
    found = []
    for operands, _ in _workings(text):
        if len(operands) == 2 and all(each.value and holds(sourced, each) for each in operands):
            a, b = (each.value for each in operands)
            found += [Figure(abs(x / y - 1) * 100, "%") for x, y in ((a, b), (b, a))]
    return tuple(found)


_BEFORE_A_TERM = re.compile(r".*(?:[(;:]|,(?!\d))")


def _workings(text: str) -> Iterator[tuple[list[Figure], Figure]]:
    """The numbers of the term before each "=" of a line, and the first number after it.

    A term begins after a bracket, a colon or a comma: in "$2 − $1 = $1, twice ($2 ÷ $1 = 2)" the
    second one is "$2 ÷ $1".
    """
    for line in plain(text).splitlines():
        for before, after in pairwise(line.split("=")):
            results = figures_of_line(after)
            term = figures_of_line(_BEFORE_A_TERM.sub("", before, count=1))
            if len(term) < 2:  # the comma or colon was within the term
                term = figures_of_line(before)
            if results:
                yield [figure for figure in term if figure not in results[:1]], results[0]


def figure_precision(*, unsourced: int, total: int) -> float | None:
    """The share of numbers that are vouched for, pooled over answers; None for no numbers."""
    return (total - unsourced) / total if total else None


# --- retrieval ------------------------------------------------------------------------


def recall_at(ranks: Sequence[int], *, relevant: int, k: int) -> float:
    """The share of the relevant passages among the first ``k``, 0..1.

    Manning, Raghavan & Schütze (2008), section 8.4; trec_eval's ``recall.k``.

    :param ranks: of the relevant passages that were retrieved, from 1.
    :param relevant: how many relevant passages there are, at least 1.
    """
    return sum(rank <= k for rank in ranks) / relevant


def reciprocal_rank(ranks: Sequence[int]) -> float:
    """1 / rank of the first relevant passage, 0 where none was retrieved.

    Voorhees, The TREC-8 Question Answering Track Report (1999); its mean is MRR.
    """
    return 1 / min(ranks) if ranks else 0.0


def ndcg_at(ranks: Sequence[int], *, relevant: int, k: int) -> float:
    """Normalised discounted cumulative gain of the first ``k``, 0..1, a relevant passage's gain
    being 1 and its discount log2(rank + 1).

    Järvelin & Kekäläinen, Cumulated Gain-Based Evaluation of IR Techniques (2002); trec_eval's
    ``ndcg_cut.k``.
    """
    gain = sum(1 / math.log2(rank + 1) for rank in ranks if rank <= k)
    return gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(relevant, k) + 1))


def f1(result: PrecisionRecall) -> float | None:
    """The harmonic mean of precision and recall; None where either is undefined.

    van Rijsbergen, Information Retrieval (1979), chapter 7, with beta = 1.
    """
    precision, recall = result.precision, result.recall
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


# --- citations ------------------------------------------------------------------------

Entails = Callable[[Sequence[int]], bool]
"""Whether the citations with these markers, taken together, support a statement."""


@dataclass(frozen=True, slots=True)
class StatementScore:
    """One statement: is it supported by what it cites, and which of its citations are needed?"""

    supported: bool
    needed: tuple[bool, ...]


def alce_statement(markers: Sequence[int], entails: Entails) -> StatementScore:
    """Citation recall and precision of one statement.

    ALCE (Gao, Yen, Yu & Chen, Enabling Large Language Models to Generate Text with Citations,
    2023, section 4): a statement's recall is 1 if it cites something and all that it cites,
    together, entails it. A citation's precision is 1 if the statement is so supported and the
    citation either entails it alone or is missed by the rest.
    """
    if not markers or not entails(markers):
        return StatementScore(False, tuple(False for _ in markers))
    needed = []
    for marker in markers:
        rest = [other for other in markers if other != marker]
        needed.append(not rest or entails([marker]) or not entails(rest))
    return StatementScore(True, tuple(needed))


def alce(statements: Iterable[StatementScore]) -> PrecisionRecall:
    """Citation precision over the citations and recall over the statements of one answer."""
    scores = list(statements)
    return PrecisionRecall(
        precision=share(each for score in scores for each in score.needed),
        recall=share(score.supported for score in scores),
    )


# --- knowing when it does not know ----------------------------------------------------


@dataclass(frozen=True, slots=True)
class RiskCoverage:
    """``coverage`` and ``risk`` are the curve's points, both in 0..1; ``area`` lies under it."""

    coverage: tuple[float, ...]
    risk: tuple[float, ...]
    area: float


def risk_coverage(confidences: Sequence[float], wrong: Sequence[bool]) -> RiskCoverage | None:
    """The share of wrong answers among the most confident ones, as more and more are accepted.

    El-Yaniv & Wiener, On the Foundations of Noise-free Selective Classification (2010); the area
    as in Geifman, Uziel & El-Yaniv, Bias-Reduced Uncertainty Estimation (2019): the mean of the
    risk over the coverages 1/n … 1. Answers of one confidence are accepted together, each at
    their expected risk, so that their order makes no difference. Lower is better.

    :return: None for no answers.
    """
    if not len(confidences):
        return None
    values = np.asarray(confidences, dtype=np.float64)
    errors = np.asarray(wrong, dtype=np.float64)
    levels, group, counts = np.unique(-values, return_inverse=True, return_counts=True)
    group_risk = np.bincount(group, weights=errors, minlength=len(levels)) / counts
    risk = np.cumsum(np.repeat(group_risk, counts)) / np.arange(1, len(values) + 1)
    coverage = np.arange(1, len(values) + 1) / len(values)
    return RiskCoverage(tuple(coverage.tolist()), tuple(risk.tolist()), float(risk.mean()))


# --- ranking by a score ---------------------------------------------------------------


def auc(scores: Sequence[float], positive: Sequence[bool]) -> float | None:
    """Area under the ROC curve: how often a positive scores above a negative, ties half.

    Hanley & McNeil, The Meaning and Use of the Area under a ROC Curve (1982). None where there
    is no positive or no negative.
    """
    values, labels = np.asarray(scores, dtype=np.float64), np.asarray(positive, dtype=bool)
    high, low = values[labels], np.sort(values[~labels])
    if not len(high) or not len(low):
        return None
    below = np.searchsorted(low, high, side="left") + np.searchsorted(low, high, side="right")
    return float(below.mean() / (2 * len(low)))


def cohen_kappa(one: Sequence[bool], other: Sequence[bool]) -> float | None:
    """How far two judges agree beyond chance, at most 1; 0 is chance.

    Cohen, A Coefficient of Agreement for Nominal Scales (1960). None where there is nothing to
    judge, or both say the same of everything, which chance explains as well.
    """
    pairs = list(zip(one, other, strict=True))
    if not pairs:
        return None
    a, b = (sum(judged) / len(pairs) for judged in (one, other))
    by_chance = a * b + (1 - a) * (1 - b)
    observed = sum(x == y for x, y in pairs) / len(pairs)
    return (observed - by_chance) / (1 - by_chance) if by_chance < 1 else None


def balanced_accuracy(
    scores: Sequence[float], positive: Sequence[bool], *, threshold: float
) -> float | None:
    """The mean of the shares of positives and of negatives that the threshold puts right.

    Brodersen et al., The Balanced Accuracy and its Posterior Distribution (2010). A score of at
    least ``threshold`` counts as positive. None where there is no positive or no negative.
    """
    pairs = list(zip(scores, positive, strict=True))
    of_positives = share(score >= threshold for score, label in pairs if label)
    of_negatives = share(score < threshold for score, label in pairs if not label)
    if of_positives is None or of_negatives is None:
        return None
    return (of_positives + of_negatives) / 2
