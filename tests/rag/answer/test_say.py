"""What is said: the best first, the same thing once, rows as one says them, every statement cited."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from rag.answer.draft import Draft
from rag.answer.say import say, with_unit
from rag.index.library import Library
from rag.verify.guard import Cited, guard
from tests.rag.answer.made import candidates_of, holding
from tests.rag.fakes import library_of

GUIDE = """# Lighthouse keepers

Keepers work alone for weeks. They get a boat every Friday.

The lamp is cleaned at noon.
"""
REPORT = """# Keepers' survey

Keepers work alone for weeks.

| Station | Median (€ thousand) | Nights |
|---|---|---|
| North | 41 | 210 |
| South | 38 | 190 |
| West | 44 | 230 |
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(tmp_path, {"guide.md": GUIDE, "report.md": REPORT})


def said(library: Library, *texts: str) -> Draft:
    draft = Draft(library)
    say(holding(candidates_of(library), *texts), draft)
    return draft


def test_the_best_comes_first(library: Library) -> None:
    draft = said(library, "lamp is cleaned", "work alone")
    assert draft.text.startswith("The lamp is cleaned at noon. [1]")


def test_what_two_documents_say_alike_is_said_once_with_both_markers(library: Library) -> None:
    draft = Draft(library)
    alike = [c for c in candidates_of(library) if "work alone" in c.sentence.plain]
    say(alike, draft)
    assert draft.text == "Keepers work alone for weeks. [1][2]"
    assert {c.document for c in draft.citations} == {"guide.md", "report.md"}


def test_a_sentence_that_leans_on_the_one_before_brings_it_along(library: Library) -> None:
    assert said(library, "boat every Friday").text == (
        "Keepers work alone for weeks. [1] They get a boat every Friday. [2]"
    )


def test_a_verdict_comes_before_prose_and_never_before_a_table(library: Library) -> None:
    draft = Draft(library)
    say(holding(candidates_of(library), "lamp is cleaned"), draft, verdict="Yes.")
    assert draft.text == "Yes. The lamp is cleaned at noon. [1]"
    rows = Draft(library)
    say(holding(candidates_of(library), "North", "South", "West"), rows, verdict="Yes.")
    assert rows.text.startswith("| Station")


def test_a_row_is_said_with_its_name_and_its_columns(library: Library) -> None:
    assert said(library, "North").text == "North: median €41 thousand, nights 210. [1]"


def test_three_rows_of_a_table_are_a_table(library: Library) -> None:
    text = said(library, "North", "South", "West").text
    assert text.splitlines()[0] == "| Station | Median (€ thousand) | Nights | Source |"
    assert re.findall(r"\[\d\]", text) == ["[1]", "[2]", "[3]"]


def test_everything_that_is_said_stands_up_to_the_guard(library: Library) -> None:
    draft = said(library, "North", "boat every Friday", "lamp is cleaned")
    kept, removed = guard(
        draft.paragraphs,
        Cited(draft.citations, readings=draft.readings),
        workings=draft.workings,
    )
    assert removed == 0
    assert kept == draft.paragraphs


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("Median (₹ lakh)", "9.2", "median ₹9.2 lakh"),
        ("Base (CHF)", "71 200", "base 71 200 CHF"),
        ("Base, CHF", "71 200", "base 71 200 CHF"),
        ("Base (CHF)", "CHF 71 200", "base (CHF) CHF 71 200"),
        ("Bonus", "8 %", "bonus 8 %"),
        ("", "210", "210"),
    ],
)
def test_a_cell_takes_the_unit_of_its_column(column: str, value: str, expected: str) -> None:
    assert with_unit(column, value) == expected
