"""Questions over corpora of other fields and formats, asked of the real assistant."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.figures import Figure
from eval.judge import judge
from eval.questions import Kind, Question
from rag.answer.choose import installed as chooser
from rag.answer.gather import find, gather
from rag.answer.propose import propose
from rag.assistant import Assistant
from rag.types import Answer, Corrections, Message
from rag.understand.query import understand
from tests.rag.answer.pay.corpora import CORPORA, Asked
from tests.rag.answer.pay.office import FOLDERS


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


def _question(asked: Asked) -> Question:
    return Question(
        id=asked.question,
        kind=Kind.PAY,
        turns=(*asked.turns_before, asked.question),
        answerable=not asked.declines,
        figures=tuple(Figure(value, unit) for value, unit in asked.figures),
        forbidden_figures=tuple(Figure(value, unit) for value, unit in asked.forbidden),
        points=asked.points,
        documents=asked.documents,
    )


def _is_right(question: Question, answer: Answer) -> bool:
    return all(verdict.passed for verdict in judge(question, answer))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        pytest.param(name, asked, id=f"{name}: {asked.question}")
        for name, asked in ALL_ASKED
        if not asked.declines and not asked.turns_before
    ],
)
def test_a_draft_has_the_figure(assistants: dict[str, Assistant], name: str, asked: Asked) -> None:
    assistant, question = assistants[name], _question(asked)
    library = assistant.library
    query = understand(question.turns, Corrections(), library, assistant._embedder)
    hits = find(query, library=library, embedder=assistant._embedder)
    gathered = gather(query, hits, library=library, reranker=assistant._reranker)
    choice = chooser().choose(gathered)
    proposals, _ = propose(query, gathered, choice, library=library, reranker=assistant._reranker)
    drafts = [Answer(p.draft.text, False, 1.0, "", "", tuple(p.draft.citations)) for p in proposals]
    assert any(_is_right(question, draft) for draft in drafts), [d.text for d in drafts]


LEAST_RIGHT = 0.75
"""Which draft is taken is a fitted judgement and so right for a share of the questions."""


def test_most_answers_are_right(assistants: dict[str, Assistant]) -> None:
    right = []
    for name, asked in ALL_ASKED:
        messages: list[Message] = []
        for turn in (*asked.turns_before, asked.question):
            messages.append({"role": "user", "content": turn})
            answer = assistants[name].answer(messages)
            messages.append({"role": "assistant", "content": answer.text})
        right.append(_is_right(_question(asked), answer))
    assert sum(right) >= LEAST_RIGHT * len(right), [
        asked.question for (_, asked), ok in zip(ALL_ASKED, right, strict=True) if not ok
    ]
