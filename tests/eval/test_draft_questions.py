"""Drafting questions from a corpus."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.draft_questions import Sources, draft, write_questions
from eval.figures import Figure
from eval.questions import Kind, Question, load_questions
from rag.documents import read_document
from rag.errors import InputError
from rag.facts.extract import extract_facts
from rag.types import Document

PAY = """# Nurse pay in 2025

## What nurses earn

Senior nurses in Ireland earn between €45,000 and €60,000 a year. Junior nurses in Ireland earn
between €30,000 and €38,000 a year. Senior nurses in Spain earn between €35,000 and €40,000 a year.

## Hospitals

| Hospital | Beds | Shifts a week |
|---|---|---|
| Northside | 320 | 4 |
| Southside | 150 | 5 |
"""


def read(path: Path) -> Document:
    return read_document(path, corpus=path.parent, data=path.read_bytes())


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    (tmp_path / "nurses.md").write_text(PAY, encoding="utf-8")
    document = read(tmp_path / "nurses.md")
    return Sources((document,), tuple(extract_facts(document)))


@pytest.fixture
def drafted(sources: Sources) -> tuple[Question, ...]:
    return draft(sources)


def of_kind(questions: tuple[Question, ...], kind: Kind) -> list[Question]:
    return [question for question in questions if question.kind is kind]


def test_pay_is_asked_with_the_figures_of_its_fact(drafted: tuple[Question, ...]) -> None:
    asked = {q.turns[0].lower(): q for q in of_kind(drafted, Kind.PAY)}
    spain = next(q for text, q in asked.items() if "spain" in text)
    assert spain.figures == (Figure(35_000, "EUR"), Figure(40_000, "EUR"))
    assert spain.documents == ("nurses.md",)
    assert "Senior nurses in Spain" in spain.evidence[0].quote
    assert all("nurse" in text for text in asked)


def test_a_follow_up_changes_one_thing_and_expects_the_other_fact(
    drafted: tuple[Question, ...],
) -> None:
    places = [q for q in of_kind(drafted, Kind.FOLLOW_UP) if q.turns[1] == "and in Spain?"]
    assert places
    assert all("Ireland" in q.turns[0] for q in places)
    assert places[0].figures == (Figure(35_000, "EUR"), Figure(40_000, "EUR"))


def test_a_cell_is_asked_for_by_its_row_and_column(drafted: tuple[Question, ...]) -> None:
    cells = {q.turns[0]: q for q in of_kind(drafted, Kind.TABLE)}
    assert cells["How many beds does Northside have?"].figures == (Figure(320, "count"),)
    assert cells["How many shifts a week does Southside have?"].figures == (Figure(5, "count"),)


def test_a_table_of_years_is_asked_by_year_and_for_its_rise(tmp_path: Path) -> None:
    (tmp_path / "mill.md").write_text(
        "# Mill\n\n|  | 2024 | 2023 |\n|---|---|---|\n| Flour sales | $410 | $395 |\n"
        "| Staff | 12 | 11 |\n",
        encoding="utf-8",
    )
    drafted = draft(Sources((read(tmp_path / "mill.md"),), ()))
    asked = {q.turns[0]: q for q in drafted if q.answerable}
    assert asked["What were flour sales in 2024?"].figures == (Figure(410, "USD"),)
    assert asked["What was staff in 2023?"].figures == (Figure(11, "count"),)
    rise = asked["How much did flour sales rise from 2023 to 2024?"]
    assert rise.kind is Kind.ARITHMETIC
    assert rise.figures == (Figure(15, "USD"),)


def test_a_column_is_asked_for_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        "# A\n\n| Town | County | What it says | Growth since the war |\n|---|---|---|---|\n"
        "| Leeds | York | yes | 4 % |\n| Ayr | Ayr | no | 3 % |\n| Hull | York | no | 2 % |\n",
        encoding="utf-8",
    )
    asked = {
        q.turns[0] for q in of_kind(draft(Sources((read(tmp_path / "a.md"),), ())), Kind.TABLE)
    }
    assert asked == {
        "What is the county of Leeds?",
        "What is the growth since the war for Ayr?",
        "What is the county of Hull?",
    }


def test_a_row_of_pay_is_not_asked_for_as_a_cell(tmp_path: Path) -> None:
    (tmp_path / "pay.md").write_text(
        "# Nurse pay\n\n| Level | Ireland | Spain |\n|---|---|---|\n"
        "| Senior nurse | €45,000 | €35,000 |\n",
        encoding="utf-8",
    )
    document = read(tmp_path / "pay.md")
    drafted = draft(Sources((document,), tuple(extract_facts(document))))
    assert of_kind(drafted, Kind.PAY)
    assert of_kind(drafted, Kind.TABLE) == []


def test_a_heading_that_says_how_to_is_asked_so(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A\n\n## How to negotiate\n\nAsk twice.\n", "utf-8")
    (advice,) = of_kind(draft(Sources((read(tmp_path / "a.md"),), ())), Kind.ADVICE)
    assert advice.turns == ("How do I negotiate?",)


def test_a_section_is_asked_for_by_its_heading(drafted: tuple[Question, ...]) -> None:
    advice = of_kind(drafted, Kind.ADVICE)
    assert any("what nurses earn" in q.turns[0].lower() for q in advice)
    assert all(q.documents == ("nurses.md",) for q in advice)


def test_what_no_document_names_is_expected_to_be_declined(drafted: tuple[Question, ...]) -> None:
    declined = of_kind(drafted, Kind.UNANSWERABLE)
    assert declined
    assert all(q.answerable is False and not q.figures for q in declined)
    assert not any("Spain" in q.turns[0] or "Ireland" in q.turns[0] for q in declined)


def test_two_documents_with_other_figures_are_a_conflict(sources: Sources, tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text(
        "# Pay\n\nSenior nurses in Spain earn between €50,000 and €55,000 a year.\n", "utf-8"
    )
    other = read(tmp_path / "other.md")
    both = Sources((*sources.documents, other), (*sources.facts, *extract_facts(other)))
    (conflict,) = of_kind(draft(both), Kind.CONFLICT)
    assert conflict.conflict
    assert set(conflict.documents) == {"nurses.md", "other.md"}
    assert Figure(50_000, "EUR") in conflict.figures
    assert Figure(35_000, "EUR") in conflict.figures


def test_no_question_twice_and_no_more_than_asked_for(sources: Sources) -> None:
    questions = draft(sources, most=12)
    assert len(questions) <= 12
    assert len({q.turns for q in questions}) == len(questions)
    assert len({q.id for q in questions}) == len(questions)
    assert draft(sources) == draft(sources)


@pytest.mark.parametrize("name", ["q.jsonl", "q.csv", "q.xlsx"])
def test_a_draft_is_a_question_file(
    drafted: tuple[Question, ...], name: str, tmp_path: Path
) -> None:
    file = tmp_path / name
    write_questions(drafted, file)
    loaded = load_questions(file)
    assert [(q.id, q.turns, q.figures) for q in loaded] == [
        (q.id, q.turns, q.figures) for q in drafted
    ]
    assert [q.answerable for q in loaded] == [q.answerable for q in drafted]
    with pytest.raises(InputError, match="is there already"):
        write_questions(drafted, file)


def test_a_formula_in_a_document_is_text_in_the_sheet(tmp_path: Path) -> None:
    question = Question("q", Kind.FACT, ("=1+1",), True, points=(("x",),))
    write_questions([question], tmp_path / "q.csv")
    assert "\n=1+1" not in (tmp_path / "q.csv").read_text("utf-8")
    assert ",=1+1" not in (tmp_path / "q.csv").read_text("utf-8")
    assert load_questions(tmp_path / "q.csv")[0].turns == ("=1+1",)
