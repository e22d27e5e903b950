"""What is suggested next can be answered, is not what was just asked, and is at most three."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.answer.suggest import MOST, as_question, examples, readings
from rag.assistant import Assistant
from rag.index.library import Library
from rag.index.store import update
from rag.models.cross_encoder import CrossEncoder
from rag.models.embedder import MiniLM
from rag.types import Answer

PAY = """# Welders' pay

Updated May 2026.

| Level | Germany | Japan |
|---|---|---|
| Junior (0-2 years) | €30,000-€35,000 | $28,000-$33,000 |
| Senior (7+ years) | €50,000-€60,000 | $45,000-$52,000 |

Senior welders in Germany get a bonus of 5% of base salary.
"""
WORK = """# Work of welders

## How to become a welder

Welders learn the trade in three years at a vocational school and in a workshop.
Those who pass the examination may call themselves journeymen.

## Protection against heat and fumes

Welders wear a helmet with a dark filter, because the arc burns the eyes.
Fumes are drawn off at the place where they arise.
"""


@pytest.fixture(scope="module")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM, reading: CrossEncoder
) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("suggest")
    corpus, store = folder / "corpus", folder / "store"
    corpus.mkdir()
    (corpus / "pay.md").write_text(PAY, encoding="utf-8")
    (corpus / "work.md").write_text(WORK, encoding="utf-8")
    _, generation = update(corpus, store=store, embedder=minilm)
    return Assistant(Library(generation), minilm, reading, corpus=corpus, store=store)


def ask(assistant: Assistant, question: str) -> Answer:
    return assistant.answer([{"role": "user", "content": question}])


@pytest.mark.parametrize(
    "question",
    [
        "What do junior welders earn in Germany?",
        "What do senior welders earn in Japan?",
        "How do I become a welder?",
        "What protects welders against heat?",
        "What do senior welders earn?",
    ],
)
def test_suggestions_can_be_answered(assistant: Assistant, question: str) -> None:
    answer = ask(assistant, question)
    assert not answer.abstained
    assert 1 <= len(answer.suggestions) <= MOST
    for suggestion in answer.suggestions:
        assert suggestion != question
        next_answer = ask(assistant, suggestion)
        assert not next_answer.abstained, suggestion
        assert next_answer.citations


def test_the_next_figures_differ_in_one_facet(assistant: Assistant) -> None:
    suggested = ask(assistant, "What do junior welders earn in Germany?").suggestions
    assert any("Japan" in s and "senior" not in s.lower() for s in suggested)
    assert any("senior" in s.lower() and "Germany" in s for s in suggested)


def test_readings_of_a_vague_question_can_be_answered(assistant: Assistant) -> None:
    choices = readings("how much?", assistant.library)
    assert 2 <= len(choices) <= MOST
    assert all(not ask(assistant, choice).abstained for choice in choices)


def test_a_question_about_work_is_not_read_as_one_of_pay_first(assistant: Assistant) -> None:
    library = assistant.library
    assert "earn" in readings("how much?", library)[0]
    assert "earn" not in readings("what should I do?", library)[0]


def test_there_is_something_to_begin_with(assistant: Assistant) -> None:
    found = examples(assistant.library)
    assert found
    assert len(set(found)) == len(found)
    assert all(not ask(assistant, question).abstained for question in found)


@pytest.mark.parametrize(
    ("subject", "question"),
    [
        ("how to become a welder", "How do I become a welder?"),
        ("why welders are needed", "Do you know why welders are needed?"),
        ("arc versus gas", "How does arc compare with gas?"),
        ("employee or freelancer", "Which is better, employee or freelancer?"),
        ("protection against heat", "What should I know about protection against heat?"),
    ],
)
def test_a_heading_is_asked_of_as_people_do(subject: str, question: str) -> None:
    assert as_question(subject) == question
