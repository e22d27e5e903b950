"""Figures, levels and places in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts import wording
from rag.verify.guard import numbers
from tests.rag.fakes import salary_fact


@pytest.mark.parametrize(
    ("value", "currency", "short", "text"),
    [
        (150_000, "USD", False, "$150,000"),
        (150_000, "USD", True, "$150k"),
        (150_500, "USD", True, "$150.5k"),
        (150_555, "USD", True, "$150,555"),
        (999, "USD", True, "$999"),
        (2_000_000, "USD", True, "$2,000,000"),
        (38.4615, "USD", False, "$38.46"),
        (-20_000, "EUR", False, "−€20,000"),
        (45_000, "SEK", False, "SEK 45,000"),
        (8, "%", False, "8%"),
        (12.5, "%", True, "12.5%"),
    ],
)
def test_money(value: float, currency: str, short: bool, text: str) -> None:
    assert wording.money(value, currency, short=short) == text


@given(st.integers(1, 10_000_000), st.sampled_from(["USD", "EUR", "GBP"]), st.booleans())
def test_money_reads_as_its_value(value: int, currency: str, short: bool) -> None:
    assert float(value) in numbers(wording.money(value, currency, short=short))


@pytest.mark.parametrize(
    ("source", "low", "high", "open_ended", "text"),
    [
        ("$150,000-$250,000", 150_000, 250_000, False, "$150,000–$250,000"),
        ("$150k-$250k", 150_000, 250_000, False, "$150k–$250k"),
        ("$150,000-$250,000+", 150_000, 250_000, True, "$150,000–$250,000+"),
        ("$150k", 150_000, 150_000, False, "$150k"),
        ("$150k+", 150_000, None, True, "$150k+"),
        ("$150,000", 150_000, None, True, "more than $150,000"),
        ("$90k", None, 90_000, False, "up to $90k"),
    ],
)
def test_figures(
    source: str, low: float | None, high: float | None, open_ended: bool, text: str
) -> None:
    fact = salary_fact(low=low, high=high, open_ended=open_ended, end=len(source))
    assert wording.figure(fact, source) == text


def test_a_range_of_shares_has_one_sign() -> None:
    fact = salary_fact(low=8, high=12, currency="%", component="bonus", end=5)
    assert wording.figure(fact, "8-12%") == "8–12%"


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(7, None, "7+ years"), (4, 4, "4 years"), (3, 6, "3–6 years"), (None, None, "")],
)
def test_years(low: float | None, high: float | None, text: str) -> None:
    assert wording.years(salary_fact(min_years=low, max_years=high)) == text


@pytest.mark.parametrize(
    ("label", "level", "low", "text"),
    [
        ("Senior (5-9 years)", "senior", 5, "Senior (5-9 years)"),
        ("Seniors", "senior", None, "Seniors"),
        ("", "senior/lead", None, "senior and lead"),
        ("", "entry", 0, "entry-level (0+ years)"),
        ("", None, 3, "3+ years"),
        ("", None, None, ""),
    ],
)
def test_the_rung_in_the_sources_words(
    label: str, level: str | None, low: float | None, text: str
) -> None:
    assert wording.rung(salary_fact(label=label, level=level, min_years=low)) == text


def test_places() -> None:
    assert wording.place(salary_fact(region="United States")) == "in the United States"
    assert wording.place(salary_fact(region="United States", place="Austin")) == "in Austin"
    assert wording.place(salary_fact(place="remote")) == "for remote roles"
    assert wording.place(salary_fact()) == ""
    assert wording.place_name(salary_fact()) == "not stated"


@pytest.mark.parametrize(
    ("date", "text"), [("2026-06", "June 2026"), ("2026", "2026"), (None, "undated")]
)
def test_dates(date: str | None, text: str) -> None:
    assert wording.date(date) == text


def test_kinds_and_lists() -> None:
    assert wording.kind(salary_fact(component="total", statistic="median")) == (
        "median total compensation"
    )
    assert wording.kind(salary_fact()) == "pay"
    assert wording.joined(["a", "b", "c"]) == "a, b and c"
    assert wording.joined(["a", "b"], word="or") == "a or b"
    assert wording.joined([]) == ""


@pytest.mark.parametrize(
    ("role", "plural"), [("AI engineer", "AI engineers"), ("data secretary", "data secretaries")]
)
def test_plurals(role: str, plural: str) -> None:
    assert wording.plural(role) == plural
