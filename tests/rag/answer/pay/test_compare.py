"""Two figures side by side: the difference with its working, or why there is none."""

from __future__ import annotations

from rag.index.library import Library
from rag.understand.pay import Task
from tests.rag.fakes import pay_draft


def said(library: Library, question: str, task: Task = Task.DIFFERENCE) -> str:
    draft, gap = pay_draft(library, question, task)
    assert gap is None, gap
    return draft.text


def test_a_difference_shows_its_working(parts: Library) -> None:
    draft, _ = pay_draft(
        parts, "How much more total comp does a principal get than a senior?", Task.DIFFERENCE
    )
    assert "**$220k more**: $540k − $320k = $220k" in draft.text
    assert "[1][2]" in draft.text
    assert draft.workings == draft.paragraphs


def test_the_order_of_the_question_does_not_turn_the_sign(parts: Library) -> None:
    one = said(parts, "How much more base does a senior get than a junior?")
    other = said(parts, "How much more base does a junior get than a senior?")
    assert "$200k − $100k = $100k" in one
    assert "$200k − $100k = $100k" in other


def test_a_ratio(parts: Library) -> None:
    text = said(parts, "What is the ratio of principal to junior base salary?", Task.RATIO)
    assert "**3.00 times**: $300k ÷ $100k" in text


def test_how_much_lower(parts: Library) -> None:
    text = said(parts, "How much lower is the junior base than the senior base?")
    assert "50.0% below" in text


def test_ranges_are_compared_at_both_ends(levels: Library) -> None:
    text = said(levels, "How much more do seniors earn than juniors in Asia?")
    assert "$80,000 − $30,000 = $50,000" in text
    assert "$150,000 − $60,000 = $90,000" in text


def test_places_of_one_currency(levels: Library) -> None:
    text = said(levels, "How much more do mid-level engineers earn in the US than in Asia?")
    assert "$150,000 − $50,000 = $100,000" in text
    assert "$250,000 − $100,000 = $150,000" in text


def test_currencies_are_not_converted(levels: Library) -> None:
    draft, gap = pay_draft(
        levels, "How much more do seniors in the US earn than in Europe?", Task.DIFFERENCE
    )
    assert gap is None
    assert "$250,000–$400,000+" in draft.text
    assert "€100,000–€180,000+" in draft.text
    assert "no exchange rate" in draft.text
    assert draft.workings == []
    assert " − " not in draft.text


def test_components_of_one_row(parts: Library) -> None:
    text = said(parts, "How much is base versus total for seniors?")
    assert "$320k − $200k = $120k" in text


def test_equal_shares_differ_by_nothing(parts: Library) -> None:
    assert "no difference" in said(parts, "Compare the bonus of juniors and seniors")


def test_shares_differ_by_points(parts: Library) -> None:
    text = said(parts, "How much more equity do seniors get than juniors?")
    assert "**20 percentage points more**: 40% − 20% = 20%" in text


def test_one_side_alone_is_said_to_be_alone(levels: Library) -> None:
    text = said(levels, "How much more do seniors earn in Asia than in Brazil?")
    assert "Brazil" in text
    assert "can't compare" in text
    assert " − " not in text


def test_hourly_pay(nurses: Library) -> None:
    text = said(nurses, "How much more do nurses in California earn than in Texas?")
    assert "$66 − $41 = $25" in text


def test_a_difference_says_its_period(nurses: Library) -> None:
    assert "hour" in said(nurses, "How much more do nurses in California earn than in Texas?")
