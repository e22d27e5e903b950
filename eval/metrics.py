"""The metrics: small pure functions, each with its source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from eval.figures import Figure, figures_of_line, holds, parse_figures
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
    :param dates: dates of the facts that the answer used ("2026-06").
    """
    own = _figures_of(said_by_user)
    sourced = [*_figures_of(quotes), *_figures_of(dates)]
    sourced += computed_figures(text, sourced=[*sourced, *own])
    sourced += [figure for figure in own if figure.unit in {"years", "months", "count"}]
    return tuple(figure for figure in parse_figures(text) if not holds(sourced, figure))


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
    for line in plain(text).splitlines():
        terms = [figures_of_line(term) for term in line.split("=")]
        for term, after in pairwise(terms):
            operands = [figure for figure in term if figure not in after[:1]]
            known = [*sourced, *computed, *WORKING_CONSTANTS]
            if after and len(operands) >= 2 and all(holds(known, each) for each in operands):
                computed += [figure for figure in operands if figure in WORKING_CONSTANTS]
                computed.append(after[0])
    return tuple(computed)


def figure_precision(*, unsourced: int, total: int) -> float | None:
    """The share of numbers that are vouched for, pooled over answers; None for no numbers."""
    return (total - unsourced) / total if total else None
