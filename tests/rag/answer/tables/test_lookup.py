"""Questions over tables that hold no pay; the questions were written before any answer was seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.draft import Draft
from rag.answer.tables import answer_from_tables
from rag.index.library import Library
from rag.types import Hit
from tests.rag.fakes import library_of

DAIRY = """# Hillside Dairy: annual report

Amounts in the tables are in thousands.

|  | 2024 | 2023 | 2022 |
|---|---|---|---|
| Milk sales | $1,250 | $1,000 | $980 |
| Cheese sales | 250 | 200 | 240 |
| Total sales | $1,500 | $1,200 | $1,220 |
| Operating margin (%) | 12.5% | 10.0% | 9.0% |
| Net increase (decrease) in cash | (30) | 45 | 20 |
"""
WARDS = """# Harbour Hospital

| Ward | Beds | Average stay in days |
|---|---|---|
| Maternity | 32 | 3 |
| Surgery | 48 | 6 |
"""
PAY = """# Dairy pay in 2024

| Role | United States | Ireland |
|---|---|---|
| Cheesemaker | $52,000 | €38,000 |
"""


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    texts = {"dairy.md": DAIRY, "wards.md": WARDS, "pay.md": PAY}
    return library_of(tmp_path_factory.mktemp("tables"), texts)


def answered(question: str, library: Library) -> Draft | None:
    draft = Draft(library)
    hits = [Hit(chunk, 1.0, {}) for chunk in library.chunks]
    return draft if answer_from_tables(question, hits, draft) else None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("What were the milk sales in 2024?", "Milk sales, 2024: **$1,250** (in thousands)"),
        ("How much were cheese sales in 2022 and 2023 respectively?", "**240** in 2022 and **200** in 2023"),
        ("What were cheese sales from 2024 to 2022 respectively?", "**250** in 2024, **200** in 2023 and **240** in 2022"),
        ("What was the change in cheese sales between 2023 and 2024?", "250 − 200 = **50**"),
        ("By how much did total sales fall from 2022 to 2023?", "$1,200 − $1,220 = **−$20**"),
        ("What is the percentage increase in milk sales from 2023 to 2024?", "÷ $1,000 = **25%**"),
        ("What were the average milk sales from 2022 to 2024?", "÷ 3 = **$1,076.67**"),
        ("What is the sum of cheese sales in 2023 and 2024?", "200 + 250 = **450**"),
        ("What are cheese sales as a percentage of total sales in 2024?", "250 ÷ $1,500 = **16.67%**"),
        ("What percentage of total sales were cheese sales in 2023?", "200 ÷ $1,200 = **16.67%**"),
        ("What is the difference between milk sales and cheese sales in 2024?", "$1,250 − 250 = **$1,000**"),
        ("In which year were cheese sales the lowest?", "**2023**. Cheese sales: 200 in 2023"),
        ("How did the operating margin change from 2023 to 2024, what is the change?", "**2.5 percentage points**"),
        ("What was the net increase in cash in 2024?", "2024: **(30)**"),
        ("What was the increase in milk sales in 2024?", "from 2023 to 2024: $1,250 − $1,000 = **$250**"),
        ("How many beds does Surgery have?", "Surgery (Beds): **48**"),
        ("What is the average stay in days on Maternity?", "Maternity (Average stay in days): **3**"),
    ],
)  # fmt: skip
def test_what_is_asked_is_said_with_its_working(question: str, said: str, library: Library) -> None:
    draft = answered(question, library)
    assert draft is not None
    assert said in draft.text
    assert draft.paragraphs[-1] in draft.workings
    for citation in draft.citations:
        text = library.documents[citation.document].text
        assert text[citation.start : citation.end] == citation.quote


def test_the_row_and_the_note_on_its_scale_are_cited(library: Library) -> None:
    draft = answered("What were the milk sales in 2024?", library)
    assert draft is not None
    assert [citation.quote for citation in draft.citations] == [
        "| Milk sales | $1,250 | $1,000 | $980 |",
        "Amounts in the tables are in thousands",
    ]
    assert draft.text.endswith("[1][2].")


@pytest.mark.parametrize(
    "question",
    [
        "What were the milk sales in 2019?",  # a year that is not there
        "What were the yoghurt sales in 2024?",  # a row that is not there
        "What were Northfield's milk sales in 2024?",  # somebody else's
        "Why did milk sales rise in 2024?",  # words
        "What do total sales include?",
        "What is milk?",
        "How many doctors does Surgery have?",  # a column that is not there
        "How much does a cheesemaker earn in Ireland?",  # pay, answered as such
        "What is the sum of milk sales and the operating margin in 2024?",  # not alike
        "What is the change of the average milk sales from 2023 to 2024?",  # two things at once
        "What is the difference between milk sales and yoghurt sales in 2024?",
        "Tell me about the dairy.",
        "What do cheese sales do?",
        "What about Harbour Hospital?",  # nothing of it
    ],
)
def test_what_no_cell_answers_is_left_alone(question: str, library: Library) -> None:
    assert answered(question, library) is None


def test_a_number_is_asked_for_without_a_question_word(library: Library) -> None:
    draft = answered("number of beds in Maternity", library)
    assert draft is not None
    assert "**32**" in draft.text


def test_a_year_that_names_the_rows_below_it(tmp_path: Path) -> None:
    text = (
        "# Hillside Dairy\n\n|  | Milk | Cheese |\n|---|---|---|\n| 2024 |  |  |\n| Operating income | 60 | 25 |\n"
        "| 2023 |  |  |\n| Operating income | 48 | 20 |\n"
    )
    library = library_of(tmp_path, {"dairy.md": text})
    for question, said in (
        ("What was the operating income of Milk in 2023?", "**48**"),
        ("How much did the operating income of Cheese grow from 2023 to 2024?", "25 − 20 = **5**"),
    ):
        draft = answered(question, library)
        assert draft is not None
        assert said in draft.text
