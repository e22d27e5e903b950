"""Rankings, stated differences, the user's exchange rate, years of a level."""

from __future__ import annotations

import pytest

from rag.index.library import Library
from rag.understand.pay import Task
from tests.rag.fakes import library_of, pay_draft

MORE = """# AI engineer pay

Updated June 2026.

AI engineers earn 18% more base salary than software engineers.

Remote AI engineers earn 7-10% less total compensation than on-site peers in expensive hubs.

Mid-career AI engineers (3-6 years) in Europe earn €70,000-€120,000 a year.

Median total compensation of AI engineers is $280k in San Francisco and $210k in Austin.

Employers in Brazil pay AI engineers competitive salaries.
"""


@pytest.fixture(scope="module")
def more(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return library_of(tmp_path_factory.mktemp("more"), {"more.md": MORE})


def said(library: Library, question: str, task: Task = Task.AMOUNT) -> str:
    draft, gap = pay_draft(library, question, task)
    assert gap is None, gap
    return draft.text


def test_a_stated_difference_is_said_in_the_sources_words(more: Library) -> None:
    text = said(more, "How much more do AI engineers earn than software engineers?")
    assert "**18%** more base salary than software engineers" in text


def test_a_stated_difference_applies_to_the_users_amount(more: Library) -> None:
    text = said(more, "A software engineer gets $100,000 base. What would an AI engineer get more?")
    assert "$100,000 × 1.18 = **$118,000**" in text


def test_less_is_less(more: Library) -> None:
    text = said(more, "What is the discount for remote work?")
    assert "7-10%** less" in text.replace("–", "-")


def test_the_users_rate_is_used_and_shown(more: Library) -> None:
    text = said(more, "What is mid-career pay in Europe in dollars at 1.1 dollars per euro?")
    assert "€70,000 × 1.1 = **$77,000**" in text
    assert "€120,000 × 1.1 = **$132,000**" in text


def test_without_a_rate_nothing_is_converted(more: Library) -> None:
    text = said(more, "What is mid-career pay in Europe in dollars?")
    assert "tell me a rate" in text
    assert "$" not in text


def test_the_best_paid_city(more: Library) -> None:
    text = said(more, "Which city pays AI engineers the most?")
    assert text.index("San Francisco") < text.index("Austin")


def test_a_place_without_a_figure_is_told_in_words(more: Library) -> None:
    text = said(more, "What do AI engineers earn in Brazil?")
    assert "no figure for Brazil" in text
    assert "competitive" in text
    assert "$" not in text


def test_the_years_of_a_level_by_source(levels: Library, parts: Library) -> None:
    assert "**7+ years**" in said(levels, "At how many years is one senior?", Task.BANDS)
    assert "**5–9 years**" in said(
        parts, "How many years does the senior level stand for?", Task.BANDS
    )


def test_what_a_figure_is_for(parts: Library) -> None:
    text = said(parts, "Which level has a base of $300k?", Task.WHICH)
    assert text.startswith("**Principal")


def test_a_whole_table(parts: Library) -> None:
    text = said(parts, "Show me the whole pay table by level", Task.TABLE)
    rows = [line for line in text.split("\n") if line.startswith("| ")]
    assert len(rows) == 4  # the head, and three levels
    assert all(figure in text for figure in ("$100k", "20%", "10%", "$130k", "$540k"))


def test_the_document_that_gives_a_figure_is_named(more: Library) -> None:
    assert said(more, "Which document says $280k?", Task.WHICH).startswith(
        "“AI engineer pay” (**$280k** a year"
    )
    assert "“AI engineer pay”" in said(more, "Where does the $210k come from?", Task.WHICH)


def test_what_kind_a_figure_is(more: Library) -> None:
    text = said(more, "Is the $280k figure base or total?", Task.WHICH)
    assert "median total compensation" in text
    assert "$210k" not in text


def test_an_occupation_with_a_difference_alone_has_no_figure(more: Library) -> None:
    _, gap = pay_draft(more, "What do software engineers earn?")
    assert gap is not None
    assert gap.facet == "role"


def test_places_are_ranked_by_what_they_share(levels: Library) -> None:
    text = said(levels, "Which region pays the least?", Task.LOWEST)
    first, *rest = text.split("\n\n")
    assert first.startswith("**Asia** pays the least")
    assert "other money: Europe." in rest[-1]


def test_about_a_figure_is_near_it(levels: Library) -> None:
    assert (
        "senior"
        in said(levels, "Which level earns about $300k in the United States?", Task.WHICH).lower()
    )
