"""A figure, and why it is so."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.assistant import Assistant
from rag.embeddings import MiniLM
from rag.library import Library
from rag.reader_model import ReaderModel
from rag.reasons import NOT_SAID, asks_why
from rag.store import update
from rag.types import Answer

WELDERS = """# Welders' pay

Junior welders in Norway earn €52,000 a year. Junior welders in Poland earn €23,000 a year.

## Pay in Norway

Welders earn more in Norway because shipyards and oil fields compete for the few who hold an offshore certificate.
Before they go offshore, welders learn Norwegian and train in rescue.
"""


@pytest.fixture(scope="module")
def assistant(
    tmp_path_factory: pytest.TempPathFactory, minilm: MiniLM, reading: ReaderModel
) -> Assistant:
    folder: Path = tmp_path_factory.mktemp("reasons")
    corpus, store = folder / "corpus", folder / "store"
    corpus.mkdir()
    (corpus / "welders.md").write_text(WELDERS, encoding="utf-8")
    _, generation = update(corpus, store=store, embedder=minilm)
    return Assistant(Library(generation), minilm, reading, corpus=corpus, store=store)


def ask(assistant: Assistant, *turns: str) -> Answer:
    return assistant.answer([{"role": "user", "content": turn} for turn in turns])


def test_a_reason_that_is_given_is_said_with_the_figure(assistant: Assistant) -> None:
    answer = ask(assistant, "What do junior welders earn in Norway?", "why is that?")
    assert "52,000" in answer.text
    assert "oil fields" in answer.text
    assert any("oil fields" in c.quote for c in answer.citations)


def test_no_reason_is_made_up(assistant: Assistant) -> None:
    answer = ask(assistant, "What do junior welders earn in Poland?", "why?")
    assert "23,000" in answer.text
    assert NOT_SAID in answer.text


def test_what_is_known_already_is_said(assistant: Assistant) -> None:
    known = ask(
        assistant, "I know rescue and Norwegian. Which skills should I learn to go offshore?"
    )
    assert "you know" in known.text
    assert {t.kind for t in known.used} == {"skill"}
    others = ask(assistant, "I know Photoshop. Which skills should I learn to go offshore?")
    assert "you know" not in others.text
    assert others.used == ()


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Why do seniors earn more?", True),
        ("What do seniors earn, and why?", True),
        ("How come nurses get less?", True),
        ("What do seniors earn?", False),
        ("Is there a reason to move?", False),
    ],
)
def test_asking_why(question: str, asks: bool) -> None:
    assert asks_why(question) == asks
