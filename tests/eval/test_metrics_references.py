"""The metrics against hand-worked cases and against the reference implementations."""

from __future__ import annotations

import random
from collections.abc import Sequence

import ir_measures
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ir_measures import RR, R, nDCG
from scipy import stats
from sklearn.metrics import balanced_accuracy_score, cohen_kappa_score, roc_auc_score

from eval.metrics import (
    PrecisionRecall,
    StatementScore,
    alce,
    alce_statement,
    auc,
    balanced_accuracy,
    bootstrap_ratio_interval,
    cohen_kappa,
    f1,
    ndcg_at,
    paired_difference,
    recall_at,
    reciprocal_rank,
    risk_coverage,
    wilson_interval,
)

# --- retrieval ------------------------------------------------------------------------


def test_retrieval_by_hand() -> None:
    assert recall_at([1, 3, 9], relevant=4, k=5) == 0.5
    assert reciprocal_rank([3, 9]) == 1 / 3
    assert reciprocal_rank([]) == 0.0
    # Gains 1 and 1/2 (rank 3: log2 4) of the ideal 1 + 1/log2(3).
    assert ndcg_at([1, 3], relevant=2, k=10) == pytest.approx(1.5 / (1 + 1 / np.log2(3)))
    assert ndcg_at([7], relevant=1, k=5) == 0.0


@given(st.lists(st.booleans(), min_size=1, max_size=30), st.integers(0, 5))
def test_retrieval_is_what_trec_eval_says(ranking: list[bool], missed: int) -> None:
    ranks = [rank for rank, relevant in enumerate(ranking, start=1) if relevant]
    relevant = len(ranks) + missed
    if not relevant:
        return
    qrels = {"q": {**{f"d{r:02}": 1 for r in ranks}, **{f"m{i}": 1 for i in range(missed)}}}
    run = {"q": {f"d{r:02}": -float(r) for r in range(1, len(ranking) + 1)}}
    reference = ir_measures.calc_aggregate([R @ 5, R @ 20, RR, nDCG @ 10], qrels, run)
    assert recall_at(ranks, relevant=relevant, k=5) == pytest.approx(reference[R @ 5])
    assert recall_at(ranks, relevant=relevant, k=20) == pytest.approx(reference[R @ 20])
    assert reciprocal_rank(ranks) == pytest.approx(reference[RR])
    assert ndcg_at(ranks, relevant=relevant, k=10) == pytest.approx(reference[nDCG @ 10])


def test_f1_by_hand() -> None:
    assert f1(PrecisionRecall(0.5, 1.0)) == pytest.approx(2 / 3)
    assert f1(PrecisionRecall(0.0, 0.0)) == 0.0
    assert f1(PrecisionRecall(None, 1.0)) is None


# --- citations ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("supporting_sets", "markers", "score"),
    [
        ([{1}], [1], StatementScore(True, (True,))),
        ([{2}], [1], StatementScore(False, (False,))),
        ([], [], StatementScore(False, ())),
        # 1 alone supports: 2 is not needed, since it neither does nor is missed.
        ([{1}], [1, 2], StatementScore(True, (True, False))),
        # Only both together support: each is missed by the other.
        ([{1, 2}], [1, 2], StatementScore(True, (True, True))),
        # Either alone supports: both count.
        ([{1}, {2}], [1, 2], StatementScore(True, (True, True))),
    ],
)
def test_a_statement_as_alce_scores_it(
    supporting_sets: list[set[int]], markers: list[int], score: StatementScore
) -> None:
    def entails(given: Sequence[int]) -> bool:
        return any(needed <= set(given) for needed in supporting_sets)

    assert alce_statement(markers, entails) == score


def test_an_answer_as_alce_scores_it() -> None:
    scores = [StatementScore(True, (True, False)), StatementScore(False, ())]
    assert alce(scores) == PrecisionRecall(precision=0.5, recall=0.5)
    assert alce([StatementScore(False, ())]) == PrecisionRecall(precision=None, recall=0.0)


# --- risk and coverage ----------------------------------------------------------------


def test_risk_and_coverage_by_hand() -> None:
    curve = risk_coverage([0.9, 0.8, 0.7, 0.6], [False, True, False, False])
    assert curve is not None
    assert curve.risk == (0.0, 1 / 2, 1 / 3, 1 / 4)
    assert curve.area == pytest.approx((1 / 2 + 1 / 3 + 1 / 4) / 4)


