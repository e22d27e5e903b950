"""The cited facts of an answer -> what a page draws of them: one bar a figure, one unit a chart.

Nothing is converted: figures of another currency or period make a chart of their own, and
percentages are no bars beside money.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rag.facts import wording
from rag.facts.money import PERCENT
from rag.types import CitedFact, Period, SalaryFact, Statistic

MIN_BARS = 2
MAX_BARS = 24


@dataclass(frozen=True, slots=True)
class Bar:
    """One figure of one source, in whole units of the chart's currency.

    A single figure has ``low == high``; a median is one. ``low`` is None for "up to ...",
    ``high`` for "more than ...". ``open_ended`` says that more is possible than ``high`` ("+"),
    or that there is no upper end. ``label`` holds what tells the bar from the others.
    """

    label: str
    low: float | None
    high: float | None
    open_ended: bool
    statistic: Statistic
    kind: str
    date: str | None
    document: str
    marker: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one unit. ``currency`` is an ISO 4217 code or "%"; ``title`` holds what the bars share."""

    title: str
    currency: str
    period: Period
    bars: tuple[Bar, ...]

    @property
    def unit(self) -> str:
        """The axis in words ("USD a year")."""
        return "%" if self.currency == PERCENT else f"{self.currency} {wording.per(self.period)}"

    @property
    def top(self) -> float:
        """The largest value of any bar: the axis goes from 0 to here or a little beyond."""
        return max(v for bar in self.bars for v in (bar.low, bar.high) if v is not None)


def charts(facts: Sequence[CitedFact]) -> tuple[Chart, ...]:
    """What is worth drawing of an answer's facts; the unit with most bars first.

    A figure that is cited twice is drawn once; a unit with a single bar is not drawn.
    """
    by_unit: dict[tuple[str, Period], list[CitedFact]] = {}
    for cited in dict.fromkeys(facts):
        fact = cited.fact
        if fact.low is None and fact.high is None:
            continue
        period: Period = "year" if fact.currency == PERCENT else fact.period
        by_unit.setdefault((fact.currency, period), []).append(cited)
    found = [
        _chart(currency, period, group[:MAX_BARS])
        for (currency, period), group in by_unit.items()
        if len(group) >= MIN_BARS
    ]
    return tuple(sorted(found, key=lambda chart: -len(chart.bars)))


def _chart(currency: str, period: Period, group: Sequence[CitedFact]) -> Chart:
    parts = [_parts(cited.fact) for cited in group]
    shared = [values[0] for values in zip(*parts, strict=True) if len(set(values)) == 1]
    bars = tuple(
        Bar(
            label=wording.capital(", ".join(p for p in own if p and p not in shared))
            or wording.capital(wording.kind(cited.fact)),
            low=cited.fact.low,
            high=cited.fact.high,
            open_ended=cited.fact.open_ended,
            statistic=cited.fact.statistic,
            kind=wording.kind(cited.fact),
            date=cited.fact.as_of,
            document=cited.fact.document,
            marker=cited.marker,
        )
        for cited, own in zip(group, parts, strict=True)
    )
    title = ", ".join(dict.fromkeys(p for p in shared if p)) or "Pay"
    return Chart(wording.capital(title), currency, period, bars)


def _parts(fact: SalaryFact) -> tuple[str, str, str, str]:
    """What a figure is of: who, where, what kind, from when."""
    where = "" if not (fact.place or fact.region) else wording.place_name(fact)
    when = wording.date(fact.as_of) if fact.as_of else ""
    return wording.who(fact), where, wording.kind(fact), when
