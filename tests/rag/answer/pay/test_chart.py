"""Charts: bars of one unit, each of one cited figure; labels tell them apart."""

from __future__ import annotations

from dataclasses import replace

from rag.answer.pay.chart import charts
from rag.types import CitedFact, SalaryFact, Span

EUROPE = SalaryFact(
    document="a.md",
    span=Span(0, 10),
    evidence=Span(0, 10),
    low=70_000,
    high=120_000,
    currency="EUR",
    statistic="range",
    role="AI engineer",
    level="mid",
    region="Europe",
    label="Mid-career",
)
SENIOR = replace(EUROPE, low=100_000, high=180_000, level="senior", label="Senior", open_ended=True)
US = replace(EUROPE, currency="USD", region="United States")


def cited(*facts: SalaryFact) -> list[CitedFact]:
    return [CitedFact(fact, marker) for marker, fact in enumerate(facts, start=1)]


def test_bars_of_one_unit_share_a_chart_in_the_order_of_the_answer() -> None:
    (chart,) = charts(cited(EUROPE, SENIOR))
    assert (chart.currency, chart.period, chart.unit) == ("EUR", "year", "EUR a year")
    assert [(b.low, b.high, b.open_ended, b.marker) for b in chart.bars] == [
        (70_000, 120_000, False, 1),
        (100_000, 180_000, True, 2),
    ]
    assert chart.top == 180_000


def test_a_label_holds_what_differs_and_the_title_what_does_not() -> None:
    (chart,) = charts(cited(EUROPE, SENIOR))
    assert chart.title == "Europe, pay"
    assert [b.label for b in chart.bars] == ["Mid-career AI engineers", "Senior AI engineers"]


def test_currencies_are_never_mixed() -> None:
    both = charts(cited(US, EUROPE, SENIOR))
    assert [(c.currency, len(c.bars)) for c in both] == [("EUR", 2)]


def test_hours_and_years_are_never_mixed() -> None:
    hourly = replace(EUROPE, low=30, high=30, period="hour")
    assert charts(cited(EUROPE, hourly)) == ()


def test_percentages_are_a_chart_of_their_own() -> None:
    shares = [replace(EUROPE, low=v, high=v, currency="%", component="bonus") for v in (8, 12)]
    (chart,) = charts(cited(shares[0], EUROPE, shares[1]))
    assert (chart.unit, [b.low for b in chart.bars]) == ("%", [8, 12])


def test_one_figure_is_not_worth_a_chart_nor_is_one_cited_twice() -> None:
    assert charts(()) == ()
    assert charts([CitedFact(EUROPE, 1), CitedFact(EUROPE, 1)]) == ()


def test_an_open_lower_end_counts_for_the_axis() -> None:
    up_to = replace(EUROPE, low=None, high=90_000)
    (chart,) = charts(cited(up_to, EUROPE))
    assert chart.top == 120_000
    assert chart.bars[0].low is None
