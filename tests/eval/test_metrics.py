from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eval.figures import Figure
from eval.metrics import (
    PrecisionRecall,
    abstention_precision_recall,
    bootstrap_interval,
    computed_figures,
    figure_precision,
    percentile,
    share,
    unsourced_figures,
)

# --- intervals and percentiles ----------------------------------------------------------


@pytest.mark.parametrize(
    "values", [[1.0] * 30 + [0.0] * 10, [1.0] * 95 + [0.0] * 5, [0.1, 0.5, 0.5, 0.9, 2.0] * 6]
)
def test_bootstrap_agrees_with_scipy(values: list[float]) -> None:
    resamples = 99_999
    ours = bootstrap_interval(values, resamples=resamples)
    theirs = stats.bootstrap(
        (np.array(values),),
        np.mean,
        method="percentile",
        n_resamples=resamples,
        batch=10_000,
        rng=np.random.default_rng(1),
    ).confidence_interval
    # The resamples are drawn differently: the ends agree up to their own sampling error.
    tolerance = 0.1 * float(stats.sem(values))
    assert ours.low == pytest.approx(theirs.low, abs=tolerance)
    assert ours.high == pytest.approx(theirs.high, abs=tolerance)


def test_bootstrap_is_seeded() -> None:
    values = [1.0, 0.0, 1.0, 1.0, 0.0, 0.3]
    assert bootstrap_interval(values, seed=3) == bootstrap_interval(values, seed=3)


@given(st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=60))
def test_an_interval_holds_the_mean_and_narrows_with_less_confidence(values: list[float]) -> None:
    wide = bootstrap_interval(values, resamples=999)
    narrow = bootstrap_interval(values, resamples=999, confidence=0.5)
    assert 0 <= wide.low <= narrow.low <= narrow.high <= wide.high <= 1
    assert wide.low - 1e-9 <= float(np.mean(values)) <= wide.high + 1e-9


def test_an_interval_needs_values() -> None:
    with pytest.raises(ValueError, match="at least one"):
        bootstrap_interval([])


def test_percentile_by_hand() -> None:
    assert percentile([10, 20, 30, 40], 50) == 25
    assert percentile([10, 20, 30, 40], 95) == pytest.approx(38.5)
    assert percentile([7], 95) == 7
    assert percentile([], 50) is None


def test_share() -> None:
    assert share([True, False, True, True]) == 0.75
    assert share([]) is None


# --- abstention -------------------------------------------------------------------------


def test_abstention_by_hand() -> None:
    # Five questions, the last three unanswerable; declined: one answerable, two of the three.
    measured = abstention_precision_recall(
        abstained=[False, True, True, True, False], answerable=[True, True, False, False, False]
    )
    assert measured == PrecisionRecall(precision=2 / 3, recall=2 / 3)


def test_abstention_without_declines_or_unanswerable_questions_is_undefined() -> None:
    measured = abstention_precision_recall(abstained=[False], answerable=[True])
    assert measured == PrecisionRecall(precision=None, recall=None)


# --- figures ----------------------------------------------------------------------------

TABLE = ["| Senior (5‑9 yr) | $210 k | $307 k |", "| Principal | $340 k | $560 k |"]


def unsourced(text: str, quotes: list[str] = TABLE, **more: list[str]) -> list[str]:
    return [str(figure) for figure in unsourced_figures(text, quotes=quotes, **more)]


def test_a_quoted_number_is_sourced_in_any_notation() -> None:
    assert unsourced("**$210,000** base, $307k in total [1], after 5–9 years") == []


def test_a_number_with_another_unit_is_not_sourced() -> None:
    assert unsourced("€210k, 307 %") == ["210,000 EUR", "307 %"]


def test_an_invented_number_is_not_sourced() -> None:
    assert unsourced("$210k or even $900k") == ["900,000 USD"]
    assert unsourced("$210k", quotes=[]) == ["210,000 USD"]


def test_a_working_vouches_for_its_result_everywhere() -> None:
    assert unsourced("**$253k more**: $560k − $307k = $253k [1]") == []
    assert unsourced("That is **$253k** more.\n\n$560k − $307k = $253k [2]") == []
    assert unsourced("$210k ÷ 12 = $17,500 a month; $17,500 / 2 = $8,750") == []


def test_a_working_needs_sourced_operands() -> None:
    assert unsourced("$600k − $307k = $293k") == ["600,000 USD", "293,000 USD"]
    assert unsourced("pay = $900k") == ["900,000 USD"]
    assert unsourced("$307k = $900k") == ["900,000 USD"]


def test_the_equals_sign_of_another_line_does_not_count() -> None:
    assert unsourced("$560k − $307k is\n\n= $253k") == ["253,000 USD"]


def test_the_user_may_be_quoted_on_years_but_not_on_money() -> None:
    said = ["I've 4 years and want $900k"]
    assert unsourced("*From your message: 4 years*, $900k", said_by_user=said) == ["900,000 USD"]


def test_the_users_numbers_may_be_computed_with() -> None:
    said = ["staff total per hour with 2,080 hours"]
    text = "$416k / 2,080 = **$200**"
    assert unsourced(text, ["$416 k"], said_by_user=said) == []


def test_the_date_of_a_source_is_sourced() -> None:
    assert unsourced("as of June 2026", dates=["2026-06"]) == []
    assert unsourced("as of June 2026") == ["2026"]


def test_computed_figures_by_hand() -> None:
    sourced = [Figure(20.0, "%"), Figure(165_000, "USD")]
    text = "$165k × 20 % = $33k, so $165k + $33k = $198k [1]"
    assert computed_figures(text, sourced=sourced) == (
        Figure(33_000, "USD"),
        Figure(198_000, "USD"),
    )
    assert computed_figures("($70k + $120k) / 2 = $95k", sourced=[]) == ()


PAIR = ["Principals get $560k, seniors $307k."]


def test_a_second_working_in_brackets_stands_by_itself() -> None:
    text = "$560k − $307k = $253k, 82.4 % on top ($560k ÷ $307k = 1.82 times) [1]"
    assert unsourced_figures(text, quotes=PAIR) == ()
    assert unsourced_figures(text, quotes=["Principals get $560k."]) != ()


def test_a_percentage_is_vouched_for_by_the_two_numbers_that_it_compares() -> None:
    more = "{} % more: $560k ÷ $307k = 1.82 times [1]"
    assert unsourced_figures(more.format("82.4"), quotes=PAIR) == ()
    assert unsourced_figures(more.format("45.2"), quotes=PAIR) == ()  # less, of the greater
    assert unsourced_figures(more.format("83.4"), quotes=PAIR) == (Figure(83.4, "%"),)
    assert unsourced_figures("82.4 % more [1]", quotes=PAIR) == (Figure(82.4, "%"),)


def test_a_constant_is_vouched_for_only_in_a_working() -> None:
    assert unsourced("12 people, $210k") == ["12"]


def test_figure_precision() -> None:
    assert figure_precision(unsourced=1, total=4) == 0.75
    assert figure_precision(unsourced=0, total=0) is None
