"""Pay answers over small libraries: what was asked and no more, conflicts shown, gaps said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.decline import decline_pay
from rag.answer.pay.conflicts import disagree
from rag.facts.money import PERCENT, find_mentions
from rag.index.library import Library
from rag.types import SalaryFact
from rag.understand.pay import Task
from rag.verify.guard import Cited, guard, unsourced_numbers
from tests.rag.fakes import library_of, pay_draft, salary_fact


def said(library: Library, question: str, task: Task = Task.AMOUNT) -> str:
    draft, gap = pay_draft(library, question, task)
    assert gap is None, gap
    return draft.text


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("What do entry-level AI engineers earn in the US?", "$100,000–$150,000"),
        ("What do mid-level AI engineers get in Asia?", "$50,000–$100,000"),
        ("What do seniors earn in Europe?", "€100,000–€180,000+"),
        ("What do engineers with 1 year earn in Asia?", "$30,000–$60,000"),
        ("What do engineers with 8 years earn in Asia?", "$80,000–$150,000+"),
    ],
)
def test_the_figure_asked_for_and_no_other(levels: Library, question: str, figure: str) -> None:
    text = said(levels, question)
    assert f"**{figure}**" in text
    assert len(re.findall(r"[$€]\d", text)) == 2


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("What is the base salary of seniors?", "$200k"),
        ("What is the total compensation of seniors?", "$320k"),
        ("What bonus do seniors get?", "10%"),
        ("What equity do principals get?", "60%"),
    ],
)
def test_the_component_asked_for_and_no_other(parts: Library, question: str, figure: str) -> None:
    assert re.findall(r"\*\*([^*]+)\*\*", said(parts, question)) == [figure]


@pytest.mark.parametrize("place", ["Germany", "Berlin"])
def test_a_wider_region_is_said(levels: Library, place: str) -> None:
    text = said(levels, f"What do seniors earn in {place}?")
    assert "€100,000–€180,000+" in text
    assert f"no figure for {place} itself" in text
    assert "Europe" in text


def test_a_place_without_levels_is_said(parts: Library) -> None:
    text = said(parts, "What do seniors earn in Austin?")
    assert "$210k" in text
    assert "for all levels together" in text


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("What do seniors earn in Brazil?", "Brazil"),
        ("What do AI engineers earn in Toronto?", "Toronto"),
        ("What do nurses earn?", "nurses"),
        ("What did seniors earn in 2019?", "2019"),
        ("remote pay for seniors?", "remote work"),
    ],
)
def test_what_is_lacking_is_declined_without_a_sum(
    levels: Library, question: str, lacking: str
) -> None:
    draft, gap = pay_draft(levels, question)
    assert gap is not None
    assert not draft.text
    text = decline_pay(gap)
    assert lacking in text
    assert [m for m in find_mentions(text) if m.currency != PERCENT] == []


def test_sources_that_disagree_are_both_shown(two_sources: Library) -> None:
    draft, gap = pay_draft(two_sources, "What do seniors earn in the US?")
    assert gap is None
    assert "$250,000–$400,000+" in draft.text
    assert "$170,000-$210,000" in draft.text.replace("–", "-")
    (conflict,) = draft.conflicts
    assert len(conflict.markers) == 2
    cited = {c.document for c in draft.citations if c.marker in conflict.markers}
    assert cited == {"levels.md", "other.md"}
    assert all(f"[{m}]" in draft.text for m in conflict.markers)
    assert "disagree" in draft.text


def test_sources_on_other_levels_or_places_do_not_disagree(two_sources: Library) -> None:
    for question in ("What do seniors earn in Europe?", "What do juniors earn in the US?"):
        draft, _ = pay_draft(two_sources, question)
        assert draft.conflicts == []


def test_a_figure_in_table_and_sentence_is_said_once(levels: Library) -> None:
    draft, _ = pay_draft(levels, "What do mid-level AI engineers earn in Europe?")
    assert draft.text.count("70,000") == 1
    assert len(draft.facts) == 1


def test_three_figures_are_a_table(levels: Library) -> None:
    text = said(levels, "What do seniors earn?")
    rows = [line for line in text.split("\n") if line.startswith("| ")]
    assert len(rows) == 4  # the head, and a row a place
    assert all(re.search(r"\[\d+\] \|$", row) for row in rows[1:])


def test_the_highest_comes_first(levels: Library) -> None:
    text = said(levels, "What is the highest pay in Europe?", Task.HIGHEST)
    assert text.index("€100,000") < text.index("€70,000") < text.index("€50,000")
    lowest = said(levels, "What is the lowest pay in Europe?", Task.LOWEST)
    assert lowest.index("€50,000") < lowest.index("€70,000")


def test_what_kind_and_how_old_is_said(levels: Library, parts: Library) -> None:
    base = said(parts, "What is the base salary of seniors?")
    assert "median base salary" in base
    assert "June 2026" in base
    unknown = said(levels, "What do seniors earn in Asia?")
    assert "doesn't say whether this is base or total" in unknown
    assert "June 2026" in unknown


def test_hourly_pay_keeps_its_period(nurses: Library) -> None:
    assert "**$41** an hour" in said(nurses, "What do nurses earn in Texas?")


QUESTIONS = [
    "What do seniors earn?",
    "What do seniors earn in Berlin?",
    "What do juniors earn per month in Europe?",
    "What do seniors earn per hour in Asia?",
    "How much more do seniors earn than juniors in Asia?",
    "What is the highest pay in Europe?",
    "midpoint of the mid-career range in Europe?",
    "What is the bonus of seniors in dollars?",
    "Does the total of seniors add up?",
    "What would a 20% raise on the senior base give?",
    "base versus total for seniors?",
]


@pytest.mark.parametrize("name", ["levels", "parts", "two_sources"])
def test_nothing_that_is_written_falls_to_the_guard(
    name: str, request: pytest.FixtureRequest
) -> None:
    library: Library = request.getfixturevalue(name)
    for question in QUESTIONS:
        draft, gap = pay_draft(library, question)
        if gap is not None:
            continue
        kept, removed = guard(
            draft.paragraphs,
            Cited(draft.citations),
            workings=draft.workings,
            allowed=[2026, 2080, 52, 40, 20],
        )
        assert (kept, removed) == (draft.paragraphs, 0), question
        markers = {int(m) for m in re.findall(r"\[(\d+)\]", draft.text)}
        assert markers <= {c.marker for c in draft.citations}
        quotes = [c.quote for c in draft.citations]
        for fact in draft.facts:
            figure = fact.fact.span.of(library.documents[fact.fact.document].text)
            assert unsourced_numbers(figure, quotes=quotes) == []


def test_the_verdict_on_several_totals_passes_the_guard(parts: Library) -> None:
    draft, _ = pay_draft(parts, "Do the totals add up?", Task.CHECK)
    kept, removed = guard(draft.paragraphs, Cited(draft.citations), workings=draft.workings)
    assert (kept, removed) == (draft.paragraphs, 0)


# --- what disagrees -------------------------------------------------------------------

_fact = st.builds(
    salary_fact,
    start=st.sampled_from([0, 10, 20]),
    low=st.sampled_from([50_000.0, 100_000.0]),
    high=st.sampled_from([100_000.0, 150_000.0, None]),
    level=st.sampled_from([None, "senior", "entry", "senior/lead"]),
    region=st.sampled_from([None, "United States", "Europe"]),
    component=st.sampled_from(["base", "total", "unspecified"]),
    currency=st.sampled_from(["USD", "EUR"]),
)


@given(_fact, _fact)
def test_disagreeing_is_mutual_and_never_with_oneself(a: SalaryFact, b: SalaryFact) -> None:
    assert disagree(a, b) == disagree(b, a)
    assert not disagree(a, a)


@pytest.mark.parametrize(
    ("facets", "expected"),
    [
        ({}, True),
        ({"low": 100_000.0, "high": 100_000.0}, False),
        ({"low": 90_000.0, "high": 300_000.0}, False),
        ({"level": "entry"}, False),
        ({"region": "Europe"}, False),
        ({"component": "total"}, False),
        ({"component": "unspecified"}, True),
        ({"currency": "EUR"}, False),
        ({"period": "hour"}, False),
        ({"place": "Austin"}, True),
        ({"place": "remote"}, False),
    ],
)
def test_only_figures_for_the_same_thing_disagree(facets: dict[str, Any], expected: bool) -> None:
    one = salary_fact(level="senior", region="United States", component="base")
    plain: dict[str, Any] = {
        "level": "senior",
        "region": "United States",
        "component": "base",
    }
    other = salary_fact(start=10, **{**plain, "low": 200_000.0, "high": 210_000.0, **facets})
    assert disagree(one, other) is expected


PROXY = """# Proxy statement

## Director compensation

| Name | Fees earned ($) | Total ($) |
|---|---|---|
| Houston B. Greene | 115,000 | 315,018 |
| Priya Nair | 105,000 | 302,518 |
"""


@pytest.mark.parametrize(
    ("question", "who", "total"),
    [
        ("What was Houston Greene's total director compensation?", "Houston B. Greene", "$315,018"),
        ("What total compensation did Ms. Nair get?", "Priya Nair", "$302,518"),
    ],
)
def test_people_are_known_by_name(question: str, who: str, total: str, tmp_path: Path) -> None:
    library = library_of(tmp_path, {"proxy.md": PROXY})
    draft, gap = pay_draft(library, question)
    assert gap is None
    assert who in draft.text
    assert total in draft.text
    assert len(draft.facts) == 1
