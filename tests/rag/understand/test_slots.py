"""What a conversation asks of pay: slots that the last turn leaves open are filled from before."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.index.library import Library
from rag.understand.pay import PayQuestion, Task
from rag.understand.slots import readings_of
from tests.rag.fakes import library_of

PAY = """# Pay of AI engineers

| Level | United States | Europe |
|---|---|---|
| Junior | $100,000 | €50,000 |
| Senior | $250,000 | €100,000 |
"""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return library_of(tmp_path, {"pay.md": PAY})


def read(
    library: Library, *turns: str, tasks: tuple[Task, ...] = (Task.AMOUNT,)
) -> tuple[PayQuestion, ...]:
    return readings_of(turns, library.ledger, tasks)


def names(question: PayQuestion) -> list[str]:
    return [p.name for p in question.places]


def test_a_single_turn_has_one_reading(library: Library) -> None:
    assert len(read(library, "what do seniors earn in Europe?")) == 1


def test_the_last_turn_by_itself_comes_first(library: Library) -> None:
    first, *_ = read(library, "what do seniors earn in Europe?", "and in the US?")
    assert names(first) == ["United States"]
    assert first.levels == ()


def test_what_is_left_open_is_filled(library: Library) -> None:
    _, joined, *_ = read(library, "what base do seniors earn in Europe?", "and in the US?")
    assert names(joined) == ["United States"]
    assert joined.levels == ("senior",)
    assert joined.components == ("base",)


def test_what_is_named_takes_the_place_of_what_was(library: Library) -> None:
    _, joined, *_ = read(library, "what do seniors earn in Europe?", "and with 2 years?")
    assert joined.levels == ()
    assert [y.low for y in joined.years] == [2]
    assert names(joined) == ["Europe"]


def test_what_is_compared_with_what_was_said_is_its_other_side(library: Library) -> None:
    tasks = (Task.AMOUNT, Task.DIFFERENCE)
    turns = ("what do seniors earn?", "how much more is that than a junior gets?")
    found = read(library, *turns, tasks=tasks)
    assert any(q.task is Task.DIFFERENCE and set(q.levels) == {"senior", "entry"} for q in found)


def test_slots_are_filled_over_several_turns(library: Library) -> None:
    _, joined, *_ = read(
        library, "I'm a senior.", "thanks", "I live in Europe", "what could I earn?"
    )
    assert joined.levels == ("senior",)
    assert names(joined) == ["Europe"]
