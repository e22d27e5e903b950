"""The guard: numbers that nothing cited holds go, with their line; workings and markers stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Citation
from rag.verify.guard import Cited, guard, numbers, unsourced_numbers
from tests.rag.fakes import salary_fact


def citation(marker: int, quote: str) -> Citation:
    return Citation(marker, "a.md", "A", "", quote, 0, len(quote))


ONE = citation(1, "Seniors earn $200,000-$250,000 in Austin.")
TWO = citation(2, "| Junior | $100k | 8% |")


def guarded(*paragraphs: str, workings: tuple[str, ...] = ()) -> tuple[list[str], int]:
    return guard(paragraphs, Cited([ONE, TWO]), workings=workings)


@pytest.mark.parametrize(
    ("text", "unsourced"),
    [
        ("Seniors earn $200,000 [1].", []),
        ("Seniors earn $200k [1].", []),
        ("Seniors earn 250,000 dollars.", []),
        ("Seniors earn $900,000 [1].", ["900,000"]),
        ("Seniors earn $900k.", ["900k"]),
        ("Juniors earn 100,000 and 8 %.", []),
        ("Juniors get 9%.", ["9"]),
        ("Seniors earn $2 million.", ["2"]),
        ("There are 3 of them.", ["3"]),
        ("None.", []),
        ("", []),
        ("See [1], [2] and [17].", []),
    ],
)
def test_unsourced_numbers(text: str, unsourced: list[str]) -> None:
    assert unsourced_numbers(text, quotes=[ONE.quote, TWO.quote]) == unsourced


def test_allowed_numbers_need_no_quote() -> None:
    assert unsourced_numbers("With 4 years in 2026.", quotes=[], allowed=[4, 2026]) == []
    assert unsourced_numbers("With 4 years in 2026.", quotes=[], allowed=[4]) == ["2026"]


def test_money_counts_as_written_and_as_meant() -> None:
    assert {150, 150_000} <= set(numbers("$150k")) | {150}
    assert 150_000 in numbers("$150k")
    assert {150_000, 180_000} <= set(numbers("$150-180k"))
    assert numbers("none") == []


def test_a_sourced_paragraph_is_kept_as_it_is() -> None:
    text = "Seniors earn **$200,000–$250,000** [1]."
    assert guarded(text) == ([text], 0)


def test_an_unsourced_paragraph_goes() -> None:
    assert guarded("Seniors earn $900,000 [1].", "They work [1].") == (["They work [1]."], 1)


def test_only_the_bad_line_of_a_list_goes() -> None:
    text = "- Seniors earn $200,000 [1]\n- Staff earn $900,000 [1]\n- Juniors get 8% [2]"
    assert guarded(text) == (["- Seniors earn $200,000 [1]\n- Juniors get 8% [2]"], 1)


def test_a_number_must_stand_in_what_its_own_line_cites() -> None:
    assert guarded("Juniors earn $100k [1].") == ([], 1)
    assert guarded("Juniors earn $100k [2].") == (["Juniors earn $100k [2]."], 0)


def test_only_the_bad_row_of_a_table_goes() -> None:
    head = "| Who | Figure | Source |\n|---|---|---|"
    text = f"{head}\n| Seniors | $200,000 | [1] |\n| Staff | $900,000 | [1] |"
    assert guarded(text) == ([f"{head}\n| Seniors | $200,000 | [1] |"], 1)


def test_a_tables_head_goes_with_its_last_row() -> None:
    text = "| Who | Figure | Source |\n|---|---|---|\n| Staff | $900,000 | [1] |"
    assert guarded(text) == ([], 1)


def test_workings_are_kept() -> None:
    line = "$250,000 − $200,000 = $50,000 [1]."
    assert guarded(line, workings=(line,)) == ([line], 0)
    assert guarded(line) == ([], 1)


@given(st.integers(1, 999))
def test_markers_are_no_numbers(marker: int) -> None:
    assert unsourced_numbers(f"They work [{marker}].", quotes=[]) == []


@given(
    st.floats(1, 1e9).map(lambda v: round(v)), st.sampled_from(["${:,}", "{:,}", "€{:,}", "{}%"])
)
def test_what_is_quoted_verbatim_is_sourced(value: int, form: str) -> None:
    figure = form.format(value)
    assert unsourced_numbers(f"They earn {figure}.", quotes=[f"So: {figure} a year."]) == []


@given(st.integers(1_000, 10**7), st.integers(1_000, 10**7))
def test_another_number_is_never_sourced(one: int, other: int) -> None:
    found = unsourced_numbers(f"They earn ${one:,}.", quotes=[f"They earn ${other:,}."])
    assert bool(found) == (one != other)


@given(st.lists(st.text(max_size=60), max_size=5))
def test_what_is_kept_holds_no_unsourced_number_and_stays_kept(paragraphs: list[str]) -> None:
    kept, removed = guarded(*paragraphs)
    assert guarded(*kept) == (kept, 0)
    assert removed >= 0
    assert all(
        unsourced_numbers(line, quotes=[ONE.quote, TWO.quote]) == []
        for p in kept
        for line in p.split("\n")
    )


def test_a_sum_in_another_currency_or_for_another_period_is_not_sourced() -> None:
    quotes = ["Seniors earn €90,000 a year, contractors $60 an hour."]
    assert unsourced_numbers("They earn €90,000 a year.", quotes=quotes) == []
    assert unsourced_numbers("They earn $90,000 a year.", quotes=quotes) != []
    assert unsourced_numbers("They earn $60 a month.", quotes=quotes) != []


def test_a_facts_reading_sources_what_its_row_writes_short() -> None:
    row = "| London | 72 |"
    fact = salary_fact(low=72_000.0, high=72_000.0, currency="GBP")
    assert unsourced_numbers("**£72,000** in London", quotes=[row], facts=[fact]) == []
    assert unsourced_numbers("**€72,000** in London", quotes=[row], facts=[fact]) != []
    assert unsourced_numbers("**£72,000** in London", quotes=[row]) != []