def test_answers_of_one_confidence_are_accepted_together() -> None:
    one = risk_coverage([0.5, 0.5, 0.5, 0.5], [True, False, False, False])
    other = risk_coverage([0.5, 0.5, 0.5, 0.5], [False, False, False, True])
    assert one == other
    assert one is not None
    assert one.area == 0.25


def test_there_is_no_curve_of_nothing() -> None:
    assert risk_coverage([], []) is None


# --- the bootstrap --------------------------------------------------------------------


def test_a_paired_difference_is_scipys() -> None:
    rng = random.Random(3)
    before = [float(rng.random() < 0.7) for _ in range(200)]
    after = [b if rng.random() < 0.8 else float(rng.random() < 0.9) for b in before]
    ours = paired_difference(before, after)

    def difference(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
        return np.mean(a - b, axis=axis)

    reference = stats.bootstrap(
        (after, before), difference, paired=True, method="percentile", n_resamples=9999, rng=0
    ).confidence_interval
    assert ours.mean == pytest.approx(np.mean(after) - np.mean(before))
    assert ours.interval.low == pytest.approx(reference.low, abs=0.006)
    assert ours.interval.high == pytest.approx(reference.high, abs=0.006)


def test_the_p_value_is_near_that_of_an_exact_test() -> None:
    # 20 fixed and 6 broken of 200: McNemar's exact test is a binomial test of 6 in 26.
    before = [0.0] * 20 + [1.0] * 6 + [1.0] * 174
    after = [1.0] * 20 + [0.0] * 6 + [1.0] * 174
    exact = stats.binomtest(6, 26).pvalue
    ours = paired_difference(before, after)
    assert ours.p_value == pytest.approx(exact, abs=0.01)
    assert ours.beyond_chance


def test_no_difference_is_not_beyond_chance() -> None:
    same = paired_difference([1.0, 0.0, 1.0], [1.0, 0.0, 1.0])
    assert same.mean == 0.0
    assert same.p_value == 1.0
    assert not same.beyond_chance


def test_a_difference_needs_pairs() -> None:
    with pytest.raises(ValueError, match="at least one"):
        paired_difference([], [])
    with pytest.raises(ValueError, match="shorter"):
        paired_difference([1.0, 1.0], [1.0])


def test_a_ratios_interval_is_scipys() -> None:
    rng = np.random.default_rng(1)
    wholes = rng.integers(0, 9, size=150).astype(float)
    parts = np.floor(wholes * rng.uniform(0.5, 1.0, size=150))
    ours = bootstrap_ratio_interval(parts, wholes)

    def ratio(a: np.ndarray, b: np.ndarray, axis: int) -> np.ndarray:
        return np.sum(a, axis=axis) / np.sum(b, axis=axis)

    reference = stats.bootstrap(
        (parts, wholes), ratio, paired=True, method="percentile", n_resamples=9999, rng=0
    ).confidence_interval
    assert ours is not None
    assert ours.low == pytest.approx(reference.low, abs=0.005)
    assert ours.high == pytest.approx(reference.high, abs=0.005)
    assert bootstrap_ratio_interval([0.0], [0.0]) is None


# --- ranking by a score ---------------------------------------------------------------


@given(st.lists(st.tuples(st.integers(0, 8), st.booleans()), min_size=1, max_size=40))
def test_auc_and_balanced_accuracy_are_scikit_learns(pairs: list[tuple[int, bool]]) -> None:
    scores = [score / 8 for score, _ in pairs]
    labels = [label for _, label in pairs]
    if len(set(labels)) < 2:
        assert auc(scores, labels) is None
        assert balanced_accuracy(scores, labels, threshold=0.5) is None
        return
    assert auc(scores, labels) == pytest.approx(roc_auc_score(labels, scores))
    predicted = [score >= 0.5 for score in scores]
    reference = balanced_accuracy_score(labels, predicted)
    assert balanced_accuracy(scores, labels, threshold=0.5) == pytest.approx(reference)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_cohens_kappa_is_scikit_learns(pairs: list[tuple[bool, bool]]) -> None:
    one, other = [a for a, _ in pairs], [b for _, b in pairs]
    ours = cohen_kappa(one, other)
    if len({*one, *other}) < 2:
        assert ours is None
        return
    assert ours == pytest.approx(cohen_kappa_score(one, other))


@given(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_score_interval_is_what_scipy_says(counts: tuple[int, int]) -> None:
    passed, total = counts
    reference = stats.binomtest(passed, total).proportion_ci(method="wilson")
    interval = wilson_interval(passed, total)
    assert (interval.low, interval.high) == pytest.approx((reference.low, reference.high), abs=1e-9)
