"""What a question says of its asker's own pay: packages, raises, other periods, and standing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rag.answer.draft import Draft
from rag.answer.pay.compose import answer_pay
from rag.answer.pay.premise import premise_of
from rag.index.library import Library
from rag.understand.pay import Task, read_question, resolved


def said(question: str, library: Library, task: Task = Task.AMOUNT) -> str:
    draft = Draft(library)
    asked = resolved(read_question(question, task), library.ledger)
    # What stands beside the facets is no topic here: the reading without topics is tried as well.
    assert answer_pay(replace(asked, topics=()), draft) is None
    return draft.text


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (
            "If my base is $180k with 20% bonus and 30% equity, what is my total?",
            "**$270,000** a year: $180,000 base + $36,000 bonus (20% of base) + $54,000 equity (30% of base).",
        ),
        (
            "base 180k bonus 20% equity 10%, total?",
            "**234,000** a year: 180,000 base + 36,000 bonus (20% of base) + 18,000 equity (10% of base).",
        ),
        (
            "What would an 8% bonus on a base of £50,000 be?",
            "**£54,000** a year: £50,000 base + £4,000 bonus (8% of base).",
        ),
        (
            "I get $160k base and $120k of RSUs over four years. What's my total compensation?",
            "**$190,000** a year: $160,000 base + $30,000 equity ($120,000 ÷ 4 years).",
        ),
        (
            "I make $140k and get a 10% raise. What will I earn?",
            "**$154,000**: $140,000 × (100% + 10%), $14,000 more.",
        ),
        (
            "What is my salary of €80,000 after a 5% pay cut?",
            "**€76,000**: €80,000 × (100% − 5%), €4,000 less.",
        ),
        (
            "My pay went from $120k to $150k. What percent raise is that?",
            "**25.0% more**: from $120,000 to $150,000 is $30,000 more ($30,000 ÷ $120,000).",
        ),
        ("How much is a $240k salary per month?", "**$20,000** a month: $240,000 a year ÷ 12."),
        ("How much is £4,000 a month annually?", "**£48,000** a year: £4,000 a month × 12."),
    ],
)
def test_the_askers_own_figures_are_worked_out(parts: Library, question: str, answer: str) -> None:
    assert said(question, parts) == answer


def test_an_hour_is_taken_as_a_part_of_2080(parts: Library) -> None:
    text = said("What is $65 an hour a year?", parts)
    assert text.startswith("**$135,200** a year: $65 an hour × 2,080.")
    assert "40 hours × 52 weeks" in text


def test_two_offers_are_set_against_each_other(parts: Library) -> None:
    text = said(
        "Offer A: $180k base with 10% bonus. Offer B: $160k base, 15% bonus and $120k of RSUs over 4 years. Which pays more?",
        parts,
    )
    assert "Offer 1: **$198,000** a year" in text
    assert "Offer 2: **$214,000** a year" in text
    assert "Offer 2 comes to **$16,000 more** a year: $214,000 − $198,000 (8.1% on top)." in text


def test_equal_offers_are_said_to_be_equal(parts: Library) -> None:
    text = said("$110k base and no bonus, or a $100k base with a 10% bonus: what pays more?", parts)
    assert text.endswith("Both come to the same.")


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is €60k a good salary for a junior in Europe?", "**Within the range**: €60,000 is within the range of [1]."),
        ("I earn €60k as a senior in Europe, am I underpaid?", "**Below it**: €60,000 is €40,000 below the lower end of [1]."),
        ("I was offered €10,000 a month as a mid-career engineer in Europe. Is that fair?", "**Within the range**"),
        ("Is $170,000 too high for a junior in the US?", "**Above it**: $170,000 is $20,000 above the upper end of [1]."),
    ],
)  # fmt: skip
def test_an_amount_is_set_beside_the_figures(levels: Library, question: str, verdict: str) -> None:
    assert said(question, levels).startswith(verdict)


def test_an_amount_in_other_money_is_not_compared(levels: Library) -> None:
    assert "Below" not in said("Is ¥60k a good salary for a junior in Europe?", levels)


def test_a_false_premise_is_corrected_and_the_question_answered(levels: Library) -> None:
    text = said("Since juniors in Europe earn €300k, how much do seniors there earn?", levels)
    correction, answer, *_ = text.split("\n\n")
    assert correction.startswith("The documents don't bear that out")
    assert "€50,000–€80,000" in correction
    assert "€100,000–€180,000+" in answer


def test_a_true_premise_goes_without_saying(levels: Library) -> None:
    text = said("Given that juniors in Europe earn €60k, how much do seniors there earn?", levels)
    assert "bear that out" not in text
    assert "€100,000–€180,000+" in text


@pytest.mark.parametrize(
    "question",
    [
        "If I earn $100k now, what do seniors earn?",
        "If the rate is 1.10 dollars per euro, what do seniors in Europe earn?",
        "Since 2020, how much do seniors earn?",
        "As a junior in Berlin, what do I earn?",
    ],
)
def test_no_premise(question: str) -> None:
    assert premise_of(question) is None


def test_the_highest_and_lowest_figure_of_all(levels: Library) -> None:
    text = said("What is the highest salary in the documents?", levels, Task.HIGHEST)
    assert "$250,000–$400,000+" in text.split("\n\n")[0]
    assert "$30,000–$60,000" in said("What's the lowest salary mentioned?", levels, Task.LOWEST)


def test_places_that_share_one_figure_are_not_compared_with_themselves(levels: Library) -> None:
    text = said("How does senior pay in India compare with Singapore?", levels)
    assert "$80,000–$150,000+" in text
    assert "no figure for India or Singapore themselves" in text
    assert "more" not in text
