"""Questions over corpora of other fields and formats, asked of the real assistant."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.figures import Figure
from eval.judge import judge
from eval.questions import Kind, Question
from rag.assistant import Assistant
from rag.types import Message
from tests.rag.salary.corpora import CORPORA, Asked
from tests.rag.salary.office import FOLDERS


@pytest.fixture(scope="module")
def assistants(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Assistant]:
    return {name: _opened(tmp_path_factory.mktemp("folder"), name) for name in (*CORPORA, *FOLDERS)}


def _opened(folder: Path, name: str) -> Assistant:
    corpus = folder / "corpus"
    corpus.mkdir()
    if name in FOLDERS:
        write, _ = FOLDERS[name]
        write(corpus)
    else:
        for path, text in CORPORA[name].texts.items():
            (corpus / path).write_text(text, encoding="utf-8")
    return Assistant.open(corpus, store=folder / "store")


ALL_ASKED = [
    *((name, asked) for name, corpus in CORPORA.items() for asked in corpus.questions),
    *((name, asked) for name, (_, questions) in FOLDERS.items() for asked in questions),
]


@pytest.mark.parametrize(
    ("name", "asked"),
    [pytest.param(name, asked, id=f"{name}: {asked.question}") for name, asked in ALL_ASKED],
)
def test_the_figure_asked_for(assistants: dict[str, Assistant], name: str, asked: Asked) -> None:
    turns = (*asked.turns_before, asked.question)
    messages: list[Message] = []
    for turn in turns:
        messages.append({"role": "user", "content": turn})
        answer = assistants[name].answer(messages)
        messages.append({"role": "assistant", "content": answer.text})
    question = Question(
        id=asked.question,
        kind=Kind.PAY,
        turns=turns,
        answerable=not asked.declines,
        figures=tuple(Figure(value, unit) for value, unit in asked.figures),
        forbidden_figures=tuple(Figure(value, unit) for value, unit in asked.forbidden),
        points=asked.points,
        documents=asked.documents,
    )
    wrong = [v.reason for v in judge(question, answer) if not v.passed]
    assert wrong == [], answer.text
