"""TAT-QA: reading it, and scoring answers by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from eval.benchmarks.tatqa import Item, Score, load, score
from rag.errors import InputError
from rag.types import Answer
from tests.eval.fakes import a_decline, an_answer

ENTRY: dict[str, Any] = {
    "table": {
        "uid": "t1",
        "table": [
            ["", "Years Ended", ""],
            ["", "2019", "2018"],
            ["Fixed Price", "$1,452.4", "$1,146.2"],
            ["Other | cost", "44.1", "56.7"],
        ],
    },
    "paragraphs": [
        {"order": 2, "text": "Amounts are in millions."},
        {"order": 1, "text": "Sales by contract type."},
    ],
    "questions": [
        {"question": "Total?", "answer": "12.5", "answer_type": "arithmetic", "scale": "percent"},
        {"question": "Types?", "answer": ["a", "b"], "answer_type": "multi-span", "scale": ""},
    ],
}


def test_a_table_becomes_markdown_under_one_row_of_headings(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text(json.dumps([ENTRY]), encoding="utf-8")
    (context,) = load(tmp_path / "t.json")
    assert context.markdown.index("Sales by") < context.markdown.index("Amounts are")
    assert (
        "|  | Years Ended 2019 | 2018 |\n|---|---|---|\n| Fixed Price | $1,452.4"
        in context.markdown
    )
    assert "| Other cost | 44.1" in context.markdown.replace("  ", " ").replace("  ", " ")
    assert context.items[0] == Item("Total?", "arithmetic", ("12.5",), "percent")
    assert context.items[1].expected == ("a", "b")


def test_another_file_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "t.json").write_text('[{"table": 1}]', encoding="utf-8")
    with pytest.raises(InputError, match="as TAT-QA's questions"):
        load(tmp_path / "t.json")


MILLION = Item("Total sales in 2019?", "span", ("$1,496.5",), "million")
PERCENT = Item("Change?", "arithmetic", ("26.82",), "percent")
QUOTE = ("t.md", "(in millions) | Total | $1,496.5 |")


@pytest.mark.parametrize(
    ("item", "answer", "expected"),
    [
        (MILLION, an_answer("$1,496.5 million [1]"), Score(True, True, True)),
        (MILLION, an_answer("$1,496,500,000 [1]"), Score(True, True, True)),
        (MILLION, an_answer("$1,496.5 [1]", QUOTE), Score(True, True, True)),
        (MILLION, an_answer("$1,496.5 [1]"), Score(True, False, False)),
        (MILLION, an_answer("$1,496.5 million, before $1,202.9 million"), Score(True, True, False)),
        (MILLION, an_answer("In 2019: $1,496.5 million"), Score(True, True, True)),
        (MILLION, an_answer("$1,496.6 million"), Score(False, False, False)),
        (MILLION, a_decline("$1,496.5 million"), Score(False, False, False)),
        (PERCENT, an_answer("It rose by 26.82 %."), Score(True, True, True)),
        (PERCENT, an_answer("It rose by 26.8151 %."), Score(True, True, True)),
        (PERCENT, an_answer("It rose by 26.9 %."), Score(False, False, False)),
        (PERCENT, an_answer("It rose by 26.82."), Score(True, False, False)),
        (
            PERCENT,
            an_answer("Sales: ($1,452.4 − $1,145.3) ÷ $1,145.3 = **26.81%**."),
            Score(False, False, False),
        ),
        (
            PERCENT,
            an_answer("Sales: ($1,452.4 − $1,145.2) ÷ $1,145.2 = **26.82%**."),
            Score(True, True, True),
        ),
        (PERCENT, an_answer("**26.82%** or **3%**."), Score(True, True, False)),
        (
            Item("Loss?", "span", ("(3,120)",), ""),
            an_answer("A loss of 3,120."),
            Score(True, True, True),
        ),
        (
            Item("Types?", "multi-span", ("fixed price", "other"), ""),
            an_answer("**Fixed price** and other."),
            Score(True, True, True),
        ),
        (
            Item("Types?", "multi-span", ("fixed price", "other"), ""),
            an_answer("Fixed price."),
            Score(False, False, False),
        ),
    ],
)
def test_answers_scored_by_hand(item: Item, answer: Answer, expected: Score) -> None:
    assert score(item, answer) == expected
