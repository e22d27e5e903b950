"""Reckoning: whose figures there are, what operations give, and how a result is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answer.compute import (
    FEATURES,
    OPERATIONS,
    Figure,
    figures_of,
    installed,
    of_question,
    programs,
    say_program,
)
from rag.answer.draft import Draft
from rag.index.library import Library
from tests.rag.answer.made import candidates_of, holding
from tests.rag.fakes import library_of

PAY = """# Divers

| Grade | Base | Bonus |
|---|---|---|
| Diver | £31,400 | 10% |
| Lead diver | £40,000 | 12% |

A course costs £1,200 and lasts 3 months.
"""
LIKELY = dict.fromkeys(OPERATIONS, 0.0)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(tmp_path, {"pay.md": PAY})


def figures(library: Library, *texts: str) -> list[Figure]:
    chosen = holding(candidates_of(library), *texts)
    return list(figures_of(chosen, np.full(len(chosen), 0.5), library))


def test_a_row_gives_its_figures_with_row_and_column(library: Library) -> None:
    found = figures(library, "£31,400")
    assert [(f.value, f.unit, f.row, f.column) for f in found] == [
        (31_400.0, "GBP", "Diver", "Base"),
        (10.0, "%", "Diver", "Bonus"),
    ]


def test_prose_gives_money_and_plain_numbers(library: Library) -> None:
    assert {(f.value, f.unit) for f in figures(library, "course costs")} == {
        (1200.0, "GBP"),
        (3.0, ""),
    }


def test_the_question_gives_figures_too() -> None:
    assert [(f.value, f.unit) for f in of_question("what are 8% of 50 for 7 weeks")] == [
        (8.0, "%"),
        (50.0, ""),
        (7.0, ""),
    ]


def test_operations_are_tried_where_they_make_sense(library: Library) -> None:
    found = {
        (p.operation, round(p.value, 2))
        for p in programs(
            "lead diver against diver", figures(library, "£31,400", "£40,000"), LIKELY
        )
    }
    assert ("difference", 8_600.0) in found
    assert ("sum", 71_400.0) in found
    assert ("percent of", 3_140.0) in found
    assert ("raised by", 44_800.0) in found
    assert ("per year", 376_800.0) in found
    assert not any(value < 0 for _, value in found)


@given(st.text(max_size=80))
def test_any_question_can_be_reckoned_with(text: str) -> None:
    read = [replace(f, asked=False) for f in of_question("£31,400 a year and 12 % more")]
    found = list(programs(text, [*read, *of_question(text)], LIKELY))
    assert found
    for program in found:
        assert program.features.shape == (len(FEATURES),)
        assert np.isfinite(program.features).all()


def test_figures_of_different_periods_are_not_reckoned_together() -> None:
    read = [replace(f, asked=False) for f in of_question("£45 an hour, £40,000 a year")]
    found = {(p.operation, round(p.value)) for p in programs("how much more", read, LIKELY)}
    assert not {operation for operation, _ in found} & {"difference", "sum", "ratio", "mean"}
    assert ("per year", 540) not in found
    assert ("per month", 3_333) in found


def test_a_result_is_said_with_whose_figures_it_is_made_of(library: Library) -> None:
    found = programs("how much more", figures(library, "£31,400", "£40,000"), LIKELY)
    best = next(p for p in found if p.operation == "difference" and p.value == 8_600)
    draft = Draft(library)
    say_program(best, draft)
    assert draft.text == (
        "The difference is **£8,600**: £40,000 (Lead diver, Base) against £31,400 (Diver, Base) [1][2]."
    )
    assert draft.workings == [draft.text]


def test_the_installed_model_weighs_every_operation() -> None:
    computer = installed()
    likely = computer.likely(np.zeros((1, computer.operations.shape[1]), dtype=np.float32))
    assert set(likely) == set(OPERATIONS)
