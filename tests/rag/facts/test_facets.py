"""Levels, years, components and statistics, as people write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.facts.facets import (
    LEVELS,
    Years,
    find_components,
    find_levels,
    find_statistics,
    find_years,
)


def levels(text: str) -> list[str]:
    return [t.value for t in find_levels(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("junior engineers", ["entry"]),
        ("entry-level", ["entry"]),
        ("Associate (0-2 years)", ["entry"]),
        ("a fresh grad", ["entry"]),
        ("mid-level", ["mid"]),
        ("mid level ai engineers", ["mid"]),
        ("Mid-career", ["mid"]),
        ("seniors", ["senior"]),
        ("Sr engineer", ["senior"]),
        ("staff engineers", ["staff"]),
        ("staff members", []),
        ("staff shortages in hospitals", []),
        ("the staffing firm", []),
        ("Principal/Lead", ["principal", "lead"]),
        ("lead or principal engineers", ["lead", "principal"]),
        ("lead engineer", ["lead"]),
        ("tech lead", ["lead"]),
        ("this can lead to more pay", []),
        ("skills lead to better jobs", []),
        ("leading companies", []),
        ("interns", ["intern"]),
        ("internal tools", []),
        ("international", []),
        ("directors and VPs", ["director", "executive"]),
        ("in the middle of", []),
        ("", []),
    ],
)
def test_levels(text: str, expected: list[str]) -> None:
    assert levels(text) == expected
    assert set(expected) <= set(LEVELS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0-2 years", [(0, 2)]),
        ("0\u20132 years", [(0, 2)]),
        ("3 to 6 years", [(3, 6)]),
        ("7+ years", [(7, None)]),
        ("7+ yrs", [(7, None)]),
        ("7 years or more", [(7, None)]),
        ("more than 5 years", [(5, None)]),
        ("at least 3 years of experience", [(3, None)]),
        ("less than 2 years", [(0, 2)]),
        ("four years", [(4, 4)]),
        ("5 yoe", [(5, 5)]),
        ("a 5-year veteran", [(5, 5)]),
        ("2.5 years", [(2.5, 2.5)]),
        ("1 year", [(1, 1)]),
        ("5 years ago", []),
        ("in the next 5 years", []),
        ("the last 3 years", []),
        ("25 years old", []),
        ("$5 years", []),
        ("in 2026 years", []),
        ("6-3 years", []),
        ("from 2 to 5 years, then 9+ years", [(2, 5), (9, None)]),
        ("", []),
    ],
)
def test_years_of_experience(text: str, expected: list[tuple[float, float | None]]) -> None:
    assert [(y.low, y.high) for y in find_years(text)] == expected


@given(
    st.integers(0, 30),
    st.integers(0, 30),
    st.sampled_from(["-", "\u2013", " to ", " - "]),
    st.sampled_from(["years", "yrs", "year", "yoe"]),
)
def test_years_come_back_as_written(one: int, other: int, dash: str, unit: str) -> None:
    low, high = sorted([one, other])
    assert [(y.low, y.high) for y in find_years(f"with {low}{dash}{high} {unit}")] == [(low, high)]


@pytest.mark.parametrize(
    ("years", "low", "high", "overlaps"),
    [
        (Years(0, 1, 3, 6), 5, 9, True),
        (Years(0, 1, 3, 6), 6, None, True),
        (Years(0, 1, 3, 6), 7, None, False),
        (Years(0, 1, 7, None), 0, 6, False),
        (Years(0, 1, 7, None), 8, 8, True),
        (Years(0, 1, 4, 4), 3, 6, True),
    ],
)
def test_overlap(years: Years, low: float, high: float | None, overlaps: bool) -> None:
    assert years.overlaps(low, high) is overlaps


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("base salary", ["base"]),
        ("total comp", ["total"]),
        ("median TC", ["total"]),
        ("total compensation", ["total"]),
        ("a signing bonus", ["bonus"]),
        ("equity grants and bonuses", ["equity", "bonus"]),
        ("RSUs", ["equity"]),
        ("a premium of 20%", ["premium"]),
        ("a learning budget", ["budget"]),
        ("based on data", []),
        ("database", []),
    ],
)
def test_components(text: str, expected: list[str]) -> None:
    assert [t.value for t in find_components(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the median", ["median"]),
        ("on average", ["mean"]),
        ("typically", ["typical"]),
        ("rose by 12%", ["growth"]),
        ("what this means", []),
        ("rose sharply", []),
    ],
)
def test_statistics(text: str, expected: list[str]) -> None:
    assert [t.value for t in find_statistics(text)] == expected


@given(st.text(max_size=120))
def test_any_text_gives_terms_whose_spans_hold(text: str) -> None:
    for find in (find_levels, find_components, find_statistics, find_years):
        for term in find(text):
            assert 0 <= term.start < term.end <= len(text)


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1 ",
        "1-",
        "five ",
        "lead ",
        "staff ",
        " ",
        "total ",
        "earn ",
        "fresh ",
        "mid-",
        "1 to ",
    ],
)
def test_a_long_evil_text_is_read_in_linear_time(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    started = time.process_time()
    for find in (find_levels, find_components, find_statistics, find_years):
        for _ in find(text):
            pass
    assert time.process_time() - started < 30
