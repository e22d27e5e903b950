"""Whose a figure is, and what is no pay: sentences and tables as ordinary documents have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.facts.roles import paid_subject, role_of_caption
from rag.types import SalaryFact
from tests.rag.fakes import library_of


def facts_of(tmp_path: Path, text: str) -> tuple[SalaryFact, ...]:
    return library_of(tmp_path, {"page.md": text}).facts


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Shift leads get £27,900 a year.", "shift lead"),
        ("Newly qualified deckhands are paid 1,900 a month.", "deckhand"),
        ("Leading hands are on A$79,400 a year.", "leading hand"),
        ("Mooring masters receive NOK 455,000.", "mooring master"),
        ("They get £23,400.", None),
        ("A certification gets you $5,000 more a year.", None),
        ("A new employee earns $52,000 a year.", None),
        ("Households earn $75,000 a year.", None),
        ("Dividends are paid at $2,000 a year.", None),
        ("Offers made to accountants vary.", None),
        ("Changes made in 2024 lifted pay.", None),
        ("Women earn 9% less.", None),
    ],
)
def test_the_subject_of_being_paid(sentence: str, expected: str | None) -> None:
    found = paid_subject(sentence)
    assert (found.name if found else None) == expected


def test_of_a_long_text_only_the_beginning_is_read() -> None:
    assert paid_subject("gets " * 40_000 + "Deckhands are paid 1,900.") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Pay of dog groomers in Porto, in euros a year", "dog groomer"),
        ("Salaries for frame builders", "frame builder"),
        ("Median pay by gender", None),
        ("Pay of the first year", None),
    ],
)
def test_whose_pay_a_caption_announces(text: str, expected: str | None) -> None:
    assert role_of_caption(text) == expected


ACCOUNTANTS = "# Accountants\n\nAccountants in Vienna earn €52,000.\n\n{}\n"


@pytest.mark.parametrize(
    "note",
    ["Salaries are paid monthly.", "The data are updated daily.", "Wages are reviewed each year."],
)
def test_a_note_on_when_is_no_period(tmp_path: Path, note: str) -> None:
    (fact,) = facts_of(tmp_path, ACCOUNTANTS.format(note))
    assert fact.period == "year"


def test_a_note_says_the_period_of_all(tmp_path: Path) -> None:
    text = "# Pay grades\n\n| Grade | Pay |\n|---|---|\n| W1 | PLN 4,950 |\n\nThe amounts are base pay per month.\n"
    (fact,) = facts_of(tmp_path, text)
    assert (fact.period, fact.component) == ("month", "base")


@pytest.mark.parametrize(
    "sentence",
    ["A shift supervisor earns $48,000.", "Nurses earn $41,000 in Lyon and get a shift allowance."],
)
def test_a_shift_is_no_day(tmp_path: Path, sentence: str) -> None:
    facts = facts_of(tmp_path, f"# Pay\n\n{sentence}\n")
    assert [fact.period for fact in facts] == ["year"]


@pytest.mark.parametrize(
    "text",
    [
        "# What it costs\n\n- Lawyer: €3,000\n- Translator: €1,200\n",
        "# Cities\n\n| City | Transport pass per month (€) | Groceries per month (€) |\n|---|---|---|\n| Linz | 51 | 320 |\n",
        "# Making a career in welding\n\n## Tools\n\n| Tool | Cash |\n|---|---|\n| Helmet | €1,500 |\n",
        "# Staff\n\nSick pay is £118.75 a week for up to 28 weeks.\n",
        "# Staff\n\nHoliday pay of €1,112 is paid out in July.\n",
        "# Around\n\nThe gym charges €30 a month before tax.\n",
    ],
    ids=["costs", "prices", "tools", "sick pay", "holiday pay", "gym"],
)
def test_what_is_no_pay(tmp_path: Path, text: str) -> None:
    assert facts_of(tmp_path, text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "# Nurses\n\nThe national pay scale for nurses runs from €41,000 to €52,000.\n",
        "# Nurses\n\n| Post | Pay scale (EUR) |\n|---|---|\n| Nurse | 41,000 |\n",
        "# Crew\n\nA residency takes three years at about 2,100 euros gross a month.\n",
        "# Extras\n\nNight supplement: PLN 9.00 for each hour between 10 pm and 6 am.\n",
    ],
    ids=["pay scale", "column of pay scales", "gross", "supplement"],
)
def test_what_is_pay(tmp_path: Path, text: str) -> None:
    assert len(facts_of(tmp_path, text)) == 1


def test_a_stray_paragraph_lends_nothing_to_a_table(tmp_path: Path) -> None:
    text = "# Pay\n\nComplaints go to the senior manager in Leeds.\n\n| Job | Salary |\n|---|---|\n| Usher | £22,400 |\n"
    (fact,) = facts_of(tmp_path, text)
    assert (fact.role, fact.level, fact.place) == ("usher", None, None)


def test_places_of_currencies_and_trades(tmp_path: Path) -> None:
    text = "# Agents\n\nDubai real estate agents earn AED 180,000 a year.\n\nClerks earn 40,000 US dollars a year.\n"
    agents, clerks = facts_of(tmp_path, text)
    assert agents.place == "Dubai"
    assert (clerks.place, clerks.region, clerks.currency) == (None, None, "USD")
