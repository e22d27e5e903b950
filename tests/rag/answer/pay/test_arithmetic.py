"""Sums over cited figures, each with its working."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.answer.draft import Draft
from rag.answer.pay.arithmetic import HOURS_PER_YEAR, PERIODS_PER_YEAR, check_total
from rag.index.library import Library
from rag.understand.pay import Task, read_question
from tests.rag.fakes import library_of, pay_draft


def said(library: Library, question: str) -> str:
    draft, gap = pay_draft(library, question)
    assert gap is None, gap
    return draft.text


def test_an_hour_of_a_yearly_figure(levels: Library) -> None:
    text = said(levels, "What do seniors earn per hour in Asia?")
    assert "$80,000 ÷ 2,080 = **$38.46**" in text
    assert "$150,000 ÷ 2,080 = **$72.12**" in text
    assert "40 hours × 52 weeks = 2,080" in text
    assert HOURS_PER_YEAR == 40 * 52


def test_a_month_of_a_yearly_figure(levels: Library) -> None:
    text = said(levels, "What do juniors earn per month in Europe?")
    assert "€50,000 ÷ 12 = **€4,166.67**" in text
    assert "€80,000 ÷ 12 = **€6,666.67**" in text


def test_an_hour_of_an_hourly_figure_is_itself(nurses: Library) -> None:
    text = said(nurses, "What do nurses in Texas earn per hour?")
    assert "**$41** an hour" in text
    assert "÷" not in text


def test_a_year_of_an_hourly_figure(nurses: Library) -> None:
    assert "$41 × 2,080 = **$85,280**" in said(nurses, "What do nurses in Texas earn a year?")


def test_a_month_of_an_hourly_figure(nurses: Library) -> None:
    text = said(nurses, "What do nurses in Texas earn per month?")
    months = PERIODS_PER_YEAR["hour"] / PERIODS_PER_YEAR["month"]
    assert f"**${41 * months:,.2f}**" in text


def test_a_bonus_in_money(parts: Library) -> None:
    draft, _ = pay_draft(parts, "What is the bonus of seniors in dollars?")
    assert "10% bonus × $200,000 base = **$20,000**" in draft.text
    assert draft.workings
    assert "[1]" in draft.text


def test_a_raise_of_the_questions_own(parts: Library) -> None:
    text = said(parts, "What would a 20% raise on the senior base give?")
    assert "$200,000" in text
    assert "**$240,000**" in text


@pytest.mark.parametrize(
    ("question", "low", "high", "result"),
    [
        ("midpoint of the mid-career range in Asia?", "$50,000", "$100,000", "**$75,000**"),
        ("How wide is the mid-career range in Asia?", "$50,000", "$100,000", "**$50,000**"),
    ],
)
def test_measures_of_a_range(
    levels: Library, question: str, low: str, high: str, result: str
) -> None:
    text = said(levels, question)
    assert low in text
    assert high in text
    assert result in text


def test_totals_are_checked_row_by_row(parts: Library) -> None:
    draft, gap = pay_draft(parts, "Do the totals add up?", Task.CHECK)
    assert gap is None
    lines = [p for p in draft.paragraphs if "×" in p]
    assert len(lines) == 3
    assert "not every total follows" in draft.text
    assert "$300,000**, $20,000 less than the stated total of $320,000" in draft.text
    (conflict,) = draft.conflicts
    assert re.findall(r"\[(\d+)\]", lines[1]) == [str(m) for m in conflict.markers]


def test_a_total_that_follows_is_confirmed(parts: Library) -> None:
    draft, _ = pay_draft(parts, "Does the total of principals add up?", Task.CHECK)
    assert "**Yes**" in draft.text
    assert draft.conflicts == []


def test_where_there_are_no_parts_there_is_nothing_to_check(levels: Library) -> None:
    draft = Draft(levels)
    assert not check_total(read_question("Does the total of seniors add up?"), draft)
    assert draft.paragraphs == []


def test_the_parts_are_of_one_row(parts: Library) -> None:
    for fact in parts.facts:
        for part in parts.ledger.row(fact).values():
            assert part.evidence == fact.evidence


@settings(max_examples=20)
@given(st.integers(10, 400), st.integers(1, 90), st.integers(1, 60), st.integers(-40, 40))
def test_a_total_is_confirmed_exactly_where_it_follows(
    base: int, equity: int, bonus: int, off: int
) -> None:
    total = base * 10 * (100 + equity + bonus) + off * base * 10
    text = (
        "# AI engineer pay\n\n| Level | Base salary | Equity (% of base) | Bonus (% of base) |"
        " Total comp |\n|---|---|---|---|---|\n"
        f"| Senior | ${base * 1000:,} | {equity}% | {bonus}% | ${total:,} |\n"
    )
    if total <= 0:
        return
    draft = Draft(_library(text))
    assert check_total(read_question("Does the senior total add up?"), draft)
    follows = abs(off * base * 10) <= 0.005 * total
    assert ("**Yes**" in draft.text) is follows
    assert bool(draft.conflicts) is not follows


def _library(text: str) -> Library:
    with tempfile.TemporaryDirectory() as folder:
        return library_of(Path(folder), {"a.md": text})
